//! What was done so far, in plain numbers: kept here, shown by whoever runs the program (see `graphql/metrics.rs`).
//!
//! Invariant: to count costs a few instructions and never waits; a number may be a moment old, and is never
//! less than it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of times, in microseconds: from a tenth of a millisecond to ten seconds.
const TIMES: &[u64] = &[
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000,
];
/// The upper bounds of numbers of things.
const SIZES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384, 65_536];

/// How often something was how large, by upper bounds that never change.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a histogram holds at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How many were at most so large, and larger than the bound before; the last is without bound.
    pub counts: Vec<(Option<u64>, u64)>,
    /// The sum of all.
    pub sum: u64,
}

impl Histogram {
    fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self { bounds, counts, sum: AtomicU64::new(0) }
    }

    /// A histogram of times, in microseconds.
    pub fn of_times() -> Self {
        Self::new(TIMES)
    }

    /// A histogram of numbers of things.
    pub fn of_sizes() -> Self {
        Self::new(SIZES)
    }

    /// Notes one of this size.
    pub fn note(&self, size: u64) {
        let place = self.bounds.partition_point(|bound| *bound < size);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(size, Ordering::Relaxed);
    }

    /// Notes one that took so long.
    pub fn note_time(&self, time: Duration) {
        self.note(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// What it holds.
    pub fn read(&self) -> Reading {
        let bounds = self.bounds.iter().copied().map(Some).chain([None]);
        let counts = bounds.zip(&self.counts).map(|(bound, count)| (bound, count.load(Ordering::Relaxed))).collect();
        Reading { counts, sum: self.sum.load(Ordering::Relaxed) }
    }
}

impl Reading {
    /// How many there were.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }
}

/// A number of things that are there at the moment.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Counts one more, until what is returned is dropped.
    pub fn enter(self: &Arc<Self>) -> Present {
        self.0.fetch_add(1, Ordering::Relaxed);
        Present(Arc::clone(self))
    }

    /// How many there are.
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One of the things that a [`Gauge`] counts.
#[derive(Debug)]
pub struct Present(Arc<Gauge>);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a writer has done.
#[derive(Debug)]
pub struct Measures {
    /// From the moment a command was handed in until its answer left, of those that were answered.
    pub acknowledged: Histogram,
    /// The entries of a group that shared one sync.
    pub group_entries: Histogram,
    /// The commands of such a group.
    pub group_commands: Histogram,
    /// How long it took to make a group durable.
    pub committed: Histogram,
    /// Commands that wait for their answer.
    pub waiting: Arc<Gauge>,
}

impl Default for Measures {
    fn default() -> Self {
        Self {
            acknowledged: Histogram::of_times(),
            group_entries: Histogram::of_sizes(),
            group_commands: Histogram::of_sizes(),
            committed: Histogram::of_times(),
            waiting: Arc::default(),
        }
    }
}
