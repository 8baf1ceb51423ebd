//! What whoever runs a server asks of it: is it alive, does it take commands, how much does it do; and the ids by which
//! a request is found again.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use coledger::app::ledger::Ledger;
use coledger::graphql::budget::Purse;
use coledger::graphql::fault::Code;
use coledger::graphql::limits::Limits;
use coledger::graphql::operating::{Operating, Standing};
use coledger::graphql::server;
use serde_json::json;
use tower::ServiceExt;

use super::client::{Answered, Call, wait};
use super::ledgers::{example, finance};
use crate::cli::worked_example_in;

fn site(ledger: &Arc<Ledger>, operating: &Arc<Operating>) -> Router {
    server::router(Arc::clone(ledger), finance(), Limits::default(), operating)
}

async fn send(router: &Router, request: Request<Body>) -> Answered {
    Answered::of(router.clone().oneshot(request).await.unwrap()).await
}

async fn get(router: &Router, path: &str) -> Answered {
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

#[test]
fn a_server_is_ready_until_it_stops_and_alive_until_it_is_gone() {
    let (ledger, operating) = (example(), Arc::new(Operating::of(None)));
    let site = site(&ledger, &operating);
    wait(async {
        let ready = get(&site, "/readyz").await;
        assert_eq!((ready.status.as_u16(), &ready.json()["code"]), (200, &json!("READY")));
        assert_eq!(ready.json()["position"], ledger.view().position.0);
        operating.advance(Standing::Leaving);
        let leaving = get(&site, "/readyz").await;
        assert_eq!((leaving.status.as_u16(), &leaving.json()["code"]), (503, &json!("STOPPING")));
        assert_eq!(get(&site, "/healthz").await.status.as_u16(), 200);
    });
}

#[test]
fn a_ledger_that_takes_nothing_is_not_ready_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (ledger, operating) = (worked_example_in(&folder.path().join("town")), Arc::new(Operating::of(None)));
    ledger.stop().unwrap();
    wait(async {
        let ready = get(&site(&ledger, &operating), "/readyz").await;
        assert_eq!((ready.status.as_u16(), &ready.json()["code"]), (503, &json!("STOPPING")));
        assert!(ready.json()["message"].as_str().unwrap().contains("closed"), "{}", ready.text());
    });
}

#[test]
fn the_numbers_are_those_that_the_manual_lists_with_their_kinds() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = worked_example_in(&folder.path().join("town"));
    ledger.archive_to(&folder.path().join("archive")).unwrap();
    let operating = Arc::new(Operating::of(Some(folder.path().join("town"))));
    let text = wait(async { get(&site(&ledger, &operating), "/metrics").await }).text();
    let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let kinds: BTreeSet<(String, String)> = kinds
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, kind)| (format!("{name}{}", if kind == "counter" { "_total" } else { "" }), kind.to_owned()))
        .collect();
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OPERATING.md")).unwrap();
    let rows = manual.lines().filter(|line| line.starts_with("| `coledger_"));
    let listed: BTreeSet<(String, String)> = rows
        .map(|row| row.split('|').map(str::trim).collect::<Vec<_>>())
        .map(|cells| (cells[1].trim_matches('`').to_owned(), cells[2].to_owned()))
        .collect();
    assert_eq!(kinds, listed);
    assert!(text.ends_with("# EOF\n"));
}

fn number(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).parse().unwrap()
}

