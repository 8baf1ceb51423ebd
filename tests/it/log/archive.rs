//! Archives: what goes in comes out at any position, damage is named, and the wrong folder is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use coledger::domain::event::Entry;
use coledger::domain::ids::Position;
use coledger::log::archive::copy::{Archive, Sizes};
use coledger::log::archive::error::ArchiveError;
use coledger::log::archive::restore::{Restored, Wanted, check, restore};
use coledger::log::event_log::EventLog;
use coledger::log::memory_log::MemoryLog;
use coledger::log::sled_log::SledLog;
use tempfile::TempDir;

use super::support::{Seeded, all, history};

const SMALL: Sizes = Sizes { round: 20, segment: 90 };

fn fill(log: &dyn EventLog, commits: &[Vec<Entry>]) {
    for commit in commits {
        log.append(commit).unwrap();
    }
}

fn log_of(commits: &[Vec<Entry>]) -> MemoryLog {
    let log = MemoryLog::new().unwrap();
    fill(&log, commits);
    log
}

/// Copies a log up to its end, in small rounds and segments.
fn copied(log: &dyn EventLog, folder: &Path) -> Result<Archive, ArchiveError> {
    let mut archive = Archive::open_or_make(folder, log)?.with(SMALL).copy(log, Position(0))?;
    while archive.checkpoint().position < log.last() {
        archive = archive.copy(log, log.last())?;
    }
    Ok(archive)
}

/// An archive of these commits that grew as they came, opened again and again.
fn archive_of(commits: &[Vec<Entry>]) -> (TempDir, MemoryLog) {
    let (folder, log) = (tempfile::tempdir().unwrap(), MemoryLog::new().unwrap());
    for some in commits.chunks(7) {
        fill(&log, some);
        drop(copied(&log, folder.path()).unwrap());
    }
    (folder, log)
}

/// Restores into a new folder; what is found there.
fn restored(archive: &Path, to: Option<u64>) -> Result<(Restored, Vec<Entry>), ArchiveError> {
    let folder = tempfile::tempdir().unwrap();
    let wanted = Wanted { to: to.map(Position), instead_of: None };
    let restored = restore(archive, &folder.path().join("town"), &wanted, &mut |_| {});
    assert_eq!(restored.is_ok(), folder.path().join("town").exists());
    let restored = restored?;
    let log = SledLog::open(&folder.path().join("town"), &mut |_| {}).unwrap();
    assert_eq!(log.checkpoint(), restored.checkpoint);
    Ok((restored, all(&log).unwrap()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.retain(|file| !file.ends_with("coledger.lock"));
    files
}

fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in files(folder) {
        fs::copy(&file, copy.path().join(file.file_name().unwrap())).unwrap();
    }
    copy
}

/// The entries of whole commits up to a position.
fn up_to(commits: &[Vec<Entry>], to: u64) -> Vec<Entry> {
    let whole = commits.iter().filter(|commit| commit.last().unwrap().position.0 <= to);
    whole.flatten().cloned().collect()
}

#[test]
fn an_archive_that_grew_bit_by_bit_gives_the_ledger_at_any_position() {
    let commits = history(31, 90);
    let (archive, log) = archive_of(&commits);
    assert!(files(archive.path()).len() > 10, "{:?}", files(archive.path()));
    let (whole, entries) = restored(archive.path(), None).unwrap();
    assert_eq!((whole.checkpoint, &entries), (log.checkpoint(), &commits.concat()));
    assert_eq!((whole.missing(), whole.left_out()), (0, 0));
    let mut seeded = Seeded(5);
    for _ in 0..12 {
        let to = 1 + seeded.below(log.last().0);
        let expected = up_to(&commits, to);
        if expected.is_empty() {
            continue;
        }
        let (some, entries) = restored(archive.path(), Some(to)).unwrap();
        assert_eq!(entries, expected);
        assert_eq!(some.checkpoint.root, log.root_at(some.checkpoint.position).unwrap());
        assert_eq!(some.left_out(), log.last().0 - some.checkpoint.position.0);
    }
    let beyond = restored(archive.path(), Some(log.last().0 + 1)).unwrap_err();
    assert_eq!(beyond, ArchiveError::Beyond { ends: log.last() });
}

#[test]
fn a_position_before_the_end_of_the_first_commit_makes_no_ledger() {
    let commits: Vec<_> = (0..100).map(|seed| history(seed, 3)).find(|commits| commits[0].len() > 1).unwrap();
    let (archive, _) = archive_of(&commits);
    assert_eq!(restored(archive.path(), Some(1)).unwrap_err(), ArchiveError::Before(Position(1)));
}

/// What comes of a damaged archive: named with what is whole, or all is there, or its end is lost and it says so.
fn holds_or_is_named(folder: &Path, damaged: &Path, commits: &[Vec<Entry>]) -> &'static str {
    let last = commits.concat().len() as u64;
    match check(folder, None, &mut |_| {}) {
        Ok(found) => {
            assert_eq!((found.checkpoint.position.0, found.missing()), (last, 0), "{}", damaged.display());
            "harmless"
        }
        Err(ArchiveError::Damaged { file, whole, .. }) => {
            assert_eq!(file, damaged);
            assert!(whole.0 <= last);
            assert!(whole == Position(0) || check(folder, Some(whole), &mut |_| {}).is_ok());
            // A ledger takes a moment to make: some are enough.
            if whole.0 % 5 == 1 {
                assert_eq!(restored(folder, Some(whole.0)).unwrap().1, up_to(commits, whole.0));
            }
            "named"
        }
        Err(error) => {
            let format = matches!(error, ArchiveError::Format(_) | ArchiveError::NoArchive(_));
            assert!(format && damaged.ends_with("coledger.archive"), "{}: {error}", damaged.display());
            "named"
        }
    }
}

