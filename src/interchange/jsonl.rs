//! The exported log, out and in: one line an entry, the very bytes that the log's hashes are made of.
//!
//! Invariant: what is imported was checked to the last line before the folder exists, and has the positions, lines and
//! root of the log it was exported from. Rules are not decided again.

use std::fs;
use std::io::{self, BufRead, Write};
use std::ops::ControlFlow;
use std::path::Path;

use super::fault::FileError;
use crate::domain::event::{Entry, Event, EventKind};
use crate::domain::ids::{EntryId, Position};
use crate::domain::money::grouped;
use crate::log::event_log::{Checkpoint, EventLog, LogError};
use crate::log::line;
use crate::log::sled_log::SledLog;
use crate::log::stage::Order;
use crate::log::workshop::{check_empty, make_whole};

/// The longest line of an exported log, in bytes.
pub const LINE_MAX: u64 = 4 * 1024 * 1024;
/// About how many entries are appended at once.
const APPENDED_AT_ONCE: usize = 8_192;

/// Why an export or import came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum JsonlError {
    /// The file, or a line of it.
    #[error(transparent)]
    File(#[from] FileError),
    /// The folder holds something already.
    #[error("{0}")]
    NotEmpty(String),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Reading or writing.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Writes the lines of a log up to a position. `progress` is told each position.
///
/// # Errors
/// Where the log cannot be read or the output not written.
pub fn export(
    log: &dyn EventLog,
    to: Position,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(Position),
) -> Result<(), JsonlError> {
    let (mut line, mut outcome) = (Vec::with_capacity(1024), Ok(()));
    log.scan(Position(1), to, &mut |entry| {
        line.clear();
        line::write_line(&entry, &mut line);
        line.push(b'\n');
        outcome = out.write_all(&line);
        progress(entry.position);
        if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    outcome?;
    Ok(out.flush()?)
}

/// Makes the ledger of an exported log in a folder that does not exist yet or is empty.
///
/// # Errors
/// The first line that is not as it was exported; or that the folder holds something, or cannot be written.
pub fn import(file: &Path, folder: &Path, progress: &mut dyn FnMut(Position)) -> Result<Checkpoint, JsonlError> {
    check_empty(folder)
        .map_err(|what| JsonlError::NotEmpty(format!("{what}. Name a folder that does not exist yet.")))?;
    let name = file.display().to_string();
    each_commit(file, &name, &mut |commit| {
        progress(commit.last().map_or(Position(0), |entry| entry.position));
        Ok(())
    })?;
    make_whole(folder, |made| fill(file, &name, made))
}

fn fill(file: &Path, name: &str, folder: &Path) -> Result<Checkpoint, JsonlError> {
    let log = SledLog::create(folder)?;
    let mut waiting = Vec::new();
    each_commit(file, name, &mut |commit| {
        waiting.extend(commit);
        if waiting.len() >= APPENDED_AT_ONCE {
            log.append(&waiting)?;
            waiting.clear();
        }
        Ok(())
    })?;
    if !waiting.is_empty() {
        log.append(&waiting)?;
    }
    log.stop()?;
    Ok(log.checkpoint())
}

/// Opens a file on disk. It is read twice, so that a pipe would not do.
fn opened(file: &Path, name: &str) -> Result<fs::File, FileError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FileError::Missing(format!("There is no file {name}. Check the name and folder.")),
        _ => FileError::Unreadable(format!("{name} cannot be read: {error}.")),
    };
    // Looked at before it is opened: opening a pipe could wait for ever.
    let about = fs::metadata(file).map_err(unreadable)?;
    if about.is_dir() {
        return Err(FileError::Whole(format!("{name} is a folder; name the file in it.")));
    }
    if !about.is_file() {
        return Err(FileError::Whole(format!("{name} is no file on disk; save what it gives, and name that.")));
    }
    fs::File::open(file).map_err(unreadable)
}

/// Reads a file commit by commit, and checks that it is a whole log.
fn each_commit(
    file: &Path,
    name: &str,
    each: &mut dyn FnMut(Vec<Entry>) -> Result<(), JsonlError>,
) -> Result<(), JsonlError> {
    let mut reader = io::BufReader::new(opened(file, name)?);
    let (mut chain, mut commit) = (Chain::default(), Vec::new());
    while let Some(entry) = next_entry(&mut reader, name, chain.order.last.next())? {
        chain.check(name, &entry)?;
        let ends = entry.commit == 0;
        commit.push(entry);
        if ends {
            each(std::mem::take(&mut commit))?;
        }
    }
    if chain.order.last == Position(0) {
        return Err(FileError::Whole(format!("{name} holds no line of a log.")).into());
    }
    if commit.is_empty() {
        return Ok(());
    }
    let sentence = format!(
        "{name} ends in the middle of a commit, at line {}: it was cut off. Export it again.",
        chain.order.last
    );
    Err(FileError::Whole(sentence).into())
}

/// What the next line has to follow, and what it may name: the kind of every entry before it, a byte each.
#[derive(Default)]
struct Chain {
    order: Order,
    kinds: Vec<u8>,
}

impl Chain {
    fn check(&mut self, name: &str, entry: &Entry) -> Result<(), FileError> {
        let position = self.order.last.next();
        if let Some(wrong) = self.order.next(entry).err().or_else(|| self.wrong(entry)) {
            return Err(at_line(name, position, wrong));
        }
        self.kinds.push(tag(entry.event.kind()));
        Ok(())
    }

    /// What is wrong with what an entry names.
    fn wrong(&self, entry: &Entry) -> Option<String> {
        if (entry.position == Position(1)) != matches!(entry.event, Event::LedgerOpened(_)) {
            return Some("a log begins with LedgerOpened, once".to_owned());
        }
        if matches!(&entry.event, Event::EntryReversed(event) if event.entry.kind == EventKind::EntryReversed) {
            return Some("it reverses a reversal".to_owned());
        }
        let named = entry.event.references().into_iter().chain(entry.batch.map(EntryId::from));
        let missing = named.into_iter().find(|id| !self.holds(*id))?;
        Some(format!("it names {missing}, which does not stand before it"))
    }

    fn holds(&self, id: EntryId) -> bool {
        let index = usize::try_from(id.position.0).ok().and_then(|position| position.checked_sub(1));
        index.and_then(|index| self.kinds.get(index)) == Some(&tag(id.kind))
    }
}

fn tag(kind: EventKind) -> u8 {
    u8::try_from(kind.tag()).unwrap_or(u8::MAX)
}

fn at_line(name: &str, position: Position, wrong: impl std::fmt::Display) -> FileError {
    FileError::Whole(format!("{name}, line {position}: {wrong}. Take the log as `coledger export log` wrote it."))
}

fn next_entry(reader: &mut impl BufRead, name: &str, position: Position) -> Result<Option<Entry>, JsonlError> {
    let mut line = Vec::new();
    io::Read::take(&mut *reader, LINE_MAX + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() as u64 > LINE_MAX {
        return Err(at_line(name, position, format!("longer than {} bytes", grouped(LINE_MAX))).into());
    }
    if line.pop() != Some(b'\n') {
        return Err(at_line(name, position, "it does not end; the file was cut off").into());
    }
    let text = std::str::from_utf8(&line).map_err(|_| at_line(name, position, "it is no UTF-8"))?;
    let entry = line::parse_line(text).map_err(|fault| at_line(name, position, fault))?;
    Ok(Some(entry))
}
