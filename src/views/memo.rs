//! Rows of grouped figures that were asked of a view before.
//!
//! What is kept is the rows of one window, so that questions that are cut into periods share the periods that they have
//! in common. Invariant: rows belong to one view. A view never changes while others see it, so what was computed of it
//! once is what would be computed again; a copy of a view, which may be folded on, begins with none.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::RateCardId;
use crate::domain::text::Slug;

use super::grouping::{self, Dimension, Group};
use super::selection::Selection;
use super::view::View;
use super::window::Window;

/// The most windows of which rows are kept, and the most rows that they may have together.
const PARTS: usize = 1_024;
const ROWS: usize = 10_000;
/// How much the selection of a part that is kept may name.
const TEXT: usize = 1_024;

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

/// How much a selection names: bytes of words, and projects.
fn text(selection: &Selection) -> usize {
    let Selection { projects, priority, theme, place, .. } = selection;
    let words = [priority.as_ref().map(Slug::as_str), theme.as_deref(), place.as_ref().map(Slug::as_str)];
    projects.len() + words.into_iter().flatten().map(str::len).sum::<usize>()
}

/// The rows that a view gave before.
#[derive(Debug, Default)]
pub struct Memo(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    parts: HashMap<Part, Arc<[Group]>>,
    /// The oldest first.
    order: VecDeque<Part>,
    /// How many rows all of them have.
    rows: usize,
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
        if text(&part.selection) > TEXT || rows.len() > ROWS {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.parts.insert(part.clone(), Arc::clone(rows)).is_some() {
            return;
        }
        kept.order.push_back(part.clone());
        kept.rows += rows.len();
        while kept.order.len() > PARTS || kept.rows > ROWS {
            let Some(oldest) = kept.order.pop_front() else { return };
            kept.rows -= kept.parts.remove(&oldest).map_or(0, |rows| rows.len());
        }
    }
}
