//! Rent in kind: agreeing, reviewing, ending, and setting rent against grants.

use coledger::domain::command::{AgreeRentInKind, EndRentInKind, PayGrant, ReviewRent};
use coledger::domain::event::{EventKind, PaymentMethod, Premises, Valuation};
use coledger::domain::grants::Offset;
use coledger::domain::ids::AgreementId;
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode as Code;
use coledger::domain::rent::offset_in;

use super::example::{
    BUSINESS, CLOSED_GROUP, CLOSED_PROJECT, NEXT, agree, all_are_accepted, all_are_refused, books_with, project,
    reverse,
};
use crate::harness::decisions::{Asked, award, day, decided, id, on, open_fund, pay, share};

const BEGAN: &str = "2012-06-01";

fn agreed() -> Asked {
    on(BEGAN, agree())
}

fn with(change: fn(&mut AgreeRentInKind)) -> Asked {
    let mut command = agree();
    change(&mut command);
    on(BEGAN, command)
}

fn review(market: i64, charged: i64) -> ReviewRent {
    let (market_rent, charged_rent) = (Pence(market), Pence(charged));
    ReviewRent { agreement: id(NEXT), market_rent, charged_rent, valuation: None }
}

fn end() -> EndRentInKind {
    EndRentInKind { agreement: id(NEXT), reason: None }
}

fn valued(on: &str) -> Valuation {
    Valuation { on: day(on), valuer: "The valuer".into(), basis: "comparables".into(), alternative_use: None }
}

fn named(name: &str, uprn: Option<&str>) -> Premises {
    Premises { name: name.into(), uprn: uprn.map(Into::into) }
}

#[test]
fn an_agreement_is_refused_where_its_rents_or_parties_make_no_sense() {
    all_are_refused(
        &books_with([]),
        vec![
            ("no market rent", with(|rent| rent.market_rent = Pence(0)), Code::BadInput, "marketRent"),
            ("a negative charge", with(|rent| rent.charged_rent = Pence(-1)), Code::BadInput, "chargedRent"),
            ("above the market", with(|rent| rent.charged_rent = Pence(620_001)), Code::AboveMarketRent, "chargedRent"),
            ("no share", with(|rent| rent.share_bp = BasisPoints(0)), Code::BadInput, "shareBp"),
            ("more than the whole", with(|rent| rent.share_bp = BasisPoints(10_001)), Code::BadInput, "shareBp"),
            (
                "a landlord that is no public body",
                with(|rent| rent.landlord = Some(id(BUSINESS))),
                Code::WrongKind,
                "landlord",
            ),
            ("no such landlord", with(|rent| rent.landlord = Some(id(99))), Code::NotFound, "landlord"),
            ("no such occupier", with(|rent| rent.occupier = id(99)), Code::NotFound, "occupier"),
            (
                "a closed occupier",
                on("2012-07-01", AgreeRentInKind { occupier: id(CLOSED_GROUP), ..agree() }),
                Code::Closed,
                "occupier",
            ),
            ("no such project", with(|rent| rent.project = id(99)), Code::NotFound, "project"),
            (
                "a closed project",
                on("2013-01-01", AgreeRentInKind { project: id(CLOSED_PROJECT), ..agree() }),
                Code::Closed,
                "project",
            ),
            ("before the project", on("2012-03-31", agree()), Code::TooEarly, "effective"),
            ("a term that is over", with(|rent| rent.term_ends = Some(day("2012-05-31"))), Code::TooEarly, "termEnds"),
            (
                "a valuation to come",
                with(|rent| rent.valuation = Some(valued("2014-04-02"))),
                Code::InTheFuture,
                "valuation",
            ),
        ],
    );
}

