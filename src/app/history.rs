//! What was known at an earlier position.
//!
//! Invariant: a figure asked for as known at a position is the figure that was shown then. How a past view is made is in
//! `views/past.rs`; here is which position is meant.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::time::Instant;
use crate::log::event_log::{EventLog, LogError};
use crate::views::view::View;

/// How many past views are kept for whoever asks next.
const KEPT: usize = 8;

/// A point of knowledge: what the ledger knew then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsKnownAt {
    /// After this position; a position inside a commit rounds down to the commit before.
    Position(Position),
    /// After the last commit recorded at or before this instant.
    RecordedAt(Instant),
}

/// Past views, made on demand and kept for a while, with the sums that were asked of them.
#[derive(Default)]
pub struct History {
    kept: Mutex<VecDeque<Arc<View>>>,
}

impl History {
    /// The view at a point of knowledge, made from the present one.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn at(&self, log: &dyn EventLog, present: &Arc<View>, point: AsKnownAt) -> Result<Arc<View>, LogError> {
        let position = match point {
            AsKnownAt::Position(position) if position >= present.position => present.position,
            AsKnownAt::Position(position) => commit_end(log, position)?,
            AsKnownAt::RecordedAt(instant) if instant >= present.recorded_at => present.position,
            AsKnownAt::RecordedAt(instant) => last_recorded(log, present.position, instant)?,
        };
        if position == present.position {
            return Ok(Arc::clone(present));
        }
        if let Some(view) = self.kept().iter().find(|view| view.position == position) {
            return Ok(Arc::clone(view));
        }
        let recorded_at = log.read(position)?.map_or_else(Instant::default, |entry| entry.recorded_at);
        let earlier =
            self.kept().iter().filter(|view| view.position < position).max_by_key(|view| view.position).cloned();
        let view = Arc::new(present.known_at(position, recorded_at, earlier.as_deref()));
        Ok(self.keep(view))
    }

    /// Keeps a view, unless somebody else has made the same one meanwhile; then that.
    fn keep(&self, view: Arc<View>) -> Arc<View> {
        let mut kept = self.kept();
        if let Some(same) = kept.iter().find(|other| other.position == view.position) {
            return Arc::clone(same);
        }
        kept.push_back(Arc::clone(&view));
        while kept.len() > KEPT {
            kept.pop_front();
        }
        view
    }

    /// Held for as long as it takes to look, never while a view is made.
    fn kept(&self) -> MutexGuard<'_, VecDeque<Arc<View>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Folds the entries after a view's position up to `to` into it.
///
/// # Errors
/// A [`LogError`] where the log cannot be read.
pub fn fold(log: &dyn EventLog, mut view: View, to: Position) -> Result<View, LogError> {
    let from = view.position.next();
    if from <= to {
        log.scan(from, to, &mut |entry| {
            view.apply(&entry);
            ControlFlow::Continue(())
        })?;
    }
    Ok(view)
}

/// The end of the last commit that lies wholly at or before a position. Every entry says how many of its commit follow,
/// so that those of one commit name the same end, and are found by halving.
pub(super) fn commit_end(log: &dyn EventLog, position: Position) -> Result<Position, LogError> {
    let end_of = |entry: &Entry| entry.position.0.saturating_add(u64::from(entry.commit));
    let Some(entry) = log.read(position)? else { return Ok(Position(0)) };
    if entry.commit == 0 {
        return Ok(position);
    }
    let within = |at: u64| Ok(log.read(Position(at))?.is_some_and(|other| end_of(&other) == end_of(&entry)));
    let (mut inside, mut step) = (position.0, 1);
    while within(inside.saturating_sub(step))? {
        inside = inside.saturating_sub(step);
        step *= 2;
    }
    let mut outside = inside.saturating_sub(step);
    while outside + 1 < inside {
        let middle = outside.midpoint(inside);
        if within(middle)? {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    Ok(Position(outside))
}

/// The last position up to `last` that was recorded at or before an instant; commits share one instant, and instants
/// only grow.
fn last_recorded(log: &dyn EventLog, last: Position, instant: Instant) -> Result<Position, LogError> {
    let (mut low, mut high) = (0, last.0);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let known = log.read(Position(middle))?.is_some_and(|entry| entry.recorded_at <= instant);
        if known {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(Position(low))
}