#[test]
fn a_flipped_bit_in_an_archive_is_named_with_what_is_whole_or_does_no_harm() {
    let commits = history(37, 60);
    let (archive, _) = archive_of(&commits);
    let (mut seeded, mut named) = (Seeded(3), 0);
    for file in files(archive.path()) {
        let whole = fs::read(&file).unwrap();
        let chunks = file.extension().is_some_and(|extension| extension == "chunks");
        for _ in 0..6 {
            let copy = copy_of(archive.path());
            let at =
                usize::try_from(seeded.below(whole.len().min(if chunks { usize::MAX } else { 64 }) as u64)).unwrap();
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << seeded.below(8);
            let damaged = copy.path().join(file.file_name().unwrap());
            fs::write(&damaged, bytes).unwrap();
            let outcome = holds_or_is_named(copy.path(), &damaged, &commits);
            assert!(!chunks || outcome == "named", "{} byte {at}", damaged.display());
            named += usize::from(outcome == "named");
        }
    }
    assert!(named > 30, "{named}");
}

#[test]
fn a_file_of_an_archive_that_was_cut_emptied_or_removed_is_named() {
    let commits = history(41, 60);
    let (archive, _) = archive_of(&commits);
    let mut seeded = Seeded(9);
    for file in files(archive.path()) {
        let whole = fs::read(&file).unwrap();
        let cuts = [0, 1, usize::try_from(seeded.below(whole.len() as u64)).unwrap(), whole.len() - 1];
        for cut in cuts.map(Some).into_iter().chain([None]) {
            let copy = copy_of(archive.path());
            let damaged = copy.path().join(file.file_name().unwrap());
            match cut {
                Some(cut) => fs::write(&damaged, &whole[..cut]).unwrap(),
                None => fs::remove_file(&damaged).unwrap(),
            }
            // A segment that is not there has no last position in its name either.
            let first = file.file_name().unwrap().to_str().unwrap().split_once('-').map(|(first, _)| first.to_owned());
            let named = match first {
                Some(first) if cut.is_none() => copy.path().join(format!("{first}-.chunks")),
                _ => damaged.clone(),
            };
            let outcome = holds_or_is_named(copy.path(), &named, &commits);
            let chunks = file.extension().is_some_and(|extension| extension == "chunks");
            assert!(!chunks || outcome == "named", "{} cut at {cut:?}", damaged.display());
        }
    }
}

