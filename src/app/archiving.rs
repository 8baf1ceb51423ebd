//! The second copy: a backup when it is asked for, and an archive that follows the ledger for as long as it is open.
//!
//! Invariant: nothing that happens to an archive stops the ledger or makes it wait. What is wrong is told once, and
//! tried again; how far the archive is behind can be asked at any time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::history::commit_end;
use crate::domain::ids::Position;
use crate::log::archive::copy::Archive;
use crate::log::archive::error::ArchiveError;
use crate::log::event_log::{Checkpoint, EventLog};

/// How long entries gather before they are copied.
const GATHERING: Duration = Duration::from_millis(300);
/// How long an archive that failed is left alone: doubled with every failure, up to the last.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(60);
/// How long the ledger's stop waits for an archive that is behind.
const STOPPING: Duration = Duration::from_secs(10);

/// What a backup came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// What the archive holds now.
    pub checkpoint: Checkpoint,
    /// How many entries were copied.
    pub copied: u64,
    /// How many bytes were written.
    pub bytes: u64,
}

/// Brings an archive up to a position of a log: the last if none is given; one inside a commit rounds down to the end of
/// the commit before. What the archive holds already is not copied again.
///
/// # Errors
/// An [`ArchiveError`] where the archive is another's, damaged, or cannot be written.
pub fn backup(
    log: &dyn EventLog,
    archive: &Path,
    to: Option<Position>,
    progress: &mut dyn FnMut(Position, Position),
) -> Result<Backup, ArchiveError> {
    let to = to.map_or(Ok(log.last()), |to| commit_end(log, to.min(log.last())))?;
    let mut archive = Archive::open_or_make(archive, log)?;
    let before = archive.checkpoint().position;
    archive = archive.copy(log, before)?;
    while archive.checkpoint().position < to {
        archive = archive.copy(log, to)?;
        progress(archive.checkpoint().position, to);
    }
    let checkpoint = archive.checkpoint();
    Ok(Backup { checkpoint, copied: checkpoint.position.0.saturating_sub(before.0), bytes: archive.written() })
}

/// How far an archive is behind its ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lag {
    /// What the archive holds.
    pub position: Position,
    /// How many durable entries it does not hold yet.
    pub entries: u64,
    /// For how long it has not held all that is durable.
    pub time: Duration,
    /// Why the archive cannot be written at the moment; nothing while all is well.
    pub fault: Option<String>,
}

#[derive(Default)]
struct State {
    held: Position,
    behind_since: Option<Instant>,
    fault: Option<String>,
}

/// What the thread and those who ask share.
struct Shared {
    folder: PathBuf,
    log: Arc<dyn EventLog>,
    state: Mutex<State>,
}

