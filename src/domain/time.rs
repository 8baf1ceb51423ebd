//! Days, months, financial years and instants. No clock: whoever asks brings the day it is.
//!
//! Invariant: a day is a calendar date without a time zone; only an [`Instant`] is a point in time, and it is UTC.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

/// A calendar date, held as days since 1970-01-01. Written `2012-05-01`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// The first date that a ledger can hold.
pub const FIRST_DAY: Day = Day(-25_567);
/// The last date that a ledger can hold.
pub const LAST_DAY: Day = Day(84_005);

/// Why a text is no date, month, year or instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a date between 1900 and 2199.
    #[error("a date is written year-month-day, like 2012-05-01, and lies between 1900 and 2199")]
    Date,
    /// Not a month between 1900 and 2199.
    #[error("a month is written year-month, like 2012-05")]
    Month,
    /// Not two adjoining years.
    #[error("a financial year is written like 2012-13 and runs from 1 April to 31 March")]
    FinancialYear,
    /// Not a UTC instant.
    #[error("an instant is written in UTC, like 2012-05-01T09:30:00.000000Z")]
    Instant,
}

impl Day {
    /// The date with this year, month and day of the month.
    ///
    /// # Errors
    /// [`TimeError::Date`] where there is no such date, or it lies outside 1900 to 2199.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, TimeError> {
        Date::new(year, month, day).map_err(|_| TimeError::Date).and_then(Self::from_civil)
    }

    /// The day of a civil date.
    ///
    /// # Errors
    /// [`TimeError::Date`] where it lies outside 1900 to 2199.
    pub fn from_civil(civil: Date) -> Result<Self, TimeError> {
        let since = civil.since(date(1970, 1, 1)).map_err(|_| TimeError::Date)?;
        let day = Self(since.get_days());
        if day < FIRST_DAY || day > LAST_DAY { Err(TimeError::Date) } else { Ok(day) }
    }

    /// The civil date of this day; days outside the ledger's range are held at its ends.
    pub fn civil(self) -> Date {
        let days = self.0.clamp(FIRST_DAY.0, LAST_DAY.0);
        date(1970, 1, 1).saturating_add(jiff::Span::new().days(days))
    }

    /// The next day.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The day before.
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The number of days from `first` to this day, both counted; 0 where this day is earlier.
    pub fn days_from(self, first: Self) -> i64 {
        i64::from(self.0).saturating_sub(i64::from(first.0)).saturating_add(1).max(0)
    }

    /// The month that holds this day.
    pub fn month(self) -> Month {
        let civil = self.civil();
        Month { year: civil.year(), month: civil.month() }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(f, "{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day())
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let well_formed = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !well_formed {
            return Err(TimeError::Date);
        }
        text.parse::<Date>().map_err(|_| TimeError::Date).and_then(Self::from_civil)
    }
}

/// A calendar month. Written `2012-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year, 1900 to 2199.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
}

impl Month {
    /// The first day of the month.
    pub fn first_day(self) -> Day {
        Day::new(self.year, self.month, 1).unwrap_or(FIRST_DAY)
    }

    /// The last day of the month.
    pub fn last_day(self) -> Day {
        Day::from_civil(self.first_day().civil().last_of_month()).unwrap_or(LAST_DAY)
    }

    /// The month after.
    pub fn next(self) -> Self {
        self.last_day().next().month()
    }

    /// The month of [`FIRST_DAY`].
    pub const FIRST: Self = Self { year: 1900, month: 1 };
    /// The month of [`LAST_DAY`].
    pub const LAST: Self = Self { year: 2199, month: 12 };

    /// The number of the month: months follow each other by one, over the ends of years too.
    pub const fn number(self) -> i32 {
        (self.year as i32).saturating_mul(12).saturating_add(self.month as i32).saturating_sub(1)
    }

    /// The month with a number; one outside the ledger's range is held at its ends.
    pub fn numbered(number: i32) -> Self {
        let held = number.clamp(Self::FIRST.number(), Self::LAST.number());
        let year = i16::try_from(held.div_euclid(12)).unwrap_or(Self::FIRST.year);
        Self { year, month: i8::try_from(held.rem_euclid(12).saturating_add(1)).unwrap_or(Self::FIRST.month) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let day: Day = format!("{text}-01").parse().map_err(|_| TimeError::Month)?;
        Ok(day.month())
    }
}

/// A financial year of a local authority: 1 April to 31 March, named by the year it begins in. Written `2012-13`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(pub i16);

impl FinancialYear {
    /// The financial year that holds a day.
    pub fn of(day: Day) -> Self {
        let civil = day.civil();
        if civil.month() >= 4 { Self(civil.year()) } else { Self(civil.year().saturating_sub(1)) }
    }

    /// 1 April.
    pub fn first_day(self) -> Day {
        Day::new(self.0, 4, 1).unwrap_or(if self.0 < 1900 { FIRST_DAY } else { LAST_DAY })
    }

    /// 31 March of the year after.
    pub fn last_day(self) -> Day {
        self.next().first_day().previous()
    }

    /// How many days it has: 365 or 366.
    pub fn days(self) -> i64 {
        self.last_day().days_from(self.first_day())
    }

    /// The financial year after.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, self.next().0.rem_euclid(100))
    }
}

impl FromStr for FinancialYear {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (first, _) = text.split_once('-').ok_or(TimeError::FinancialYear)?;
        let year: i16 = first.parse().map_err(|_| TimeError::FinancialYear)?;
        let candidate = Self(year);
        let in_range = (1900..2199).contains(&year);
        if in_range && candidate.to_string() == text { Ok(candidate) } else { Err(TimeError::FinancialYear) }
    }
}

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        write!(f, "{stamp:.6}")
    }
}

impl FromStr for Instant {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let stamp: jiff::Timestamp = text.parse().map_err(|_| TimeError::Instant)?;
        if !text.ends_with('Z') || !stamp.as_nanosecond().rem_euclid(1000).eq(&0) {
            return Err(TimeError::Instant);
        }
        Ok(Self(stamp.as_microsecond()))
    }
}
