//! The store under the log: sled 0.34, opened with care, and what it takes to make its writes durable.
//!
//! Invariant: what [`Store::write`] returned from is on the disk: sled's own flush never syncs, so that the file is
//! synced here. No node ever spills into `blobs/`, which nobody syncs. Nobody but this file knows sled.
//!
//! A segment that sled has begun lies wholly in the file from the next write on: a sync then need not write the file's new
//! length with every entry.
//!
//! sled does not survive a write that fails: it takes no other, and cannot read what that one touched. Therefore, once a
//! disk has little room left, the room of the next segment too is taken before it is written to, so that a full disk is
//! met here and not there.
//!
//! After a sync that failed, the system may believe bytes to be on the disk that never came there, and shows them to
//! whoever reads. Such a store is marked, and whoever opens it next writes all its bytes once more before they are
//! believed. The mark need not outlive the system: neither does its belief.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::{Errno, retry_on_intr};

use super::chunk::Chunk;
use super::event_log::LogError;
use super::folder::{storage, sync_folder};
use super::guard::{Broken, guard, guard_apart};
use super::measures::Histogram;
use super::nudge::Nudge;
use crate::domain::ids::Position;

/// Large enough that no node of sixteen chunks comes near a quarter of it. Fixed for the life of a store.
const SEGMENT_BYTES: u64 = 8 << 20;
/// What sled may keep of what it read and wrote, over its 256 shards.
const CACHE_BYTES: u64 = 1 << 18;
/// How often one chunk in [`TOUCHED_OF`] is touched. sled notes reads in blocks of 64 a shard and drops old pages only
/// when a block is full, which a log that is read once from end to end never comes to: it would keep all of itself in
/// memory. A leaf holds ten chunks or so; touched this often, every leaf fills its own block.
const TOUCHES: usize = 24;
/// Of so many chunks one is touched for all of them: the first touch finds the leaf, the others find it in the cache.
const TOUCHED_OF: usize = 4;

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
    /// There until the store is dropped.
    db: Option<sled::Db>,
    nudge: Option<Nudge>,
    file: File,
    path: PathBuf,
    taken: Mutex<Taken>,
    /// Whether the next segment's room is taken ahead.
    tight: AtomicBool,
    /// How many chunks were read and written.
    passed: AtomicUsize,
    /// How long each sync took.
    pub(crate) syncs: Arc<Histogram>,
}

/// The room on the disk that was taken for the file.
#[derive(Default)]
struct Taken {
    /// Up to where.
    to: u64,
    /// Where the segment that was begun ended then: the file was as long.
    end: u64,
}

/// sled writes once more when it is closed, and panics where it cannot.
impl Drop for Store {
    fn drop(&mut self) {
        drop(self.nudge.take());
        let Some(db) = self.db.take() else { return };
        let close = move || {
            drop(db);
            Ok(())
        };
        if let Err(broken) = guard_apart(close) {
            mark(&self.path);
            tracing::warn!(reason = broken.words, "the store could not be closed cleanly");
        }
    }
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

    /// Opens a store; `anew` where what was written last may not have come to the disk.
    pub(crate) fn open(path: &Path, anew: bool) -> Result<Self, LogError> {
        Self::open_marked(path, anew).inspect_err(|error| {
            if matches!(error, LogError::Storage { .. }) {
                mark(path);
            }
        })
    }

