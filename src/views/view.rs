//! One position of everything that can be read.
//!
//! Invariant: a view is a pure fold of the entries 1 to `position`, whole and in their order; a clone costs next to
//! nothing and never changes.

use crate::domain::books::Books;
use crate::domain::event::Entry;
use crate::domain::evolve;
use crate::domain::ids::Position;
use crate::domain::time::{Day, Instant};

use super::activity::Activity;
use super::figures::Figures;

/// Everything that can be read of a ledger at one position.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The position of the last entry that was folded in; 0 of an empty ledger.
    pub position: Position,
    /// When that entry was recorded.
    pub recorded_at: Instant,
    /// The state that rules are decided on.
    pub books: Books,
    /// The sums behind every figure.
    pub figures: Figures,
    /// What the audit trail is found by.
    pub activity: Activity,
}

impl View {
    /// Folds the next entry in.
    pub fn apply(&mut self, entry: &Entry) {
        let touched = Figures::before(&self.books, entry);
        evolve(&mut self.books, entry);
        self.figures.after(&self.books, entry, &touched);
        self.activity.apply(entry);
        self.position = entry.position;
        self.recorded_at = entry.recorded_at;
    }

    /// The first day that any figure can speak of; `None` of a ledger in which nothing counts yet.
    pub fn first_day(&self) -> Option<Day> {
        let first = self.figures.span().map(|(first, _)| first);
        let agreements = || self.books.rent.agreements();
        let let_from = agreements().map(|agreement| agreement.began);
        let paid_for = agreements().flat_map(|agreement| self.books.grants.offsets_of(agreement.id));
        first.into_iter().chain(let_from).chain(paid_for.map(|(_, offset)| offset.from)).min()
    }
}
