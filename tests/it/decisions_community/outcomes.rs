//! Targets, outcomes, indicators, and figures that somebody printed.

use coledger::domain::command::{
    AdoptStrategy, MeasureIndicator, PublishClaim, ReportOutcome, ReviewProgress, SetTarget,
};
use coledger::domain::event::{Direction, EventKind, Priority, Scope, Theme};
use coledger::domain::outcomes::Measured;
use coledger::domain::quantity::Decimal;
use coledger::domain::refusal::RefusalCode as Code;

use super::example::{CLOSED_PROJECT, NEXT, PROJECT, all_are_accepted, all_are_refused, books_with, reverse};
use crate::harness::decisions::{Asked, ask, day, id, on};

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn strategy() -> AdoptStrategy {
    let priority = Priority { code: "1a".into(), title: "Safer streets".into() };
    AdoptStrategy {
        title: "Community strategy".into(),
        from: day("2012-04-01"),
        to: day("2021-03-31"),
        themes: vec![Theme { name: "Safe".into(), priorities: vec![priority] }],
    }
}

fn target() -> SetTarget {
    SetTarget {
        project: Some(id(PROJECT)),
        strategy: None,
        priority: None,
        action: "Clear the paths".into(),
        indicator: "paths-cleared".into(),
        baseline: Some(decimal("10")),
        target: decimal("20"),
        due: day("2013-03-31"),
        direction: Direction::Up,
        owner: "Parks manager".into(),
    }
}

fn review(position: u64) -> ReviewProgress {
    ReviewProgress { target: id(position), meeting: "Board".into(), words: "On its way.".into() }
}

fn outcome(quantity: u32, included_in: Option<u64>) -> ReportOutcome {
    ReportOutcome {
        project: id(PROJECT),
        indicator: "homelessness-prevented".into(),
        quantity,
        reached: None,
        evidence: None,
        included_in: included_in.map(id),
    }
}

fn measure(from: &str, to: &str, value: &str) -> MeasureIndicator {
    MeasureIndicator {
        indicator: "anti-social-behaviour".into(),
        scope: Scope::Town,
        place: None,
        project: None,
        period_from: day(from),
        period_to: day(to),
        value: decimal(value),
        unit: "reports".into(),
        source: "the police".into(),
    }
}

fn claim() -> PublishClaim {
    PublishClaim {
        words: "More than a million a year".into(),
        amount: None,
        value: None,
        unit: None,
        from: None,
        to: None,
        project: None,
        printed_in: "Annual review".into(),
    }
}

#[test]
fn a_target_is_for_a_project_or_a_priority_and_lies_ahead() {
    let books = books_with([on("2012-04-01", strategy())]);
    let with = |change: fn(&mut SetTarget)| {
        let mut command = target();
        change(&mut command);
        ask(command)
    };
    let priority = |strategy: u64, code: &str| {
        ask(SetTarget { project: None, strategy: Some(id(strategy)), priority: Some(code.into()), ..target() })
    };
    let down = |goal: &str| ask(SetTarget { direction: Direction::Down, target: decimal(goal), ..target() });
    all_are_accepted(
        &books,
        vec![
            ("for a project", ask(target())),
            ("for a priority", priority(NEXT, "1a")),
            ("without a baseline", with(|target| target.baseline = None)),
            ("downwards", down("9.9")),
            ("due today", with(|target| target.due = day("2012-04-16"))),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("for nothing", with(|target| target.project = None), Code::BadInput, "project"),
            ("for both", with(|target| target.strategy = Some(id(NEXT))), Code::BadInput, "project"),
            ("no such project", with(|target| target.project = Some(id(99))), Code::NotFound, "project"),
            ("no such strategy", priority(99, "1a"), Code::NotFound, "strategy"),
            ("no such priority", priority(NEXT, "1b"), Code::NotFound, "priority"),
            ("due before it was set", with(|target| target.due = day("2012-04-15")), Code::TooEarly, "due"),
            ("tomorrow", on("2014-04-02", target()), Code::InTheFuture, "effective"),
            ("where it starts", with(|target| target.target = decimal("10.0")), Code::BadInput, "target"),
            ("up but below", with(|target| target.target = decimal("9")), Code::BadInput, "target"),
            ("down but above", down("10.1"), Code::BadInput, "target"),
        ],
    );
}

