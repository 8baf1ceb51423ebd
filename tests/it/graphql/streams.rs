//! Subscriptions: whoever is cut off anywhere and resumes misses nothing and gets nothing twice.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Request as Submitted};
use coledger::domain::command::OpenFund;
use coledger::graphql::limits::Limits;
use coledger::graphql::operating::Operating;
use coledger::graphql::server;
use futures_util::StreamExt as _;
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::client::{Answered, wait};
use super::ledgers::{example, finance};
use crate::harness::decisions::{pay, pounds};
use crate::harness::worked_example::{GRANT, PROJECT};

const FOLLOW: &str = "subscription ($after: Position, $filter: EntryFilter) { entriesAppended(after: $after, filter: $filter) { position } }";

/// One event as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    id: Option<u64>,
    name: String,
    data: String,
}

fn subscribe(query: &str, variables: &Value, last_event_id: Option<u64>) -> Request<Body> {
    let mut request = Request::post("/graphql/stream")
        .header("content-type", "application/json")
        .header("accept", "text/event-stream");
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id.to_string());
    }
    request.body(Body::from(json!({ "query": query, "variables": variables }).to_string())).unwrap()
}

/// Reads events off the wire.
struct Reader {
    stream: axum::body::BodyDataStream,
    text: String,
}

impl Reader {
    fn of(body: Body) -> Self {
        Self { stream: body.into_data_stream(), text: String::new() }
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (found, rest) = (event(block), rest.to_owned());
                self.text = rest;
                if found.is_some() {
                    return found;
                }
            } else {
                let chunk = self.stream.next().await?.unwrap();
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        }
    }
}

/// Reads events until there are so many, or the stream ends.
async fn read(body: Body, most: usize) -> Vec<Event> {
    let (mut reader, mut events) = (Reader::of(body), Vec::new());
    while events.len() < most {
        let Some(event) = reader.next().await else { break };
        events.push(event);
    }
    events
}

fn event(block: &str) -> Option<Event> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
    let id = field("id: ").map(|id| id.parse().unwrap());
    Some(Event { id, name: field("event: ")?, data: field("data: ")? })
}

async fn open(ledger: &Arc<Ledger>, limits: Limits, request: Request<Body>) -> axum::response::Response {
    server::router(Arc::clone(ledger), finance(), limits, &Arc::new(Operating::of(None)))
        .oneshot(request)
        .await
        .unwrap()
}

fn fund(number: usize) -> Submitted {
    let command = OpenFund {
        name: format!("Fund {number}").as_str().into(),
        holder: None,
        owner: None,
        purpose: None,
        place: None,
        minimum: None,
        maximum: None,
        reference: None,
    };
    Submitted { actor: finance(), key: format!("s-{number}").into(), asks: vec![Ask::now(command)] }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn resuming_after_any_cuts_loses_and_doubles_nothing(cuts in prop::collection::vec(1_usize..15, 1..8), by_header in any::<bool>()) {
        let ledger = example();
        let seen = wait(async {
            let (mut seen, mut last, mut number) = (Vec::new(), 0, 0);
            for cut in cuts {
                let header = (by_header && last > 0).then_some(last);
                let request = subscribe(FOLLOW, &json!({ "after": if header.is_some() { "0".into() } else { last.to_string() } }), header);
                let response = open(&ledger, Limits::default(), request).await;
                let more = async {
                    for _ in 0..cut {
                        number += 1;
                        ledger.submit(fund(number)).await.unwrap();
                    }
                };
                let (events, ()) = tokio::join!(read(response.into_body(), cut), more);
                for event in events {
                    let data: Value = serde_json::from_str(&event.data).unwrap();
                    let position: u64 = data["data"]["entriesAppended"]["position"].as_str().unwrap().parse().unwrap();
                    assert_eq!(event.id, Some(position));
                    seen.push(position);
                    last = position;
                }
            }
            seen
        });
        let expected: Vec<u64> = (1..=u64::try_from(seen.len()).unwrap()).collect();
        prop_assert_eq!(seen, expected);
    }
}

#[test]
fn only_entries_that_pass_the_filter_are_sent() {
    let ledger = example();
    let variables = json!({ "after": "0", "filter": { "types": ["GrantPaid"] } });
    let events = wait(async {
        let response = open(&ledger, Limits::default(), subscribe(FOLLOW, &variables, None)).await;
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        read(response.into_body(), 3).await
    });
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| event.name == "next"));
}

