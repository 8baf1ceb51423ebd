//! Targets against the straight line from their baseline, and printed figures against the ledger's.

use coledger::domain::command::{
    AdoptSettings, AdoptStrategy, MeasureIndicator, PublishClaim, ReportOutcome, SetTarget,
};
use coledger::domain::event::{Direction, Priority, Scope, Theme};
use coledger::domain::ids::{OutcomeId, Position, StrategyId};
use coledger::domain::money::Pence;
use coledger::domain::quantity::{BasisPoints, Decimal};
use coledger::views::claims::claims;
use coledger::views::line::Line;
use coledger::views::targets::{Rag, targets};

use crate::harness::decisions::{Asked, day, on, open_ledger, pounds};
use crate::harness::views::view_of;
use crate::harness::worked_example::{PROJECT, worked_example};

/// A town target from 1 April 2012 to 31 March 2013, on which day the whole way is to be gone.
fn target(baseline: Option<&str>, target: &str, direction: Direction) -> Asked {
    let number = |text: &str| text.parse::<Decimal>().expect("a number");
    let set = SetTarget {
        project: None,
        strategy: Some(StrategyId(Position(2))),
        priority: Some("safety".into()),
        action: "Fewer incidents".into(),
        indicator: "incidents".into(),
        baseline: baseline.map(number),
        target: number(target),
        due: day("2013-04-01"),
        direction,
        owner: "Community safety manager".into(),
    };
    on("2012-04-01", set)
}

fn strategy() -> Asked {
    let priorities = vec![Priority { code: "safety".into(), title: "A safer town".into() }];
    let themes = vec![Theme { name: "Safety".into(), priorities }];
    let (from, to) = (day("2012-04-01"), day("2015-03-31"));
    on("2012-04-01", AdoptStrategy { title: "The plan".into(), from, to, themes })
}

fn measured(value: &str, on_day: &str) -> Asked {
    let measured = MeasureIndicator {
        indicator: "incidents".into(),
        scope: Scope::Town,
        place: None,
        project: None,
        period_from: day("2012-04-01"),
        period_to: day(on_day),
        value: value.parse().expect("a number"),
        unit: "incidents".into(),
        source: "the police".into(),
    };
    on(on_day, measured)
}

/// The colour, and the expected value, of the only target on a day.
fn stands(given: Vec<Asked>, as_at: &str) -> (Rag, Option<String>, String) {
    let mut commands = vec![on("2012-04-01", open_ledger()), strategy()];
    commands.extend(given);
    let (view, _) = view_of(&commands);
    let all = targets(&view, day(as_at));
    let only = all.first().expect("the target");
    (only.rag, only.expected.map(|expected| expected.to_string()), only.why.clone())
}

#[test]
fn a_target_is_held_against_the_straight_line_from_its_baseline() {
    let down = || target(Some("5000"), "4000", Direction::Down);
    // Half of the 365 days are gone on 2012-09-30: 182 days, 498.63 of the way of 1,000.
    let rows = [
        ("nothing measured yet", vec![down()], "2012-09-30", Rag::Grey),
        ("on the line or better", vec![down(), measured("4501", "2012-09-30")], "2012-09-30", Rag::Green),
        ("behind within a tenth of the way", vec![down(), measured("4601", "2012-09-30")], "2012-09-30", Rag::Amber),
        ("behind by more", vec![down(), measured("4602", "2012-09-30")], "2012-09-30", Rag::Red),
        ("reached before it is due", vec![down(), measured("3999", "2012-09-30")], "2012-09-30", Rag::Green),
        ("not reached when it was due", vec![down(), measured("4001", "2013-03-31")], "2013-04-02", Rag::Red),
        (
            "the latest measurement holds",
            vec![down(), measured("9000", "2012-06-30"), measured("4400", "2012-09-30")],
            "2012-09-30",
            Rag::Green,
        ),
        (
            "a measurement of later is not known yet",
            vec![down(), measured("4400", "2012-10-31")],
            "2012-09-30",
            Rag::Grey,
        ),
        (
            "upwards",
            vec![target(Some("40"), "77.5", Direction::Up), measured("56.8", "2012-09-30")],
            "2012-09-30",
            Rag::Amber,
        ),
        (
            "no baseline, not due yet",
            vec![target(None, "77.5", Direction::Up), measured("56.8", "2012-09-30")],
            "2012-09-30",
            Rag::Grey,
        ),
        (
            "no baseline, due",
            vec![target(None, "77.5", Direction::Up), measured("56.8", "2012-09-30")],
            "2013-04-02",
            Rag::Red,
        ),
    ];
    for (name, given, as_at, rag) in rows {
        let (found, _, why) = stands(given, as_at);
        assert_eq!(found, rag, "{name}: {why}");
    }
    let (_, expected, why) = stands(vec![down(), measured("4601", "2012-09-30")], "2012-09-30");
    assert_eq!(expected.as_deref(), Some("4501.37"));
    assert_eq!(
        why,
        "incidents stands at 4601 of 4000: 4501.37 is expected by 2012-09-30; 99.63 behind, within the tolerance."
    );
}

#[test]
fn the_tolerance_is_the_one_adopted() {
    let strict = AdoptSettings {
        two_person_from: None,
        subsidy_limit: None,
        rag_tolerance_bp: Some(BasisPoints(100)),
        suppress_below: None,
    };
    let given =
        vec![target(Some("5000"), "4000", Direction::Down), measured("4601", "2012-09-30"), on("2012-05-01", strict)];
    assert_eq!(stands(given, "2012-09-30").0, Rag::Red);
}

#[test]
fn outcomes_count_towards_a_project_s_target_and_an_included_one_once() {
    let mut commands = worked_example();
    let set = SetTarget {
        project: Some(PROJECT),
        strategy: None,
        priority: None,
        action: "Help more clients".into(),
        indicator: "clients-helped".into(),
        baseline: None,
        target: Decimal { units: 100, places: 0 },
        due: day("2013-04-01"),
        direction: Direction::Up,
        owner: "Manager".into(),
    };
    let outcome = |quantity, included_in| ReportOutcome {
        project: PROJECT,
        indicator: "clients-helped".into(),
        quantity,
        reached: None,
        evidence: None,
        included_in,
    };
    commands.push(on("2012-04-01", set));
    commands.push(on("2012-07-01", outcome(60, None)));
    let whole = OutcomeId(Position(u64::try_from(commands.len()).unwrap()));
    commands.push(on("2012-08-01", outcome(10, Some(whole))));
    let (view, _) = view_of(&commands);
    let status = targets(&view, day("2012-09-30")).remove(0);
    assert_eq!((status.rag, status.actual), (Rag::Green, Some(Decimal { units: 60, places: 0 })), "{}", status.why);
}

#[test]
fn a_printed_figure_stands_beside_the_line_that_comes_closest() {
    let mut commands = worked_example();
    let claim = PublishClaim {
        words: "Nearly £45,000 of lottery money".into(),
        amount: Some(pounds(44_900)),
        value: None,
        unit: None,
        from: Some(day("2012-04-01")),
        to: Some(day("2013-03-31")),
        project: Some(PROJECT),
        printed_in: "The annual report".into(),
    };
    commands.push(on("2013-05-01", claim));
    let (view, _) = view_of(&commands);
    let check = claims(&view, day("2014-03-31")).remove(0);
    assert_eq!((check.closest, check.difference), (Some(Line::MatchFunding), Some(Pence(-10_000))));
}
