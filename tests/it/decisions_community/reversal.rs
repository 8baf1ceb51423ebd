//! Reversal: what can be, what never can, and what has to go first.

use coledger::domain::books::Books;
use coledger::domain::command::{
    AssignPledge, EndRentInKind, LogHours, MakePledge, OpenBatch, ReportNil, ReverseBatch, ReviewRent, WithdrawPledge,
};
use coledger::domain::event::{Event, EventKind, PledgeKind};
use coledger::domain::ids::Position;
use coledger::domain::money::Pence;
use coledger::domain::quantity::Digest;
use coledger::domain::refusal::RefusalCode as Code;

use super::example::{
    BUSINESS, GROUP, NEXT, OTHER_PROJECT, PROJECT, agree, all_are_accepted, all_are_refused, books_with, close_books,
    confirm, confirm_delivery, deliver, log, logged, only_event, pledge, reject, reverse,
};
use crate::harness::decisions::{
    Asked, ask, award, id, on, open_fund, open_project, pay, rate_card, set_budget, share,
};

const LATER: &str = "2014-01-01";

fn undo(kind: EventKind, position: u64) -> Asked {
    on(LATER, reverse(kind, position))
}

/// Reverses the entry after the example and what is given, and counts how often that is accepted: once.
fn once(name: &str, given: Vec<Asked>, kind: EventKind) {
    let last = NEXT + u64::try_from(given.len()).unwrap() - 1;
    let asked = undo(kind, last);
    let books = books_with(given.clone());
    assert!(matches!(only_event(&books, &asked), Event::EntryReversed(_)), "{name}");
    let books = books_with(given.into_iter().chain([asked.clone()]));
    assert!(books.is_reversed(Position(last)), "{name}");
    all_are_refused(&books, vec![("twice", asked, Code::AlreadyReversed, "entry")]);
}

#[test]
fn what_nothing_rests_on_is_reversed_once() {
    let month = "2013-02".parse().unwrap();
    let free = || ask(MakePledge { project: None, ..pledge(PledgeKind::Cash, Some(1), None) });
    let delivered = || vec![ask(pledge(PledgeKind::Cash, Some(1), None)), ask(deliver(NEXT, Some(1), None))];
    let with = |mut given: Vec<Asked>, last: Asked| {
        given.push(last);
        given
    };
    let rents = ReviewRent { agreement: id(NEXT), market_rent: Pence(2), charged_rent: Pence(1), valuation: None };
    let dispute = coledger::domain::command::DisputeDelivery { entries: vec![id(14)], reason: "no".into() };
    once("rent", vec![ask(agree())], EventKind::RentInKindAgreed);
    once("a review", vec![ask(agree()), ask(rents)], EventKind::RentReviewed);
    once(
        "an end",
        vec![ask(agree()), ask(EndRentInKind { agreement: id(NEXT), reason: None })],
        EventKind::RentInKindEnded,
    );
    once("hours", vec![logged()], EventKind::HoursLogged);
    once("a confirmation", vec![logged(), ask(confirm(&[NEXT]))], EventKind::HoursConfirmed);
    once("a rejection", vec![logged(), ask(reject(&[NEXT]))], EventKind::HoursRejected);
    once("a month without hours", vec![on("2013-03-01", ReportNil { group: id(GROUP), month })], EventKind::NilReturn);
    once("a pledge", vec![free()], EventKind::PledgeMade);
    once(
        "its project",
        vec![free(), ask(AssignPledge { pledge: id(NEXT), project: id(PROJECT) })],
        EventKind::PledgeAssigned,
    );
    once("a delivery", delivered(), EventKind::PledgeDelivered);
    once("its confirmation", with(delivered(), ask(confirm_delivery(&[14]))), EventKind::DeliveryConfirmed);
    once("its dispute", with(delivered(), ask(dispute)), EventKind::DeliveryDisputed);
    once(
        "a withdrawal",
        vec![free(), ask(WithdrawPledge { pledge: id(NEXT), reason: None })],
        EventKind::PledgeWithdrawn,
    );
}

#[test]
fn some_entries_can_never_be_reversed() {
    let batch = OpenBatch { file: "hours.csv".into(), sha256: Digest([1; 32]) };
    let books = books_with([
        ask(batch),
        ask(ReverseBatch { batch: id(NEXT), reason: "wrong file".into() }),
        on("2012-04-30", close_books("2012-04-30")),
    ]);
    let never = Code::NotReversible;
    all_are_refused(
        &books,
        vec![
            ("the opening of the ledger", undo(EventKind::LedgerOpened, 1), never, "entry"),
            ("a reversal", undo(EventKind::EntryReversed, 12), never, "entry"),
            ("the opening of a batch", undo(EventKind::BatchOpened, NEXT), never, "entry"),
            ("the reversal of a batch", undo(EventKind::BatchReversed, 14), never, "entry"),
            ("a closing of the books", undo(EventKind::BooksClosed, 15), never, "entry"),
        ],
    );
}

