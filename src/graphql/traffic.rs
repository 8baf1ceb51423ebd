//! What comes in and what goes out, counted, and a line of the log for what went wrong.
//!
//! Invariant: every request is counted once, under one of our own words for where it went; one line at most is logged
//! of it at the usual level, where it failed, and none names what was asked.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::current::{Current, Noted, REQUEST_ID};
use crate::log::measures::{Gauge, Histogram};

/// What requests are counted by: where they went, what they asked to be done, and with which status they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// One of our paths, or `other`.
    pub route: &'static str,
    /// `query`, `mutation`, `subscription`, or `none` where it did not come so far.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
}

/// What a server has seen.
#[derive(Debug)]
pub struct Traffic {
    requests: Mutex<BTreeMap<Kind, u64>>,
    errors: Mutex<BTreeMap<String, u64>>,
    /// How long requests took until their answer began, streams left out.
    pub answered: Histogram,
    /// Requests that are being answered.
    pub under_way: Arc<Gauge>,
    /// Connections that are open.
    pub connections: Arc<Gauge>,
    /// Subscriptions that are open.
    pub subscribers: Arc<Gauge>,
    /// Connections that were turned away.
    pub turned_away: AtomicU64,
    /// Connections that could not be accepted.
    pub not_accepted: AtomicU64,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            requests: Mutex::default(),
            errors: Mutex::default(),
            answered: Histogram::of_times(),
            under_way: Arc::default(),
            connections: Arc::default(),
            subscribers: Arc::default(),
            turned_away: AtomicU64::new(0),
            not_accepted: AtomicU64::new(0),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Traffic {
    /// How many requests there were, by kind.
    pub fn requests(&self) -> BTreeMap<Kind, u64> {
        lock(&self.requests).clone()
    }

    /// How many errors there were, by code.
    pub fn errors(&self) -> BTreeMap<String, u64> {
        lock(&self.errors).clone()
    }

    /// Counts errors by their codes.
    pub(crate) fn note_errors(&self, codes: &[String]) {
        if !codes.is_empty() {
            let mut errors = lock(&self.errors);
            for code in codes {
                *errors.entry(code.clone()).or_default() += 1;
            }
        }
    }

    fn note(&self, kind: Kind, noted: &Noted, began: Instant) {
        *lock(&self.requests).entry(kind).or_default() += 1;
        self.note_errors(&noted.codes);
        if kind.route != STREAM {
            self.answered.note_time(began.elapsed());
        }
    }
}

const STREAM: &str = "/graphql/stream";

/// The routes that are counted under their own name.
const ROUTES: &[&str] =
    &["/", "/graphql", STREAM, "/graphql/schema", "/graphiql", "/graphiql/run", "/healthz", "/readyz", "/metrics"];

fn route(path: &str) -> &'static str {
    ROUTES.iter().find(|route| **route == path).copied().unwrap_or("other")
}

/// Gives a request its id, has it answered, counts it, and logs it where it failed.
pub(crate) async fn attend(State(traffic): State<Arc<Traffic>>, request: Request, next: Next) -> Response {
    let (current, began) = (Current::of(request.headers()), Instant::now());
    let route = route(request.uri().path());
    let span = tracing::info_span!("request", id = current.id(), route);
    let _under_way = traffic.under_way.enter();
    let mut response = Arc::clone(&current).during(next.run(request)).instrument(span.clone()).await;
    if let Ok(id) = HeaderValue::from_str(current.id()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (noted, status) = (current.take_noted(), response.status().as_u16());
    traffic.note(Kind { route, operation: noted.kind.unwrap_or("none"), status }, &noted, began);
    span.in_scope(|| tell(status, &noted, began));
    response
}

fn tell(status: u16, noted: &Noted, began: Instant) {
    let (codes, kind) = (noted.codes.join(","), noted.kind.unwrap_or("none"));
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match status {
        500.. => tracing::warn!(status, kind, codes, duration_ms, "not answered"),
        400.. => tracing::debug!(status, kind, codes, duration_ms, "refused"),
        _ => tracing::debug!(status, kind, codes, duration_ms, "answered"),
    }
}