#[test]
fn the_shares_of_one_premises_are_at_most_the_whole_on_any_day() {
    let two_terms = vec![
        on(BEGAN, AgreeRentInKind { term_ends: Some(day("2012-12-31")), ..agree() }),
        on("2013-06-01", AgreeRentInKind { share_bp: BasisPoints(5_000), ..agree() }),
    ];
    let books = books_with(two_terms);
    let part = |from: &str, to: Option<&str>, share: u32, premises: Premises| {
        let (share_bp, term_ends) = (BasisPoints(share), to.map(day));
        on(from, AgreeRentInKind { share_bp, term_ends, premises, ..agree() })
    };
    let school = || named("The old school", None);
    all_are_accepted(
        &books,
        vec![
            ("the rest", part(BEGAN, Some("2012-12-31"), 4_000, school())),
            ("the whole of the time between", part("2013-01-01", Some("2013-05-31"), 10_000, school())),
            ("the rest of the later term", part("2013-06-01", None, 5_000, school())),
            ("other premises", part(BEGAN, None, 10_000, named("The new school", None))),
        ],
    );
    all_are_refused(
        &books,
        vec![
            (
                "too much at its beginning",
                part("2012-12-31", Some("2013-01-10"), 4_001, school()),
                Code::PremisesOverfull,
                "shareBp",
            ),
            (
                "too much at its end",
                part("2013-01-01", Some("2013-06-01"), 5_001, school()),
                Code::PremisesOverfull,
                "shareBp",
            ),
            ("too much without an end", part("2013-01-01", None, 5_001, school()), Code::PremisesOverfull, "shareBp"),
            (
                "the same name written otherwise",
                part(BEGAN, None, 9_000, named(" the OLD school", Some("100080885654"))),
                Code::PremisesOverfull,
                "shareBp",
            ),
        ],
    );
    let message = decided(&books, &part("2012-12-31", None, 5_000, school())).unwrap_err().message;
    assert!(message.contains("at most 4000 basis points"), "{message}");
}

#[test]
fn premises_are_one_where_their_property_reference_is() {
    let hall = |name: &str, uprn: &str| AgreeRentInKind { premises: named(name, Some(uprn)), ..agree() };
    let books = books_with([on(BEGAN, hall("The hall", "100080885654"))]);
    all_are_refused(
        &books,
        vec![("another name", on(BEGAN, hall("Town hall", "100080885654")), Code::PremisesOverfull, "shareBp")],
    );
    all_are_accepted(&books, vec![("another reference", on(BEGAN, hall("The hall", "100080885655")))]);
}

#[test]
fn a_review_holds_from_its_day_and_the_later_of_two_holds() {
    let books =
        books_with([agreed(), on("2013-01-01", review(600_000, 100_000)), on("2013-01-01", review(680_000, 100_000))]);
    let agreement = books.rent.agreement(id(NEXT)).unwrap();
    assert_eq!(agreement.forgone(day("2013-01-01"), day("2013-03-31")), Pence(143_014));
    assert_eq!(agreement.forgone(day("2013-04-01"), day("2014-03-31")), Pence(580_000));
    assert_eq!(agreement.charged(day("2013-04-01"), day("2014-03-31")), Pence(100_000));
    assert_eq!(agreement.rents_on(day("2012-12-31")).unwrap().market, Pence(620_000));
    assert_eq!(agreement.rents_on(day("2013-01-01")).unwrap().market, Pence(680_000));
    assert_eq!(agreement.rents_on(day("2012-05-31")), None);
    assert_eq!(books.rent.of_project(project(5)).count(), 1);
    let undone = books_with([
        agreed(),
        on("2013-01-01", review(600_000, 100_000)),
        on("2013-01-01", review(680_000, 100_000)),
        on("2013-02-01", reverse(EventKind::RentReviewed, 15)),
    ]);
    let before = undone.rent.agreement(id::<AgreementId>(NEXT)).unwrap();
    assert_eq!(before.rents_on(day("2013-01-01")).unwrap().market, Pence(600_000), "a reversed review is out");
}

