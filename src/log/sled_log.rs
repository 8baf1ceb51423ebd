//! The log on disk: the embedded default.
//!
//! Invariant: what was acknowledged is there after any crash, or the log refuses to open and says what is missing. It
//! never repairs by forgetting, and after the first storage error it takes nothing more. See `store.rs` for how bytes
//! become durable, `watermark.rs` for how a lost end is found, `verify.rs` for what is checked at every open.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::chunk::{Packer, Unpacker};
use super::event_log::{Checkpoint, EventLog, LogError, Sealed};
use super::folder::{Folder, free_bytes, storage};
use super::merkle::Tree;
use super::scan::{Unpackers, hand_over};
use super::stage::Stager;
use super::store::Store;
use super::verify::{Verified, Verifier};
use super::watermark::{self, Watermark};
use crate::domain::event::Entry;
use crate::domain::ids::Position;

/// Less than this much room on the disk, and nothing more is taken: 64 MiB.
pub const ROOM_FLOOR: u64 = 64 << 20;
/// How many commits pass between two looks at the room, and at what must stay empty.
const LOOK_EVERY: u64 = 64;

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
    commits: u64,
}

/// A log on disk.
pub struct SledLog {
    store: Store,
    watermark: Watermark,
    unpackers: Unpackers,
    appending: Mutex<Appending>,
    durable: Mutex<Checkpoint>,
    fault: OnceLock<LogError>,
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
        let store = Store::open(&folder.log())?;
        if store.chunk_of(Position(u64::MAX))?.is_some() {
            return Err(LogError::Format(format!(
                "the ledger in {} has lost its file coledger.format; restore it from a copy of the folder",
                path.display()
            )));
        }
        let stager = Stager::new(super::stage::Order::default(), super::merkle::Tree::default())?;
        watermark::create(&folder.watermark(), stager.checkpoint())?;
        folder.finish()?;
        Self::start(folder, store, stager, options)
    }

    /// Opens a log, verifies all of it, and hands over every entry on the way, so that views are folded in the same
    /// pass. Whoever folds throws the views away where this fails.
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
        let folder = Folder::find(path)?;
        let acknowledged = acknowledged(&folder, options)?;
        let store = Store::open(&folder.log())?;
        let mut verified = verify(&store, acknowledged, each)?;
        if verified.order.lacking > 0 {
            drop_unfinished(&store, verified.whole)?;
            verified = verify(&store, acknowledged, &mut |_| {})?;
        }
        let stager = Stager::new(verified.order, verified.tree)?;
        if acknowledged.is_none() {
            watermark::create(&folder.watermark(), stager.checkpoint())?;
        }
        Self::start(folder, store, stager, options)
    }

    fn start(folder: Folder, store: Store, stager: Stager, options: Options) -> Result<Self, LogError> {
        let found = stager.checkpoint();
        Ok(Self {
            watermark: Watermark::start(&folder.watermark(), found)?,
            store,
            unpackers: Unpackers::default(),
            appending: Mutex::new(Appending { stager, commits: 0 }),
            durable: Mutex::new(found),
            fault: OnceLock::new(),
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

    fn check_fence(&self) -> Result<(), LogError> {
        self.fault.get().map_or(Ok(()), |fault| Err(LogError::Fenced(fault.to_string())))
    }

    /// Notes the first fault: from then on nothing more is taken.
    fn fenced<T>(&self, result: Result<T, LogError>) -> Result<T, LogError> {
        result.inspect_err(|error| {
            let _ = self.fault.set(error.clone());
        })
    }

    fn check_room(&self) -> Result<(), LogError> {
        let free = free_bytes(self.folder.path()).map_err(|error| storage("looking for room")(&error))?;
        if free >= self.options.room_floor {
            return Ok(());
        }
        Err(LogError::NoRoom { free_mib: free >> 20, floor_mib: self.options.room_floor >> 20 })
    }

    fn write(&self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        let checkpoint = sealed.checkpoint;
        self.store.write(sealed.chunks)?;
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner) = checkpoint;
        self.watermark.note(checkpoint).map(|()| checkpoint)
    }
}

fn acknowledged(folder: &Folder, options: Options) -> Result<Option<Checkpoint>, LogError> {
    match watermark::read(&folder.watermark()) {
        Err(LogError::NoWatermark { .. }) if options.without_watermark => Ok(None),
        found => found.map(Some),
    }
}

fn verify(store: &Store, acknowledged: Option<Checkpoint>, each: &mut dyn FnMut(&Entry)) -> Result<Verified, LogError> {
    let mut verifier = Verifier::new(acknowledged)?;
    store.chunks(Position(0), &mut |first, value| verifier.chunk(first, value, each).map(|()| true))?;
    verifier.finish()
}

/// Takes out what follows the last whole commit. It was never acknowledged: a group is written all or none, and holds
/// whole commits.
fn drop_unfinished(store: &Store, whole: Position) -> Result<(), LogError> {
    let Some(first) = store.chunk_of(whole.next())? else { return Ok(()) };
    let damaged = |error: &dyn std::fmt::Display| LogError::Damaged(format!("the chunk of position {first}: {error}"));
    let mut packer = Packer::new().map_err(|error| damaged(&error))?;
    let mut unpacker = Unpacker::new().map_err(|error| damaged(&error))?;
    store.chunks(first, &mut |first, value| {
        hand_over(&mut unpacker, first, value, first..=whole, &mut |entry| match packer.push(&entry) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
        .map(|_| false)
    })?;
    let kept = if first <= whole { packer.finish(None).map_err(|error| damaged(&error))? } else { Vec::new() };
    store.cut(first, kept)
}

impl EventLog for SledLog {
    fn checkpoint(&self) -> Checkpoint {
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tree_before(&self, position: Position) -> Tree {
        self.appending().stager.tree_before(position)
    }

    fn admits(&self) -> Result<(), LogError> {
        self.check_fence()?;
        let mut appending = self.appending();
        let look = appending.commits.is_multiple_of(LOOK_EVERY);
        if look {
            self.check_room()?;
            self.fenced(self.store.check_blobs())?;
        }
        appending.commits += 1;
        Ok(())
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
        let to = to.min(self.last());
        if from > to {
            return Ok(());
        }
        let first = self.store.chunk_of(from)?.unwrap_or(from);
        self.unpackers.with(|unpacker| {
            self.store.chunks(first, &mut |first, value| {
                Ok(first <= to && hand_over(unpacker, first, value, from..=to, each)?.is_continue())
            })
        })
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
        self.store.check_blobs()?;
        let mut verifier = Verifier::new(Some(durable))?;
        self.store.chunks(Position(0), &mut |first, value| {
            let durable_yet = first <= durable.position;
            if durable_yet {
                verifier.chunk(first, value, &mut |_| {})?;
            }
            Ok(durable_yet)
        })?;
        verifier.finish().map(|_| durable)
    }

    fn fault(&self) -> Option<String> {
        self.fault.get().map(LogError::to_string)
    }

    fn stop(&self) -> Result<(), LogError> {
        let _ = self.fault.set(LogError::Fenced("the ledger was closed".into()));
        self.watermark.stop()
    }
}

impl Drop for SledLog {
    fn drop(&mut self) {
        let _ = self.watermark.stop();
    }
}