#[test]
fn an_archive_that_is_damaged_is_not_written_on() {
    let commits = history(43, 60);
    let (archive, log) = archive_of(&commits);
    let last = files(archive.path()).into_iter().rfind(|file| file.to_str().unwrap().ends_with("-.chunks"));
    let last = last.unwrap_or_else(|| files(archive.path()).into_iter().nth(1).unwrap());
    let mut bytes = fs::read(&last).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&last, &bytes).unwrap();
    let error = copied(&log, archive.path()).map(|_| ()).unwrap_err();
    assert!(matches!(&error, ArchiveError::Damaged { file, .. } if *file == last), "{error}");
    assert_eq!(fs::read(&last).unwrap(), bytes);
}

#[test]
fn what_a_copy_that_was_broken_off_left_behind_is_no_damage_and_is_cut_off() {
    let commits = history(47, 60);
    let (archive, log) = archive_of(&commits[..50]);
    let open = files(archive.path()).into_iter().find(|file| file.to_str().unwrap().ends_with("-.chunks")).unwrap();
    let whole = fs::read(&open).unwrap();
    for tail in [vec![1], whole[..whole.len() / 2].to_vec(), vec![0; 5_000], whole.clone()] {
        fs::write(&open, [whole.clone(), tail].concat()).unwrap();
        assert_eq!(restored(archive.path(), None).unwrap().1, commits[..50].concat());
    }
    fill(&log, &commits[50..]);
    drop(copied(&log, archive.path()).unwrap());
    assert_eq!(restored(archive.path(), None).unwrap().1, commits.concat());
}

#[test]
fn a_folder_that_is_not_this_ledgers_archive_is_refused_and_left_as_it_is() {
    let (commits, others) = (history(53, 30), history(54, 30));
    let (archive, log) = archive_of(&commits);
    let refusal = |log: &dyn EventLog| copied(log, archive.path()).map(|_| ()).unwrap_err();
    assert_eq!(refusal(&log_of(&others)), ArchiveError::OtherLedger(archive.path().into()));
    let ahead = refusal(&log_of(&commits[..10]));
    assert!(matches!(ahead, ArchiveError::Ahead { archive, .. } if archive == log.last()), "{ahead}");
    let mut forked = commits[..10].to_vec();
    for (commit, other) in commits[10..].iter().zip(&others[10..]) {
        let entries = commit.iter().zip(other.iter().cycle());
        forked.push(entries.map(|(entry, other)| Entry { event: other.event.clone(), ..entry.clone() }).collect());
    }
    let other = refusal(&log_of(&forked));
    assert_eq!(other, ArchiveError::OtherHistory { folder: archive.path().into(), at: log.last() });
    let kept = copied(&log, archive.path()).unwrap();
    assert_eq!(refusal(&log), ArchiveError::Held(archive.path().into()));
    drop(kept);
    let full = tempfile::tempdir().unwrap();
    fs::write(full.path().join("letter.txt"), "Dear").unwrap();
    assert!(matches!(copied(&log, full.path()), Err(ArchiveError::NotEmpty { name, .. }) if name == "letter.txt"));
    assert_eq!(files(full.path()).len(), 1);
    assert!(matches!(copied(&log, &full.path().join("a/b")), Err(ArchiveError::NoParent(_))));
    let empty = MemoryLog::new().unwrap();
    assert!(matches!(copied(&empty, &full.path().join("c")), Err(ArchiveError::Empty)));
    assert_eq!(restored(archive.path(), None).unwrap().1, commits.concat());
}

