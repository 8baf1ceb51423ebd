//! What the entries up to a position come to: the order that the next must follow, and the tree over their lines.
//!
//! Invariant: an entry is counted only if it may follow the one before.

use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::domain::time::Instant;
use crate::log::event_log::Checkpoint;
use crate::log::line::write_line;
use crate::log::merkle::Tree;
use crate::log::stage::Order;

/// A running sum over entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    order: Order,
    tree: Tree,
    line: Vec<u8>,
}

impl Mark {
    /// Counts the next entry; the bytes of its line, or why it cannot follow.
    pub(super) fn push(&mut self, entry: &Entry) -> Result<usize, String> {
        self.order.next(entry)?;
        self.line.clear();
        write_line(entry, &mut self.line);
        self.tree.push(&self.line);
        Ok(self.line.len())
    }

    /// The last position that was counted.
    pub(super) fn position(&self) -> Position {
        self.order.last
    }

    /// Whether the last entry ended its commit.
    pub(super) fn is_whole(&self) -> bool {
        self.order.lacking == 0
    }

    /// The root over the lines.
    pub(super) fn root(&self) -> Digest {
        self.tree.root()
    }

    /// The same in three facts.
    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { position: self.order.last, recorded_at: self.order.recorded_at, root: self.tree.root() }
    }

    /// The instant and the right edge of the tree: with the position, all that is needed to count on.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.order.recorded_at.0.to_le_bytes().to_vec();
        bytes.extend(self.tree.edge().iter().flat_map(|hash| hash.0));
        bytes
    }

    /// A copy that counts on from here, without what the tree keeps of earlier sizes.
    pub(super) fn light(&self) -> Self {
        Self { order: self.order, tree: self.tree.light(), line: Vec::new() }
    }

    /// Reads what [`Mark::bytes`] gave of the whole commits up to this position.
    pub(super) fn parse(position: Position, bytes: &[u8]) -> Option<Self> {
        let (recorded_at, edge) = bytes.split_first_chunk::<8>()?;
        let tree = Tree::of_edge(position.0, edge)?;
        let order = Order { last: position, recorded_at: Instant(i64::from_le_bytes(*recorded_at)), lacking: 0 };
        Some(Self { order, tree, line: Vec::new() })
    }
}
