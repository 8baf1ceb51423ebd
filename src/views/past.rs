//! What was known at an earlier position, told from what is known now.
//!
//! Nothing is read again: entries that the books keep whole are folded up to the position, which are few; rows of hours
//! are shared with the present and say themselves how they were known then; and so are the sums that nothing changed
//! since. Invariant: the view is the same as
//! one that was folded from the log up to there, and answers the same.

use std::sync::Arc;

use crate::domain::event::Entry;
use crate::domain::evolve_kept;
use crate::domain::ids::Position;
use crate::domain::time::Instant;

use super::activity::BatchRun;
use super::view::View;

impl View {
    /// This view as it was at an earlier position, which was recorded at that instant. Only to be read. A view of the
    /// same ledger at a position that is earlier still, where there is one, spares folding what it knows.
    pub fn known_at(&self, position: Position, recorded_at: Instant, earlier: Option<&Self>) -> Self {
        if position >= self.position {
            return self.clone();
        }
        let activity = self.activity.known_at(position);
        let mut past = earlier.map(Self::without_hours).unwrap_or_default();
        let kept = activity.kept_after(past.position).filter_map(|at| self.books.entry(at));
        past.replay(kept, activity.batches_after(past.position));
        past.books.hours = self.books.hours.known_at(position, &past.books.hours);
        past.figures = past.figures.of_the_past(position, &self.figures);
        past.activity = activity;
        past.at(position, recorded_at)
    }

    /// Folds entries that are kept whole into a view without hours, and notes which others came with a batch.
    pub(super) fn replay<'a>(
        &mut self,
        kept: impl Iterator<Item = &'a Arc<Entry>>,
        batches: impl Iterator<Item = BatchRun>,
    ) {
        let mut runs = batches.peekable();
        for entry in kept {
            self.note_batches(&mut runs, Position(entry.position.0.saturating_sub(1)));
            evolve_kept(&mut self.books, entry);
            self.figures.note(&self.books, entry);
            if let Some(run) = runs.peek_mut().filter(|run| run.first == entry.position) {
                run.first = entry.position.next();
            }
            runs.next_if(|run| run.first > run.last);
        }
        self.note_batches(&mut runs, Position(u64::MAX));
    }

    /// Notes the entries of batches up to a position.
    fn note_batches(&mut self, runs: &mut std::iter::Peekable<impl Iterator<Item = BatchRun>>, to: Position) {
        while let Some(run) = runs.peek_mut().filter(|run| run.first <= to) {
            let last = run.last.min(to);
            if run.first <= last {
                self.books.governance.note_run(run.batch, run.first, last);
            }
            run.first = last.next();
            if run.first > run.last {
                runs.next();
            }
        }
    }

    /// The view as a replay goes on from it.
    fn without_hours(&self) -> Self {
        let mut view = self.clone();
        view.books.hours = self.books.hours.without_rows();
        view
    }

    /// The same at a position.
    pub(super) fn at(mut self, position: Position, recorded_at: Instant) -> Self {
        (self.position, self.recorded_at) = (position, recorded_at);
        (self.books.position, self.books.recorded_at) = (position, recorded_at);
        self
    }
}
