//! How a server stops: nothing that was answered is lost, nothing is half done, and nobody is left hanging.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::server::{Caller, Server};
use super::{Bench, worked_example_in};
use crate::harness::worked_example::{GROUP, PROJECT};

const WRITERS: u32 = 32;
const LOG: &str = "mutation ($input: [LogHoursInput!]!) { logHours(input: $input) {
  ... on HoursAccepted { position } ... on Refused { code message } } }";

/// Three rows of hours in one commit, which no others are like.
fn sheet(writer: u32, number: u32) -> Value {
    let rows: Vec<Value> = (0..3)
        .map(|row| {
            json!({ "idempotencyKey": key(writer, number), "effective": "2013-05-01", "project": PROJECT.to_string(),
                "group": GROUP.to_string(), "role": "general", "people": writer + 1, "minutesEach": number * 3 + row + 1,
                "captured": "PHONE" })
        })
        .collect();
    json!({ "input": rows })
}

fn key(writer: u32, number: u32) -> String {
    format!("w{writer}-{number}")
}

/// What one writer saw.
#[derive(Default)]
struct Seen {
    done: Vec<String>,
    refused: Vec<String>,
    unanswered: Option<String>,
}

/// Writes until the server takes no more.
fn write(address: &str, writer: u32, count: &AtomicUsize) -> Seen {
    let mut seen = Seen::default();
    let mut caller = Caller::of(address).unwrap();
    for number in 0..200 {
        let Ok(answer) = caller.ask(LOG, &sheet(writer, number)) else {
            seen.unanswered = Some(key(writer, number));
            return seen;
        };
        if answer["data"]["logHours"]["position"].is_string() {
            seen.done.push(key(writer, number));
            count.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
            seen.refused.push(key(writer, number));
        }
    }
    panic!("the server was not stopped");
}

#[test]
fn what_was_answered_before_a_stop_is_there_and_what_was_not_was_never_taken() {
    let bench = Bench::new();
    let ledger = worked_example_in(&bench.town());
    ledger.stop().unwrap();
    drop(ledger);
    let server = Server::start(&bench, &["serve", "--listen", "127.0.0.1:0"]);
    let count = AtomicUsize::new(0);
    let (seen, code) = thread::scope(|scope| {
        let (count, address) = (&count, server.address.clone());
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let address = address.clone();
                scope.spawn(move || write(&address, writer, count))
            })
            .collect();
        while count.load(Ordering::Relaxed) < 300 {
            thread::yield_now();
        }
        let code = server.stop();
        (writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>(), code)
    });
    assert_eq!(code, 0);
    bench.run(&["verify"]).ok();
    let log = bench.run(&["export", "log"]).ok();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let keys: BTreeSet<String> = lines
        .iter()
        .filter_map(|line| line["key"]["key"].as_str().or(line["key"].as_str()))
        .map(str::to_owned)
        .collect();
    let done: BTreeSet<String> = seen.iter().flat_map(|seen| seen.done.clone()).collect();
    assert!(done.is_subset(&keys), "lost: {:?}", done.difference(&keys).collect::<Vec<_>>());
    let not_done = seen.iter().flat_map(|seen| seen.refused.iter().chain(&seen.unanswered));
    let taken: Vec<_> = not_done.filter(|key| keys.contains(*key)).collect();
    assert!(taken.is_empty(), "taken, though nobody was told: {taken:?}");
    let hours = lines.iter().filter(|line| line["effective"] == "2013-05-01").count();
    assert_eq!(hours, done.len() * 3, "no commit is half there");
}

#[test]
fn a_stop_ends_streams_with_the_position_to_resume_from_and_idle_connections_at_once() {
    let bench = Bench::with_ledger();
    let server = Server::start(&bench, &["serve", "--listen", "127.0.0.1:0"]);
    let mut idle = Caller::of(&server.address).unwrap();
    assert_eq!(idle.get("/healthz").unwrap().status, 200);
    let mut subscriber = Caller::of(&server.address).unwrap();
    let body = json!({ "query": "subscription { entriesAppended(after: \"0\") { position } }" }).to_string();
    let head = format!(
        "POST /graphql/stream HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n\
         X-Request-Id: stream-7\r\nContent-Length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    subscriber.write(&head).unwrap();
    assert!(subscriber.read_head().unwrap().contains("x-request-id: stream-7"));
    subscriber.read_through("id: 1\n").unwrap();
    let code = server.stop();
    let rest = subscriber.read_to_end().unwrap();
    assert_eq!(code, 0);
    let last = rest.rsplit_once("event: next\ndata: ").unwrap().1;
    let error: Value = serde_json::from_str(last.lines().next().unwrap()).unwrap();
    let extensions = &error["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "UNAVAILABLE", "{error}");
    assert_eq!((extensions["resumeAfter"].as_str(), extensions["id"].as_str()), (Some("1"), Some("stream-7")));
    assert!(rest.contains("event: complete"), "{rest}");
    assert_eq!(idle.read_to_end().unwrap(), "");
}
