//! From a sheet to rows of hours, or to the whole list of what is wrong with it.
//!
//! Invariant: complaints come in this order: the file, its headings, its rows. Equal complaints about one column are
//! one line with all their rows.

use crate::domain::text::Slug;
use crate::domain::time::Day;
use crate::interchange::cells::{self, DurationError};
use crate::interchange::fault::{Faults, FileError};
use crate::interchange::file::{Kind, SourceFile};
use crate::interchange::sheet::{Row, Sheet, with_line_feeds};

/// The headings, as the template has them.
pub const HEADINGS: [&str; 7] = ["group", "project", "date", "role", "people", "hours each", "activity"];

/// What may stand instead of `hours each`: a heading, and whether its bare numbers are minutes.
const DURATIONS: [(&str, bool); 4] =
    [("hours each", false), ("hours", false), ("minutes each", true), ("minutes", true)];

/// One row of a sheet of hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursRow {
    /// Its number in the spreadsheet.
    pub number: usize,
    /// The group, as written.
    pub group: String,
    /// The project, as written.
    pub project: String,
    /// The day.
    pub day: Day,
    /// The role.
    pub role: Slug,
    /// How many people.
    pub people: u32,
    /// How many minutes each of them gave.
    pub minutes_each: u32,
    /// What they did.
    pub activity: Option<String>,
}

