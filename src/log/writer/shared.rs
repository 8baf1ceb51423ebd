//! What all threads of a writer share: the queue, who sleeps until what, and why nothing more is taken.
//!
//! Invariant: the deciding thread is woken for what it sleeps until, for a fault and for the end, and never under the
//! lock, which is the first thing that it wants; whoever waits is told something, whatever happens.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant as Moment;

use tokio::sync::oneshot;

use super::{Decider, WriterError};
use crate::log::clock::Clock;
use crate::log::event_log::{EventLog, LogError};
use crate::log::measures::{Measures, Present};
use crate::log::trouble::Trouble;

/// The way back to whoever handed a job in.
pub(super) struct Reply<Answer> {
    to: oneshot::Sender<Result<Answer, WriterError>>,
    since: Moment,
    measures: Arc<Measures>,
    _waiting: Present,
}

impl<Answer> Reply<Answer> {
    /// From now on somebody waits.
    pub(super) fn new(to: oneshot::Sender<Result<Answer, WriterError>>, measures: Arc<Measures>) -> Self {
        let waiting = measures.waiting.enter();
        Self { to, since: Moment::now(), measures, _waiting: waiting }
    }

    /// Lets the answer go. Whoever no longer waits for it needs none.
    pub(super) fn send(self, answer: Result<Answer, WriterError>) {
        let Self { to, since, measures, _waiting: waiting } = self;
        if answer.is_ok() {
            measures.acknowledged.note_time(since.elapsed());
        }
        drop(waiting);
        let _ = to.send(answer);
    }
}

pub(super) struct Queued<D: Decider> {
    pub(super) job: D::Job,
    pub(super) reply: Reply<D::Answer>,
}

/// What the deciding thread sleeps until.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sleep {
    /// It works.
    Awake,
    /// A job comes.
    Jobs,
    /// A job comes, or the disk is free for the group that it has.
    JobsOrDisk,
    /// The disk is free for the group that it has, which takes no more.
    Disk,
}

pub(super) struct State<D: Decider> {
    pub(super) queue: VecDeque<Queued<D>>,
    /// Whether a group is being made durable.
    pub(super) syncing: bool,
    pub(super) deciding: Sleep,
    pub(super) stopping: bool,
    pub(super) fault: Option<WriterError>,
}

impl<D: Decider> State<D> {
    /// Whether the deciding thread sleeps until one of these; whoever asks wakes it then.
    pub(super) fn wakes(&mut self, until: &[Sleep]) -> bool {
        let wakes = until.contains(&self.deciding);
        if wakes {
            self.deciding = Sleep::Awake;
        }
        wakes
    }
}

pub(super) struct Shared<D: Decider> {
    state: Mutex<State<D>>,
    changed: Condvar,
    pub(super) log: Arc<dyn EventLog>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) measures: Arc<Measures>,
}

impl<D: Decider> Shared<D> {
    pub(super) fn new(log: Arc<dyn EventLog>, clock: Arc<dyn Clock>, measures: Arc<Measures>) -> Self {
        let queue = VecDeque::new();
        let state = State { queue, syncing: false, deciding: Sleep::Awake, stopping: false, fault: None };
        Self { state: Mutex::new(state), changed: Condvar::new(), log, clock, measures }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The deciding thread sleeps until it is woken, or by chance earlier.
    pub(super) fn sleep<'a>(&self, state: MutexGuard<'a, State<D>>) -> MutexGuard<'a, State<D>> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the deciding thread. Not under the lock, which is the first thing that it wants.
    pub(super) fn wake(&self) {
        self.changed.notify_one();
    }

    /// Tells the deciding thread that the disk is free, where it waits for that.
    pub(super) fn set_free(&self) {
        let mut state = self.state();
        state.syncing = false;
        let wake = state.wakes(&[Sleep::JobsOrDisk, Sleep::Disk]);
        drop(state);
        if wake {
            self.wake();
        }
    }

    /// Notes why nothing more is taken, and tells all who wait.
    pub(super) fn fail(&self, error: &WriterError) {
        let mut state = self.state();
        let error = state.fault.get_or_insert_with(|| error.clone()).clone();
        let waiting = std::mem::take(&mut state.queue);
        drop(state);
        self.wake();
        for queued in waiting {
            queued.reply.send(Err(error.clone()));
        }
    }
}

/// Tells all who wait, should a thread end by a defect.
pub(super) struct Watch<'a, D: Decider>(pub(super) &'a Shared<D>);

impl<D: Decider> Drop for Watch<'_, D> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason = "a defect ended the writer".into();
            self.0.fail(&WriterError::Log(LogError::Fenced(reason, Trouble::Defect)));
        }
    }
}
