//! Figures are held by calendar months: a month is the sum of its days.

use coledger::domain::time::{Day, FIRST_DAY, LAST_DAY, Month};
use coledger::views::dividends::shared_dividend;
use coledger::views::line::Line;
use coledger::views::load::{FIRST, Load, project};
use coledger::views::totals::Totals;
use coledger::views::window::Window;

use crate::harness::views::folded;

#[test]
fn months_are_numbered_one_after_the_other_from_the_first_day_of_a_ledger_to_the_last() {
    assert_eq!((FIRST_DAY.month(), LAST_DAY.month()), (Month::FIRST, Month::LAST));
    let mut month = Month::FIRST;
    for number in Month::FIRST.number()..=Month::LAST.number() {
        assert_eq!((month.number(), Month::numbered(number)), (number, month));
        month = month.next();
    }
    assert_eq!(Month::numbered(i32::MIN), Month::FIRST);
    assert_eq!(Month::numbered(i32::MAX), Month::LAST);
}

#[test]
fn a_month_of_few_entries_is_the_sum_of_its_days_wherever_it_is_cut() {
    months_are_sums_of_days(2_000);
}

#[test]
fn a_month_of_more_than_a_thousand_entries_is_too() {
    months_are_sums_of_days(50_000);
}

fn months_are_sums_of_days(hours: u64) {
    let entries: Vec<_> = Load::new(hours, 1).collect();
    let view = folded(&entries);
    let figure = |from: Day, to: Day| shared_dividend(&view, project(0), Window::new(from, to, to), None).unwrap();
    let sum_of_days = |from: Day, to: Day| {
        (from.0..=to.0).map(Day).fold(Totals::default(), |sum, day| sum.plus(&figure(day, day).totals))
    };
    let mut month = Day(FIRST.0 + 40).month();
    for _ in 0..14 {
        let (first, last) = (month.first_day(), month.last_day());
        for (from, to) in
            [(first, last), (first.next(), last), (first, last.previous()), (first.previous(), last.next())]
        {
            let (whole, sum) = (figure(from, to).totals, sum_of_days(from, to));
            for line in Line::ALL.iter().filter(|line| line.adds_up_over_time()) {
                assert_eq!(whole.line(*line), sum.line(*line), "{} from {from} to {to}", line.name());
            }
        }
        month = month.next();
    }
    assert!(figure(FIRST, Day(FIRST.0 + 400)).line(Line::Volunteering) > 0);
}