#[test]
fn what_happens_is_counted() {
    let (ledger, operating) = (example(), Arc::new(Operating::of(None)));
    let (site, entries) = (site(&ledger, &operating), ledger.view().position.0);
    let add = |name: &str, key: &str| {
        Call::query(&format!(
            "mutation {{ openFund(input: {{ idempotencyKey: \"{key}\", name: \"{name}\" }}) {{ __typename }} }}"
        ))
    };
    let text = wait(async {
        for call in
            [add("A fund", "a"), add("A fund", "a"), add("Another", "a"), Call::query("{ nothing }"), Call::post("[")]
        {
            send(&site, call.request()).await;
        }
        get(&site, "/nowhere").await;
        get(&site, "/metrics").await.text()
    });
    #[expect(clippy::cast_precision_loss, reason = "a position of a test")]
    let position = (entries + 1) as f64;
    let rows = [
        ("coledger_log_position", position),
        ("coledger_view_position", position),
        ("coledger_view_lag_entries", 0.0),
        ("coledger_queue_commands", 0.0),
        ("coledger_append_seconds_count", position + 2.0),
        ("coledger_group_entries_sum", position),
        ("coledger_refusals_total{code=\"KEY_REUSED\"}", 1.0),
        ("coledger_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"}", 1.0),
        ("coledger_errors_total{code=\"BATCH_NOT_ALLOWED\"}", 1.0),
        ("coledger_requests_total{route=\"/graphql\",operation=\"mutation\",status=\"200\"}", 3.0),
        ("coledger_requests_total{route=\"other\",operation=\"none\",status=\"404\"}", 1.0),
        ("coledger_requests_in_flight", 1.0),
        ("coledger_ready", 1.0),
    ];
    for (name, value) in rows {
        assert!((number(&text, name) - value).abs() < 0.5, "{name} is {}, not {value}", number(&text, name));
    }
}

#[test]
fn a_request_is_known_by_its_callers_id_where_that_is_plain_and_by_one_of_ours_otherwise() {
    let site = site(&example(), &Arc::new(Operating::of(None)));
    let rows =
        [("abc-123_4.5:6", true), ("with space", false), ("\"quoted\"", false), ("", false), (&"x".repeat(65), false)];
    for (given, taken) in rows {
        let mut call = Call::query("{ nothing }");
        call.headers.push(("x-request-id", given.to_owned()));
        let answer = wait(async { send(&site, call.request()).await });
        let id = answer.header("x-request-id").to_owned();
        assert_eq!(id == given, taken, "{given}: {id}");
        assert_eq!(answer.json()["errors"][0]["extensions"]["id"], id.as_str());
    }
}

#[test]
fn an_answer_that_waits_to_be_read_is_held_in_a_purse_until_its_last_byte() {
    let limits = Limits::default();
    let purse = Purse::of(256 * 1024);
    let first = purse.hold(vec![0; 200 * 1024], &limits).unwrap();
    assert_eq!(purse.taken(), 200 * 1024);
    let fault = purse.hold(vec![0; 100 * 1024], &limits).unwrap_err();
    assert_eq!(fault.code, Code::TooBusy);
    assert!(fault.sentence.contains("idempotencyKey"), "{}", fault.sentence);
    assert!(purse.hold(vec![0; 64 * 1024], &limits).is_ok(), "small ones are bounded by their number");
    let read = wait(async { axum::body::to_bytes(first, usize::MAX).await.unwrap() });
    assert_eq!((read.len(), purse.taken()), (200 * 1024, 0));
}

#[test]
fn a_body_that_comes_byte_by_byte_takes_no_more_than_one_that_comes_at_once() {
    let purse = Purse::of(16 * 1024);
    let mut part = purse.take_for_body(0).unwrap();
    for bytes in 1..=3_000 {
        purse.grow(&mut part, bytes).unwrap();
    }
    assert_eq!(purse.taken(), 3 * 1024);
    assert_eq!(purse.grow(&mut part, 20_000).unwrap_err().code, Code::BodyTooLarge);
    let other = purse.take_for_body(10 * 1024).unwrap();
    assert_eq!(purse.grow(&mut part, 8_000).unwrap_err().code, Code::TooBusy);
    drop(other);
    drop(part);
    assert_eq!(purse.taken(), 0);
}

#[test]
fn a_body_of_more_values_than_there_is_memory_for_is_refused_with_how_many_there_may_be() {
    let purse = Purse::of(1024 * 1024);
    let fault = purse.take_for_request(&b"1,".repeat(100_000)).unwrap_err();
    assert_eq!((fault.code, fault.limit), (Code::BodyTooLarge, Some(4_096)));
    assert!(purse.take_for_request(&b"1,".repeat(1_000)).is_ok());
    let text = format!("\"{}\"", ",[{".repeat(100_000));
    assert!(purse.take_for_request(text.as_bytes()).is_ok(), "marks in a text are no values");
}
