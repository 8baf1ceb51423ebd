//! Windows of days and the periods that they are cut into.
//!
//! Invariant: the periods of a window follow each other without gap or overlap, so that what they hold adds up to what
//! the window holds.

use std::fmt;

use crate::domain::time::{Day, FinancialYear};

/// The days that a figure speaks of, both ends included, cut at the as-at day so that nothing of the future counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The day that the figure is drawn up at; echoed in every answer.
    pub as_at: Day,
}

impl Window {
    /// A window that is drawn up at a day.
    pub fn new(from: Day, to: Day, as_at: Day) -> Self {
        Self { from, to, as_at }
    }

    /// A financial year, drawn up at its last day.
    pub fn year(year: FinancialYear) -> Self {
        Self::new(year.first_day(), year.last_day(), year.last_day())
    }

    /// The last day that counts: the window's last or the as-at day, whichever is earlier.
    pub fn end(self) -> Day {
        self.to.min(self.as_at)
    }

    /// Whether no day counts.
    pub fn is_empty(self) -> bool {
        self.end() < self.from
    }

    /// Whether a day counts.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.end()
    }

    /// The parts of this window that its periods make, in their order, each with the period's first day. Periods that
    /// lie past the as-at day are there too, with nothing in them, so that a series has no gaps.
    pub fn periods(self, per: Period) -> Vec<(Day, Self)> {
        let mut parts = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            let (first, last) = per.around(from);
            let part = Self { from, to: last.min(self.to), as_at: self.as_at };
            parts.push((first, part));
            if last < from {
                break;
            }
            from = last.next();
        }
        parts
    }
}

/// What a window is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// Calendar months.
    Month,
    /// Quarters of the financial year: from 1 April, 1 July, 1 October, 1 January.
    Quarter,
    /// Financial years from 1 April.
    FinancialYear,
}

impl Period {
    /// Every period, shortest first.
    pub const ALL: &'static [Self] = &[Self::Month, Self::Quarter, Self::FinancialYear];

    /// The first and last day of the period that holds a day.
    pub fn around(self, day: Day) -> (Day, Day) {
        match self {
            Self::Month => (day.month().first_day(), day.month().last_day()),
            Self::Quarter => quarter_around(day),
            Self::FinancialYear => {
                let year = FinancialYear::of(day);
                (year.first_day(), year.last_day())
            }
        }
    }

    /// The name of the period that begins on a day: `2012-05`, `2012-13 Q1`, `2012-13`.
    pub fn label(self, first: Day) -> String {
        let year = FinancialYear::of(first);
        match self {
            Self::Month => first.month().to_string(),
            Self::Quarter => format!("{year} Q{}", quarter_number(first)),
            Self::FinancialYear => year.to_string(),
        }
    }
}

/// Which quarter of the financial year holds a day, 1 to 4.
fn quarter_number(day: Day) -> i8 {
    match day.month().month {
        4..=6 => 1,
        7..=9 => 2,
        10..=12 => 3,
        _ => 4,
    }
}

fn quarter_around(day: Day) -> (Day, Day) {
    let month = day.month();
    let mut first = month;
    first.month = month.month - (month.month - 1).rem_euclid(3);
    (first.first_day(), first.next().next().last_day())
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}, as at {}", self.from, self.to, self.as_at)
    }
}
