//! The other ways of reading a ledger: rows by place and fund, series, statements, restatements, budgets, organisations.

use std::sync::Arc;

use coledger::domain::ids::Position;
use coledger::domain::money::Pence;
use coledger::domain::time::{Day, FinancialYear};
use coledger::views::contributors::{Party, contributions};
use coledger::views::funds::budget;
use coledger::views::grouping::Dimension;
use coledger::views::line::Line;
use coledger::views::organisations::organisation;
use coledger::views::restatement::{Cause, restatement};
use coledger::views::selection::Selection;
use coledger::views::series::{Measure, series};
use coledger::views::statements::statement;
use coledger::views::view::View;
use coledger::views::window::{Period, Window};

use crate::harness::decisions::{day, pounds};
use crate::harness::views::{folded, grouped_by, view_of};
use crate::harness::worked_example::{BUSINESS, COUNCIL, FUND, GROUP, LOTTERY, PROJECT, worked_example};

fn example() -> View {
    view_of(&worked_example()).0
}

fn year() -> Window {
    Window::year(FinancialYear(2012))
}

#[test]
fn grants_are_their_funds_and_all_else_has_a_row_of_its_own() {
    let grouped = grouped_by(Dimension::Fund, None, year()).rows(&example()).unwrap();
    let rows: Vec<(String, i64, i64, i64)> = grouped
        .iter()
        .map(|group| {
            let line = |line| group.dividend.line(line);
            (group.label.clone(), line(Line::Grants), line(Line::RentInKind), line(Line::Volunteering))
        })
        .collect();
    let fund = ("Community fund".to_owned(), 2_355_000, 80_000, 0);
    assert_eq!(rows, [fund, ("No fund".to_owned(), 0, 447_891, 199_640)]);
}

#[test]
fn a_row_a_line_names_every_line_once() {
    let grouped = grouped_by(Dimension::Line, None, year()).rows(&example()).unwrap();
    let pledges = grouped.iter().find(|group| group.key == "pledges").expect("the pledges");
    assert_eq!(pledges.label, "Pledges");
    assert_eq!(pledges.dividend.returned(), Pence(369_210));
    assert_eq!(grouped.len(), Line::ALL.len() - 2);
}

#[test]
fn a_view_forgets_the_oldest_rows_and_answers_them_as_before() {
    let view = example();
    let from = |days: i32| {
        let window = Window { from: Day(year().from.0 + days), ..year() };
        grouped_by(Dimension::Line, None, window).rows(&view).unwrap()
    };
    let (first, mut last) = (from(0), from(1));
    assert!(Arc::ptr_eq(&first, &from(0)));
    for days in 1..3_000 {
        last = from(-days);
    }
    assert!(Arc::ptr_eq(&last, &from(-2_999)));
    assert!(!Arc::ptr_eq(&first, &from(0)));
    assert_eq!(first, from(0));
}

#[test]
fn a_series_has_a_row_for_every_period_and_key_with_nothing_left_out() {
    let view = example();
    let window = Window::new(day("2012-04-01"), day("2013-06-30"), day("2013-06-30"));
    let of = |measure, group_by| series(&view, &Selection::default(), measure, group_by, Period::Quarter, window, None);
    let volunteering = of(Measure::Line(Line::Volunteering), Dimension::Project);
    let rows: Vec<(String, i64, usize)> =
        volunteering.rows.iter().map(|row| (row.time.to_string(), row.value, row.entry_count)).collect();
    let expected = [
        ("2012-04-01", 33_270, 1),
        ("2012-07-01", 51_773, 2),
        ("2012-10-01", 0, 0),
        ("2013-01-01", 114_597, 1),
        ("2013-04-01", 0, 0),
    ];
    assert_eq!(rows, expected.map(|(time, value, count)| (time.to_owned(), value, count)));
    let per_pound = of(Measure::PerPound, Dimension::Quarter);
    let decimals: Vec<Option<String>> =
        per_pound.rows.iter().map(|row| row.ratio.and_then(coledger::views::ratio::Ratio::decimal)).collect();
    assert_eq!(decimals[..4], ["0.0209", "19.6536", "0.3499", "9.6858"].map(|it| Some(it.to_owned())));
    let labels: Vec<String> =
        window.periods(Period::Quarter).iter().map(|(first, _)| Period::Quarter.label(*first)).collect();
    assert_eq!(labels, ["2012-13 Q1", "2012-13 Q2", "2012-13 Q3", "2012-13 Q4", "2013-14 Q1"]);
}

#[test]
fn a_statement_says_what_a_party_put_in_and_what_it_gained() {
    let view = example();
    let of = |party| {
        let statement = statement(&view, party, year());
        (statement.put_in(), statement.minutes(), statement.gained())
    };
    let organisation = Party::Organisation;
    assert_eq!(of(organisation(GROUP)), (Pence(199_640), 10_535, Some(Pence(2_471_526))));
    assert_eq!(of(organisation(COUNCIL)), (Pence(447_891 + 37_500), 0, Some(Pence::ZERO)));
    assert_eq!(of(organisation(LOTTERY)), (pounds(45_000), 0, Some(Pence::ZERO)));
    assert_eq!(of(organisation(BUSINESS)), (Pence(369_210), 0, Some(Pence::ZERO)));
    assert_eq!(of(Party::Fund(FUND)), (Pence(2_355_000 + 80_000), 0, Some(Pence::ZERO)));
    let lines = contributions(&view, PROJECT, year(), None);
    assert!(lines.iter().all(|row| row.party.is_some()));
}

#[test]
fn a_restatement_says_why_each_entry_counts_differently() {
    let (after, entries) = view_of(&worked_example());
    let reversal = after.books.reversed.iter().next().map(|(entry, by)| (*entry, *by)).expect("a reversal");
    let before = folded(entries.iter().filter(|entry| entry.position < reversal.1));
    let rows = restatement(&before, &after, &Selection::default(), year());
    let volunteering = rows.iter().find(|row| row.line == Line::Volunteering).expect("the line moved");
    let causes: Vec<(Position, Cause)> = volunteering.entries.iter().map(|it| (it.position, it.cause)).collect();
    assert_eq!(causes[0], (reversal.0, Cause::Reversed(Some(reversal.1))));
    assert!(causes[1..].iter().all(|(_, cause)| *cause == Cause::Recorded));
    assert_eq!(volunteering.difference(), 35_970 + 114_597 - 15_803);
}

#[test]
fn a_budget_shows_what_is_held_paid_and_returned() {
    let budget = budget(&example(), FUND, FinancialYear(2012));
    assert_eq!((budget.budget, budget.left), (None, None));
    assert_eq!((budget.awarded, budget.paid, budget.returned), (pounds(25_000), pounds(24_800), pounds(450)));
    assert_eq!((budget.proposed, budget.committed), (Pence::ZERO, pounds(200)));
}

#[test]
fn an_organisation_in_numbers() {
    let view = example();
    let group = organisation(&view, GROUP, day("2013-12-31")).expect("the group");
    assert_eq!((group.projects, group.grants, group.awarded), (vec![PROJECT], 1, pounds(25_000)));
    assert_eq!(group.paid, pounds(24_350));
    assert_eq!(group.awaiting_minutes, 960);
    let lottery = organisation(&view, LOTTERY, day("2013-12-31")).expect("the lottery");
    assert_eq!(lottery.match_funding, pounds(50_000));
}
