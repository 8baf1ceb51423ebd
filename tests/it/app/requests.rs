//! Requests: one commit each, once each, all or nothing.

use std::sync::Arc;

use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Receipt, Request, SubmitError};
use coledger::domain::command::{AdoptStrategy, Expected};
use coledger::domain::event::{Actor, Priority, Role, Theme};
use coledger::domain::ids::{FundId, Position};
use coledger::domain::refusal::RefusalCode;
use coledger::domain::text::Slug;
use coledger::domain::time::{Day, Instant};
use coledger::log::clock::{Clock, FakeClock};
use coledger::log::memory_log::{CrashPoint, MemoryLog};

use crate::harness::decisions::{open_fund, open_ledger, set_budget};

/// 1 April 2014, and stands still.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(FakeClock::at(Instant(1_396_310_400_000_000)))
}

pub(crate) fn request(key: &str, asks: Vec<Ask>) -> Request {
    Request { actor: Actor { name: "finance".into(), role: Role::Finance }, key: key.into(), asks }
}

pub(crate) fn open() -> Ledger {
    let open = Ledger::in_memory(clock()).unwrap();
    open.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
    open
}

fn named(name: &str) -> Ask {
    Ask::now(open_fund(name))
}

fn code(answer: Result<Receipt, SubmitError>) -> RefusalCode {
    match answer.unwrap_err() {
        SubmitError::Refused(refusal) => refusal.code,
        SubmitError::Unavailable(reason) => panic!("unavailable: {reason}"),
    }
}

#[test]
fn the_same_key_with_the_same_content_gets_the_first_answer_and_appends_nothing() {
    let ledger = open();
    let first = ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    ledger.submit_blocking(request("other", vec![named("Sport")])).unwrap();
    let again = ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    assert!(again.replayed && !first.replayed);
    assert_eq!((again.entries, again.position), (first.entries, first.position));
    assert_eq!(ledger.view().position, Position(3));
}

#[test]
fn the_same_key_with_other_content_is_refused_before_the_version_is_looked_at() {
    let ledger = open();
    ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    let other = Ask { expected: Some(Expected::LedgerAt(Position(99))), ..named("Sport") };
    assert_eq!(code(ledger.submit_blocking(request("fund", vec![other.clone()]))), RefusalCode::KeyReused);
    assert_eq!(code(ledger.submit_blocking(request("new", vec![other]))), RefusalCode::VersionConflict);
}

#[test]
fn a_key_belongs_to_its_actor() {
    let ledger = open();
    ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    let actor = Actor { name: "keeper".into(), role: Role::Keeper };
    let receipt = ledger.submit_blocking(Request { actor, ..request("fund", vec![named("Sport")]) }).unwrap();
    assert!(!receipt.replayed);
}

#[test]
fn a_refusal_is_not_remembered() {
    let ledger = open();
    let early = Ask::now(set_budget(FundId(Position(2)), "2014-15", 100));
    assert_eq!(code(ledger.submit_blocking(request("budget", vec![early.clone()]))), RefusalCode::NotFound);
    ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    assert!(!ledger.submit_blocking(request("budget", vec![early])).unwrap().replayed);
}

#[test]
fn all_commands_of_a_request_happen_or_none_does() {
    let ledger = open();
    let asks = vec![named("Arts"), Ask::now(set_budget(FundId(Position(2)), "2014-15", 100)), named("")];
    let refused = ledger.submit_blocking(request("three", asks.clone())).unwrap_err();
    let SubmitError::Refused(refusal) = refused else { panic!("{refused}") };
    assert_eq!((refusal.code, refusal.row), (RefusalCode::BadInput, Some(2)));
    assert_eq!(ledger.view().position, Position(1));
    let receipt = ledger.submit_blocking(request("two", asks[..2].to_vec())).unwrap();
    let left: Vec<u32> = receipt.entries.iter().map(|entry| entry.commit).collect();
    assert_eq!((receipt.position, left), (Position(3), vec![1, 0]));
    assert!(receipt.entries[0].key.is_some() && receipt.entries[1].key.is_none());
}

