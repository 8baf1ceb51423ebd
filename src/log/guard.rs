//! A fence around the store's own code: it panics where its files are damaged, and a panic must become a sentence.
//!
//! Invariant: no panic of the store leaves this file, and none is printed.

use std::cell::Cell;
use std::io::ErrorKind;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use super::event_log::LogError;
use super::trouble::Trouble;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The kinds of errors of input and output that sled makes itself, of bytes that it cannot understand. It keeps the
/// kind alone of those of the system.
const OF_SLED: [ErrorKind; 4] =
    [ErrorKind::UnexpectedEof, ErrorKind::InvalidData, ErrorKind::InvalidInput, ErrorKind::Other];

/// Why the store broke off: in its words, and as a code where the system said why. Otherwise the store is damaged.
pub(crate) struct Broken {
    pub(crate) words: String,
    pub(crate) trouble: Option<Trouble>,
}

impl Broken {
    /// As an error of storage while this was being done.
    pub(crate) fn during(self, step: &'static str) -> LogError {
        LogError::Storage { step, reason: self.words, trouble: self.trouble.unwrap_or(Trouble::StorageFailed) }
    }

    fn panicked(payload: &(dyn std::any::Any + Send)) -> Self {
        Self { words: words_of(payload), trouble: None }
    }
}

impl From<sled::Error> for Broken {
    fn from(error: sled::Error) -> Self {
        let trouble = match &error {
            sled::Error::Io(error) if !OF_SLED.contains(&error.kind()) => Some(Trouble::of(error)),
            _ => None,
        };
        Self { words: error.to_string(), trouble }
    }
}

/// Does the work, and turns errors and panics into what they say.
pub(crate) fn guard<T>(work: impl FnOnce() -> sled::Result<T>) -> Result<T, Broken> {
    keep_quiet();
    let before = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    match result {
        Ok(result) => result.map_err(Broken::from),
        Err(payload) => Err(Broken::panicked(payload.as_ref())),
    }
}

/// Does the work as [`guard`] does, on a thread of its own: its stack is fresh, and nothing it left behind is ours.
pub(crate) fn guard_apart<T: Send + 'static>(
    work: impl FnOnce() -> sled::Result<T> + Send + 'static,
) -> Result<T, Broken> {
    let thread = std::thread::Builder::new().name("open-store".into()).spawn(move || guard(work));
    let thread = thread.map_err(|error| Broken { words: error.to_string(), trouble: Some(Trouble::of(&error)) })?;
    thread.join().unwrap_or_else(|payload| Err(Broken::panicked(payload.as_ref())))
}

fn words_of(payload: &(dyn std::any::Any + Send)) -> String {
    let words = payload.downcast_ref::<String>().map(String::as_str);
    words.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("the store broke off").to_owned()
}

/// Keeps guarded panics off the terminal; all others are reported as before.
fn keep_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                report(info);
            }
        }));
    });
}
