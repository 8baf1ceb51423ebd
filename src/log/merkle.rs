//! The RFC 6962 tree over the lines, one leaf an entry, kept as its right edge.
//!
//! Invariant: after `n` leaves the edge holds one hash for each bit that is set in `n`: the roots of the complete
//! subtrees from left to right. So a log of a million entries costs twenty hashes in memory and none on disk: a later
//! proof recomputes the lowest hashes it needs from the lines, which the log has anyway.

use tlog_tiles::{EMPTY_HASH, Hash, node_hash, record_hash};

use crate::domain::quantity::Digest;

/// A growing tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    edge: Vec<Hash>,
}

impl Tree {
    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf: the bytes of a line.
    pub fn push(&mut self, line: &[u8]) {
        let mut hash = record_hash(line);
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.edge.pop() else { break };
            hash = node_hash(left, hash);
        }
        self.edge.push(hash);
        self.size += 1;
    }

    /// The root over all leaves; of none, the hash of nothing.
    pub fn root(&self) -> Digest {
        let mut edge = self.edge.iter().rev().copied();
        let last = edge.next().unwrap_or(EMPTY_HASH);
        Digest(edge.fold(last, |right, left| node_hash(left, right)).0)
    }
}
