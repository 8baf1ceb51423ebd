//! The program as a server: what it prints, what it answers, how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use coledger::cli::commands::demo::QUERIES;
use coledger::graphql::page::EXAMPLES;
use serde_json::{Value, json};

use super::Bench;

/// A server in a process of its own, killed where it is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) printed: String,
    address: String,
}

impl Server {
    /// Starts a server and reads what it prints until it says how to stop it.
    pub(super) fn start(bench: &Bench, arguments: &[&str]) -> Self {
        let mut child = bench.command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("Stop with Ctrl-C.") {
            assert!(lines.read_line(&mut printed).unwrap() > 0, "the server ended early: {printed}");
        }
        let address = printed.split_once("Open http://").unwrap().1;
        let address = address.split('/').next().unwrap().to_owned();
        Self { child, printed, address }
    }

    /// Posts a GraphQL document.
    pub(super) fn post(&self, document: &str) -> Value {
        let body = json!({"query": document}).to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let json = &answer[answer.find("\r\n\r\n{").unwrap_or_else(|| panic!("{answer}"))..];
        serde_json::from_str(json.trim()).unwrap()
    }

    /// Asks the server to stop, as a service manager does, and waits for it.
    pub(super) fn stop(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_demo_prints_three_queries_that_its_server_answers() {
    let bench = Bench::new();
    let server = Server::start(&bench, &["demo", "--listen", "127.0.0.1:0"]);
    for name in QUERIES {
        let example = EXAMPLES.iter().find(|example| example.name == name).unwrap();
        assert!(server.printed.contains(example.document), "{name}: {}", server.printed);
        let answer = server.post(example.document);
        assert!(answer.get("errors").is_none() && answer["data"].is_object(), "{name}: {answer}");
    }
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_server_shares_its_folder_with_commands_and_leaves_it_whole() {
    let bench = Bench::with_ledger();
    let server = Server::start(&bench, &["serve", "--listen", "127.0.0.1:0"]);
    let grants = crate::interchange::data("grants.json");
    let imported = bench.run(&["import", "360giving", grants.to_str().unwrap(), "--format", "json"]).json();
    assert_eq!(imported["new"], 4);
    let second = bench.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 6, "{}", second.remarks);
    let answer = server.post("{ ledger { asAt { position } } }");
    assert_eq!(answer["data"]["ledger"]["asAt"]["position"], "18");
    let held = bench.run(&["export", "log"]).ok();
    assert_eq!(server.stop(), 0);
    assert!(!bench.town().join(coledger::cli::socket::NAME).exists());
    assert_eq!(bench.run(&["export", "log"]).ok(), held);
}

#[test]
fn a_server_that_was_killed_leaves_a_ledger_that_opens() {
    let bench = Bench::with_ledger();
    let server = Server::start(&bench, &["serve", "--listen", "127.0.0.1:0"]);
    drop(server);
    assert_eq!(bench.size(), "1");
}
