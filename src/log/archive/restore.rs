//! A ledger made again from an archive, up to any position.
//!
//! Invariant: nothing is restored that no mark of the archive vouches for, a ledger appears whole or not at all, and
//! whoever restores hears what was acknowledged and is not in it.

use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::mark::Mark;
use super::place::Place;
use super::read::Reading;
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::log::event_log::{Checkpoint, EventLog, LogError};
use crate::log::sled_log::SledLog;
use crate::log::watermark;
use crate::log::workshop::{check_empty, make_whole};

/// About how many entries are appended at once.
const APPENDED_AT_ONCE: usize = 8_192;

/// What is to be restored.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Up to where; all if not given. A position inside a commit means the end of the commit before.
    pub to: Option<Position>,
    /// The folder of the ledger that was lost: its watermark says what it had acknowledged.
    pub instead_of: Option<PathBuf>,
}

/// What an archive was found to hold, and what was made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the restored ledger holds.
    pub checkpoint: Checkpoint,
    /// Where the archive ends, as far as it says so.
    pub ends: Position,
    /// The last position that the ledger is known to have acknowledged, by the archive or by what is left of the ledger.
    pub acknowledged: Option<Position>,
}

impl Restored {
    /// How many entries were acknowledged and are not in the archive.
    pub fn missing(&self) -> u64 {
        self.acknowledged.map_or(0, |acknowledged| acknowledged.0.saturating_sub(self.ends.0))
    }

    /// How many entries of the archive were left out, as was asked.
    pub fn left_out(&self) -> u64 {
        self.ends.0.saturating_sub(self.checkpoint.position.0)
    }
}

/// How far a restore is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The archive is read and checked.
    Checking(Position),
    /// Entries are written.
    Restoring(Position),
}

/// Reads an archive up to a position, or all of it, and checks everything in it.
///
/// # Errors
/// An [`ArchiveError`] that names what is damaged, or lacking.
pub fn check(archive: &Path, to: Option<Position>, progress: &mut dyn FnMut(Step)) -> Result<Restored, ArchiveError> {
    let place = Place::find(archive)?;
    let checkpoint = Reading::new(&place).to(to, &mut |entry, _| {
        progress(Step::Checking(entry.position));
        Ok(())
    })?;
    Ok(found(&place, checkpoint, checkpoint.position, None))
}

/// Makes the ledger of an archive in a folder that does not exist yet or is empty.
///
/// # Errors
/// An [`ArchiveError`] that names what is damaged or lacking; then no ledger is made.
pub fn restore(
    archive: &Path,
    folder: &Path,
    wanted: &Wanted,
    progress: &mut dyn FnMut(Step),
) -> Result<Restored, ArchiveError> {
    check_empty(folder).map_err(ArchiveError::Occupied)?;
    let place = Place::find(archive)?;
    let known = wanted.instead_of.as_deref().map(acknowledged_by).transpose()?;
    // All that is whole: that has to be known before the first entry is written.
    let (to, exact) = match wanted.to {
        Some(to) => (to, false),
        None => (check(archive, None, progress)?.checkpoint.position, true),
    };
    if to == Position(0) {
        return Err(ArchiveError::Nothing(archive.to_owned()));
    }
    let made = make_whole(folder, |made| fill(&place, made, to, known.zip(wanted.instead_of.as_deref()), progress));
    let (checkpoint, vouched) = made.map_err(|failure| failure.at(folder))?;
    let ends = if exact { to } else { vouched.position };
    Ok(found(&place, checkpoint, ends, known))
}

/// What a ledger acknowledged, whatever else of it is lost.
fn acknowledged_by(lost: &Path) -> Result<Checkpoint, ArchiveError> {
    watermark::read(&lost.join("watermark")).map_err(|error| {
        let why = match error {
            LogError::NoWatermark { state, .. } => format!("is {state}"),
            error => format!("cannot be read ({error})"),
        };
        let reason =
            format!("the file watermark in {} {why}, and nothing else says what was acknowledged", lost.display());
        ArchiveError::Unknown { reason }
    })
}

fn found(place: &Place, checkpoint: Checkpoint, ends: Position, known: Option<Checkpoint>) -> Restored {
    let position = |file: &Path| watermark::read(file).ok().map(|checkpoint| checkpoint.position);
    let known = known.map(|checkpoint| checkpoint.position);
    let acknowledged = position(&place.acknowledged()).max(known);
    Restored { checkpoint, ends: position(&place.watermark()).unwrap_or_default().max(ends), acknowledged }
}

/// Why a ledger could not be made.
struct Failure(Result<ArchiveError, std::io::Error>);

impl Failure {
    fn at(self, folder: &Path) -> ArchiveError {
        self.0.unwrap_or_else(|error| ArchiveError::Storage {
            folder: folder.to_owned(),
            step: "making the ledger",
            reason: error.to_string(),
        })
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(Err(error))
    }
}

impl<E: Into<ArchiveError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Ok(error.into()))
    }
}

/// Fills a new ledger, and reads it back; what it holds, and what the archive vouched for.
fn fill(
    place: &Place,
    folder: &Path,
    to: Position,
    known: Option<(Checkpoint, &Path)>,
    progress: &mut dyn FnMut(Step),
) -> Result<(Checkpoint, Checkpoint), Failure> {
    let log = SledLog::create(folder)?;
    let mut filling = Filling { log: &log, to, known, commit: Vec::new(), waiting: Vec::new() };
    let vouched = Reading::new(place).to(Some(to), &mut |entry, mark| {
        progress(Step::Restoring(entry.position));
        filling.take(entry, mark)
    })?;
    filling.append()?;
    let checkpoint = log.verify()?;
    if checkpoint.position == Position(0) {
        return Err(ArchiveError::Before(to).into());
    }
    if checkpoint.position == vouched.position && checkpoint.root != vouched.root {
        return Err(LogError::OtherHistory(checkpoint.position).into());
    }
    log.stop()?;
    Ok((checkpoint, vouched))
}

struct Filling<'a> {
    log: &'a SledLog,
    to: Position,
    /// What a ledger that was lost acknowledged, and its folder.
    known: Option<(Checkpoint, &'a Path)>,
    commit: Vec<Entry>,
    waiting: Vec<Entry>,
}

impl Filling<'_> {
    fn take(&mut self, entry: Entry, mark: &Mark) -> Result<(), ArchiveError> {
        let here = mark.position();
        let other = self.known.filter(|(known, _)| known.position == here && known.root != mark.root());
        if let Some((_, lost)) = other {
            return Err(ArchiveError::NotOf { lost: lost.to_owned(), at: here });
        }
        if entry.position > self.to {
            return Ok(());
        }
        let ends = entry.commit == 0;
        self.commit.push(entry);
        if ends {
            self.waiting.append(&mut self.commit);
        }
        if self.waiting.len() >= APPENDED_AT_ONCE { self.append() } else { Ok(()) }
    }

    /// Appends the whole commits that wait. One that is not whole yet stays behind.
    fn append(&mut self) -> Result<(), ArchiveError> {
        if !self.waiting.is_empty() {
            self.log.append(&self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }
}
