//! What an answer looks at: one view, and the request it is for. Every object of an answer carries it on.

use std::fmt;
use std::sync::Arc;

use super::scope::Scope;
use crate::domain::books::Books;
use crate::domain::ids::{EntryId, Position};
use crate::domain::event::EventKind;
use crate::views::view::View;

/// A view, and the request that looks at it.
#[derive(Clone)]
pub struct Eye {
    /// The request.
    pub scope: Arc<Scope>,
    /// The view that it looks at: its own, or an earlier one that was asked for.
    pub view: Arc<View>,
}

impl fmt::Debug for Eye {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Eye").field(&self.view.position).finish()
    }
}

impl Eye {
    /// The books of the view.
    pub fn books(&self) -> &Books {
        &self.view.books
    }

    /// The reversal of the entry at a position.
    pub fn reversal(&self, position: Position) -> Option<EntryId> {
        let at = self.books().reversed.get(&position).copied()?;
        Some(EntryId { kind: EventKind::EntryReversed, position: at })
    }
}
