//! What was known at an earlier position: the same views, folded from the log up to there.
//!
//! Invariant: a past view is folded by the same code from the same entries as the present one was, so a figure asked
//! for as known at a position is the figure that was shown then.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use super::snapshots::Snapshots;
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

/// Past views, made on demand and kept for a while.
#[derive(Default)]
pub struct History {
    kept: Mutex<VecDeque<Arc<View>>>,
}

impl History {
    /// The view at a point of knowledge. `present` is the view to start from where it is not later.
    ///
    /// # Errors
    /// A [`LogError`] where the log cannot be read.
    pub fn at(
        &self,
        log: &dyn EventLog,
        snapshots: Option<&Snapshots>,
        present: &Arc<View>,
        point: AsKnownAt,
    ) -> Result<Arc<View>, LogError> {
        let position = match point {
            AsKnownAt::Position(position) => commit_end(log, position.min(present.position))?,
            AsKnownAt::RecordedAt(instant) => last_recorded(log, present.position, instant)?,
        };
        if position == present.position {
            return Ok(Arc::clone(present));
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = kept.iter().find(|view| view.position == position) {
            return Ok(Arc::clone(view));
        }
        let nearest = kept.iter().filter(|view| view.position < position).max_by_key(|view| view.position);
        let start = nearest_start(log, snapshots, nearest, position)?;
        let view = Arc::new(fold(log, start, position)?);
        kept.push_back(Arc::clone(&view));
        while kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(view)
    }
}

/// The latest view to fold on from: one that is kept, or one that was saved.
fn nearest_start(
    log: &dyn EventLog,
    snapshots: Option<&Snapshots>,
    kept: Option<&Arc<View>>,
    position: Position,
) -> Result<View, LogError> {
    let saved = match snapshots {
        Some(snapshots) => snapshots.before(log, position)?,
        None => None,
    };
    Ok(match (kept, saved) {
        (Some(kept), Some(saved)) if saved.position > kept.position => saved,
        (Some(kept), _) => View::clone(kept),
        (None, saved) => saved.unwrap_or_default(),
    })
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

/// The end of the last commit that lies wholly at or before a position.
pub(super) fn commit_end(log: &dyn EventLog, position: Position) -> Result<Position, LogError> {
    let Some(entry) = log.read(position)? else { return Ok(Position(0)) };
    if entry.commit == 0 {
        return Ok(position);
    }
    let before = Instant(entry.recorded_at.0.saturating_sub(1));
    last_recorded(log, position, before)
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
