//! How a ledger goes on from its folder: the log verified, the present view, and the idempotency keys.
//!
//! Invariant: nothing is served before the log was verified. Where most of it was hashed before (its tiles lead to what
//! was acknowledged), the newest saved view is taken and only the rest is folded, and keys are read beside the first
//! questions; where not, everything is hashed on one thread and folded on another.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::keys::{Keys, KnownKeys};
use super::snapshots::Snapshots;
use crate::domain::ids::Position;
use crate::log::event_log::{EventLog, Item, LogError};
use crate::log::found::FoundLog;
use crate::log::sled_log::{Options, SledLog};
use crate::views::view::View;

/// With at most so many entries to hash, hashing comes first: it takes less than a second.
const HASHED_FIRST: u64 = 500_000;
/// How often progress is told.
const TOLD_EVERY: u64 = 1 << 12;

/// Told the position from time to time.
pub(super) type Progress<'a> = &'a mut dyn FnMut(Position);

/// What an opened ledger goes on from.
pub(super) struct Opened {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) view: View,
    pub(super) keys: KnownKeys,
    pub(super) snapshots: Snapshots,
}

/// Opens the ledger of a folder.
pub(super) fn open(dir: &Path, progress: Progress<'_>) -> Result<Opened, LogError> {
    let found = FoundLog::at(dir, Options::default())?;
    let snapshots = Snapshots::of(dir);
    if found.last().0.saturating_sub(found.spared()) > HASHED_FIRST {
        return from_the_log(found, snapshots, progress);
    }
    let proof = found.verify()?;
    let log: Arc<dyn EventLog> = Arc::new(found.believe(proof)?);
    match snapshots.before(log.as_ref(), log.last())? {
        Some(view) => from_a_snapshot(log, view, snapshots, progress),
        None => from_the_first(log, snapshots, progress),
    }
}

/// Hashes and folds at once, each on a thread of its own.
fn from_the_log(found: FoundLog, snapshots: Snapshots, progress: Progress<'_>) -> Result<Opened, LogError> {
    let mut folding = Folding::of(View::default(), progress);
    let proof = thread::scope(|scope| {
        let proof = scope.spawn(|| found.verify());
        let folded = found.fold(&mut |item| folding.take(item));
        let proof = proof.join().unwrap_or_else(|_| Err(LogError::Damaged("it could not be verified".into())));
        // What is wrong with the log is said by its verification first.
        proof.and_then(|proof| folded.map(|()| proof))
    })?;
    let Folding { view, keys, .. } = folding;
    let log: SledLog = found.believe(proof)?;
    Ok(Opened { log: Arc::new(log), view, keys: KnownKeys::Read(keys), snapshots })
}

/// Folds what follows a saved view; the keys up to it are read beside everything else.
fn from_a_snapshot(
    log: Arc<dyn EventLog>,
    view: View,
    snapshots: Snapshots,
    progress: Progress<'_>,
) -> Result<Opened, LogError> {
    let saved = view.position;
    let mut folding = Folding::of(view, progress);
    log.fold(saved.next(), log.last(), &mut |item| folding.take(item))?;
    let Folding { view, keys, .. } = folding;
    let keys = KnownKeys::reading(Arc::clone(&log), saved, keys)?;
    Ok(Opened { log, view, keys, snapshots })
}

fn from_the_first(log: Arc<dyn EventLog>, snapshots: Snapshots, progress: Progress<'_>) -> Result<Opened, LogError> {
    let mut folding = Folding::of(View::default(), progress);
    log.fold(Position(1), log.last(), &mut |item| folding.take(item))?;
    let Folding { view, keys, .. } = folding;
    Ok(Opened { log, view, keys: KnownKeys::Read(keys), snapshots })
}

/// A view and the keys beside it, while they are being folded.
pub(super) struct Folding<'a> {
    pub(super) view: View,
    pub(super) keys: Keys,
    progress: Progress<'a>,
}

impl<'a> Folding<'a> {
    pub(super) fn of(view: View, progress: Progress<'a>) -> Self {
        Self { view, keys: Keys::default(), progress }
    }

    pub(super) fn take(&mut self, item: Item<'_>) {
        self.keys.note_item(&item);
        match item {
            Item::Hours { hours, recorded_at, batch, .. } => self.view.apply_hours(&hours, recorded_at, batch),
            Item::Other(entry) => self.view.apply(&entry),
        }
        if self.view.position.0.is_multiple_of(TOLD_EVERY) {
            (self.progress)(self.view.position);
        }
    }
}