#[test]
fn an_archive_that_names_another_ledger_than_its_entries_do_is_damaged() {
    let (archive, log) = archive_of(&history(57, 60));
    let words = archive.path().join("coledger.archive");
    let flipped = |digit: char| if digit == '0' { '1' } else { '0' };
    let text = fs::read_to_string(&words).unwrap();
    let last = text.trim_end().chars().next_back().unwrap();
    fs::write(&words, format!("{}{}\n", &text[..text.len() - 2], flipped(last))).unwrap();
    for error in [copied(&log, archive.path()).map(|_| ()).unwrap_err(), restored(archive.path(), None).unwrap_err()] {
        assert!(matches!(&error, ArchiveError::Damaged { file, .. } if *file == words), "{error}");
    }
}

#[test]
fn a_newer_archive_is_refused_in_words() {
    let (archive, log) = archive_of(&history(59, 5));
    let words = archive.path().join("coledger.archive");
    fs::write(&words, fs::read_to_string(&words).unwrap().replace("format 1", "format 9")).unwrap();
    for error in [copied(&log, archive.path()).map(|_| ()).unwrap_err(), restored(archive.path(), None).unwrap_err()] {
        assert!(error.to_string().contains("made by a newer Coledger (format 9)"), "{error}");
    }
}

#[test]
fn an_archive_is_read_while_it_is_written() {
    let commits = history(61, 200);
    let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(log_of(&commits[..1])));
    drop(copied(log.as_ref(), folder.path()).unwrap());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut archive = copied(log.as_ref(), folder.path()).unwrap();
            for commit in &commits[1..] {
                log.append(commit).unwrap();
                archive = archive.copy(log.as_ref(), log.last()).unwrap();
            }
            drop(archive);
            done.store(true, Ordering::Release);
        });
        let mut seen = Vec::new();
        while !done.load(Ordering::Acquire) {
            let found = check(folder.path(), None, &mut |_| {}).unwrap().checkpoint;
            assert_eq!(log.root_at(found.position).unwrap(), found.root);
            seen.push(found.position);
        }
        assert!(seen.is_sorted());
    });
    assert_eq!(restored(folder.path(), None).unwrap().1, commits.concat());
}

#[test]
fn a_lost_ledger_says_what_it_had_acknowledged_and_whether_the_archive_is_its_own() {
    let commits = history(67, 40);
    let place = tempfile::tempdir().unwrap();
    let (lost, archive) = (place.path().join("lost"), place.path().join("archive"));
    let log = SledLog::create(&lost).unwrap();
    fill(&log, &commits[..30]);
    drop(copied(&log, &archive).unwrap());
    fill(&log, &commits[30..]);
    log.stop().unwrap();
    drop(log);
    let attempt = |archive: &Path, name: &str, lost: &Path| {
        let wanted = Wanted { to: None, instead_of: Some(lost.to_owned()) };
        restore(archive, &place.path().join(name), &wanted, &mut |_| {})
    };
    let (there, all) = (commits[..30].concat().len() as u64, commits.concat().len() as u64);
    let found = attempt(&archive, "new", &lost).unwrap();
    assert_eq!((found.ends.0, found.acknowledged, found.missing()), (there, Some(Position(all)), all - there));
    let again = SledLog::open(&place.path().join("new"), &mut |_| {}).unwrap();
    drop(copied(&again, &archive).unwrap());
    let known = check(&archive, None, &mut |_| {}).unwrap();
    assert_eq!((known.acknowledged, known.missing()), (Some(Position(there)), 0), "the ledger goes on from there");
    let (longer, _) = archive_of(&history(68, 80));
    assert!(matches!(attempt(longer.path(), "other", &lost), Err(ArchiveError::NotOf { .. })));
    assert!(!place.path().join("other").exists());
    fs::remove_file(lost.join("watermark")).unwrap();
    let error = attempt(&archive, "third", &lost).unwrap_err();
    assert!(error.to_string().contains("is missing, and nothing else says"), "{error}");
}
