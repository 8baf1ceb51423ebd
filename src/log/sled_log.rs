//! The log on disk: the embedded default.
//!
//! Invariant: what was acknowledged is there after any crash, or the log refuses to open and says what is missing. It
//! never repairs by forgetting, and after the first storage error it takes nothing more until it was opened again
//! (`recovery.rs`). See `store.rs` for how bytes become durable, `watermark.rs` for how a lost end is found, `verify.rs`
//! for what is checked at every open.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::event_log::{Checkpoint, EventLog, Item, LogError, Sealed};
use super::folder::{Folder, check_leave, free_bytes, storage};
use super::found::{FoundLog, read_stretch};
use super::measures::Histogram;
use super::merkle::{Tree, stumps_in};
use super::scan::{Taker, Unpackers, items, keys, whole};
use super::stage::Stager;
use super::store::Store;
use super::tiles::Tiles;
use super::trouble::Trouble;
use super::verify::{Verified, Verifier};
use super::watermark::{self, Watermark};
use crate::domain::event::{Actor, CommandKey, Entry};
use crate::domain::ids::Position;

/// Less than this much room on the disk, and nothing more is taken: 64 MiB.
pub const ROOM_FLOOR: u64 = 64 << 20;
/// More than this, and nobody fills the disk between two looks at it: 1 GiB.
const PLENTY: u64 = 1 << 30;
/// How much time passes between two looks at whether the disk takes writes, and at what must stay empty.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How many entries are read at once for whoever scans, who may take his time with them.
const SCANNED_AT_ONCE: usize = 256;
/// How long, and how often, whoever opens the log again waits for those who read it.
const READERS: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

/// How a log is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many bytes must stay free on the disk.
    pub room_floor: u64,
    /// Open although the watermark is lost, and believe the log's end. Only after its root was compared with a
    /// checkpoint from elsewhere.
    pub without_watermark: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { room_floor: ROOM_FLOOR, without_watermark: false }
    }
}

struct Appending {
    stager: Stager,
    looked: Option<Instant>,
}

/// What is open of a log's files. It is closed and opened again where a fault has passed (`recovery.rs`).
pub(super) struct Opened {
    pub(super) store: Store,
    pub(super) watermark: Watermark,
    pub(super) tiles: Tiles,
}

impl Drop for Opened {
    fn drop(&mut self) {
        let _ = self.watermark.stop();
    }
}

/// A log on disk.
pub struct SledLog {
    /// Nothing only while it is being opened again, or where that failed: whoever wants to read then is told why. A
    /// reader keeps what it reads from, and no lock.
    opened: Mutex<Option<Arc<Opened>>>,
    /// How long each sync took.
    syncs: Arc<Histogram>,
    unpackers: Unpackers,
    appending: Mutex<Appending>,
    durable: Mutex<Checkpoint>,
    fault: Mutex<Option<LogError>>,
    options: Options,
    folder: Folder,
}

impl SledLog {
    /// Makes an empty log in a folder that holds none.
    ///
    /// # Errors
    /// [`LogError::AlreadyThere`], [`LogError::Held`], [`LogError::Denied`], [`LogError::Storage`].
    pub fn create(path: &Path) -> Result<Self, LogError> {
        Self::create_with(path, Options::default())
    }

    /// Makes an empty log, with options.
    ///
    /// # Errors
    /// As [`SledLog::create`].
    pub fn create_with(path: &Path, options: Options) -> Result<Self, LogError> {
        let folder = Folder::make(path)?;
        if !folder.log().exists() {
            Store::create(&folder.new_log())?;
            std::fs::rename(folder.new_log(), folder.log()).map_err(|error| storage("making the log")(&error))?;
        }
        let store = Store::open(&folder.log(), false)?;
        if store.chunk_of(Position(u64::MAX))?.is_some() {
            return Err(LogError::Format(format!(
                "the ledger in {} has lost its file coledger.format; restore it from a copy of the folder",
                path.display()
            )));
        }
        let stager = Stager::new(super::stage::Order::default(), super::merkle::Tree::default())?;
        watermark::create(&folder.watermark(), stager.checkpoint())?;
        folder.finish()?;
        Self::start(folder, store, stager, 0, options)
    }

    /// Opens a log, verified, and hands over every entry, in order.
    ///
    /// # Errors
    /// Any [`LogError`] that says why the log cannot be trusted, read or held.
    pub fn open(path: &Path, each: &mut dyn FnMut(&Entry)) -> Result<Self, LogError> {
        Self::open_with(path, Options::default(), each)
    }

