//! What was known at an earlier position.

use coledger::app::history::AsKnownAt;
use coledger::app::request::Ask;
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;

use super::requests::{open, request};
use crate::harness::decisions::open_fund;

fn commit(names: &[&str]) -> Vec<Ask> {
    names.iter().map(|name| Ask::now(open_fund(name))).collect()
}

#[test]
fn a_position_shows_what_was_known_then_and_inside_a_commit_rounds_down() {
    let ledger = open();
    ledger.submit_blocking(request("one", commit(&["Arts"]))).unwrap();
    ledger.submit_blocking(request("three", commit(&["Sport", "Music", "Parks"]))).unwrap();
    ledger.submit_blocking(request("last", commit(&["Trees"]))).unwrap();
    let rows = [(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (5, 5), (6, 6), (99, 6)];
    for (asked, known) in rows {
        let view = ledger.as_known_at(AsKnownAt::Position(Position(asked))).unwrap();
        assert_eq!(view.position, Position(known), "asked for {asked}");
        assert_eq!(view.books.funds.len() as u64, known.saturating_sub(1), "asked for {asked}");
    }
}

#[test]
fn an_instant_shows_the_last_commit_recorded_by_then() {
    let ledger = open();
    ledger.submit_blocking(request("one", commit(&["Arts"]))).unwrap();
    ledger.submit_blocking(request("three", commit(&["Sport", "Music", "Parks"]))).unwrap();
    let recorded = |position| ledger.entry(Position(position)).unwrap().unwrap().recorded_at;
    let rows = [
        (Instant(0), 0),
        (recorded(1), 1),
        (Instant(recorded(2).0 - 1), 1),
        (recorded(2), 2),
        (Instant(recorded(3).0 - 1), 2),
        (recorded(4), 5),
        (Instant(i64::MAX), 5),
    ];
    for (instant, known) in rows {
        let view = ledger.as_known_at(AsKnownAt::RecordedAt(instant)).unwrap();
        assert_eq!(view.position, Position(known), "{instant}");
    }
}
