//! A log that was found on disk, before it is believed: what it must reach, and whether it is what was acknowledged.
//!
//! Invariant: nothing is written before the log was verified, and nothing that was acknowledged is ever taken out. A
//! log whose hashes stand in the file of tiles is verified from its last tile on; any other, from its first line.

use std::ops::{ControlFlow, RangeInclusive};
use std::path::Path;

use tlog_tiles::Hash;

use super::chunk::{Packer, Unpacker};
use super::event_log::{Checkpoint, Item, LogError};
use super::folder::Folder;
use super::merkle::{Tree, stumps_in};
use super::scan::{Stretch, Taker, damaged, items, unpacker, whole};
use super::sled_log::{Options, SledLog};
use super::stage::{Order, Stager};
use super::store::Store;
use super::tiles;
use super::verify::{Verified, Verifier};
use super::watermark;
use crate::domain::event::Entry;
use crate::domain::ids::Position;

/// A log that was found on disk.
pub struct FoundLog {
    folder: Folder,
    store: Store,
    options: Options,
    acknowledged: Option<Checkpoint>,
    tiles: Vec<Hash>,
    /// The last position there is, and the last whose commit is whole.
    end: (Position, Position),
}

/// What verifying a log that was found came to.
pub struct Proof {
    verified: Verified,
    /// How many tiles of the file were right.
    kept: usize,
}

impl FoundLog {
    /// Takes hold of a log, and sees that it reaches what was acknowledged.
    ///
    /// # Errors
    /// Any [`LogError`] that says why the log cannot be read or held, and [`LogError::Shorter`].
    pub fn at(path: &Path, options: Options) -> Result<Self, LogError> {
        let folder = Folder::find(path)?;
        let acknowledged = match watermark::read(&folder.watermark()) {
            Err(LogError::NoWatermark { .. }) if options.without_watermark => None,
            read => Some(read?),
        };
        let store = Store::open(&folder.log(), false)?;
        let end = end_of(&store)?;
        let reached = acknowledged.map_or(Position(0), |checkpoint| checkpoint.position);
        if end.1 < reached {
            return Err(LogError::Shorter { found: end.1, acknowledged: reached });
        }
        let mut tiles = tiles::read(&folder.tiles());
        tiles.truncate(stumps_in(reached.0));
        Ok(Self { folder, store, options, acknowledged, tiles, end })
    }

    /// The last position whose commit is whole. What follows it was never acknowledged.
    pub fn last(&self) -> Position {
        self.end.1
    }

    /// How many entries need not be hashed again, if their tiles are right.
    pub fn spared(&self) -> u64 {
        Tree::of_stumps(self.tiles.iter().copied()).size()
    }

    /// Verifies the log, without changing it: from its last tile on, or all of it where the tiles do not lead to what
    /// was acknowledged.
    ///
    /// # Errors
    /// [`LogError::Damaged`], [`LogError::OtherHistory`], [`LogError::Storage`].
    pub fn verify(&self) -> Result<Proof, LogError> {
        let kept = self.tiles.len();
        if kept > 0
            && let Ok(verified) = self.verify_after(Tree::of_stumps(self.tiles.iter().copied()))
        {
            return Ok(Proof { verified, kept });
        }
        Ok(Proof { verified: self.verify_after(Tree::default())?, kept: 0 })
    }

    fn verify_after(&self, tree: Tree) -> Result<Verified, LogError> {
        verify_after(&self.store, tree, self.last(), self.acknowledged)
    }

