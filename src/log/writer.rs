//! The writer: one thread decides, one makes durable, and all who wait share one sync.
//!
//! Invariant: answers leave in the order their jobs were decided, and only once everything they may rest on is durable
//! and published. The deciding thread works on the next group while the last one syncs; the group is handed over as
//! soon as the disk is free, so that a group is as large as the disk is slow. After a fault of the log nothing is
//! decided any more: what was decided last is ahead of the disk, and is thrown away with the writer.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant as Moment;

use tokio::sync::oneshot;

use super::clock::{Clock, check_clock};
use super::event_log::{Checkpoint, EventLog, LogError, Sealed};
use super::measures::{Measures, Present};
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

/// The publishing half, called on the durable thread.
pub trait Publish<Sealed>: Send + 'static {
    /// What was visible until then. To take it apart can take a while: that is done once the answers have left.
    type Replaced;

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

/// The way back to whoever handed a job in.
struct Reply<Answer> {
    to: oneshot::Sender<Result<Answer, WriterError>>,
    since: Moment,
    measures: Arc<Measures>,
    _waiting: Present,
}

impl<Answer> Reply<Answer> {
    /// Lets the answer go. Whoever no longer waits for it needs none.
    fn send(self, answer: Result<Answer, WriterError>) {
        let Self { to, since, measures, _waiting: waiting } = self;
        if answer.is_ok() {
            measures.acknowledged.note_time(since.elapsed());
        }
        drop(waiting);
        let _ = to.send(answer);
    }
}

struct Queued<D: Decider> {
    job: D::Job,
    reply: Reply<D::Answer>,
}

/// What the deciding thread sleeps until.
#[derive(Clone, Copy)]
enum Sleep {
    /// It works.
    Awake,
    /// A job comes.
    Jobs,
    /// A job comes, or the disk is free for the group that it has.
    JobsOrDisk,
    /// The disk is free for the group that it has, which takes no more.
    Disk,
}

struct State<D: Decider> {
    queue: VecDeque<Queued<D>>,
    /// Whether the durable thread has a group.
    syncing: bool,
    deciding: Sleep,
    stopping: bool,
    fault: Option<WriterError>,
}

struct Shared<D: Decider> {
    state: Mutex<State<D>>,
    changed: Condvar,
    log: Arc<dyn EventLog>,
    clock: Arc<dyn Clock>,
    measures: Arc<Measures>,
}

impl<D: Decider> Shared<D> {
    fn state(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes why nothing more is taken, and tells all who wait.
    fn fail(&self, error: &WriterError) {
        let mut state = self.state();
        let error = state.fault.get_or_insert_with(|| error.clone()).clone();
        let waiting = std::mem::take(&mut state.queue);
        drop(state);
        self.changed.notify_one();
        for queued in waiting {
            queued.reply.send(Err(error.clone()));
        }
    }
}

/// A group on its way to the disk.
struct Group<D: Decider> {
    sealed: Sealed,
    view: D::Sealed,
    commits: Vec<Arc<[Entry]>>,
    answers: Vec<(Reply<D::Answer>, D::Answer)>,
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
        let queue = VecDeque::new();
        let state = State { queue, syncing: false, deciding: Sleep::Awake, stopping: false, fault: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), log, clock, measures });
        let (hand_over, groups) = sync_channel(1);
        let last = shared.log.checkpoint().recorded_at;
        let deciding = Deciding {
            shared: Arc::clone(&shared),
            decider,
            last,
            hand_over,
            jobs: VecDeque::new(),
            commits: Vec::new(),
            answers: Vec::new(),
            entries: 0,
        };
        let syncing = Arc::clone(&shared);
        // Where the system gives no second thread, the first one ends with the other's work.
        let sync = spawn("sync", move || make_durable(&syncing, &groups, publish))?;
        let decide = spawn("decide", move || deciding.run())?;
        Ok(Self { shared, threads: Mutex::new(vec![decide, sync]) })
    }

    /// Hands in a job. The answer comes once all it rests on is durable: await it, or block on it.
    pub fn submit(&self, job: D::Job) -> oneshot::Receiver<Result<D::Answer, WriterError>> {
        let (to, answer) = oneshot::channel();
        let measures = Arc::clone(&self.shared.measures);
        let waiting = measures.waiting.enter();
        let reply = Reply { to, since: Moment::now(), measures, _waiting: waiting };
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
        if matches!(state.deciding, Sleep::Jobs | Sleep::JobsOrDisk) {
            state.deciding = Sleep::Awake;
            self.shared.changed.notify_one();
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
        self.shared.changed.notify_one();
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

/// Tells all who wait, should a thread end by a defect.
struct Watch<'a, D: Decider>(&'a Shared<D>);

impl<D: Decider> Drop for Watch<'_, D> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason = "a defect ended the writer".into();
            self.0.fail(&WriterError::Log(LogError::Fenced(reason, Trouble::Defect)));
        }
    }
}

/// The deciding thread's own.
struct Deciding<D: Decider> {
    shared: Arc<Shared<D>>,
    decider: D,
    last: Instant,
    hand_over: SyncSender<Group<D>>,
    jobs: VecDeque<Queued<D>>,
    commits: Vec<Arc<[Entry]>>,
    answers: Vec<(Reply<D::Answer>, D::Answer)>,
    entries: usize,
}

