//! How fast the log is on this machine: each figure beside a plain file that is written and synced under the same
//! writer in the same run, because a figure alone says more of the disk than of the log.
//!
//! Invariant: both sides do the same jobs, wait for the same durability and share the same writer; the plain file
//! stores the same bytes, but it checks, renders, hashes and compresses nothing.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use super::chunk::Chunk;
use super::clock::SystemClock;
use super::codec::CodecError;
use super::envelope::EntryWriter;
use super::event_log::{Checkpoint, EventLog, LogError, Sealed};
use super::folder::storage;
use super::merkle::Tree;
use super::sled_log::SledLog;
use super::writer::{Decided, Decider, Publish, Writer};
use crate::domain::event::{Actor, Captured, CommandKey, Entry, Event, HoursLogged, Role};
use crate::domain::ids::{OrganisationId, Position, ProjectId};
use crate::domain::quantity::Digest;
use crate::domain::time::{Day, Instant};

/// How many times each side is measured; the middle one counts.
const ROUNDS: usize = 3;

/// Durable appends a second at one number of writers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AppendRate {
    /// How many writers wait at once.
    pub writers: usize,
    /// Entries a second into the log.
    pub log: f64,
    /// Entries a second into the plain file.
    pub plain: f64,
}

impl AppendRate {
    /// The log's part of what the plain file does.
    pub fn ratio(&self) -> f64 {
        self.log / self.plain.max(f64::MIN_POSITIVE)
    }
}

/// Measures durable appends at each number of writers. Must not be called from an asynchronous task.
///
/// # Errors
/// Whatever the log says; [`LogError::Storage`] where the folder cannot be written.
pub fn append_rates(folder: &Path, writers: &[usize], each: Duration) -> Result<Vec<AppendRate>, LogError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().build();
    let runtime = runtime.map_err(|error| storage("starting the writers")(&error))?;
    let mut rates = Vec::new();
    for writers in writers.iter().copied() {
        let (mut log, mut plain) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let place = tempfile::tempdir_in(folder).map_err(|error| storage("making a folder")(&error))?;
            let ours: Arc<dyn EventLog> = Arc::new(SledLog::create(&place.path().join("ledger"))?);
            log.push(run(&runtime, &ours, writers, each)?);
            let file: Arc<dyn EventLog> = Arc::new(PlainFile::create(&place.path().join("plain"))?);
            plain.push(run(&runtime, &file, writers, each)?);
        }
        rates.push(AppendRate { writers, log: middle(log), plain: middle(plain) });
    }
    Ok(rates)
}

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(0.0)
}

/// Lets this many writers append one entry after the other, each waiting for its own; gives entries a second.
fn run(
    runtime: &tokio::runtime::Runtime,
    log: &Arc<dyn EventLog>,
    writers: usize,
    each: Duration,
) -> Result<f64, LogError> {
    let writer = Arc::new(Writer::start(Arc::clone(log), Arc::new(SystemClock), Logging(0), Unpublished)?);
    let begun = Stopwatch::now();
    let until = begun + each;
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let writer = Arc::clone(&writer);
            runtime.spawn(
                async move { while Stopwatch::now() < until && matches!(writer.submit(()).await, Ok(Ok(()))) {} },
            )
        })
        .collect();
    for task in tasks {
        let _ = runtime.block_on(task);
    }
    let took = begun.elapsed();
    writer.stop()?;
    Ok(per_second(log.last().0, took))
}

