//! Totals day by day of a month, column by column.
//!
//! Invariant: only columns that something was added to are held, at 256 bytes each: one of hours that wait, some eight of
//! hours that count, of 28 that there are. A column that came to nothing again is as good as one that is not held.

use crate::domain::day_blocks::BLOCK_DAYS;

use super::totals::Totals;

/// The number of a column, and what it comes to on each day.
pub(super) type DayColumn = (u32, [i64; BLOCK_DAYS]);

/// What the entries of each day of a month add. Days are numbered from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct DayTotals(Vec<DayColumn>);

impl DayTotals {
    /// The totals that were saved as these columns; `None` where no totals are saved so.
    pub(super) fn from_columns(columns: Vec<DayColumn>) -> Option<Self> {
        let known = |(column, _): &DayColumn| usize::try_from(*column).is_ok_and(|it| it < Totals::COLUMNS.len());
        (columns.is_sorted_by(|(one, _), (next, _)| one < next) && columns.iter().all(known)).then_some(Self(columns))
    }

    /// The totals of these days.
    pub(super) fn of_days(days: &[Totals]) -> Self {
        let mut totals = Self::default();
        days.iter().enumerate().for_each(|(day, sum)| totals.add(day, sum));
        totals
    }

    /// Adds to the totals of a day.
    pub(super) fn add(&mut self, day: usize, change: &Totals) {
        for (column, amount) in (0_u32..).zip(change.columns()).filter(|(_, amount)| *amount != 0) {
            if let Some(sum) = self.column_mut(column).and_then(|days| days.get_mut(day)) {
                *sum = sum.saturating_add(amount);
            }
        }
    }

    /// The totals from a day to a day, both included.
    pub(super) fn sum(&self, from: usize, to: usize) -> Totals {
        let mut columns = Totals::default().columns();
        for (column, days) in &self.0 {
            if let Some(sum) = columns.get_mut(usize::try_from(*column).unwrap_or(usize::MAX)) {
                let wanted = days.iter().take(to.saturating_add(1)).skip(from);
                *sum = wanted.fold(0, |sum, day| sum.saturating_add(*day));
            }
        }
        Totals::from_columns(columns)
    }

    /// The totals of all days.
    pub(super) fn all(&self) -> Totals {
        self.sum(0, BLOCK_DAYS - 1)
    }

    /// The columns that come to something on any day, in their order.
    pub(super) fn columns(&self) -> impl Iterator<Item = &DayColumn> {
        self.0.iter().filter(|(_, days)| days.iter().any(|sum| *sum != 0))
    }

    fn column_mut(&mut self, column: u32) -> Option<&mut [i64; BLOCK_DAYS]> {
        let at = self.0.partition_point(|(held, _)| *held < column);
        if self.0.get(at).is_none_or(|(held, _)| *held != column) {
            self.0.reserve_exact(1);
            self.0.insert(at, (column, [0; BLOCK_DAYS]));
        }
        self.0.get_mut(at).map(|(_, days)| days)
    }
}

impl PartialEq for DayTotals {
    fn eq(&self, other: &Self) -> bool {
        self.columns().eq(other.columns())
    }
}
