//! A view as bytes, and back: what a start need not fold again.
//!
//! What there are millions of is saved as it stands in memory: rows of hours, with what finds them, and the sums of
//! figures. The books' other parts are made again from the entries that they keep whole, by the code that made them
//! first. Invariant: a snapshot is a convenience. Whatever is wrong with one (its schema, its log, a single bit) it is
//! not restored, and that is all.

use std::io::{Read, Write};
use std::sync::Arc;

use crate::domain::event::Entry;
use crate::domain::ids::{BatchId, Position, ProjectId};
use crate::domain::quantity::Digest;
use crate::domain::text::Slug;
use crate::domain::time::{Day, Instant};
use crate::log::codec::{CodecError, put, put_list, take, take_list};
use crate::log::envelope::{EntryReader, EntryWriter};

use super::activity::{Activity, BatchRun, Decision};
use super::day_totals::DayTotals;
use super::figures::Figures;
use super::snapshot_rows;
use super::sums::Block;
use super::totals::Totals;
use super::view::View;

/// The schema of snapshots; it changes with anything that is saved here, and with the catalogue.
pub const SCHEMA: u32 = 4;
const MAGIC: &[u8; 8] = b"coledgrV";
const COMPRESSION: i32 = 1;
/// The most bytes that a block of a snapshot may claim: 4 GiB.
const BLOCK_MAX: u64 = 1 << 32;

/// What a snapshot is of. It is restored only into the log that it was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The position of the last entry in it.
    pub position: Position,
    /// The root hash of the log at that position.
    pub root: Digest,
}

