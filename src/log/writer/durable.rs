//! The durable half of a writer: groups go to the disk in order, are shown, and their answers leave.
//!
//! Invariant: one group at a time, whichever thread brings it: the next begins once all answers of the one before it
//! have left. No answer leaves before its group is durable and published.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant as Moment;

use super::shared::{Reply, Shared, Watch};
use super::{Decider, Publish, WriterError};
use crate::domain::event::Entry;
use crate::log::event_log::Sealed;
use crate::log::measures::Measures;

/// A group on its way to the disk.
pub(super) struct Group<D: Decider> {
    pub(super) sealed: Sealed,
    pub(super) view: D::Sealed,
    pub(super) commits: Vec<Arc<[Entry]>>,
    pub(super) answers: Vec<(Reply<D::Answer>, D::Answer)>,
}

/// The durable half. Groups come one at a time and in order: the next is sent off once the disk is free.
pub(super) struct Durable<D: Decider, P> {
    pub(super) shared: Arc<Shared<D>>,
    /// Held for as long as a group is at it.
    publish: Mutex<P>,
}

impl<D: Decider, P: Publish<D::Sealed>> Durable<D, P> {
    pub(super) fn new(shared: Arc<Shared<D>>, publish: P) -> Self {
        Self { shared, publish: Mutex::new(publish) }
    }

    /// The durable thread.
    pub(super) fn run(&self, groups: &Receiver<Group<D>>) {
        let _watch = Watch(&self.shared);
        while let Ok(group) = groups.recv() {
            self.finish(group);
        }
    }

    /// Commits a group, publishes it, and lets the answers go.
    pub(super) fn finish(&self, group: Group<D>) {
        let mut publish = self.publish.lock().unwrap_or_else(PoisonError::into_inner);
        let (shared, began) = (&*self.shared, Moment::now());
        let Group { sealed, view, commits, answers } = group;
        match shared.log.commit(sealed) {
            Ok(checkpoint) => {
                measure(&shared.measures, &commits, answers.len(), began);
                let replaced = (!commits.is_empty()).then(|| publish.publish(view, &commits, &checkpoint));
                shared.set_free();
                for (reply, answer) in answers {
                    reply.send(Ok(answer));
                }
                drop(publish);
                drop(replaced);
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