    fn open_marked(path: &Path, anew: bool) -> Result<Self, LogError> {
        for name in ["conf", "db"] {
            if !path.join(name).is_file() {
                return Err(LogError::Damaged(format!("the file {name} is missing from {}", path.display())));
            }
        }
        remove_half_snapshots(path).map_err(|error| storage("clearing the log's folder")(&error))?;
        let marked = path.join(UNSYNCED).exists();
        if anew || marked {
            write_again(path).map_err(|error| storage("writing once more what could not be synced")(&error))?;
        }
        let file = File::options().write(true).open(path.join("db"));
        let file = file.map_err(|error| storage("opening the log")(&error))?;
        let (taken, syncs) = (Mutex::default(), Arc::new(Histogram::of_times()));
        let db = Some(open_patiently(path)?);
        let (tight, passed) = (AtomicBool::new(true), AtomicUsize::new(0));
        let mut store = Self { db, nudge: None, file, path: path.to_owned(), taken, tight, passed, syncs };
        let nudge = store.db.clone().map(Nudge::start).transpose();
        store.nudge = nudge.map_err(|error| storage("opening the log")(&error))?;
        sync_all(path).map_err(|error| storage("syncing the log's folder")(&error))?;
        if marked {
            fs::remove_file(path.join(UNSYNCED)).map_err(|error| storage("clearing the log's folder")(&error))?;
        }
        store.check_blobs().map(|()| store)
    }

    fn db(&self) -> sled::Result<&sled::Db> {
        self.db.as_ref().ok_or_else(|| sled::Error::Unsupported("the store is closed".into()))
    }

    /// Whether the next segment's room is taken before what is written from now on. What is to be taken is taken at once.
    pub(crate) fn set_tight(&self, tight: bool) -> Result<(), LogError> {
        self.tight.store(tight, Ordering::Relaxed);
        self.take_room(0)
    }

