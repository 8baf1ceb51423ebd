//! Pledges: made, assigned, delivered, confirmed or disputed, withdrawn.

use coledger::domain::command::{AssignPledge, DeliverPledge, DisputeDelivery, LogHours, MakePledge, WithdrawPledge};
use coledger::domain::event::{Event, EventKind, PledgeKind};
use coledger::domain::money::Pence;
use coledger::domain::pledges::{Delivered, DeliveryState, PledgeStatus};
use coledger::domain::refusal::RefusalCode as Code;

use super::example::{
    CLOSED_GROUP, CLOSED_PROJECT, COUNCIL, NEXT, OTHER_PROJECT, PROJECT, all_are_accepted, all_are_refused, books_with,
    confirm, confirm_delivery, deliver, log, only_event, pledge, project, reject, reverse,
};
use crate::harness::decisions::{Asked, agree_contract, ask, day, decided, id, on};

const CASH: u64 = NEXT;
const GOODS: u64 = 14;
const TIME: u64 = 15;
const PLACES: u64 = 16;
const FREE: u64 = 17;
const WITHDRAWN: u64 = 18;

/// A pledge of each kind to the project, one of cash without a project, and one that was withdrawn (by 19).
fn given() -> Vec<Asked> {
    vec![
        ask(pledge(PledgeKind::Cash, Some(200_000), None)),
        ask(pledge(PledgeKind::Goods, Some(64_055), None)),
        ask(pledge(PledgeKind::StaffTime, None, Some(6_000))),
        ask(pledge(PledgeKind::Places, None, Some(6))),
        ask(MakePledge { project: None, ..pledge(PledgeKind::Cash, Some(1_000), None) }),
        ask(pledge(PledgeKind::Cash, Some(1_000), None)),
        on("2012-05-01", withdraw(WITHDRAWN)),
    ]
}

fn withdraw(position: u64) -> WithdrawPledge {
    WithdrawPledge { pledge: id(position), reason: None }
}

fn assign(pledge: u64, project: u64) -> AssignPledge {
    AssignPledge { pledge: id(pledge), project: id(project) }
}

fn dispute(positions: &[u64]) -> DisputeDelivery {
    let entries = positions.iter().map(|position| id(*position)).collect();
    DisputeDelivery { entries, reason: "it never came".into() }
}

fn delivered(command: DeliverPledge) -> Asked {
    on("2012-10-05", command)
}

