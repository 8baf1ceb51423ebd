//! The watermark: a small file beside the store that says what was acknowledged, so that a log that lost its end is
//! found out.
//!
//! Invariant: it never says more than is durable, and lags what was acknowledged by about ten milliseconds at most; at
//! a clean stop it says all. Two slots are written in turn, each with its checksum and on a page of its own, so that a
//! torn write leaves the other. A thread of its own writes it: the way of an acknowledgement pays nothing for it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::event_log::{Checkpoint, LogError};
use super::folder::{replace, storage};
use super::trouble::Trouble;
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::domain::time::Instant;

const MAGIC: [u8; 4] = *b"CoWm";
const SLOT: usize = 64;
const PAGE: usize = 4096;
/// How long a checkpoint waits for later ones before it is written.
const LAG: Duration = Duration::from_millis(5);

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slot {
    generation: u64,
    checkpoint: Checkpoint,
}

impl Slot {
    /// Magic, generation, position, instant, root and the checksum over them: 64 bytes.
    fn bytes(self) -> Vec<u8> {
        let Checkpoint { position, recorded_at, root } = self.checkpoint;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.generation.to_le_bytes());
        bytes.extend(position.0.to_le_bytes());
        bytes.extend(recorded_at.0.to_le_bytes());
        bytes.extend(root.0);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        let (magic, rest) = body.split_first_chunk::<4>()?;
        let (generation, rest) = rest.split_first_chunk::<8>()?;
        let (position, rest) = rest.split_first_chunk::<8>()?;
        let (recorded_at, root) = rest.split_first_chunk::<8>()?;
        let valid = *magic == MAGIC && crc32fast::hash(body) == u32::from_le_bytes(*crc);
        let checkpoint = Checkpoint {
            position: Position(u64::from_le_bytes(*position)),
            recorded_at: Instant(i64::from_le_bytes(*recorded_at)),
            root: Digest(root.try_into().ok()?),
        };
        valid.then_some(Self { generation: u64::from_le_bytes(*generation), checkpoint })
    }
}

/// Writes a first watermark that says this, in both slots.
pub(crate) fn create(path: &Path, checkpoint: Checkpoint) -> Result<(), LogError> {
    let mut bytes = Vec::with_capacity(2 * PAGE);
    for generation in [1, 2] {
        bytes.extend(Slot { generation, checkpoint }.bytes());
        bytes.resize(bytes.len() - SLOT + PAGE, 0);
    }
    replace(path, &bytes)
}

/// Reads what was acknowledged.
pub(crate) fn read(path: &Path) -> Result<Checkpoint, LogError> {
    newest(path).map(|slot| slot.checkpoint)
}

fn newest(path: &Path) -> Result<Slot, LogError> {
    let folder = path.parent().unwrap_or(path).to_owned();
    let mut bytes = Vec::with_capacity(2 * PAGE);
    let read = File::open(path).and_then(|file| file.take(2 * PAGE as u64).read_to_end(&mut bytes));
    match read {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(LogError::NoWatermark { folder, state: "missing" });
        }
        Err(error) => return Err(storage("reading the watermark")(&error)),
    }
    let slots = [0, PAGE].into_iter().filter_map(|at| Slot::parse(bytes.get(at..at + SLOT)?));
    slots.max_by_key(|slot| slot.generation).ok_or(LogError::NoWatermark { folder, state: "unreadable" })
}

/// The file, open to be written.
pub(crate) struct Slots {
    file: File,
    generation: u64,
}

impl Slots {
    /// Goes on from what the file says.
    pub(crate) fn open(path: &Path) -> Result<Self, LogError> {
        let file =
            OpenOptions::new().write(true).open(path).map_err(|error| storage("writing the watermark")(&error))?;
        Ok(Self { file, generation: newest(path)?.generation })
    }

    /// Makes the file say this, durably.
    pub(crate) fn write(&mut self, checkpoint: Checkpoint) -> Result<(), LogError> {
        self.generation += 1;
        let slot = Slot { generation: self.generation, checkpoint };
        let at = if slot.generation % 2 == 1 { 0 } else { PAGE as u64 };
        let written = self.file.write_all_at(&slot.bytes(), at).and_then(|()| self.file.sync_data());
        written.map_err(|error| storage("writing the watermark")(&error))
    }
}

#[derive(Default)]
struct State {
    latest: Checkpoint,
    written: Checkpoint,
    waiting: bool,
    stopping: bool,
    fault: Option<LogError>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the watermark of an open log.
pub(crate) struct Watermark {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Watermark {
    /// Goes on from the file, and at once makes it say what the log was found to hold.
    pub(crate) fn start(path: &Path, found: Checkpoint) -> Result<Self, LogError> {
        let mut slots = Slots::open(path)?;
        slots.write(found)?;
        let state = State { latest: found, written: found, ..State::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let theirs = Arc::clone(&shared);
        let keep = move || {
            while let Some(checkpoint) = next(&theirs) {
                let result = slots.write(checkpoint);
                let mut state = theirs.state();
                state.written = checkpoint;
                if let Err(error) = result {
                    state.fault = Some(error);
                }
            }
        };
        let thread = std::thread::Builder::new().name("watermark".into()).spawn(keep);
        let thread = thread.map_err(|error| storage("writing the watermark")(&error))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Notes what was acknowledged, and says whether the file could be written up to now.
    pub(crate) fn note(&self, checkpoint: Checkpoint) -> Result<(), LogError> {
        let mut state = self.shared.state();
        state.latest = checkpoint;
        let waiting = state.waiting;
        drop(state);
        if waiting {
            self.shared.changed.notify_one();
        }
        self.check()
    }

    /// Whether the file could be written up to now.
    pub(crate) fn check(&self) -> Result<(), LogError> {
        self.shared.state().fault.clone().map_or(Ok(()), Err)
    }

    /// Writes what was noted last, and ends.
    pub(crate) fn stop(&self) -> Result<(), LogError> {
        self.shared.state().stopping = true;
        self.shared.changed.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            return Err(LogError::Storage {
                step: "writing the watermark",
                reason: "its thread ended".into(),
                trouble: Trouble::Defect,
            });
        }
        self.shared.state().fault.clone().map_or(Ok(()), Err)
    }
}

/// Waits for something to write; nothing more once all is written and the log stops.
fn next(shared: &Shared) -> Option<Checkpoint> {
    let mut state = shared.state();
    while state.latest == state.written && !state.stopping {
        state.waiting = true;
        state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        state.waiting = false;
    }
    if !state.stopping {
        (state, _) = shared.changed.wait_timeout(state, LAG).unwrap_or_else(PoisonError::into_inner);
    }
    (state.latest != state.written).then_some(state.latest)
}
