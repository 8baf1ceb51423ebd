//! The writer: one thread decides, another makes durable, and all who wait share one sync.
//!
//! Invariant: answers leave in the order their jobs were decided, and only once everything they may rest on is durable
//! and published. The deciding thread works on the next group while the last one syncs; the group is handed over as
//! soon as the disk is free, so that a group is as large as the disk is slow. After a fault of the log nothing is decided
//! any more: what was decided last is ahead of the disk, and is thrown away with the writer.

mod deciding;
mod durable;
mod shared;

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use self::deciding::Deciding;
use self::durable::Durable;
use self::shared::{Queued, Reply, Shared, Sleep};
use super::clock::Clock;
use super::event_log::{Checkpoint, EventLog, LogError};
use super::measures::Measures;
use super::trouble::Trouble;
use crate::domain::event::Entry;
use crate::domain::time::Instant;

/// The most entries of one commit.
pub const COMMIT_MAX: usize = 50_000;
/// The most jobs that wait at once.
pub const QUEUE_MAX: usize = 100_000;
/// A group takes no further job once it has this many entries or jobs.
const GROUP_MAX: usize = 16_384;

/// What one job came to.
pub struct Decided<Answer> {
    /// The entries of one commit, at most [`COMMIT_MAX`]; none where nothing is to be appended.
    pub entries: Arc<[Entry]>,
    /// What the caller gets once they are durable.
    pub answer: Answer,
}

/// The deciding half.
pub trait Decider: Send + 'static {
    /// What callers bring.
    type Job: Send + 'static;
    /// What they get.
    type Answer: Send + 'static;
    /// What a whole group comes to, for the publisher: the next view.
    type Sealed: Send + 'static;

    /// Decides one job. `recorded_at` is later than any before.
    fn decide(&mut self, job: Self::Job, recorded_at: Instant) -> Decided<Self::Answer>;

    /// Called once after the last job of a group.
    fn seal(&mut self) -> Self::Sealed;
}

/// The publishing half, called by one thread.
pub trait Publish<Sealed>: Send + 'static {
    /// What was visible until then. To take it apart can take a while: that is done once the answers of the next group
    /// with entries have left, or when no group comes for a moment.
    type Replaced: Send;

    /// Makes a durable group visible: its commits in order, each whole.
    fn publish(&mut self, sealed: Sealed, commits: &[Arc<[Entry]>], checkpoint: &Checkpoint) -> Self::Replaced;
}

/// Why a job was not done. Nothing of it was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriterError {
    /// Too many jobs wait already.
    #[error("{QUEUE_MAX} commands wait already; try again in a moment")]
    Busy,
    /// The ledger is being closed.
    #[error("the ledger is being closed; nothing more is taken")]
    Stopped,
    /// The log took nothing. Where it is fenced, whether the job is in it is known after it is opened again.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl WriterError {
    /// What keeps the writer from taking jobs, as a code.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Busy => Trouble::Busy,
            Self::Stopped => Trouble::Stopping,
            Self::Log(error) => error.trouble(),
        }
    }
}

/// The one who appends.
pub struct Writer<D: Decider> {
    shared: Arc<Shared<D>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<D: Decider> Writer<D> {
    /// Starts both threads.
    ///
    /// # Errors
    /// [`LogError::Storage`] where the system gives no thread.
    pub fn start(
        log: Arc<dyn EventLog>,
        clock: Arc<dyn Clock>,
        decider: D,
        publish: impl Publish<D::Sealed>,
    ) -> Result<Self, LogError> {
        Self::measured(log, clock, Arc::default(), decider, publish)
    }

    /// Starts another one on the same log, after this one has ended; it counts on.
    ///
    /// # Errors
    /// As [`Writer::start`].
    pub fn follow(&self, decider: D, publish: impl Publish<D::Sealed>) -> Result<Self, LogError> {
        let Shared { log, clock, measures, .. } = &*self.shared;
        Self::measured(Arc::clone(log), Arc::clone(clock), Arc::clone(measures), decider, publish)
    }

    fn measured(
        log: Arc<dyn EventLog>,
        clock: Arc<dyn Clock>,
        measures: Arc<Measures>,
        decider: D,
        publish: impl Publish<D::Sealed>,
    ) -> Result<Self, LogError> {
        let shared = Arc::new(Shared::new(log, clock, measures));
        let (hand_over, groups) = sync_channel(1);
        let durable = Durable::new(Arc::clone(&shared), publish);
        let deciding = Deciding::new(decider, Arc::clone(&shared), hand_over);
        // Where the system gives no second thread, the first one ends with the other's work.
        let sync = spawn("sync", move || durable.run(&groups))?;
        let decide = spawn("decide", move || deciding.run())?;
        Ok(Self { shared, threads: Mutex::new(vec![decide, sync]) })
    }

    /// Hands in a job. The answer comes once all it rests on is durable: await it, or block on it.
    pub fn submit(&self, job: D::Job) -> oneshot::Receiver<Result<D::Answer, WriterError>> {
        let (to, answer) = oneshot::channel();
        let reply = Reply::new(to, Arc::clone(&self.shared.measures));
        let mut state = self.shared.state();
        let refusal = match &state.fault {
            Some(fault) => Some(self.shared.log.fault().map_or_else(|| fault.clone(), WriterError::Log)),
            None if state.stopping => Some(WriterError::Stopped),
            None if state.queue.len() >= QUEUE_MAX => Some(WriterError::Busy),
            None => None,
        };
        if let Some(error) = refusal {
            drop(state);
            reply.send(Err(error));
            return answer;
        }
        state.queue.push_back(Queued { job, reply });
        let wake = state.wakes(&[Sleep::Jobs, Sleep::JobsOrDisk]);
        drop(state);
        if wake {
            self.shared.wake();
        }
        answer
    }

    /// Finishes what was handed in, takes nothing more, and closes the log.
    ///
    /// # Errors
    /// What the log says of being closed.
    pub fn stop(&self) -> Result<(), LogError> {
        if self.end() { self.shared.log.stop() } else { Ok(()) }
    }

    /// Finishes what was handed in and takes nothing more; says whether that was still to be done. The log stays open.
    pub fn end(&self) -> bool {
        self.shared.state().stopping = true;
        self.shared.wake();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let running = !threads.is_empty();
        for thread in threads {
            let _ = thread.join();
        }
        running
    }

    /// What was done so far.
    pub fn measures(&self) -> Arc<Measures> {
        Arc::clone(&self.shared.measures)
    }

    /// Why nothing more is taken; `None` while all is well.
    pub fn fault(&self) -> Option<WriterError> {
        let state = self.shared.state();
        let (fault, stopping) = (state.fault.clone(), state.stopping);
        drop(state);
        // The log may have found out more since.
        let fault = self.shared.log.fault().map(WriterError::Log).or(fault);
        fault.or_else(|| stopping.then_some(WriterError::Stopped))
    }
}

impl<D: Decider> Drop for Writer<D> {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, LogError> {
    let thread = std::thread::Builder::new().name(name.into()).spawn(work);
    thread.map_err(|error| super::folder::storage("starting the writer")(&error))
}
