//! The request that is being answered, as its log lines and its errors name it: an id, and what is noted of it.
//!
//! Invariant: what is noted are words of our own (a code, a kind of operation), never a word of the caller's. The id is
//! the caller's where it is plain, so that one search finds the request in every program that it passed through.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;

/// The header that carries the id, in both directions.
pub const REQUEST_ID: &str = "x-request-id";
/// The longest id that is taken over from a caller.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: Arc<Current>;
}

/// One request under way.
#[derive(Debug, Default)]
pub struct Current {
    id: String,
    noted: Mutex<Noted>,
}

/// What is noted of a request while it is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// The codes of its errors, as they are written.
    pub codes: Vec<String>,
    /// What it asks to be done: query, mutation, subscription.
    pub kind: Option<&'static str>,
}

impl Current {
    /// A request with its caller's id, or with one of ours where that is none to be repeated.
    pub fn of(headers: &HeaderMap) -> Arc<Self> {
        let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_plain(id));
        Arc::new(Self { id: given.map_or_else(fresh, str::to_owned), noted: Mutex::default() })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What was noted of it so far; what is noted later is noted anew.
    pub fn take_noted(&self) -> Noted {
        std::mem::take(&mut *self.lock())
    }

    /// Answers it: whatever is noted meanwhile is noted of this request.
    pub async fn during<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    fn lock(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The request that this task answers, to be carried over into another task.
pub fn current() -> Option<Arc<Current>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// The id of the request that is being answered; a fresh one outside of any.
pub fn id() -> String {
    CURRENT.try_with(|current| current.id.clone()).unwrap_or_else(|_| fresh())
}

/// Notes the code of an error.
pub(crate) fn note_code(code: &str) {
    // Outside of any request nobody counts.
    let _ = CURRENT.try_with(|current| current.lock().codes.push(code.to_owned()));
}

/// The codes of the errors that were noted since they were taken last.
pub(crate) fn take_codes() -> Vec<String> {
    CURRENT.try_with(|current| std::mem::take(&mut current.lock().codes)).unwrap_or_default()
}

/// Notes what the request asks to be done.
pub(crate) fn note_kind(kind: &'static str) {
    let _ = CURRENT.try_with(|current| current.lock().kind = Some(kind));
}

/// An id that is unique while the program runs, and without meaning.
fn fresh() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("rq_{:06x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Whether an id can stand in a line of a log as it is: letters, digits and a few marks, and not many of them.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
    !id.is_empty() && id.len() <= LONGEST && id.bytes().all(plain)
}
