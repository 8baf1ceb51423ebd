//! Hours: logging, confirming, rejecting, and months without any.

use coledger::domain::command::{LogHours, ReportNil};
use coledger::domain::event::{Event, EventKind, PledgeKind, Role};
use coledger::domain::hours_rows::HoursState;
use coledger::domain::hours_table::DUPLICATES_LOOKED_THROUGH;
use coledger::domain::ids::Position;
use coledger::domain::refusal::RefusalCode as Code;

use super::example::{
    BUSINESS, CLOSED_GROUP, CLOSED_PROJECT, COUNCIL, GROUP, NEXT, OTHER_PROJECT, PROJECT, REVERSED_PROJECT,
    all_are_accepted, all_are_refused, books_with, by_certifier, by_logger, confirm, log, logged, only_event,
    organisation, pledge, project, reject, reverse,
};
use crate::harness::decisions::{Asked, TODAY, ask, day, decided, id, on, record};

fn nil(group: u64, month: &str) -> ReportNil {
    ReportNil { group: id(group), month: month.parse().unwrap() }
}

/// The example with three entries of hours at 13, 14 and 15; a pledge of staff time at 16 and one of cash at 17.
fn given() -> Vec<Asked> {
    vec![
        by_logger(logged()),
        by_logger(on("2012-05-12", log())),
        by_logger(on("2012-05-13", log())),
        ask(pledge(PledgeKind::StaffTime, None, Some(6_000))),
        ask(pledge(PledgeKind::Cash, Some(5_000), None)),
    ]
}

#[test]
fn logging_is_refused_where_the_hours_make_no_sense() {
    let books = books_with(given());
    let with = |change: fn(&mut LogHours)| {
        let mut command = log();
        change(&mut command);
        on("2012-05-20", command)
    };
    let long = |hours: &mut LogHours| hours.minutes_each = 1_441;
    all_are_refused(
        &books,
        vec![
            ("no minutes", with(|hours| hours.minutes_each = 0), Code::BadInput, "minutesEach"),
            ("more than a day", with(long), Code::BadInput, "minutesEach"),
            ("nobody", with(|hours| hours.people = 0), Code::BadInput, "people"),
            ("too many", with(|hours| hours.people = 10_001), Code::BadInput, "people"),
            ("too many for a logger", by_logger(with(|hours| hours.people = 101)), Code::BadInput, "people"),
            ("a role with capitals", with(|hours| hours.role = "General".into()), Code::BadInput, "role"),
            (
                "an address",
                with(|hours| hours.activity = Some("ask jo@example.org".into())),
                Code::PrivateDetails,
                "activity",
            ),
            ("a role that is a number", with(|hours| hours.role = "01438-242242".into()), Code::PrivateDetails, "role"),
            ("tomorrow", on("2014-04-02", log()), Code::InTheFuture, "effective"),
            ("before the project", on("2012-03-31", log()), Code::TooEarly, "effective"),
            ("no such group", with(|hours| hours.group = id(99)), Code::NotFound, "group"),
            (
                "a group that closed",
                on("2012-07-01", LogHours { group: id(CLOSED_GROUP), ..log() }),
                Code::Closed,
                "group",
            ),
            ("no such project", with(|hours| hours.project = id(99)), Code::NotFound, "project"),
            ("a group for a project", with(|hours| hours.project = id(GROUP)), Code::NotFound, "project"),
            ("a reversed project", with(|hours| hours.project = id(REVERSED_PROJECT)), Code::NotFound, "project"),
            (
                "a closed project",
                on("2013-01-05", LogHours { project: id(CLOSED_PROJECT), ..log() }),
                Code::Closed,
                "project",
            ),
            ("no such pledge", with(|hours| hours.pledge = Some(id(99))), Code::NotFound, "pledge"),
            ("a pledge of cash", with(|hours| hours.pledge = Some(id(17))), Code::WrongKind, "pledge"),
            (
                "a pledge to another project",
                with(|hours| {
                    hours.pledge = Some(id(16));
                    hours.project = id(OTHER_PROJECT);
                }),
                Code::WrongKind,
                "project",
            ),
            (
                "before the pledge",
                on("2012-04-15", LogHours { pledge: Some(id(16)), ..log() }),
                Code::TooEarly,
                "effective",
            ),
            ("the same again", by_logger(logged()), Code::LikelyDuplicate, "meant"),
        ],
    );
}

