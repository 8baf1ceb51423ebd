//! A plain file that entries are appended to, with fdatasync: what the log is measured against.
//!
//! Invariant: as durable as a file can be, and no more than that: nothing is ever read back.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::event::{Actor, CommandKey, Entry};
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::log::event_log::{Checkpoint, EventLog, Item, LogError, Sealed};
use crate::log::line::write_line;
use crate::log::merkle::Tree;
use crate::log::trouble::Trouble;

/// How many bytes of an entry's line are written: about what an entry takes in the log before it is packed.
const ENTRY_BYTES: usize = 225;

/// The file.
pub(super) struct PlainLog {
    staged: Mutex<Group>,
    sealed: Mutex<VecDeque<Vec<u8>>>,
    durable: Mutex<(File, Checkpoint)>,
}

/// A group that is being made.
#[derive(Default)]
struct Group {
    bytes: Vec<u8>,
    last: Checkpoint,
}

impl PlainLog {
    /// Makes the file in a folder.
    pub(super) fn create(folder: &Path) -> std::io::Result<Self> {
        let file = OpenOptions::new().create_new(true).append(true).open(folder.join("plain"))?;
        let durable = Mutex::new((file, Checkpoint::default()));
        Ok(Self { staged: Mutex::default(), sealed: Mutex::default(), durable })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EventLog for PlainLog {
    fn checkpoint(&self) -> Checkpoint {
        locked(&self.durable).1
    }

    fn tree_before(&self, _: Position) -> Tree {
        Tree::default()
    }

    fn admits(&self) -> Result<(), LogError> {
        Ok(())
    }

    fn takes_writes(&self) -> Result<(), LogError> {
        Ok(())
    }

    fn stage(&self, entries: &[Entry]) -> Result<(), LogError> {
        let mut group = locked(&self.staged);
        for entry in entries {
            let begins = group.bytes.len();
            write_line(entry, &mut group.bytes);
            group.bytes.truncate(begins + ENTRY_BYTES);
            group.last =
                Checkpoint { position: entry.position, recorded_at: entry.recorded_at, root: Digest::default() };
        }
        Ok(())
    }

    fn seal(&self) -> Result<Sealed, LogError> {
        let mut group = locked(&self.staged);
        locked(&self.sealed).push_back(std::mem::take(&mut group.bytes));
        Ok(Sealed { chunks: Vec::new(), checkpoint: group.last })
    }

    fn commit(&self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        let bytes = locked(&self.sealed).pop_front().unwrap_or_default();
        let mut durable = locked(&self.durable);
        let failed = |error: std::io::Error| LogError::Storage {
            step: "writing a plain file",
            reason: error.to_string(),
            trouble: Trouble::of(&error),
        };
        durable.0.write_all(&bytes).and_then(|()| durable.0.sync_data()).map_err(failed)?;
        durable.1 = sealed.checkpoint;
        Ok(sealed.checkpoint)
    }

    fn scan(&self, _: Position, _: Position, _: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<(), LogError> {
        Ok(())
    }

    fn fold(&self, _: Position, _: Position, _: &mut dyn FnMut(Item<'_>)) -> Result<(), LogError> {
        Ok(())
    }

    fn keys(&self, _: Position, _: &mut dyn FnMut(Position, &Actor, &CommandKey)) -> Result<(), LogError> {
        Ok(())
    }

    fn read(&self, _: Position) -> Result<Option<Entry>, LogError> {
        Ok(None)
    }

    fn verify(&self) -> Result<Checkpoint, LogError> {
        Ok(self.checkpoint())
    }

    fn fault(&self) -> Option<LogError> {
        None
    }

    fn recover(&self) -> Result<Checkpoint, LogError> {
        Ok(self.checkpoint())
    }

    fn stop(&self) -> Result<(), LogError> {
        Ok(())
    }
}
