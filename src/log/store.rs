//! The store under the log: sled 0.34, opened with care, and what it takes to make its writes durable.
//!
//! Invariant: what [`Store::write`] returned from is on the disk: sled's own flush never syncs, so that the file is
//! synced here. No node ever spills into `blobs/`, which nobody syncs. Nobody but this file knows sled.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::chunk::Chunk;
use super::event_log::LogError;
use super::folder::{storage, sync_folder};
use super::guard::{Broken, guard, guard_apart};
use super::trouble::Trouble;
use crate::domain::ids::Position;

/// Large enough that no node of sixteen chunks comes near a quarter of it. Fixed for the life of a store.
const SEGMENT_BYTES: usize = 8 << 20;
/// What sled may keep of what it read and wrote, over its 256 shards.
const CACHE_BYTES: u64 = 1 << 18;
/// How often each chunk is touched. sled notes reads in blocks of 64 a shard and drops old pages only when a block is
/// full, which a log that is read once from end to end never comes to: it would keep all of itself in memory. A leaf
/// holds ten chunks or so; touched this often, every leaf fills its own block.
const TOUCHES: usize = 6;

/// How often, and after how long, a lock that should be free is tried again.
const PATIENCE: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

/// Receives chunks, and says whether it wants more.
pub(crate) type Receiver<'a> = &'a mut dyn FnMut(Position, &[u8]) -> Result<bool, LogError>;

/// An open store.
pub(crate) struct Store {
    db: sled::Db,
    file: File,
    blobs: PathBuf,
}

impl Store {
    /// Makes a new store, whole and durable, and closes it.
    pub(crate) fn create(path: &Path) -> Result<(), LogError> {
        let making = storage("making the log's folder");
        if path.exists() {
            fs::remove_dir_all(path).map_err(|error| making(&error))?;
        }
        let opened = path.to_owned();
        guard_apart(move || config(&opened).open().and_then(|db| db.flush()))
            .map_err(|broken| broken.during("making the log"))?;
        sync_all(path).map_err(|error| making(&error))
    }

    /// Opens a store.
    pub(crate) fn open(path: &Path) -> Result<Self, LogError> {
        for name in ["conf", "db"] {
            if !path.join(name).is_file() {
                return Err(LogError::Damaged(format!("the file {name} is missing from {}", path.display())));
            }
        }
        remove_half_snapshots(path).map_err(|error| storage("clearing the log's folder")(&error))?;
        let db = open_patiently(path)?;
        let file = File::options().write(true).open(path.join("db"));
        let file = file.map_err(|error| storage("opening the log")(&error))?;
        sync_all(path).map_err(|error| storage("syncing the log's folder")(&error))?;
        let store = Self { db, file, blobs: path.join("blobs") };
        store.check_blobs().map(|()| store)
    }

    /// Writes chunks, all or none, durable when it returns.
    pub(crate) fn write(&self, chunks: Vec<Chunk>) -> Result<(), LogError> {
        let keys: Vec<_> = chunks.iter().map(|chunk| chunk.first.0.to_be_bytes()).collect();
        let mut batch = sled::Batch::default();
        for chunk in chunks {
            batch.insert(&chunk.first.0.to_be_bytes(), chunk.value);
        }
        guard(|| self.db.apply_batch(batch).and_then(|()| self.db.flush()))
            .map_err(|broken| broken.during("writing the log"))?;
        self.sync()?;
        keys.iter().try_for_each(|key| self.touch(key))
    }

    /// See [`TOUCHES`].
    fn touch(&self, key: &[u8]) -> Result<(), LogError> {
        guard(|| (0..TOUCHES).try_for_each(|_| self.db.contains_key(key).map(|_| ())))
            .map_err(|broken| unreadable(&broken))
    }

    fn sync(&self) -> Result<(), LogError> {
        self.file.sync_data().map_err(|error| storage("syncing the log")(&error))
    }

