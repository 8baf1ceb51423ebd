//! A small town that the tables of this folder start from, and commands with fewer words.

use coledger::domain::books::Books;
use coledger::domain::command::{
    AgreeRentInKind, CloseBooks, CloseOrganisation, CloseProject, ConfirmDelivery, ConfirmHours, DeliverPledge,
    LogHours, MakePledge, RejectHours, ReverseEntry,
};
use coledger::domain::event::{Captured, Event, EventKind, OrganisationKind, PledgeKind, Premises, ReversalCode, Role};
use coledger::domain::ids::{EntryId, HoursId, OrganisationId, Position, ProjectId};
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode;

use crate::harness::decisions::{Asked, ask, books_of, day, decided, id, on, open_ledger, open_project, register};

pub(super) const COUNCIL: u64 = 2;
pub(super) const GROUP: u64 = 3;
pub(super) const BUSINESS: u64 = 4;
pub(super) const PROJECT: u64 = 5;
pub(super) const OTHER_PROJECT: u64 = 6;
pub(super) const CLOSED_PROJECT: u64 = 7;
pub(super) const CLOSED_GROUP: u64 = 9;
pub(super) const REVERSED_PROJECT: u64 = 11;
/// The position of the first entry after the example.
pub(super) const NEXT: u64 = 13;

/// An open ledger with a council, a group, a business, two projects, and one of each that is closed or reversed.
pub(super) fn example() -> Vec<Asked> {
    let start = "2012-04-01";
    let council = register("Exampleton Council", &[OrganisationKind::PublicBody, OrganisationKind::Partner]);
    vec![
        on(start, open_ledger()),
        on(start, council),
        on(start, register("Friends of the Wood", &[OrganisationKind::Voluntary])),
        on(start, register("A Business", &[OrganisationKind::Business])),
        on(start, open_project("The wood", id(GROUP))),
        on(start, open_project("The allotments", id(GROUP))),
        on(start, open_project("The fair", id(GROUP))),
        on("2012-12-31", CloseProject { project: id(CLOSED_PROJECT), reason: None }),
        on(start, register("A group of old", &[OrganisationKind::Voluntary])),
        on("2012-06-30", CloseOrganisation { organisation: id(CLOSED_GROUP), reason: None }),
        on(start, open_project("A mistake", id(GROUP))),
        on(start, reverse(EventKind::ProjectOpened, REVERSED_PROJECT)),
    ]
}

/// The books after the example and these commands.
pub(super) fn books_with(more: impl IntoIterator<Item = Asked>) -> Books {
    books_of(&example().into_iter().chain(more).collect::<Vec<_>>())
}

/// Hours given to the project: 12 people, 150 minutes each.
pub(super) fn log() -> LogHours {
    LogHours {
        project: id(PROJECT),
        group: id(GROUP),
        role: "general".into(),
        people: 12,
        minutes_each: 150,
        activity: None,
        captured: Captured::Register,
        pledge: None,
        meant: false,
    }
}

fn hours_at(positions: &[u64]) -> Vec<HoursId> {
    positions.iter().map(|position| id(*position)).collect()
}

pub(super) fn confirm(positions: &[u64]) -> ConfirmHours {
    ConfirmHours { entries: hours_at(positions) }
}

pub(super) fn reject(positions: &[u64]) -> RejectHours {
    RejectHours { entries: hours_at(positions), reason: "nobody was there".into() }
}

/// The agreement of the worked example.
pub(super) fn agree() -> AgreeRentInKind {
    AgreeRentInKind {
        premises: Premises { name: "The old school".into(), uprn: None },
        landlord: Some(id(COUNCIL)),
        occupier: id(GROUP),
        project: id(PROJECT),
        share_bp: BasisPoints(6_000),
        market_rent: Pence(620_000),
        charged_rent: Pence(100_000),
        valuation: None,
        term_ends: None,
    }
}

pub(super) fn pledge(kind: PledgeKind, amount: Option<i64>, quantity: Option<u32>) -> MakePledge {
    MakePledge {
        giver: id(BUSINESS),
        project: Some(id(PROJECT)),
        kind,
        amount: amount.map(Pence),
        quantity,
        unit: quantity.map(|_| "places".into()),
        due: None,
        contract: None,
        words: None,
    }
}

pub(super) fn deliver(pledge: u64, value: Option<i64>, quantity: Option<u32>) -> DeliverPledge {
    DeliverPledge { pledge: id(pledge), quantity, value: value.map(Pence), basis: None }
}

pub(super) fn confirm_delivery(positions: &[u64]) -> ConfirmDelivery {
    ConfirmDelivery { entries: positions.iter().map(|position| id(*position)).collect() }
}

pub(super) fn reverse(kind: EventKind, position: u64) -> ReverseEntry {
    let entry = EntryId { kind, position: Position(position) };
    ReverseEntry { entry, code: ReversalCode::Error, note: None }
}

pub(super) fn close_books(through: &str) -> CloseBooks {
    CloseBooks { through: day(through) }
}

pub(super) fn by_certifier(asked: Asked) -> Asked {
    asked.by("wood-certifier", Role::Certifier)
}

pub(super) fn by_logger(asked: Asked) -> Asked {
    asked.by("wood-logger", Role::Logger)
}

/// A row of a table of refusals: what it is about, the command, the code, the field.
pub(super) type Refused = (&'static str, Asked, RefusalCode, &'static str);

/// Every command is refused with its code and field, in a sentence.
pub(super) fn all_are_refused(books: &Books, rows: Vec<Refused>) {
    for (name, asked, code, field) in rows {
        match decided(books, &asked) {
            Ok(events) => panic!("{name}: accepted as {events:?}"),
            Err(refusal) => {
                let found = (refusal.code, refusal.field.as_deref().unwrap_or(""));
                assert_eq!(found, (code, field), "{name}: {refusal}");
                assert!(refusal.message.ends_with('.'), "{name}: {refusal}");
            }
        }
    }
}

/// Every command is accepted.
pub(super) fn all_are_accepted(books: &Books, rows: Vec<(&str, Asked)>) {
    for (name, asked) in rows {
        if let Err(refusal) = decided(books, &asked) {
            panic!("{name}: {refusal}");
        }
    }
}

/// The one event that a command comes to.
pub(super) fn only_event(books: &Books, asked: &Asked) -> Event {
    let mut events = decided(books, asked).unwrap_or_else(|refusal| panic!("{}: {refusal}", asked.command.name()));
    assert_eq!(events.len(), 1);
    events.remove(0)
}

pub(super) fn project(position: u64) -> ProjectId {
    id(position)
}

pub(super) fn organisation(position: u64) -> OrganisationId {
    id(position)
}

/// A usual command of this folder, for tables.
pub(super) fn logged() -> Asked {
    ask(log())
}
