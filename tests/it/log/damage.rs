//! Damage: one flipped bit anywhere in a ledger's folder is found when it is opened, or does no harm.

use std::fs;
use std::path::{Path, PathBuf};

use coledger::domain::event::Entry;
use coledger::log::event_log::{Checkpoint, EventLog};
use coledger::log::sled_log::SledLog;

use super::support::{Seeded, all, history};

/// A closed ledger that was opened this often, and what it holds.
fn ledger(folder: &Path, opened: usize) -> (Vec<Entry>, Checkpoint) {
    let commits = history(11, 120);
    let mut log = SledLog::create(folder).unwrap();
    for group in commits.chunks(3) {
        log.append(&group.concat()).unwrap();
    }
    for _ in 0..opened {
        drop(log);
        log = SledLog::open(folder, &mut |_| {}).unwrap();
    }
    log.stop().unwrap();
    (commits.concat(), log.checkpoint())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Places that are worth flipping: at random, but only where something other than zeros was written nearby.
fn places(bytes: &[u8], count: usize, seeded: &mut Seeded) -> Vec<usize> {
    let written: Vec<usize> =
        (0..bytes.len()).step_by(64).filter(|at| bytes[*at..].iter().take(64).any(|byte| *byte != 0)).collect();
    let any = |seeded: &mut Seeded| written[usize::try_from(seeded.below(written.len() as u64)).unwrap()];
    let mut place = || any(seeded) + usize::try_from(seeded.below(64)).unwrap();
    (0..count).map(|_| place().min(bytes.len() - 1)).collect()
}

/// Whether the damage was found; where not, everything must be as it was.
fn is_found(folder: &Path, entries: &[Entry], checkpoint: Checkpoint) -> bool {
    let mut seen = Vec::new();
    let Ok(log) = SledLog::open(folder, &mut |entry| seen.push(entry.clone())) else { return true };
    if log.verify().is_err() {
        return true;
    }
    assert_eq!(seen, entries);
    assert_eq!(all(&log).unwrap(), entries);
    assert_eq!(log.checkpoint(), checkpoint);
    false
}

#[test]
fn a_flipped_bit_is_found_or_does_no_harm() {
    let mut seeded = Seeded(17);
    for opened in [0, 3] {
        let folder = tempfile::tempdir().unwrap();
        let (entries, checkpoint) = ledger(folder.path(), opened);
        for path in files(folder.path()) {
            let whole = fs::read(&path).unwrap();
            let count = if path.ends_with("db") { 50 } else { 10 };
            for at in if whole.is_empty() { vec![] } else { places(&whole, count, &mut seeded) } {
                let copy = tempfile::tempdir().unwrap();
                for file in files(folder.path()) {
                    let target = copy.path().join(file.strip_prefix(folder.path()).unwrap());
                    fs::create_dir_all(target.parent().unwrap()).unwrap();
                    fs::copy(&file, target).unwrap();
                }
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << seeded.below(8);
                let name = path.strip_prefix(folder.path()).unwrap();
                fs::write(copy.path().join(name), bytes).unwrap();
                let found = is_found(copy.path(), &entries, checkpoint);
                println!("{} byte {at}: {}", name.display(), if found { "found" } else { "harmless" });
            }
        }
    }
}