#[test]
fn a_dry_run_tells_what_would_happen_and_appends_nothing() {
    let ledger = open();
    let dry = ledger.dry_run(&request("fund", vec![named("Arts")])).unwrap();
    assert!(dry.dry_run && dry.position == Position(2));
    assert_eq!(ledger.view().position, Position(1));
    let real = ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    assert_eq!(real.entries[0].event, dry.entries[0].event);
    assert_eq!(ledger.dry_run(&request("empty", vec![named("")])).unwrap_err().code, RefusalCode::BadInput);
}

#[test]
fn what_would_not_fit_into_the_log_is_refused_and_the_ledger_goes_on() {
    let ledger = open();
    let priority =
        |number: usize| Priority { code: Slug(format!("p-{number}").into()), title: "é".repeat(200).into() };
    let theme = Theme { name: "All".into(), priorities: (0..999).map(priority).collect() };
    let (from, to) = (Day(15_000), Day(16_000));
    let strategy = AdoptStrategy { title: "Long".into(), from, to, themes: vec![theme] };
    assert_eq!(code(ledger.submit_blocking(request("long", vec![Ask::now(strategy)]))), RefusalCode::LimitReached);
    ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
}

#[test]
fn the_same_key_many_times_at_once_is_one_command() {
    let ledger = open();
    // Handed in before anything is awaited, so that a group may hold several.
    let answers = |name: fn(usize) -> &'static str, key: &str| -> Vec<_> {
        let jobs: Vec<_> = (0..16).map(|turn| ledger.submit(request(key, vec![named(name(turn))]))).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(futures_util::future::join_all(jobs))
    };
    let receipts: Vec<_> = answers(|_| "Arts", "same").into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().filter(|receipt| !receipt.replayed).count(), 1);
    assert!(receipts.iter().all(|receipt| receipt.entries == receipts[0].entries));
    let mixed = answers(|turn| if turn % 2 == 0 { "Sport" } else { "Parks" }, "mixed");
    let (taken, refused): (Vec<_>, Vec<_>) = mixed.into_iter().partition(Result::is_ok);
    assert_eq!((taken.len(), refused.len()), (8, 8));
    assert!(refused.into_iter().all(|answer| code(answer) == RefusalCode::KeyReused));
    assert_eq!(ledger.view().position, Position(3));
}

#[test]
fn many_at_once_get_each_their_own_place() {
    let ledger = Arc::new(open());
    let threads: Vec<_> = (0..16)
        .map(|thread| {
            let ledger = Arc::clone(&ledger);
            std::thread::spawn(move || {
                let submit = |i| ledger.submit_blocking(request(&format!("{thread}-{i}"), vec![named("Arts")]));
                (0..50).map(|i| submit(i).unwrap().position).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut positions: Vec<Position> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    positions.sort();
    assert_eq!(positions, (2..=801).map(Position).collect::<Vec<_>>());
    assert_eq!(ledger.view().position, Position(801));
}

#[test]
fn after_a_storage_error_nothing_is_taken_and_nothing_unacknowledged_is_seen() {
    for crash in [CrashPoint::BeforeWriting(1), CrashPoint::AfterWriting(1)] {
        let log = MemoryLog::breaking_at(crash).unwrap();
        let ledger = Ledger::over(Arc::new(log), clock()).unwrap();
        ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
        for key in ["lost", "late"] {
            let answer = ledger.submit_blocking(request(key, vec![named("Arts")]));
            assert!(matches!(answer, Err(SubmitError::Unavailable(_))), "{answer:?}");
        }
        assert_eq!(ledger.view().position, Position(1));
        assert!(ledger.readiness().is_err());
    }
}

#[test]
fn a_ledger_opened_again_answers_old_keys_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("town");
    let ledger = Ledger::create(&dir).unwrap();
    ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
    let first = ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    let checkpoint = ledger.checkpoint();
    ledger.stop().unwrap();
    drop(ledger);
    let ledger = Ledger::open(&dir, &mut |_| {}).unwrap();
    assert_eq!(ledger.checkpoint(), checkpoint);
    let again = ledger.submit_blocking(request("fund", vec![named("Arts")])).unwrap();
    assert_eq!((again.replayed, again.entries), (true, first.entries));
    assert_eq!(ledger.submit_blocking(request("next", vec![named("Sport")])).unwrap().position, Position(3));
}
