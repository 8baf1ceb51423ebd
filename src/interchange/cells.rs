//! What people write in the cells of a spreadsheet: dates, durations, counts.
//!
//! Invariant: a text is read one way only; whatever could be read in two ways is refused (dates are day first, as in
//! Britain).

use crate::domain::time::Day;

/// The months, by the first three letters of their English names.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day of `2025-03-27`, `27/03/2025`, `27.03.2025`, `27 March 2025`, `27 Mar 2025` or `27th March 2025`.
pub fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    text.parse().ok().or_else(|| day_first(text)).or_else(|| with_month_name(text))
}

fn day_first(text: &str) -> Option<Day> {
    let separator = ['/', '.', '-'].into_iter().find(|separator| text.contains(*separator))?;
    let mut parts = text.split(separator);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || day.len() > 2 || month.len() > 2 {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn with_month_name(text: &str) -> Option<Day> {
    let mut parts = text.split([' ', '-', ',']).filter(|part| !part.is_empty());
    let (day, month, year) = (parts.next()?, parts.next()?.to_lowercase(), parts.next()?);
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let month = (1..).zip(MONTHS).find(|(_, name)| month.starts_with(name)).map(|(number, _)| number)?;
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Day::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// It cannot be read.
    Form,
    /// A bare number of hours beyond a day; perhaps minutes were meant.
    Minutes(u32),
    /// It comes to no whole number of minutes.
    Fraction,
}

/// The minutes of `2.5`, `2,5`, `2½`, `2:30`, `2h30`, `2h`, `150m` or `90 min`; a bare number is hours.
///
/// # Errors
/// Where it cannot be read, or a bare number is more hours than a day has.
pub fn minutes(text: &str) -> Result<u32, DurationError> {
    let text: String = text.trim().to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    for unit in ["minutes", "minute", "mins", "min", "m"] {
        if let Some(number) = text.strip_suffix(unit).filter(|number| whole(number).is_some()) {
            return whole(number).ok_or(DurationError::Form);
        }
    }
    if let Some((hours, rest)) = text.split_once(':') {
        return sixty(hours, rest);
    }
    for unit in ["hours", "hour", "hrs", "hr", "h"] {
        if let Some((hours, rest)) = text.split_once(unit) {
            let rest = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            return if rest.is_empty() { of_hours(hours) } else { sixty(hours, rest) };
        }
    }
    let minutes = of_hours(&text)?;
    if minutes > 24 * 60 {
        return Err(whole(&text).map_or(DurationError::Form, DurationError::Minutes));
    }
    Ok(minutes)
}

/// Hours and minutes of which both are whole numbers, the minutes fewer than sixty.
fn sixty(hours: &str, minutes: &str) -> Result<u32, DurationError> {
    let hours = whole(hours).ok_or(DurationError::Form)?;
    let minutes = whole(minutes).filter(|minutes| *minutes < 60).ok_or(DurationError::Form)?;
    hours.checked_mul(60).and_then(|whole| whole.checked_add(minutes)).ok_or(DurationError::Form)
}

/// The minutes of a decimal or broken number of hours.
fn of_hours(text: &str) -> Result<u32, DurationError> {
    for (sign, quarters) in [("½", 2_u32), ("¼", 1), ("¾", 3)] {
        if let Some(hours) = text.strip_suffix(sign) {
            let hours = if hours.is_empty() { Some(0) } else { whole(hours) };
            let whole = hours.and_then(|hours| hours.checked_mul(60)).ok_or(DurationError::Form)?;
            return whole.checked_add(quarters * 15).ok_or(DurationError::Form);
        }
    }
    if text.is_empty() {
        return Err(DurationError::Form);
    }
    let (hours, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let places = u32::try_from(part.len()).ok().filter(|places| *places <= 6).ok_or(DurationError::Form)?;
    let hours = if hours.is_empty() { Some(0) } else { whole(hours) }.ok_or(DurationError::Form)?;
    let part = whole(part).ok_or(DurationError::Form)?;
    let scale = 10_u64.pow(places);
    let of_part = u64::from(part) * 60;
    if !of_part.is_multiple_of(scale) {
        return Err(DurationError::Fraction);
    }
    let minutes = u64::from(hours) * 60 + of_part / scale;
    u32::try_from(minutes).map_err(|_| DurationError::Form)
}

/// A whole number of at most seven digits; thousands may be parted by commas only in [`count`].
fn whole(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 7 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A whole number of people or minutes: `12`, `1,200`, `12.0`.
pub fn count(text: &str) -> Option<u32> {
    let text = text.trim();
    let text = text.strip_suffix(".0").or_else(|| text.strip_suffix(".00")).unwrap_or(text);
    if let Some((thousands, rest)) = text.split_once(',') {
        let fits = (1..=3).contains(&thousands.len()) && rest.len() == 3;
        return if fits { whole(&format!("{thousands}{rest}")) } else { None };
    }
    whole(text)
}