#[test]
fn a_review_is_of_a_target_that_stands() {
    let books = books_with([ask(target()), on("2012-06-01", review(NEXT))]);
    all_are_accepted(&books, vec![("another", on("2012-07-01", review(NEXT)))]);
    all_are_refused(
        &books,
        vec![
            ("no such target", on("2012-07-01", review(99)), Code::NotFound, "target"),
            ("before it was set", on("2012-04-15", review(NEXT)), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", review(NEXT)), Code::InTheFuture, "effective"),
            (
                "the target, while reviewed",
                on("2012-07-01", reverse(EventKind::TargetSet, NEXT)),
                Code::RestsOnIt,
                "entry",
            ),
        ],
    );
    assert_eq!(books.outcomes.target(id(NEXT)).unwrap().reviews.len(), 1);
    let undone = books_with([
        ask(target()),
        on("2012-06-01", review(NEXT)),
        on("2012-06-02", reverse(EventKind::ProgressReviewed, 14)),
        on("2012-06-02", reverse(EventKind::TargetSet, NEXT)),
    ]);
    assert_eq!(undone.outcomes.targets().count(), 0);
}

#[test]
fn an_outcome_included_in_another_adds_no_pounds() {
    let books = books_with([ask(outcome(3, None)), ask(outcome(1, Some(NEXT)))]);
    all_are_accepted(&books, vec![("one more level", ask(outcome(1, Some(14))))]);
    all_are_refused(
        &books,
        vec![
            ("none", ask(outcome(0, None)), Code::BadInput, "quantity"),
            ("in no such outcome", ask(outcome(1, Some(99))), Code::NotFound, "includedIn"),
            ("no such project", ask(ReportOutcome { project: id(99), ..outcome(1, None) }), Code::NotFound, "project"),
            ("before the project", on("2012-03-31", outcome(1, None)), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", outcome(1, None)), Code::InTheFuture, "effective"),
            ("the one that includes", ask(reverse(EventKind::OutcomeReported, NEXT)), Code::RestsOnIt, "entry"),
        ],
    );
    let closed = on("2013-06-01", ReportOutcome { project: id(CLOSED_PROJECT), ..outcome(1, None) });
    all_are_accepted(&books, vec![("of a project that is over", closed)]);
    assert!(books.outcomes.outcome(id(NEXT)).unwrap().adds_pounds());
    assert!(!books.outcomes.outcome(id(14)).unwrap().adds_pounds());
    assert_eq!(books.outcomes.included_in(id(NEXT)).collect::<Vec<_>>(), [id(14)]);
    let undone = books_with([
        ask(outcome(3, None)),
        ask(outcome(1, Some(NEXT))),
        ask(reverse(EventKind::OutcomeReported, 14)),
        ask(reverse(EventKind::OutcomeReported, NEXT)),
    ]);
    assert_eq!(undone.outcomes.outcomes().count(), 0);
}

#[test]
fn a_measurement_speaks_of_one_thing_and_of_a_period_that_is_over() {
    let books = books_with([]);
    let with = |change: fn(&mut MeasureIndicator)| {
        let mut command = measure("2011-04-01", "2012-03-31", "5177");
        change(&mut command);
        ask(command)
    };
    all_are_accepted(
        &books,
        vec![
            ("of the town", with(|_| {})),
            ("of a place", with(|measure| (measure.scope, measure.place) = (Scope::Place, Some("bedwell".into())))),
            ("of a project", with(|measure| (measure.scope, measure.project) = (Scope::Project, Some(id(PROJECT))))),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("town with a place", with(|measure| measure.place = Some("bedwell".into())), Code::BadInput, "scope"),
            ("town with a project", with(|measure| measure.project = Some(id(PROJECT))), Code::BadInput, "scope"),
            ("a place unnamed", with(|measure| measure.scope = Scope::Place), Code::BadInput, "place"),
            ("a project unnamed", with(|measure| measure.scope = Scope::Project), Code::BadInput, "project"),
            (
                "no such project",
                with(|measure| (measure.scope, measure.project) = (Scope::Project, Some(id(99)))),
                Code::NotFound,
                "project",
            ),
            (
                "a period that runs backwards",
                with(|measure| measure.period_to = day("2011-03-31")),
                Code::TooEarly,
                "periodTo",
            ),
            ("a period to come", with(|measure| measure.period_to = day("2014-04-02")), Code::InTheFuture, "periodTo"),
            ("tomorrow", on("2014-04-02", measure("2011-04-01", "2012-03-31", "1")), Code::InTheFuture, "effective"),
        ],
    );
}

fn given() -> Vec<Asked> {
    vec![
        on("2012-05-01", measure("2011-04-01", "2012-03-31", "5177")),
        on("2013-05-01", measure("2012-04-01", "2013-03-31", "4900")),
        on("2013-06-01", measure("2012-04-01", "2013-03-31", "4810")),
        on("2013-07-01", measure("2010-04-01", "2011-03-31", "6000")),
    ]
}

fn town() -> Measured {
    Measured { indicator: "anti-social-behaviour".into(), scope: Scope::Town, place: None, project: None }
}

#[test]
fn the_latest_measurement_of_the_latest_period_holds() {
    let books = books_with(given());
    let values: Vec<String> =
        books.outcomes.series(&town()).iter().map(|measurement| measurement.event.value.to_string()).collect();
    assert_eq!(values, ["6000", "5177", "4810"], "one a period, in the order of periods");
    let latest = |on| books.outcomes.latest(&town(), day(on)).map(|found| found.event.value.to_string());
    let rows = [
        ("2012-04-30", None),
        ("2012-05-01", Some("5177")),
        ("2013-05-31", Some("4900")),
        ("2014-01-01", Some("4810")),
    ];
    for (on, value) in rows {
        assert_eq!(latest(on).as_deref(), value, "{on}");
    }
    assert_eq!(books.outcomes.measured().collect::<Vec<_>>(), [&town()]);
    let undone = books_with(given().into_iter().chain([on("2013-08-01", reverse(EventKind::IndicatorMeasured, 15))]));
    let found = undone.outcomes.latest(&town(), day("2014-01-01")).unwrap();
    assert_eq!(found.event.value, decimal("4900"), "the one before holds again");
}

#[test]
fn a_claim_is_kept_as_it_was_printed() {
    let books = books_with([ask(claim())]);
    assert_eq!(books.outcomes.claims().count(), 1);
    let measured = |value: Option<&str>, unit: Option<&str>| {
        ask(PublishClaim { value: value.map(decimal), unit: unit.map(Into::into), ..claim() })
    };
    all_are_accepted(&books, vec![("a number with its unit", measured(Some("39"), Some("per cent")))]);
    all_are_refused(
        &books,
        vec![
            ("a number of what", measured(Some("39"), None), Code::BadInput, "unit"),
            ("a unit of nothing", measured(None, Some("per cent")), Code::BadInput, "unit"),
            (
                "a period that runs backwards",
                ask(PublishClaim { from: Some(day("2012-04-02")), to: Some(day("2012-04-01")), ..claim() }),
                Code::TooEarly,
                "to",
            ),
            ("no such project", ask(PublishClaim { project: Some(id(99)), ..claim() }), Code::NotFound, "project"),
            ("tomorrow", on("2014-04-02", claim()), Code::InTheFuture, "effective"),
        ],
    );
    let undone = books_with([ask(claim()), ask(reverse(EventKind::ClaimPublished, NEXT))]);
    assert_eq!(undone.outcomes.claims().count(), 0);
}