#[test]
fn the_day_it_ends_is_the_last_that_counts() {
    let rows = [
        ("no end", None, None, 4 * 1_425),
        ("ended", None, Some("2012-06-03"), 4_274),
        ("term ended", Some("2012-06-03"), None, 4_274),
        ("ended within its term", Some("2012-06-04"), Some("2012-06-03"), 4_274),
    ];
    for (name, term, ended, pence) in rows {
        let end = ended.map(|ended| on(ended, end()));
        let books =
            books_with([on(BEGAN, AgreeRentInKind { term_ends: term.map(day), ..agree() })].into_iter().chain(end));
        let agreement = books.rent.agreement(id(NEXT)).unwrap();
        let found = agreement.forgone(day("2012-06-01"), day("2012-06-04"));
        assert!((found.0 - pence).abs() <= 1, "{name}: {found}");
        assert_eq!(agreement.runs_on(day("2012-06-04")), name == "no end", "{name}");
    }
}

#[test]
fn reviews_and_ends_are_refused_where_the_agreement_does_not_run() {
    let ended = books_with([agreed(), on("2013-03-31", end())]);
    let term = books_with([on(BEGAN, AgreeRentInKind { term_ends: Some(day("2013-03-31")), ..agree() })]);
    let elsewhere = |command: ReviewRent| ReviewRent { agreement: id(99), ..command };
    all_are_refused(
        &ended,
        vec![
            ("before it began", on("2012-05-31", review(1, 0)), Code::TooEarly, "effective"),
            ("after it ended", on("2013-04-01", review(1, 0)), Code::Closed, "effective"),
            ("no such agreement", on(BEGAN, elsewhere(review(1, 0))), Code::NotFound, "agreement"),
            ("above the market", on(BEGAN, review(1, 2)), Code::AboveMarketRent, "chargedRent"),
            (
                "a valuation to come",
                on(BEGAN, ReviewRent { valuation: Some(valued("2015-01-01")), ..review(1, 0) }),
                Code::InTheFuture,
                "valuation",
            ),
            ("ended twice", on("2013-03-30", end()), Code::Closed, "agreement"),
            (
                "no such agreement to end",
                on(BEGAN, EndRentInKind { agreement: id(99), ..end() }),
                Code::NotFound,
                "agreement",
            ),
        ],
    );
    all_are_refused(
        &term,
        vec![
            ("an end before it began", on("2012-05-31", end()), Code::TooEarly, "effective"),
            ("an end after its term", on("2013-04-01", end()), Code::Closed, "effective"),
        ],
    );
    all_are_accepted(
        &term,
        vec![("reviewed on its last day", on("2013-03-31", review(1, 0))), ("ended on its first", on(BEGAN, end()))],
    );
}

/// The agreement at 13, a fund at 14 and a grant of £5,000 at 15.
fn with_a_grant() -> Vec<Asked> {
    let shares = vec![share(id(14), "2012-13", 5_000)];
    vec![agreed(), on(BEGAN, open_fund("Grants")), on(BEGAN, award(id(3), id(5), shares))]
}

fn offset(amount: i64, from: &str, to: &str) -> PayGrant {
    PayGrant {
        method: PaymentMethod::RentOffset,
        agreement: Some(id(NEXT)),
        period_from: Some(day(from)),
        period_to: Some(day(to)),
        ..pay(id(15), Pence(amount))
    }
}

fn paid(amount: i64, from: &str, to: &str) -> Asked {
    on("2013-12-03", offset(amount, from, to))
}

#[test]
fn no_more_rent_is_offset_than_is_charged() {
    // Charged: £1,000.00 a year, of which 304 days of 2012-13 run.
    let books = books_with(with_a_grant());
    all_are_accepted(
        &books,
        vec![
            ("all that is charged", paid(83_288, "2012-06-01", "2013-03-31")),
            ("a year", paid(100_000, "2013-04-01", "2014-03-31")),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("a penny more", paid(83_289, "2012-06-01", "2013-03-31"), Code::OverRent, "amount"),
            ("before it began", paid(1, "2012-05-01", "2012-05-31"), Code::OverRent, "amount"),
            ("a period that runs backwards", paid(1, "2013-03-31", "2013-03-30"), Code::TooEarly, "periodTo"),
            (
                "no such agreement",
                on("2013-12-03", PayGrant { agreement: Some(id(99)), ..offset(1, "2013-04-01", "2013-04-02") }),
                Code::NotFound,
                "agreement",
            ),
        ],
    );
}

