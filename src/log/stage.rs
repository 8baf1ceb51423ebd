//! From decided entries to a group that only has to be written: checked for order, rendered, hashed, packed.
//!
//! Invariant: positions have no gaps, instants increase from commit to commit, a commit is whole, and the tree has a
//! leaf for every entry that was staged, whether it is durable yet or not.

use super::chunk::{ChunkError, Packer};
use super::codec::CodecError;
use super::event_log::{Checkpoint, LogError, Sealed};
use super::line::write_line;
use super::merkle::Tree;
use crate::domain::event::Entry;
use crate::domain::ids::{LAST_POSITION, Position};
use crate::domain::time::Instant;

/// What the next entry must follow.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Order {
    /// The last entry's position.
    pub(crate) last: Position,
    /// When it was recorded.
    pub(crate) recorded_at: Instant,
    /// How many entries its commit still lacks.
    pub(crate) lacking: u32,
}

impl Order {
    /// Takes the next entry, or says why it cannot follow.
    pub(crate) fn next(&mut self, entry: &Entry) -> Result<(), String> {
        let here = entry.position;
        if here != self.last.next() || here > LAST_POSITION {
            return Err(format!("position {here} follows position {}", self.last));
        }
        if self.lacking > 0 && (entry.recorded_at != self.recorded_at || self.lacking - 1 != entry.commit) {
            return Err(format!("position {here} does not continue the commit of position {}", self.last));
        }
        if self.lacking == 0 && self.last.0 > 0 && entry.recorded_at <= self.recorded_at {
            return Err(format!("position {here} was not recorded later than position {}", self.last));
        }
        (self.last, self.recorded_at, self.lacking) = (here, entry.recorded_at, entry.commit);
        Ok(())
    }
}

/// Makes groups.
pub(crate) struct Stager {
    order: Order,
    tree: Tree,
    packer: Packer,
    line: Vec<u8>,
}

impl Stager {
    /// Goes on after these entries.
    pub(crate) fn new(order: Order, tree: Tree) -> Result<Self, LogError> {
        Ok(Self { order, tree, packer: Packer::new().map_err(refused)?, line: Vec::with_capacity(1024) })
    }

    /// Adds entries to the group.
    pub(crate) fn push(&mut self, entries: &[Entry]) -> Result<(), LogError> {
        for entry in entries {
            self.order.next(entry).map_err(LogError::Disorder)?;
            self.packer.push(entry).map_err(refused)?;
            self.line.clear();
            write_line(entry, &mut self.line);
            self.tree.push(&self.line);
        }
        Ok(())
    }

    /// Ends the group.
    pub(crate) fn seal(&mut self) -> Result<Sealed, LogError> {
        if self.order.lacking > 0 {
            return Err(LogError::Disorder(format!("the commit of position {} is not whole", self.order.last)));
        }
        let checkpoint = self.checkpoint();
        Ok(Sealed { chunks: self.packer.finish(Some(checkpoint.root)).map_err(refused)?, checkpoint })
    }

    /// The tree of the last multiple of 256 entries that is not beyond a position.
    pub(crate) fn tree_before(&self, position: Position) -> Tree {
        self.tree.before(position.0)
    }

    /// The root of every 256 lines that were staged.
    pub(crate) fn stumps(&self) -> &[tlog_tiles::Hash] {
        self.tree.stumps()
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { position: self.order.last, recorded_at: self.order.recorded_at, root: self.tree.root() }
    }
}

fn refused(error: ChunkError) -> LogError {
    match error {
        ChunkError::Entry(CodecError::TooLarge(_)) => LogError::TooLarge(error.to_string()),
        error => LogError::Disorder(error.to_string()),
    }
}
