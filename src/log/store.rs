//! The store under the log: sled 0.34, opened with care, and what it takes to make its writes durable.
//!
//! Invariant: what [`Store::write`] returned from is on the disk: sled's own flush never syncs, so that the file is
//! synced here. No node ever spills into `blobs/`, which nobody syncs. Nobody but this file knows sled.
//!
//! sled does not survive a write that fails: it takes no other, and cannot read what that one touched. Therefore room on
//! the disk is taken before it is written to, so that a full disk is met here and not there.
//!
//! After a sync that failed, the system may believe bytes to be on the disk that never came there, and shows them to
//! whoever reads. Such a store is marked, and whoever opens it next writes all its bytes once more before they are
//! believed. The mark need not outlive the system: neither does its belief.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::{Errno, retry_on_intr};

use super::chunk::Chunk;
use super::event_log::LogError;
use super::folder::{storage, sync_folder};
use super::guard::{Broken, guard, guard_apart};
use super::measures::Histogram;
use crate::domain::ids::Position;

/// Large enough that no node of sixteen chunks comes near a quarter of it. Fixed for the life of a store.
const SEGMENT_BYTES: u64 = 8 << 20;
/// What sled may keep of what it read and wrote, over its 256 shards.
const CACHE_BYTES: u64 = 1 << 18;
/// How often each chunk is touched. sled notes reads in blocks of 64 a shard and drops old pages only when a block is
/// full, which a log that is read once from end to end never comes to: it would keep all of itself in memory. A leaf
/// holds ten chunks or so; touched this often, every leaf fills its own block.
const TOUCHES: usize = 6;

/// How often, and after how long, a lock that should be free is tried again.
const PATIENCE: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

/// What sled writes of a chunk beside its bytes, generously: its key, heads, and its share of a node that is split.
const CHUNK_MORE: usize = 1 << 16;

/// The file that marks a store that could not be synced.
const UNSYNCED: &str = "unsynced";
/// How much is written again at once.
const BLOCK_BYTES: usize = 1 << 20;

/// Receives chunks, and says whether it wants more.
pub(crate) type Receiver<'a> = &'a mut dyn FnMut(Position, &[u8]) -> Result<bool, LogError>;

