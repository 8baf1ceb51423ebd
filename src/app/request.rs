//! What a caller brings to the ledger, and what it gets back.
//!
//! Invariant: one request is one commit: all of its commands happen, in their order, or none does.

use std::sync::Arc;

use super::readiness::Unready;
use crate::domain::command::{Command, Expected};
use crate::domain::event::{Actor, Entry};
use crate::domain::governance::BATCH_REVERSAL_MAX;
use crate::domain::ids::{BatchId, Position};
use crate::domain::quantity::Digest;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::text::{Reference, Title};
use crate::domain::time::Day;
use crate::log::event_log::LogError;
use crate::log::line::{self, Asked};

/// The most entries of one commit.
pub use crate::log::writer::COMMIT_MAX;

const _: () = assert!(BATCH_REVERSAL_MAX < COMMIT_MAX, "a batch is reversed in one commit, with an entry of its own");

/// One command with what its caller says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The command.
    pub command: Command,
    /// The day it happened; today where it is absent.
    pub effective: Option<Day>,
    /// What the caller expects of the thing.
    pub expected: Option<Expected>,
    /// The reason, where it changes a figure dated inside closed books.
    pub late: Option<Title>,
    /// Whether the figure is illustrative.
    pub illustrative: bool,
    /// The import it comes with.
    pub batch: Option<BatchId>,
}

impl Ask {
    /// A command that happened on a day, with nothing else to say about it.
    pub fn on(effective: Day, command: impl Into<Command>) -> Self {
        Self { effective: Some(effective), ..Self::now(command) }
    }

    /// A command that happens today, with nothing else to say about it.
    pub fn now(command: impl Into<Command>) -> Self {
        Self { command: command.into(), effective: None, expected: None, late: None, illustrative: false, batch: None }
    }
}

/// Commands that are to happen together, under one idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// The actor's own key: the same key with the same commands is answered as the first time.
    pub key: Reference,
    /// The commands, in their order.
    pub asks: Vec<Ask>,
}

impl Request {
    /// The SHA-256 of the request's canonical content. What is expected is no part of it: a retry may have looked again.
    pub fn digest(&self) -> Digest {
        line::command_digest(self.asks.iter().map(Ask::asked))
    }

    /// Checks the key on its own.
    ///
    /// # Errors
    /// A refusal where the key is empty, too long, or holds spaces.
    pub fn check_key(&self) -> Result<(), Refusal> {
        let fault = self.key.fault();
        fault.map_or(Ok(()), |fault| Err(Refusal::of(RefusalCode::BadInput, "idempotencyKey", fault)))
    }
}

impl Ask {
    fn asked(&self) -> Asked<'_> {
        Asked {
            command: &self.command,
            effective: self.effective,
            batch: self.batch,
            illustrative: self.illustrative,
            late: self.late.as_ref(),
        }
    }
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The entries of the commit, in their order; empty where nothing needed to change.
    pub entries: Arc<[Entry]>,
    /// The position of the ledger after the commit.
    pub position: Position,
    /// Whether this is the answer of an earlier request with the same key.
    pub replayed: bool,
    /// Whether nothing was appended because the caller only asked what would happen.
    pub dry_run: bool,
}

impl Receipt {
    /// The position of the first entry: where the thing began that the first command began.
    pub fn first(&self) -> Option<Position> {
        self.entries.first().map(|entry| entry.position)
    }
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// A rule was not met.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ledger takes nothing at the moment.
    #[error("the ledger takes nothing at the moment: {0}")]
    Unavailable(Unready),
}

impl From<LogError> for SubmitError {
    fn from(error: LogError) -> Self {
        Self::Unavailable(error.into())
    }
}
