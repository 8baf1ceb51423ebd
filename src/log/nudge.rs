//! Wakes a write that sled has forgotten.
//!
//! sled 0.34 may note that a write failed without telling the thread that waits for it, which would then wait for ever.
//! Whoever flushes after that is told of the failure, and wakes all who wait. Invariant: while a write is under way for
//! longer than a disk should take, somebody flushes once a second; a flush beside one that is merely slow waits with it
//! and changes nothing.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::guard::guard;

/// After how long, and how often, a write is looked after.
const PATIENCE: Duration = Duration::from_secs(1);

/// Looks after the writes of one store.
pub(crate) struct Nudge {
    since: Arc<Mutex<Option<Instant>>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A write that is under way, until it is dropped.
pub(crate) struct UnderWay<'a>(&'a Mutex<Option<Instant>>);

impl Nudge {
    /// Starts looking after a store's writes.
    pub(crate) fn start(db: sled::Db) -> std::io::Result<Self> {
        let since = Arc::new(Mutex::new(None::<Instant>));
        let (stop, stopped) = channel::<()>();
        let theirs = Arc::clone(&since);
        let look = move || {
            while stopped.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let began = *theirs.lock().unwrap_or_else(PoisonError::into_inner);
                if began.is_some_and(|began| began.elapsed() >= PATIENCE) {
                    // Whoever waits for the write is told what became of it.
                    let _ = guard(|| db.flush());
                }
            }
        };
        let thread = std::thread::Builder::new().name("nudge".into()).spawn(look)?;
        Ok(Self { since, stop: Some(stop), thread: Some(thread) })
    }

    /// Notes that a write begins.
    pub(crate) fn under_way(&self) -> UnderWay<'_> {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        UnderWay(&self.since)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Gives back what it holds of the store.
impl Drop for Nudge {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::warn!("a defect ended the looking after writes");
        }
    }
}
