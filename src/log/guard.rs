//! A fence around the store's own code: it panics where its files are damaged, and a panic must become a sentence.
//!
//! Invariant: no panic of the store leaves this file, and none is printed.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does the work, and turns errors and panics into what they say.
pub(crate) fn guard<T, E: std::fmt::Display>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    keep_quiet();
    let before = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    match result {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(payload) => Err(words_of(payload.as_ref())),
    }
}

/// Does the work as [`guard`] does, on a thread of its own: its stack is fresh, and nothing it left behind is ours.
pub(crate) fn guard_apart<T: Send + 'static, E: std::fmt::Display>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, String> {
    let thread = std::thread::Builder::new().name("open-store".into()).spawn(move || guard(work));
    let thread = thread.map_err(|error| error.to_string())?;
    thread.join().unwrap_or_else(|payload| Err(words_of(payload.as_ref())))
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
