//! One ledger, open: its log, its present view, and the writer between them.
//!
//! Invariant: whoever holds a view sees one position, for as long as it likes; nobody sees a position before it is
//! durable.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::archiving::{self, Archiving, Backup};
use super::history::{AsKnownAt, History};
use super::keys::{Keys, KnownKeys};
use super::machine::{Machine, Outcome, decide_all, refusals};
use super::opening::{self, Folding, Opened};
use super::readiness::Unready;
use super::request::{Receipt, Request, SubmitError};
use super::snapshots::Snapshots;
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::time::{Day, Instant};
use crate::log::archive::error::ArchiveError;
use crate::log::clock::{Clock, SystemClock, check_clock};
use crate::log::event_log::{Checkpoint, EventLog, LogError};
use crate::log::measures::Measures;
use crate::log::memory_log::MemoryLog;
use crate::log::sled_log::SledLog;
use crate::log::writer::{Decided, Decider, Publish, Writer, WriterError};
use crate::views::view::View;

/// One open ledger.
pub struct Ledger {
    log: Arc<dyn EventLog>,
    present: Arc<ArcSwap<View>>,
    position: watch::Receiver<Position>,
    history: History,
    clock: Arc<dyn Clock>,
    /// Another one after a fault has passed; see [`Ledger::recover`].
    writer: ArcSwap<Writer<Machine>>,
    /// For the next writer; nothing once the ledger is closed, so that whoever follows it sees that.
    publisher: Mutex<Option<Publisher>>,
    snapshots: Option<Arc<Snapshots>>,
    archiving: OnceLock<Archiving>,
    refused: Refused,
}

/// How many requests were refused, by code.
type Refused = [AtomicU64; RefusalCode::ALL.len()];

/// What a ledger goes on from.
struct Start {
    view: View,
    keys: KnownKeys,
    snapshots: Option<Snapshots>,
}

impl Start {
    /// From nothing.
    fn empty(snapshots: Option<Snapshots>) -> Self {
        Self { view: View::default(), keys: KnownKeys::Read(Keys::default()), snapshots }
    }
}

impl Ledger {
    /// Makes an empty ledger in a folder that holds none. Its first command has to be `OpenLedger`.
    ///
    /// # Errors
    /// A [`LogError`] where the folder holds a ledger already, or cannot be written.
    pub fn create(dir: &Path) -> Result<Self, LogError> {
        let log = Arc::new(SledLog::create(dir)?);
        Self::start(log, Start::empty(Some(Snapshots::of(dir))), Arc::new(SystemClock))
    }

    /// Opens the ledger of a folder: the log is verified, and what follows the newest saved view is folded.
    /// `progress` is told the position from time to time.
    ///
    /// # Errors
    /// A [`LogError`] where there is none, another process holds it, or it is damaged.
    pub fn open(dir: &Path, progress: &mut dyn FnMut(Position)) -> Result<Self, LogError> {
        let Opened { log, view, keys, snapshots } = opening::open(dir, progress)?;
        Self::start(log, Start { view, keys, snapshots: Some(snapshots) }, Arc::new(SystemClock))
    }

