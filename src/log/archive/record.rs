//! The records of a segment: where it begins, chunks, and marks that say what the chunks come to.
//!
//! Invariant: each record has a checksum over all of it; a length that damage made up claims at most [`PAYLOAD_MAX`]. A
//! record is its kind, its position, the length of what follows, the CRC-32 of all, and what follows.

use std::io::Read;

use super::mark::Mark;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::log::chunk::Chunk;

/// Kind, position, length, checksum.
const HEAD: usize = 17;
/// The most bytes that follow a head. A chunk is far smaller.
const PAYLOAD_MAX: u32 = 16 << 20;

const CHUNK: u8 = 1;
const MARK: u8 = 2;
const BEGIN: u8 = 3;

/// What stands in a segment.
pub(super) enum Record {
    /// A chunk as the log packs it.
    Chunk(Chunk),
    /// All up to this position was copied, and this is its root.
    Mark(Position, Digest),
    /// The segment goes on from here.
    Begin(Mark),
}

/// Appends a chunk.
pub(super) fn put_chunk(out: &mut Vec<u8>, chunk: &Chunk) {
    put(out, CHUNK, chunk.first, &chunk.value);
}

/// Appends a mark.
pub(super) fn put_mark(out: &mut Vec<u8>, mark: &Mark) {
    put(out, MARK, mark.position(), &mark.root().0);
}

/// Appends the beginning of a segment.
pub(super) fn put_begin(out: &mut Vec<u8>, mark: &Mark) {
    put(out, BEGIN, mark.position(), &mark.bytes());
}

fn put(out: &mut Vec<u8>, kind: u8, position: Position, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    out.push(kind);
    out.extend(position.0.to_le_bytes());
    out.extend(length.to_le_bytes());
    out.extend(checksum(kind, position, payload).to_le_bytes());
    out.extend_from_slice(payload);
}

fn checksum(kind: u8, position: Position, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[kind]);
    hasher.update(&position.0.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}

/// Takes the next record and how many bytes it has; nothing at the end. A fragment says what is wrong.
pub(super) fn take(file: &mut impl Read) -> Result<Option<(Record, u64)>, String> {
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(unreadable)?;
    if head.is_empty() {
        return Ok(None);
    }
    let head: [u8; HEAD] = head.try_into().map_err(|_| cut())?;
    let [kind, rest @ ..] = head;
    let (position, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
    let (length, crc) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    let (position, length) = (Position(u64::from_le_bytes(*position)), u32::from_le_bytes(*length));
    if length > PAYLOAD_MAX {
        return Err(changed());
    }
    let mut payload = Vec::new();
    file.by_ref().take(u64::from(length)).read_to_end(&mut payload).map_err(unreadable)?;
    if payload.len() as u64 != u64::from(length) {
        return Err(cut());
    }
    if checksum(kind, position, &payload).to_le_bytes() != crc {
        return Err(changed());
    }
    Ok(Some((parse(kind, position, payload)?, HEAD as u64 + u64::from(length))))
}

fn parse(kind: u8, position: Position, payload: Vec<u8>) -> Result<Record, String> {
    let unknown = || "it is no record that this release knows".to_owned();
    match kind {
        CHUNK => Ok(Record::Chunk(Chunk { first: position, value: payload })),
        MARK => Ok(Record::Mark(position, Digest(payload.try_into().map_err(|_| unknown())?))),
        BEGIN => Mark::parse(position, &payload).map(Record::Begin).ok_or_else(unknown),
        _ => Err(unknown()),
    }
}

fn cut() -> String {
    "it ends in the middle of a record: it was cut off, or its bytes were changed".into()
}

fn changed() -> String {
    "its bytes were changed: the checksum differs".into()
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn unreadable(error: std::io::Error) -> String {
    format!("it cannot be read ({error})")
}