/// An archive that follows a ledger.
pub struct Archiving {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Archiving {
    /// Starts to follow. An archive that cannot be written for now is no reason to fail: it is tried again.
    ///
    /// # Errors
    /// An [`ArchiveError`] where the folder is the wrong one, or the system gives no thread.
    pub fn start(
        folder: &Path,
        log: Arc<dyn EventLog>,
        positions: watch::Receiver<Position>,
    ) -> Result<Self, ArchiveError> {
        let shared = Arc::new(Shared { folder: folder.to_owned(), log, state: Mutex::default() });
        let archive = match Archive::open_or_make(folder, shared.log.as_ref()) {
            Err(error) if error.is_refusal() => return Err(error),
            opened => opened,
        };
        let failed = |error: &std::io::Error| ArchiveError::Storage {
            folder: folder.to_owned(),
            step: "starting to archive",
            reason: error.to_string(),
        };
        let waiting = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let waiting = waiting.map_err(|error| failed(&error))?;
        let mut following =
            Following { shared: Arc::clone(&shared), positions, waiting, made: archive.is_ok(), stopping: None };
        shared.state().behind_since = Some(Instant::now());
        let work = move || following.run(archive);
        let thread = std::thread::Builder::new().name("archive".into()).spawn(work).map_err(|error| failed(&error))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// The folder of the archive.
    pub fn folder(&self) -> &Path {
        &self.shared.folder
    }

    /// How far the archive is behind.
    pub fn lag(&self) -> Lag {
        let durable = self.shared.log.last();
        let state = self.shared.state();
        let entries = durable.0.saturating_sub(state.held.0);
        let time = state.behind_since.filter(|_| entries > 0).map_or(Duration::ZERO, |since| since.elapsed());
        Lag { position: state.held, entries, time, fault: state.fault.clone() }
    }

    /// Waits until what is durable is copied, though not for ever. Called once nothing more is appended.
    pub fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the archive's thread ended by a defect");
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what the archive holds, and since when that is not all.
    fn note(&self, held: Position, since: Instant) {
        let all = held == self.log.last();
        let mut state = self.state();
        state.held = held;
        state.behind_since = if all { None } else { Some(since) };
        if let Some(fault) = state.fault.take() {
            tracing::info!(archive = %self.folder.display(), position = held.0, %fault, "the archive is written again");
        }
    }

    fn fail(&self, error: &ArchiveError) {
        let (lag, sentence) = (self.log.last(), error.to_string());
        let mut state = self.state();
        if state.fault.as_ref() != Some(&sentence) {
            let behind = lag.0.saturating_sub(state.held.0);
            tracing::warn!(archive = %self.folder.display(), behind, %error, "the archive cannot be written");
        }
        state.fault = Some(sentence);
    }
}

/// The thread's own.
struct Following {
    shared: Arc<Shared>,
    positions: watch::Receiver<Position>,
    waiting: tokio::runtime::Runtime,
    /// Whether the archive was there once: from then on none is made in its place.
    made: bool,
    /// Since when the ledger is being closed.
    stopping: Option<Instant>,
}

impl Following {
    fn run(&mut self, mut archive: Result<Archive, ArchiveError>) {
        let mut retry = FIRST_RETRY;
        loop {
            match archive.and_then(|archive| self.catch_up(archive)) {
                Ok(level) => {
                    retry = FIRST_RETRY;
                    archive = Ok(level);
                    if self.stopping.is_some() {
                        return;
                    }
                    self.wait_for_more();
                }
                Err(error) => {
                    self.shared.fail(&error);
                    if self.stopping.is_some() {
                        return;
                    }
                    self.wait(retry);
                    retry = (retry * 2).min(LAST_RETRY);
                    archive = self.open();
                }
            }
        }
    }

    fn open(&mut self) -> Result<Archive, ArchiveError> {
        let (folder, log) = (&self.shared.folder, self.shared.log.as_ref());
        let archive = if self.made { Archive::open(folder, log) } else { Archive::open_or_make(folder, log) };
        self.made |= archive.is_ok();
        archive
    }

    /// Copies until nothing durable is missing, or the ledger's stop has waited long enough.
    fn catch_up(&mut self, mut archive: Archive) -> Result<Archive, ArchiveError> {
        loop {
            let (seen, durable) = (Instant::now(), self.shared.log.last());
            archive = archive.copy(self.shared.log.as_ref(), durable)?;
            let held = archive.checkpoint().position;
            let level = held == durable;
            let since = if level { seen } else { self.shared.state().behind_since.unwrap_or(seen) };
            self.shared.note(held, since);
            self.look();
            if level || self.stopping.is_some_and(|since| since.elapsed() > STOPPING) {
                return Ok(archive);
            }
        }
    }

    /// Notes whether the ledger is being closed: then nobody announces positions any more.
    fn look(&mut self) {
        if self.positions.has_changed().is_err() {
            self.stopping.get_or_insert_with(Instant::now);
        }
    }

    /// Waits until there is more to copy, and a moment for what follows it.
    fn wait_for_more(&mut self) {
        let changed = self.waiting.block_on(self.positions.changed());
        self.shared.state().behind_since.get_or_insert_with(Instant::now);
        if changed.is_ok() {
            self.wait(GATHERING);
        }
        self.look();
    }

    /// Waits so long, or until the ledger is being closed.
    fn wait(&mut self, time: Duration) {
        let positions = &mut self.positions;
        let closed = async { while positions.changed().await.is_ok() {} };
        // Either way it goes on.
        let _ = self.waiting.block_on(async { tokio::time::timeout(time, closed).await });
        self.look();
    }
}