#[test]
fn logging_is_accepted_up_to_its_limits() {
    let books = books_with(given());
    all_are_accepted(
        &books,
        vec![
            ("a whole day", ask(LogHours { minutes_each: 1_440, ..log() })),
            ("one minute", ask(LogHours { minutes_each: 1, ..log() })),
            ("ten thousand", ask(LogHours { people: 10_000, ..log() })),
            ("a hundred by a logger", by_logger(ask(LogHours { people: 100, ..log() }))),
            ("today", on(TODAY, log())),
            ("the project's first day", on("2012-04-01", log())),
            ("the same, and meant", ask(LogHours { meant: true, ..log() })),
            ("the same of another role", ask(LogHours { role: "skilled".into(), ..log() })),
            ("the same of another group", ask(LogHours { group: id(BUSINESS), ..log() })),
            ("the same to another project", ask(LogHours { project: id(OTHER_PROJECT), ..log() })),
            ("the same on another day", on("2012-04-17", log())),
            ("to a project before it closed", on("2012-12-30", LogHours { project: id(CLOSED_PROJECT), ..log() })),
            ("under a pledge", on("2012-05-20", LogHours { pledge: Some(id(16)), ..log() })),
        ],
    );
}

#[test]
fn a_rejected_or_reversed_entry_is_no_duplicate() {
    let rejected = books_with(given().into_iter().chain([on("2012-05-20", reject(&[NEXT]))]));
    let reversed = books_with(given().into_iter().chain([ask(reverse(EventKind::HoursLogged, NEXT))]));
    all_are_accepted(&rejected, vec![("rejected before", logged())]);
    all_are_accepted(&reversed, vec![("reversed before", logged())]);
}

#[test]
fn a_duplicate_is_looked_for_among_the_latest_of_the_day() {
    let others = (0..DUPLICATES_LOOKED_THROUGH)
        .map(|index| ask(LogHours { people: 13 + u32::try_from(index).unwrap(), ..log() }));
    let books = books_with([logged()].into_iter().chain(others));
    all_are_accepted(&books, vec![("hidden behind as many others", logged())]);
}