/// Why a view could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// An entry could not be written as bytes.
    #[error("the snapshot could not be written: {0}")]
    Codec(#[from] CodecError),
    /// The bytes could not be compressed.
    #[error("the snapshot could not be compressed: {0}")]
    Compression(#[from] std::io::Error),
}

/// A view as bytes. The root is the log's at the view's position.
///
/// # Errors
/// A [`SnapshotError`] where an entry cannot be encoded or the bytes not be compressed.
pub fn save(view: &View, root: Digest) -> Result<Vec<u8>, SnapshotError> {
    let mut out = MAGIC.to_vec();
    put(&mut out, (SCHEMA, view.position, root))?;
    let mut packed = zstd::stream::write::Encoder::new(out, COMPRESSION)?;
    let mut block = Vec::new();
    put(&mut block, view.recorded_at)?;
    save_kept(&mut block, view)?;
    save_activity(&mut block, &view.activity)?;
    put_block(&mut packed, &block)?;
    snapshot_rows::save(&mut packed, &view.books.hours)?;
    block.clear();
    save_figures(&mut block, &view.figures)?;
    put_block(&mut packed, &block)?;
    let mut out = packed.finish()?;
    let sum = crc32fast::hash(&out);
    out.extend(sum.to_le_bytes());
    Ok(out)
}

/// What a snapshot says it is of; `None` where it is damaged or of another schema.
pub fn stamp(bytes: &[u8]) -> Option<Stamp> {
    opened(bytes).map(|(stamp, _)| stamp)
}

/// The view of a snapshot; `None` where it is damaged, of another schema, or not of this log at that position.
pub fn restore(bytes: &[u8], expected: Stamp) -> Option<View> {
    let (stamp, packed) = opened(bytes).filter(|(stamp, _)| *stamp == expected)?;
    let unpacked = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
    restored(&mut Blocks { unpacked, block: Vec::new() }, stamp.position).ok()
}

/// Appends a block: its length, and its bytes.
pub(super) fn put_block(packed: &mut impl Write, block: &[u8]) -> Result<(), std::io::Error> {
    packed.write_all(&length(block).to_le_bytes())?;
    packed.write_all(block)
}

/// The blocks of a body, packed and unpacked one at a time: a body never stands in memory whole.
pub(super) struct Blocks<R> {
    unpacked: R,
    block: Vec<u8>,
}

impl<R: Read> Blocks<R> {
    /// The next block.
    pub(super) fn next(&mut self) -> Result<&[u8], CodecError> {
        let short = |_| CodecError::Bytes("the snapshot ends too early".into());
        let mut length = [0; 8];
        self.unpacked.read_exact(&mut length).map_err(short)?;
        if u64::from_le_bytes(length) > BLOCK_MAX {
            return Err(CodecError::Bytes("a block of the snapshot is too long".into()));
        }
        self.block.clear();
        let read = (&mut self.unpacked).take(u64::from_le_bytes(length)).read_to_end(&mut self.block).map_err(short)?;
        if u64::try_from(read).is_ok_and(|read| read == u64::from_le_bytes(length)) {
            Ok(&self.block)
        } else {
            Err(CodecError::Bytes("a block of the snapshot ends too early".into()))
        }
    }
}

/// The parts of a snapshot whose sum is right: its stamp, and its body, packed.
fn opened(bytes: &[u8]) -> Option<(Stamp, &[u8])> {
    let (content, sum) = bytes.split_last_chunk::<4>()?;
    if crc32fast::hash(content) != u32::from_le_bytes(*sum) {
        return None;
    }
    let mut rest = content.strip_prefix(MAGIC)?;
    let (schema, position, root): (u32, Position, Digest) = take(&mut rest).ok()?;
    (schema == SCHEMA).then_some((Stamp { position, root }, rest))
}

fn save_kept(out: &mut Vec<u8>, view: &View) -> Result<(), CodecError> {
    let positions = &view.activity.kept;
    put_list(out, positions.iter())?;
    let mut writer = EntryWriter::default();
    let kept = positions.iter().filter_map(|position| view.books.entry(Position(u64::from(*position))));
    for entry in kept {
        writer.push(entry)?;
    }
    put(out, length(writer.bytes()))?;
    out.extend(writer.bytes());
    Ok(())
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn save_activity(out: &mut Vec<u8>, activity: &Activity) -> Result<(), CodecError> {
    let decision = |it: &Decision| (it.position, it.hours, it.day, it.actor, it.rejected, it.late, it.illustrative);
    put_list(out, activity.decisions.iter().map(decision))?;
    put_list(out, activity.actors.iter())?;
    put_list(out, activity.batches.iter().map(|run| (run.first, run.last, run.batch)))
}

/// The project and number of a block of figures, how many entries it holds, the latest that changed it, and whether it
/// has totals day by day.
type SavedKey = (ProjectId, i32, u32, Position, bool);

/// The keys of all blocks of figures; then of each its totals, and the columns of those day by day.
fn save_figures(out: &mut Vec<u8>, figures: &Figures) -> Result<(), CodecError> {
    let key =
        |((project, number), block): (_, &Block)| (project, number, block.entries, block.changed, block.days.is_some());
    put_list(out, figures.blocks().map(key).collect::<Vec<SavedKey>>().into_iter())?;
    for (_, block) in figures.blocks() {
        put(out, block.totals.columns())?;
        if let Some(days) = &block.days {
            put_list(out, days.columns().collect::<Vec<_>>().into_iter())?;
        }
    }
    Ok(())
}

fn take_figures(bytes: &mut &[u8], figures: &mut Figures) -> Result<(), CodecError> {
    let keys: Vec<SavedKey> = take_list(bytes)?;
    for (project, number, entries, changed, by_day) in keys {
        let totals = Totals::from_columns(take(bytes)?);
        let days = if by_day { Some(take_days(bytes)?) } else { None };
        figures.put_block((project, number), Block { entries, changed, totals, days });
    }
    Ok(())
}

fn take_days(bytes: &mut &[u8]) -> Result<DayTotals, CodecError> {
    let unknown = || CodecError::Bytes("the snapshot has columns that there are none of".into());
    DayTotals::from_columns(take_list(bytes)?).ok_or_else(unknown)
}

fn restored(blocks: &mut Blocks<impl Read>, position: Position) -> Result<View, CodecError> {
    let mut view = View::default();
    let bytes = &mut blocks.next()?;
    let recorded_at: Instant = take(bytes)?;
    let kept = take_kept(bytes)?;
    let positions = kept.iter().map(|entry| u32::try_from(entry.position.0).unwrap_or(u32::MAX));
    view.activity = take_activity(bytes, positions.collect())?;
    let activity = view.activity.clone();
    view.replay(kept.iter(), activity.batches_after(Position(0)));
    drop(kept);
    view.books.hours = snapshot_rows::restored(blocks, &view.books.hours)?;
    take_figures(&mut blocks.next()?, &mut view.figures)?;
    Ok(view.at(position, recorded_at))
}

/// The entries that the books keep whole, with the positions that they had.
fn take_kept(bytes: &mut &[u8]) -> Result<Vec<Arc<Entry>>, CodecError> {
    let positions: Vec<u32> = take_list(bytes)?;
    let length: u64 = take(bytes)?;
    let split = usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length));
    let (entries, rest) = split.ok_or_else(|| CodecError::Bytes("the entries end too early".into()))?;
    *bytes = rest;
    let mut reader = EntryReader::new(Position(1), entries);
    let place = |position: u32| {
        let placed = |entry| Entry { position: Position(u64::from(position)), commit: 0, ..entry };
        reader.next_entry().map(placed).map(Arc::new)
    };
    positions.into_iter().map(place).collect()
}

fn take_activity(bytes: &mut &[u8], kept: imbl::Vector<u32>) -> Result<Activity, CodecError> {
    type Saved = (u32, u32, Day, u16, bool, bool, bool);
    let decisions: Vec<Saved> = take_list(bytes)?;
    let decision = |(position, hours, day, actor, rejected, late, illustrative): Saved| Decision {
        position,
        hours,
        day,
        actor,
        rejected,
        late,
        illustrative,
    };
    let actors: Vec<Slug> = take_list(bytes)?;
    let batches: Vec<(Position, Position, BatchId)> = take_list(bytes)?;
    let run = |(first, last, batch)| BatchRun { first, last, batch };
    Ok(Activity {
        decisions: decisions.into_iter().map(decision).collect(),
        kept,
        actors: actors.into_iter().collect(),
        batches: batches.into_iter().map(run).collect(),
    })
}
