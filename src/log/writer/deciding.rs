//! The deciding half of a writer: jobs become groups.
//!
//! Invariant: while one group is made durable, one more at most is made ready. After a fault nothing is decided any more.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::durable::Group;
use super::shared::{Queued, Reply, Shared, Sleep, Watch};
use super::{COMMIT_MAX, Decided, Decider, GROUP_MAX, WriterError};
use crate::domain::event::Entry;
use crate::domain::time::Instant;
use crate::log::clock::check_clock;
use crate::log::event_log::LogError;

/// The deciding thread's own.
pub(super) struct Deciding<D: Decider> {
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
    /// Goes on after what the log holds; groups are handed over through `hand_over`.
    pub(super) fn new(decider: D, shared: Arc<Shared<D>>, hand_over: SyncSender<Group<D>>) -> Self {
        Self {
            last: shared.log.checkpoint().recorded_at,
            shared,
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
        while let Some(disk_is_free) = self.wait() {
            if let Err(error) = self.work(disk_is_free) {
                self.give_up(&error);
            }
        }
    }

    /// Waits for jobs, or for the disk where a group is ready, and says whether the disk is free. Nothing when all is
    /// done.
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
            state = shared.sleep(state);
            state.deciding = Sleep::Awake;
        }
    }

    fn is_full(&self) -> bool {
        self.entries >= GROUP_MAX || self.answers.len() >= GROUP_MAX
    }

    /// Decides what is there, and sends the group on its way where the disk is free.
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
        if disk_is_free && !self.answers.is_empty() { self.send_off() } else { Ok(()) }
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

    /// Hands the group over to be made durable.
    fn send_off(&mut self) -> Result<(), WriterError> {
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