/// An open store.
pub(crate) struct Store {
    db: sled::Db,
    file: File,
    path: PathBuf,
    /// Up to where the file has its room on the disk.
    taken: AtomicU64,
    /// How long each sync took.
    pub(crate) syncs: Arc<Histogram>,
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
        write_again(path).map_err(|error| storage("writing once more what could not be synced")(&error))?;
        let db = open_patiently(path)?;
        let file = File::options().write(true).open(path.join("db"));
        let file = file.map_err(|error| storage("opening the log")(&error))?;
        sync_all(path).map_err(|error| storage("syncing the log's folder")(&error))?;
        let store =
            Self { db, file, path: path.to_owned(), taken: AtomicU64::new(0), syncs: Arc::new(Histogram::of_times()) };
        store.check_blobs().map(|()| store)
    }

    /// Closes the store. sled writes once more then, and panics where it cannot.
    pub(crate) fn close(self) {
        let Self { db, .. } = self;
        let drop = move || {
            drop(db);
            Ok(())
        };
        if let Err(broken) = guard_apart(drop) {
            tracing::warn!(reason = broken.words, "the store could not be closed cleanly");
        }
    }

    /// Takes room on the disk for so many bytes more, and for a segment that they may begin. Where the disk knows no
    /// such thing, nothing is taken.
    pub(crate) fn take_room(&self, bytes: usize) -> Result<(), LogError> {
        let failed = storage("taking room on the disk");
        let length = self.file.metadata().map_err(|error| failed(&error))?.len();
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let (taken, wanted) = (self.taken.load(Ordering::Relaxed), length.saturating_add(bytes));
        if wanted <= taken {
            return Ok(());
        }
        let wanted = wanted.next_multiple_of(SEGMENT_BYTES);
        match retry_on_intr(|| fallocate(&self.file, FallocateFlags::KEEP_SIZE, taken, wanted - taken)) {
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.taken.store(wanted, Ordering::Relaxed),
            Err(error) => return Err(failed(&error.into())),
        }
        Ok(())
    }

    /// Writes chunks, all or none, durable when it returns.
    pub(crate) fn write(&self, chunks: Vec<Chunk>) -> Result<(), LogError> {
        self.take_room(chunks.iter().map(|chunk| chunk.value.len() + CHUNK_MORE).sum())?;
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
        guard(|| (0..TOUCHES).try_for_each(|_| self.db.contains_key(key).map(|_| ()))).map_err(unreadable)
    }

    fn sync(&self) -> Result<(), LogError> {
        let began = Instant::now();
        if let Err(error) = self.file.sync_data() {
            if let Err(unmarked) = File::create(self.path.join(UNSYNCED)) {
                tracing::error!(error = %unmarked, "the log could neither be synced nor marked as unsynced");
            }
            return Err(storage("syncing the log")(&error));
        }
        self.syncs.note_time(began.elapsed());
        Ok(())
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
        let found = guard(find).map_err(unreadable)?;
        found.map(|(key, value)| Ok((position_of(&key)?, value))).transpose()
    }

    /// Hands over the chunks from this key on, until the receiver has enough.
    pub(crate) fn chunks(&self, from: Position, each: Receiver<'_>) -> Result<(), LogError> {
        let mut chunks = self.db.range(from.0.to_be_bytes()..);
        while let Some((key, value)) = guard(|| chunks.next().transpose()).map_err(unreadable)? {
            self.touch(&key)?;
            if !each(position_of(&key)?, &value)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether anything spilled into files that are never synced.
    pub(crate) fn check_blobs(&self) -> Result<(), LogError> {
        let blobs = self.path.join("blobs");
        let spilled = fs::read_dir(&blobs).is_ok_and(|mut files| files.next().is_some());
        if !spilled {
            return Ok(());
        }
        Err(LogError::Damaged(format!("there are files in {}, where the log never puts any", blobs.display())))
    }
}

fn config(path: &Path) -> sled::Config {
    sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .segment_size(usize::try_from(SEGMENT_BYTES).unwrap_or(usize::MAX))
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
            Err(broken) if broken.trouble.is_some() => return Err(broken.during("opening the log")),
            opened => {
                let damaged = |broken: Broken| format!("the store does not open ({})", broken.words);
                return opened.map_err(|broken| LogError::Damaged(damaged(broken)));
            }
        }
    }
    Err(LogError::Damaged("the store does not open (its lock is not given up)".into()))
}

/// What cannot be read is damaged, but where the system itself says why.
fn unreadable(broken: Broken) -> LogError {
    match broken.trouble {
        Some(_) => broken.during("reading the log"),
        None => LogError::Damaged(format!("the store cannot be read ({})", broken.words)),
    }
}

fn position_of(key: &[u8]) -> Result<Position, LogError> {
    let bytes = key.try_into().map_err(|_| LogError::Damaged("the store holds a key that is no position".into()))?;
    Ok(Position(u64::from_be_bytes(bytes)))
}

/// A process that is killed while opening leaves half a snapshot, which every later open would choke on; the whole one
/// before it is still there.
fn remove_half_snapshots(path: &Path) -> io::Result<()> {
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

/// Writes every byte of a store again that is marked as unsynced, so that the system no longer takes it for written.
fn write_again(path: &Path) -> io::Result<()> {
    let mark = path.join(UNSYNCED);
    if !mark.exists() {
        return Ok(());
    }
    let file = File::options().read(true).write(true).open(path.join("db"))?;
    let (mut block, mut at) = (vec![0; BLOCK_BYTES], 0);
    loop {
        let length = file.read_at(&mut block, at)?;
        let Some(read) = block.get(..length).filter(|read| !read.is_empty()) else { break };
        file.write_all_at(read, at)?;
        at += u64::try_from(length).unwrap_or(0);
    }
    file.sync_all()?;
    fs::remove_file(mark)
}

/// Makes the store's files, their names, and the folder's own name durable.
fn sync_all(path: &Path) -> io::Result<()> {
    for name in ["conf", "db"] {
        File::open(path.join(name))?.sync_all()?;
    }
    sync_folder(path)?;
    path.parent().map_or(Ok(()), sync_folder)
}
