//! Reading a stretch of the log, chunk after chunk.
//!
//! Invariant: every entry of the stretch is handed over once, in order, and none outside it; where one is missing, that
//! is said instead of passed over.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::chunk::{ChunkError, Unpacker};
use super::codec::CodecError;
use super::envelope::EntryReader;
use super::event_log::{Item, LogError};
use crate::domain::event::{Actor, CommandKey, Entry};
use crate::domain::ids::Position;

/// Unpackers that wait for the next reader: each holds a fifth of a megabyte, too much to make anew for one entry.
#[derive(Default)]
pub(crate) struct Unpackers(Mutex<Vec<Unpacker>>);

/// The most unpackers that wait.
const UNPACKERS_MAX: usize = 4;

impl Unpackers {
    /// Reads with an unpacker that nobody else uses meanwhile.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&mut Unpacker) -> Result<T, LogError>) -> Result<T, LogError> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut unpacker = waiting.map_or_else(unpacker, Ok)?;
        let result = read(&mut unpacker);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < UNPACKERS_MAX {
            waiting.push(unpacker);
        }
        result
    }
}

/// A new unpacker.
pub(crate) fn unpacker() -> Result<Unpacker, LogError> {
    Unpacker::new().map_err(|error| LogError::Damaged(error.to_string()))
}

/// What is wrong with the chunk that begins at a position.
pub(crate) fn damaged(first: Position) -> impl Fn(ChunkError) -> LogError + Copy {
    move |error| LogError::Damaged(format!("the chunk of position {first}: {error}"))
}

/// Takes exactly one entry from a reader, and says whether it wants the next.
pub(crate) type Taker<'a> = &'a mut dyn FnMut(&mut EntryReader<'_>) -> Result<ControlFlow<()>, CodecError>;

/// Takes entries from a reader as whoever scans wants them: whole.
pub(crate) fn whole(
    each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
) -> impl FnMut(&mut EntryReader<'_>) -> Result<ControlFlow<()>, CodecError> {
    move |reader| reader.next_entry().map(&mut *each)
}

/// Takes entries from a reader as a fold wants them.
pub(crate) fn items(
    each: &mut dyn FnMut(Item<'_>),
) -> impl FnMut(&mut EntryReader<'_>) -> Result<ControlFlow<()>, CodecError> {
    move |reader| reader.next_item().map(&mut *each).map(ControlFlow::Continue)
}

/// Takes the keys of commands from a reader.
pub(crate) fn keys(
    each: &mut dyn FnMut(Position, &Actor, &CommandKey),
) -> impl FnMut(&mut EntryReader<'_>) -> Result<ControlFlow<()>, CodecError> {
    move |reader| {
        let position = reader.position();
        if let Some((actor, key)) = reader.next_key()? {
            each(position, actor, &key);
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// A stretch that is being read.
pub(crate) struct Stretch {
    next: Position,
    to: Position,
    begun: bool,
    broken_off: bool,
}

impl Stretch {
    /// The entries from one position to another, both included.
    pub(crate) fn new(from: Position, to: Position) -> Self {
        Self { next: from, to, begun: false, broken_off: false }
    }

    /// Takes what the chunk holds of the stretch; says whether more is wanted.
    pub(crate) fn chunk(
        &mut self,
        unpacker: &mut Unpacker,
        (first, value): (Position, &[u8]),
        take: Taker<'_>,
    ) -> Result<bool, LogError> {
        if first > self.next || (self.begun && first != self.next) {
            return Err(LogError::Damaged(format!(
                "entries are missing: position {} is wanted, and what is there goes on at position {first}",
                self.next
            )));
        }
        self.begun = true;
        let (mut reader, _) = unpacker.open(first, value).map_err(damaged(first))?;
        let damaged = |error: CodecError| damaged(first)(error.into());
        reader.skip_to(self.next).map_err(damaged)?;
        while !reader.is_done() && self.next <= self.to {
            self.broken_off = take(&mut reader).map_err(damaged)?.is_break();
            self.next = reader.position();
            if self.broken_off {
                break;
            }
        }
        Ok(!self.broken_off && self.next <= self.to)
    }

    /// Ends the reading: all that was wanted must have come.
    pub(crate) fn finish(self) -> Result<(), LogError> {
        if self.broken_off || self.next > self.to {
            return Ok(());
        }
        Err(LogError::Damaged(format!("the entries from position {} to {} are missing", self.next, self.to)))
    }
}
