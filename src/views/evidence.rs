//! The entries behind a figure, each with its part of it.
//!
//! Invariant: the values listed for a line add up to the line, to the penny and to the minute.

use std::collections::BTreeMap;

use crate::domain::ids::{Position, ProjectId, RateCardId};
use crate::domain::time::Day;

use super::line::Line;
use super::parts;
use super::pricing::Pricing;
use super::totals::Totals;
use super::view::View;
use super::window::Window;

/// An entry behind a line of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The entry.
    pub position: Position,
    /// The day it happened, or from which it counts.
    pub day: Day,
    /// Its part of the line, in the line's unit; never nought.
    pub value: i64,
}

/// The entries behind one line of a project's figure, in the order of the log.
pub fn evidence(
    view: &View,
    project: ProjectId,
    window: Window,
    line: Line,
    rate_card: Option<RateCardId>,
) -> Vec<Evidence> {
    let entries = totals_by_entry(view, project, window, rate_card);
    let row =
        |(position, (day, totals)): (Position, (Day, Totals))| Evidence { position, day, value: totals.line(line) };
    entries.into_iter().map(row).filter(|row| row.value != 0).collect()
}

/// Everything that each entry adds to a project's figure, in the order of the log.
pub(crate) fn totals_by_entry(
    view: &View,
    project: ProjectId,
    window: Window,
    rate_card: Option<RateCardId>,
) -> BTreeMap<Position, (Day, Totals)> {
    let mut entries: BTreeMap<Position, (Day, Totals)> = BTreeMap::new();
    let pricing = Pricing::under(&view.books, rate_card);
    parts::of_figure(view, project, window, &pricing, |part| {
        if part.totals != Totals::default() {
            let entry = entries.entry(part.position).or_insert((part.day, Totals::default()));
            entry.1 = entry.1.plus(&part.totals);
        }
    });
    entries
}