#[test]
fn a_pledge_is_refused_where_its_giver_or_promise_makes_no_sense() {
    let with = |change: fn(&mut MakePledge)| {
        let mut command = pledge(PledgeKind::Cash, Some(1_000), None);
        change(&mut command);
        ask(command)
    };
    let promise = |kind, amount, quantity| ask(pledge(kind, amount, quantity));
    let (cash, goods) = (PledgeKind::Cash, PledgeKind::Goods);
    let (time, places) = (PledgeKind::StaffTime, PledgeKind::Places);
    let no_unit = MakePledge { unit: None, ..pledge(places, None, Some(6)) };
    all_are_refused(
        &books_with([]),
        vec![
            ("a public body", with(|pledge| pledge.giver = id(COUNCIL)), Code::PublicBody, "giver"),
            ("no such giver", with(|pledge| pledge.giver = id(99)), Code::NotFound, "giver"),
            (
                "a closed giver",
                on("2012-07-01", MakePledge { giver: id(CLOSED_GROUP), ..pledge(cash, Some(1), None) }),
                Code::Closed,
                "giver",
            ),
            ("no such project", with(|pledge| pledge.project = Some(id(99))), Code::NotFound, "project"),
            (
                "a closed project",
                on("2013-01-01", MakePledge { project: Some(id(CLOSED_PROJECT)), ..pledge(cash, Some(1), None) }),
                Code::Closed,
                "project",
            ),
            ("no such contract", with(|pledge| pledge.contract = Some(id(99))), Code::NotFound, "contract"),
            ("due before it was made", with(|pledge| pledge.due = Some(day("2012-04-15"))), Code::TooEarly, "due"),
            ("tomorrow", on("2014-04-02", pledge(cash, Some(1), None)), Code::InTheFuture, "effective"),
            ("before the project", on("2012-03-31", pledge(cash, Some(1), None)), Code::TooEarly, "effective"),
            ("no pounds", promise(cash, Some(0), None), Code::BadInput, "amount"),
            ("negative pounds", promise(goods, Some(-1), None), Code::BadInput, "amount"),
            ("none of them", promise(places, None, Some(0)), Code::BadInput, "quantity"),
            ("cash without pounds", promise(cash, None, None), Code::BadInput, "amount"),
            ("cash with a quantity", promise(cash, Some(1), Some(1)), Code::BadInput, "quantity"),
            ("goods without either", promise(goods, None, None), Code::BadInput, "amount"),
            ("staff time without minutes", promise(time, None, None), Code::BadInput, "quantity"),
            ("staff time with pounds", promise(time, Some(1), Some(60)), Code::BadInput, "amount"),
            ("places without a quantity", promise(places, None, None), Code::BadInput, "quantity"),
            ("places with pounds", promise(places, Some(1), Some(6)), Code::BadInput, "amount"),
            ("places of what", ask(no_unit), Code::BadInput, "unit"),
        ],
    );
    let message = decided(&books_with([]), &with(|pledge| pledge.giver = id(COUNCIL))).unwrap_err().message;
    assert!(message.contains("giveInKind"), "it names the right command: {message}");
}

