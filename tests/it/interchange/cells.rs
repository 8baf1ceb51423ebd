//! What people write in cells.

use coledger::domain::time::Day;
use coledger::interchange::cells::{DurationError, count, day, minutes};

#[test]
fn a_duration_is_read_in_every_way_that_people_write_it() {
    let rows: &[(&str, Result<u32, DurationError>)] = &[
        ("2.5", Ok(150)),
        ("2,5", Ok(150)),
        ("2½", Ok(150)),
        ("½", Ok(30)),
        ("2 ¼", Ok(135)),
        ("2:30", Ok(150)),
        ("2h30", Ok(150)),
        ("2h 30m", Ok(150)),
        ("2h", Ok(120)),
        ("2 hours", Ok(120)),
        ("150m", Ok(150)),
        ("90 min", Ok(90)),
        ("90 minutes", Ok(90)),
        ("24", Ok(1440)),
        (".25", Ok(15)),
        ("0.1", Ok(6)),
        ("90", Err(DurationError::Minutes(90))),
        ("2.33", Err(DurationError::Fraction)),
        ("2:60", Err(DurationError::Form)),
        ("two", Err(DurationError::Form)),
        ("", Err(DurationError::Form)),
        ("-1", Err(DurationError::Form)),
        ("1e3", Err(DurationError::Form)),
        ("99999999999999999999", Err(DurationError::Form)),
    ];
    for (text, wanted) in rows {
        assert_eq!(minutes(text), *wanted, "{text}");
    }
}

#[test]
fn a_date_is_read_day_first_or_year_first_and_never_month_first() {
    let march = Day::new(2025, 3, 27).ok();
    let rows = [
        ("2025-03-27", march),
        ("27/03/2025", march),
        ("27/3/2025", march),
        ("27.03.2025", march),
        ("27 March 2025", march),
        ("27 Mar 2025", march),
        ("27th March 2025", march),
        ("27-Mar-2025", march),
        ("03/27/2025", None),
        ("27/03/25", None),
        ("31/02/2025", None),
        ("2025-3-27", None),
        ("yesterday", None),
        ("", None),
    ];
    for (text, wanted) in rows {
        assert_eq!(day(text), wanted, "{text}");
    }
}

#[test]
fn a_count_may_have_thousands_parted_but_no_fraction() {
    let rows =
        [("12", Some(12)), ("1,200", Some(1200)), ("12.0", Some(12)), ("12.5", None), ("1,2", None), ("-3", None)];
    for (text, wanted) in rows {
        assert_eq!(count(text), wanted, "{text}");
    }
}
