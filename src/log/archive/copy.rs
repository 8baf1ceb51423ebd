//! An archive that is written: entries are read back from the log, packed, hashed, and made durable round by round.
//!
//! Invariant: a round ends with a whole commit whose root is the log's at that position; only then is a mark written,
//! the segment synced, and the archive's watermark raised. After an error an archive is opened again: what was written
//! since the last round was never said to be held, and is cut off.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::mark::Mark;
use super::place::{Place, Segment};
use super::read::Reading;
use super::record::{put_begin, put_chunk, put_mark};
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::log::chunk::pack;
use crate::log::event_log::{Checkpoint, EventLog, LogError};
use crate::log::folder::{Lock, sync_folder};
use crate::log::watermark::{self, Slots};

/// How much is done at once.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// About how many entries a round copies at most.
    pub round: u64,
    /// A segment takes no further round once it has this many entries.
    pub segment: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { round: 1 << 16, segment: 1 << 17 }
    }
}

/// How many entries are packed at once, and at most about how many bytes of lines.
const PACKED_ENTRIES: usize = 2_048;
const PACKED_BYTES: usize = 4 << 20;

/// An archive that this process writes.
pub struct Archive {
    place: Place,
    _lock: Lock,
    held: Slots,
    acknowledged: Slots,
    said: Checkpoint,
    mark: Mark,
    open: Option<Open>,
    written: u64,
    sizes: Sizes,
}

/// The segment that entries go into.
struct Open {
    file: File,
    path: PathBuf,
    first: Position,
}

impl Archive {
    /// Opens the archive of a log in a folder, or makes one where there is none.
    ///
    /// # Errors
    /// An [`ArchiveError`] where the folder is another's, holds other things, or is damaged.
    pub fn open_or_make(path: &Path, log: &dyn EventLog) -> Result<Self, ArchiveError> {
        match Self::open(path, log) {
            Err(ArchiveError::NoArchive(_)) => {
                if log.last() == Position(0) {
                    return Err(ArchiveError::Empty);
                }
                let (place, lock) = Place::make(path, log.root_at(Position(1))?)?;
                Self::start(place, lock, Mark::default(), None)
            }
            opened => opened,
        }
    }

    /// Opens the archive of a log. Its last segment is verified, and held against the log.
    ///
    /// # Errors
    /// As [`Archive::open_or_make`], and where there is none.
    pub fn open(path: &Path, log: &dyn EventLog) -> Result<Self, ArchiveError> {
        let place = Place::find(path)?;
        let lock = place.hold()?;
        let segments = place.segments().map_err(|error| place.failed("reading the archive")(&error))?;
        check_names(&place, &segments)?;
        let last = segments.last().copied();
        let (mark, end) = last.map_or_else(|| Ok(Default::default()), |segment| Reading::new(&place).last(segment))?;
        check_reached(&place, &mark)?;
        check_history(&place, &mark, log)?;
        let open = last.filter(|segment| segment.last.is_none());
        let open = open.map(|segment| Open::again(&place, segment, end)).transpose()?;
        Self::start(place, lock, mark, open)
    }

    fn start(place: Place, lock: Lock, mark: Mark, open: Option<Open>) -> Result<Self, ArchiveError> {
        let held = Slots::open(&place.watermark()).map_err(|error| place.because(error))?;
        if watermark::read(&place.acknowledged()).is_err() {
            watermark::create(&place.acknowledged(), mark.checkpoint()).map_err(|error| place.because(error))?;
        }
        let said = watermark::read(&place.acknowledged()).map_err(|error| place.because(error))?;
        let acknowledged = Slots::open(&place.acknowledged()).map_err(|error| place.because(error))?;
        Ok(Self { place, _lock: lock, held, acknowledged, said, mark, open, written: 0, sizes: Sizes::default() })
    }

    /// The same, with other sizes.
    pub fn with(self, sizes: Sizes) -> Self {
        Self { sizes, ..self }
    }

    /// What the archive holds.
    pub fn checkpoint(&self) -> Checkpoint {
        self.mark.checkpoint()
    }

