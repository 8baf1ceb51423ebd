//! Reading an archive and believing nothing: checksums, order, whole commits, every mark's root, what it says it holds.
//!
//! Invariant: what was handed over is right only once the reading came to an end without an error: a mark vouches for
//! what stands before it. What was never said to be held (the tail of a copy that was broken off) is no damage.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::mark::Mark;
use super::place::{Place, Segment};
use super::record::{self, Record};
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::log::chunk::{Chunk, unpack};
use crate::log::event_log::Checkpoint;
use crate::log::watermark;

/// Receives entries, each with what all up to it come to.
pub(super) type Receiver<'a> = &'a mut dyn FnMut(Entry, &Mark) -> Result<(), ArchiveError>;

/// How a reading goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// With the next segment.
    Next,
    /// Not at all: what was wanted is read, or nothing more was said to be held.
    Done,
}

/// Why a record cannot be taken.
enum Fault {
    /// It is not what was written.
    Damage(String),
    /// The receiver broke off.
    Receiver(ArchiveError),
}

/// A reading of an archive.
pub(super) struct Reading<'a> {
    place: &'a Place,
    /// What the archive says that it holds; nothing where it does not say so.
    held: Option<Checkpoint>,
    mark: Mark,
    /// The same at the last mark, and where that ends in its segment.
    sure: Mark,
    sure_at: u64,
    /// Whether a segment has to begin where the one before ended.
    begun: bool,
}

impl<'a> Reading<'a> {
    /// From the first entry on.
    pub(super) fn new(place: &'a Place) -> Self {
        let held = watermark::read(&place.watermark()).ok();
        Self { place, held, mark: Mark::default(), sure: Mark::default(), sure_at: 0, begun: true }
    }

    /// Reads to the first mark at or after a position, or to the end; what all up to there comes to.
    pub(super) fn to(mut self, until: Option<Position>, each: Receiver<'_>) -> Result<Checkpoint, ArchiveError> {
        let mut segments = self.segments()?;
        loop {
            let first = self.sure.position().next();
            if !segments.iter().any(|segment| segment.first == first) {
                segments = self.segments()?;
            }
            let Some(segment) = segments.iter().find(|segment| segment.first == first).copied() else {
                self.missing(first)?;
                break;
            };
            match self.segment(segment, until, each) {
                Ok(Then::Next) => {}
                Ok(Then::Done) => break,
                // It was full meanwhile and has its last name now.
                Err(ArchiveError::Gone(_)) if segment.last.is_none() => segments = self.segments()?,
                Err(error) => return Err(error),
            }
        }
        let reached = self.sure.checkpoint();
        match until {
            Some(until) if until > reached.position => Err(ArchiveError::Beyond { ends: reached.position }),
            Some(_) => Ok(reached),
            None => self.whose().map(|()| reached),
        }
    }

    /// Reads the last segment alone, and believes where it begins: what all comes to, and where the segment ends.
    pub(super) fn last(mut self, segment: Segment) -> Result<(Mark, u64), ArchiveError> {
        self.begun = false;
        self.segment(segment, None, &mut |_, _| Ok(()))?;
        self.whose()?;
        Ok((self.sure, self.sure_at))
    }

    fn segments(&self) -> Result<Vec<Segment>, ArchiveError> {
        self.place.segments().map_err(|error| self.place.failed("reading the archive")(&error))
    }

    /// That the archive says whose it is and what it holds.
    fn whose(&self) -> Result<(), ArchiveError> {
        if self.place.ledger.is_none() {
            return Err(self.damage(self.place.words(), 0, "it does not say whose archive this is"));
        }
        if self.held.is_none() {
            return Err(self.damage(self.place.watermark(), 0, "it does not say what the archive holds"));
        }
        Ok(())
    }

    /// No segment begins here: that is the end, unless more was said to be held.
    fn missing(&self, first: Position) -> Result<(), ArchiveError> {
        if self.held.is_none_or(|held| held.position < first) {
            return Ok(());
        }
        let file = self.place.file(Segment { first, last: None });
        Err(self.damage(file, 0, "no such file holds the entries from there on"))
    }