    /// Opens a log, with options.
    ///
    /// # Errors
    /// As [`SledLog::open`].
    pub fn open_with(path: &Path, options: Options, each: &mut dyn FnMut(&Entry)) -> Result<Self, LogError> {
        let found = FoundLog::at(path, options)?;
        let verified = found.verify()?;
        let log = found.believe(verified)?;
        log.scan(Position(1), log.last(), &mut |entry| {
            each(&entry);
            ControlFlow::Continue(())
        })?;
        Ok(log)
    }

    /// Goes on from what is there; of its tiles, the first `kept` stand in their file.
    pub(super) fn start(
        folder: Folder,
        store: Store,
        stager: Stager,
        kept: usize,
        options: Options,
    ) -> Result<Self, LogError> {
        let found = stager.checkpoint();
        let watermark = Watermark::start(&folder.watermark(), found)?;
        let tiles = Tiles::start(&folder.tiles(), kept, stager.stumps());
        Ok(Self {
            syncs: Arc::clone(&store.syncs),
            opened: Mutex::new(Some(Arc::new(Opened { store, watermark, tiles }))),
            unpackers: Unpackers::default(),
            appending: Mutex::new(Appending { stager, looked: None }),
            durable: Mutex::new(found),
            fault: Mutex::new(None),
            options,
            folder,
        })
    }

    /// The folder of the ledger.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn appending(&self) -> MutexGuard<'_, Appending> {
        self.appending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its files.
    pub(super) fn files(&self) -> &Folder {
        &self.folder
    }

    /// What is durable.
    pub(super) fn durable(&self) -> Checkpoint {
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tree of the last multiple of 256 entries that is not beyond a position.
    pub(super) fn stager_tree(&self, position: Position) -> Tree {
        self.appending().stager.tree_before(position)
    }

    fn place(&self) -> MutexGuard<'_, Option<Arc<Opened>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> Result<Arc<Opened>, LogError> {
        let closed = || self.noted_fault().unwrap_or(LogError::Closed);
        self.place().clone().ok_or_else(closed)
    }

    /// Closes the files once nobody reads them any more; says whether that came to pass. Nobody new begins to read.
    pub(super) fn close(&self) -> bool {
        let Some(mut opened) = self.place().take() else { return true };
        let began = Instant::now();
        while let Err(read) = Arc::try_unwrap(opened) {
            if began.elapsed() > READERS {
                *self.place() = Some(read);
                return false;
            }
            opened = read;
            std::thread::sleep(PAUSE);
        }
        true
    }

    /// Whoever wants to read finds these files from now on.
    pub(super) fn reopen(&self, opened: Opened) {
        *self.place() = Some(Arc::new(opened));
    }

    /// Counts the syncs of a store with those of the one before it.
    pub(super) fn syncs_so_far(&self) -> Arc<Histogram> {
        Arc::clone(&self.syncs)
    }

    /// Goes on from here: nothing is at fault any more.
    pub(super) fn go_on(&self, stager: Stager, durable: Checkpoint) {
        *self.appending() = Appending { stager, looked: None };
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner) = durable;
        *self.noted() = None;
    }

    /// Notes a fault in the place of one that might have passed.
    pub(super) fn give_up(&self, error: LogError) -> LogError {
        *self.noted() = Some(error.clone());
        error
    }

    fn noted(&self) -> MutexGuard<'_, Option<LogError>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault that stopped the log.
    pub(super) fn noted_fault(&self) -> Option<LogError> {
        self.noted().clone()
    }

    fn check_fence(&self) -> Result<(), LogError> {
        self.noted().as_ref().map_or(Ok(()), |fault| Err(fault.fence()))
    }

    /// Notes the first fault: from then on nothing more is taken.
    fn fenced<T>(&self, result: Result<T, LogError>) -> Result<T, LogError> {
        result.inspect_err(|error| {
            self.noted().get_or_insert_with(|| error.clone());
        })
    }

    /// How many bytes are free, where that is not too little.
    pub(super) fn check_room(&self) -> Result<u64, LogError> {
        let free = free_bytes(self.folder.path()).map_err(|error| storage("looking for room")(&error))?;
        if free >= self.options.room_floor {
            return Ok(free);
        }
        Err(LogError::NoRoom { free_mib: free >> 20, floor_mib: self.options.room_floor >> 20 })
    }

    fn write(&self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        let (checkpoint, opened) = (sealed.checkpoint, self.opened()?);
        opened.store.write(sealed.chunks)?;
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner) = checkpoint;
        self.note_tiles(&opened.tiles, checkpoint.position);
        opened.watermark.note(checkpoint).map(|()| checkpoint)
    }

    /// Hands over the durable entries of a stretch.
    fn read_stretch(&self, from: Position, to: Position, take: Taker<'_>) -> Result<(), LogError> {
        let (from, to) = (from.max(Position(1)), to.min(self.last()));
        if from > to {
            return Ok(());
        }
        let opened = self.opened()?;
        self.unpackers.with(|unpacker| read_stretch(&opened.store, unpacker, from..=to, take))
    }

    /// Writes the tiles that are durable now. Mostly there are none.
    fn note_tiles(&self, tiles: &Tiles, durable: Position) {
        let (written, whole) = (tiles.written(), stumps_in(durable.0));
        if written < whole {
            let fresh = self.appending().stager.stumps().get(written..whole).unwrap_or_default().to_vec();
            tiles.append(&fresh);
        }
    }
}

