//! Grouped figures period by period: a row for each group in each period of a window.
//!
//! Invariant: zero-filled: every group that has a row in one period has one in all; and the rows of a period add up to
//! that period's total on every line that is a sum. A group is what it was at the end of each period.

use std::collections::BTreeMap;

use crate::domain::ids::RateCardId;
use crate::domain::time::Day;

use super::dividends::{SharedDividend, named_card};
use super::grouping::{Dimension, Group, SharedDividends, groups, total};
use super::selection::Selection;
use super::view::View;
use super::window::{Period, Window};

/// The most rows of grouped figures: periods times groups.
pub const ROWS_MAX: usize = 10_000;
/// The key where there is but one row a period.
const ALL: &str = "all";

/// There would be more rows than [`ROWS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there would be {rows} rows or more")]
pub struct TooManyRows {
    /// How many there would be at least.
    pub rows: usize,
}

/// The figures of the selected projects, grouped, period by period. A dimension of time makes one row a period.
///
/// # Errors
/// [`TooManyRows`] where there would be more of them than anybody reads.
pub fn shared_dividends_per(
    view: &View,
    selection: &Selection,
    window: Window,
    group_by: Dimension,
    per: Period,
    rate_card: Option<RateCardId>,
) -> Result<SharedDividends, TooManyRows> {
    let periods = window.periods(per);
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut parts: Vec<(Day, Window, BTreeMap<String, SharedDividend>)> = Vec::with_capacity(periods.len());
    for (first, part) in &periods {
        let mut figures = BTreeMap::new();
        for group in groups_of(view, selection, *part, group_by, rate_card) {
            figures.insert(group.key.clone(), group.dividend);
            labels.insert(group.key, group.label);
        }
        check(labels.len().saturating_mul(periods.len()))?;
        parts.push((*first, *part, figures));
    }
    let rows = parts.iter().flat_map(|(first, part, figures)| {
        let nothing = SharedDividend { rate_card: named_card(view, *part, rate_card), ..SharedDividend::empty(*part) };
        labels.iter().map(move |(key, label)| Group {
            time: Some(*first),
            key: key.clone(),
            label: label.clone(),
            dividend: figures.get(key).copied().unwrap_or(nothing),
        })
    });
    let groups = rows.collect();
    Ok(SharedDividends { group_by, groups, total: total(view, selection, window, rate_card) })
}

fn check(rows: usize) -> Result<(), TooManyRows> {
    if rows > ROWS_MAX { Err(TooManyRows { rows }) } else { Ok(()) }
}

/// The groups of one period.
fn groups_of(
    view: &View,
    selection: &Selection,
    window: Window,
    group_by: Dimension,
    rate_card: Option<RateCardId>,
) -> Vec<Group> {
    if group_by.period().is_some() {
        let dividend = total(view, selection, window, rate_card);
        return vec![Group { time: None, key: ALL.to_owned(), label: "All".to_owned(), dividend }];
    }
    groups(view, selection, window, group_by, rate_card)
}
