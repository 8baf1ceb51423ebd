//! The whole town through the rules, on books alone.

use coledger::domain::books::Books;
use coledger::domain::command::Command;
use coledger::domain::time::{Day, FinancialYear};
use coledger::town::{Step, found, plan, steps};

pub(super) fn today() -> Day {
    "2026-01-05".parse().unwrap()
}

/// Every step with the books that they come to.
pub(super) fn rehearsed() -> (Vec<Step>, Books) {
    let mut books = Books::default();
    let mut entered = Vec::new();
    let result = found(&mut |step: &Step| {
        let first = plan::enter(&mut books, step, today())?;
        entered.push(step.clone());
        Ok::<_, coledger::domain::refusal::Refusal>(first)
    });
    if let Err(error) = result {
        panic!("{error:?}");
    }
    (entered, books)
}

#[test]
fn every_step_is_accepted_by_the_rules() {
    let (entered, books) = rehearsed();
    assert!(books.position.0 >= entered.len() as u64);
}

#[test]
fn steps_given_beforehand_are_the_steps_that_are_entered() {
    let (entered, _) = rehearsed();
    let beforehand = steps(today()).unwrap();
    assert_eq!(beforehand.len(), entered.len());
    for (before, after) in beforehand.iter().zip(&entered) {
        assert_eq!((&before.key, &before.command), (&after.key, &after.command));
    }
}

#[test]
fn there_is_enough_to_look_at_in_three_financial_years() {
    let (entered, books) = rehearsed();
    assert!((400..=1_000).contains(&entered.len()), "{} steps", entered.len());
    assert!((400..=1_000).contains(&books.position.0), "{} entries", books.position);
    for year in [2010, 2011, 2012] {
        let of_year = entered.iter().filter(|step| FinancialYear::of(step.effective) == FinancialYear(year));
        assert!(of_year.count() > 100, "{}", FinancialYear(year));
    }
}

#[test]
fn every_day_of_the_tables_is_a_real_one() {
    let opening: Day = "2010-04-01".parse().unwrap();
    let (entered, _) = rehearsed();
    let early: Vec<&str> =
        entered.iter().filter(|step| step.effective < opening).map(|step| step.key.as_str()).collect();
    assert!(early.is_empty(), "{early:?}");
}

#[test]
fn keys_are_used_once() {
    let (entered, _) = rehearsed();
    let mut keys: Vec<&str> = entered.iter().map(|step| step.key.as_str()).collect();
    keys.sort_unstable();
    let count = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

#[test]
fn numbers_of_the_tables_are_numbers() {
    let (entered, _) = rehearsed();
    for step in entered {
        if let Command::MeasureIndicator(measured) = &step.command {
            assert_ne!(measured.value.units, 0, "{}", step.key);
        }
    }
}

#[test]
fn a_step_that_is_not_accepted_is_named() {
    let mut left = 3;
    let error = found(&mut |_: &Step| {
        left -= 1;
        if left == 0 { Err("full") } else { Ok(coledger::domain::ids::Position(4 - left)) }
    });
    assert!(error.unwrap_err().to_string().contains("the step town/"));
}
