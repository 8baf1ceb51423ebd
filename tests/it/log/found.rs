//! Opening a log from its tiles: what is spared, what is found out all the same, and that a gap is never passed over.

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use coledger::domain::event::{Entry, EventKind};
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::event_log::{EventLog, Item, LogError};
use coledger::log::found::FoundLog;
use coledger::log::sled_log::{Options, SledLog};
use tempfile::TempDir;

use super::support::{Seeded, all};

/// How many entries the ledger of these tests holds: three tiles, and some more.
const ENTRIES: u64 = 900;

/// Commits of ninety entries, mostly hours.
fn commits() -> Vec<Vec<Entry>> {
    let mut seeded = Seeded(5);
    let mut entry = |position: u64| {
        let kind = if seeded.below(4) == 0 { EventKind::GrantPaid } else { EventKind::HoursLogged };
        let recorded_at = Instant(i64::try_from(1_400_000_000_000_000 + position.div_ceil(90)).unwrap());
        let commit = u32::try_from((90 - position % 90) % 90).unwrap();
        let entry = Entry::random(kind, &mut |limit| seeded.below(limit));
        Entry { position: Position(position), recorded_at, commit, ..entry }
    };
    (0..ENTRIES / 90).map(|commit| (1..=90).map(|index| entry(commit * 90 + index)).collect()).collect()
}

fn ledger() -> (TempDir, Vec<Entry>) {
    let folder = tempfile::tempdir().unwrap();
    let log = SledLog::create(folder.path()).unwrap();
    let commits = commits();
    for commit in &commits {
        log.append(commit).unwrap();
    }
    log.stop().unwrap();
    (folder, commits.concat())
}

fn found(folder: &Path) -> FoundLog {
    FoundLog::at(folder, Options::default()).unwrap()
}

fn opened(folder: &Path) -> Result<SledLog, LogError> {
    SledLog::open(folder, &mut |_| {})
}

#[test]
fn what_was_hashed_once_is_not_hashed_again() {
    let (folder, entries) = ledger();
    let found = found(folder.path());
    assert_eq!(found.last(), Position(ENTRIES));
    assert_eq!(found.spared(), ENTRIES / 256 * 256);
    let proof = found.verify().unwrap();
    let log = found.believe(proof).unwrap();
    assert_eq!(all(&log).unwrap(), entries);
    assert_eq!(log.verify().unwrap(), log.checkpoint());
}

#[test]
fn tiles_that_are_not_right_cost_time_and_nothing_else() {
    let (folder, entries) = ledger();
    let path = folder.path().join("tiles");
    let right = fs::read(&path).unwrap();
    let mut flipped = right.clone();
    flipped[40] ^= 1;
    let mut longer = right.clone();
    longer.extend([7; 320]);
    let wrong = [flipped, vec![0; right.len()], right[..40].to_vec(), right[..64].to_vec(), Vec::new(), longer];
    for bytes in wrong {
        fs::write(&path, bytes).unwrap();
        let log = opened(folder.path()).unwrap();
        assert_eq!(all(&log).unwrap(), entries);
        log.stop().unwrap();
        assert_eq!(fs::read(&path).unwrap(), right);
    }
    fs::remove_file(&path).unwrap();
    drop(opened(folder.path()).unwrap());
    assert_eq!(fs::read(&path).unwrap(), right);
}

#[test]
fn tiles_that_cannot_be_written_stop_nobody() {
    let (folder, entries) = ledger();
    let path = folder.path().join("tiles");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let log = opened(folder.path()).unwrap();
    assert_eq!(all(&log).unwrap(), entries);
    log.stop().unwrap();
}

#[test]
fn a_fold_is_shown_what_a_reader_reads() {
    let (folder, entries) = ledger();
    let log = opened(folder.path()).unwrap();
    let mut index = 0;
    let mut compare = |item: Item<'_>| {
        let entry: &Entry = &entries[index];
        index += 1;
        match item {
            Item::Other(other) => assert_eq!(&*other, entry),
            Item::Hours { hours, recorded_at, batch, key } => {
                assert_eq!(
                    format!("{hours:?}"),
                    format!("{:?}", coledger::domain::hours_rows::NewHours::of(entry).unwrap())
                );
                assert_eq!((recorded_at, batch, &key), (entry.recorded_at, entry.batch, &entry.key));
            }
        }
    };
    log.fold(Position(1), Position(u64::MAX), &mut compare).unwrap();
    assert_eq!(index, entries.len());
    let (mut expected, mut keys) = (Vec::new(), Vec::new());
    for entry in &entries {
        expected.extend(entry.key.clone().map(|key| (entry.position, entry.actor.clone(), key)));
    }
    log.keys(Position(u64::MAX), &mut |position, actor, key| keys.push((position, actor.clone(), key.clone())))
        .unwrap();
    assert!(!keys.is_empty());
    assert_eq!(keys, expected);
}

/// Takes a chunk out behind the log's back; gives the position that it began at.
fn take_out(folder: &Path, which: usize) -> u64 {
    let config = sled::Config::new().path(folder.join("log")).segment_size(8 << 20).flush_every_ms(None);
    // A process that another test is just starting may hold the lock for a moment: it is born with our open files.
    let mut tries = (0..200).map(|_| {
        thread::sleep(Duration::from_millis(10));
        config.open()
    });
    let db = tries.find_map(Result::ok).expect("the store is let go within two seconds");
    let key = db.iter().keys().nth(which).unwrap().unwrap();
    db.remove(&key).unwrap();
    db.flush().unwrap();
    u64::from_be_bytes(key.as_ref().try_into().unwrap())
}

#[test]
fn a_chunk_that_is_missing_is_named_by_whoever_comes_to_it() {
    let (folder, _) = ledger();
    let first = take_out(folder.path(), 1);
    let before = found(folder.path());
    let proof = before.verify().unwrap();
    let log = before.believe(proof).unwrap();
    for error in [
        log.read(Position(first + 3)).unwrap_err(),
        all(&log).unwrap_err(),
        log.fold(Position(1), Position(u64::MAX), &mut |_| {}).unwrap_err(),
        log.verify().unwrap_err(),
    ] {
        assert!(matches!(&error, LogError::Damaged(_)), "{error}");
        assert!(error.to_string().contains("position"), "{error}");
    }
    assert!(log.read(Position(first - 1)).unwrap().is_some());
    fs::remove_file(folder.path().join("tiles")).unwrap();
    drop(log);
    assert!(matches!(found(folder.path()).verify().map(|_| ()).unwrap_err(), LogError::Damaged(_)));
}
