//! A chunk: up to 512 neighbouring entries, compressed together, with a checksum over all of it and its key.
//!
//! Invariant: bytes that were changed in any place are refused before anything in them is believed. The value is
//! format byte, CRC-32, length of the entries, the root after the chunk where it ends a group, and the entries.

use super::codec::CodecError;
use super::envelope::{EntryReader, EntryWriter};
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;

/// The most entries of a chunk: an import's commits compress well, and a single entry is still read in microseconds.
pub const CHUNK_ENTRIES: usize = 512;
/// The most bytes of a chunk's entries before they are compressed. A node of the store then stays far below what
/// would spill into files that are never synced.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// The entries stand there as they are.
const RAW: u8 = 1;
/// The entries are compressed with zstd.
const ZSTD: u8 = 2;
/// Added to the format: the root follows.
const ROOT: u8 = 0x80;
/// Format, checksum and length.
const HEAD: usize = 9;

/// Why a chunk cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// Too short, or of an unknown format.
    #[error("it is no chunk of a format that this release knows")]
    Format,
    /// The checksum differs.
    #[error("its bytes were changed: the checksum differs")]
    Checksum,
    /// It does not decompress.
    #[error("it does not decompress")]
    Compression,
    /// An entry does not decode.
    #[error(transparent)]
    Entry(#[from] CodecError),
}

/// A chunk as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// The position of its first entry: its key.
    pub first: Position,
    /// Its value.
    pub value: Vec<u8>,
}

/// Packs entries that follow one another into chunks without roots.
///
/// # Errors
/// A [`ChunkError`] where an entry is too large.
pub fn pack(entries: &[Entry]) -> Result<Vec<Chunk>, ChunkError> {
    let mut packer = Packer::new()?;
    entries.iter().try_for_each(|entry| packer.push(entry))?;
    packer.finish(None)
}

/// The entries of a chunk.
///
/// # Errors
/// A [`ChunkError`] where it was changed, or does not decode.
pub fn unpack(chunk: &Chunk) -> Result<Vec<Entry>, ChunkError> {
    let mut unpacker = Unpacker::new()?;
    let (mut reader, _) = unpacker.open(chunk.first, &chunk.value)?;
    let mut entries = Vec::new();
    while !reader.is_done() {
        entries.push(reader.next_entry()?);
    }
    Ok(entries)
}

/// Packs entries into chunks.
pub(crate) struct Packer {
    first: Position,
    writer: EntryWriter,
    compressor: zstd::bulk::Compressor<'static>,
    full: Vec<Chunk>,
}

impl Packer {
    pub(crate) fn new() -> Result<Self, ChunkError> {
        let compressor = zstd::bulk::Compressor::new(1).map_err(|_| ChunkError::Compression)?;
        Ok(Self { first: Position(0), writer: EntryWriter::default(), compressor, full: Vec::new() })
    }

    /// Adds an entry to the chunk that is being written, or begins the next one with it.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<(), ChunkError> {
        if self.writer.count() == CHUNK_ENTRIES {
            self.close(None)?;
        }
        let length = self.writer.bytes().len();
        let alone = self.writer.count() == 0;
        self.first = if alone { entry.position } else { self.first };
        self.writer.push(entry)?;
        if self.writer.bytes().len() <= CHUNK_BYTES {
            return Ok(());
        }
        if alone {
            return Err(CodecError::TooLarge(self.writer.bytes().len()).into());
        }
        self.writer.take_back(length);
        self.close(None)?;
        self.push(entry)
    }

    /// Ends the group: all its chunks, the last of them with the root, where it is known.
    pub(crate) fn finish(&mut self, root: Option<Digest>) -> Result<Vec<Chunk>, ChunkError> {
        self.close(root)?;
        Ok(std::mem::take(&mut self.full))
    }

    fn close(&mut self, root: Option<Digest>) -> Result<(), ChunkError> {
        if self.writer.count() > 0 {
            let value = self.value(root)?;
            self.full.push(Chunk { first: self.first, value });
            self.writer.clear();
        }
        Ok(())
    }

    fn value(&mut self, root: Option<Digest>) -> Result<Vec<u8>, ChunkError> {
        let entries = self.writer.bytes();
        let mut value = vec![RAW; HEAD];
        value.extend(root.iter().flat_map(|root| root.0));
        let packed = if self.writer.count() > 1 { self.compressor.compress(entries).ok() } else { None };
        let packed = packed.filter(|packed| packed.len() < entries.len());
        let format = if packed.is_some() { ZSTD } else { RAW } | if root.is_some() { ROOT } else { 0 };
        value.extend_from_slice(packed.as_deref().unwrap_or(entries));
        let length = u32::try_from(entries.len()).map_err(|_| ChunkError::Format)?;
        set_head(&mut value, self.first, format, length);
        Ok(value)
    }
}

