//! Flat, pre-summed rows for charts and files: one row a period and key, with nothing left out.
//!
//! Invariant: zero-filled: every key has a row in every period of the window, and the rows of one period add up to the
//! figure of that period.

use std::collections::BTreeMap;

use crate::domain::ids::{Position, RateCardId};
use crate::domain::projects::Project;
use crate::domain::time::Day;

use super::contributors::funding_behind;
use super::dividends::SharedDividend;
use super::evidence::totals_by_entry;
use super::grouping::{ALL, Dimension, NOWHERE, portions};
use super::line::Line;
use super::ratio::Ratio;
use super::selection::Selection;
use super::totals::Totals;
use super::view::View;
use super::window::{Period, Window};

/// What a series shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// A line, in its unit.
    Line(Line),
    /// What others added for each pound of public support.
    PerPound,
    /// The same without match funding from lotteries and other public bodies.
    PerPoundWithoutPublic,
    /// Match funding and cash pledges for each pound of grants and contracts.
    CashLeverage,
}

/// One row of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesRow {
    /// The first day of the period.
    pub time: Day,
    /// What the row is known by.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// The value, in the line's unit; of a ratio its numerator, in pence.
    pub value: i64,
    /// Both sides of a ratio.
    pub ratio: Option<Ratio>,
    /// How many entries stand behind the value.
    pub entry_count: usize,
}

/// A series: rows by period and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What it shows.
    pub measure: Measure,
    /// By what it is grouped.
    pub group_by: Dimension,
    /// What it is cut into.
    pub per: Period,
    /// The rows, by period and then by key.
    pub rows: Vec<SeriesRow>,
}

/// What one key comes to in one period.
#[derive(Clone, Debug, Default)]
struct Cell {
    totals: Totals,
    count: usize,
}

type Cells = BTreeMap<String, Cell>;

/// A measure of the selected projects, period by period. A dimension of time makes one row a period.
pub fn series(
    view: &View,
    selection: &Selection,
    measure: Measure,
    group_by: Dimension,
    per: Period,
    window: Window,
    rate_card: Option<RateCardId>,
) -> Series {
    let mut labels: BTreeMap<String, String> = BTreeMap::new();
    let mut periods: Vec<(Day, Window, Cells)> = Vec::new();
    for (first, part) in window.periods(per) {
        let mut cells = Cells::new();
        for project in selection.of(&view.books) {
            for (key, label, cell) in cells_of(view, project, part, measure, group_by, rate_card) {
                let sum = cells.entry(key.clone()).or_default();
                sum.totals = sum.totals.plus(&cell.totals);
                sum.count += cell.count;
                labels.insert(key, label);
            }
        }
        periods.push((first, part, cells));
    }
    if labels.is_empty() {
        labels.insert(ALL.to_owned(), "All".to_owned());
    }
    let rows = periods.iter().flat_map(|(first, part, cells)| {
        labels.iter().map(|(key, label)| row(*first, *part, key, label, cells.get(key), measure))
    });
    Series { measure, group_by, per, rows: rows.collect() }
}

fn row(time: Day, window: Window, key: &str, label: &str, cell: Option<&Cell>, measure: Measure) -> SeriesRow {
    let cell = cell.cloned().unwrap_or_default();
    let figure = SharedDividend { totals: cell.totals, ..SharedDividend::empty(window) };
    let ratio = match measure {
        Measure::Line(_) => None,
        Measure::PerPound => Some(figure.per_pound()),
        Measure::PerPoundWithoutPublic => Some(figure.per_pound_without_public()),
        Measure::CashLeverage => Some(figure.cash_leverage()),
    };
    let value = match measure {
        Measure::Line(line) => figure.line(line),
        _ => ratio.map_or(0, |ratio| ratio.numerator.0),
    };
    SeriesRow { time, key: key.to_owned(), label: label.to_owned(), value, ratio, entry_count: cell.count }
}

/// The cells that one project fills in one period.
fn cells_of(
    view: &View,
    project: &Project,
    window: Window,
    measure: Measure,
    group_by: Dimension,
    rate_card: Option<RateCardId>,
) -> Vec<(String, String, Cell)> {
    let entries = totals_by_entry(view, project.id, window, rate_card);
    let lines = lines_of(measure);
    let behind = |totals: &Totals, lines: &[Line]| lines.iter().any(|line| totals.line(*line) != 0);
    let count = entries.values().filter(|(_, totals)| behind(totals, &lines)).count();
    let sum = || entries.values().fold(Totals::default(), |sum, (_, totals)| sum.plus(totals));
    match group_by {
        Dimension::FinancialYear | Dimension::Quarter | Dimension::Month => {
            vec![(ALL.to_owned(), "All".to_owned(), Cell { totals: sum(), count })]
        }
        Dimension::Line => {
            let totals = sum();
            let cell = |line: &Line| {
                let count = entries.values().filter(|(_, totals)| totals.line(*line) != 0).count();
                (line.name().to_owned(), line.label().to_owned(), Cell { totals: totals.only(*line), count })
            };
            lines.iter().map(cell).collect()
        }
        _ => {
            let counted = |key: &str| match group_by {
                Dimension::Fund => {
                    let funded = entries.iter().filter(|(_, (_, totals))| behind(totals, &lines));
                    funded.filter(|(position, _)| pays(view, **position, key)).count()
                }
                _ => count,
            };
            let portions = portions(view, project, window, group_by, rate_card);
            portions
                .into_iter()
                .map(|(key, label, totals)| {
                    let count = counted(&key);
                    (key, label, Cell { totals, count })
                })
                .collect()
        }
    }
}

/// Whether a fund, or no fund at all, is behind an entry.
fn pays(view: &View, position: Position, key: &str) -> bool {
    let funding = funding_behind(&view.books, position);
    if funding.is_empty() { key == NOWHERE } else { funding.iter().any(|(fund, _)| fund.to_string() == key) }
}

/// The single lines whose entries stand behind a measure.
fn lines_of(measure: Measure) -> Vec<Line> {
    let returned = vec![Line::Volunteering, Line::Pledges, Line::MatchFunding, Line::Reinvested];
    match measure {
        Measure::Line(Line::Invested) => vec![Line::Grants, Line::Contracts, Line::RentInKind, Line::OtherInKind],
        Measure::Line(Line::Returned) | Measure::PerPound | Measure::PerPoundWithoutPublic => returned,
        Measure::CashLeverage => vec![Line::MatchFunding, Line::Pledges],
        Measure::Line(line) => vec![line],
    }
}