#[test]
fn a_figure_is_sent_now_and_whenever_it_changes() {
    let ledger = example();
    let query = "subscription ($project: ID!) { sharedDividendChanged(project: $project,
      window: { from: \"2012-04-01\", to: \"2014-04-30\" }) { asAt { position } invested { grants { amount } } } }";
    let grants = wait(async {
        let request = subscribe(query, &json!({ "project": PROJECT.to_string() }), None);
        let mut reader = Reader::of(open(&ledger, Limits::default(), request).await.into_body());
        let first = reader.next().await.unwrap();
        ledger.submit(fund(1)).await.unwrap();
        let asks = vec![Ask::now(pay(GRANT, pounds(100)))];
        ledger.submit(Submitted { actor: finance(), key: "pay".into(), asks }).await.unwrap();
        let second = reader.next().await.unwrap();
        [first, second].map(|event| {
            let answer: Value = serde_json::from_str(&event.data).unwrap();
            answer["data"]["sharedDividendChanged"]["invested"]["grants"]["amount"].clone()
        })
    });
    assert_eq!(grants, [json!("23550.00"), json!("23650.00")]);
}

#[test]
fn a_slow_reader_is_let_go_with_the_position_to_resume_from() {
    let ledger = example();
    let limits = Limits { backlog: 4, stall: Duration::from_secs(30), ..Limits::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let events = runtime.block_on(async {
        let response = open(&ledger, limits, subscribe(FOLLOW, &json!({ "after": "0" }), None)).await;
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
        tokio::time::advance(Duration::from_secs(31)).await;
        tokio::task::yield_now().await;
        read(response.into_body(), 100).await
    });
    let ids: Vec<u64> = events.iter().filter_map(|event| event.id).collect();
    assert_eq!(ids, [1, 2, 3, 4]);
    let last: Value = serde_json::from_str(&events[4].data).unwrap();
    assert_eq!(last["errors"][0]["extensions"]["code"], "TOO_SLOW");
    assert_eq!(last["errors"][0]["extensions"]["resumeAfter"], "4");
    assert!(last["errors"][0]["message"].as_str().unwrap().contains("resume after position 4"), "{last}");
    assert_eq!(events[5].name, "complete");
}

#[test]
fn an_idle_stream_is_kept_alive() {
    let ledger = example();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let response = open(&ledger, Limits::default(), subscribe(FOLLOW, &json!({}), None)).await;
        let mut stream = response.into_body().into_data_stream();
        for _ in 0..3 {
            assert_eq!(&stream.next().await.unwrap().unwrap()[..], b":\n\n");
        }
    });
}

#[test]
fn what_is_wrong_with_a_subscription_is_said() {
    let ledger = example();
    let two = "subscription { a: entriesAppended { position } b: entriesAppended { position } }";
    let rows = [
        (subscribe(two, &json!({}), None), "TOO_MANY_OPERATIONS"),
        (subscribe("mutation { __typename }", &json!({}), None), "METHOD_NOT_ALLOWED"),
        (subscribe("{ __typename }", &json!({}), None), "BAD_REQUEST"),
        (subscribe(FOLLOW, &json!({ "unused": vec![1; 5_000] }), None), "BODY_TOO_LARGE"),
        (
            {
                let mut request = subscribe(FOLLOW, &json!({}), None);
                request.headers_mut().insert("last-event-id", "soon".parse().unwrap());
                request
            },
            "BAD_REQUEST",
        ),
        (
            {
                let mut request = subscribe(FOLLOW, &json!({}), None);
                request.headers_mut().insert("accept", "application/json".parse().unwrap());
                request
            },
            "NOT_ACCEPTABLE",
        ),
    ];
    for (request, code) in rows {
        let answer = wait(async { Answered::of(open(&ledger, Limits::default(), request).await).await });
        assert_eq!(answer.code(), code, "{}", answer.text());
    }
    let events = wait(async {
        let late = subscribe(FOLLOW, &json!({ "after": "9999" }), None);
        read(open(&ledger, Limits::default(), late).await.into_body(), 9).await
    });
    assert!(
        events[0].data.contains("Resume after a position that the ledger has") && events[1].name == "complete",
        "{events:?}"
    );
    let limits = Limits { subscribers: 0, ..Limits::default() };
    let answer = wait(async { Answered::of(open(&ledger, limits, subscribe(FOLLOW, &json!({}), None)).await).await });
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "TOO_BUSY"));
}

/// Each answer has its own time: a figure that is followed for longer than a request may take still shows its evidence.
#[test]
fn a_figure_that_is_followed_for_long_still_shows_its_evidence() {
    let ledger = example();
    let limits = Limits { request_time: Duration::from_millis(400), ..Limits::default() };
    let query = "subscription ($project: ID!) { sharedDividendChanged(project: $project,
      window: { from: \"2012-04-01\", to: \"2014-04-30\" }) { evidence(line: GRANTS, first: 1) { edges { cursor } } } }";
    let events = wait(async {
        let request = subscribe(query, &json!({ "project": PROJECT.to_string() }), None);
        let mut reader = Reader::of(open(&ledger, limits, request).await.into_body());
        let first = reader.next().await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
        let asks = vec![Ask::now(pay(GRANT, pounds(100)))];
        ledger.submit(Submitted { actor: finance(), key: "pay".into(), asks }).await.unwrap();
        [first, reader.next().await.unwrap()]
    });
    for event in events {
        let answer: Value = serde_json::from_str(&event.data).unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
    }
}
