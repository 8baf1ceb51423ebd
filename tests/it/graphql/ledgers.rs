//! Ledgers to ask: the worked example and empty ones, in memory, with a clock that stands still.

use std::sync::Arc;

use axum::Router;
use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Request};
use coledger::domain::event::{Actor, Role};
use coledger::domain::time::Instant;
use coledger::graphql::http::Endpoint;
use coledger::graphql::limits::Limits;
use coledger::graphql::operating::Operating;
use coledger::graphql::schema::Schema;
use coledger::graphql::server;
use coledger::log::clock::FakeClock;
use serde_json::{Value, json};

use super::client::{Answered, Call};
use crate::harness::decisions::Asked;
use crate::harness::worked_example::worked_example;

/// 1 April 2014, the day that it is in every test.
pub(crate) const NOW: &str = "2014-04-01T09:00:00.000000Z";

pub(crate) fn finance() -> Actor {
    Actor { name: "finance".into(), role: Role::Finance }
}

/// A ledger in which nothing has happened.
pub(crate) fn empty() -> Arc<Ledger> {
    let now: Instant = NOW.parse().unwrap();
    Arc::new(Ledger::in_memory(Arc::new(FakeClock::at(now))).unwrap())
}

/// A ledger in which these commands were entered, one commit each.
pub(crate) fn with(commands: Vec<Asked>) -> Arc<Ledger> {
    let ledger = empty();
    for (number, asked) in commands.into_iter().enumerate() {
        let Asked { command, on, actor, expected, late, batch } = asked;
        let ask = Ask { command, effective: Some(on), expected, late, illustrative: false, batch };
        let request = Request { actor, key: format!("test-{number}").into(), asks: vec![ask] };
        ledger.submit_blocking(request).unwrap();
    }
    ledger
}

/// The worked example.
pub(crate) fn example() -> Arc<Ledger> {
    with(worked_example())
}

pub(crate) fn endpoint(ledger: &Arc<Ledger>) -> Endpoint<Schema> {
    server::endpoint(ledger, finance(), Limits::default())
}

pub(crate) fn router(ledger: &Arc<Ledger>) -> Router {
    server::router(Arc::clone(ledger), finance(), Limits::default(), &Arc::new(Operating::of(None)))
}

/// Asks and answers with the data; panics where there are errors.
pub(crate) async fn data(endpoint: &Endpoint<Schema>, query: &str, variables: Value) -> Value {
    let answer = ask(endpoint, query, variables).await;
    let mut body = answer.json();
    assert!(body.get("errors").is_none(), "{body:#}");
    body["data"].take()
}

pub(crate) async fn ask(endpoint: &Endpoint<Schema>, query: &str, variables: Value) -> Answered {
    Call::json(&json!({ "query": query, "variables": variables })).send(endpoint).await
}