    /// How many bytes were written since it was opened.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Copies up to a position, at which a commit ends, or some way towards it; at least one commit.
    ///
    /// # Errors
    /// An [`ArchiveError`] where the log cannot be read or the archive not written.
    pub fn copy(mut self, log: &dyn EventLog, to: Position) -> Result<Self, ArchiveError> {
        self.check_there()?;
        self.say(log.checkpoint())?;
        if self.mark.position() >= to {
            return Ok(self);
        }
        self.make_ready()?;
        let before = self.mark.position();
        self.entries(log, to)?;
        let reached = self.mark.checkpoint();
        if reached.position == before || !self.mark.is_whole() || log.root_at(reached.position)? != reached.root {
            let words =
                format!("the entries up to position {} are not read back as they were written", reached.position);
            return Err(LogError::Damaged(words).into());
        }
        let mut mark = Vec::new();
        put_mark(&mut mark, &self.mark);
        self.write(&mark)?;
        self.sync()?;
        self.held.write(reached).map_err(|error| self.place.because(error))?;
        Ok(self)
    }

    /// Notes what the ledger has acknowledged, so that the archive can say what it lacks. That may be less than before: a
    /// ledger that was made again from an older copy.
    fn say(&mut self, acknowledged: Checkpoint) -> Result<(), ArchiveError> {
        if acknowledged != self.said {
            self.acknowledged.write(acknowledged).map_err(|error| self.place.because(error))?;
            self.said = acknowledged;
        }
        Ok(())
    }

    /// That the folder is still the one that was opened: what goes into files without a name is lost.
    fn check_there(&self) -> Result<(), ArchiveError> {
        let gone = |_| ArchiveError::Gone(self.place.path().to_owned());
        std::fs::metadata(self.place.words()).map_err(gone)?;
        let Some(open) = &self.open else { return Ok(()) };
        let (named, ours) = (std::fs::metadata(&open.path).map_err(gone)?, open.file.metadata().map_err(gone)?);
        let same = (named.dev(), named.ino()) == (ours.dev(), ours.ino());
        if same { Ok(()) } else { Err(ArchiveError::Gone(self.place.path().to_owned())) }
    }

    /// Sees to it that there is a segment that takes more.
    fn make_ready(&mut self) -> Result<(), ArchiveError> {
        let failed = self.place.failed("writing the archive");
        let here = self.mark.position();
        if let Some(full) = self.open.take_if(|open| here.next().0 - open.first.0 >= self.sizes.segment) {
            let closed = self.place.file(Segment { first: full.first, last: Some(here) });
            let renamed = std::fs::rename(&full.path, closed).and_then(|()| sync_folder(self.place.path()));
            renamed.map_err(|error| failed(&error))?;
        }
        if self.open.is_none() {
            let (open, length) = Open::make(&self.place, &self.mark).map_err(|error| failed(&error))?;
            self.open = Some(open);
            self.written += length;
        }
        Ok(())
    }

