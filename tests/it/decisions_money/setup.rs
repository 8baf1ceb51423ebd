//! Opening the ledger, thresholds, strategies, rate cards.

use coledger::domain::command::{AdoptRateCard, AdoptSettings, AdoptStrategy, OpenLedger};
use coledger::domain::event::{Gain, HourRate, UnitValue, Winners};
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, BadInput, DoesNotAddUp, InTheFuture, NotFound, NothingToDo, TooEarly,
};

use super::town::{strategy, town};
use super::{accepted, check, refused};
use crate::harness::decisions::{ask, books_of, day, on, open_fund, open_ledger, pounds, rate_card, split, winners};

#[test]
fn a_ledger_is_opened_once_and_first() {
    let zone = OpenLedger { time_zone: "Exampleton".into(), ..open_ledger() };
    check(vec![
        refused("before it is open", &[], ask(open_fund("Ward fund")), NotFound, "", "Open the ledger first."),
        refused(
            "no such time zone",
            &[],
            ask(zone),
            BadInput,
            "timeZone",
            "Enter a time zone by its name, like Europe/London.",
        ),
        refused(
            "in the future",
            &[],
            on("2014-04-02", open_ledger()),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        accepted("first of all", &[], ask(open_ledger()), "LedgerOpened", "formula: 1"),
        refused("again", &town(), ask(open_ledger()), AlreadyExists, "", "Use the ledger that is open: Exampleton."),
    ]);
}

fn settings() -> AdoptSettings {
    AdoptSettings { two_person_from: None, subsidy_limit: None, rag_tolerance_bp: None, suppress_below: None }
}

#[test]
fn thresholds_hold_from_their_day_and_keep_what_is_left_out() {
    check(vec![
        refused(
            "less than nothing",
            &town(),
            ask(AdoptSettings { subsidy_limit: Some(Pence(-1)), ..settings() }),
            BadInput,
            "subsidyLimit",
            "Enter an amount of £0.00 or more.",
        ),
        refused("nothing said", &town(), ask(settings()), NothingToDo, "", "Say what changes: nothing is given."),
        accepted(
            "for a day ahead",
            &town(),
            on("2015-04-01", AdoptSettings { suppress_below: Some(10), ..settings() }),
            "SettingsAdopted",
            "suppress_below: Some(10)",
        ),
    ]);
    let mut given = town();
    given.push(on("2013-04-01", AdoptSettings { suppress_below: Some(10), ..settings() }));
    given.push(on("2012-04-01", AdoptSettings { subsidy_limit: Some(pounds(315_000)), ..settings() }));
    let books = books_of(&given);
    let on_day = |text| books.setup.settings_on(day(text));
    assert_eq!((on_day("2012-03-31").subsidy_limit, on_day("2012-03-31").suppress_below), (None, 5));
    assert_eq!(on_day("2013-03-31").suppress_below, 5);
    assert_eq!((on_day("2013-04-01").subsidy_limit, on_day("2013-04-01").suppress_below), (Some(pounds(315_000)), 10));
}

#[test]
fn a_strategy_has_each_priority_once_and_does_not_end_before_it_begins() {
    let backwards = AdoptStrategy { to: day("2012-03-31"), ..strategy() };
    let mut twice = strategy();
    let again = twice.themes[0].clone();
    twice.themes.push(again);
    check(vec![
        refused(
            "backwards",
            &town(),
            ask(backwards),
            TooEarly,
            "to",
            "Enter 2012-04-01 or a later day: it cannot end before it begins.",
        ),
        refused("a code twice", &town(), ask(twice), BadInput, "themes", "Name jobs once: it is in the list twice."),
        refused(
            "in the future",
            &town(),
            on("2014-04-02", strategy()),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        accepted("beside another", &town(), ask(strategy()), "StrategyAdopted", "Plan 2012"),
    ]);
}

fn unit_value(indicator: &str, value: i64) -> UnitValue {
    UnitValue {
        indicator: indicator.into(),
        value: pounds(value),
        deadweight_bp: BasisPoints(2_000),
        attribution_bp: BasisPoints(5_000),
        gain: Gain::Fiscal,
        source: "an example".into(),
    }
}

fn ranged(low: Option<i64>, per_hour: i64, high: Option<i64>) -> AdoptRateCard {
    let rate =
        HourRate { role: "general".into(), per_hour: Pence(per_hour), low: low.map(Pence), high: high.map(Pence) };
    AdoptRateCard { hour_rates: vec![rate], ..rate_card(&[]) }
}

#[test]
fn a_rate_card_says_each_thing_once_and_within_its_range() {
    let values = vec![unit_value("jobs-found", 1), unit_value("jobs-found", 2)];
    let short = Winners { reinvested: split(1, 2, 3), ..winners() };
    check(vec![
        refused(
            "a role twice",
            &town(),
            ask(rate_card(&[("general", 1_109), ("general", 1_200)])),
            BadInput,
            "hourRates",
            "Name general once: it is in the list twice.",
        ),
        refused(
            "an indicator twice",
            &town(),
            ask(AdoptRateCard { unit_values: values, ..rate_card(&[]) }),
            BadInput,
            "unitValues",
            "Name jobs-found once: it is in the list twice.",
        ),
        refused(
            "no rate",
            &town(),
            ask(rate_card(&[("general", 0)])),
            BadInput,
            "hourRates",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "below its low rate",
            &town(),
            ask(ranged(Some(1_110), 1_109, None)),
            BadInput,
            "hourRates",
            "Enter a rate for general between its low and high rates: £11.09 is not between £11.10 and £11.09.",
        ),
        refused(
            "above its high rate",
            &town(),
            ask(ranged(Some(900), 1_109, Some(1_108))),
            BadInput,
            "hourRates",
            "Enter a rate for general between its low and high rates: £11.09 is not between £9.00 and £11.08.",
        ),
        refused(
            "a value of nothing",
            &town(),
            ask(AdoptRateCard { unit_values: vec![unit_value("jobs-found", 0)], ..rate_card(&[]) }),
            BadInput,
            "unitValues",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "a split that is no whole",
            &town(),
            ask(AdoptRateCard { winners: Some(short), ..rate_card(&[]) }),
            DoesNotAddUp,
            "winners",
            "Make the shares add up to 10000 basis points: they come to 6.",
        ),
        accepted(
            "for a day ahead",
            &town(),
            on("2015-04-01", ranged(Some(900), 1_109, Some(1_300))),
            "RateCardAdopted",
            "general",
        ),
    ]);
}

#[test]
fn the_card_of_a_day_is_the_latest_on_or_before_it_and_of_equals_the_later_in_the_log() {
    let mut given = town();
    given.push(on("2013-04-01", rate_card(&[("general", 1_300)])));
    given.push(on("2012-04-01", rate_card(&[("general", 1_109)])));
    given.push(on("2012-04-01", rate_card(&[("general", 1_110)])));
    let books = books_of(&given);
    let rate =
        |text| books.setup.card_on(day(text)).and_then(|card| card.rate(&"general".into())).map(|rate| rate.per_hour);
    assert_eq!(rate("2012-03-31"), None);
    assert_eq!(rate("2012-04-01"), Some(Pence(1_110)));
    assert_eq!(rate("2013-03-31"), Some(Pence(1_110)));
    assert_eq!(rate("2013-04-01"), Some(Pence(1_300)));
}