/// Fills in the head: format, checksum, length.
fn set_head(value: &mut [u8], first: Position, format: u8, length: u32) {
    let Some((head, body)) = value.split_first_chunk_mut::<HEAD>() else { return };
    let crc = checksum(first, format, length, body);
    let bytes = std::iter::once(format).chain(crc.to_le_bytes()).chain(length.to_le_bytes());
    for (slot, byte) in head.iter_mut().zip(bytes) {
        *slot = byte;
    }
}

fn checksum(first: Position, format: u8, length: u32, body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&first.0.to_be_bytes());
    hasher.update(&[format]);
    hasher.update(&length.to_le_bytes());
    hasher.update(body);
    hasher.finalize()
}

/// Opens chunks.
pub(crate) struct Unpacker {
    decompressor: zstd::bulk::Decompressor<'static>,
    entries: Vec<u8>,
}

impl Unpacker {
    pub(crate) fn new() -> Result<Self, ChunkError> {
        let decompressor = zstd::bulk::Decompressor::new().map_err(|_| ChunkError::Compression)?;
        Ok(Self { decompressor, entries: Vec::with_capacity(CHUNK_BYTES) })
    }

    /// Checks a chunk and gives a reader of its entries, and the root after it, where it ends a group.
    pub(crate) fn open<'a>(
        &'a mut self,
        first: Position,
        value: &'a [u8],
    ) -> Result<(EntryReader<'a>, Option<Digest>), ChunkError> {
        let (format, length, body) = split_head(first, value)?;
        let (root, body) = match body.split_first_chunk::<32>() {
            Some((root, rest)) if format & ROOT != 0 => (Some(Digest(*root)), rest),
            _ if format & ROOT != 0 => return Err(ChunkError::Format),
            _ => (None, body),
        };
        let entries = match format & !ROOT {
            RAW => body,
            ZSTD => {
                self.entries.clear();
                self.decompressor.decompress_to_buffer(body, &mut self.entries).map_err(|_| ChunkError::Compression)?;
                &self.entries
            }
            _ => return Err(ChunkError::Format),
        };
        if entries.len() != length || length > CHUNK_BYTES {
            return Err(ChunkError::Format);
        }
        Ok((EntryReader::new(first, entries), root))
    }
}

/// Format, length of the entries, and what follows the head, once the checksum holds.
fn split_head(first: Position, value: &[u8]) -> Result<(u8, usize, &[u8]), ChunkError> {
    let (head, body) = value.split_first_chunk::<HEAD>().ok_or(ChunkError::Format)?;
    let [format, crc0, crc1, crc2, crc3, length @ ..] = *head;
    let length = u32::from_le_bytes(length);
    if checksum(first, format, length, body) != u32::from_le_bytes([crc0, crc1, crc2, crc3]) {
        return Err(ChunkError::Checksum);
    }
    Ok((format, usize::try_from(length).unwrap_or(usize::MAX), body))
}