#[expect(clippy::cast_precision_loss, reason = "a rate, not a figure")]
fn per_second(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Fills a new log with hours, 500 entries a commit, and reads it back: entries a second appended, and scanned and
/// decoded.
///
/// # Errors
/// As [`append_rates`].
pub fn fill_and_scan(folder: &Path, entries: u64) -> Result<(f64, f64), LogError> {
    let log = SledLog::create(folder)?;
    let begun = Stopwatch::now();
    for first in (1..=entries).step_by(500) {
        let last = entries.min(first + 499);
        let commit: Vec<Entry> = (first..=last).map(|position| hours(position, last, Instant(signed(first)))).collect();
        log.append(&commit)?;
    }
    let filled = per_second(entries, begun.elapsed());
    let begun = Stopwatch::now();
    let mut count = 0;
    log.scan(Position(1), Position(entries), &mut |entry| {
        count += u64::from(entry.position.0 > 0);
        ControlFlow::Continue(())
    })?;
    let scanned = per_second(count, begun.elapsed());
    log.stop()?;
    Ok((filled, scanned))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Hours as a group logs them, each a little different.
pub fn hours(position: u64, last: u64, recorded_at: Instant) -> Entry {
    let small = u32::try_from(position % 64).unwrap_or(0);
    let mut digest = [0; 32];
    for (slot, byte) in digest.iter_mut().zip(position.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes().repeat(4)) {
        *slot = byte;
    }
    let starts_commit = position == 1 || last == position || last - position == 499;
    Entry {
        position: Position(position),
        effective: Day(15_461 + i32::try_from(position / 500 % 700).unwrap_or(0)),
        recorded_at,
        commit: u32::try_from(last - position).unwrap_or(0),
        actor: Actor { name: "friends-of-the-wood".into(), role: Role::Logger },
        key: starts_commit.then(|| CommandKey { key: format!("phone-{position}").into(), digest: Digest(digest) }),
        batch: None,
        late: None,
        illustrative: false,
        event: Event::HoursLogged(HoursLogged {
            project: ProjectId(Position(100 + u64::from(small % 40))),
            group: OrganisationId(Position(20 + u64::from(small % 17))),
            role: if small % 3 == 0 { "befriending".into() } else { "litter-picking".into() },
            people: 1 + small % 12,
            minutes_each: 30 + 15 * (small % 9),
            activity: (small % 4 == 0).then(|| "Sunday morning at the allotments".into()),
            captured: Captured::Phone,
            pledge: None,
        }),
    }
}

struct Logging(u64);

impl Decider for Logging {
    type Job = ();
    type Answer = ();
    type Sealed = ();

    fn decide(&mut self, (): (), recorded_at: Instant) -> Decided<()> {
        self.0 += 1;
        Decided { entries: Arc::new([hours(self.0, self.0, recorded_at)]), answer: () }
    }

    fn seal(&mut self) {}
}

struct Unpublished;

impl Publish<()> for Unpublished {
    fn publish(&mut self, (): (), _: &[Arc<[Entry]>], _: &Checkpoint) {}
}

struct PlainInner {
    writer: EntryWriter,
    staged: Checkpoint,
    durable: Checkpoint,
}

/// The other side: a file that is appended to and synced.
struct PlainFile {
    file: File,
    inner: Mutex<PlainInner>,
}

impl PlainFile {
    fn create(path: &Path) -> Result<Self, LogError> {
        let file = File::create(path).map_err(|error| storage("making the plain file")(&error))?;
        let (staged, durable) = (Checkpoint::default(), Checkpoint::default());
        Ok(Self { file, inner: Mutex::new(PlainInner { writer: EntryWriter::default(), staged, durable }) })
    }

    fn inner(&self) -> MutexGuard<'_, PlainInner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventLog for PlainFile {
    fn checkpoint(&self) -> Checkpoint {
        self.inner().durable
    }

    fn tree_before(&self, _: Position) -> Tree {
        Tree::default()
    }

    fn admits(&self) -> Result<(), LogError> {
        Ok(())
    }

    fn stage(&self, entries: &[Entry]) -> Result<(), LogError> {
        let mut inner = self.inner();
        for entry in entries {
            inner.writer.push(entry).map_err(|error: CodecError| LogError::TooLarge(error.to_string()))?;
            inner.staged.position = entry.position;
        }
        Ok(())
    }

    fn seal(&self) -> Result<Sealed, LogError> {
        let mut inner = self.inner();
        let value = inner.writer.bytes().to_vec();
        inner.writer.clear();
        Ok(Sealed { chunks: vec![Chunk { first: Position(0), value }], checkpoint: inner.staged })
    }

    fn commit(&self, sealed: Sealed) -> Result<Checkpoint, LogError> {
        let writing = storage("writing the plain file");
        for chunk in &sealed.chunks {
            (&self.file).write_all(&chunk.value).map_err(|error| writing(&error))?;
        }
        self.file.sync_data().map_err(|error| writing(&error))?;
        self.inner().durable = sealed.checkpoint;
        Ok(sealed.checkpoint)
    }

    fn scan(&self, _: Position, _: Position, _: &mut dyn FnMut(Entry) -> ControlFlow<()>) -> Result<(), LogError> {
        Ok(())
    }

    fn read(&self, _: Position) -> Result<Option<Entry>, LogError> {
        Ok(None)
    }

    fn verify(&self) -> Result<Checkpoint, LogError> {
        Ok(self.checkpoint())
    }

    fn fault(&self) -> Option<String> {
        None
    }

    fn stop(&self) -> Result<(), LogError> {
        Ok(())
    }
}