impl EventLog for SledLog {
    fn checkpoint(&self) -> Checkpoint {
        self.durable()
    }

    fn tree_before(&self, position: Position) -> Tree {
        self.stager_tree(position)
    }

    fn admits(&self) -> Result<(), LogError> {
        self.check_fence()?;
        let looked = self.appending().looked;
        if looked.is_none_or(|looked| looked.elapsed() >= LOOK_EVERY) {
            self.takes_writes()?;
            self.fenced(self.opened()?.store.check_blobs())?;
            self.appending().looked = Some(Instant::now());
        }
        Ok(())
    }

    fn takes_writes(&self) -> Result<(), LogError> {
        let free = self.check_room()?;
        check_leave(&self.folder.log().join("db")).map_err(|error| storage("asking for leave to write")(&error))?;
        let opened = self.opened()?;
        self.fenced(opened.watermark.check())?;
        opened.store.set_tight(free < PLENTY)
    }

    fn stage(&self, entries: &[Entry]) -> Result<(), LogError> {
        self.check_fence()?;
        let result = self.appending().stager.push(entries);
        self.fenced(result)
    }

    fn seal(&self) -> Result<Sealed, LogError> {
        self.check_fence()?;
        let result = self.appending().stager.seal();
        self.fenced(result)
    }

    fn commit(&self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        self.check_fence()?;
        if sealed.chunks.is_empty() {
            return Ok(self.checkpoint());
        }
        self.fenced(self.write(sealed))
    }

    fn scan(
        &self,
        from: Position,
        to: Position,
        each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        let (mut next, to) = (from.max(Position(1)), to.min(self.last()));
        while next <= to {
            let mut read = Vec::new();
            let mut take = |entry| {
                read.push(entry);
                if read.len() < SCANNED_AT_ONCE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let result = self.read_stretch(next, to, &mut whole(&mut take));
            for entry in read {
                next = entry.position.next();
                if each(entry).is_break() {
                    return Ok(());
                }
            }
            result?;
        }
        Ok(())
    }

    fn fold(&self, from: Position, to: Position, each: &mut dyn FnMut(Item<'_>)) -> Result<(), LogError> {
        self.read_stretch(from, to, &mut items(each))
    }

    fn keys(&self, to: Position, each: &mut dyn FnMut(Position, &Actor, &CommandKey)) -> Result<(), LogError> {
        self.read_stretch(Position(1), to, &mut keys(each))
    }

    fn read(&self, position: Position) -> Result<Option<Entry>, LogError> {
        let mut found = None;
        self.scan(position, position, &mut |entry| {
            found = Some(entry);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    fn verify(&self) -> Result<Checkpoint, LogError> {
        let durable = self.checkpoint();
        let mut verifier = Verifier::new(Verified::default(), durable.position, Some(durable))?;
        let opened = self.opened()?;
        opened.store.check_blobs()?;
        opened.store.chunks(Position(1), &mut |first, value| verifier.chunk(first, value))?;
        verifier.finish().map(|_| durable)
    }

    fn syncs(&self) -> Option<&Histogram> {
        Some(&self.syncs)
    }

    fn fault(&self) -> Option<LogError> {
        self.noted_fault()
    }

    fn recover(&self) -> Result<Checkpoint, LogError> {
        self.open_again()
    }

    fn stop(&self) -> Result<(), LogError> {
        self.noted().get_or_insert_with(|| LogError::Fenced("the ledger was closed".into(), Trouble::Stopping));
        let Ok(opened) = self.opened() else { return Ok(()) };
        opened.tiles.stop();
        opened.watermark.stop()
    }
}