    fn damage(&self, file: PathBuf, at: u64, reason: impl Into<String>) -> ArchiveError {
        ArchiveError::Damaged { file, at, reason: reason.into(), whole: self.sure.position() }
    }

    /// What is wrong with a segment at this place: nothing, where it was never said to be held.
    fn broken(&self, file: &Path, at: u64, reason: String) -> Result<Then, ArchiveError> {
        match self.held {
            Some(held) if held.position <= self.sure.position() => Ok(Then::Done),
            _ => Err(self.damage(file.to_owned(), at, reason)),
        }
    }

    fn segment(&mut self, segment: Segment, until: Option<Position>, each: Receiver<'_>) -> Result<Then, ArchiveError> {
        let path = self.place.file(segment);
        let mut file = match File::open(&path) {
            Ok(file) => BufReader::with_capacity(1 << 16, file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(ArchiveError::Gone(path)),
            Err(error) => return Err(self.place.failed("reading the archive")(&error)),
        };
        let mut at = 0;
        loop {
            let (record, length) = match record::take(&mut file) {
                Ok(Some(taken)) => taken,
                Ok(None) => return self.end(segment, &path, at),
                Err(reason) => return self.broken(&path, at, reason),
            };
            match self.record(record, at, each) {
                Ok(false) => {}
                Ok(true) => self.sure_at = at + length,
                Err(Fault::Damage(reason)) => return self.broken(&path, at, reason),
                Err(Fault::Receiver(error)) => return Err(error),
            }
            at += length;
            if until.is_some_and(|until| self.sure.position() >= until) {
                return Ok(Then::Done);
            }
        }
    }

    /// Takes a record; whether it was one that vouches for all before it.
    fn record(&mut self, record: Record, at: u64, each: Receiver<'_>) -> Result<bool, Fault> {
        match record {
            Record::Begin(mark) if at == 0 => {
                if self.begun && mark.checkpoint() != self.sure.checkpoint() {
                    return Err(Fault::Damage("it does not begin where the entries before it end".into()));
                }
                (self.mark, self.sure, self.begun) = (mark.light(), mark, true);
                Ok(true)
            }
            Record::Chunk(chunk) if at > 0 => self.chunk(&chunk, each).map(|()| false),
            Record::Mark(position, root) if at > 0 => {
                if position != self.mark.position() || root != self.mark.root() || !self.mark.is_whole() {
                    let words =
                        format!("the root of the entries up to position {position} is not the one that it says");
                    return Err(Fault::Damage(words));
                }
                self.sure = self.mark.light();
                Ok(true)
            }
            _ => Err(Fault::Damage("it does not begin as a segment does".into())),
        }
    }

    fn chunk(&mut self, chunk: &Chunk, each: Receiver<'_>) -> Result<(), Fault> {
        let entries = unpack(chunk).map_err(|error| Fault::Damage(error.to_string()))?;
        for entry in entries {
            self.mark.push(&entry).map_err(Fault::Damage)?;
            self.check_known().map_err(Fault::Receiver)?;
            each(entry, &self.mark).map_err(Fault::Receiver)?;
        }
        Ok(())
    }

    /// Holds the root against what the archive says of itself.
    fn check_known(&self) -> Result<(), ArchiveError> {
        let here = self.mark.position();
        let other = |file| Err(self.damage(file, 0, format!("it names another root at position {here}")));
        if here == Position(1) && self.place.ledger.is_some_and(|root| root != self.mark.root()) {
            return other(self.place.words());
        }
        match self.held {
            Some(held) if held.position == here && held.root != self.mark.root() => other(self.place.watermark()),
            _ => Ok(()),
        }
    }

    /// A segment's end: it has to hold what its name says.
    fn end(&self, segment: Segment, file: &Path, at: u64) -> Result<Then, ArchiveError> {
        let whole = self.sure.position();
        match segment.last {
            Some(last) if last == whole => Ok(Then::Next),
            None if self.held.is_none_or(|held| held.position <= whole) => Ok(Then::Done),
            _ => self.broken(file, at, format!("it ends at position {whole}, and more was written")),
        }
    }
}
