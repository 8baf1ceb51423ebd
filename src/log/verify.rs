//! Reading lines and believing nothing: checksums, order, whole commits, lines, roots, what was acknowledged.
//!
//! Invariant: a log passes only if every stored root that was met, and the watermark's, is the root of the lines that
//! were read. Where the subtrees of earlier lines come from a file (`tiles.rs`), the watermark's root vouches for them.

use super::chunk::Unpacker;
use super::event_log::{Checkpoint, LogError};
use super::line::write_line;
use super::merkle::Tree;
use super::scan::{damaged, unpacker};
use super::stage::Order;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;

/// How far a log was read: the order that the next entry must follow, and the tree over all lines so far.
#[derive(Default)]
pub(crate) struct Verified {
    pub(crate) order: Order,
    pub(crate) tree: Tree,
}

/// Reads chunks in order.
pub(crate) struct Verifier {
    unpacker: Unpacker,
    line: Vec<u8>,
    done: Verified,
    to: Position,
    acknowledged: Option<Checkpoint>,
}

impl Verifier {
    /// Goes on from what was verified, up to a position that ends a commit; expects the lines to be those that were
    /// acknowledged, where that is known.
    pub(crate) fn new(done: Verified, to: Position, acknowledged: Option<Checkpoint>) -> Result<Self, LogError> {
        check_acknowledged(acknowledged, done.order.last, &done.tree)?;
        Ok(Self { unpacker: unpacker()?, line: Vec::with_capacity(1024), done, to, acknowledged })
    }

    /// Reads the next chunk; says whether more is wanted.
    pub(crate) fn chunk(&mut self, first: Position, value: &[u8]) -> Result<bool, LogError> {
        let next = self.done.order.last.next();
        if first > next {
            let last = self.done.order.last;
            return Err(LogError::Damaged(format!(
                "a chunk begins at position {first}, but the one before ends at {last}"
            )));
        }
        let Self { unpacker, line, done, to, acknowledged } = self;
        let (mut reader, root) = unpacker.open(first, value).map_err(damaged(first))?;
        let undecoded = |error: super::codec::CodecError| damaged(first)(error.into());
        reader.skip_to(next).map_err(undecoded)?;
        while !reader.is_done() && done.order.last < *to {
            let entry = reader.next_entry().map_err(undecoded)?;
            let disorder = |error| LogError::Damaged(format!("the chunk of position {first}: {error}"));
            done.order.next(&entry).map_err(disorder)?;
            line.clear();
            write_line(&entry, line);
            done.tree.push(line);
            check_acknowledged(*acknowledged, done.order.last, &done.tree)?;
        }
        if reader.is_done() {
            check_root(first, root, &done.tree)?;
        }
        Ok(done.order.last < *to)
    }

    /// Ends the reading: the log must reach where it was to reach.
    pub(crate) fn finish(self) -> Result<Verified, LogError> {
        let (last, to) = (self.done.order.last, self.to);
        if last < to {
            return Err(LogError::Damaged(format!("the entries from position {} to {to} are missing", last.next())));
        }
        if self.done.order.lacking > 0 {
            return Err(LogError::Damaged(format!("the commit of position {last} is not whole")));
        }
        Ok(self.done)
    }
}

fn check_root(first: Position, root: Option<Digest>, tree: &Tree) -> Result<(), LogError> {
    if root.is_none_or(|root| root == tree.root()) {
        return Ok(());
    }
    Err(LogError::Damaged(format!("the root after the chunk of position {first} is not the one that was stored")))
}

fn check_acknowledged(acknowledged: Option<Checkpoint>, here: Position, tree: &Tree) -> Result<(), LogError> {
    match acknowledged {
        Some(checkpoint) if checkpoint.position == here && checkpoint.root != tree.root() => {
            Err(LogError::OtherHistory(here))
        }
        _ => Ok(()),
    }
}
