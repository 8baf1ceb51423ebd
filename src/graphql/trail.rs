//! The audit trail: entries by filter, read from the log itself.
//!
//! Invariant: a page costs no more than it may: reading stops after so many entries that the filter passes over, and
//! the page then says that there is more and from where.

use std::ops::ControlFlow;

use async_graphql::{ID, InputObject};

use super::connection::{Connection, Page};
use super::entry::Entry;
use super::eye::Eye;
use super::fault::{Code, Fault};
use super::scope::{internal, may_block};
use crate::domain::event::{self, Event, EventKind};
use crate::domain::ids::{BatchId, EntryId, Position, ProjectId};
use crate::domain::time::Day;
use crate::views::about;

/// The most entries that are read for one page.
pub const SCAN_MAX: u64 = 100_000;

/// Which entries are wanted; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "EntryFilter")]
pub struct EntryFilter {
    /// Only these types.
    pub types: Option<Vec<EventKind>>,
    /// Only entries about this project.
    pub project: Option<ID>,
    /// Only the entry that began this thing, and entries about it.
    pub about: Option<ID>,
    /// Only entries that this actor recorded.
    pub actor: Option<String>,
    /// Only entries of this import.
    pub batch: Option<ID>,
    /// Only what happened on this day or later.
    pub from: Option<Day>,
    /// Only what happened on this day or earlier.
    pub to: Option<Day>,
    /// Only what came late into closed books, or only what did not.
    pub late: Option<bool>,
    /// Only illustrative figures, or only others.
    pub illustrative: Option<bool>,
}

/// The same, read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these types; all where there is none.
    pub types: Vec<EventKind>,
    /// Only entries about this project.
    pub project: Option<ProjectId>,
    /// Only entries about this thing, and the one that began it.
    pub about: Option<Position>,
    /// Only entries of this actor.
    pub actor: Option<String>,
    /// Only entries of this import.
    pub batch: Option<BatchId>,
    /// The first and last day.
    pub days: (Option<Day>, Option<Day>),
    /// Late or not.
    pub late: Option<bool>,
    /// Illustrative or not.
    pub illustrative: Option<bool>,
}

fn read<T: std::str::FromStr>(id: Option<ID>, what: &str) -> Result<Option<T>, Fault> {
    let wrong = || Fault::new(Code::BadUserInput, format!("Give the id of {what} as an answer of this ledger wrote it."));
    id.map(|id| id.parse().map_err(|_| wrong())).transpose()
}

impl EntryFilter {
    /// Reads the ids of a filter.
    ///
    /// # Errors
    /// A fault where one of them is none.
    pub fn read(self) -> Result<Filter, Fault> {
        Ok(Filter {
            types: self.types.unwrap_or_default(),
            project: read(self.project, "a project")?,
            about: read::<EntryId>(self.about, "a thing or entry")?.map(|id| id.position),
            actor: self.actor,
            batch: read(self.batch, "an import")?,
            days: (self.from, self.to),
            late: self.late,
            illustrative: self.illustrative,
        })
    }
}

impl Filter {
    fn is_open(&self) -> bool {
        let narrow = self.project.is_some() || self.about.is_some() || self.actor.is_some() || self.batch.is_some();
        let flags = self.late.is_some() || self.illustrative.is_some();
        self.types.is_empty() && self.days == (None, None) && !narrow && !flags
    }

    /// Whether an entry passes.
    pub fn passes(&self, eye: &Eye, entry: &event::Entry) -> bool {
        let on = entry.effective;
        (self.types.is_empty() || self.types.contains(&entry.event.kind()))
            && self.days.0.is_none_or(|from| from <= on)
            && self.days.1.is_none_or(|to| on <= to)
            && self.actor.as_ref().is_none_or(|actor| entry.actor.name.as_str() == actor)
            && self.batch.is_none_or(|batch| entry.batch == Some(batch) || entry.position == batch.0)
            && self.late.is_none_or(|late| entry.late.is_some() == late)
            && self.illustrative.is_none_or(|illustrative| entry.illustrative == illustrative)
            && self.about.is_none_or(|thing| is_about(entry, thing))
            && self.project.is_none_or(|project| concerns(eye, entry, project))
    }
}

fn is_about(entry: &event::Entry, thing: Position) -> bool {
    let reversed = matches!(&entry.event, Event::EntryReversed(reversed) if reversed.entry.position == thing);
    entry.position == thing || reversed || entry.event.subjects().contains(&thing)
}

fn concerns(eye: &Eye, entry: &event::Entry, project: ProjectId) -> bool {
    entry.position == project.0 || about::about(eye.books(), entry).projects.contains(&project)
}

/// A page of the entries that pass a filter, in the order of the log.
///
/// # Errors
/// A fault where the log cannot be read.
pub fn entries(eye: &Eye, filter: &Filter, page: &Page) -> Result<Connection<Entry>, Fault> {
    let last = eye.view.position;
    let low = page.after.map_or(Position(1), |cursor| cursor.key.next());
    let high = page.before.map_or(last, |cursor| Position(cursor.key.0.saturating_sub(1))).min(last);
    let total = if filter.is_open() { u32::try_from(last.0).ok() } else { None };
    let found = may_block(|| if page.from_end { backwards(eye, filter, low, high, page.size) } else { forwards(eye, filter, low, high, page.size) })?;
    let Found { rows, more } = found;
    let earlier = if page.from_end { more } else { low > Position(1) };
    let later = if page.from_end { high < last } else { more };
    let rows = rows.into_iter().map(|entry| (entry.position, Entry::new(eye, entry))).collect();
    Ok(Connection::from_rows(last, rows, earlier, later, total))
}

/// The entries of a page, and whether there may be more of them on the far side.
struct Found {
    rows: Vec<event::Entry>,
    more: bool,
}

fn forwards(eye: &Eye, filter: &Filter, low: Position, high: Position, size: usize) -> Result<Found, Fault> {
    let (mut rows, mut more) = (Vec::new(), false);
    let stop = Position(high.0.min(low.0.saturating_add(SCAN_MAX)));
    if low > high {
        return Ok(Found { rows, more });
    }
    let each = &mut |entry: event::Entry| {
        if filter.passes(eye, &entry) {
            if rows.len() >= size {
                more = true;
                return ControlFlow::Break(());
            }
            rows.push(entry);
        }
        ControlFlow::Continue(())
    };
    eye.scope.ledger.log().scan(low, stop, each).map_err(internal)?;
    Ok(Found { rows, more: more || stop < high })
}

/// The last entries that pass, found block by block from the end.
fn backwards(eye: &Eye, filter: &Filter, low: Position, high: Position, size: usize) -> Result<Found, Fault> {
    const BLOCK: u64 = 1_000;
    let (mut rows, mut end) = (Vec::new(), high);
    let floor = Position(low.0.max(high.0.saturating_sub(SCAN_MAX)));
    while end >= floor && end > Position(0) && rows.len() <= size {
        let start = Position(floor.0.max(end.0.saturating_sub(BLOCK - 1)));
        let mut block = Vec::new();
        let each = &mut |entry: event::Entry| {
            if filter.passes(eye, &entry) {
                block.push(entry);
            }
            ControlFlow::Continue(())
        };
        eye.scope.ledger.log().scan(start, end, each).map_err(internal)?;
        rows.extend(block.into_iter().rev());
        end = Position(start.0.saturating_sub(1));
    }
    let more = rows.len() > size || floor > low;
    rows.truncate(size);
    rows.reverse();
    Ok(Found { rows, more })
}
