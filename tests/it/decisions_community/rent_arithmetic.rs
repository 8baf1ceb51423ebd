//! Rent by day: the cells of the worked example, leap years, and that windows add up.

use coledger::domain::money::Pence;
use coledger::domain::rent_accrual::{Segment, accrued, spread};
use coledger::domain::time::{Day, FinancialYear};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn segment(from: &str, to: &str, annual: i64) -> Segment {
    Segment { from: day(from), to: day(to), annual: Pence(annual) }
}

/// The agreement of the worked example: £6,200.00 less £1,000.00 a year, reviewed on 1 January 2013 to £6,800.00.
fn example() -> Vec<Segment> {
    vec![segment("2012-06-01", "2012-12-31", 520_000), segment("2013-01-01", "2199-12-31", 580_000)]
}

/// Its offset: £800.00 for 1 June 2012 to 31 March 2013.
fn offset(from: Day, to: Day) -> Pence {
    spread(Pence(80_000), (day("2012-06-01"), day("2013-03-31")), from, to)
}

#[test]
fn the_worked_example_accrues_to_the_penny() {
    let rows = [
        ("2012-04-01", "2012-06-30", 50_635),
        ("2012-07-01", "2012-09-30", 155_278),
        ("2012-10-01", "2012-12-31", 155_280),
        ("2013-01-01", "2013-03-31", 166_698),
        ("2012-04-01", "2013-03-31", 527_891),
        ("2013-04-01", "2014-03-31", 580_000),
        ("2012-04-01", "2014-03-31", 1_107_891),
    ];
    for (from, to, pence) in rows {
        let (from, to) = (day(from), day(to));
        assert_eq!(accrued(&example(), from, to).plus(offset(from, to)), Pence(pence), "{from} to {to}");
    }
}

#[test]
fn a_segment_accrues_from_its_first_day_to_its_last() {
    let rows = [
        ("a day before it begins", "2012-05-31", "2012-05-31", 0),
        ("its first day", "2012-06-01", "2012-06-01", 1_425),
        ("its last day", "2012-12-31", "2012-12-31", 1_425),
        ("the day after its last", "2013-01-01", "2013-01-01", 0),
        ("all of it, asked for widely", "1990-01-01", "2100-01-01", 304_877),
        ("a window that ends before it begins", "2012-08-02", "2012-08-01", 0),
    ];
    let segments = [segment("2012-06-01", "2012-12-31", 520_000)];
    for (name, from, to, pence) in rows {
        assert_eq!(accrued(&segments, day(from), day(to)), Pence(pence), "{name}");
    }
}

#[test]
fn a_leap_year_has_a_day_more_and_the_same_sum() {
    let long = [segment("2011-04-01", "2199-12-31", 366_000)];
    let leap_day = accrued(&long, day("2012-02-29"), day("2012-02-29"));
    assert_eq!(leap_day, Pence(1_000), "366 days from April 2011 to March 2012");
    assert_eq!(accrued(&long, day("2011-04-01"), day("2012-03-31")), Pence(366_000));
    assert_eq!(accrued(&long, day("2012-04-01"), day("2013-03-31")), Pence(366_000));
}

#[test]
fn an_offset_is_spread_over_its_period_and_nowhere_else() {
    let period = (day("2012-06-01"), day("2012-06-03"));
    let rows = [
        ("the day before", "2012-05-31", "2012-05-31", 0),
        ("the first day", "2012-06-01", "2012-06-01", 33),
        ("the second", "2012-06-02", "2012-06-02", 34),
        ("the last", "2012-06-03", "2012-06-03", 33),
        ("all of it", "2012-04-01", "2013-03-31", 100),
        ("the day after", "2012-06-04", "2012-06-04", 0),
    ];
    for (name, from, to, pence) in rows {
        assert_eq!(spread(Pence(100), period, day(from), day(to)), Pence(pence), "{name}");
    }
}

fn days() -> impl Strategy<Value = Day> {
    (day("2005-01-01").0..day("2030-12-31").0).prop_map(Day)
}

fn three_days() -> impl Strategy<Value = [Day; 3]> {
    [days(), days(), days()].prop_map(|mut days| {
        days.sort();
        days
    })
}

proptest! {
    #[test]
    fn adjoining_windows_of_rent_add_up(
        [from, middle, to] in three_days(), [began, _, ended] in three_days(), annual in 0_i64..100_000_000,
    ) {
        let segments = [Segment { from: began, to: ended, annual: Pence(annual) }];
        let whole = accrued(&segments, from, to);
        prop_assert_eq!(accrued(&segments, from, middle).plus(accrued(&segments, middle.next(), to)), whole);
    }

    #[test]
    fn a_whole_financial_year_is_the_annual_sum(
        year in 2006_i16..2029, before in 0_i32..2_000, after in 0_i32..2_000, annual in 0_i64..100_000_000_000,
    ) {
        let year = FinancialYear(year);
        let from = Day(year.first_day().0 - before);
        let segments = [Segment { from, to: Day(year.last_day().0 + after), annual: Pence(annual) }];
        prop_assert_eq!(accrued(&segments, year.first_day(), year.last_day()), Pence(annual));
    }

    #[test]
    fn adjoining_windows_of_an_offset_add_up(
        [from, middle, to] in three_days(), [first, _, last] in three_days(), amount in 0_i64..100_000_000,
    ) {
        let parts = spread(Pence(amount), (first, last), from, middle)
            .plus(spread(Pence(amount), (first, last), middle.next(), to));
        prop_assert_eq!(parts, spread(Pence(amount), (first, last), from, to));
        prop_assert_eq!(spread(Pence(amount), (first, last), first, last), Pence(amount));
    }
}
