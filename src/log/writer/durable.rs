//! The durable half of a writer: groups go to the disk in order, are shown, and their answers leave.
//!
//! Invariant: one group at a time: the next begins once all answers of the one before it have left. No answer leaves
//! before its group is durable and published.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant as Moment};

use super::shared::{Reply, Shared, Watch};
use super::{Decider, Publish, WriterError};
use crate::domain::event::Entry;
use crate::log::event_log::Sealed;
use crate::log::measures::Measures;

/// How long what was replaced stays where no group comes.
const A_MOMENT: Duration = Duration::from_secs(1);

/// A group on its way to the disk.
pub(super) struct Group<D: Decider> {
    pub(super) sealed: Sealed,
    pub(super) view: D::Sealed,
    pub(super) commits: Vec<Arc<[Entry]>>,
    pub(super) answers: Vec<(Reply<D::Answer>, D::Answer)>,
}

/// The durable thread's own.
pub(super) struct Durable<D: Decider, P: Publish<D::Sealed>> {
    shared: Arc<Shared<D>>,
    publish: P,
    /// What the last group took the place of. Whoever waited for an answer of that group may hold it still, and would be
    /// the one to take it apart, before the answer goes on: so it stays until another group with entries has come, or
    /// until none has come at all for [`A_MOMENT`].
    replaced: Option<P::Replaced>,
}

impl<D: Decider, P: Publish<D::Sealed>> Durable<D, P> {
    pub(super) fn new(shared: Arc<Shared<D>>, publish: P) -> Self {
        Self { shared, publish, replaced: None }
    }

    /// The durable thread.
    pub(super) fn run(mut self, groups: &Receiver<Group<D>>) {
        let shared = Arc::clone(&self.shared);
        let _watch = Watch(&shared);
        while let Some(group) = self.next(groups) {
            self.finish(group);
        }
    }

    /// The next group; nothing when all is done.
    fn next(&mut self, groups: &Receiver<Group<D>>) -> Option<Group<D>> {
        if self.replaced.is_some() {
            match groups.recv_timeout(A_MOMENT) {
                Err(RecvTimeoutError::Timeout) => self.replaced = None,
                group => return group.ok(),
            }
        }
        groups.recv().ok()
    }

    /// Commits a group, publishes it, and lets the answers go.
    fn finish(&mut self, group: Group<D>) {
        let (shared, began) = (&*self.shared, Moment::now());
        let Group { sealed, view, commits, answers } = group;
        match shared.log.commit(sealed) {
            Ok(checkpoint) => {
                measure(&shared.measures, &commits, answers.len(), began);
                let replaced = (!commits.is_empty()).then(|| self.publish.publish(view, &commits, &checkpoint));
                shared.set_free();
                for (reply, answer) in answers {
                    reply.send(Ok(answer));
                }
                if replaced.is_some() {
                    self.replaced = replaced;
                }
            }
            Err(error) => {
                let error = WriterError::Log(error);
                shared.fail(&error);
                shared.set_free();
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