#[test]
fn a_pledge_is_assigned_once() {
    let books = books_with(given());
    all_are_accepted(&books, vec![("to a project", ask(assign(FREE, PROJECT)))]);
    all_are_refused(
        &books,
        vec![
            ("no such pledge", ask(assign(99, PROJECT)), Code::NotFound, "pledge"),
            ("no such project", ask(assign(FREE, 99)), Code::NotFound, "project"),
            ("one that has a project", ask(assign(CASH, OTHER_PROJECT)), Code::AlreadyExists, "project"),
            ("one that was withdrawn", on("2012-05-02", assign(WITHDRAWN, PROJECT)), Code::Closed, "pledge"),
            ("before it was made", on("2012-04-15", assign(FREE, PROJECT)), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", assign(FREE, PROJECT)), Code::InTheFuture, "effective"),
        ],
    );
    let time = MakePledge { project: None, ..pledge(PledgeKind::StaffTime, None, Some(60)) };
    let hours = ask(LogHours { pledge: Some(id(NEXT)), ..log() });
    let books = books_with([ask(time), hours]);
    all_are_refused(
        &books,
        vec![("staff time given elsewhere", ask(assign(NEXT, OTHER_PROJECT)), Code::WrongKind, "project")],
    );
    all_are_accepted(&books, vec![("staff time given there", ask(assign(NEXT, PROJECT)))]);
}

#[test]
fn a_delivery_is_in_pounds_or_in_its_own_unit() {
    let books = books_with(given());
    all_are_accepted(
        &books,
        vec![
            ("pounds", delivered(deliver(CASH, Some(150_000), None))),
            ("more than was promised", delivered(deliver(CASH, Some(999_999), None))),
            ("goods of some value", delivered(deliver(GOODS, Some(64_055), None))),
            ("goods without a value", delivered(deliver(GOODS, None, Some(3)))),
            ("places", delivered(deliver(PLACES, None, Some(2)))),
        ],
    );
    all_are_refused(
        &books,
        vec![
            ("no such pledge", delivered(deliver(99, Some(1), None)), Code::NotFound, "pledge"),
            ("what was withdrawn", delivered(deliver(WITHDRAWN, Some(1), None)), Code::Closed, "pledge"),
            ("no project yet", delivered(deliver(FREE, Some(1), None)), Code::NotFound, "pledge"),
            ("staff time", delivered(deliver(TIME, None, Some(60))), Code::WrongKind, "pledge"),
            ("before it was made", on("2012-04-15", deliver(CASH, Some(1), None)), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", deliver(CASH, Some(1), None)), Code::InTheFuture, "effective"),
            ("no value", delivered(deliver(CASH, None, None)), Code::BadInput, "value"),
            ("nothing", delivered(deliver(CASH, Some(0), None)), Code::BadInput, "value"),
            ("cash with a quantity", delivered(deliver(CASH, Some(1), Some(1))), Code::BadInput, "quantity"),
            ("goods without either", delivered(deliver(GOODS, None, None)), Code::BadInput, "value"),
            ("none of them", delivered(deliver(GOODS, None, Some(0))), Code::BadInput, "quantity"),
            ("places with pounds", delivered(deliver(PLACES, Some(1), Some(1))), Code::WrongKind, "value"),
            ("places without a quantity", delivered(deliver(PLACES, None, None)), Code::BadInput, "quantity"),
        ],
    );
    let message = decided(&books, &delivered(deliver(TIME, None, Some(60)))).unwrap_err().message;
    assert!(message.starts_with("Log the hours against the pledge"), "{message}");
    match only_event(&books, &delivered(deliver(CASH, Some(1), None))) {
        Event::PledgeDelivered(event) => assert_eq!((event.project, event.kind), (project(PROJECT), PledgeKind::Cash)),
        other => panic!("{other:?}"),
    }
}

/// Deliveries at 20, 21 and 22; the second confirmed by 23, the third disputed by 24.
fn with_deliveries() -> Vec<Asked> {
    let mut given = given();
    given.extend([
        delivered(deliver(CASH, Some(100_000), None)),
        delivered(deliver(CASH, Some(50_000), None)),
        delivered(deliver(CASH, Some(25_000), None)),
        on("2012-10-06", confirm_delivery(&[21])),
        on("2012-10-06", dispute(&[22])),
    ]);
    given
}

#[test]
fn the_group_confirms_or_disputes_once() {
    let books = books_with(with_deliveries());
    all_are_refused(
        &books,
        vec![
            ("nothing", on("2012-10-07", confirm_delivery(&[])), Code::BadInput, "entries"),
            ("no such delivery", on("2012-10-07", confirm_delivery(&[99])), Code::NotFound, "entries"),
            ("what was disputed", on("2012-10-07", confirm_delivery(&[20, 22])), Code::AlreadyRejected, "entries"),
            ("before it came", on("2012-10-04", confirm_delivery(&[20])), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", confirm_delivery(&[20])), Code::InTheFuture, "effective"),
            ("disputing what was confirmed", on("2012-10-07", dispute(&[20, 21])), Code::RestsOnIt, "entries"),
            ("disputing nothing", on("2012-10-07", dispute(&[])), Code::BadInput, "entries"),
        ],
    );
    assert_eq!(decided(&books, &on("2012-10-07", confirm_delivery(&[21]))), Ok(vec![]));
    assert_eq!(decided(&books, &on("2012-10-07", dispute(&[22]))), Ok(vec![]));
    match only_event(&books, &on("2012-10-07", confirm_delivery(&[21, 20, 20]))) {
        Event::DeliveryConfirmed(event) => assert_eq!(event.entries, [id(20)]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reversing_a_decision_opens_the_delivery_again() {
    let state = |more: Vec<Asked>, position| {
        let books = books_with(with_deliveries().into_iter().chain(more));
        books.pledges.delivery(id(position)).map(|delivery| delivery.state)
    };
    let undo = |kind, position| on("2012-10-08", reverse(kind, position));
    let confirmed = state(vec![], 21).unwrap();
    assert!(matches!(confirmed, DeliveryState::Confirmed(by) if by.0 == 23), "{confirmed:?}");
    assert_eq!(state(vec![undo(EventKind::DeliveryConfirmed, 23)], 21), Some(DeliveryState::Awaiting));
    assert_eq!(state(vec![undo(EventKind::DeliveryDisputed, 24)], 22), Some(DeliveryState::Awaiting));
    assert_eq!(state(vec![undo(EventKind::PledgeDelivered, 21)], 21), None, "its confirmation falls with it");
    let both = vec![undo(EventKind::PledgeDelivered, 21), undo(EventKind::DeliveryConfirmed, 23)];
    assert_eq!(state(both, 21), None);
}

#[test]
fn a_pledge_says_how_far_it_is_delivered() {
    let hours = |people| on("2012-10-12", LogHours { pledge: Some(id(TIME)), people, minutes_each: 100, ..log() });
    let more = [hours(1), hours(2), hours(3), on("2012-10-20", confirm(&[25])), on("2012-10-20", reject(&[26]))];
    let books = books_with(with_deliveries().into_iter().chain(more));
    let status = |position| {
        let pledge = books.pledges.pledge(id(position)).unwrap();
        books.pledges.status(pledge, &books.hours)
    };
    let pounds = |value| Delivered { value: Pence(value), quantity: 0 };
    let minutes = |quantity| Delivered { value: Pence::ZERO, quantity };
    assert_eq!(
        status(CASH),
        PledgeStatus {
            promised: pounds(200_000),
            delivered: pounds(150_000),
            confirmed: pounds(50_000),
            disputed: pounds(25_000),
            withdrawn: false,
        }
    );
    assert_eq!(
        status(TIME),
        PledgeStatus {
            promised: minutes(6_000),
            delivered: minutes(400),
            confirmed: minutes(100),
            disputed: minutes(200),
            withdrawn: false,
        }
    );
    assert!(status(WITHDRAWN).withdrawn);
}

#[test]
fn what_is_left_of_a_pledge_is_withdrawn_once() {
    let books = books_with(given());
    all_are_accepted(&books, vec![("once", ask(withdraw(CASH)))]);
    all_are_refused(
        &books,
        vec![
            ("no such pledge", ask(withdraw(99)), Code::NotFound, "pledge"),
            ("twice", on("2012-05-02", withdraw(WITHDRAWN)), Code::Closed, "pledge"),
            ("before it was made", on("2012-04-15", withdraw(CASH)), Code::TooEarly, "effective"),
            ("tomorrow", on("2014-04-02", withdraw(CASH)), Code::InTheFuture, "effective"),
            ("hours after it", on("2012-05-02", LogHours { pledge: Some(id(20)), ..log() }), Code::NotFound, "pledge"),
        ],
    );
    let time = books_with(given().into_iter().chain([on("2012-05-01", withdraw(TIME))]));
    let hours = on("2012-05-02", LogHours { pledge: Some(id(TIME)), ..log() });
    all_are_refused(&time, vec![("hours after it was withdrawn", hours, Code::Closed, "pledge")]);
    let hours = on("2012-04-30", LogHours { pledge: Some(id(TIME)), ..log() });
    all_are_accepted(&time, vec![("hours before it was withdrawn", hours)]);
}

#[test]
fn what_a_contract_bought_is_contractual() {
    let contract = ask(agree_contract(id(4), id(PROJECT), 9_000));
    let bought = MakePledge { contract: Some(id(NEXT)), ..pledge(PledgeKind::Places, None, Some(6)) };
    let books = books_with([contract, ask(bought), ask(pledge(PledgeKind::Places, None, Some(6)))]);
    assert!(books.pledges.pledge(id(14)).unwrap().is_contractual());
    assert!(!books.pledges.pledge(id(15)).unwrap().is_contractual());
    assert_eq!(books.pledges.of_project(project(PROJECT)).count(), 2);
}
