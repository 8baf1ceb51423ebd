//! Takes a sheet of hours into a ledger.
//!
//! Invariant: all new rows are one commit, or nothing is appended; a sheet that went in before adds nothing.

use std::collections::HashMap;

use super::names::Names;
use super::read::{self, HoursRow, RowFaults};
use crate::app::ledger::Ledger;
use crate::app::request::{Ask, Request};
use crate::domain::books::Books;
use crate::domain::command::{Expected, LogHours, OpenBatch};
use crate::domain::event::Captured;
use crate::domain::hours_rows::HoursState;
use crate::domain::ids::{BatchId, OrganisationId, ProjectId};
use crate::domain::text::Title;
use crate::interchange::batch::{Commit, ImportError, Outcome, TRIES_MAX, Terms, submit};
use crate::interchange::fault::FileError;
use crate::interchange::file::SourceFile;
use crate::interchange::known;

/// How many rows that a rule refuses are listed before the rest is left unlooked at.
pub const REFUSALS_MAX: usize = 20;

/// What came of a sheet of hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many rows the sheet has.
    pub rows: usize,
    /// How many were new.
    pub new: usize,
    /// People times minutes of the new ones.
    pub minutes: u64,
    /// How many stood in the ledger already.
    pub present: usize,
    /// How many entries were appended.
    pub entries: usize,
}

/// Takes a sheet of hours in.
///
/// # Errors
/// What is wrong with the sheet, by row; or that the ledger takes nothing.
pub fn import(ledger: &Ledger, file: &SourceFile, terms: &Terms) -> Result<Imported, ImportError> {
    let rows = read::rows(file)?;
    if rows.len() >= terms.commit_max {
        let sentence =
            format!("{} has {} rows; one sheet has at most {}.", file.name, rows.len(), terms.commit_max - 1);
        return Err(FileError::Whole(sentence).into());
    }
    for _ in 0..TRIES_MAX {
        let view = ledger.view();
        let (commit, imported) = plan(&view.books, file, &rows, terms)?;
        if commit.asks.is_empty() {
            return Ok(imported);
        }
        refusals(ledger, &commit, terms)?;
        if let Outcome::Done(_) = submit(ledger, &file.digest, commit, terms)? {
            return Ok(imported);
        }
    }
    Err(ImportError::Unavailable("others write to it without pause; try again in a moment".to_owned()))
}

/// What two rows have in common that say the same.
type Same = (ProjectId, OrganisationId, i32, String, u32, u32);

fn plan(books: &Books, file: &SourceFile, rows: &[HoursRow], terms: &Terms) -> Result<(Commit, Imported), ImportError> {
    let mut imported = Imported { rows: rows.len(), ..Imported::default() };
    let nothing = Commit { asks: Vec::new(), places: Vec::new() };
    if known::batch(books, &file.digest).is_some() {
        imported.present = rows.len();
        return Ok((nothing, imported));
    }
    let (commands, faults) = commands(books, rows, terms);
    if !faults.is_empty() {
        return Err(ImportError::faults(faults.into_faults()));
    }
    let mut commit = open_batch(books, file);
    let batch = BatchId(books.next_position());
    for (row, command) in commands {
        if !terms.meant && is_recorded(books, &command, row) {
            imported.present += 1;
            continue;
        }
        imported.new += 1;
        imported.minutes += u64::from(row.people) * u64::from(row.minutes_each);
        commit.asks.push(Ask { batch: Some(batch), late: terms.late.clone(), ..Ask::on(row.day, command) });
        commit.places.push(format!("Row {}", row.number));
    }
    if imported.new == 0 {
        return Ok((nothing, imported));
    }
    imported.entries = commit.asks.len();
    Ok((commit, imported))
}

/// The beginning of a commit: its batch, held to the books that it is planned on.
fn open_batch(books: &Books, file: &SourceFile) -> Commit {
    let open = OpenBatch { file: Title::from(file.name.as_str()), sha256: file.digest };
    let expected = Some(Expected::LedgerAt(books.position));
    Commit { asks: vec![Ask { expected, ..Ask::now(open) }], places: vec![file.name.clone()] }
}

/// The command of each row, and what is wrong with names or with rows that say the same.
fn commands<'a>(books: &Books, rows: &'a [HoursRow], terms: &Terms) -> (Vec<(&'a HoursRow, LogHours)>, RowFaults) {
    let (mut names, mut faults, mut seen) = (Names::of(books), RowFaults::default(), HashMap::new());
    let mut commands = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(command) = command(row, &mut names, terms, &mut faults) else { continue };
        let same: Same =
            (command.project, command.group, row.day.0, row.role.to_string(), row.people, row.minutes_each);
        if let Some(first) = seen.insert(same, row.number).filter(|_| !terms.meant) {
            let sentence = format!("this is the same as row {first}. Take one out, or say that both are meant.");
            faults.push(row.number, "", sentence);
        }
        commands.push((row, command));
    }
    (commands, faults)
}

fn command(row: &HoursRow, names: &mut Names<'_>, terms: &Terms, faults: &mut RowFaults) -> Option<LogHours> {
    let group = names.group(&row.group).map_err(|sentence| faults.push(row.number, "Group", sentence)).ok();
    let project = names.project(&row.project).map_err(|sentence| faults.push(row.number, "Project", sentence)).ok();
    Some(LogHours {
        project: project?,
        group: group?,
        role: row.role.clone(),
        people: row.people,
        minutes_each: row.minutes_each,
        activity: row.activity.as_deref().map(Title::from),
        captured: Captured::Import,
        pledge: None,
        meant: terms.meant,
    })
}

/// Whether an entry stands in the ledger that says the same.
fn is_recorded(books: &Books, command: &LogHours, row: &HoursRow) -> bool {
    let standing = |state| matches!(state, HoursState::Awaiting | HoursState::Confirmed);
    books.hours.of_project(command.project, row.day, row.day).any(|known| {
        books.hours.group(&known) == command.group
            && books.hours.role(&known) == command.role.as_str()
            && known.people() == command.people
            && known.minutes_each() == command.minutes_each
            && standing(known.state())
    })
}

/// The column of a command's field.
fn column(field: &str) -> Option<&'static str> {
    match field {
        "group" => Some("Group"),
        "project" => Some("Project"),
        "effective" => Some("Date"),
        "role" => Some("Role"),
        "people" => Some("People"),
        "minutesEach" => Some("Hours"),
        "activity" => Some("Activity"),
        _ => None,
    }
}

/// Lists the rows that a rule refuses, each tried without those that were refused before it.
fn refusals(ledger: &Ledger, commit: &Commit, terms: &Terms) -> Result<(), ImportError> {
    let key = crate::domain::text::Reference::from("trial");
    let request = Request { actor: terms.actor.clone(), key, asks: commit.asks.clone() };
    let mut faults = crate::interchange::fault::Faults::default();
    for refusal in ledger.refusals(&request, REFUSALS_MAX) {
        let Some(place) = refusal.row.filter(|row| *row > 0).and_then(|row| commit.places.get(row)) else { continue };
        let column = refusal.field.as_deref().and_then(column).map(|column| format!(", {column}"));
        faults.push(format!("{place}{}", column.unwrap_or_default()), refusal.message);
    }
    if faults.is_empty() { Ok(()) } else { Err(ImportError::faults(faults)) }
}
