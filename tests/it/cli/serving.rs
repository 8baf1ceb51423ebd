//! The program as a server: what it prints, what it answers, how it ends.

use coledger::cli::commands::demo::QUERIES;
use coledger::graphql::page::EXAMPLES;

use super::Bench;
use super::server::Server;

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
