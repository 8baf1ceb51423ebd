//! Why a figure moved: one window as known at two positions, line by line and entry by entry.
//!
//! Invariant: the differences of the entries of a line add up to the difference of the line. Derived lines are sums of
//! others and have no rows of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{Position, ProjectId};
use crate::domain::time::Day;

use super::activity::is_reversed;
use super::evidence::totals_by_entry;
use super::line::Line;
use super::selection::Selection;
use super::totals::Totals;
use super::view::View;
use super::window::Window;

/// Why an entry counts differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It was not recorded yet.
    Recorded,
    /// It was reversed since, by this entry where that is known.
    Reversed(Option<Position>),
    /// It was confirmed, rejected or disputed since, by this entry.
    Decided(Position),
    /// It is valued or dated otherwise because of other entries: a rate card, a review of rent, a receipt.
    Restated,
}

/// One entry that counts differently on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestatedEntry {
    /// The entry.
    pub position: Position,
    /// The day it happened, or from which it counts.
    pub day: Day,
    /// What it added as known before, in the line's unit.
    pub before: i64,
    /// What it adds as known after.
    pub after: i64,
    /// Why.
    pub cause: Cause,
}

/// One line of one project that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestatedLine {
    /// The project.
    pub project: ProjectId,
    /// The line.
    pub line: Line,
    /// The line as known before.
    pub before: i64,
    /// The line as known after.
    pub after: i64,
    /// The entries that count differently, in the order of the log.
    pub entries: Vec<RestatedEntry>,
}

impl RestatedLine {
    /// By how much the line moved.
    pub fn difference(&self) -> i64 {
        self.after.saturating_sub(self.before)
    }
}

/// What moved in a window between two views of one ledger, the later of which is `after`.
pub fn restatement(before: &View, after: &View, selection: &Selection, window: Window) -> Vec<RestatedLine> {
    let projects: BTreeSet<ProjectId> =
        selection.of(&before.books).chain(selection.of(&after.books)).map(|project| project.id).collect();
    projects.into_iter().flat_map(|project| of_project(before, after, project, window)).collect()
}

fn of_project(before: &View, after: &View, project: ProjectId, window: Window) -> Vec<RestatedLine> {
    let was = totals_by_entry(before, project, window, None);
    let is = totals_by_entry(after, project, window, None);
    let lines = Line::ALL.iter().filter(|line| !matches!(line, Line::Invested | Line::Returned));
    let restated = lines.map(|line| restated_line(before, after, project, *line, &was, &is));
    restated.filter(|line| !line.entries.is_empty()).collect()
}

type ByEntry = BTreeMap<Position, (Day, Totals)>;

fn restated_line(
    before: &View,
    after: &View,
    project: ProjectId,
    line: Line,
    was: &ByEntry,
    is: &ByEntry,
) -> RestatedLine {
    let value = |of: &ByEntry, position: Position| of.get(&position).map_or(0, |(_, totals)| totals.line(line));
    let positions: BTreeSet<Position> = was.keys().chain(is.keys()).copied().collect();
    let entries = positions.into_iter().filter_map(|position| {
        let (before_value, after_value) = (value(was, position), value(is, position));
        let day = is.get(&position).or_else(|| was.get(&position)).map(|(day, _)| *day)?;
        let cause = cause(before, after, position);
        let entry = RestatedEntry { position, day, before: before_value, after: after_value, cause };
        (before_value != after_value).then_some(entry)
    });
    let sum = |of: &ByEntry| of.values().map(|(_, totals)| totals.line(line)).fold(0, i64::saturating_add);
    RestatedLine { project, line, before: sum(was), after: sum(is), entries: entries.collect() }
}

fn cause(before: &View, after: &View, position: Position) -> Cause {
    if position > before.position {
        return Cause::Recorded;
    }
    if is_reversed(&after.books, position) && !is_reversed(&before.books, position) {
        return Cause::Reversed(after.books.reversed.get(&position).copied());
    }
    match decided_at(after, position) {
        Some(decision) if decided_at(before, position) != Some(decision) => Cause::Decided(decision),
        _ => Cause::Restated,
    }
}

/// The confirmation, rejection or dispute that decided an entry.
fn decided_at(view: &View, position: Position) -> Option<Position> {
    use crate::domain::ids::DeliveryId;
    use crate::domain::pledges::DeliveryState;
    let delivery = view.books.pledges.delivery(DeliveryId(position)).map(|delivery| delivery.state);
    match delivery {
        Some(DeliveryState::Confirmed(by) | DeliveryState::Disputed(by)) => Some(by),
        _ => view.books.hours.row(position).and_then(|row| row.decided_at()),
    }
}
