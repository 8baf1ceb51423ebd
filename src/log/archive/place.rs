//! The folder of an archive: whose it is, who writes it, which segments it has.
//!
//! Invariant: one program writes an archive at a time, and a folder that holds anything else is never made one. Names
//! here are for ever: `coledger.archive`, `coledger.lock`, `watermark`, `acknowledged`, `FIRST-LAST.chunks`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::error::ArchiveError;
use super::mark::Mark;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::log::event_log::LogError;
use crate::log::folder::{Lock, replace};
use crate::log::watermark;

const FORMAT: u32 = 1;
const FORMAT_WORDS: &str = "coledger archive, format ";
const LEDGER_WORDS: &str = "ledger ";
const NAME: &str = "coledger.archive";
/// What may stand in a folder that becomes an archive: what an interrupted making left, and what a disk's own root has.
#[rustfmt::skip]
const NO_MATTER: &[&str] = &[
    "coledger.lock", "coledger.new", "watermark", "watermark.new", "acknowledged", "acknowledged.new", "lost+found",
];

/// A segment, by its name: the positions of its first entry and, once nothing more goes into it, its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Segment {
    pub(super) first: Position,
    pub(super) last: Option<Position>,
}

impl Segment {
    pub(super) fn name(self) -> String {
        let last = self.last.map_or_else(String::new, |last| format!("{:010}", last.0));
        format!("{:010}-{last}.chunks", self.first.0)
    }

    fn parse(name: &str) -> Option<Self> {
        let (first, last) = name.strip_suffix(".chunks")?.split_once('-')?;
        let number = |text: &str| text.parse().ok().map(Position);
        let last = if last.is_empty() { None } else { Some(number(last)?) };
        Some(Self { first: number(first)?, last }).filter(|segment| segment.name() == name)
    }
}

/// The folder of an archive.
pub(super) struct Place {
    path: PathBuf,
    /// The root at position 1 of its ledger; nothing where the file that says it cannot be read.
    pub(super) ledger: Option<Digest>,
}

impl Place {
    /// Finds an archive.
    pub(super) fn find(path: &Path) -> Result<Self, ArchiveError> {
        let file = path.join(NAME);
        let words = match fs::read(&file) {
            Ok(words) => words,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                let place = Self { path: path.to_owned(), ledger: None };
                let lost = place.segments().is_ok_and(|segments| !segments.is_empty());
                return if lost { Ok(place) } else { Err(ArchiveError::NoArchive(path.to_owned())) };
            }
            Err(error) => return Err(storage(path, "reading the archive")(&error)),
        };
        Ok(Self { path: path.to_owned(), ledger: parse(&words)? })
    }

    /// Makes an archive of a ledger in a folder that is empty or does not exist yet, and holds it.
    pub(super) fn make(path: &Path, ledger: Digest) -> Result<(Self, Lock), ArchiveError> {
        match fs::create_dir(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(ArchiveError::NoParent(path.parent().unwrap_or(path).to_owned()));
            }
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(storage(path, "making the archive")(&error));
            }
            _ => check_empty(path)?,
        }
        let place = Self { path: path.to_owned(), ledger: Some(ledger) };
        let lock = place.hold()?;
        check_empty(path)?;
        for file in [place.watermark(), place.acknowledged()] {
            watermark::create(&file, Mark::default().checkpoint()).map_err(|error| place.because(error))?;
        }
        replace(&path.join(NAME), &words(ledger)).map_err(|error| place.because(error))?;
        sync_folder(path.parent().unwrap_or(path)).map_err(|error| place.failed("making the archive")(&error))?;
        Ok((place, lock))
    }

    /// Takes hold of the folder.
    pub(super) fn hold(&self) -> Result<Lock, ArchiveError> {
        let file = OpenOptions::new().create(true).append(true).open(self.path.join("coledger.lock"));
        let file = file.map_err(|error| self.failed("locking the archive")(&error))?;
        let lock = Lock::take(file).map_err(|error| self.failed("locking the archive")(&error))?;
        lock.ok_or_else(|| ArchiveError::Held(self.path.clone()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self, segment: Segment) -> PathBuf {
        self.path.join(segment.name())
    }

    /// The file that says whose archive it is.
    pub(super) fn words(&self) -> PathBuf {
        self.path.join(NAME)
    }

    /// The file that says what the archive holds.
    pub(super) fn watermark(&self) -> PathBuf {
        self.path.join("watermark")
    }

    /// The file that says what the ledger had acknowledged when it was last seen.
    pub(super) fn acknowledged(&self) -> PathBuf {
        self.path.join("acknowledged")
    }

    /// Its segments, in order.
    pub(super) fn segments(&self) -> io::Result<Vec<Segment>> {
        let mut segments = Vec::new();
        for file in fs::read_dir(&self.path)? {
            segments.extend(file?.file_name().to_str().and_then(Segment::parse));
        }
        segments.sort_unstable();
        Ok(segments)
    }

    /// An error of the system while this was being done.
    pub(super) fn failed(&self, step: &'static str) -> impl Fn(&io::Error) -> ArchiveError {
        storage(&self.path, step)
    }

    /// What the log says of a file of its own, as said of one here.
    pub(super) fn because(&self, error: LogError) -> ArchiveError {
        match error {
            LogError::Storage { step, reason, .. } => ArchiveError::Storage { folder: self.path.clone(), step, reason },
            error => error.into(),
        }
    }
}

fn words(ledger: Digest) -> Vec<u8> {
    format!("{FORMAT_WORDS}{FORMAT}\n{LEDGER_WORDS}{ledger}\n").into_bytes()
}

/// Whose archive it is; nothing where it does not say so.
fn parse(bytes: &[u8]) -> Result<Option<Digest>, ArchiveError> {
    let Some(text) = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix(FORMAT_WORDS)) else {
        return Ok(None);
    };
    let mut lines = text.lines();
    let format = lines.next().and_then(|format| format.parse::<u32>().ok());
    if let Some(format) = format.filter(|format| *format > FORMAT) {
        let words = format!(
            "this archive was made by a newer Coledger (format {format}); this release reads format {FORMAT}: restore it \
             with the release that made it"
        );
        return Err(ArchiveError::Format(words));
    }
    let ledger = lines.next().and_then(|line| line.strip_prefix(LEDGER_WORDS)?.parse().ok());
    Ok(ledger.filter(|ledger| words(*ledger) == bytes))
}

fn check_empty(path: &Path) -> Result<(), ArchiveError> {
    let reading = storage(path, "reading the folder");
    for file in fs::read_dir(path).map_err(|error| reading(&error))? {
        let name = file.map_err(|error| reading(&error))?.file_name().to_string_lossy().into_owned();
        if !NO_MATTER.contains(&name.as_str()) {
            return Err(ArchiveError::NotEmpty { folder: path.to_owned(), name });
        }
    }
    Ok(())
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path)?.sync_all()
}

fn storage(folder: &Path, step: &'static str) -> impl Fn(&io::Error) -> ArchiveError + use<> {
    let folder = folder.to_owned();
    move |error| ArchiveError::Storage { folder: folder.clone(), step, reason: error.to_string() }
}
