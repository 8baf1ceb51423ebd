//! Opening a ledger's folder: what is found out, and what is said.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use coledger::domain::event::Entry;
use coledger::log::chunk::pack;
use coledger::log::event_log::{EventLog, LogError};
use coledger::log::sled_log::{Options, SledLog};
use tempfile::TempDir;

use super::support::{all, history};

/// A ledger of these commits, closed.
fn ledger(commits: &[Vec<Entry>]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let log = SledLog::create(folder.path()).unwrap();
    for commit in commits {
        log.append(commit).unwrap();
    }
    log.stop().unwrap();
    folder
}

fn open(folder: &Path) -> Result<SledLog, LogError> {
    SledLog::open(folder, &mut |_| {})
}

fn refusal(folder: &Path) -> LogError {
    open(folder).map(|_| ()).unwrap_err()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(file.file_name());
        if file.path().is_dir() {
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).unwrap();
        }
    }
}

/// Puts the log of one ledger under the watermark of another.
fn with_log_of(watermark: &Path, log: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(watermark, folder.path());
    fs::remove_dir_all(folder.path().join("log")).unwrap();
    copy(&log.join("log"), &folder.path().join("log"));
    folder
}

/// A log whose last sync failed is marked, and written again byte for byte by whoever opens it next.
#[test]
fn a_log_that_could_not_be_synced_is_written_again_before_it_is_believed() {
    let commits = history(5, 5);
    let folder = ledger(&commits);
    let (db, mark) = (folder.path().join("log/db"), folder.path().join("log/unsynced"));
    fs::write(&mark, []).unwrap();
    let before = fs::metadata(&db).unwrap().modified().unwrap();
    fs::set_permissions(&db, fs::Permissions::from_mode(0o400)).unwrap();
    let may_write = fs::OpenOptions::new().write(true).open(&db).is_ok();
    if !may_write {
        assert!(matches!(refusal(folder.path()), LogError::Storage { .. }), "it cannot be written again");
    }
    fs::set_permissions(&db, fs::Permissions::from_mode(0o600)).unwrap();
    let log = open(folder.path()).unwrap();
    assert_eq!(all(&log).unwrap(), commits.concat());
    assert!(!mark.exists() && fs::metadata(&db).unwrap().modified().unwrap() > before);
}

#[test]
fn a_folder_without_a_ledger_is_told_from_one_with() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(refusal(folder.path()), LogError::NoLedger(folder.path().into()));
    assert_eq!(refusal(&folder.path().join("nowhere")), LogError::NoLedger(folder.path().join("nowhere")));
    drop(SledLog::create(&folder.path().join("new/ledger")).unwrap());
    let again = SledLog::create(&folder.path().join("new/ledger")).map(|_| ()).unwrap_err();
    assert_eq!(again, LogError::AlreadyThere(folder.path().join("new/ledger")));
}

#[test]
fn a_folder_is_held_by_one_at_a_time() {
    let folder = ledger(&history(1, 2));
    let held = open(folder.path()).unwrap();
    assert_eq!(refusal(folder.path()), LogError::Held(folder.path().into()));
    drop(held);
    open(folder.path()).unwrap();
}

#[test]
fn another_format_is_refused_in_words() {
    let folder = ledger(&history(1, 2));
    let rows = [
        ("coledger ledger, format 0\n", "made by a pre-release of Coledger (format 0)"),
        ("coledger ledger, format 2\n", "made by a newer Coledger (format 2)"),
        ("something else", "does not say which format"),
    ];
    for (words, sentence) in rows {
        fs::write(folder.path().join("coledger.format"), words).unwrap();
        let error = refusal(folder.path()).to_string();
        assert!(error.contains(sentence), "{error}");
    }
    fs::remove_file(folder.path().join("coledger.format")).unwrap();
    for error in [refusal(folder.path()), SledLog::create(folder.path()).map(|_| ()).unwrap_err()] {
        assert!(error.to_string().contains("has lost its file coledger.format"), "{error}");
    }
}

#[test]
fn a_ledger_whose_making_was_interrupted_can_be_made_again() {
    let folder = ledger(&[]);
    fs::remove_file(folder.path().join("coledger.format")).unwrap();
    fs::create_dir(folder.path().join("log.new")).unwrap();
    fs::write(folder.path().join("log.new/conf"), "half").unwrap();
    SledLog::create(folder.path()).unwrap().append(&history(1, 1)[0]).unwrap();
}

#[test]
fn a_log_that_lost_its_end_is_refused_and_nothing_is_repaired_by_forgetting() {
    let commits = history(7, 30);
    let (long, short) = (ledger(&commits), ledger(&commits[..20]));
    let mixed = with_log_of(long.path(), short.path());
    let (found, acknowledged) = (commits[..20].concat().len(), commits.concat().len());
    for _ in 0..2 {
        let error = refusal(mixed.path());
        assert!(matches!(error, LogError::Shorter { .. }), "{error}");
        let sentence = format!("the log ends at position {found}, but position {acknowledged} was acknowledged");
        assert!(error.to_string().starts_with(&sentence), "{error}");
    }
}