#[test]
fn offsets_of_overlapping_periods_share_what_is_charged() {
    let half = paid(25_000, "2013-04-01", "2014-03-31");
    let books = books_with(with_a_grant().into_iter().chain([half]));
    all_are_accepted(
        &books,
        vec![
            ("the rest of the year", paid(75_000, "2013-04-01", "2014-03-31")),
            ("the rest of April", paid(6_164, "2013-04-01", "2013-04-30")),
            ("another year", paid(100_000, "2014-04-01", "2015-03-31")),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("more than the rest", paid(75_001, "2013-04-01", "2014-03-31"), Code::OverRent, "amount"),
            ("more than the rest of April", paid(6_166, "2013-04-01", "2013-04-30"), Code::OverRent, "amount"),
        ],
    );
    let front = paid(50_136, "2013-04-01", "2013-09-30");
    let whole = paid(49_864, "2013-04-01", "2014-03-31");
    let full = books_with(with_a_grant().into_iter().chain([front, whole]));
    all_are_refused(
        &full,
        vec![("a part of a run that is full", paid(1, "2013-10-01", "2014-03-31"), Code::OverRent, "amount")],
    );
}

#[test]
fn nothing_may_leave_more_offset_than_charged() {
    let given = || with_a_grant().into_iter().chain([paid(100_000, "2013-04-01", "2014-03-31")]);
    all_are_refused(
        &books_with(given()),
        vec![
            ("a review that charges less", on("2013-04-01", review(620_000, 99_999)), Code::OverRent, "agreement"),
            ("an end within the period", on("2014-03-30", end()), Code::OverRent, "agreement"),
            (
                "reversing the agreement",
                on("2014-03-30", reverse(EventKind::RentInKindAgreed, NEXT)),
                Code::RestsOnIt,
                "entry",
            ),
        ],
    );
    let raised = with_a_grant()
        .into_iter()
        .chain([on("2013-04-01", review(620_000, 120_000)), paid(120_000, "2013-04-01", "2014-03-31")]);
    all_are_refused(
        &books_with(raised),
        vec![(
            "reversing the review that charged more",
            on("2014-03-30", reverse(EventKind::RentReviewed, 16)),
            Code::OverRent,
            "agreement",
        )],
    );
    let undone = given().chain([on("2014-03-30", reverse(EventKind::GrantPaid, 16))]);
    all_are_accepted(&books_with(undone), vec![("less, once the offset is out", on("2013-04-01", review(620_000, 1)))]);
}

#[test]
fn an_ended_tenancy_comes_back_only_where_there_is_room() {
    let given = || vec![agreed(), on("2012-12-31", end())];
    let next = on("2013-01-01", AgreeRentInKind { share_bp: BasisPoints(5_000), ..agree() });
    let undo = || on("2013-02-01", reverse(EventKind::RentInKindEnded, 14));
    all_are_accepted(&books_with(given()), vec![("nobody moved in", undo())]);
    all_are_refused(
        &books_with(given().into_iter().chain([next])),
        vec![("somebody did", undo(), Code::PremisesOverfull, "shareBp")],
    );
}

#[test]
fn offsets_are_spread_over_their_periods() {
    let offsets = [Offset { from: day("2012-06-01"), to: day("2013-03-31"), amount: Pence(80_000) }];
    assert_eq!(offset_in(&offsets, day("2012-04-01"), day("2012-06-30")), Pence(7_895));
    assert_eq!(offset_in(&offsets, day("2012-04-01"), day("2013-03-31")), Pence(80_000));
}