#[test]
fn what_others_rest_on_goes_after_them() {
    let time = MakePledge { project: None, ..pledge(PledgeKind::StaffTime, None, Some(600)) };
    let books = books_with([
        ask(pledge(PledgeKind::Cash, Some(1), None)),
        ask(deliver(NEXT, Some(1), None)),
        ask(time),
        ask(LogHours { pledge: Some(id(15)), group: id(BUSINESS), ..log() }),
        ask(MakePledge { project: None, ..pledge(PledgeKind::Cash, Some(1), None) }),
        ask(AssignPledge { pledge: id(17), project: id(OTHER_PROJECT) }),
        ask(deliver(17, Some(1), None)),
        ask(open_project("Of hours alone", id(GROUP))),
        ask(LogHours { project: id(20), ..log() }),
    ]);
    let rests = Code::RestsOnIt;
    all_are_refused(
        &books,
        vec![
            ("a pledge with a delivery", undo(EventKind::PledgeMade, NEXT), rests, "entry"),
            ("a pledge with hours", undo(EventKind::PledgeMade, 15), rests, "entry"),
            ("an assignment with a delivery", undo(EventKind::PledgeAssigned, 18), rests, "entry"),
            ("a project with hours", undo(EventKind::ProjectOpened, 20), rests, "entry"),
            ("a group with hours", undo(EventKind::OrganisationRegistered, GROUP), rests, "entry"),
        ],
    );
    let mut bare = books.clone();
    for asked in
        [undo(EventKind::PledgeDelivered, 14), undo(EventKind::HoursLogged, 16), undo(EventKind::HoursLogged, 21)]
    {
        crate::harness::decisions::record(&mut bare, &asked).unwrap();
    }
    all_are_accepted(
        &bare,
        vec![
            ("the pledge, after its delivery", undo(EventKind::PledgeMade, NEXT)),
            ("the pledge, after its hours", undo(EventKind::PledgeMade, 15)),
            ("the project, after its hours", undo(EventKind::ProjectOpened, 20)),
        ],
    );
}

#[test]
fn an_entry_is_named_by_its_own_id() {
    let books = books_with([logged(), ask(confirm(&[NEXT]))]);
    all_are_refused(
        &books,
        vec![
            ("nothing there", undo(EventKind::HoursLogged, 99), Code::NotFound, "entry"),
            ("another kind than it is", undo(EventKind::GrantPaid, PROJECT), Code::NotFound, "entry"),
            ("hours as a confirmation", undo(EventKind::HoursConfirmed, NEXT), Code::NotFound, "entry"),
            ("a confirmation as a rejection", undo(EventKind::HoursRejected, 14), Code::NotFound, "entry"),
            ("tomorrow", on("2014-04-02", reverse(EventKind::HoursLogged, NEXT)), Code::InTheFuture, "effective"),
        ],
    );
}

#[test]
fn a_reversal_leaves_no_budget_overspent() {
    let given = || {
        vec![
            ask(open_fund("Grants")),
            ask(set_budget(id(NEXT), "2012-13", 1_000)),
            ask(set_budget(id(NEXT), "2012-13", 5_000)),
            ask(award(id(GROUP), id(PROJECT), vec![share(id(NEXT), "2012-13", 4_000)])),
            ask(pay(id(16), Pence(100))),
        ]
    };
    let books = books_with(given());
    all_are_refused(
        &books,
        vec![
            ("the budget that the award needs", undo(EventKind::BudgetSet, 15), Code::OverBudget, "entry"),
            ("an award with a payment", undo(EventKind::GrantAwarded, 16), Code::RestsOnIt, "entry"),
        ],
    );
    all_are_accepted(
        &books,
        vec![
            ("the budget that was replaced", undo(EventKind::BudgetSet, 14)),
            ("the payment", undo(EventKind::GrantPaid, 17)),
        ],
    );
}

#[test]
fn a_rate_card_that_prices_an_entry_stays() {
    let books = |more: Vec<Asked>| books_with([ask(rate_card(&[("general", 1_109)]))].into_iter().chain(more));
    let card = || undo(EventKind::RateCardAdopted, NEXT);
    all_are_accepted(&books(vec![]), vec![("none priced", card())]);
    all_are_refused(&books(vec![logged()]), vec![("hours priced", card(), Code::RestsOnIt, "entry")]);
}

#[test]
fn reversing_takes_the_entry_out_of_the_books() {
    let untouched =
        |books: &Books| format!("{:?}", (&books.rent, &books.pledges, &books.outcomes, &books.funds, &books.projects));
    let before = untouched(&books_with([]));
    let rows: [(&str, Asked, EventKind); 3] = [
        ("rent", ask(agree()), EventKind::RentInKindAgreed),
        ("a pledge", ask(pledge(PledgeKind::Cash, Some(1), None)), EventKind::PledgeMade),
        ("a project", ask(open_project("Another", id(GROUP))), EventKind::ProjectOpened),
    ];
    for (name, asked, kind) in rows {
        assert_eq!(untouched(&books_with([asked, undo(kind, NEXT)])), before, "{name}");
    }
}
