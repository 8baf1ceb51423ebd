//! The small words of the town's tables: days, pounds, lists of titles, and the posts that enter things.

use crate::domain::event::{Actor, Role};
use crate::domain::money::Pence;
use crate::domain::text::{Slug, Title, Words};
use crate::domain::time::{Day, FIRST_DAY};

/// The published documents that facts come from, as they are named in sources.
pub(super) const STRATEGY: &str = "Draft third community strategy of the SoStevenage partnership, 2012-13";
/// The council's framework of co-operative working.
pub(super) const COMMITMENT: &str = "Our Co-operative commitment, Stevenage Borough Council, 2012";
/// The council's framework of community engagement.
pub(super) const ENGAGEMENT: &str = "Draft Community Engagement Framework, Stevenage Borough Council, 2019";
/// The community safety strategy's covering report.
pub(super) const SAFETY: &str = "Community Safety Strategy 2025-2028, Cabinet report of 12 February 2025";

/// The post that enters a step. A post or a group, never a person.
#[derive(Clone, Copy, Debug)]
pub(super) enum Post {
    /// The keeper of the ledger.
    Keeper,
    /// The finance officer.
    Finance,
    /// Whoever logs hours for a group.
    Logger(&'static str),
    /// Whoever confirms for a group.
    Certifier(&'static str),
    /// Whoever acts for a business or another giver.
    Business(&'static str),
}

impl Post {
    /// The named local user who stands for the post.
    pub(super) fn actor(self) -> Actor {
        let (name, role) = match self {
            Self::Keeper => ("ledger-keeper".to_owned(), Role::Keeper),
            Self::Finance => ("finance-officer".to_owned(), Role::Finance),
            Self::Logger(group) => (format!("{group}-logger"), Role::Logger),
            Self::Certifier(group) => (format!("{group}-certifier"), Role::Certifier),
            Self::Business(giver) => (format!("{giver}-giver"), Role::Business),
        };
        Actor { name: Slug::from(name), role }
    }
}

/// A day of a table, written like `2012-05-01`. A slip becomes the first day there is, which a test finds.
pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap_or(FIRST_DAY)
}

/// Whole pounds.
pub(super) fn pounds(amount: i64) -> Pence {
    Pence(amount * 100)
}

/// A title that may be left empty in a table.
pub(super) fn title(text: &str) -> Option<Title> {
    (!text.is_empty()).then(|| text.into())
}

/// A few sentences that may be left empty in a table.
pub(super) fn sentences(text: &str) -> Option<Words> {
    (!text.is_empty()).then(|| text.into())
}

/// The day so many days after another.
pub(super) fn days_after(text: &str, days: i32) -> Day {
    Day(day(text).0 + days)
}