    /// A ledger in memory, for tests and trials.
    ///
    /// # Errors
    /// A [`LogError`] where the system gives no memory or thread.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        Self::start(Arc::new(MemoryLog::new()?), Start::empty(None), clock)
    }

    /// A ledger over any log, folded from its first entry.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn over(log: Arc<dyn EventLog>, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        let mut untold = |_| {};
        let mut folding = Folding::of(View::default(), &mut untold);
        log.fold(Position(1), log.last(), &mut |item| folding.take(item))?;
        let Folding { view, keys, .. } = folding;
        Self::start(log, Start { view, keys: KnownKeys::Read(keys), snapshots: None }, clock)
    }

    fn start(log: Arc<dyn EventLog>, start: Start, clock: Arc<dyn Clock>) -> Result<Self, LogError> {
        let Start { view, keys, snapshots } = start;
        let snapshots = snapshots.map(Arc::new);
        let present = Arc::new(ArcSwap::from_pointee(view.clone()));
        let (announce, position) = watch::channel(view.position);
        let machine = Machine::new(view, keys, Arc::clone(&log));
        let publisher =
            Publisher { present: Arc::clone(&present), announce, log: Arc::clone(&log), snapshots: snapshots.clone() };
        let writer = Writer::start(Arc::clone(&log), Arc::clone(&clock), machine, publisher.clone())?;
        Ok(Self {
            log,
            present,
            position,
            history: History::default(),
            clock,
            writer: ArcSwap::from_pointee(writer),
            publisher: Mutex::new(Some(publisher)),
            snapshots,
            archiving: OnceLock::new(),
            refused: std::array::from_fn(|_| AtomicU64::new(0)),
        })
    }

    /// The present view.
    pub fn view(&self) -> Arc<View> {
        self.present.load_full()
    }

    /// The view at an earlier point of knowledge. Folding one takes time: not for an async thread.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn as_known_at(&self, point: AsKnownAt) -> Result<Arc<View>, LogError> {
        self.history.at(self.log.as_ref(), &self.view(), point)
    }

    /// The saved views of the ledger's folder; a ledger in memory has none.
    pub fn snapshots(&self) -> Option<&Snapshots> {
        self.snapshots.as_deref()
    }

    /// The log, to read.
    pub fn log(&self) -> &dyn EventLog {
        self.log.as_ref()
    }

    /// The entry at a position, whole.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn entry(&self, position: Position) -> Result<Option<Entry>, LogError> {
        self.log.read(position)
    }

    /// The checkpoint of the last durable entry.
    pub fn checkpoint(&self) -> Checkpoint {
        self.log.checkpoint()
    }

    /// The root over the lines up to a position.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn root_at(&self, position: Position) -> Result<Digest, LogError> {
        let checkpoint = self.log.checkpoint();
        if checkpoint.position == position { Ok(checkpoint.root) } else { self.log.root_at(position) }
    }

    /// The day that it is for this ledger.
    pub fn today(&self) -> Day {
        let view = self.view();
        super::clock::today(&view.books, self.now(&view))
    }

    /// The present instant, as the next entry would have it: later than the last, though the clock was set back.
    fn now(&self, view: &View) -> Instant {
        self.clock.now().max(Instant(view.recorded_at.0.saturating_add(1)))
    }

    /// Follows the last durable position; it changes after the view did.
    pub fn follow(&self) -> watch::Receiver<Position> {
        self.position.clone()
    }

    /// Whether the ledger takes commands.
    ///
    /// # Errors
    /// Why it does not, as a code and in words.
    pub fn readiness(&self) -> Result<(), Unready> {
        if let Some(fault) = self.writer.load().fault() {
            return Err(fault.into());
        }
        check_clock(self.clock.now(), self.log.checkpoint().recorded_at)?;
        Ok(self.log.takes_writes()?)
    }

    /// Goes on after a fault of the disk that has passed: the log is opened again in place, what became durable without
    /// having been acknowledged is shown, and a new writer takes commands. Readers go on meanwhile.
    ///
    /// # Errors
    /// Why the ledger still takes nothing.
    pub fn recover(&self) -> Result<(), LogError> {
        let one_at_a_time = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(publisher) = one_at_a_time.as_ref() else { return Err(LogError::Closed) };
        match self.writer.load().fault() {
            None => return Ok(()),
            Some(fault) if fault.trouble().may_pass() => {}
            Some(WriterError::Log(fault)) => return Err(fault),
            Some(WriterError::Busy | WriterError::Stopped) => return Err(LogError::Closed),
        }
        self.writer.load_full().end();
        let checkpoint = self.log.recover()?;
        let mut untold = |_| {};
        let mut folding = Folding::of(View::clone(&self.view()), &mut untold);
        self.log.fold(folding.view.position.next(), checkpoint.position, &mut |item| folding.take(item))?;
        let Folding { view, keys, .. } = folding;
        publisher.show(Arc::new(view.clone()));
        let keys = KnownKeys::reading(Arc::clone(&self.log), checkpoint.position, keys)?;
        let machine = Machine::new(view, keys, Arc::clone(&self.log));
        let writer = self.writer.load().follow(machine, publisher.clone())?;
        self.writer.store(Arc::new(writer));
        Ok(())
    }

    /// Submits a request and waits until what came of it is durable.
    ///
    /// # Errors
    /// [`SubmitError::Refused`] where a rule was not met, [`SubmitError::Unavailable`] where the log takes nothing.
    pub async fn submit(&self, request: Request) -> Result<Receipt, SubmitError> {
        let answer = self.writer.load().submit(request);
        self.finish(answer.await)
    }

    /// The same for a thread that may block. Not to be called from async code.
    ///
    /// # Errors
    /// As [`Ledger::submit`].
    pub fn submit_blocking(&self, request: Request) -> Result<Receipt, SubmitError> {
        let answer = self.writer.load().submit(request);
        self.finish(answer.blocking_recv())
    }

    /// What a caller is told; what was refused is counted. A writer that is gone without a word was stopped.
    fn finish<E>(&self, answer: Result<Result<Outcome, WriterError>, E>) -> Result<Receipt, SubmitError> {
        let answer = answer.unwrap_or(Err(WriterError::Stopped));
        let outcome = answer.map_err(|error| SubmitError::Unavailable(error.into()))?;
        if let Err(SubmitError::Refused(refusal)) = &outcome {
            let place = RefusalCode::ALL.iter().position(|code| *code == refusal.code);
            if let Some(count) = place.and_then(|place| self.refused.get(place)) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
        outcome
    }

    /// How many requests were refused since the ledger was opened, in the order of [`RefusalCode::ALL`].
    pub fn refusals_so_far(&self) -> impl Iterator<Item = u64> {
        self.refused.iter().map(|count| count.load(Ordering::Relaxed))
    }

    /// What the writer has done so far.
    pub fn measures(&self) -> Arc<Measures> {
        self.writer.load().measures()
    }

    /// What would come of a request, by the same rules on the present view; nothing is appended.
    ///
    /// # Errors
    /// The refusal that the request would meet.
    pub fn dry_run(&self, request: &Request) -> Result<Receipt, Refusal> {
        request.check_key()?;
        let view = self.view();
        let decided = decide_all(&view, request, None, self.now(&view))?;
        let position = decided.entries.last().map_or(view.position, |entry| entry.position);
        Ok(Receipt { entries: decided.entries, position, replayed: false, dry_run: true })
    }

    /// Every refusal that a request meets on the present view, at most so many, each with the number of its command.
    pub fn refusals(&self, request: &Request, most: usize) -> Vec<Refusal> {
        let view = self.view();
        refusals(&view, request, self.now(&view), most)
    }

    /// Copies the log into an archive up to a position, while everything goes on; see [`archiving::backup`].
    ///
    /// # Errors
    /// An [`ArchiveError`] where the archive is another's, damaged, or cannot be written.
    pub fn backup(
        &self,
        archive: &Path,
        to: Option<Position>,
        progress: &mut dyn FnMut(Position, Position),
    ) -> Result<Backup, ArchiveError> {
        archiving::backup(self.log(), archive, to, progress)
    }

    /// Has an archive follow the log until the ledger is stopped. Only the first that is named is followed.
    ///
    /// # Errors
    /// An [`ArchiveError`] where the folder is the wrong one; what may pass is no error, see [`Archiving::lag`].
    pub fn archive_to(&self, folder: &Path) -> Result<(), ArchiveError> {
        let archiving = Archiving::start(folder, Arc::clone(&self.log), self.follow())?;
        let _ = self.archiving.set(archiving);
        Ok(())
    }

    /// The archive that follows, if one does.
    pub fn archiving(&self) -> Option<&Archiving> {
        self.archiving.get()
    }

    /// Finishes what is queued, then takes nothing more.
    ///
    /// # Errors
    /// A [`LogError`] where what was acknowledged last could not be noted.
    pub fn stop(&self) -> Result<(), LogError> {
        let mut no_more_recovery = self.publisher.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = self.writer.load_full();
        writer.end();
        *no_more_recovery = None;
        let stopped = self.log.stop();
        if let Some(archiving) = self.archiving() {
            archiving.stop();
        }
        if let Some(snapshots) = self.snapshots() {
            snapshots.stop(self.log(), &self.view());
        }
        stopped
    }
}

