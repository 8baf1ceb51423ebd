//! Closed books: closing them, and whatever reaches back into them.

use coledger::domain::command::{
    ChangeProject, Command, EndRentInKind, LogHours, PayGrant, ReportNil, ReviewRent, SetTarget,
};
use coledger::domain::event::{Direction, EventKind, PaymentMethod, PledgeKind, Role};
use coledger::domain::is_late;
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode as Code;
use coledger::domain::time::Day;

use super::example::{
    PROJECT, agree, all_are_accepted, all_are_refused, books_with, by_certifier, by_logger, close_books, confirm,
    confirm_delivery, deliver, log, only_event, pledge, reject, reverse,
};
use crate::harness::decisions::{Asked, award, day, decided, id, on, open_fund, pay, rate_card, share};

const CLOSED: &str = "2013-03-31";
const OPEN: &str = "2013-04-01";
const NOW: &str = "2013-07-01";

/// Hours inside (13) and after (14) the closed year; a pledge (15) and a delivery inside (16) and after (17); rent (18);
/// a fund (19), a grant (20), a payment (21); hours confirmed together (22); the closing (23).
fn given() -> Vec<Asked> {
    vec![
        on(CLOSED, log()),
        on(OPEN, log()),
        on(CLOSED, pledge(PledgeKind::Cash, Some(10_000), None)),
        on(CLOSED, deliver(15, Some(100), None)),
        on(OPEN, deliver(15, Some(100), None)),
        on("2012-06-01", agree()),
        on("2012-06-01", open_fund("Grants")),
        on("2012-06-01", award(id(3), id(PROJECT), vec![share(id(19), "2012-13", 5_000)])),
        on("2012-06-01", pay(id(20), Pence(100))),
        on(NOW, LogHours { people: 2, ..log() }),
        on(NOW, close_books(CLOSED)),
    ]
}

fn review() -> ReviewRent {
    let (market_rent, charged_rent) = (Pence(700_000), Pence(0));
    ReviewRent { agreement: id(18), market_rent, charged_rent, valuation: None }
}

fn end() -> EndRentInKind {
    EndRentInKind { agreement: id(18), reason: None }
}

fn offset(from: &str) -> PayGrant {
    PayGrant {
        method: PaymentMethod::RentOffset,
        agreement: Some(id(18)),
        period_from: Some(day(from)),
        period_to: Some(day("2013-06-30")),
        ..pay(id(20), Pence(1))
    }
}

fn project_change() -> ChangeProject {
    ChangeProject {
        project: id(PROJECT),
        title: None,
        lead: None,
        partners: vec![],
        priorities: vec![],
        places: vec![],
        mode: None,
        engagement: None,
        funding_ends: None,
        starts: None,
        ends: None,
        summary: None,
    }
}

fn target() -> SetTarget {
    SetTarget {
        project: Some(id(PROJECT)),
        strategy: None,
        priority: None,
        action: "Clear the paths".into(),
        indicator: "paths-cleared".into(),
        baseline: None,
        target: "1".parse().unwrap(),
        due: day("2014-03-31"),
        direction: Direction::Up,
        owner: "Parks manager".into(),
    }
}

/// What reaches back into the closed year, however it does so.
fn reaching_back() -> Vec<(&'static str, Asked)> {
    let partner = coledger::domain::event::PartnerShare { organisation: id(3), share_bp: BasisPoints(10_000) };
    vec![
        ("an entry on the last closed day", on(CLOSED, LogHours { people: 3, ..log() })),
        ("a confirmation of what is inside", on(NOW, confirm(&[13]))),
        ("a confirmation of several, one inside", on(NOW, confirm(&[14, 13]))),
        ("a rejection of what is inside", on(NOW, reject(&[13]))),
        ("a confirmed delivery inside", on(NOW, confirm_delivery(&[16, 17]))),
        ("a reversal of hours inside", on(NOW, reverse(EventKind::HoursLogged, 13))),
        ("a reversal of a payment inside", on(NOW, reverse(EventKind::GrantPaid, 21))),
        ("a rate card from before", on(CLOSED, rate_card(&[("general", 1_109)]))),
        ("a rent review from before", on(CLOSED, review())),
        ("an end before the last closed day", on("2013-03-30", end())),
        ("an offset of rent inside", on(NOW, offset(CLOSED))),
        ("a project's partners from before", on(CLOSED, ChangeProject { partners: vec![partner], ..project_change() })),
    ]
}

/// What does not.
fn not_reaching_back() -> Vec<(&'static str, Asked)> {
    let nil = ReportNil { group: id(3), month: "2012-05".parse().unwrap() };
    vec![
        ("an entry on the first open day", on(OPEN, LogHours { people: 3, ..log() })),
        ("a confirmation of what is after", on(NOW, confirm(&[14]))),
        ("a confirmed delivery after", on(NOW, confirm_delivery(&[17]))),
        ("a reversal of hours after", on(NOW, reverse(EventKind::HoursLogged, 14))),
        ("a rate card from then on", on(OPEN, rate_card(&[("general", 1_109)]))),
        ("a rent review from then on", on(OPEN, review())),
        ("an end on the last closed day, which counts as before", on(CLOSED, end())),
        ("an offset of rent after", on(NOW, offset(OPEN))),
        ("a month without hours", on(CLOSED, nil)),
        ("a target", on(CLOSED, target())),
        ("a project's title", on(CLOSED, ChangeProject { title: Some("The old wood".into()), ..project_change() })),
    ]
}

