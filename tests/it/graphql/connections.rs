//! Connections over real sockets: how many there may be, and how those end that hold others up.

use std::sync::Arc;
use std::time::Duration;

use coledger::graphql::accept::serve;
use coledger::graphql::limits::Limits;
use coledger::graphql::operating::{Operating, Standing};
use coledger::graphql::server;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::ledgers::{empty, finance};

/// A server on a port of its own.
struct Served {
    address: String,
    operating: Arc<Operating>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<usize>,
}

impl Served {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let operating = Arc::new(Operating::of(None));
        let router = server::router(empty(), finance(), limits.clone(), &operating);
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let task =
            tokio::spawn(serve(listener, router, limits, Arc::clone(&operating), stopped, std::future::pending()));
        Self { address, operating, stop: Some(stop), task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }

    async fn sends(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    /// Waits until so many connections are open.
    async fn holds(&self, count: u64) {
        while self.operating.traffic.connections.read() != count {
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// Stops the server; how many connections it broke off.
    async fn end(mut self) -> usize {
        drop(self.stop.take());
        self.task.await.unwrap()
    }
}

/// Runs a test; one that hangs fails.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), test).await.expect("it hangs") });
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The error in an answer, with its status.
fn error(answer: &str) -> (u16, Value) {
    let status = answer.split(' ').nth(1).unwrap_or_else(|| panic!("{answer}")).parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    (status, serde_json::from_str::<Value>(body).unwrap()["errors"][0].take())
}

const ASK: &str = "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
/// A body that is promised and does not come.
const SLOW: &str =
    "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

#[test]
fn who_finds_no_place_is_told_so_and_the_next_finds_one() {
    run(async {
        let served = Served::start(Limits { connections: 2, ..Limits::default() }).await;
        let first = served.connect().await;
        let second = served.connect().await;
        served.holds(2).await;
        let (status, error) = error(&rest(&mut served.sends(ASK).await).await);
        assert_eq!((status, &error["extensions"]["code"]), (503, &json!("TOO_BUSY")));
        assert_eq!(error["extensions"]["limit"], 2);
        assert!(error["message"].as_str().unwrap().contains("2 connections are open"), "{error}");
        drop(first);
        served.holds(1).await;
        let answer = rest(&mut served.sends(ASK).await).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        drop(second);
    });
}

#[test]
fn a_connection_that_sends_no_head_is_let_go() {
    run(async {
        let served = Served::start(Limits { head_time: Duration::from_millis(50), ..Limits::default() }).await;
        for beginning in ["", "GET /graphql HTTP/1.1\r\nHost: lo", &ASK.replace("Connection: close\r\n", "")] {
            let mut stream = served.sends(beginning).await;
            rest(&mut stream).await;
        }
        served.holds(0).await;
    });
}

#[test]
fn who_is_slow_to_send_a_body_holds_nobody_elses_place() {
    run(async {
        let limits = Limits { in_flight: 1, body_time: Duration::from_millis(500), ..Limits::default() };
        let served = Served::start(limits).await;
        let mut slow = Vec::new();
        for _ in 0..16 {
            slow.push(served.sends(SLOW).await);
        }
        while served.operating.traffic.under_way.read() < 16 {
            sleep(Duration::from_millis(2)).await;
        }
        let answer = rest(&mut served.sends(ASK).await).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        for mut stream in slow {
            let (status, error) = error(&rest(&mut stream).await);
            assert_eq!((status, &error["extensions"]["code"]), (408, &json!("BODY_TIMEOUT")), "{error}");
        }
    });
}

#[test]
fn bodies_that_together_take_too_much_memory_are_refused_with_how_much_there_is() {
    run(async {
        let served = Served::start(Limits { asked_bytes: 64 * 1024, ..Limits::default() }).await;
        let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n";
        let first = served.sends(&format!("{head}{}", " ".repeat(40_000))).await;
        let mut second = served.sends(&format!("{head}{}", " ".repeat(40_000))).await;
        let (mut answer, mut read) = (vec![0; 4096], 0);
        while !answer[..read].ends_with(b"}") {
            let more = tokio::time::timeout(Duration::from_secs(5), second.read(&mut answer[read..])).await;
            read += more.unwrap().unwrap();
        }
        drop(first);
        let text = String::from_utf8_lossy(&answer[..read]).into_owned();
        let (status, error) = error(&text);
        assert_eq!((status, &error["extensions"]["code"]), (503, &json!("TOO_BUSY")), "{error}");
        assert_eq!(error["extensions"]["limit"], 65_536);
    });
}

#[test]
fn a_reader_that_takes_nothing_is_let_go() {
    run(async {
        let served = Served::start(Limits { write_time: Duration::from_millis(100), ..Limits::default() }).await;
        let page = "GET /graphql/schema HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(400);
        let stream = served.sends(&page).await;
        served.holds(1).await;
        served.holds(0).await;
        drop(stream);
    });
}

#[test]
fn heads_that_are_too_large_are_refused() {
    run(async {
        let served = Served::start(Limits::default()).await;
        let many = "X-A: b\r\n".repeat(65);
        let large = format!("X-A: {}\r\n", "b".repeat(40 * 1024));
        for headers in [many, large] {
            let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
            let answer = rest(&mut served.sends(&request).await).await;
            assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
        }
    });
}

#[test]
fn a_server_that_ends_finishes_what_is_under_way_and_breaks_off_what_takes_too_long() {
    run(async {
        let limits = Limits { stop_time: Duration::from_secs(1), ..Limits::default() };
        let served = Served::start(limits).await;
        let idle = served.connect().await;
        let slow = served.sends(SLOW).await;
        let mut finishing = served.sends(SLOW).await;
        served.holds(3).await;
        while served.operating.traffic.under_way.read() < 2 {
            sleep(Duration::from_millis(2)).await;
        }
        let (operating, address) = (Arc::clone(&served.operating), served.address.clone());
        let ending = tokio::spawn(served.end());
        while operating.standing() != Standing::Ending {
            sleep(Duration::from_millis(1)).await;
        }
        finishing.write_all(format!("\"query\":\"{{__typename}}\"{}}}", " ".repeat(76)).as_bytes()).await.unwrap();
        let answer = rest(&mut finishing).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
        assert_eq!(ending.await.unwrap(), 1);
        assert!(TcpStream::connect(address).await.is_err());
        drop((idle, slow));
    });
}
