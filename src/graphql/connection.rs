//! Pages of long lists, in the form of the Relay connection specification.
//!
//! Invariant: a cursor names the position that its page was read at and a place in the list, so that following pages
//! are read at the same position and agree with each other, whatever is appended meanwhile.

use async_graphql::SimpleObject;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::cost;
use super::dividend::Evidence;
use super::entry::Entry;
use super::fault::{Code, Fault};
use super::limits::Limits;
use super::things::{Fund, Grant, HoursEntry, Organisation, Pledge, Project, RentAgreement, Target};
use crate::domain::ids::Position;

/// What can be listed page by page.
pub trait Listed: Sized {
    /// The page's type.
    type Connection: From<Rows<Self>>;
}

/// The page type of a list of one kind of thing.
pub type Connection<T> = <T as Listed>::Connection;

macro_rules! connections {
    ($($Node:ident in $Connection:ident of $Edge:ident;)+) => { $(
        /// A page of a list: its rows, and how to go on.
        #[derive(Clone, Debug, SimpleObject)]
        pub struct $Connection {
            /// The rows of this page.
            pub edges: Vec<$Edge>,
            /// Whether there is more, and from where.
            pub page_info: PageInfo,
            /// How many rows the whole list has; null where that was not asked for.
            pub total_count: Option<u32>,
        }

        /// One row of a page.
        #[derive(Clone, Debug, SimpleObject)]
        pub struct $Edge {
            /// Where the row stands: give it as `after` or `before` to go on from here.
            pub cursor: String,
            /// The row.
            pub node: $Node,
        }

        impl Listed for $Node {
            type Connection = $Connection;
        }

        impl From<Rows<$Node>> for $Connection {
            fn from(page: Rows<$Node>) -> Self {
                let Rows { listed, page_info, total_count } = page;
                let edges = listed.into_iter().map(|(cursor, node)| $Edge { cursor, node }).collect();
                Self { edges, page_info, total_count }
            }
        }
    )+ };
}

connections! {
    Entry in EntryConnection of EntryEdge;
    Evidence in EvidenceConnection of EvidenceEdge;
    Fund in FundConnection of FundEdge;
    Grant in GrantConnection of GrantEdge;
    HoursEntry in HoursConnection of HoursEdge;
    Organisation in OrganisationConnection of OrganisationEdge;
    Pledge in PledgeConnection of PledgeEdge;
    Project in ProjectConnection of ProjectEdge;
    RentAgreement in RentAgreementConnection of RentAgreementEdge;
    Target in TargetConnection of TargetEdge;
}

/// Whether there is more, and from where.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether rows follow this page.
    pub has_next_page: bool,
    /// Whether rows precede this page.
    pub has_previous_page: bool,
    /// The cursor of the first row; null where the page is empty.
    pub start_cursor: Option<String>,
    /// The cursor of the last row; null where the page is empty.
    pub end_cursor: Option<String>,
}

/// A place in a list as it was at a position. The key is the position of the entry that began the row's thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The position that the list was read at.
    pub pin: Position,
    /// The row.
    pub key: Position,
}

impl Cursor {
    /// The cursor as callers see it: a text without meaning to them.
    pub fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("1.{}.{}", self.pin, self.key))
    }

    /// Reads a cursor.
    ///
    /// # Errors
    /// A fault where the text is no cursor of ours.
    pub fn decode(text: &str) -> Result<Self, Fault> {
        let wrong = || Fault::new(Code::BadPage, "Give a cursor as you got it from an earlier page.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let (pin, key) = text.strip_prefix("1.").and_then(|rest| rest.split_once('.')).ok_or_else(wrong)?;
        let number = |text: &str| text.parse().map(Position).map_err(|_| wrong());
        Ok(Self { pin: number(pin)?, key: number(key)? })
    }
}

/// Which page is asked for, checked.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The most rows.
    pub size: usize,
    /// Whether the last rows are wanted instead of the first.
    pub from_end: bool,
    /// Only rows after this one.
    pub after: Option<Cursor>,
    /// Only rows before this one.
    pub before: Option<Cursor>,
}

impl Page {
    /// Checks what a caller asks for.
    ///
    /// # Errors
    /// A fault where the page cannot be.
    pub fn of(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        limits: &Limits,
    ) -> Result<Self, Fault> {
        let size = cost::page_size(first.map(i64::from), last.map(i64::from), limits)?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let cursor = |text: Option<String>| text.map(|text| Cursor::decode(&text)).transpose();
        let page = Self { size, from_end: last.is_some(), after: cursor(after)?, before: cursor(before)? };
        match (page.after, page.before) {
            (Some(after), Some(before)) if after.pin != before.pin => {
                Err(Fault::new(Code::BadPage, "Give cursors of the same list: these were read at different positions."))
            }
            _ => Ok(page),
        }
    }

    /// The position that earlier pages of the list were read at.
    pub fn pin(&self) -> Option<Position> {
        self.after.or(self.before).map(|cursor| cursor.pin)
    }

    /// The rows of a whole list that belong to this page.
    ///
    /// # Errors
    /// A fault where a cursor is of another list.
    pub fn cut(&self, list: &[Position]) -> Result<Cut, Fault> {
        let place = |cursor: Cursor| {
            let wrong = || Fault::new(Code::BadPage, "Give a cursor of this list: the same filter, the same order.");
            list.iter().position(|key| *key == cursor.key).ok_or_else(wrong)
        };
        let start = self.after.map(place).transpose()?.map_or(0, |at| at + 1);
        let end = self.before.map(place).transpose()?.unwrap_or(list.len()).max(start);
        let length = (end - start).min(self.size);
        let from = if self.from_end { end - length } else { start };
        let keys = list.get(from..from + length).unwrap_or_default().to_vec();
        Ok(Cut { keys, earlier: from > 0, later: from + length < list.len(), total: list.len() })
    }
}

/// The rows of one page.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The rows' keys.
    pub keys: Vec<Position>,
    /// Whether rows precede them.
    pub earlier: bool,
    /// Whether rows follow them.
    pub later: bool,
    /// How many rows the whole list has.
    pub total: usize,
}

/// The rows of a page with their cursors, whatever they are.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    listed: Vec<(String, T)>,
    page_info: PageInfo,
    total_count: Option<u32>,
}

/// A page of rows that were read at a position.
pub(crate) fn of<T: Listed>(pin: Position, cut: &Cut, node: impl Fn(Position) -> Option<T>) -> Connection<T> {
    let total = u32::try_from(cut.total).ok();
    let rows = cut.keys.iter().filter_map(|key| Some((*key, node(*key)?)));
    from_rows(pin, rows.collect(), cut.earlier, cut.later, total)
}

/// A page of these rows.
pub(crate) fn from_rows<T: Listed>(
    pin: Position,
    rows: Vec<(Position, T)>,
    earlier: bool,
    later: bool,
    total_count: Option<u32>,
) -> Connection<T> {
    let listed: Vec<_> = rows.into_iter().map(|(key, node)| (Cursor { pin, key }.encode(), node)).collect();
    let page_info = PageInfo {
        has_next_page: later,
        has_previous_page: earlier,
        start_cursor: listed.first().map(|(cursor, _)| cursor.clone()),
        end_cursor: listed.last().map(|(cursor, _)| cursor.clone()),
    };
    Rows { listed, page_info, total_count }.into()
}
