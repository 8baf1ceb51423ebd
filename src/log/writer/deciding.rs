//! The deciding half of a writer: jobs become groups.
//!
//! Invariant: while one group is made durable, one more at most is made ready. After a fault nothing is decided any more.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::durable::{Durable, Group};
use super::shared::{Queued, Reply, Shared, Sleep, Watch};
use super::{COMMIT_MAX, Decided, Decider, GROUP_MAX, Publish, WriterError};
use crate::domain::event::Entry;
use crate::domain::time::Instant;
use crate::log::clock::check_clock;
use crate::log::event_log::LogError;

/// A job of more entries is not made durable by the deciding thread: what comes meanwhile would wait too long.
const ALONE_MAX: usize = 500;

/// What the deciding thread finds to do.
#[derive(Clone, Copy)]
struct Found {
    disk_is_free: bool,
    /// Whether it came while this thread slept and the disk was free.
    at_rest: bool,
}

/// The deciding thread's own.
pub(super) struct Deciding<D: Decider, P> {
    shared: Arc<Shared<D>>,
    durable: Arc<Durable<D, P>>,
    decider: D,
    last: Instant,
    hand_over: SyncSender<Group<D>>,
    jobs: VecDeque<Queued<D>>,
    commits: Vec<Arc<[Entry]>>,
    answers: Vec<(Reply<D::Answer>, D::Answer)>,
    entries: usize,
}

impl<D: Decider, P: Publish<D::Sealed>> Deciding<D, P> {
    /// Goes on after what the log holds; groups are handed over through `hand_over`.
    pub(super) fn new(decider: D, durable: Arc<Durable<D, P>>, hand_over: SyncSender<Group<D>>) -> Self {
        let shared = Arc::clone(&durable.shared);
        Self {
            last: shared.log.checkpoint().recorded_at,
            shared,
            durable,
            decider,
            hand_over,
            jobs: VecDeque::new(),
            commits: Vec::new(),
            answers: Vec::new(),
            entries: 0,
        }
    }

    /// The deciding thread.
    pub(super) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let _watch = Watch(&shared);
        while let Some(found) = self.wait() {
            if let Err(error) = self.work(found) {
                self.give_up(&error);
            }
        }
    }

    /// Waits for jobs, or for the disk where a group is ready. Nothing when all is done.
    fn wait(&mut self) -> Option<Found> {
        let shared = Arc::clone(&self.shared);
        let (mut state, mut slept) = (shared.state(), false);
        loop {
            let full = self.is_full();
            let (ready, waiting) = (!self.answers.is_empty(), !(self.jobs.is_empty() && state.queue.is_empty()));
            let failed = state.fault.is_some() && (ready || waiting);
            if failed || (ready && !state.syncing) || (waiting && !full) {
                self.jobs.append(&mut state.queue);
                let disk_is_free = !state.syncing;
                return Some(Found { disk_is_free, at_rest: slept && disk_is_free && !ready });
            }
            if state.stopping && self.answers.is_empty() {
                return None;
            }
            state.deciding = match (ready, full) {
                (false, _) => Sleep::Jobs,
                (true, false) => Sleep::JobsOrDisk,
                (true, true) => Sleep::Disk,
            };
            state = shared.sleep(state);
            (state.deciding, slept) = (Sleep::Awake, true);
        }
    }

    fn is_full(&self) -> bool {
        self.entries >= GROUP_MAX || self.answers.len() >= GROUP_MAX
    }

    /// Decides what is there, and sends the group on its way where the disk is free.
    fn work(&mut self, found: Found) -> Result<(), WriterError> {
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
        if found.disk_is_free && !self.answers.is_empty() { self.send_off(found.at_rest) } else { Ok(()) }
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

    /// Hands the group over; makes it durable here where it is one small job alone.
    fn send_off(&mut self, at_rest: bool) -> Result<(), WriterError> {
        let group = Group {
            sealed: self.shared.log.seal()?,
            view: self.decider.seal(),
            commits: std::mem::take(&mut self.commits),
            answers: std::mem::take(&mut self.answers),
        };
        let entries = std::mem::take(&mut self.entries);
        let small = group.answers.len() == 1 && entries <= ALONE_MAX;
        let mut state = self.shared.state();
        state.syncing = true;
        let alone = at_rest && small && self.jobs.is_empty() && state.queue.is_empty();
        drop(state);
        if alone {
            self.durable.finish(group);
            return Ok(());
        }
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
