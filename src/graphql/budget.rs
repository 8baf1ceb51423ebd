//! Memory that callers share: what is read for them and what waits to be read by them, each from one purse.
//!
//! Invariant: whatever callers do, both purses together hold no more than [`Limits`] says; what does not fit is refused
//! before it is made larger. What was taken is given back when the last byte of it is dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::fault::{Code, Fault};
use super::limits::Limits;

/// The unit that a purse counts in.
const UNIT: usize = 1024;
/// What a value of a request's JSON takes in memory, by estimate: itself, its name, and its place in a map.
const VALUE_BYTES: usize = 256;
/// What a value of an answer takes until it is written, by estimate.
const ANSWERED_BYTES: usize = 256;
/// An answer that is not larger is bounded by the number of connections alone.
const SMALL: usize = 64 * 1024;

/// A purse of memory.
#[derive(Clone, Debug)]
pub struct Purse {
    units: Arc<Semaphore>,
    bytes: usize,
}

/// A part of a purse; given back when it is dropped.
#[derive(Debug)]
pub struct Part(OwnedSemaphorePermit);

impl Purse {
    /// A purse with so many bytes.
    pub fn of(bytes: usize) -> Self {
        Self { units: Arc::new(Semaphore::new((bytes / UNIT).min(Semaphore::MAX_PERMITS))), bytes }
    }

    /// Takes so many bytes; none where there are not as many.
    fn take(&self, bytes: usize) -> Option<Part> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).ok()?;
        Arc::clone(&self.units).try_acquire_many_owned(units).ok().map(Part)
    }

    /// How many bytes are taken.
    pub fn taken(&self) -> usize {
        self.bytes.saturating_sub(self.units.available_permits().saturating_mul(UNIT))
    }

    fn empty(&self) -> Fault {
        let sentence =
            format!("Ask again in a second: other requests fill all of the {} bytes that are set aside.", self.bytes);
        Fault::limit(Code::TooBusy, sentence, self.bytes)
    }

    /// More than there is, whatever others do.
    fn never(&self) -> Fault {
        let sentence = format!("Send less at once: all of the memory set aside is {} bytes.", self.bytes);
        Fault::limit(Code::BodyTooLarge, sentence, self.bytes)
    }

    /// The same of an answer; what was asked may be done.
    fn never_answered(&self) -> Fault {
        let sentence = format!(
            "Ask for less at once: all of the memory set aside for answers is {} bytes. A mutation may have been done; \
             send it again with the same idempotencyKey to see.",
            self.bytes
        );
        Fault::limit(Code::TooManyRows, sentence, self.bytes)
    }

    /// How many bytes a part holds.
    pub fn held(part: &Part) -> usize {
        part.0.num_permits().saturating_mul(UNIT)
    }

    /// No memory for an answer: what was asked is done, and said again when the same is sent again.
    fn unheard(&self) -> Fault {
        let sentence = format!(
            "Ask again in a second, a mutation with the same idempotencyKey, for it is done: answers that wait to be \
             read fill all of the {} bytes that are set aside.",
            self.bytes
        );
        Fault::limit(Code::TooBusy, sentence, self.bytes)
    }

    /// Takes what a request of so many bytes and values needs until it is answered.
    ///
    /// # Errors
    /// A fault where other requests hold too much.
    pub fn take_for_request(&self, body: &[u8]) -> Result<Part, Fault> {
        let bytes = body.len().saturating_add(values_in(body).saturating_mul(VALUE_BYTES));
        if bytes > self.bytes {
            let most = self.bytes / VALUE_BYTES;
            let sentence = format!("Send less at once: the body holds more than {most} values.");
            return Err(Fault::limit(Code::BodyTooLarge, sentence, most));
        }
        self.take(bytes).ok_or_else(|| self.empty())
    }

    /// Takes the first so many bytes for a body of which nobody knows how long it is.
    ///
    /// # Errors
    /// A fault where other requests hold too much.
    pub fn take_for_body(&self, bytes: usize) -> Result<Part, Fault> {
        self.take(bytes).ok_or_else(|| self.empty())
    }

    /// Makes a part hold so many bytes in all, however small the pieces are that they come in.
    ///
    /// # Errors
    /// A fault where other requests hold too much.
    pub fn grow(&self, part: &mut Part, bytes: usize) -> Result<(), Fault> {
        if bytes > self.bytes {
            return Err(self.never());
        }
        let more = bytes.div_ceil(UNIT).saturating_sub(part.0.num_permits());
        if more > 0 {
            let more = self.take(more.saturating_mul(UNIT)).ok_or_else(|| self.empty())?;
            part.0.merge(more.0);
        }
        Ok(())
    }

    /// Takes what so many values of an answer need until it is written.
    ///
    /// # Errors
    /// A fault where other answers hold too much.
    pub fn take_for_values(&self, values: u64) -> Result<Part, Fault> {
        let mut part = self.take_for_body(0)?;
        self.grow_for_values(&mut part, values).map(|()| part)
    }

    /// Makes a part hold what so many values need in all.
    ///
    /// # Errors
    /// As [`Purse::take_for_values`].
    pub fn grow_for_values(&self, part: &mut Part, values: u64) -> Result<(), Fault> {
        let bytes = bytes_of(values);
        if bytes > self.bytes { Err(self.never_answered()) } else { self.grow(part, bytes) }
    }

    /// The body of an answer, which has to be read within a time.
    ///
    /// # Errors
    /// A fault where other answers that nobody reads hold too much.
    pub fn hold(&self, answer: Vec<u8>, limits: &Limits) -> Result<Body, Fault> {
        if answer.len() <= SMALL {
            return Ok(Body::from(answer));
        }
        if answer.len() > self.bytes {
            return Err(self.never_answered());
        }
        let part = self.take(answer.len()).ok_or_else(|| self.unheard())?;
        let bytes = Bytes::from_owner(Kept { answer, _part: part });
        Ok(Body::new(Timed { bytes, until: Instant::now() + limits.answer_time, time: limits.answer_time }))
    }
}

/// How many JSON values a text holds at most, without reading it: what stands between commas and after brackets.
fn values_in(body: &[u8]) -> usize {
    let (mut values, mut within, mut escaped) = (1_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if within => escaped = true,
            b'"' => within = !within,
            b',' | b'[' | b'{' if !within => values = values.saturating_add(1),
            _ => {}
        }
    }
    values
}

fn bytes_of(values: u64) -> usize {
    usize::try_from(values).unwrap_or(usize::MAX).saturating_mul(ANSWERED_BYTES)
}

/// An answer with the memory it takes.
struct Kept {
    answer: Vec<u8>,
    _part: Part,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.answer
    }
}

/// A body in pieces, which breaks off where it is not read in time.
struct Timed {
    bytes: Bytes,
    until: Instant,
    time: Duration,
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        if Instant::now() > self.until {
            let sentence = format!("the answer was not read within {} seconds", self.time.as_secs());
            return Poll::Ready(Some(Err(std::io::Error::other(sentence))));
        }
        let piece = self.bytes.len().min(SMALL);
        Poll::Ready(Some(Ok(Frame::data(self.bytes.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.bytes.len()).unwrap_or(u64::MAX))
    }
}
