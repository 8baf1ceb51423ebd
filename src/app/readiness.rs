//! Whether a ledger takes commands; if not, why; and going on by itself once the cause is gone.
//!
//! Invariant: whatever keeps the ledger from taking commands has one code and one sentence, the same for a command, the
//! log of the program and whoever asks whether the ledger is ready.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use super::ledger::Ledger;
use crate::log::event_log::LogError;
use crate::log::trouble::Trouble;
use crate::log::writer::WriterError;

/// How often a supervisor looks, and how long it waits at least and at most before it tries again.
const LOOK: Duration = Duration::from_millis(500);
const WAIT_MIN: Duration = Duration::from_secs(1);
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Why a ledger takes no commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unready {
    /// The cause, as a code.
    pub trouble: Trouble,
    /// A fragment for people, without a stop at its end.
    pub reason: String,
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<WriterError> for Unready {
    fn from(error: WriterError) -> Self {
        Self { trouble: error.trouble(), reason: error.to_string() }
    }
}

impl From<LogError> for Unready {
    fn from(error: LogError) -> Self {
        Self { trouble: error.trouble(), reason: error.to_string() }
    }
}

/// Looks after a ledger: tells when it takes no commands and when it does again, and brings it back where it can.
pub struct Supervisor {
    stop: Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Supervisor {
    /// Starts looking after a ledger, for as long as this value is kept.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(ledger: &Arc<Ledger>) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let mut watch = Watch { ledger: Arc::downgrade(ledger), told: None, why: None, wait: WAIT_MIN };
        let work = move || {
            let mut pause = LOOK;
            while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let looked = catch_unwind(AssertUnwindSafe(|| watch.look())).unwrap_or_else(|_| {
                    tracing::error!("a defect broke off the looking after the ledger; it goes on");
                    Some(WAIT_MAX)
                });
                let Some(next) = looked else { return };
                pause = next;
            }
        };
        let thread = std::thread::Builder::new().name("supervise".into()).spawn(work)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        let _ = self.stop.send(());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the supervisor of the ledger ended by a defect");
        }
    }
}

struct Watch {
    ledger: Weak<Ledger>,
    told: Option<Trouble>,
    why: Option<String>,
    wait: Duration,
}

impl Watch {
    /// Looks once; says how long to wait, or nothing once the ledger is gone.
    fn look(&mut self) -> Option<Duration> {
        let ledger = self.ledger.upgrade()?;
        let Err(unready) = ledger.readiness() else {
            self.tell_ready();
            return Some(LOOK);
        };
        if self.told != Some(unready.trouble) {
            tracing::error!(code = unready.trouble.code(), reason = %unready, "the ledger takes no commands");
            self.told = Some(unready.trouble);
        }
        if unready.trouble.may_pass() {
            match ledger.recover() {
                Ok(()) if ledger.readiness().is_ok() => {
                    self.tell_ready();
                    return Some(LOOK);
                }
                Ok(()) => {}
                Err(error) => self.tell_why(&error),
            }
        }
        let wait = self.wait;
        self.wait = (wait * 2).min(WAIT_MAX);
        Some(wait)
    }

    fn tell_ready(&mut self) {
        if let Some(trouble) = self.told.take() {
            tracing::info!(code = trouble.code(), "the ledger takes commands again");
        }
        (self.wait, self.why) = (WAIT_MIN, None);
    }

    /// Tells why the ledger does not go on yet; the same again is not told.
    fn tell_why(&mut self, error: &LogError) {
        let why = error.to_string();
        if self.why.as_ref() != Some(&why) {
            tracing::warn!(code = error.trouble().code(), reason = why, "the ledger does not go on yet");
            self.why = Some(why);
        }
    }
}
