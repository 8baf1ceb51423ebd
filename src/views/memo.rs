//! Grouped figures that were asked of a view before.
//!
//! Invariant: an answer belongs to one view. A view never changes while others see it, so what was computed of it once
//! is what would be computed again; a copy of a view, which may be folded on, begins with none.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ids::RateCardId;
use crate::domain::text::Slug;

use super::by_period::{TooManyRows, shared_dividends_per};
use super::grouping::{Dimension, SharedDividends, shared_dividends};
use super::selection::Selection;
use super::view::View;
use super::window::{Period, Window};

/// The most answers of one view that are kept, and the most rows that they may have together.
const ANSWERS: usize = 32;
const ROWS: usize = 10_000;
/// How much a question that is kept may name.
const TEXT: usize = 1_024;

/// What grouped figures are asked for with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Of which projects.
    pub selection: Selection,
    /// Over which days.
    pub window: Window,
    /// By what they are grouped.
    pub group_by: Dimension,
    /// What the window is cut into, where it is.
    pub per: Option<Period>,
    /// The rate card that is named.
    pub rate_card: Option<RateCardId>,
}

impl Question {
    /// The answer of a view: the one that it gave before, or a new one.
    ///
    /// # Errors
    /// [`TooManyRows`] where there would be more rows than anybody reads.
    pub fn answer(&self, view: &View) -> Result<Arc<SharedDividends>, TooManyRows> {
        if let Some(answer) = view.memo.find(self) {
            return Ok(answer);
        }
        let answer = Arc::new(self.compute(view)?);
        view.memo.keep(self, &answer);
        Ok(answer)
    }

    /// How much it names: bytes of words, and projects.
    fn text(&self) -> usize {
        let Selection { projects, priority, theme, place, .. } = &self.selection;
        let words = [priority.as_ref().map(Slug::as_str), theme.as_deref(), place.as_ref().map(Slug::as_str)];
        projects.len() + words.into_iter().flatten().map(str::len).sum::<usize>()
    }

    fn compute(&self, view: &View) -> Result<SharedDividends, TooManyRows> {
        let Self { selection, window, group_by, per, rate_card } = self;
        match per {
            Some(per) => shared_dividends_per(view, selection, *window, *group_by, *per, *rate_card),
            None => Ok(shared_dividends(view, selection, *window, *group_by, *rate_card)),
        }
    }
}

/// Questions and their answers, the oldest first.
type Kept = VecDeque<(Question, Arc<SharedDividends>)>;

/// The answers that a view gave before.
#[derive(Debug, Default)]
pub struct Memo(Mutex<Kept>);

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Memo {
    /// Forgets everything: the view is no longer what it was.
    pub(super) fn clear(&mut self) {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find(&self, question: &Question) -> Option<Arc<SharedDividends>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == question).map(|(_, answer)| Arc::clone(answer))
    }

    /// Keeps an answer in the place of the oldest ones.
    fn keep(&self, question: &Question, answer: &Arc<SharedDividends>) {
        if question.text() > TEXT {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.iter().any(|(known, _)| known == question) {
            return;
        }
        kept.push_back((question.clone(), Arc::clone(answer)));
        let rows = |kept: &Kept| kept.iter().map(|(_, answer)| answer.groups.len()).sum::<usize>();
        while kept.len() > ANSWERS || rows(&kept) > ROWS {
            kept.pop_front();
        }
    }
}
