//! What whoever runs the server asks of it: whether it lives, whether it takes commands, and its numbers.
//!
//! Invariant: these answers cost next to nothing and depend on nobody's request; `/readyz` says no before anything is
//! refused because the server stops.

use std::path::PathBuf;
use std::sync::Arc;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::watch;

use super::metrics;
use super::traffic::Traffic;
use crate::app::ledger::Ledger;
use crate::log::trouble::Trouble;

/// How far a server is on its way to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It serves.
    #[default]
    Serving,
    /// It serves, and says that it is about to stop.
    Leaving,
    /// It takes no new connection, and ends its streams.
    Ending,
}

/// What the parts of a server know of its running.
#[derive(Debug)]
pub struct Operating {
    standing: watch::Sender<Standing>,
    /// What came in and went out.
    pub traffic: Arc<Traffic>,
    /// The ledger's folder, where it has one.
    pub folder: Option<PathBuf>,
}

impl Operating {
    /// A server that begins to serve the ledger of a folder.
    pub fn of(folder: Option<PathBuf>) -> Self {
        Self { standing: watch::Sender::new(Standing::Serving), traffic: Arc::default(), folder }
    }

    /// How far the server is.
    pub fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Follows how far the server is.
    pub fn follow(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Goes on to the next step; there is no way back.
    pub fn advance(&self, to: Standing) {
        self.standing.send_modify(|standing| *standing = (*standing).max(to));
    }
}

/// Waits until a server ends.
pub(crate) async fn ended(standing: &mut watch::Receiver<Standing>) {
    // A server that is gone has ended too.
    let _ = standing.wait_for(|standing| *standing == Standing::Ending).await;
}

/// Whether the ledger takes commands, in a word for programs and a sentence for people.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// `READY`, `STOPPING`, or what keeps the ledger from taking commands: the same code as in the `reason` of an
    /// error, and in the program's log.
    pub code: &'static str,
    /// The same as a sentence.
    pub message: String,
    /// The position of the last durable entry.
    pub position: u64,
    /// How far the archive is behind, where one follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<Behind>,
}

/// How far an archive is behind.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// How many durable entries it does not hold yet.
    pub entries: u64,
    /// For how long it has not held all.
    pub seconds: u64,
    /// Why it cannot be written at the moment.
    pub fault: Option<String>,
}

impl Readiness {
    /// What holds at the moment.
    pub fn of(ledger: &Ledger, standing: Standing) -> Self {
        let (code, message) = match (standing, ledger.readiness()) {
            (Standing::Serving, Ok(())) => ("READY", "The ledger takes commands.".to_owned()),
            (Standing::Serving, Err(why)) => (why.trouble.code(), format!("The ledger takes nothing: {why}.")),
            _ => (
                Trouble::Stopping.code(),
                "The server is being stopped; ask another, or wait until it is back.".to_owned(),
            ),
        };
        let archive = ledger.archiving().map(|archiving| {
            let lag = archiving.lag();
            Behind { entries: lag.entries, seconds: lag.time.as_secs(), fault: lag.fault }
        });
        Self { code, message, position: ledger.checkpoint().position.0, archive }
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> StatusCode {
        if self.code == "READY" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    }
}

/// The process answers: that is all.
pub(crate) fn healthz() -> Response {
    plain(StatusCode::OK, "text/plain; charset=utf-8", "The server answers.\n".to_owned())
}

pub(crate) fn readyz(ledger: &Ledger, operating: &Operating) -> Response {
    let readiness = Readiness::of(ledger, operating.standing());
    let text = serde_json::to_string(&readiness).unwrap_or_else(|_| "{}".to_owned());
    plain(readiness.status(), "application/json; charset=utf-8", text)
}

pub(crate) fn numbers(ledger: &Arc<Ledger>, operating: &Arc<Operating>) -> Response {
    match metrics::text(ledger, operating) {
        Ok(text) => plain(StatusCode::OK, metrics::CONTENT_TYPE, text),
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", "Not written.\n".to_owned()),
    }
}

fn plain(status: StatusCode, form: &'static str, text: String) -> Response {
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(form)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (status, headers, text).into_response()
}
