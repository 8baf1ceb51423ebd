//! Batches: entries that came with one file, and taking them all back.

use coledger::domain::command::{LogHours, OpenBatch, ReverseBatch};
use coledger::domain::event::{Event, EventKind, OrganisationKind};
use coledger::domain::hours_rows::HoursState;
use coledger::domain::ids::{BatchId, Position};
use coledger::domain::money::Pence;
use coledger::domain::quantity::Digest;
use coledger::domain::refusal::RefusalCode as Code;

use super::example::{GROUP, NEXT, PROJECT, all_are_refused, books_with, confirm, log, logged, reject, reverse};
use crate::harness::decisions::{
    Asked, ask, award, decided, id, on, open_fund, open_project, pay, record, register, share,
};

fn open() -> OpenBatch {
    OpenBatch { file: "hours-2012.csv".into(), sha256: Digest([1; 32]) }
}

fn reverse_batch() -> ReverseBatch {
    ReverseBatch { batch: id(NEXT), reason: "the wrong file".into() }
}

fn hours(people: u32) -> Asked {
    ask(LogHours { people, ..log() }).in_batch(NEXT)
}

/// What the reversal of the batch takes back, in its order.
fn taken_back(more: Vec<Asked>) -> Vec<u64> {
    let books = books_with([ask(open())].into_iter().chain(more));
    let events = decided(&books, &on("2013-01-01", reverse_batch())).unwrap();
    assert!(matches!(events.first(), Some(Event::BatchReversed(_))));
    let reversals = events.iter().skip(1).map(|event| match event {
        Event::EntryReversed(event) => event.entry.position.0,
        other => panic!("{other:?}"),
    });
    reversals.collect()
}

#[test]
fn a_batch_knows_its_entries() {
    let books = books_with([ask(open()), hours(1), logged(), hours(2), hours(3)]);
    let batch = books.governance.batch(id::<BatchId>(NEXT)).unwrap();
    assert_eq!(batch.positions().map(|position| position.0).collect::<Vec<_>>(), [14, 16, 17]);
    assert_eq!((batch.len(), batch.is_empty(), batch.file.as_str()), (3, false, "hours-2012.csv"));
    assert_eq!(books.governance.batches().count(), 1);
}

#[test]
fn entries_come_with_a_batch_that_stands() {
    let books = books_with([ask(open()), on("2012-05-01", reverse_batch())]);
    all_are_refused(
        &books,
        vec![
            ("no such batch", ask(log()).in_batch(99), Code::NotFound, "batch"),
            ("what is no batch", ask(log()).in_batch(PROJECT), Code::NotFound, "batch"),
            ("a reversed batch", ask(log()).in_batch(NEXT), Code::AlreadyReversed, "batch"),
            ("reversing it twice", on("2012-05-02", reverse_batch()), Code::AlreadyReversed, "batch"),
            ("reversing none", ask(ReverseBatch { batch: id(99), ..reverse_batch() }), Code::NotFound, "batch"),
            ("reversing tomorrow", on("2014-04-02", reverse_batch()), Code::InTheFuture, "effective"),
            ("opening tomorrow", on("2014-04-02", open()), Code::InTheFuture, "effective"),
        ],
    );
}

#[test]
fn a_batch_is_taken_back_the_newest_entry_first() {
    let in_batch = |asked: Asked| asked.in_batch(NEXT);
    let rows: Vec<(&str, Vec<Asked>, Vec<u64>)> = vec![
        ("an empty one", vec![], vec![]),
        ("hours", vec![hours(1), logged(), hours(2)], vec![16, 14]),
        ("one that was reversed before", vec![hours(1), hours(2), ask(reverse(EventKind::HoursLogged, 14))], vec![15]),
        (
            "decisions on hours, of the batch and of others",
            vec![hours(1), logged(), in_batch(ask(confirm(&[14]))), in_batch(ask(reject(&[15])))],
            vec![17, 16, 14],
        ),
        (
            "a fund with its grant and payment",
            vec![
                in_batch(ask(open_fund("Grants"))),
                in_batch(ask(award(id(GROUP), id(PROJECT), vec![share(id(14), "2012-13", 5)]))),
                in_batch(ask(pay(id(15), Pence(500)))),
            ],
            vec![16, 15, 14],
        ),
        (
            "an organisation and project that others came to rest on stay",
            vec![
                in_batch(ask(register("A group", &[OrganisationKind::Voluntary]))),
                in_batch(ask(open_project("Its project", id(14)))),
                hours(1),
                ask(LogHours { project: id(15), ..log() }),
            ],
            vec![16],
        ),
        (
            "a reversal that came with it stays",
            vec![logged(), in_batch(ask(reverse(EventKind::HoursLogged, 14)))],
            vec![],
        ),
    ];
    for (name, given, positions) in rows {
        assert_eq!(taken_back(given), positions, "{name}");
    }
}

#[test]
fn what_carries_a_figure_refuses_the_whole_where_others_rest_on_it() {
    let books = books_with([
        ask(open()),
        ask(open_fund("Grants")).in_batch(NEXT),
        ask(award(id(GROUP), id(PROJECT), vec![share(id(14), "2012-13", 5)])).in_batch(NEXT),
        ask(pay(id(15), Pence(500))),
    ]);
    all_are_refused(&books, vec![("a paid grant", on("2013-01-01", reverse_batch()), Code::RestsOnIt, "batch")]);
}

#[test]
fn after_a_reversed_batch_nothing_of_it_counts() {
    let mut books = books_with([ask(open()), hours(1), hours(2), ask(confirm(&[14])), logged()]);
    record(&mut books, &on("2013-01-01", reverse_batch())).unwrap();
    let state = |position| books.hours.row(Position(position)).unwrap().state();
    assert_eq!([14, 15].map(state), [HoursState::Reversed, HoursState::Reversed]);
    assert_eq!(state(17), HoursState::Awaiting, "it came with no batch");
    assert_eq!(books.governance.batch(id::<BatchId>(NEXT)).unwrap().reversed, Some(Position(18)));
}
