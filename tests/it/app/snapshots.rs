//! Saved views: used where they fit the log, and never believed otherwise.

use std::fs;
use std::path::Path;

use coledger::app::history::AsKnownAt;
use coledger::app::ledger::Ledger;
use coledger::app::request::Ask;
use coledger::domain::ids::Position;
use coledger::views::digest::figures_digest;

use super::requests::request;
use crate::harness::decisions::{open_fund, open_ledger};

/// A ledger of 1,501 entries, cleanly stopped, which saves its views.
fn stopped(dir: &Path) {
    let ledger = Ledger::create(dir).unwrap();
    ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
    let funds = (0..1_500).map(|number| Ask::now(open_fund(&format!("Fund {number}")))).collect();
    ledger.submit_blocking(request("funds", funds)).unwrap();
    ledger.stop().unwrap();
}

#[test]
fn a_start_goes_on_from_a_snapshot_that_fits_and_folds_the_log_where_none_does() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("town");
    stopped(&dir);
    let snapshot = dir.join("views/1501.view");
    let bytes = fs::read(&snapshot).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    let mut digests = Vec::new();
    for spoilt in [bytes.clone(), flipped, bytes[..40].to_vec(), Vec::new()] {
        fs::write(&snapshot, &spoilt).unwrap();
        let ledger = Ledger::open(&dir, &mut |_| {}).unwrap();
        let used = ledger.snapshots().unwrap().restored(ledger.log(), Position(1_501)).unwrap().is_some();
        assert_eq!(used, spoilt == bytes);
        digests.push(figures_digest(&ledger.view()));
        assert_eq!(ledger.view().books.funds.len(), 1_500);
        ledger.submit_blocking(request("funds", vec![])).unwrap_err();
    }
    assert!(digests.iter().all(|digest| *digest == digests[0]));
}

#[test]
fn a_snapshot_of_another_log_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    stopped(&one);
    stopped(&other);
    fs::copy(one.join("views/1501.view"), other.join("views/1501.view")).unwrap();
    let ledger = Ledger::open(&other, &mut |_| {}).unwrap();
    assert!(ledger.snapshots().unwrap().restored(ledger.log(), Position(1_501)).unwrap().is_none());
    assert_eq!(ledger.view().position, Position(1_501));
    let past = ledger.as_known_at(AsKnownAt::Position(Position(1))).unwrap();
    assert_eq!(past.position, Position(1));
}
