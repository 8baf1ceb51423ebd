//! One position of everything that can be read.
//!
//! Invariant: a view is a pure fold of the entries 1 to `position`, whole and in their order; a clone costs next to
//! nothing and never changes.

use crate::domain::books::Books;
use crate::domain::event::Entry;
use crate::domain::evolve;
use crate::domain::hours::{evolve_decision, evolve_hours};
use crate::domain::hours_rows::NewHours;
use crate::domain::ids::{BatchId, Position};
use crate::domain::time::{Day, Instant};

use super::activity::Activity;
use super::figures::Figures;
use super::memo::Memo;

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
    /// The grouped figures that were asked of it before.
    pub memo: Memo,
}

impl View {
    /// Folds the next entry in.
    pub fn apply(&mut self, entry: &Entry) {
        if let Some(hours) = NewHours::of(entry) {
            return self.apply_hours(&hours, entry.recorded_at, entry.batch);
        }
        if let Some(decided) = evolve_decision(&mut self.books, entry) {
            self.figures.decided(&self.books, entry.position, &decided);
        } else {
            let touched = Figures::before(&self.books, entry);
            evolve(&mut self.books, entry);
            self.figures.after(&self.books, entry, &touched);
        }
        self.activity.apply(entry);
        self.position = entry.position;
        self.recorded_at = entry.recorded_at;
        self.memo.clear();
    }

    /// Folds the next entry in, which is one of hours and says this: of them there are millions, so that whoever reads
    /// them from the log need not make an entry of each.
    pub fn apply_hours(&mut self, hours: &NewHours<'_>, recorded_at: Instant, batch: Option<BatchId>) {
        evolve_hours(&mut self.books, hours, recorded_at, batch);
        self.figures.take_in_hours(&self.books, hours);
        self.activity.apply_hours(hours.position, batch);
        self.position = hours.position;
        self.recorded_at = recorded_at;
        self.memo.clear();
    }

    /// A first day for figures of everything: the first of the month in which something counts first, or an earlier day
    /// of rent; `None` of a ledger in which nothing counts yet.
    pub fn first_day(&self) -> Option<Day> {
        let first = self.figures.span(&self.books).map(|(first, _)| first);
        let agreements = || self.books.rent.agreements();
        let let_from = agreements().map(|agreement| agreement.began);
        let paid_for = agreements().flat_map(|agreement| self.books.grants.offsets_of(agreement.id));
        first.into_iter().chain(let_from).chain(paid_for.map(|(_, offset)| offset.from)).min()
    }
}
