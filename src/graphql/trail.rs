//! The audit trail: entries by filter. Which entries answer is known by the view; what they say is read from the log.

use async_graphql::{ID, InputObject};

use super::connection::{self, Connection, Page};
use super::entry::Entry;
use super::eye::Eye;
use super::fault::{Code, Fault};
use crate::domain::event::EventKind;
use crate::domain::ids::Position;
use crate::domain::text::Slug;
use crate::domain::time::Day;
use crate::views::activity::{self, Order};

/// Which entries are wanted; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "EntryFilter")]
pub struct EntryFilter {
    /// Only these types.
    pub types: Option<Vec<EventKind>>,
    /// Only entries about this project.
    pub project: Option<ID>,
    /// Only entries about this organisation.
    pub organisation: Option<ID>,
    /// Only entries about this fund.
    pub fund: Option<ID>,
    /// Only entries that this actor recorded.
    pub actor: Option<String>,
    /// Only entries of this import.
    pub batch: Option<ID>,
    /// Only what happened on this day or later.
    pub from: Option<Day>,
    /// Only what happened on this day or earlier.
    pub to: Option<Day>,
    /// Only what came late into closed books, or only what did not.
    pub late: Option<bool>,
    /// Only what was reversed, or only what stands.
    pub reversed: Option<bool>,
    /// Only illustrative figures, or only others.
    pub illustrative: Option<bool>,
}

/// Reads an id of one kind of thing.
///
/// # Errors
/// A fault where it is none.
pub(crate) fn read_id<T: std::str::FromStr>(id: &ID, what: &str) -> Result<T, Fault> {
    let sentence = || format!("Give the id of {what} as this ledger writes it; {:?} is none.", id.as_str());
    id.parse().map_err(|_| Fault::new(Code::BadUserInput, sentence()))
}

/// The same, where one is given.
pub(crate) fn read_some_id<T: std::str::FromStr>(id: Option<&ID>, what: &str) -> Result<Option<T>, Fault> {
    id.map(|id| read_id(id, what)).transpose()
}

impl EntryFilter {
    /// Reads the ids of a filter.
    ///
    /// # Errors
    /// A fault where one of them is none.
    pub fn read(self) -> Result<activity::EntryFilter, Fault> {
        Ok(activity::EntryFilter {
            project: read_some_id(self.project.as_ref(), "a project")?,
            organisation: read_some_id(self.organisation.as_ref(), "an organisation")?,
            fund: read_some_id(self.fund.as_ref(), "a fund")?,
            kinds: self.types.unwrap_or_default(),
            from: self.from,
            to: self.to,
            late: self.late,
            reversed: self.reversed,
            illustrative: self.illustrative,
            batch: read_some_id(self.batch.as_ref(), "an import")?,
            actor: self.actor.map(Slug::from),
        })
    }
}

/// A page of the entries that answer to a filter, in the order of the log. Counting all of them costs a walk over the
/// whole view, so it is only done where somebody asks.
///
/// # Errors
/// A fault where the log cannot be read.
pub(crate) fn entries(
    eye: &Eye,
    filter: &activity::EntryFilter,
    page: &Page,
    counted: bool,
) -> Result<Connection<Entry>, Fault> {
    eye.scope.check_time()?;
    let (order, beyond, bound) = if page.from_end {
        (Order::NewestFirst, page.before, page.after)
    } else {
        (Order::OldestFirst, page.after, page.before)
    };
    let found = activity::entries(&eye.view, filter, beyond.map(|cursor| cursor.key), page.size, order);
    let within = |position: &Position| match (bound, order) {
        (Some(bound), Order::OldestFirst) => *position < bound.key,
        (Some(bound), Order::NewestFirst) => *position > bound.key,
        (None, _) => true,
    };
    let asked = found.positions.len();
    let mut positions: Vec<Position> = found.positions.into_iter().filter(within).collect();
    let cut_off = positions.len() < asked;
    let (mut earlier, mut later) = (page.after.is_some(), (found.has_more || cut_off) || page.before.is_some());
    if page.from_end {
        positions.reverse();
        (earlier, later) = (found.has_more || cut_off || page.after.is_some(), page.before.is_some());
    }
    let total = if counted { u32::try_from(activity::count(&eye.view, filter)).ok() } else { None };
    let rows = Entry::many(eye, &positions)?;
    Ok(connection::from_rows(eye.view.position, rows, earlier, later, total))
}
