//! A ledger that somebody holds: commands reach it through its socket, and nobody notices.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use coledger::cli::socket;

use super::{Bench, worked_example_in};
use crate::interchange::data;

#[test]
fn a_held_ledger_answers_through_its_socket_as_it_would_alone() {
    let bench = Bench::new();
    let ledger = worked_example_in(&bench.town());
    let listening = socket::listen(&bench.town(), Arc::clone(&ledger)).unwrap();
    let mode = std::fs::metadata(bench.town().join(socket::NAME)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let commands: &[&[&str]] = &[
        &["dividends", "--from", "2012-04-01", "--to", "2013-03-31", "--format", "json"],
        &["dividends", "--from", "2012-04-01", "--to", "2013-03-31"],
        &["funds", "--format", "csv"],
        &["entries", "--limit", "1000", "--format", "json"],
        &["checkpoint"],
        &["verify"],
        &["export", "log"],
        &["dividends", "--project", "Nowhere"],
        &["import", "360giving", "none.json"],
    ];
    let held: Vec<_> = commands.iter().map(|command| bench.run(command)).collect();
    drop(listening);
    ledger.stop().unwrap();
    drop(Arc::into_inner(ledger));
    for (command, held) in commands.iter().zip(held) {
        let alone = bench.run(command);
        assert_eq!(held.results, alone.results, "{command:?}");
        assert_eq!((held.code, held.remarks), (alone.code, alone.remarks), "{command:?}");
    }
}

#[test]
fn an_import_through_the_socket_finds_its_file_and_is_there_for_the_holder() {
    let bench = Bench::new();
    let ledger = worked_example_in(&bench.town());
    let _listening = socket::listen(&bench.town(), Arc::clone(&ledger)).unwrap();
    let before = ledger.view().position;
    std::fs::copy(data("grants.json"), bench.path("near.json")).unwrap();
    // A path that is relative to where the command stands, not to where the server does.
    let imported = bench.run(&["import", "360giving", "near.json", "--format", "json"]).json();
    assert_eq!(imported["new"], 4);
    assert!(ledger.view().position > before);
}

#[test]
fn a_socket_that_nobody_answers_is_no_obstacle() {
    let bench = Bench::with_ledger();
    drop(std::os::unix::net::UnixListener::bind(bench.town().join(socket::NAME)).unwrap());
    assert_eq!(bench.size(), "1");
}

#[test]
fn a_folder_that_lies_deep_has_its_socket_too() {
    let bench = Bench::new();
    let deep = bench.path(&["a".repeat(60), "b".repeat(60), "town".to_owned()].join("/"));
    std::fs::create_dir_all(deep.parent().unwrap()).unwrap();
    let ledger = worked_example_in(&deep);
    let _listening = socket::listen(&deep, ledger).unwrap();
    assert_eq!(bench.run(&["checkpoint", "--data", deep.to_str().unwrap()]).code, 0);
}