impl Decider for Machine {
    type Job = Request;
    type Answer = Outcome;
    type Sealed = View;

    fn decide(&mut self, request: Request, recorded_at: Instant) -> Decided<Outcome> {
        let answer = self.answer(&request, recorded_at);
        let entries = match &answer {
            Ok(receipt) if !receipt.replayed => Arc::clone(&receipt.entries),
            _ => Arc::new([]),
        };
        Decided { entries, answer }
    }

    fn seal(&mut self) -> View {
        self.view().clone()
    }
}

/// Makes durable groups visible: first the view, then the news of it.
#[derive(Clone)]
struct Publisher {
    present: Arc<ArcSwap<View>>,
    announce: watch::Sender<Position>,
    log: Arc<dyn EventLog>,
    snapshots: Option<Arc<Snapshots>>,
}

impl Publisher {
    /// Shows a view in the place of another, which is given back.
    fn show(&self, view: Arc<View>) -> Arc<View> {
        let position = view.position;
        let replaced = self.present.swap(view);
        self.announce.send_replace(position);
        replaced
    }
}

impl Publish<View> for Publisher {
    type Replaced = Arc<View>;

    fn publish(&mut self, view: View, _commits: &[Arc<[Entry]>], _: &Checkpoint) -> Arc<View> {
        let view = Arc::new(view);
        let replaced = self.show(Arc::clone(&view));
        if let Some(snapshots) = &self.snapshots {
            snapshots.offer(&self.log, &view);
        }
        replaced
    }
}
