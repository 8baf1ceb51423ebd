//! The log as the rest of the program knows it: positions in, entries out, nothing acknowledged before it is durable.
//!
//! Invariant: nothing outside `log` knows what the entries are stored in. There is one appender at a time (see
//! `writer.rs`); readers are as many as they like and see durable entries only.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::chunk::Chunk;
use super::line::write_line;
use super::measures::Histogram;
use super::merkle::Tree;
use super::trouble::Trouble;
use crate::domain::event::{Actor, CommandKey, Entry};
use crate::domain::hours_rows::NewHours;
use crate::domain::ids::{BatchId, Position};
use crate::domain::quantity::{Digest, counted};
use crate::domain::time::Instant;

/// What the log holds, in three facts: how many entries, when the last was recorded, and the root over their lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The position of the last entry; 0 of an empty log.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The RFC 6962 root over the exported lines.
    pub root: Digest,
}

/// A group of whole commits, rendered, hashed and packed, ready to be made durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its chunks.
    pub chunks: Vec<Chunk>,
    /// What the log holds once they are durable.
    pub checkpoint: Checkpoint,
}

/// An entry as a fold needs it. Hours are by far the most, and of them nothing is copied out of the stored bytes.
#[derive(Debug)]
pub enum Item<'a> {
    /// An entry of hours.
    Hours {
        /// What it says.
        hours: NewHours<'a>,
        /// When it was recorded.
        recorded_at: Instant,
        /// The import it came with.
        batch: Option<BatchId>,
        /// The command's key, on the first entry of its commit.
        key: Option<CommandKey>,
    },
    /// Any other.
    Other(Box<Entry>),
}

/// An append-only log of entries.
///
/// Appending is split, so that the next group is rendered and hashed while this one syncs: [`EventLog::stage`] commit
/// by commit, [`EventLog::seal`] the group, [`EventLog::commit`] it. Groups are committed in the order of their seals.
pub trait EventLog: Send + Sync {
    /// The position of the last durable entry; 0 of an empty log.
    fn last(&self) -> Position {
        self.checkpoint().position
    }

    /// The last durable checkpoint.
    fn checkpoint(&self) -> Checkpoint;

    /// Whether the log takes more: it is not fenced, and the disk takes writes.
    ///
    /// # Errors
    /// [`LogError::Fenced`], or as [`EventLog::takes_writes`].
    fn admits(&self) -> Result<(), LogError>;

    /// Whether the disk takes what may come: there is room, it may be written, and the program has a handle left.
    ///
    /// # Errors
    /// [`LogError::NoRoom`] or [`LogError::Storage`]. All is well again once the cause is gone.
    fn takes_writes(&self) -> Result<(), LogError>;

    /// Adds whole commits to the group that is being made.
    ///
    /// # Errors
    /// [`LogError::Disorder`] or [`LogError::TooLarge`] where an entry does not belong there; the log is fenced then,
    /// because what was decided no longer fits what is stored.
    fn stage(&self, entries: &[Entry]) -> Result<(), LogError>;

    /// Ends the group that is being made.
    ///
    /// # Errors
    /// As [`EventLog::stage`].
    fn seal(&self) -> Result<Sealed, LogError>;

    /// Makes a group durable.
    ///
    /// # Errors
    /// [`LogError::Storage`]; from then on the log is fenced. Whether the group is there after reopening is not known.
    fn commit(&self, sealed: Sealed) -> Result<Checkpoint, LogError>;

    /// Appends whole commits, in order. What is returned is durable.
    ///
    /// # Errors
    /// As [`EventLog::stage`] and [`EventLog::commit`].
    fn append(&self, entries: &[Entry]) -> Result<Checkpoint, LogError> {
        self.admits()?;
        self.stage(entries)?;
        self.commit(self.seal()?)
    }

    /// Hands over the durable entries from `from` to `to`, both included, in order, until the receiver breaks off.
    ///
    /// # Errors
    /// [`LogError::Damaged`] or [`LogError::Storage`]; entries before the damage were handed over.
    fn scan(
        &self,
        from: Position,
        to: Position,
        each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), LogError>;