    fn entries(&mut self, log: &dyn EventLog, to: Position) -> Result<(), ArchiveError> {
        let (from, round, mut outcome) = (self.mark.position().next(), self.sizes.round, Ok(()));
        let mut waiting = Waiting::default();
        log.scan(from, to, &mut |entry| {
            let (here, whole) = (entry.position, entry.commit == 0);
            outcome = self.take(entry, &mut waiting);
            let enough = whole && here.next().0 - from.0 >= round;
            if outcome.is_err() || enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        outcome?;
        self.pack(&mut waiting)
    }

    fn take(&mut self, entry: Entry, waiting: &mut Waiting) -> Result<(), ArchiveError> {
        waiting.bytes += self.mark.push(&entry).map_err(LogError::Damaged)?;
        waiting.entries.push(entry);
        let enough = waiting.entries.len() >= PACKED_ENTRIES || waiting.bytes >= PACKED_BYTES;
        if enough { self.pack(waiting) } else { Ok(()) }
    }

    fn pack(&mut self, waiting: &mut Waiting) -> Result<(), ArchiveError> {
        let chunks = pack(&waiting.entries).map_err(|error| LogError::Disorder(error.to_string()))?;
        let mut bytes = Vec::new();
        for chunk in &chunks {
            put_chunk(&mut bytes, chunk);
        }
        waiting.entries.clear();
        waiting.bytes = 0;
        self.write(&bytes)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), ArchiveError> {
        self.written += bytes.len() as u64;
        let written = self.open.as_mut().map_or(Ok(()), |open| open.file.write_all(bytes));
        written.map_err(|error| self.place.failed("writing the archive")(&error))
    }

    fn sync(&self) -> Result<(), ArchiveError> {
        let synced = self.open.as_ref().map_or(Ok(()), |open| open.file.sync_data());
        synced.map_err(|error| self.place.failed("syncing the archive")(&error))
    }
}

/// Entries on their way into chunks.
#[derive(Default)]
struct Waiting {
    entries: Vec<Entry>,
    bytes: usize,
}

impl Open {
    /// Begins a segment; how many bytes that took.
    fn make(place: &Place, mark: &Mark) -> io::Result<(Self, u64)> {
        let first = mark.position().next();
        let path = place.file(Segment { first, last: None });
        let new = path.with_extension("new");
        let mut begin = Vec::new();
        put_begin(&mut begin, mark);
        let mut file = File::create(&new)?;
        file.write_all(&begin)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        sync_folder(place.path())?;
        Ok((Self { file, path, first }, begin.len() as u64))
    }

    /// Goes on with a segment: cuts off what a copy that was broken off left behind its last mark.
    fn again(place: &Place, segment: Segment, end: u64) -> Result<Self, ArchiveError> {
        let path = place.file(segment);
        let reopened = || {
            let mut file = OpenOptions::new().write(true).open(&path)?;
            if file.metadata()?.len() > end {
                file.set_len(end)?;
            }
            file.sync_all()?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = reopened().map_err(|error| place.failed("opening the archive")(&error))?;
        Ok(Self { file, path, first: segment.first })
    }
}

/// That no segment is missing between two others.
fn check_names(place: &Place, segments: &[Segment]) -> Result<(), ArchiveError> {
    let mut whole = Position(0);
    for segment in segments {
        if segment.first != whole.next() {
            let file = place.file(Segment { first: whole.next(), last: None });
            let reason = "no such file holds the entries from there on".into();
            return Err(ArchiveError::Damaged { file, at: 0, reason, whole });
        }
        whole = segment.last.unwrap_or(whole);
    }
    Ok(())
}

/// That the archive reaches what it says that it holds.
fn check_reached(place: &Place, mark: &Mark) -> Result<(), ArchiveError> {
    let held = watermark::read(&place.watermark()).map_err(|error| place.because(error))?;
    if held.position <= mark.position() {
        return Ok(());
    }
    let whole = mark.position();
    let reason = format!("it says position {}, but the segments end at position {whole}", held.position);
    Err(ArchiveError::Damaged { file: place.watermark(), at: 0, reason, whole })
}

/// That the archive is that of this log, and holds the beginning of what the log holds.
fn check_history(place: &Place, mark: &Mark, log: &dyn EventLog) -> Result<(), ArchiveError> {
    let (here, folder) = (mark.position(), place.path().to_owned());
    let damaged = |reason: &str| {
        let (file, reason) = (place.words(), reason.to_owned());
        Err(ArchiveError::Damaged { file, at: 0, reason, whole: here })
    };
    let Some(ledger) = place.ledger else { return damaged("it does not say whose archive this is") };
    let is_ours = log.last() > Position(0) && log.root_at(Position(1))? == ledger;
    let is_same = here <= log.last() && (here == Position(0) || log.root_at(here)? == mark.root());
    match (is_ours, is_same) {
        (true, true) => Ok(()),
        (false, true) if here > Position(0) => damaged("it names another ledger than the entries do"),
        (false, _) => Err(ArchiveError::OtherLedger(folder)),
        (true, false) if here > log.last() => Err(ArchiveError::Ahead { folder, archive: here, ledger: log.last() }),
        (true, false) => Err(ArchiveError::OtherHistory { folder, at: here }),
    }
}
