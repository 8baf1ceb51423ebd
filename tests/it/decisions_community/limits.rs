//! Limits that take many entries to reach, and what only a writer or an import can bring about.

use coledger::domain::books::Books;
use coledger::domain::command::{Context, LogHours, OpenBatch, ReverseBatch};
use coledger::domain::event::{Actor, Captured, Entry, Event, EventKind, HoursLogged, RegisterEntryDeleted, Role};
use coledger::domain::governance::BATCH_REVERSAL_MAX;
use coledger::domain::ids::BatchId;
use coledger::domain::names::NAMES_MAX;
use coledger::domain::quantity::Digest;
use coledger::domain::refusal::RefusalCode as Code;
use coledger::domain::text::Slug;
use coledger::domain::time::Instant;
use coledger::domain::{decide, evolve};

use super::example::{GROUP, NEXT, PROJECT, all_are_accepted, all_are_refused, books_with, close_books, log, reverse};
use crate::harness::decisions::{ask, day, id, on};

fn fold(books: &mut Books, event: impl Into<Event>, batch: Option<BatchId>) {
    let entry = Entry {
        position: books.next_position(),
        effective: day("2012-05-12"),
        recorded_at: Instant(0),
        commit: 0,
        actor: Actor { name: "finance".into(), role: Role::Finance },
        key: None,
        batch,
        late: None,
        illustrative: false,
        event: event.into(),
    };
    evolve(books, &entry);
}

fn hours_in(role: Slug) -> HoursLogged {
    HoursLogged {
        project: id(PROJECT),
        group: id(GROUP),
        role,
        people: 1,
        minutes_each: 60,
        activity: None,
        captured: Captured::Import,
        pledge: None,
    }
}

#[test]
fn hours_name_only_so_many_roles() {
    let mut books = books_with([]);
    for role in 0..NAMES_MAX {
        fold(&mut books, hours_in(format!("role-{role}").into()), None);
    }
    let one_more = ask(LogHours { role: "one-more".into(), ..log() });
    all_are_refused(&books, vec![("one more", one_more, Code::LimitReached, "role")]);
    all_are_accepted(&books, vec![("a known one", ask(LogHours { role: "role-7".into(), ..log() }))]);
    let last = books.hours.iter().next_back().unwrap();
    assert_eq!(books.hours.role(&last), format!("role-{}", NAMES_MAX - 1));
}

#[test]
fn only_so_many_entries_are_taken_back_at_once() {
    let mut books = books_with([ask(OpenBatch { file: "hours.csv".into(), sha256: Digest([1; 32]) })]);
    for _ in 0..BATCH_REVERSAL_MAX {
        fold(&mut books, hours_in("general".into()), Some(id(NEXT)));
    }
    let asked = || on("2013-01-01", ReverseBatch { batch: id(NEXT), reason: "the wrong file".into() });
    all_are_accepted(&books, vec![("as many", asked())]);
    fold(&mut books, hours_in("general".into()), Some(id(NEXT)));
    all_are_refused(&books, vec![("one more", asked(), Code::LimitReached, "batch")]);
}

#[test]
fn books_are_not_closed_without_the_digest_of_their_figures() {
    let context = Context {
        actor: Actor { name: "finance".into(), role: Role::Finance },
        today: day("2013-07-01"),
        effective: day("2013-07-01"),
        expected: None,
        late: None,
        illustrative: false,
        batch: None,
        figures: None,
    };
    let refusal = decide(&books_with([]), &close_books("2013-03-31").into(), &context).unwrap_err();
    assert_eq!((refusal.code, refusal.field.as_deref()), (Code::BadInput, Some("digest")));
}

#[test]
fn an_erasure_from_the_register_can_never_be_reversed() {
    let mut books = books_with([]);
    let erased = RegisterEntryDeleted { kind: "person".into(), digest: Digest([2; 32]), reason: "they asked".into() };
    fold(&mut books, erased, None);
    let asked = on("2013-01-01", reverse(EventKind::RegisterEntryDeleted, NEXT));
    all_are_refused(&books, vec![("an erasure", asked, Code::NotReversible, "entry")]);
}
