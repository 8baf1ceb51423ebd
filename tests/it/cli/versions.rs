//! Programs of another version than the ledger: an older one refuses in words, a newer one makes its views again, and
//! neither touches what was acknowledged.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Request};
use coledger::domain::event::{Actor, Role};
use coledger::domain::ids::Position;
use coledger::views::digest::figures_digest;
use coledger::views::snapshot;

use super::Bench;
use crate::harness::decisions::{open_fund, open_ledger};

/// The bytes of every file of a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn an_older_program_refuses_a_newer_ledger_in_words_and_touches_nothing() {
    let bench = Bench::with_ledger();
    fs::write(bench.town().join("coledger.format"), "coledger ledger, format 2\n").unwrap();
    let before = files(&bench.town());
    for arguments in [&["verify"][..], &["serve", "--listen", "127.0.0.1:0"], &["export", "log"], &["backup", "copy"]] {
        let ran = bench.run(arguments);
        assert_eq!((ran.code, ran.results.as_str()), (9, ""), "{arguments:?}: {}", ran.remarks);
        assert!(ran.remarks.contains("a newer Coledger (format 2)"), "{}", ran.remarks);
        assert!(ran.remarks.contains("coledger export log"), "{}", ran.remarks);
    }
    assert!(files(&bench.town()) == before, "a file was changed");
}

#[test]
fn a_newer_program_makes_views_of_another_schema_again_and_leaves_the_log_as_it_is() {
    let bench = Bench::new();
    let town = bench.town();
    let request = |key: &str, asks| Request {
        actor: Actor { name: "finance".into(), role: Role::Finance },
        key: key.into(),
        asks,
    };
    let ledger = Ledger::create(&town).unwrap();
    ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
    let funds = (0..1_500).map(|number| Ask::now(open_fund(&format!("Fund {number}")))).collect();
    ledger.submit_blocking(request("funds", funds)).unwrap();
    let (figures, root) = (figures_digest(&ledger.view()), ledger.checkpoint().root);
    ledger.stop().unwrap();
    drop(ledger);
    let lines = bench.run(&["export", "log"]).ok();
    let saved = town.join("views/1501.view");
    let mut bytes = fs::read(&saved).unwrap();
    // The schema's number stands after eight bytes of magic; the last four are the sum of all before them.
    assert_eq!(u32::from(bytes[8]), snapshot::SCHEMA);
    bytes[8] += 1;
    let end = bytes.len() - 4;
    let sum = crc32fast::hash(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum.to_le_bytes());
    fs::write(&saved, &bytes).unwrap();
    let ledger = Ledger::open(&town, &mut |_| {}).unwrap();
    assert!(ledger.snapshots().unwrap().restored(ledger.log(), Position(1_501)).unwrap().is_none());
    assert_eq!((figures_digest(&ledger.view()), ledger.checkpoint().root), (figures, root));
    ledger.stop().unwrap();
    drop(ledger);
    assert_eq!(bench.run(&["export", "log"]).ok(), lines);
}
