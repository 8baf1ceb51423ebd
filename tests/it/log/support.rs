//! What the tests of the log share: seeded choices, golden files.

use std::ops::ControlFlow;
use std::path::PathBuf;

use coledger::domain::event::{Entry, EventKind};
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::event_log::{EventLog, LogError};

/// A seeded chooser of numbers: the same seed, the same choices (splitmix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Any number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

/// Compares with a golden file. With `COLEDGER_BLESS=1` a file that is missing or differs is written instead.
pub(crate) fn assert_golden(path: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("COLEDGER_BLESS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let Ok(expected) = std::fs::read_to_string(&path) else {
        panic!("there is no golden file {}; look at what it would hold, then set COLEDGER_BLESS=1", path.display());
    };
    assert_eq!(expected, actual, "{} is not what it was", path.display());
}

/// Random commits that may follow one another in a log, from position 1 on: mostly single entries, some of many.
pub(crate) fn history(seed: u64, commits: usize) -> Vec<Vec<Entry>> {
    let mut seeded = Seeded(seed);
    let (mut position, mut instant) = (0, 1_300_000_000_000_000);
    let mut history = Vec::new();
    for _ in 0..commits {
        let size = if seeded.below(4) == 0 { 1 + seeded.below(90) } else { 1 };
        instant += 1 + i64::try_from(seeded.below(5_000_000)).unwrap();
        let commit = (0..size).map(|index| {
            position += 1;
            let kind = EventKind::ALL[usize::try_from(seeded.below(EventKind::ALL.len() as u64)).unwrap()];
            let entry = Entry::random(kind, &mut |limit| seeded.below(limit));
            let remaining = u32::try_from(size - 1 - index).unwrap();
            Entry { position: Position(position), recorded_at: Instant(instant), commit: remaining, ..entry }
        });
        history.push(commit.collect());
    }
    history
}

/// Every entry that a log hands over.
pub(crate) fn all(log: &dyn EventLog) -> Result<Vec<Entry>, LogError> {
    let mut entries = Vec::new();
    log.scan(Position(1), Position(u64::MAX), &mut |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    })?;
    Ok(entries)
}