#[test]
fn what_reaches_into_closed_books_needs_a_reason() {
    let books = books_with(given());
    for (name, asked) in reaching_back() {
        all_are_refused(&books, vec![(name, asked.clone(), Code::BooksClosed, "late")]);
        all_are_accepted(&books, vec![(name, asked.late("found when the files were tidied"))]);
    }
    let refusal = decided(&books, &on(CLOSED, LogHours { people: 3, ..log() })).unwrap_err();
    assert!(refusal.message.contains(CLOSED), "it names the day: {refusal}");
}

#[test]
fn what_does_not_reach_back_needs_none_and_ignores_one() {
    let books = books_with(given());
    all_are_accepted(&books, not_reaching_back());
    let with_a_reason = |(name, asked): (&'static str, Asked)| (name, asked.late("not needed"));
    all_are_accepted(&books, not_reaching_back().into_iter().map(with_a_reason).collect());
}

#[test]
fn an_event_says_whether_it_is_late() {
    let books = books_with(given());
    let says = |asked: &Asked| is_late(&books, &only_event(&books, asked), asked.on);
    for (name, asked) in reaching_back() {
        assert!(says(&asked.late("found when the files were tidied")), "{name}");
    }
    for (name, asked) in not_reaching_back() {
        assert!(!says(&asked), "{name}");
    }
    let open: Vec<Asked> =
        given().into_iter().filter(|asked| !matches!(asked.command, Command::CloseBooks(_))).collect();
    let event = only_event(&books_with(open.clone()), &on(CLOSED, LogHours { people: 3, ..log() }));
    assert!(!is_late(&books_with(open), &event, Day(0)), "nothing is late where books were never closed");
}

#[test]
fn finance_and_keeper_may_be_late_and_a_certifier_may_confirm() {
    let books = books_with(given());
    let late = |asked: Asked| asked.late("found when the files were tidied");
    let hours = || on(CLOSED, LogHours { people: 3, ..log() });
    all_are_accepted(
        &books,
        vec![
            ("finance", late(hours())),
            ("keeper", late(hours().by("keeper", Role::Keeper))),
            ("a certifier who confirms hours", by_certifier(late(on(NOW, confirm(&[13]))))),
            ("a certifier who confirms a delivery", by_certifier(late(on(NOW, confirm_delivery(&[16]))))),
            ("a logger who is not late", by_logger(on(OPEN, LogHours { people: 3, ..log() }))),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("a logger", by_logger(late(hours())), Code::NotAllowed, ""),
            ("a logger without a reason", by_logger(hours()), Code::NotAllowed, ""),
            ("a certifier who logs", by_certifier(late(hours())), Code::NotAllowed, ""),
            ("a certifier who rejects", by_certifier(late(on(NOW, reject(&[13])))), Code::NotAllowed, ""),
            ("a certifier without a reason", by_certifier(on(NOW, confirm(&[13]))), Code::BooksClosed, "late"),
            (
                "a business",
                late(on(CLOSED, deliver(15, Some(1), None))).by("shop", Role::Business),
                Code::NotAllowed,
                "",
            ),
            ("an auditor", late(hours()).by("auditor", Role::Auditor), Code::NotAllowed, ""),
        ],
    );
}

#[test]
fn books_are_closed_through_a_later_day_each_time() {
    let books = books_with(given());
    all_are_accepted(
        &books,
        vec![
            ("a day later", on(NOW, close_books(OPEN))),
            ("through the day of closing", on(NOW, close_books(NOW))),
            ("by the keeper", on(NOW, close_books(OPEN)).by("keeper", Role::Keeper)),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("the same day", on(NOW, close_books(CLOSED)), Code::NothingToDo, "through"),
            ("an earlier day", on(NOW, close_books("2012-03-31")), Code::NothingToDo, "through"),
            ("what is to come", on(NOW, close_books("2013-07-02")), Code::InTheFuture, "through"),
            ("done tomorrow", on("2014-04-02", close_books(OPEN)), Code::InTheFuture, "effective"),
            ("by a certifier", by_certifier(on(NOW, close_books(OPEN))), Code::NotAllowed, ""),
            ("by an auditor", on(NOW, close_books(OPEN)).by("auditor", Role::Auditor), Code::NotAllowed, ""),
        ],
    );
    let closing = books.governance.closings().next_back().unwrap();
    assert_eq!((closing.position.0, closing.through, closing.formula), (23, day(CLOSED), 1));
    assert_eq!(closing.digest.0, [7; 32], "the digest that the writer brought");
    assert_eq!(books.governance.closed_through(), Some(day(CLOSED)));
}
