//! Rows of grouped figures that were asked of a view before.
//!
//! What is kept is the rows of one window, so that questions that are cut into periods share the periods that they have
//! in common. Invariant: rows belong to one view. A view never changes while others see it, so what was computed of it
//! once is what would be computed again; a copy of a view, which may be folded on, begins with none.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::{ProjectId, RateCardId};
use crate::domain::text::Slug;

use super::grouping::{self, Dimension, Group};
use super::selection::Selection;
use super::view::View;
use super::window::Window;

/// How much memory all that is kept of one view may take, about: room for two of the largest answers.
const BYTES: usize = 8 << 20;
/// What a row takes with its key and label, and what a part takes beside its rows, about.
const ROW_BYTES: usize = size_of::<Group>() + 128;
const MORE_BYTES: usize = 512;

/// What is asked of one window: the rows of a dimension, or one row of everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    pub(super) window: Window,
    pub(super) group_by: Option<Dimension>,
    pub(super) rate_card: Option<RateCardId>,
    pub(super) selection: Arc<Selection>,
}

impl Part {
    /// Its rows: those that the view gave before, or new ones. Nobody waits for others' sums: two who ask at once make
    /// the same ones.
    pub(super) fn rows(&self, view: &View) -> Arc<[Group]> {
        if let Some(rows) = view.memo.find(self) {
            return rows;
        }
        let Self { window, group_by, rate_card, selection } = self;
        let rows = Arc::from(grouping::rows(view, selection, *window, *group_by, *rate_card));
        view.memo.keep(self, &rows);
        rows
    }
}

/// How many bytes a selection takes, about.
fn bytes_of(selection: &Selection) -> usize {
    let Selection { projects, priority, theme, place, .. } = selection;
    let words = [priority.as_ref().map(Slug::as_str), theme.as_deref(), place.as_ref().map(Slug::as_str)];
    projects.len() * 2 * size_of::<ProjectId>() + words.into_iter().flatten().map(str::len).sum::<usize>()
}

/// The rows that a view gave before.
#[derive(Debug, Default)]
pub struct Memo(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    parts: HashMap<Part, Arc<[Group]>>,
    /// The oldest first.
    order: VecDeque<(Part, usize)>,
    /// How many bytes all of them take, about.
    bytes: usize,
}

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    /// Forgets everything: the view is no longer what it was.
    pub(super) fn clear(&mut self) {
        let kept = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !kept.order.is_empty() {
            *kept = Kept::default();
        }
    }

    fn find(&self, part: &Part) -> Option<Arc<[Group]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.parts.get(part).map(Arc::clone)
    }

    /// Keeps rows in the place of the oldest ones.
    fn keep(&self, part: &Part, rows: &Arc<[Group]>) {
        let bytes = MORE_BYTES + bytes_of(&part.selection) + rows.len() * ROW_BYTES;
        if bytes > BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.parts.insert(part.clone(), Arc::clone(rows)).is_some() {
            return;
        }
        kept.order.push_back((part.clone(), bytes));
        kept.bytes += bytes;
        while kept.bytes > BYTES {
            let Some((oldest, bytes)) = kept.order.pop_front() else { return };
            kept.parts.remove(&oldest);
            kept.bytes -= bytes;
        }
    }
}
