//! A server under load: many connections that are only there, slow ones in both directions, hostile requests without
//! pause, a subscriber that never reads; and beside them honest callers, who are answered.
//!
//! How many and how long is set by `COLEDGER_CONNECTIONS` and `COLEDGER_SECONDS`; `./soak load` sets more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::server::{Caller, Server};
use super::{Bench, worked_example_in};
use crate::harness::worked_example::{GROUP, PROJECT};

/// How many hostile requests are sent at a time.
const HOSTILE: usize = 64;
/// How many honest callers there are.
const HONEST: u32 = 8;
/// The most memory that the server may ever have resident, in MiB: both purses, and as much again for everything else.
const RESIDENT_MIB: u64 = 1_024;

const LOG: &str = "mutation ($input: [LogHoursInput!]!) { logHours(input: $input) {
  ... on HoursAccepted { position } ... on Refused { code message } } }";
const FIGURES: &str = "{ sharedDividends(window: { from: \"2012-04-01\", to: \"2014-03-31\" }, groupBy: PROJECT) {
  total { perPound { decimal } } rows { label } asAt { position } } }";

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |value| value.parse().unwrap())
}

/// What callers do until they are told to end.
struct Load {
    address: String,
    begun: AtomicBool,
    over: AtomicBool,
    hostile: AtomicU64,
    turned_away: AtomicU64,
}

