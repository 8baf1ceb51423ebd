//! A log in memory, with crash points: for tests, and for a ledger that is only tried out.
//!
//! Invariant: it keeps the same chunks as the log on disk and reads them with the same code; what it acknowledged
//! survives [`MemoryLog::crash`], what it did not may or may not, as on a disk.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::event_log::{Checkpoint, EventLog, Item, LogError, Sealed};
use super::merkle::Tree;
use super::scan::{Stretch, Taker, damaged, items, keys, unpacker, whole};
use super::stage::Stager;
use super::trouble::Trouble;
use super::verify::{Verified, Verifier};
use crate::domain::event::{Actor, CommandKey, Entry};
use crate::domain::ids::Position;

/// Where a log in memory breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// The commit of this number from now on (0 is the next) fails before its bytes arrive.
    BeforeWriting(u64),
    /// It fails after its bytes arrived, but before they were acknowledged.
    AfterWriting(u64),
}

struct Inner {
    chunks: BTreeMap<Position, Vec<u8>>,
    stager: Stager,
    durable: Checkpoint,
    crash: Option<CrashPoint>,
    fault: Option<LogError>,
}

/// A log in memory.
pub struct MemoryLog {
    inner: Mutex<Inner>,
}

impl MemoryLog {
    /// An empty log.
    ///
    /// # Errors
    /// [`LogError::Disorder`] where the compressor cannot be made.
    pub fn new() -> Result<Self, LogError> {
        Self::over(BTreeMap::new(), &mut |_| {})
    }

    /// A log that breaks at this point.
    ///
    /// # Errors
    /// As [`MemoryLog::new`].
    pub fn breaking_at(crash: CrashPoint) -> Result<Self, LogError> {
        let log = Self::new()?;
        log.inner().crash = Some(crash);
        Ok(log)
    }

    /// What is found after a crash at this moment: all that arrived, acknowledged or not.
    ///
    /// # Errors
    /// [`LogError::Damaged`] where what is there does not verify.
    pub fn crash(&self, each: &mut dyn FnMut(&Entry)) -> Result<Self, LogError> {
        Self::over(self.inner().chunks.clone(), each)
    }

    fn over(chunks: BTreeMap<Position, Vec<u8>>, each: &mut dyn FnMut(&Entry)) -> Result<Self, LogError> {
        let (mut unpacker, mut last) = (unpacker()?, Position(0));
        for (first, value) in &chunks {
            let (mut reader, _) = unpacker.open(*first, value).map_err(damaged(*first))?;
            while !reader.is_done() {
                let entry = reader.next_entry().map_err(|error| damaged(*first)(error.into()))?;
                each(&entry);
                last = entry.position;
            }
        }
        let mut verifier = Verifier::new(Verified::default(), last, None)?;
        for (first, value) in &chunks {
            verifier.chunk(*first, value)?;
        }
        let found = verifier.finish()?;
        let stager = Stager::new(found.order, found.tree)?;
        let durable = stager.checkpoint();
        Ok(Self { inner: Mutex::new(Inner { chunks, stager, durable, crash: None, fault: None }) })
    }

    fn read_stretch(&self, from: Position, to: Position, take: Taker<'_>) -> Result<(), LogError> {
        let inner = self.inner();
        let (from, to) = (from.max(Position(1)), to.min(inner.durable.position));
        if from > to {
            return Ok(());
        }
        let first = inner.chunks.range(..=from).next_back().map_or(from, |(first, _)| *first);
        let chunks = inner.chunks.range(first..).take_while(|(first, _)| **first <= to);
        let chunks: Vec<(Position, Vec<u8>)> = chunks.map(|(first, value)| (*first, value.clone())).collect();
        drop(inner);
        let (mut unpacker, mut stretch) = (unpacker()?, Stretch::new(from, to));
        for (first, value) in chunks {
            if !stretch.chunk(&mut unpacker, (first, &value), take)? {
                break;
            }
        }
        stretch.finish()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn admits(&self) -> Result<(), LogError> {
        self.fault.as_ref().map_or(Ok(()), |fault| Err(fault.fence()))
    }

    fn fenced<T>(&mut self, result: Result<T, LogError>) -> Result<T, LogError> {
        if let Err(error) = &result {
            self.fault.get_or_insert_with(|| error.clone());
        }
        result
    }

    fn write(&mut self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        let broken = || LogError::Storage {
            step: "syncing the log",
            reason: "the disk went away".into(),
            trouble: Trouble::StorageFailed,
        };
        let next = match self.crash {
            Some(CrashPoint::BeforeWriting(0)) => return Err(broken()),
            Some(CrashPoint::BeforeWriting(left)) => Some(CrashPoint::BeforeWriting(left - 1)),
            Some(CrashPoint::AfterWriting(left)) => Some(CrashPoint::AfterWriting(left.saturating_sub(1))),
            None => None,
        };
        let breaks = self.crash == Some(CrashPoint::AfterWriting(0));
        self.crash = next;
        self.chunks.extend(sealed.chunks.into_iter().map(|chunk| (chunk.first, chunk.value)));
        if breaks {
            return Err(broken());
        }
        self.durable = sealed.checkpoint;
        Ok(sealed.checkpoint)
    }
}

impl EventLog for MemoryLog {
    fn checkpoint(&self) -> Checkpoint {
        self.inner().durable
    }

    fn tree_before(&self, position: Position) -> Tree {
        self.inner().stager.tree_before(position)
    }

    fn admits(&self) -> Result<(), LogError> {
        self.inner().admits()
    }

    fn takes_writes(&self) -> Result<(), LogError> {
        Ok(())
    }

    fn stage(&self, entries: &[Entry]) -> Result<(), LogError> {
        let mut inner = self.inner();
        inner.admits()?;
        let result = inner.stager.push(entries);
        inner.fenced(result)
    }

    fn seal(&self) -> Result<Sealed, LogError> {
        let mut inner = self.inner();
        inner.admits()?;
        let result = inner.stager.seal();
        inner.fenced(result)
    }

    fn commit(&self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        let mut inner = self.inner();
        inner.admits()?;
        let result = inner.write(sealed);
        inner.fenced(result)
    }

    fn scan(
        &self,
        from: Position,
        to: Position,
        each: &mut dyn FnMut(Entry) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        self.read_stretch(from, to, &mut whole(each))
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
        let inner = self.inner();
        let mut verifier = Verifier::new(Verified::default(), inner.durable.position, Some(inner.durable))?;
        for (first, value) in inner.chunks.range(..=inner.durable.position) {
            verifier.chunk(*first, value)?;
        }
        verifier.finish().map(|_| inner.durable)
    }

    fn fault(&self) -> Option<LogError> {
        self.inner().fault.clone()
    }

    fn recover(&self) -> Result<Checkpoint, LogError> {
        let mut inner = self.inner();
        let Some(fault) = inner.fault.clone() else { return Ok(inner.durable) };
        if !fault.trouble().may_pass() {
            return Err(fault);
        }
        let found = Self::over(inner.chunks.clone(), &mut |_| {})?;
        *inner = found.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(inner.durable)
    }

    fn stop(&self) -> Result<(), LogError> {
        self.inner().admits()
    }
}
