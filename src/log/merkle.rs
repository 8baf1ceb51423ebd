//! The RFC 6962 tree over the lines, one leaf an entry, kept as its right edge.
//!
//! Invariant: after `n` leaves the edge holds one hash for each bit that is set in `n`: the roots of the complete
//! subtrees from left to right. Kept too is the root of every 256 leaves, an eighth of a byte an entry, from which the
//! tree at any earlier size is had again after hashing at most 255 lines. Those roots are on disk too (`tiles.rs`); the
//! hashes below them are computed from the lines when they are asked for.

use tlog_tiles::{EMPTY_HASH, HASH_SIZE, Hash, node_hash, record_hash};

use crate::domain::quantity::Digest;

/// The height of the subtrees whose roots are kept.
const STUMP_LEVEL: u32 = 8;

/// How many complete subtrees of 256 leaves a tree of this size has.
pub(crate) fn stumps_in(size: u64) -> usize {
    usize::try_from(size >> STUMP_LEVEL).unwrap_or(usize::MAX)
}

/// A growing tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    edge: Vec<Hash>,
    stumps: Vec<Hash>,
}

impl Tree {
    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf: the bytes of a line.
    pub fn push(&mut self, line: &[u8]) {
        self.grow(record_hash(line), 0);
    }

    /// The tree over these subtrees of 256 leaves, and nothing after them.
    pub fn of_stumps(stumps: impl IntoIterator<Item = Hash>) -> Self {
        let mut tree = Self::default();
        for stump in stumps {
            tree.stumps.push(stump);
            tree.grow(stump, STUMP_LEVEL);
        }
        tree
    }

    /// The tree as it was at the last multiple of 256 leaves that is not beyond `size`: with the lines from there on it
    /// becomes the tree of `size` leaves again.
    pub fn before(&self, size: u64) -> Self {
        Self::of_stumps(self.stumps.iter().take(stumps_in(size)).copied())
    }

    /// The roots of the complete subtrees of 256 leaves, from left to right.
    pub fn stumps(&self) -> &[Hash] {
        &self.stumps
    }

    /// Adds a complete subtree of `2^level` leaves; the size so far is a multiple of that.
    fn grow(&mut self, mut hash: Hash, level: u32) {
        for carried in 0..(self.size >> level).trailing_ones() {
            let Some(left) = self.edge.pop() else { break };
            hash = node_hash(left, hash);
            if level + carried + 1 == STUMP_LEVEL {
                self.stumps.push(hash);
            }
        }
        self.edge.push(hash);
        self.size += 1 << level;
    }

    /// The root over all leaves; of none, the hash of nothing.
    pub fn root(&self) -> Digest {
        let mut edge = self.edge.iter().rev().copied();
        let last = edge.next().unwrap_or(EMPTY_HASH);
        Digest(edge.fold(last, |right, left| node_hash(left, right)).0)
    }
}

/// For going on where the lines before are not at hand. The roots of earlier subtrees are not known then: such a tree
/// gives no [`Tree::before`].
impl Tree {
    /// The right edge: one hash for each bit that is set in the size.
    pub(crate) fn edge(&self) -> &[Hash] {
        &self.edge
    }

    /// A copy that only goes on.
    pub(crate) fn light(&self) -> Self {
        Self { size: self.size, edge: self.edge.clone(), stumps: Vec::new() }
    }

    /// The tree of this size with this edge; nothing where the edge is not as long as it has to be.
    pub(crate) fn of_edge(size: u64, edge: &[u8]) -> Option<Self> {
        let edge: Vec<Hash> =
            edge.chunks(HASH_SIZE).map(|hash| hash.try_into().map(Hash)).collect::<Result<_, _>>().ok()?;
        (edge.len() == usize::try_from(size.count_ones()).ok()?).then_some(Self { size, edge, stumps: Vec::new() })
    }
}