#[test]
fn confirming_is_refused_where_it_cannot_count() {
    let more = [on("2012-05-20", reject(&[14])), ask(reverse(EventKind::HoursLogged, 15))];
    let books = books_with(given().into_iter().chain(more));
    all_are_refused(
        &books,
        vec![
            ("nothing", on("2012-05-20", confirm(&[])), Code::BadInput, "entries"),
            ("no such entry", on("2012-05-20", confirm(&[99])), Code::NotFound, "entries"),
            ("what is no hours", on("2012-05-20", confirm(&[PROJECT])), Code::NotFound, "entries"),
            ("what was rejected", on("2012-05-20", confirm(&[13, 14])), Code::AlreadyRejected, "entries"),
            ("what was reversed", on("2012-05-20", confirm(&[15])), Code::AlreadyReversed, "entries"),
            ("before they were given", on("2012-04-15", confirm(&[13])), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", confirm(&[13])), Code::InTheFuture, "effective"),
        ],
    );
    let refusal = decided(&books, &on("2012-05-20", confirm(&[13, 14]))).unwrap_err();
    assert!(refusal.message.contains("ho_"), "it names the entry: {refusal}");
}

#[test]
fn confirming_twice_changes_nothing() {
    let books = books_with(given().into_iter().chain([by_certifier(on("2012-05-20", confirm(&[13])))]));
    assert_eq!(decided(&books, &by_certifier(on("2012-05-21", confirm(&[13])))), Ok(vec![]));
    match only_event(&books, &by_certifier(on("2012-05-21", confirm(&[14, 13, 14])))) {
        Event::HoursConfirmed(event) => assert_eq!(event.entries, [id(14)], "only what was not confirmed yet, once"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn confirming_ones_own_hours_is_shown() {
    let rows = [
        ("another actor", by_certifier(on("2012-05-20", confirm(&[13]))), false),
        ("the actor that logged them", by_logger(on("2012-05-20", confirm(&[13]))), true),
        ("in another role", on("2012-05-20", confirm(&[13])).by("wood-logger", Role::Certifier), true),
        ("one of several", on("2012-05-20", confirm(&[13, 18])), true),
    ];
    let by_finance = on("2012-04-18", log());
    let books = books_with(given().into_iter().chain([by_finance]));
    for (name, asked, own) in rows {
        match only_event(&books, &asked) {
            Event::HoursConfirmed(event) => assert_eq!(event.self_confirmed, own, "{name}"),
            other => panic!("{other:?}"),
        }
    }
    let mut after = books.clone();
    record(&mut after, &on("2012-05-20", confirm(&[13, 18]))).unwrap();
    let own = |position| after.hours.row(Position(position)).unwrap().is_self_confirmed();
    assert_eq!((own(13), own(18)), (false, true), "each row says it for itself");
}

#[test]
fn rejecting_mirrors_confirming() {
    let more = [on("2012-05-20", confirm(&[14])), on("2012-05-20", reject(&[15]))];
    let books = books_with(given().into_iter().chain(more));
    all_are_refused(
        &books,
        vec![
            ("what was confirmed", on("2012-05-21", reject(&[14])), Code::RestsOnIt, "entries"),
            ("nothing", on("2012-05-21", reject(&[])), Code::BadInput, "entries"),
            ("before they were given", on("2012-04-15", reject(&[13])), Code::TooEarly, "effective"),
        ],
    );
    assert_eq!(decided(&books, &on("2012-05-21", reject(&[15]))), Ok(vec![]), "rejecting twice changes nothing");
}

#[test]
fn reversing_a_decision_opens_the_hours_again() {
    let state = |more: Vec<Asked>| {
        let books = books_with(given().into_iter().chain(more));
        [13, 14].map(|position| books.hours.row(Position(position)).unwrap().state())
    };
    let (waits, counts, out) = (HoursState::Awaiting, HoursState::Confirmed, HoursState::Reversed);
    let both = || on("2012-05-20", confirm(&[13, 14]));
    let undone = || on("2012-05-21", reverse(EventKind::HoursConfirmed, 18));
    assert_eq!(state(vec![both()]), [counts, counts]);
    assert_eq!(state(vec![both(), undone()]), [waits, waits]);
    assert_eq!(state(vec![both(), undone(), on("2012-05-22", confirm(&[13]))]), [counts, waits]);
    assert_eq!(state(vec![both(), on("2012-05-21", reverse(EventKind::HoursLogged, 13))]), [out, counts]);
    let reject_both = || on("2012-05-20", reject(&[13, 14]));
    assert_eq!(state(vec![reject_both()]), [HoursState::Rejected, HoursState::Rejected]);
    assert_eq!(state(vec![reject_both(), on("2012-05-21", reverse(EventKind::HoursRejected, 18))]), [waits, waits]);
}

#[test]
fn rows_are_found_by_project_group_day_and_pledge() {
    let more = [
        on("2012-05-12", LogHours { people: 3, ..log() }),
        on("2012-05-12", LogHours { project: id(OTHER_PROJECT), role: "skilled".into(), ..log() }),
        on("2012-05-20", LogHours { pledge: Some(id(16)), group: id(BUSINESS), ..log() }),
    ];
    let books = books_with(given().into_iter().chain(more));
    let hours = &books.hours;
    let (from, to) = (day("2012-05-12"), day("2012-05-20"));
    let positions = |rows: Vec<coledger::domain::hours_rows::HoursRow>| {
        rows.into_iter().map(|row| row.position().0).collect::<Vec<_>>()
    };
    assert_eq!(positions(hours.of_project(project(PROJECT), from, to).collect()), [18, 14, 15, 20]);
    assert_eq!(positions(hours.of_project(project(PROJECT), to, from).collect()), Vec::<u64>::new());
    assert_eq!(positions(hours.of_group(organisation(GROUP), from, to).collect()), [18, 14, 15, 19]);
    assert_eq!(positions(hours.of_group(organisation(COUNCIL), from, to).collect()), Vec::<u64>::new());
    assert_eq!(positions(hours.of_pledge(id(16)).collect()), [20]);
    let row = hours.row(Position(19)).unwrap();
    assert_eq!((hours.role(&row), hours.actor(&row)), ("skilled", "finance"));
    assert_eq!((hours.project(&row), hours.group(&row)), (project(OTHER_PROJECT), organisation(GROUP)));
    assert_eq!((row.minutes(), row.people(), row.minutes_each()), (1_800, 12, 150));
    assert_eq!(hours.pledge(&hours.row(Position(20)).unwrap()), Some(id(16)));
    assert_eq!(hours.row(Position(16)), None, "a pledge is no hours");
    assert_eq!((hours.len(), hours.is_empty()), (6, false));
}

#[test]
fn a_month_without_hours_is_reported_once() {
    let books = books_with(given().into_iter().chain([on("2013-01-31", nil(GROUP, "2013-01"))]));
    all_are_refused(
        &books,
        vec![
            ("no such group", on("2013-03-01", nil(99, "2013-02")), Code::NotFound, "group"),
            ("a closed group", on("2013-03-01", nil(CLOSED_GROUP, "2013-02")), Code::Closed, "group"),
            ("a month to come", on("2013-03-01", nil(GROUP, "2014-05")), Code::InTheFuture, "month"),
            ("done tomorrow", on("2014-04-02", nil(GROUP, "2013-02")), Code::InTheFuture, "effective"),
            ("twice", on("2013-03-01", nil(GROUP, "2013-01")), Code::AlreadyExists, "month"),
            ("a month with hours", on("2013-03-01", nil(GROUP, "2012-05")), Code::AlreadyExists, "month"),
        ],
    );
    all_are_accepted(
        &books,
        vec![
            ("another month", on("2013-03-01", nil(GROUP, "2013-02"))),
            ("another group", on("2013-03-01", nil(BUSINESS, "2013-01"))),
        ],
    );
    let rejected = books_with(given().into_iter().chain([on("2012-05-20", reject(&[14, 15]))]));
    all_are_accepted(&rejected, vec![("only rejected hours", on("2013-03-01", nil(GROUP, "2012-05")))]);
}