    /// Hands over the entries up to [`FoundLog::last`]; whoever folds them throws the result away where the log does
    /// not verify.
    ///
    /// # Errors
    /// [`LogError::Damaged`], [`LogError::Storage`].
    pub fn fold(&self, each: &mut dyn FnMut(Item<'_>)) -> Result<(), LogError> {
        if self.last() == Position(0) {
            return Ok(());
        }
        read_stretch(&self.store, &mut unpacker()?, Position(1)..=self.last(), &mut items(each))
    }

    /// Opens the log that was verified: takes out what follows its last whole commit, and goes on from there.
    ///
    /// # Errors
    /// [`LogError::Storage`].
    pub fn believe(self, proof: Proof) -> Result<SledLog, LogError> {
        let Proof { verified, kept } = proof;
        if self.end.0 > self.end.1 {
            drop_unfinished(&self.store, self.end.1)?;
        }
        let stager = Stager::new(verified.order, verified.tree)?;
        if self.acknowledged.is_none() {
            watermark::create(&self.folder.watermark(), stager.checkpoint())?;
        }
        SledLog::start(self.folder, self.store, stager, kept, self.options)
    }
}

/// Verifies what follows a tree, up to a position that ends a commit.
pub(crate) fn verify_after(
    store: &Store,
    tree: Tree,
    to: Position,
    acknowledged: Option<Checkpoint>,
) -> Result<Verified, LogError> {
    let from = Position(tree.size());
    let order = order_at(store, from)?;
    let mut verifier = Verifier::new(Verified { order, tree }, to, acknowledged)?;
    if from < to {
        let first = store.chunk_of(from.next())?.unwrap_or(from.next());
        store.chunks(first, &mut |first, value| verifier.chunk(first, value))?;
    }
    verifier.finish()
}

/// What the entry after a position must follow.
fn order_at(store: &Store, position: Position) -> Result<Order, LogError> {
    let mut order = Order::default();
    if position > Position(0) {
        let mut entry = |entry: Entry| {
            order = Order { last: entry.position, recorded_at: entry.recorded_at, lacking: entry.commit };
            ControlFlow::Break(())
        };
        read_stretch(store, &mut unpacker()?, position..=position, &mut whole(&mut entry))?;
    }
    Ok(order)
}

/// Hands over a stretch of a store's entries.
pub(crate) fn read_stretch(
    store: &Store,
    unpacker: &mut Unpacker,
    range: RangeInclusive<Position>,
    take: Taker<'_>,
) -> Result<(), LogError> {
    let mut stretch = Stretch::new(*range.start(), *range.end());
    let first = store.chunk_of(*range.start())?.unwrap_or(*range.start());
    store.chunks(first, &mut |first, value| stretch.chunk(unpacker, (first, value), take))?;
    stretch.finish()
}

/// The last position there is, and the last whose commit is whole.
pub(crate) fn end_of(store: &Store) -> Result<(Position, Position), LogError> {
    let mut unpacker = unpacker()?;
    let (mut last, mut before) = (Position(0), Position(u64::MAX));
    while let Some((first, value)) = store.last_chunk(before)? {
        let mut whole = None;
        let (mut reader, _) = unpacker.open(first, &value).map_err(damaged(first))?;
        while !reader.is_done() {
            let entry = reader.next_entry().map_err(|error| damaged(first)(error.into()))?;
            last = last.max(entry.position);
            whole = if entry.commit == 0 { Some(entry.position) } else { whole };
        }
        if let Some(whole) = whole {
            return Ok((last, whole));
        }
        let Some(earlier) = first.0.checked_sub(1) else { break };
        before = Position(earlier);
    }
    Ok((last, Position(0)))
}

/// Takes out what follows the last whole commit. It was never acknowledged: a group is written all or none, and holds
/// whole commits.
pub(crate) fn drop_unfinished(store: &Store, last: Position) -> Result<(), LogError> {
    let Some(first) = store.chunk_of(last.next())? else { return Ok(()) };
    let damaged = damaged(first);
    let mut packer = Packer::new().map_err(damaged)?;
    if first <= last {
        let mut failed = Ok(());
        let mut keep = |entry: Entry| {
            failed = packer.push(&entry);
            if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        read_stretch(store, &mut unpacker()?, first..=last, &mut whole(&mut keep))?;
        failed.map_err(damaged)?;
    }
    store.cut(first, packer.finish(None).map_err(damaged)?)
}