impl Load {
    fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Holds a connection in one of four ways: it idles, sends a body byte by byte, reads answers byte by byte, or has
    /// been answered and waits. Whoever is let go comes back.
    async fn hold(self: Arc<Self>, kind: usize) {
        let mut connected = TcpStream::connect(&self.address).await.ok();
        while !self.has_begun() {
            sleep(Duration::from_millis(200)).await;
        }
        while !self.is_over() {
            let Some(mut stream) = connected.take() else {
                connected = TcpStream::connect(&self.address).await.ok();
                continue;
            };
            // Whatever becomes of it, the next try comes after a pause.
            let _ = self.dally(&mut stream, kind).await;
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn dally(&self, stream: &mut TcpStream, kind: usize) -> std::io::Result<()> {
        let promise = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n";
        let page = "GET /graphql/schema HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let begun = match kind {
            0 => String::new(),
            1 => promise.to_owned(),
            2 => page.repeat(20),
            _ => "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
        };
        stream.write_all(begun.as_bytes()).await?;
        while !self.is_over() {
            match kind {
                1 => stream.write_all(b" ").await?,
                2 => stream.read_exact(&mut [0]).await.map(drop)?,
                _ => {}
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Sends hostile requests one after the other, each on a connection of its own.
    async fn attack(self: Arc<Self>, bodies: Arc<[String]>, first: usize) {
        for body in bodies.iter().cycle().skip(first) {
            if self.is_over() {
                return;
            }
            let Ok(mut stream) = TcpStream::connect(&self.address).await else { continue };
            let head = format!(
                "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
            let _ = stream.write_all(body.as_bytes()).await;
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
            let text = String::from_utf8_lossy(&answer);
            assert!(answer.is_empty() || text.contains("\"errors\"") || text.contains("\"data\""), "{text}");
            self.hostile.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Asks and writes as a townsperson does, and notes how long each answer took. Who is told to come back does.
    fn live(&self, caller: u32) -> Vec<Duration> {
        let (mut times, mut number, mut stream) = (Vec::new(), 0, None);
        while !self.is_over() {
            number += 1;
            let hours = json!({ "idempotencyKey": format!("h{caller}-{number}"), "effective": "2013-05-01",
                "project": PROJECT.to_string(), "group": GROUP.to_string(), "role": "general", "people": caller + 1,
                "minutesEach": number % 600 + 1, "captured": "PHONE" });
            let body = match number % 2 {
                0 => json!({ "query": FIGURES }),
                _ => json!({ "query": LOG, "variables": { "input": [hours] } }),
            };
            let began = Instant::now();
            loop {
                let mut open = stream.take().unwrap_or_else(|| Caller::of(&self.address).unwrap());
                let answer = open.post(&body.to_string()).unwrap();
                let json = answer.json();
                if answer.status == 503 && json["errors"][0]["extensions"]["code"] == "TOO_BUSY" {
                    assert!(json["errors"][0]["extensions"]["limit"].is_u64(), "{json}");
                    self.turned_away.fetch_add(1, Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(50));
                    continue;
                }
                assert!(answer.status == 200 && json.get("errors").is_none(), "{answer:?}");
                let refused = json["data"]["logHours"]["code"].as_str();
                assert!(refused.is_none_or(|code| code == "LIKELY_DUPLICATE"), "{json}");
                stream = Some(open);
                break;
            }
            times.push(began.elapsed());
        }
        times
    }
}

/// A century of months for each project.
const MONTHS: &str = "sharedDividends(window: { from: \"1950-01-01\", to: \"2049-12-31\" }, groupBy: PROJECT, per: MONTH) \
    { rows { key label time sharedDividend { perPound { decimal } volunteerTime { minutes } } } }";

/// Deep, wide, aliased, huge, and much: each as a body.
fn hostile() -> Arc<[String]> {
    let query = |document: &str| json!({ "query": document }).to_string();
    let ones = |count: usize| "1,".repeat(count);
    [
        query(&format!("{{ {}id{} }}", "node { ".repeat(500), " }".repeat(500))),
        query(&format!("{{ {} }}", "__typename ".repeat(499))),
        query(&format!("{{ {} }}", (0..60).map(|it| format!("a{it}: __typename")).collect::<Vec<_>>().join(" "))),
        query("{ entries(first: 1000) { edges { node { line data { name value } } } } }"),
        query(&"{a".repeat(500_000)),
        query(&format!("{{ {} }}", (0..6).map(|it| format!("a{it}: {MONTHS}")).collect::<Vec<_>>().join(" "))),
        query(&format!("{{ {MONTHS} }}")),
        format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":[{}1]}}}}", ones(500_000)),
        format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":[{}1]}}}}", ones(2_000_000)),
        format!("{{\"query\":\"{{__typename}}\",\"variables\":{{\"a\":\"{}\"}}}}", "x".repeat(4_000_000)),
        "[".repeat(1_000_000),
    ]
    .into()
}

/// The most memory that a process ever had resident, in MiB.
fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

/// Lets this process hold so many connections.
fn with_descriptors(wanted: usize) {
    let held = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(wanted).unwrap();
    if held.current.is_some_and(|current| current < wanted) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..held }).unwrap();
    }
}

fn metric(server: &Server, name: &str) -> u64 {
    let text = server.get("/metrics").body;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap();
    value.parse().unwrap()
}

#[test]
fn honest_callers_are_answered_in_bounded_memory_whatever_others_do() {
    let (connections, seconds) = (number("COLEDGER_CONNECTIONS", 200), number("COLEDGER_SECONDS", 2));
    with_descriptors(connections + 512);
    let bench = Bench::new();
    let ledger = worked_example_in(&bench.town());
    ledger.stop().unwrap();
    drop(ledger);
    let server = Server::start(&bench, &["serve", "--listen", "127.0.0.1:0"]);
    let load = Arc::new(Load {
        address: server.address.clone(),
        begun: AtomicBool::new(false),
        over: AtomicBool::new(false),
        hostile: AtomicU64::new(0),
        turned_away: AtomicU64::new(0),
    });
    let mut deaf = Caller::of(&server.address).unwrap();
    let subscription =
        json!({ "query": "subscription { entriesAppended(after: \"0\") { position line } }" }).to_string();
    deaf.write(&format!(
        "POST /graphql/stream HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: text/event-stream\r\nContent-Length: {}\r\n\r\n{subscription}",
        subscription.len()
    ))
    .unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for place in 0..connections {
        runtime.spawn(Arc::clone(&load).hold(place % 4));
    }
    let full = u64::try_from(connections).unwrap();
    let began = Instant::now();
    while metric(&server, "coledger_connections") < full {
        assert!(began.elapsed() < Duration::from_secs(25), "not all connections are taken");
        thread::sleep(Duration::from_millis(20));
    }
    load.begun.store(true, Ordering::Relaxed);
    let bodies = hostile();
    let attacks: Vec<_> =
        (0..HOSTILE).map(|first| runtime.spawn(Arc::clone(&load).attack(Arc::clone(&bodies), first))).collect();
    let mut times = thread::scope(|scope| {
        let load = &load;
        let callers: Vec<_> = (0..HONEST).map(|caller| scope.spawn(move || load.live(caller))).collect();
        thread::sleep(Duration::from_secs(u64::try_from(seconds).unwrap()));
        load.over.store(true, Ordering::Relaxed);
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect::<Vec<_>>()
    });
    for attack in attacks {
        runtime.block_on(attack).unwrap();
    }
    let peak = peak_mib(server.child.id());
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let (hostile, away) = (load.hostile.load(Ordering::Relaxed), load.turned_away.load(Ordering::Relaxed));
    println!(
        "{connections} connections, {hostile} hostile requests; {} honest answers, p50 {:?}, p99 {:?}, {away} told to \
         come back; at most {peak} MiB resident",
        times.len(),
        at(50),
        at(99)
    );
    runtime.shutdown_background();
    drop(deaf);
    let readiness: Value = server.get("/readyz").json();
    assert_eq!(readiness["code"], "READY");
    assert!(hostile > 0 && times.len() >= 8, "too little happened");
    assert!(peak <= RESIDENT_MIB, "{peak} MiB were resident");
    assert_eq!(server.stop(), 0);
}