    /// Takes room on the disk: up to the end of the segment that was begun, and where little is left, for so many bytes
    /// more and the segment that they may begin.
    fn take_room(&self, bytes: usize) -> Result<(), LogError> {
        // Asking for the file's metadata would make a kernel with fine-grained times set them anew at the next write,
        // and the sync write those too.
        let length = (&self.file).seek(SeekFrom::End(0)).map_err(|error| storage("taking room on the disk")(&error))?;
        let end = length.next_multiple_of(SEGMENT_BYTES);
        self.take(FallocateFlags::empty(), length, end)?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.tight.load(Ordering::Relaxed) {
            *taken = Taken::default();
            return Ok(());
        }
        let wanted = end.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX)).saturating_add(SEGMENT_BYTES);
        // Where the file has become shorter, what was taken beyond its end is gone.
        let from = if length < taken.end { end } else { taken.to };
        let to = if wanted > from { wanted.next_multiple_of(SEGMENT_BYTES) } else { from };
        self.take(FallocateFlags::KEEP_SIZE, from, to)?;
        *taken = Taken { to, end };
        Ok(())
    }

    /// Takes the room from one place to another, of which sled may write to any part meanwhile: what is there stays. Only
    /// a disk that is full, or holds no longer file, is a reason to stop: one that does not know how to take room is
    /// written to without.
    fn take(&self, flags: FallocateFlags, from: u64, to: u64) -> Result<(), LogError> {
        if from >= to {
            return Ok(());
        }
        match retry_on_intr(|| fallocate(&self.file, flags, from, to - from)) {
            Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG)) => {
                Err(storage("taking room on the disk")(&error.into()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Writes chunks, all or none, durable when it returns.
    pub(crate) fn write(&self, chunks: Vec<Chunk>) -> Result<(), LogError> {
        self.take_room(chunks.iter().map(|chunk| chunk.value.len() + CHUNK_MORE).sum())?;
        let keys: Vec<_> = chunks.iter().map(|chunk| chunk.first.0.to_be_bytes()).collect();
        self.apply(|db| put(db, chunks))?;
        keys.iter().try_for_each(|key| self.touch(key))
    }

    /// Makes a change durable. sled syncs parts of the file itself, and what it is told of the disk then nobody is told
    /// again: whatever fails, the store is marked.
    fn apply(&self, change: impl FnOnce(&sled::Db) -> sled::Result<()>) -> Result<(), LogError> {
        let apply = || {
            change(self.db()?)?;
            self.db()?.flush()
        };
        let under_way = self.nudge.as_ref().map(Nudge::under_way);
        let applied = guard(apply).map_err(|broken| broken.during("writing the log"));
        drop(under_way);
        applied.and_then(|_| self.sync()).inspect_err(|_| mark(&self.path))
    }

    /// Notes that a chunk was read or written. See [`TOUCHES`].
    fn touch(&self, key: &[u8]) -> Result<(), LogError> {
        if !self.passed.fetch_add(1, Ordering::Relaxed).is_multiple_of(TOUCHED_OF) {
            return Ok(());
        }
        guard(|| (0..TOUCHES).try_for_each(|_| self.db()?.contains_key(key).map(|_| ()))).map_err(unreadable)
    }

    fn sync(&self) -> Result<(), LogError> {
        let began = Instant::now();
        self.file.sync_data().map_err(|error| storage("syncing the log")(&error))?;
        self.syncs.note_time(began.elapsed());
        Ok(())
    }

    /// Takes everything from a chunk on out again, and puts this one in its place.
    pub(crate) fn cut(&self, from: Position, instead: Vec<Chunk>) -> Result<(), LogError> {
        self.apply(|db| {
            let mut batch = sled::Batch::default();
            for key in db.range(from.0.to_be_bytes()..).keys() {
                batch.remove(key?);
            }
            insert_all(&mut batch, instead);
            db.apply_batch(batch)
        })
    }

    /// The position of the first entry of the chunk that would hold this position.
    pub(crate) fn chunk_of(&self, position: Position) -> Result<Option<Position>, LogError> {
        Ok(self.last_chunk(position)?.map(|(first, _)| first))
    }

    /// The last chunk whose key is not beyond a position, with its key.
    pub(crate) fn last_chunk(&self, position: Position) -> Result<Option<(Position, sled::IVec)>, LogError> {
        let find = || self.db()?.range(..=position.0.to_be_bytes()).next_back().transpose();
        let found = guard(find).map_err(unreadable)?;
        found.map(|(key, value)| Ok((position_of(&key)?, value))).transpose()
    }

    /// Hands over the chunks from this key on, until the receiver has enough.
    pub(crate) fn chunks(&self, from: Position, each: Receiver<'_>) -> Result<(), LogError> {
        let mut chunks = guard(|| Ok(self.db()?.range(from.0.to_be_bytes()..))).map_err(unreadable)?;
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

/// Puts chunks, all or none. One alone needs no batch, which sled announces in a write of its own: the page that both
/// lie in would go to the disk twice, one write after the other.
fn put(db: &sled::Db, chunks: Vec<Chunk>) -> sled::Result<()> {
    match <[Chunk; 1]>::try_from(chunks) {
        Ok([only]) => db.insert(only.first.0.to_be_bytes(), only.value).map(drop),
        Err(several) => {
            let mut batch = sled::Batch::default();
            insert_all(&mut batch, several);
            db.apply_batch(batch)
        }
    }
}

fn insert_all(batch: &mut sled::Batch, chunks: Vec<Chunk>) {
    for chunk in chunks {
        batch.insert(&chunk.first.0.to_be_bytes(), chunk.value);
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

/// Marks a store of which something may not have come to the disk.
fn mark(path: &Path) {
    if let Err(error) = File::create(path.join(UNSYNCED)) {
        tracing::error!(%error, "the log could neither be synced nor marked as unsynced");
    }
}

/// Writes every byte of a store again, so that the system no longer takes for written what is not.
fn write_again(path: &Path) -> io::Result<()> {
    let file = File::options().read(true).write(true).open(path.join("db"))?;
    let (mut block, mut at) = (vec![0; BLOCK_BYTES], 0);
    loop {
        let length = file.read_at(&mut block, at)?;
        let Some(read) = block.get(..length).filter(|read| !read.is_empty()) else { break };
        file.write_all_at(read, at)?;
        at += u64::try_from(length).unwrap_or(0);
    }
    file.sync_all()
}

/// Makes the store's files, their names, and the folder's own name durable.
fn sync_all(path: &Path) -> io::Result<()> {
    for name in ["conf", "db"] {
        File::open(path.join(name))?.sync_all()?;
    }
    sync_folder(path)?;
    path.parent().map_or(Ok(()), sync_folder)
}
