//! Which day it is for a ledger. The instant comes from the log's clock; the day depends on the ledger's time zone.
//!
//! Invariant: nothing below `app` asks what day it is.

use jiff::tz::TimeZone;

use crate::domain::books::Books;
use crate::domain::time::{Day, FIRST_DAY, Instant};

/// The zone of a ledger that is not opened yet.
const ZONE: &str = "Europe/London";

/// The day that an instant falls on for a ledger.
pub fn today(books: &Books, instant: Instant) -> Day {
    day_in(books.setup.ledger().map_or(ZONE, |ledger| ledger.opened.time_zone.as_str()), instant)
}

/// The calendar day of an instant in a time zone; UTC where the zone's name is not known.
pub fn day_in(zone: &str, instant: Instant) -> Day {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let stamp = jiff::Timestamp::from_microsecond(instant.0).unwrap_or(jiff::Timestamp::MIN);
    Day::from_civil(stamp.to_zoned(zone).date()).unwrap_or(FIRST_DAY)
}