impl<D: Decider> Deciding<D> {
    fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let _watch = Watch(&shared);
        while let Some(disk_is_free) = self.wait() {
            if let Err(error) = self.work(disk_is_free) {
                self.give_up(&error);
            }
        }
    }

    /// Waits for jobs, or for the disk where a group is ready; says whether the disk is free. Nothing when all is done.
    fn wait(&mut self) -> Option<bool> {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.state();
        loop {
            let full = self.is_full();
            let (ready, waiting) = (!self.answers.is_empty(), !(self.jobs.is_empty() && state.queue.is_empty()));
            let failed = state.fault.is_some() && (ready || waiting);
            if failed || (ready && !state.syncing) || (waiting && !full) {
                self.jobs.append(&mut state.queue);
                return Some(!state.syncing);
            }
            if state.stopping && self.answers.is_empty() {
                return None;
            }
            state.deciding = match (ready, full) {
                (false, _) => Sleep::Jobs,
                (true, false) => Sleep::JobsOrDisk,
                (true, true) => Sleep::Disk,
            };
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.deciding = Sleep::Awake;
        }
    }

    fn is_full(&self) -> bool {
        self.entries >= GROUP_MAX || self.answers.len() >= GROUP_MAX
    }

    /// Decides what is there, and hands the group over where the disk is free.
    fn work(&mut self, disk_is_free: bool) -> Result<(), WriterError> {
        if let Some(fault) = &self.shared.state().fault {
            return Err(fault.clone());
        }
        while !self.is_full() {
            let Some(Queued { job, reply }) = self.jobs.pop_front() else { break };
            match if self.answers.is_empty() { self.admits() } else { Ok(()) } {
                Ok(()) => self.decide(job, reply)?,
                Err(error) => self.refuse(reply, error)?,
            }
        }
        if disk_is_free && !self.answers.is_empty() { self.hand_over() } else { Ok(()) }
    }

    fn admits(&self) -> Result<(), LogError> {
        check_clock(self.shared.clock.now(), self.last)?;
        self.shared.log.admits()
    }

    /// Refuses a job before anything of its group was decided. Where the log is not at fault, all is well again once
    /// the cause is gone.
    fn refuse(&self, reply: Reply<D::Answer>, error: LogError) -> Result<(), WriterError> {
        let error = WriterError::Log(error);
        reply.send(Err(error.clone()));
        if self.shared.log.fault().is_none() { Ok(()) } else { Err(error) }
    }

    fn decide(&mut self, job: D::Job, reply: Reply<D::Answer>) -> Result<(), WriterError> {
        let recorded_at = self.shared.clock.now().max(Instant(self.last.0.saturating_add(1)));
        let Decided { entries, answer } = self.decider.decide(job, recorded_at);
        self.answers.push((reply, answer));
        if entries.is_empty() {
            return Ok(());
        }
        if entries.len() > COMMIT_MAX {
            return Err(LogError::Disorder(format!("a commit has at most {COMMIT_MAX} entries")).into());
        }
        self.last = recorded_at;
        self.entries += entries.len();
        self.shared.log.stage(&entries)?;
        self.commits.push(entries);
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), WriterError> {
        let group = Group {
            sealed: self.shared.log.seal()?,
            view: self.decider.seal(),
            commits: std::mem::take(&mut self.commits),
            answers: std::mem::take(&mut self.answers),
        };
        self.entries = 0;
        self.shared.state().syncing = true;
        self.hand_over.send(group).map_err(|_| WriterError::Stopped)
    }

    /// Tells everybody whose job is here, and whoever comes.
    fn give_up(&mut self, error: &WriterError) {
        self.shared.fail(error);
        let decided = std::mem::take(&mut self.answers).into_iter().map(|(reply, _)| reply);
        let waiting = std::mem::take(&mut self.jobs).into_iter().map(|queued| queued.reply);
        for reply in decided.chain(waiting) {
            reply.send(Err(error.clone()));
        }
        self.commits.clear();
        self.entries = 0;
    }
}

/// The durable thread: commits groups in order, publishes, and lets the answers go.
fn make_durable<D: Decider>(shared: &Shared<D>, groups: &Receiver<Group<D>>, mut publish: impl Publish<D::Sealed>) {
    let _watch = Watch(shared);
    while let Ok(Group { sealed, view, commits, answers }) = groups.recv() {
        let began = Moment::now();
        match shared.log.commit(sealed) {
            Ok(checkpoint) => {
                measure(&shared.measures, &commits, answers.len(), began);
                let _replaced = (!commits.is_empty()).then(|| publish.publish(view, &commits, &checkpoint));
                set_free(shared);
                for (reply, answer) in answers {
                    reply.send(Ok(answer));
                }
            }
            Err(error) => {
                let error = WriterError::Log(error);
                shared.fail(&error);
                set_free(shared);
                for (reply, _) in answers {
                    reply.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Counts a group that was made durable. One without entries did not go to the disk.
fn measure(measures: &Measures, commits: &[Arc<[Entry]>], commands: usize, began: Moment) {
    let entries: usize = commits.iter().map(|commit| commit.len()).sum();
    if entries > 0 {
        measures.committed.note_time(began.elapsed());
        measures.group_entries.note(u64::try_from(entries).unwrap_or(u64::MAX));
        measures.group_commands.note(u64::try_from(commands).unwrap_or(u64::MAX));
    }
}

/// Tells the deciding thread that the disk is free, where it waits for that.
fn set_free<D: Decider>(shared: &Shared<D>) {
    let mut state = shared.state();
    state.syncing = false;
    if matches!(state.deciding, Sleep::JobsOrDisk | Sleep::Disk) {
        state.deciding = Sleep::Awake;
        shared.changed.notify_one();
    }
}
