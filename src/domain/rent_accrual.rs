//! The arithmetic of rent: what accrues by day, and how an offset is spread over the period that it pays for.
//!
//! Invariant: an accrual is a difference of two sums from the same first day, so that adjoining windows add up and a
//! whole financial year is the annual sum to the penny, leap year or not. Pure: the agreements stand in `rent.rs`.

use super::money::{Pence, mul_div_half_even};
use super::time::{Day, FinancialYear};

/// A run of days through which one annual sum accrues; both ends count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The first day.
    pub from: Day,
    /// The last day that counts.
    pub to: Day,
    /// The sum of a whole financial year.
    pub annual: Pence,
}

/// What accrues in a window (both ends included) over all segments.
pub fn accrued(segments: &[Segment], from: Day, to: Day) -> Pence {
    segments.iter().map(|segment| accrued_in(segment, from, to)).fold(Pence::ZERO, Pence::plus)
}

/// What accrues of one segment in a window.
fn accrued_in(segment: &Segment, from: Day, to: Day) -> Pence {
    let (from, to) = (from.max(segment.from), to.min(segment.to));
    let mut sum = Pence::ZERO;
    let mut year = FinancialYear::of(from);
    while from <= to && year.first_day() <= to && year.days() > 0 {
        sum = sum.plus(accrued_in_year(segment, year, from, to));
        year = year.next();
    }
    sum
}

/// What accrues of one segment in the part of a window that lies in one financial year. The window lies within the
/// segment.
fn accrued_in_year(segment: &Segment, year: FinancialYear, from: Day, to: Day) -> Pence {
    let first = segment.from.max(year.first_day());
    let through = |day: Day| rounded(segment.annual, day.days_from(first), year.days());
    through(to.min(year.last_day())).less(through(from.max(first).previous()))
}

/// The part of an amount that is spread by day over a period (both ends included) and falls into a window.
pub fn spread(amount: Pence, period: (Day, Day), from: Day, to: Day) -> Pence {
    let (first, last) = period;
    let (from, to) = (from.max(first), to.min(last));
    if from > to {
        return Pence::ZERO;
    }
    let through = |day: Day| rounded(amount, day.days_from(first), last.days_from(first));
    through(to).less(through(from.previous()))
}

/// `amount x days / of`, half to even. An amount is bounded, and days are no more than the whole, so that it fits.
fn rounded(amount: Pence, days: i64, of: i64) -> Pence {
    Pence(mul_div_half_even(amount.0, days, of).unwrap_or(0))
}