    /// Hands over the same entries as [`EventLog::scan`] does, as a fold needs them.
    ///
    /// # Errors
    /// As [`EventLog::scan`].
    fn fold(&self, from: Position, to: Position, each: &mut dyn FnMut(Item<'_>)) -> Result<(), LogError>;

    /// Hands over the key of every commit that has one, up to a position, with its first entry's position and actor. No
    /// event is decoded for it.
    ///
    /// # Errors
    /// As [`EventLog::scan`].
    fn keys(&self, to: Position, each: &mut dyn FnMut(Position, &Actor, &CommandKey)) -> Result<(), LogError>;

    /// The durable entry at a position.
    ///
    /// # Errors
    /// As [`EventLog::scan`].
    fn read(&self, position: Position) -> Result<Option<Entry>, LogError>;

    /// The tree of the last multiple of 256 entries that is not beyond a position.
    fn tree_before(&self, position: Position) -> Tree;

    /// The root over the lines up to a position: what its checkpoint said when it was the last. At most 255 lines are
    /// hashed again.
    ///
    /// # Errors
    /// As [`EventLog::scan`].
    fn root_at(&self, position: Position) -> Result<Digest, LogError> {
        let position = position.min(self.last());
        let mut tree = self.tree_before(position);
        let mut line = Vec::new();
        if tree.size() < position.0 {
            self.scan(Position(tree.size()).next(), position, &mut |entry| {
                line.clear();
                write_line(&entry, &mut line);
                tree.push(&line);
                ControlFlow::Continue(())
            })?;
        }
        Ok(tree.root())
    }

    /// Reads the whole log again and checks it: checksums, order, whole commits, every line's hash, every stored root.
    ///
    /// # Errors
    /// [`LogError::Damaged`] with the place.
    fn verify(&self) -> Result<Checkpoint, LogError>;

    /// How long the disk took to sync, each time; nothing where there is no disk.
    fn syncs(&self) -> Option<&Histogram> {
        None
    }

    /// Why nothing more can be appended; `None` while all is well.
    fn fault(&self) -> Option<LogError>;

    /// Goes on after a fault that may have passed, from no less than what was acknowledged: no group may be on its way
    /// to the disk meanwhile. Readers go on; what they ask of the log waits for it.
    ///
    /// # Errors
    /// Why the log still takes nothing.
    fn recover(&self) -> Result<Checkpoint, LogError>;

    /// Leaves the log as a clean stop leaves it. Appending after that is an error.
    ///
    /// # Errors
    /// [`LogError::Storage`] where the last acknowledged position could not be written down.
    fn stop(&self) -> Result<(), LogError>;
}

/// Why the log could not do what it was asked: each a sentence for whoever runs the ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// There is no ledger in the folder.
    #[error("there is no ledger in {}; make one there with `coledger init`, or name the folder of one", .0.display())]
    NoLedger(PathBuf),
    /// There is one already.
    #[error("there is a ledger in {} already; open it, or name another folder", .0.display())]
    AlreadyThere(PathBuf),
    /// Another process holds the folder.
    #[error("another program holds the ledger in {}; stop it first, or go through its socket", .0.display())]
    Held(PathBuf),
    /// The folder may not be read or written.
    #[error("{} cannot be written ({reason}); give this user leave to write there, or name another folder", folder.display())]
    Denied {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// The folder's format is not this release's.
    #[error("{0}")]
    Format(String),
    /// Something stored is not what was stored.
    #[error(
        "the log is damaged: {0}; nothing was changed in it: move the folder aside and make the ledger again from an \
         archive with `coledger restore`"
    )]
    Damaged(String),
    /// The log ends before what was acknowledged.
    #[error(
        "the log ends at position {found}, but position {acknowledged} was acknowledged: {missing} missing from its \
         end; nothing is appended until it is made again from an archive with `coledger restore`",
        missing = counted(acknowledged.0.saturating_sub(found.0), "entry is", "entries are")
    )]
    Shorter {
        /// Where it ends.
        found: Position,
        /// What was acknowledged.
        acknowledged: Position,
    },
    /// The entries are not those that were acknowledged.
    #[error(
        "the log holds other entries than were acknowledged: its root at position {0} differs; nothing is appended \
         until it is made again from an archive with `coledger restore`"
    )]
    OtherHistory(Position),
    /// The file that says what was acknowledged is missing or unreadable.
    #[error(
        "the file watermark in {} is {state}, so nobody can tell whether the end of the log is missing; make \
         the ledger again from an archive with `coledger restore`, or put the file back from a copy of the folder",
        folder.display()
    )]
    NoWatermark {
        /// The folder.
        folder: PathBuf,
        /// Missing or unreadable.
        state: &'static str,
    },
    /// Reading or writing failed.
    #[error("{step} failed: {reason}")]
    Storage {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        reason: String,
        /// Its code.
        trouble: Trouble,
    },
    /// Too little room is left on the disk.
    #[error(
        "only {free_mib} MiB are free on the disk of the ledger; make room (at least {floor_mib} MiB), then try again"
    )]
    NoRoom {
        /// What is free, in MiB.
        free_mib: u64,
        /// What must be free, in MiB.
        floor_mib: u64,
    },
    /// An earlier fault stopped the log.
    #[error("the log takes nothing more since this happened: {0}")]
    Fenced(String, Trouble),
    /// The clock shows an earlier time than that of the last entry.
    #[error(
        "the clock of this machine is {seconds} seconds behind the last entry of the ledger; set it right, then try again"
    )]
    ClockSetBack {
        /// By how much, in seconds.
        seconds: i64,
    },
    /// Whoever reads the log at the moment would have to end first.
    #[error("the log cannot be opened again while it is being read; it is tried again")]
    Busy,
    /// The ledger was closed.
    #[error("the ledger was closed")]
    Closed,
    /// Entries were appended out of order: a defect of the program.
    #[error("entries were appended out of order: {0}")]
    Disorder(String),
    /// An entry is too large to be stored.
    #[error("an entry cannot be stored: {0}")]
    TooLarge(String),
}

impl LogError {
    /// What keeps the log from going on, as a code.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Storage { trouble, .. } | Self::Fenced(_, trouble) => *trouble,
            Self::NoRoom { .. } => Trouble::DiskFull,
            Self::ClockSetBack { .. } => Trouble::ClockSetBack,
            Self::Closed => Trouble::Stopping,
            Self::Denied { .. } => Trouble::NotPermitted,
            Self::Disorder(_) | Self::TooLarge(_) => Trouble::Defect,
            Self::Damaged(_) | Self::Shorter { .. } | Self::OtherHistory(_) | Self::NoWatermark { .. } => {
                Trouble::Damaged
            }
            Self::Busy | Self::NoLedger(_) | Self::AlreadyThere(_) | Self::Held(_) | Self::Format(_) => {
                Trouble::StorageFailed
            }
        }
    }

    /// The same fault as whoever comes after it is told.
    pub(crate) fn fence(&self) -> Self {
        Self::Fenced(self.to_string(), self.trouble())
    }
}
