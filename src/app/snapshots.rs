//! Saved views in a ledger's folder: what a start need not fold again.
//!
//! Invariant: they can all be deleted. A snapshot is used only where its root is the log's at its position; whatever
//! is wrong with one, the log is folded instead.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::domain::ids::Position;
use crate::log::event_log::{EventLog, LogError};
use crate::views::snapshot::{self, Stamp};
use crate::views::view::View;

/// After how many further entries a view is worth saving, at least.
pub const EVERY: u64 = 100_000;
/// Of a long ledger, after which part of it again: so that all that is ever written stays in proportion to the log.
const PART: u64 = 16;
/// At a stop, after how many.
const AT_STOP: u64 = 1_000;
/// What a file is called while it is being written.
const UNFINISHED: &str = "unfinished";
/// How many are kept: the newest, and one more in case that is damaged.
const KEPT: usize = 2;

/// The saved views of one ledger.
pub struct Snapshots {
    folder: PathBuf,
    /// The position of the newest.
    newest: AtomicU64,
    saving: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Snapshots {
    /// The snapshots in the folder of a ledger; there need not be any.
    pub fn of(ledger: &Path) -> Self {
        let folder = ledger.join("views");
        remove_unfinished(&folder);
        let newest = positions(&folder).last().map_or(0, |position| position.0);
        Self { folder, newest: AtomicU64::new(newest), saving: AtomicBool::new(false), thread: Mutex::new(None) }
    }

    /// Where snapshots were saved, in the order of the log.
    pub fn positions(&self) -> Vec<Position> {
        positions(&self.folder)
    }

    /// The newest view at or before a position whose root is the log's; `None` where there is none.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn before(&self, log: &dyn EventLog, to: Position) -> Result<Option<View>, LogError> {
        for position in self.positions().into_iter().rev().filter(|position| *position <= to) {
            if let Some(view) = self.restored(log, position)? {
                return Ok(Some(view));
            }
        }
        Ok(None)
    }

    /// The view that was saved at a position; `None` where it is damaged or not of this log.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn restored(&self, log: &dyn EventLog, position: Position) -> Result<Option<View>, LogError> {
        let Ok(bytes) = fs::read(self.path(position)) else { return Ok(None) };
        if position > log.last() {
            return Ok(None);
        }
        Ok(snapshot::restore(&bytes, Stamp { position, root: log.root_at(position)? }))
    }

    /// Saves a view beside the work of the ledger, where enough has happened since the last.
    pub fn offer(self: &Arc<Self>, log: &Arc<dyn EventLog>, view: &Arc<View>) {
        let since = view.position.0.saturating_sub(self.newest.load(Ordering::Relaxed));
        let due = since >= EVERY.max(view.position.0 / PART);
        if !due || self.saving.swap(true, Ordering::AcqRel) {
            return;
        }
        let (snapshots, log, view) = (Arc::clone(self), Arc::clone(log), Arc::clone(view));
        let thread = std::thread::spawn(move || {
            snapshots.save(log.as_ref(), &view);
            snapshots.saving.store(false, Ordering::Release);
        });
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// Saves the last view of a clean stop, where that spares the next start something.
    pub fn stop(&self, log: &dyn EventLog, view: &View) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::warn!("a snapshot of the views was not finished");
        }
        if view.position.0.saturating_sub(self.newest.load(Ordering::Relaxed)) >= AT_STOP {
            self.save(log, view);
        }
    }

    /// Saves a view. What goes wrong is told and no more: a snapshot is a convenience.
    fn save(&self, log: &dyn EventLog, view: &View) {
        if let Err(error) = self.try_save(log, view) {
            tracing::warn!(%error, position = view.position.0, "a snapshot of the views was not saved");
        }
        // One that could not be saved is not tried again at once.
        self.newest.fetch_max(view.position.0, Ordering::Relaxed);
    }

    fn try_save(&self, log: &dyn EventLog, view: &View) -> Result<(), Box<dyn std::error::Error>> {
        let bytes = snapshot::save(view, log.root_at(view.position)?)?;
        fs::create_dir_all(&self.folder)?;
        let path = self.path(view.position);
        let unfinished = path.with_extension(UNFINISHED);
        if let Err(error) = fs::write(&unfinished, bytes).and_then(|()| fs::rename(&unfinished, path)) {
            // On a full disk every byte counts.
            let _ = fs::remove_file(unfinished);
            return Err(error.into());
        }
        let positions = self.positions();
        for old in positions.iter().take(positions.len().saturating_sub(KEPT)) {
            fs::remove_file(self.path(*old))?;
        }
        Ok(())
    }

    fn path(&self, position: Position) -> PathBuf {
        self.folder.join(format!("{position}.view"))
    }
}

/// Removes what a save that was broken off has left.
fn remove_unfinished(folder: &Path) {
    let Ok(files) = fs::read_dir(folder) else { return };
    let paths = files.flatten().map(|file| file.path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == UNFINISHED)) {
        // What cannot be removed does no harm.
        let _ = fs::remove_file(path);
    }
}

fn positions(folder: &Path) -> Vec<Position> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let position = |name: &str| name.strip_suffix(".view").and_then(|number| number.parse().ok()).map(Position);
    let mut positions: Vec<Position> =
        files.flatten().filter_map(|file| file.file_name().to_str().and_then(position)).collect();
    positions.sort_unstable();
    positions
}