/// Complaints about rows, gathered by column and sentence.
#[derive(Debug, Default)]
pub struct RowFaults {
    groups: Vec<(&'static str, String, Vec<usize>)>,
}

impl RowFaults {
    /// Adds a complaint.
    pub fn push(&mut self, row: usize, column: &'static str, sentence: impl Into<String>) {
        let sentence = sentence.into();
        match self.groups.iter_mut().find(|(known, words, _)| *known == column && *words == sentence) {
            Some((_, _, rows)) => rows.push(row),
            None => self.groups.push((column, sentence, vec![row])),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The complaints, in the order of their first rows.
    pub fn into_faults(self) -> Faults {
        let mut faults = Faults::default();
        for (column, sentence, rows) in self.groups {
            let place =
                if column.is_empty() { rows_called(&rows) } else { format!("{}, {column}", rows_called(&rows)) };
            faults.push(place, sentence);
        }
        faults
    }
}

/// `Row 14`, `Rows 2, 5 and 9`, `Rows 2, 3, 4 and 27 more`.
fn rows_called(rows: &[usize]) -> String {
    const SHOWN: usize = 8;
    let text = |rows: &[usize]| rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match rows {
        [row] => format!("Row {row}"),
        [first @ .., last] if rows.len() <= SHOWN => format!("Rows {} and {last}", text(first)),
        _ => format!("Rows {} and {} more", text(rows.get(..SHOWN).unwrap_or(rows)), rows.len() - SHOWN),
    }
}

/// The rows of a sheet of hours.
///
/// # Errors
/// One sentence about the file or its headings; else every complaint about its rows.
pub fn rows(file: &SourceFile) -> Result<Vec<HoursRow>, FileError> {
    let name = &file.name;
    if let Kind::Other(called) = file.kind() {
        return Err(FileError::Whole(format!("{name} is {called}. Save the sheet as CSV (UTF-8) and give that.")));
    }
    let text = file.text();
    let text = with_line_feeds(&text);
    let mut sheet = Sheet::open(name, &text)?;
    let columns = Columns::of(name, &sheet)?;
    let (mut rows, mut faults) = (Vec::new(), RowFaults::default());
    while let Some(row) = sheet.next_row(name)? {
        rows.extend(columns.row(&row, &mut faults));
    }
    if !faults.is_empty() {
        return Err(FileError::Contents(faults.into_faults()));
    }
    if rows.is_empty() {
        return Err(FileError::Whole(format!("{name} has headings and no rows under them.")));
    }
    Ok(rows)
}

/// Where each heading stands.
struct Columns {
    group: usize,
    project: usize,
    date: usize,
    role: usize,
    people: usize,
    duration: usize,
    in_minutes: bool,
    activity: Option<usize>,
}

impl Columns {
    fn of(name: &str, sheet: &Sheet<'_>) -> Result<Self, FileError> {
        let duration = DURATIONS.iter().find_map(|(heading, minutes)| Some((sheet.column(heading)?, *minutes)));
        let needed = ["group", "project", "date", "role", "people"];
        let mut missing: Vec<&str> = needed.into_iter().filter(|heading| sheet.column(heading).is_none()).collect();
        if duration.is_none() {
            missing.push("hours each (or minutes each)");
        }
        let column = |heading| sheet.column(heading);
        let found = (column("group"), column("project"), column("date"), column("role"), column("people"), duration);
        let (Some(group), Some(project), Some(date), Some(role), Some(people), Some(duration)) = found else {
            return Err(FileError::Whole(format!(
                "{name}: the first row lacks the heading{} {}. Its headings are to be: {}.",
                if missing.len() == 1 { "" } else { "s" },
                missing.join(", "),
                HEADINGS.join(", ")
            )));
        };
        let (duration, in_minutes) = duration;
        let activity = column("activity");
        Ok(Self { group, project, date, role, people, duration, in_minutes, activity })
    }

    /// One row, or its complaints.
    fn row(&self, row: &Row, faults: &mut RowFaults) -> Option<HoursRow> {
        let number = row.number;
        let day = self.day(row, faults);
        let role = role(row.cell(self.role), number, faults);
        let people = people(row.cell(self.people), number, faults);
        let minutes_each = self.minutes(row, faults);
        for (column, heading) in [(self.group, "Group"), (self.project, "Project")] {
            if row.cell(column).is_empty() {
                faults.push(number, heading, format!("Enter the {}.", heading.to_lowercase()));
            }
        }
        Some(HoursRow {
            number,
            group: row.cell(self.group).to_owned(),
            project: row.cell(self.project).to_owned(),
            day: day?,
            role: role?,
            people: people?,
            minutes_each: minutes_each?,
            activity: self.activity.map(|column| row.cell(column).to_owned()).filter(|text| !text.is_empty()),
        })
    }

    fn day(&self, row: &Row, faults: &mut RowFaults) -> Option<Day> {
        let cell = row.cell(self.date);
        let day = cells::day(cell);
        if day.is_none() {
            faults.push(row.number, "Date", said(cell, "must be a day, like 27/03/2025 or 2025-03-27."));
        }
        day
    }

    fn minutes(&self, row: &Row, faults: &mut RowFaults) -> Option<u32> {
        let cell = row.cell(self.duration);
        let bare = if self.in_minutes { cells::count(cell).map(Ok) } else { None };
        let outcome = bare.unwrap_or_else(|| cells::minutes(cell));
        let sentence = match outcome {
            Ok(minutes) => return Some(minutes),
            Err(DurationError::Minutes(number)) => {
                said(cell, &format!("is more hours than a day has. Did you mean {number} minutes? Write {number}m."))
            }
            Err(DurationError::Fraction) => said(cell, "comes to no whole minute. Write hours and minutes, like 2:20."),
            Err(DurationError::Form) if self.in_minutes => said(cell, "must be a number of minutes, like 150."),
            Err(DurationError::Form) => said(cell, "must be a number, like 2.5."),
        };
        let column = if self.in_minutes { "Minutes" } else { "Hours" };
        faults.push(row.number, column, sentence);
        None
    }
}

fn role(cell: &str, row: usize, faults: &mut RowFaults) -> Option<Slug> {
    let role = Slug::of(cell);
    if role.fault().is_none() {
        return Some(role);
    }
    faults.push(row, "Role", said(cell, "must be a role of the rate card, like general."));
    None
}

fn people(cell: &str, row: usize, faults: &mut RowFaults) -> Option<u32> {
    let people = cells::count(cell);
    if people.is_none() {
        faults.push(row, "People", said(cell, "must be a whole number, like 12."));
    }
    people
}

/// The beginning of a cell with what is to be said of it.
fn said(cell: &str, sentence: &str) -> String {
    let beginning: String = cell.chars().take(40).collect();
    if beginning.is_empty() { format!("This {sentence}") } else { format!("'{beginning}' {sentence}") }
}
