//! Reading a whole log and believing nothing: checksums, order, whole commits, lines, roots, what was acknowledged.
//!
//! Invariant: an entry is handed on only after its chunk's checksum held and its commit is whole; a log passes only if
//! every stored root, and the watermark's, is the root of the lines that were read.

use super::chunk::Unpacker;
use super::event_log::{Checkpoint, LogError};
use super::line::write_line;
use super::merkle::Tree;
use super::stage::Order;
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;

/// What a log was found to hold.
pub(crate) struct Verified {
    /// The order that the next entry must follow.
    pub(crate) order: Order,
    /// The tree over all lines.
    pub(crate) tree: Tree,
    /// The last position whose commit is whole; entries after it were never acknowledged.
    pub(crate) whole: Position,
}

/// Reads chunks in order.
pub(crate) struct Verifier {
    unpacker: Unpacker,
    order: Order,
    tree: Tree,
    line: Vec<u8>,
    unfinished: Vec<Entry>,
    whole: Position,
    acknowledged: Option<Checkpoint>,
}

impl Verifier {
    /// Expects the log to reach what was acknowledged, where that is known.
    pub(crate) fn new(acknowledged: Option<Checkpoint>) -> Result<Self, LogError> {
        let unpacker = Unpacker::new().map_err(|error| LogError::Damaged(error.to_string()))?;
        Ok(Self {
            unpacker,
            order: Order::default(),
            tree: Tree::default(),
            line: Vec::with_capacity(1024),
            unfinished: Vec::new(),
            whole: Position(0),
            acknowledged,
        })
    }

    /// Reads the next chunk and hands on every entry whose commit is whole.
    pub(crate) fn chunk(
        &mut self,
        first: Position,
        value: &[u8],
        each: &mut dyn FnMut(&Entry),
    ) -> Result<(), LogError> {
        if first != self.order.last.next() {
            let last = self.order.last;
            return Err(LogError::Damaged(format!(
                "a chunk begins at position {first}, but the one before ends at {last}"
            )));
        }
        let damaged =
            |error: &dyn std::fmt::Display| LogError::Damaged(format!("the chunk of position {first}: {error}"));
        let (mut reader, root) = self.unpacker.open(first, value).map_err(|error| damaged(&error))?;
        while !reader.is_done() {
            let entry = reader.next_entry().map_err(|error| damaged(&error))?;
            self.order.next(&entry).map_err(|error| damaged(&error))?;
            self.line.clear();
            write_line(&entry, &mut self.line);
            self.tree.push(&self.line);
            check_acknowledged(self.acknowledged, self.order.last, &self.tree)?;
            if entry.commit > 0 || !self.unfinished.is_empty() {
                self.unfinished.push(entry);
            } else {
                each(&entry);
            }
            if self.order.lacking == 0 {
                self.whole = self.order.last;
                self.unfinished.drain(..).for_each(|entry| each(&entry));
            }
        }
        self.check_root(first, root)
    }

    fn check_root(&self, first: Position, root: Option<Digest>) -> Result<(), LogError> {
        if root.is_none_or(|root| root == self.tree.root()) {
            return Ok(());
        }
        Err(LogError::Damaged(format!("the root after the chunk of position {first} is not the one that was stored")))
    }

    /// Ends the reading.
    pub(crate) fn finish(self) -> Result<Verified, LogError> {
        let acknowledged = self.acknowledged.map_or(Position(0), |checkpoint| checkpoint.position);
        if self.whole < acknowledged {
            return Err(LogError::Shorter { found: self.whole, acknowledged });
        }
        Ok(Verified { order: self.order, tree: self.tree, whole: self.whole })
    }
}

fn check_acknowledged(acknowledged: Option<Checkpoint>, here: Position, tree: &Tree) -> Result<(), LogError> {
    match acknowledged {
        Some(checkpoint) if checkpoint.position == here && checkpoint.root != tree.root() => {
            Err(LogError::OtherHistory(here))
        }
        _ => Ok(()),
    }
}
