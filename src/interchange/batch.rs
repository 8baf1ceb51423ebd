//! Taking a file's commands into a ledger: planned, submitted, planned again where the ledger moved on meanwhile.
//!
//! Invariant: a commit that was planned on one position is appended after that position or not at all.

use super::fault::{Faults, FileError};
use crate::app::ledger::Ledger;
use crate::app::request::{Ask, Receipt, Request, SubmitError};
use crate::domain::event::Actor;
use crate::domain::quantity::Digest;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::text::{Reference, Title};
use crate::domain::time::Day;

/// How often a commit is planned again because the ledger moved on, before giving up.
pub const TRIES_MAX: usize = 100;

/// On what terms a file goes in.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Who brings it.
    pub actor: Actor,
    /// The day that it is.
    pub today: Day,
    /// The reason, where it changes figures dated inside closed books.
    pub late: Option<Title>,
    /// Whether likely duplicates are meant.
    pub meant: bool,
    /// Whether to say only what would happen.
    pub dry_run: bool,
    /// The most entries of one commit.
    pub commit_max: usize,
}

/// Why a file did not go in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A rule of the ledger, at its place in the file.
    #[error("{place}: {refusal}")]
    Refused {
        /// Where in the file.
        place: String,
        /// The rule.
        refusal: Refusal,
    },
    /// The ledger takes nothing at the moment.
    #[error("the ledger takes nothing at the moment: {0}")]
    Unavailable(String),
}

impl ImportError {
    /// A list of faults of a file.
    pub fn faults(faults: Faults) -> Self {
        Self::File(FileError::Contents(faults))
    }
}

/// Commands of one commit, with their places in the file.
pub struct Commit {
    /// The commands.
    pub asks: Vec<Ask>,
    /// Their places.
    pub places: Vec<String>,
}

/// What came of one commit.
pub enum Outcome {
    /// It was appended.
    Done(Receipt),
    /// The ledger moved on; the commit has to be planned again.
    Again,
}

/// Submits one commit of a file.
///
/// # Errors
/// The refusal with its place, or that the ledger takes nothing.
pub fn submit(ledger: &Ledger, sha256: &Digest, commit: Commit, terms: &Terms) -> Result<Outcome, ImportError> {
    let Commit { asks, places } = commit;
    let request = Request { actor: terms.actor.clone(), key: key(sha256, &asks, ledger), asks };
    let outcome = if terms.dry_run {
        ledger.dry_run(&request).map_err(SubmitError::Refused)
    } else {
        ledger.submit_blocking(request)
    };
    match outcome {
        // Somebody else entered the same file at the same moment: what is there already shows in a new plan.
        Ok(receipt) if receipt.replayed => Ok(Outcome::Again),
        Ok(receipt) => Ok(Outcome::Done(receipt)),
        Err(SubmitError::Unavailable(why)) => Err(ImportError::Unavailable(why.to_string())),
        Err(SubmitError::Refused(refusal)) if refusal.code == RefusalCode::VersionConflict => Ok(Outcome::Again),
        Err(SubmitError::Refused(refusal)) => {
            let place = refusal.row.map_or(places.first(), |row| places.get(row)).cloned().unwrap_or_default();
            Err(ImportError::Refused { place, refusal })
        }
    }
}

/// The idempotency key of a commit: of the file and of the position it was planned on. Sent twice it is answered once.
fn key(sha256: &Digest, asks: &[Ask], ledger: &Ledger) -> Reference {
    let planned_on = asks.first().and_then(|ask| match ask.expected {
        Some(crate::domain::command::Expected::LedgerAt(position)) => Some(position),
        _ => None,
    });
    let position = planned_on.unwrap_or_else(|| ledger.view().position);
    let digest = sha256.to_string();
    Reference::from(format!("import-{}-{position}", digest.get(..16).unwrap_or(&digest)))
}
