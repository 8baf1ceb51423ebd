//! The books: the state that rules are decided on, folded from the log.
//!
//! Invariant: a value, not a place. Every collection is persistent, so a clone costs nothing, a trial run is a clone
//! that is dropped, and a reader keeps the books of its own position for as long as it likes.

use std::sync::Arc;

use super::contracts::Contracts;
use super::event::Entry;
use super::funds::Funds;
use super::governance::Governance;
use super::grants::Grants;
use super::hours_table::Hours;
use super::ids::Position;
use super::organisations::Organisations;
use super::outcomes::Outcomes;
use super::pledges::Pledges;
use super::projects::Projects;
use super::rent::Rent;
use super::setup::Setup;
use super::support::MatchFunding;
use super::time::Instant;

/// The state of one ledger at one position.
#[derive(Clone, Debug, Default)]
pub struct Books {
    /// The position of the last entry that was folded in.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Every entry that still matters whole: all but hours and their confirmations, of which there are too many.
    pub kept: imbl::HashMap<Position, Arc<Entry>>,
    /// Entries that were reversed, each with the reversal; hours keep theirs in their own rows.
    pub reversed: imbl::HashMap<Position, Position>,
    /// The last event about a thing, where it is not the one that began it.
    pub versions: imbl::HashMap<Position, Position>,
    /// What rests on what: a thing, and an entry that stands and names it. Hours are not here; their rows say it.
    pub resting: imbl::OrdSet<(Position, Position)>,
    /// The ledger, thresholds, strategies, rate cards.
    pub setup: Setup,
    /// Organisations.
    pub organisations: Organisations,
    /// Funds and their budgets.
    pub funds: Funds,
    /// Projects.
    pub projects: Projects,
    /// Rent in kind.
    pub rent: Rent,
    /// Hours.
    pub hours: Hours,
    /// Pledges.
    pub pledges: Pledges,
    /// Targets, outcomes, measurements, claims.
    pub outcomes: Outcomes,
    /// Batches, reversals, closed books.
    pub governance: Governance,
    /// Applications, proposals, grants and their payments.
    pub grants: Grants,
    /// Contracts.
    pub contracts: Contracts,
    /// Match funding.
    pub match_funding: MatchFunding,
}

impl Books {
    /// The position that the next event will have.
    pub fn next_position(&self) -> Position {
        self.position.next()
    }

    /// The entry at a position, where it is one of those that are kept whole.
    pub fn entry(&self, position: Position) -> Option<&Arc<Entry>> {
        self.kept.get(&position)
    }

    /// Whether the entry at a position was reversed.
    pub fn is_reversed(&self, position: Position) -> bool {
        self.reversed.contains_key(&position)
    }

    /// The entries that stand and name the thing that began at a position, in the order of the log.
    pub fn resting_on(&self, thing: Position) -> impl DoubleEndedIterator<Item = Position> {
        self.resting.range((thing, Position(0))..=(thing, Position(u64::MAX))).map(|(_, entry)| *entry)
    }

    /// The version of the thing that began at a position: the position of the last event about it.
    pub fn version(&self, thing: Position) -> Position {
        self.versions.get(&thing).copied().unwrap_or(thing)
    }
}
