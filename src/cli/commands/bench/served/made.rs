//! A log that is made up as it is read: what a ledger of millions of entries is folded from, without a disk.
//!
//! Invariant: reading it twice gives the same entries; nothing can be appended.

use std::ops::ControlFlow;

use crate::domain::event::{Actor, CommandKey, Entry};
use crate::domain::ids::Position;
use crate::log::event_log::{Checkpoint, EventLog, Item, LogError, Sealed};
use crate::log::merkle::Tree;
use crate::log::trouble::Trouble;
use crate::views::load::Load;

/// A log of so many entries of hours in so many projects.
pub(super) struct MadeLog {
    hours: u64,
    projects: u64,
    end: Checkpoint,
}

impl MadeLog {
    /// The log.
    pub(super) fn new(hours: u64, projects: u64) -> Self {
        // A confirmation follows each hundred.
        let entries = 4 + projects + hours + hours.div_ceil(100);
        let end = Checkpoint { position: Position(entries), ..Checkpoint::default() };
        Self { hours, projects, end }
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        Load::new(self.hours, self.projects)
    }
}

fn read_only() -> LogError {
    LogError::Storage {
        step: "appending",
        reason: "this log is made up and takes nothing".to_owned(),
        trouble: Trouble::ReadOnly,
    }
}

impl EventLog for MadeLog {
    fn checkpoint(&self) -> Checkpoint {
        self.end
    }

    fn admits(&self) -> Result<(), LogError> {
        Err(read_only())
    }

    fn stage(&self, _: &[Entry]) -> Result<(), LogError> {
        Err(read_only())
    }

    fn seal(&self) -> Result<Sealed, LogError> {
        Err(read_only())
    }

    fn commit(&self, _: Sealed) -> Result<Checkpoint, LogError> {
        Err(read_only())
    }

    fn scan(
        &self,
        from: Position,
        to: Position,
        each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        for entry in self.entries().filter(|entry| (from..=to).contains(&entry.position)) {
            if each(entry).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn fold(&self, from: Position, to: Position, each: &mut dyn FnMut(Item<'_>)) -> Result<(), LogError> {
        for entry in self.entries().filter(|entry| (from..=to).contains(&entry.position)) {
            each(Item::Other(Box::new(entry)));
        }
        Ok(())
    }

    fn keys(&self, _: Position, _: &mut dyn FnMut(Position, &Actor, &CommandKey)) -> Result<(), LogError> {
        Ok(())
    }

    fn read(&self, position: Position) -> Result<Option<Entry>, LogError> {
        Ok(self.entries().find(|entry| entry.position == position))
    }

    fn tree_before(&self, _: Position) -> Tree {
        Tree::default()
    }

    fn verify(&self) -> Result<Checkpoint, LogError> {
        Ok(self.end)
    }

    fn takes_writes(&self) -> Result<(), LogError> {
        Err(read_only())
    }

    fn recover(&self) -> Result<Checkpoint, LogError> {
        Err(read_only())
    }

    fn fault(&self) -> Option<LogError> {
        None
    }

    fn stop(&self) -> Result<(), LogError> {
        Ok(())
    }
}
