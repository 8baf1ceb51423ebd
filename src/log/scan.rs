//! Handing over the entries of one chunk that a reader asked for.
//!
//! Invariant: in order, each once, and none outside the range.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::{Mutex, PoisonError};

use super::chunk::{ChunkError, Unpacker};
use super::event_log::LogError;
use crate::domain::event::Entry;
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
        let new = || Unpacker::new().map_err(|error| LogError::Damaged(error.to_string()));
        let mut unpacker = waiting.map_or_else(new, Ok)?;
        let result = read(&mut unpacker);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < UNPACKERS_MAX {
            waiting.push(unpacker);
        }
        result
    }
}

/// Hands over a chunk's entries in the range. Breaks off where the receiver does, or the range ends.
pub(crate) fn hand_over(
    unpacker: &mut Unpacker,
    first: Position,
    value: &[u8],
    range: RangeInclusive<Position>,
    each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, LogError> {
    let damaged = |error: ChunkError| LogError::Damaged(format!("the chunk of position {first}: {error}"));
    let (mut reader, _) = unpacker.open(first, value).map_err(damaged)?;
    let (from, to) = (*range.start(), *range.end());
    if from > first {
        let Some(entry) = reader.find(from).map_err(|error| damaged(error.into()))? else {
            return Ok(ControlFlow::Continue(()));
        };
        if each(entry).is_break() || from >= to {
            return Ok(ControlFlow::Break(()));
        }
    }
    while !reader.is_done() {
        let entry = reader.next_entry().map_err(|error| damaged(error.into()))?;
        let here = entry.position;
        if here > to || each(entry).is_break() || here == to {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
