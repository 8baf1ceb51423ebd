//! What time it is, as the writer asks for it: the one outside fact that the log adds to what was decided.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::event_log::LogError;
use crate::domain::time::Instant;

/// By how much a clock may be behind the last entry without anybody being told: a minute, in microseconds. Instants
/// go on increasing meanwhile.
const BRIDGED: i64 = 60_000_000;

/// Whether a clock can be believed, after an entry was recorded then.
///
/// # Errors
/// [`LogError::ClockSetBack`].
pub fn check_clock(now: Instant, last: Instant) -> Result<(), LogError> {
    let behind = last.0.saturating_sub(now.0);
    if behind <= BRIDGED { Ok(()) } else { Err(LogError::ClockSetBack { seconds: behind / 1_000_000 }) }
}

/// A clock.
pub trait Clock: Send + Sync {
    /// The present instant. It may stand still or go back: the writer makes instants increase.
    fn now(&self) -> Instant;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is set: for tests and for made-up histories.
#[derive(Debug, Default)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows this instant.
    pub fn at(now: Instant) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Sets the clock.
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::Relaxed);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}
