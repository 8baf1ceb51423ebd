//! The log on disk and the log in memory do the same, whatever is asked of them.

use std::ops::ControlFlow;

use coledger::domain::event::Entry;
use coledger::domain::ids::Position;
use coledger::log::event_log::{EventLog, LogError};
use coledger::log::memory_log::{CrashPoint, MemoryLog};
use coledger::log::sled_log::SledLog;
use proptest::prelude::*;

use super::support::{Seeded, all, history};

fn range(log: &dyn EventLog, from: u64, to: u64, most: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    let enough = |entries: &Vec<Entry>| entries.len() >= most;
    log.scan(Position(from), Position(to), &mut |entry| {
        entries.push(entry);
        if enough(&entries) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    entries
}

fn expected(entries: &[Entry], from: u64, to: u64, most: usize) -> Vec<Entry> {
    entries.iter().filter(|entry| (from..=to).contains(&entry.position.0)).take(most).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn both_logs_answer_alike_before_and_after_they_are_opened_again(seed: u64) {
        let mut seeded = Seeded(seed);
        let folder = tempfile::tempdir().unwrap();
        let commits = history(seed, 60);
        let (memory, mut disk) = (MemoryLog::new().unwrap(), SledLog::create(folder.path()).unwrap());
        let (mut written, mut checkpoints) = (Vec::new(), Vec::new());
        for group in commits.chunks(1 + usize::try_from(seeded.below(7)).unwrap()) {
            written.extend(group.concat());
            prop_assert_eq!(memory.append(&group.concat()), disk.append(&group.concat()));
            if seeded.below(4) == 0 {
                drop(disk);
                let mut folded = Vec::new();
                disk = SledLog::open(folder.path(), &mut |entry| folded.push(entry.clone())).unwrap();
                prop_assert_eq!(&folded, &written);
            }
            checkpoints.push(disk.checkpoint());
            let (from, to) = (seeded.below(written.len() as u64 + 3), seeded.below(written.len() as u64 + 3));
            let most = 1 + usize::try_from(seeded.below(200)).unwrap();
            let wanted = expected(&written, from, to, most);
            prop_assert_eq!(&range(&memory, from, to, most), &wanted);
            prop_assert_eq!(&range(&disk, from, to, most), &wanted);
            let at = usize::try_from(from).unwrap().checked_sub(1).and_then(|at| written.get(at)).cloned();
            prop_assert_eq!(&disk.read(Position(from)).unwrap(), &at);
            prop_assert_eq!(&memory.read(Position(from)).unwrap(), &at);
        }
        for checkpoint in checkpoints {
            prop_assert_eq!(memory.root_at(checkpoint.position), Ok(checkpoint.root));
            prop_assert_eq!(disk.root_at(checkpoint.position), Ok(checkpoint.root));
        }
        prop_assert_eq!(memory.checkpoint(), disk.checkpoint());
        prop_assert_eq!(memory.verify(), disk.verify());
    }
}

#[test]
fn entries_out_of_order_are_refused_and_fence_the_log() {
    type Spoil = fn(&mut Vec<Entry>);
    let rows: &[(&str, Spoil, &str)] = &[
        ("a gap", |entries| entries[0].position = Position(3), "position 3 follows position 0"),
        ("a repetition", |entries| entries[1].position = Position(1), "position 1 follows position 1"),
        ("an unfinished commit", |entries| entries.truncate(1), "the commit of position 1 is not whole"),
        ("another instant", |entries| entries[1].recorded_at.0 += 1, "does not continue the commit"),
        ("a torn count", |entries| entries[1].commit += 1, "does not continue the commit"),
    ];
    let commit = history(3, 40).into_iter().find(|commit| commit.len() > 2).unwrap();
    for (name, spoil, sentence) in rows {
        let log = MemoryLog::new().unwrap();
        let mut entries = commit.clone();
        for (position, entry) in (1..).zip(&mut entries) {
            entry.position = Position(position);
        }
        spoil(&mut entries);
        let error = log.append(&entries).unwrap_err();
        assert!(matches!(&error, LogError::Disorder(reason) if reason.contains(sentence)), "{name}: {error}");
        assert!(log.fault().is_some(), "{name}");
    }
}

#[test]
fn an_instant_that_does_not_increase_is_refused() {
    let log = MemoryLog::new().unwrap();
    let mut commits = history(3, 2);
    commits[1][0].recorded_at = commits[0][0].recorded_at;
    log.append(&commits[0]).unwrap();
    let error = log.append(&commits[1]).unwrap_err().to_string();
    assert!(error.contains("was not recorded later"), "{error}");
}

#[test]
fn after_a_crash_what_was_acknowledged_is_there_and_nothing_partial() {
    for crash in [CrashPoint::BeforeWriting(3), CrashPoint::AfterWriting(3)] {
        let log = MemoryLog::breaking_at(crash).unwrap();
        let commits = history(5, 6);
        for commit in &commits[..3] {
            log.append(commit).unwrap();
        }
        assert!(matches!(log.append(&commits[3]), Err(LogError::Storage { .. })));
        assert!(matches!(log.append(&commits[4]), Err(LogError::Fenced(..))));
        assert_eq!(all(&log).unwrap(), commits[..3].concat(), "readers see durable entries only");
        let mut found = Vec::new();
        let after = log.crash(&mut |entry| found.push(entry.clone())).unwrap();
        let kept = if crash == CrashPoint::AfterWriting(3) { 4 } else { 3 };
        assert_eq!(found, commits[..kept].concat());
        after.append(&commits[kept]).unwrap();
    }
}
