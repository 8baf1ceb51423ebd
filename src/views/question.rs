//! What grouped figures are asked for with, and their rows, period by period where the window is cut into periods.
//!
//! Invariant: zero-filled: every group that has a row in one period has one in all; and the rows of a period add up to
//! that period's figure on every line that is a sum. A group is what it was at the end of each period.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ids::RateCardId;
use crate::domain::time::Day;

use super::dividends::{SharedDividend, named_card};
use super::grouping::{Dimension, Group};
use super::memo::Part;
use super::selection::Selection;
use super::view::View;
use super::window::{Period, Window};

/// The most rows of grouped figures: periods times groups.
pub const ROWS_MAX: usize = 10_000;

/// There would be more rows than [`ROWS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there would be {rows} rows or more")]
pub struct TooManyRows {
    /// How many there would be at least.
    pub rows: usize,
}

/// What grouped figures are asked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Of which projects.
    pub selection: Arc<Selection>,
    /// Over which days.
    pub window: Window,
    /// By what they are grouped.
    pub group_by: Dimension,
    /// What the window is cut into, where it is. A dimension of time then makes one row a period.
    pub per: Option<Period>,
    /// The rate card that is named.
    pub rate_card: Option<RateCardId>,
}

impl Question {
    /// The rows: by key; where the window is cut into periods, by period and then by key.
    ///
    /// # Errors
    /// [`TooManyRows`] where there would be more of them than anybody reads.
    pub fn rows(&self, view: &View) -> Result<Arc<[Group]>, TooManyRows> {
        let things = self.group_by.period().is_none().then_some(self.group_by);
        match (self.per, self.group_by.period()) {
            (Some(per), _) => self.cut(view, per, things),
            (None, Some(period)) => Ok(self.named_by_period(view, period)),
            (None, None) => Ok(self.part(self.window, things).rows(view)),
        }
    }

    /// The figure of all selected projects over the whole window.
    pub fn total(&self, view: &View) -> SharedDividend {
        self.all(view, self.window)
    }

    /// The same over one window.
    fn all(&self, view: &View, window: Window) -> SharedDividend {
        let rows = self.part(window, None).rows(view);
        rows.first().map_or_else(|| self.nothing(view, window), |all| all.dividend)
    }

    fn part(&self, window: Window, group_by: Option<Dimension>) -> Part {
        Part { window, group_by, rate_card: self.rate_card, selection: Arc::clone(&self.selection) }
    }

    fn nothing(&self, view: &View, window: Window) -> SharedDividend {
        SharedDividend { rate_card: named_card(view, window, self.rate_card), ..SharedDividend::empty(window) }
    }

    /// A row for each group in each period.
    fn cut(&self, view: &View, per: Period, things: Option<Dimension>) -> Result<Arc<[Group]>, TooManyRows> {
        let periods = self.window.periods(per);
        let mut parts: Vec<(Day, Window, Arc<[Group]>)> = Vec::with_capacity(periods.len());
        let mut labels: BTreeMap<String, String> = BTreeMap::new();
        let count = periods.len();
        for (first, window) in periods {
            let rows = self.part(window, things).rows(view);
            for row in rows.iter() {
                if labels.get(&row.key) != Some(&row.label) {
                    labels.insert(row.key.clone(), row.label.clone());
                }
            }
            check(labels.len().saturating_mul(count))?;
            parts.push((first, window, rows));
        }
        let of_period = |(first, window, rows): &(Day, Window, Arc<[Group]>)| {
            let known: BTreeMap<&str, SharedDividend> =
                rows.iter().map(|row| (row.key.as_str(), row.dividend)).collect();
            let (time, nothing) = (Some(*first), self.nothing(view, *window));
            let row = |(key, label): (&String, &String)| Group {
                time,
                key: key.clone(),
                label: label.clone(),
                dividend: known.get(key.as_str()).copied().unwrap_or(nothing),
            };
            labels.iter().map(row).collect::<Vec<_>>()
        };
        Ok(parts.iter().flat_map(of_period).collect())
    }

    /// A row a period, known by the period's first day.
    fn named_by_period(&self, view: &View, period: Period) -> Arc<[Group]> {
        let row = |(first, window): (Day, Window)| Group {
            time: None,
            key: first.to_string(),
            label: period.label(first),
            dividend: self.all(view, window),
        };
        self.window.periods(period).into_iter().map(row).collect()
    }
}

fn check(rows: usize) -> Result<(), TooManyRows> {
    if rows > ROWS_MAX { Err(TooManyRows { rows }) } else { Ok(()) }
}
