//! The ledger's folder on disk: who holds it, of what format it is, and that what is written there stays there.
//!
//! Invariant: one process holds a folder at a time, and a folder of another format is refused before anything in it is
//! touched. Names here are for ever: `coledger.format`, `coledger.lock`, `watermark`,
//! `tiles`, `log/`.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::event_log::LogError;
use super::trouble::Trouble;

/// The format that this release writes. It stays until the bytes of a ledger change in a way that upcasting on read
/// does not bridge.
const FORMAT: u32 = 1;
const FORMAT_WORDS: &str = "coledger ledger, format ";

/// A folder that this process holds.
pub(crate) struct Folder {
    path: PathBuf,
    _lock: Lock,
}

impl Folder {
    /// Takes hold of a folder, making it where there is none.
    pub(crate) fn make(path: &Path) -> Result<Self, LogError> {
        make_durably(path).map_err(|error| denied(path, &error))?;
        let folder = Self::hold(path)?;
        if folder.format_file().exists() { Err(LogError::AlreadyThere(path.to_owned())) } else { Ok(folder) }
    }

    /// Takes hold of a folder that holds a ledger of this format.
    pub(crate) fn find(path: &Path) -> Result<Self, LogError> {
        let format = path.join("coledger.format");
        match fs::read_to_string(&format) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(missing(path));
            }
            Err(error) if error.kind() == ErrorKind::InvalidData => check_format("")?,
            Err(error) => return Err(denied(path, &error)),
            Ok(words) => check_format(&words)?,
        }
        Self::hold(path)
    }

    fn hold(path: &Path) -> Result<Self, LogError> {
        let lock = OpenOptions::new().create(true).append(true).open(path.join("coledger.lock"));
        let lock = lock.map_err(|error| denied(path, &error))?;
        let lock = Lock::take(lock).map_err(|error| storage("locking the folder")(&error))?;
        Ok(Self { path: path.to_owned(), _lock: lock.ok_or_else(|| LogError::Held(path.to_owned()))? })
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the log's chunks are.
    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// Where a new log is made, before it takes its place.
    pub(crate) fn new_log(&self) -> PathBuf {
        self.path.join("log.new")
    }

    /// The file that says what was acknowledged.
    pub(crate) fn watermark(&self) -> PathBuf {
        self.path.join("watermark")
    }

    /// The file of hashes that spares an open most of its work.
    pub(crate) fn tiles(&self) -> PathBuf {
        self.path.join("tiles")
    }

    fn format_file(&self) -> PathBuf {
        self.path.join("coledger.format")
    }

    /// Says that a ledger of this format is in the folder. The last step of making one.
    pub(crate) fn finish(&self) -> Result<(), LogError> {
        let words = format!("{FORMAT_WORDS}{FORMAT}\n");
        replace(&self.format_file(), words.as_bytes())
    }
}

/// A locked file: unlocked when it is dropped, or by the system when the process dies.
pub(crate) struct Lock(File);

impl Lock {
    /// Locks a file; nothing where somebody else has.
    pub(crate) fn take(file: File) -> std::io::Result<Option<Self>> {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self(file))),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Lock {
    /// Said aloud, because a process that is just being started holds copies of our files for a moment.
    fn drop(&mut self) {
        let _ = flock(&self.0, FlockOperation::Unlock);
    }
}

/// A folder without a format file: no ledger, or a ledger that lost it.
fn missing(path: &Path) -> LogError {
    if path.join("log").exists() && path.join("watermark").exists() {
        let words = format!(
            "the ledger in {} has lost its file coledger.format; restore it from a copy of the folder",
            path.display()
        );
        return LogError::Format(words);
    }
    LogError::NoLedger(path.to_owned())
}

fn check_format(words: &str) -> Result<(), LogError> {
    let format = words.strip_prefix(FORMAT_WORDS).and_then(|rest| rest.trim_end().parse::<u32>().ok());
    let advice = "use the release that made it to `coledger export log`, then `coledger import log` here";
    match format {
        Some(FORMAT) => Ok(()),
        Some(older) if older < FORMAT => Err(LogError::Format(format!(
            "the file coledger.format says that this ledger was made by a pre-release of Coledger (format {older}); this \
             release reads format {FORMAT}: {advice}"
        ))),
        Some(newer) => Err(LogError::Format(format!(
            "the file coledger.format says that this ledger was made by a newer Coledger (format {newer}); this release \
             reads format {FORMAT}: {advice}"
        ))),
        None => Err(LogError::Format(
            "the file coledger.format does not say which format the ledger has; restore it from a copy of the folder"
                .into(),
        )),
    }
}

/// Replaces a file by one with these bytes: it is the old one or the new one, whatever happens.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), LogError> {
    let new = path.with_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        sync_folder(path.parent().unwrap_or(path))
    };
    write().map_err(|error| storage("writing the folder")(&error))
}

/// Makes a folder and those above it, so that a power cut leaves their names too.
fn make_durably(path: &Path) -> std::io::Result<()> {
    let missing = path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).count();
    fs::create_dir_all(path)?;
    path.ancestors().take(missing.max(1)).try_for_each(sync_name)
}

/// Makes a folder's own name durable.
fn sync_name(folder: &Path) -> std::io::Result<()> {
    match folder.parent() {
        Some(above) if above.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(above) => sync_folder(above),
        None => Ok(()),
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

/// What a ledger's folder takes on its disk, in bytes, and what is left there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// What the log takes.
    pub log: u64,
    /// What saved views take.
    pub views: u64,
    /// What is free on the disk.
    pub free: u64,
}

/// Looks what a ledger's folder takes.
///
/// # Errors
/// Where the folder or its disk cannot be asked.
pub fn room(folder: &Path) -> std::io::Result<Room> {
    Ok(Room { log: bytes_in(&folder.join("log"))?, views: bytes_in(&folder.join("views"))?, free: free_bytes(folder)? })
}

/// The bytes of the files in a folder; none where there is no folder.
fn bytes_in(folder: &Path) -> std::io::Result<u64> {
    let files = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        files => files?,
    };
    // A file that goes while the folder is read takes nothing.
    Ok(files.flatten().filter_map(|file| file.metadata().ok()).filter(fs::Metadata::is_file).map(|it| it.len()).sum())
}

/// How many bytes are free on the disk that holds a path, for a user who is not root.
pub(crate) fn free_bytes(path: &Path) -> std::io::Result<u64> {
    let stat = rustix::fs::statvfs(path)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Whether a file may be written, and a handle could be had for it.
pub(crate) fn check_leave(path: &Path) -> std::io::Result<()> {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?;
    File::open(path).map(drop)
}

/// An error of the system while this was being done.
pub(crate) fn storage(step: &'static str) -> impl Fn(&std::io::Error) -> LogError {
    move |error| LogError::Storage { step, reason: error.to_string(), trouble: Trouble::of(error) }
}

fn denied(path: &Path, error: &std::io::Error) -> LogError {
    LogError::Denied { folder: path.to_owned(), reason: error.to_string() }
}