#[test]
fn a_log_of_another_history_is_refused() {
    let (ours, theirs) = (ledger(&history(7, 30)), ledger(&history(8, 60)));
    let error = refusal(with_log_of(ours.path(), theirs.path()).path());
    assert!(matches!(error, LogError::OtherHistory(_)), "{error}");
}

#[test]
fn a_log_that_reaches_beyond_its_watermark_is_whole() {
    let commits = history(7, 30);
    let (long, short) = (ledger(&commits), ledger(&commits[..20]));
    let found = open(with_log_of(short.path(), long.path()).path()).unwrap();
    assert_eq!(all(&found).unwrap(), commits.concat());
}

#[test]
fn one_torn_slot_of_the_watermark_is_survived_and_two_are_not() {
    let folder = ledger(&history(7, 5));
    let path = folder.path().join("watermark");
    let whole = fs::read(&path).unwrap();
    for at in [10, 4096 + 10] {
        let mut torn = whole.clone();
        torn[at] ^= 1;
        fs::write(&path, &torn).unwrap();
        drop(open(folder.path()).unwrap());
    }
    fs::write(&path, vec![0; whole.len()]).unwrap();
    assert!(matches!(refusal(folder.path()), LogError::NoWatermark { state: "unreadable", .. }));
    fs::remove_file(&path).unwrap();
    assert!(matches!(refusal(folder.path()), LogError::NoWatermark { state: "missing", .. }));
    let options = Options { without_watermark: true, ..Options::default() };
    drop(SledLog::open_with(folder.path(), options, &mut |_| {}).unwrap());
    drop(open(folder.path()).unwrap());
}

#[test]
fn half_a_snapshot_of_a_process_that_was_killed_while_opening_does_no_harm() {
    let commits = history(7, 5);
    let folder = ledger(&commits);
    fs::write(folder.path().join("log/snap.00000000FFFFFFFF.generating"), "half").unwrap();
    assert_eq!(all(&open(folder.path()).unwrap()).unwrap(), commits.concat());
}

#[test]
fn files_that_are_missing_from_the_store_are_named() {
    for name in ["conf", "db"] {
        let folder = ledger(&history(7, 5));
        fs::remove_file(folder.path().join("log").join(name)).unwrap();
        let error = refusal(folder.path()).to_string();
        assert!(error.contains(&format!("the file {name} is missing")), "{error}");
    }
}

#[test]
fn a_full_disk_is_said_before_anything_is_decided_and_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { room_floor: u64::MAX, ..Options::default() };
    let log = SledLog::create_with(folder.path(), options).unwrap();
    let commit = &history(7, 1)[0];
    let error = log.append(commit).unwrap_err();
    assert!(matches!(error, LogError::NoRoom { .. }), "{error}");
    assert_eq!(log.fault(), None);
    drop(log);
    open(folder.path()).unwrap().append(commit).unwrap();
}

#[test]
fn a_stopped_log_takes_nothing_more_and_still_reads() {
    let folder = tempfile::tempdir().unwrap();
    let commits = history(7, 2);
    let log = SledLog::create(folder.path()).unwrap();
    log.append(&commits[0]).unwrap();
    log.stop().unwrap();
    assert!(matches!(log.append(&commits[1]), Err(LogError::Fenced(..))));
    assert_eq!(all(&log).unwrap(), commits[0]);
}

/// Writes a chunk of these entries behind the log's back.
fn smuggle(folder: &Path, entries: &[Entry]) {
    let config = sled::Config::new().path(folder.join("log")).segment_size(8 << 20).flush_every_ms(None);
    let db = config.open().unwrap();
    for chunk in pack(entries).unwrap() {
        db.insert(chunk.first.0.to_be_bytes(), chunk.value).unwrap();
    }
    db.flush().unwrap();
}

#[test]
fn a_commit_without_its_end_is_dropped_when_the_log_is_opened() {
    let commits = history(9, 40);
    let cut = (1..commits.len()).find(|index| commits[*index].len() > 70).unwrap();
    for whole_with_it in [0, 1] {
        let kept = &commits[..cut - whole_with_it];
        let folder = ledger(kept);
        let torn: Vec<Entry> = commits[cut - whole_with_it..=cut].concat();
        smuggle(folder.path(), &torn[..torn.len() - 1]);
        let mut seen = Vec::new();
        let log = SledLog::open(folder.path(), &mut |entry| seen.push(entry.clone())).unwrap();
        assert_eq!(seen, commits[..cut].concat());
        assert_eq!(all(&log).unwrap(), seen);
        log.append(&commits[cut]).unwrap();
        drop(log);
        assert_eq!(all(&open(folder.path()).unwrap()).unwrap(), commits[..=cut].concat());
    }
}
