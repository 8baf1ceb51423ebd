//! What an answer looks at: one view, and the request it is for. Every object of an answer carries it on.

use std::fmt;
use std::sync::Arc;

use super::connection::Page;
use super::fault::Fault;
use super::scope::{Scope, may_block, unread};
use crate::domain::books::Books;
use crate::domain::event::EventKind;
use crate::domain::ids::{EntryId, Position};
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

    /// The root over the lines up to the view's position, in hexadecimal digits.
    ///
    /// # Errors
    /// A fault where the log cannot be read.
    pub fn root_hash(&self) -> Result<String, Fault> {
        let root = may_block(|| self.scope.ledger.root_at(self.view.position)).map_err(unread)?;
        Ok(root.to_string())
    }

    /// The reversal of the entry at a position.
    pub fn reversal(&self, position: Position) -> Option<EntryId> {
        let at = self.books().reversed.get(&position).copied()?;
        Some(EntryId { kind: EventKind::EntryReversed, position: at })
    }
}

impl Eye {
    /// The same request, looking at the position that earlier pages of a list were read at.
    ///
    /// # Errors
    /// A fault where the log cannot be read.
    pub(crate) fn pinned(&self, page: &Page) -> Result<Self, Fault> {
        match page.pin() {
            Some(pin) if pin != self.view.position => {
                Ok(Self { scope: Arc::clone(&self.scope), view: self.scope.view_after(pin)? })
            }
            _ => Ok(self.clone()),
        }
    }

    /// The id of the entry at a position, where it is known without reading the log.
    pub(crate) fn id_at(&self, position: Position) -> Option<EntryId> {
        let books = self.books();
        let kind = match books.entry(position) {
            Some(entry) => entry.event.kind(),
            None => EventKind::HoursLogged,
        };
        (kind != EventKind::HoursLogged || books.hours.row(position).is_some()).then_some(EntryId { kind, position })
    }
}