    /// Takes everything from a chunk on out again, and puts this one in its place.
    pub(crate) fn cut(&self, from: Position, instead: Vec<Chunk>) -> Result<(), LogError> {
        let cut = || {
            let mut batch = sled::Batch::default();
            for key in self.db.range(from.0.to_be_bytes()..).keys() {
                batch.remove(key?);
            }
            for chunk in instead {
                batch.insert(&chunk.first.0.to_be_bytes(), chunk.value);
            }
            self.db.apply_batch(batch).and_then(|()| self.db.flush())
        };
        guard(cut).map_err(|broken| broken.during("writing the log"))?;
        self.sync()
    }

    /// The position of the first entry of the chunk that would hold this position.
    pub(crate) fn chunk_of(&self, position: Position) -> Result<Option<Position>, LogError> {
        Ok(self.last_chunk(position)?.map(|(first, _)| first))
    }

    /// The last chunk whose key is not beyond a position, with its key.
    pub(crate) fn last_chunk(&self, position: Position) -> Result<Option<(Position, sled::IVec)>, LogError> {
        let find = || self.db.range(..=position.0.to_be_bytes()).next_back().transpose();
        let found = guard(find).map_err(|broken| unreadable(&broken))?;
        found.map(|(key, value)| Ok((position_of(&key)?, value))).transpose()
    }

    /// Hands over the chunks from this key on, until the receiver has enough.
    pub(crate) fn chunks(&self, from: Position, each: Receiver<'_>) -> Result<(), LogError> {
        let mut chunks = self.db.range(from.0.to_be_bytes()..);
        while let Some((key, value)) = guard(|| chunks.next().transpose()).map_err(|broken| unreadable(&broken))? {
            self.touch(&key)?;
            if !each(position_of(&key)?, &value)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether anything spilled into files that are never synced.
    pub(crate) fn check_blobs(&self) -> Result<(), LogError> {
        let spilled = fs::read_dir(&self.blobs).is_ok_and(|mut files| files.next().is_some());
        if !spilled {
            return Ok(());
        }
        Err(LogError::Damaged(format!("there are files in {}, where the log never puts any", self.blobs.display())))
    }
}

fn config(path: &Path) -> sled::Config {
    sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(None)
        .use_compression(false)
}

/// Opens the database. sled has a lock of its own that outlives its owner for a moment, where a process is just being
/// started that has copies of our files; whoever holds the folder waits for it.
fn open_patiently(path: &Path) -> Result<sled::Db, LogError> {
    for _ in 0..PATIENCE {
        let opened = path.to_owned();
        match guard_apart(move || config(&opened).open()) {
            Err(broken) if broken.words.contains("could not acquire lock") => std::thread::sleep(PAUSE),
            Err(broken) if broken.trouble != Trouble::StorageFailed => return Err(broken.during("opening the log")),
            opened => {
                let damaged = |broken: Broken| format!("the store does not open ({})", broken.words);
                return opened.map_err(|broken| LogError::Damaged(damaged(broken)));
            }
        }
    }
    Err(LogError::Damaged("the store does not open (its lock is not given up)".into()))
}

/// What cannot be read is damaged, but where the system itself says why.
fn unreadable(broken: &Broken) -> LogError {
    if broken.trouble == Trouble::StorageFailed {
        return LogError::Damaged(format!("the store cannot be read ({})", broken.words));
    }
    LogError::Storage { step: "reading the log", reason: broken.words.clone(), trouble: broken.trouble }
}

fn position_of(key: &[u8]) -> Result<Position, LogError> {
    let bytes = key.try_into().map_err(|_| LogError::Damaged("the store holds a key that is no position".into()))?;
    Ok(Position(u64::from_be_bytes(bytes)))
}

/// A process that is killed while opening leaves half a snapshot, which every later open would choke on; the whole one
/// before it is still there.
fn remove_half_snapshots(path: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes the store's files, their names, and the folder's own name durable.
fn sync_all(path: &Path) -> std::io::Result<()> {
    for name in ["conf", "db"] {
        File::open(path.join(name))?.sync_all()?;
    }
    sync_folder(path)?;
    path.parent().map_or(Ok(()), sync_folder)
}
