//! Hours that were given.

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};

use super::super::entry::Entry;
use super::super::eye::Eye;
use super::super::fault::Fault;
use super::super::units::Duration;
use super::{Organisation, Pledge, Project};
use crate::domain::event::{Captured, EventKind};
use crate::domain::hours_rows::HoursState;
use crate::domain::ids::{EntryId, HoursId, OrganisationId, PledgeId, Position, ProjectId};
use crate::domain::time::Day;

/// What became of an entry of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum HoursStatus {
    /// Logged, and not decided yet.
    Awaiting,
    /// Confirmed by the group: it counts.
    Confirmed,
    /// Rejected by the group.
    Rejected,
    /// Reversed: it counts nowhere.
    Reversed,
}

impl From<HoursState> for HoursStatus {
    fn from(state: HoursState) -> Self {
        match state {
            HoursState::Awaiting => Self::Awaiting,
            HoursState::Confirmed => Self::Confirmed,
            HoursState::Rejected => Self::Rejected,
            HoursState::Reversed => Self::Reversed,
        }
    }
}

impl From<HoursStatus> for HoursState {
    fn from(status: HoursStatus) -> Self {
        match status {
            HoursStatus::Awaiting => Self::Awaiting,
            HoursStatus::Confirmed => Self::Confirmed,
            HoursStatus::Rejected => Self::Rejected,
            HoursStatus::Reversed => Self::Reversed,
        }
    }
}

/// Hours that people of a group gave to a project.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct HoursEntry {
    /// Their id.
    pub id: ID,
    /// The day they were given.
    pub day: Day,
    /// The role.
    pub role: String,
    /// How many people gave them.
    pub people: u32,
    /// How many minutes each of them gave.
    pub minutes_each: u32,
    /// The time in all: people times minutes each.
    pub duration: Duration,
    /// How it was written down.
    pub captured: Captured,
    /// What became of them.
    pub status: HoursStatus,
    /// The confirmation or rejection that decided it.
    pub decided_by: Option<Position>,
    /// Whether they were confirmed by whoever logged them.
    pub self_confirmed: bool,
    /// Whether they came late, into closed books.
    pub late: bool,
    /// Whether the figure comes from no document and is there to show how the ledger works.
    pub illustrative: bool,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    place: Position,
    #[graphql(skip)]
    project: ProjectId,
    #[graphql(skip)]
    group: OrganisationId,
    #[graphql(skip)]
    pledge: Option<PledgeId>,
}

impl HoursEntry {
    /// The hours with this id.
    pub fn find(eye: &Eye, id: HoursId) -> Option<Self> {
        let hours = &eye.books().hours;
        let row = hours.row(id.0)?;
        Some(Self {
            id: EntryId { kind: EventKind::HoursLogged, position: id.0 }.into(),
            day: row.day(),
            role: hours.role(&row).to_owned(),
            people: row.people(),
            minutes_each: row.minutes_each(),
            duration: Duration::of(row.minutes()),
            captured: row.captured(),
            status: row.state().into(),
            decided_by: row.decided_at(),
            self_confirmed: row.is_self_confirmed(),
            late: row.is_late(),
            illustrative: row.is_illustrative(),
            eye: eye.clone(),
            place: id.0,
            project: hours.project(&row),
            group: hours.group(&row),
            pledge: hours.pledge(&row),
        })
    }
}

#[ComplexObject]
impl HoursEntry {
    /// The project.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.project)
    }

    /// The group whose people they were.
    async fn group(&self) -> Option<Organisation> {
        Organisation::find(&self.eye, self.group)
    }

    /// The pledge, where an employer gave the time.
    async fn pledge(&self) -> Option<Pledge> {
        Pledge::find(&self.eye, self.pledge?)
    }

    /// The entry of the log that holds them, with what they did.
    async fn entry(&self) -> Result<Option<Entry>, Fault> {
        Entry::at(&self.eye, self.place)
    }
}
