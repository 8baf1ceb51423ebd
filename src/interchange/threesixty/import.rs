//! Takes a file of grants into a ledger.
//!
//! Invariant: a file with a fault appends nothing; a file that went in before adds nothing.

use super::plan::{Plan, Variation, plan};
use super::read;
use crate::app::ledger::Ledger;
use crate::domain::money::Pence;
use crate::interchange::batch::{Commit, ImportError, Outcome, TRIES_MAX, Terms, submit};
use crate::interchange::fault::Notice;
use crate::interchange::file::SourceFile;

/// What came of a file of grants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many grants the file holds.
    pub grants: usize,
    /// What they come to.
    pub total: Pence,
    /// How many were new.
    pub new: usize,
    /// What the new ones come to.
    pub awarded: Pence,
    /// How many stood in the ledger already with the same amount.
    pub present: usize,
    /// How many entries were appended.
    pub entries: usize,
    /// Those that stand with another amount: variations to propose.
    pub variations: Vec<Variation>,
    /// What could not be kept as it was.
    pub notices: Vec<Notice>,
}

/// Takes a file of grants in. `progress` is told how many of how many grants are done.
///
/// # Errors
/// What is wrong with the file, the rule that a row does not meet, or that the ledger takes nothing.
pub fn import(
    ledger: &Ledger,
    file: &SourceFile,
    terms: &Terms,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Imported, ImportError> {
    let grants = read::grants(file)?;
    let total = grants.iter().fold(Pence::ZERO, |sum, grant| sum.plus(grant.amount));
    let mut imported = Imported { grants: grants.len(), total, ..Imported::default() };
    for _ in 0..TRIES_MAX {
        let plan = plan(&ledger.view().books, file, &grants, terms);
        if imported.new == 0 {
            imported.present = plan.present;
        }
        let rest = plan.rest;
        if take(ledger, file, plan, terms, &mut imported)? {
            progress(imported.present + imported.new, grants.len());
            if !rest || terms.dry_run {
                return Ok(imported);
            }
        }
    }
    Err(ImportError::Unavailable("others write to it without pause; try again in a moment".to_owned()))
}

/// Submits one plan; whether it is done.
fn take(
    ledger: &Ledger,
    file: &SourceFile,
    plan: Plan,
    terms: &Terms,
    imported: &mut Imported,
) -> Result<bool, ImportError> {
    let Plan { asks, places, new, awarded, variations, notices, .. } = plan;
    let entries = asks.len();
    if !asks.is_empty() && matches!(submit(ledger, &file.digest, Commit { asks, places }, terms)?, Outcome::Again) {
        return Ok(false);
    }
    imported.new += new;
    imported.awarded = imported.awarded.plus(awarded);
    imported.entries += entries;
    imported.variations = variations;
    imported.notices.extend(notices);
    Ok(true)
}
