//! What narrows the lists of things.

use async_graphql::{Enum, ID, InputObject};

use super::eye::Eye;
use super::fault::Fault;
use super::things::HoursStatus;
use super::trail::read_some_id;
use crate::domain::event::{OrganisationKind, ProjectKind};
use crate::domain::grants;
use crate::domain::hours_rows::HoursState;
use crate::domain::ids::{FundId, OrganisationId, Position, ProjectId, StrategyId};
use crate::domain::projects;
use crate::domain::time::{Day, FIRST_DAY, LAST_DAY};

/// Whether a text holds another, whatever the case.
pub(crate) fn holds(text: &str, searched: Option<&String>) -> bool {
    searched.is_none_or(|searched| text.to_lowercase().contains(&searched.to_lowercase()))
}

/// Which projects are wanted; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ProjectFilter {
    /// Only projects whose title holds these words, whatever the case.
    pub search: Option<String>,
    /// Only projects of this kind.
    pub kind: Option<ProjectKind>,
    /// Only projects that this organisation leads.
    pub lead: Option<ID>,
    /// Only projects that serve this place.
    pub place: Option<String>,
    /// Only projects that serve a priority of this strategy.
    pub strategy: Option<ID>,
    /// Only projects that serve the priority with this code.
    pub priority: Option<String>,
    /// Only projects that are open, or only closed ones.
    pub open: Option<bool>,
}

impl ProjectFilter {
    /// What passes, in the order of the log.
    ///
    /// # Errors
    /// A fault where an id is none.
    pub(crate) fn passing(&self, eye: &Eye) -> Result<Vec<Position>, Fault> {
        let lead: Option<OrganisationId> = read_some_id(self.lead.as_ref(), "an organisation")?;
        let strategy: Option<StrategyId> = read_some_id(self.strategy.as_ref(), "a strategy")?;
        let serves = |project: &projects::Project| {
            let all = self.priority.is_none() && strategy.is_none();
            all || project.priorities().iter().any(|link| {
                strategy.is_none_or(|strategy| link.strategy == strategy)
                    && self.priority.as_ref().is_none_or(|code| link.priority.as_str() == code)
            })
        };
        let stands = |project: &&projects::Project| {
            holds(project.title(), self.search.as_ref())
                && self.kind.is_none_or(|kind| project.kind == kind)
                && lead.is_none_or(|lead| project.lead() == Some(lead))
                && self.open.is_none_or(|open| project.closed.is_none() == open)
                && self
                    .place
                    .as_ref()
                    .is_none_or(|wanted| project.places().iter().any(|place| place.place.as_str() == wanted))
                && serves(project)
        };
        Ok(eye.books().projects.iter().filter(stands).map(|project| project.id.0).collect())
    }
}

/// In which order projects come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ProjectOrder {
    /// As they were opened.
    Opened,
    /// By title, in the order of the alphabet.
    Title,
}

/// Which organisations are wanted; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrganisationFilter {
    /// Only organisations whose name holds these words, whatever the case.
    pub search: Option<String>,
    /// Only organisations of this kind.
    pub kind: Option<OrganisationKind>,
}

/// Which grants are wanted; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
pub struct GrantFilter {
    /// Only grants for this project.
    pub project: Option<ID>,
    /// Only grants to this organisation.
    pub recipient: Option<ID>,
    /// Only grants that this fund gives to.
    pub fund: Option<ID>,
    /// Only grants awarded on this day or later.
    pub awarded_from: Option<Day>,
    /// Only grants awarded on this day or earlier.
    pub awarded_to: Option<Day>,
}

impl GrantFilter {
    /// What passes, in the order of the log.
    ///
    /// # Errors
    /// A fault where an id is none.
    pub(crate) fn passing(&self, eye: &Eye) -> Result<Vec<Position>, Fault> {
        let project: Option<ProjectId> = read_some_id(self.project.as_ref(), "a project")?;
        let recipient: Option<OrganisationId> = read_some_id(self.recipient.as_ref(), "an organisation")?;
        let fund: Option<FundId> = read_some_id(self.fund.as_ref(), "a fund")?;
        let stands = |grant: &&grants::Grant| {
            project.is_none_or(|project| grant.project == project)
                && recipient.is_none_or(|recipient| grant.recipient == recipient)
                && fund.is_none_or(|fund| grant.shares.keys().any(|(from, _)| *from == fund))
                && self.awarded_from.is_none_or(|day| day <= grant.awarded_on)
                && self.awarded_to.is_none_or(|day| grant.awarded_on <= day)
        };
        Ok(eye.books().grants.iter().filter(stands).map(|grant| grant.id.0).collect())
    }
}

/// Which hours are wanted; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
pub struct HoursFilter {
    /// Only hours given to this project.
    pub project: Option<ID>,
    /// Only hours of this group's people.
    pub group: Option<ID>,
    /// Only hours in this state.
    pub status: Option<HoursStatus>,
    /// Only hours given on this day or later.
    pub from: Option<Day>,
    /// Only hours given on this day or earlier.
    pub to: Option<Day>,
}

impl HoursFilter {
    /// What passes, in the order of the log.
    ///
    /// # Errors
    /// A fault where an id is none.
    pub(crate) fn passing(&self, eye: &Eye) -> Result<Vec<Position>, Fault> {
        let project: Option<ProjectId> = read_some_id(self.project.as_ref(), "a project")?;
        let group: Option<OrganisationId> = read_some_id(self.group.as_ref(), "an organisation")?;
        let (from, to) = (self.from.unwrap_or(FIRST_DAY), self.to.unwrap_or(LAST_DAY));
        let hours = &eye.books().hours;
        let wanted = self.status.map(HoursState::from);
        let rows: Box<dyn Iterator<Item = _>> = match (project, group) {
            (Some(project), _) => Box::new(hours.of_project(project, from, to)),
            (None, Some(group)) => Box::new(hours.of_group(group, from, to)),
            (None, None) => Box::new(hours.iter().filter(move |row| (from..=to).contains(&row.day()))),
        };
        let rows = rows.filter(|row| group.is_none_or(|group| hours.group(row) == group));
        let rows = rows.filter(|row| wanted.is_none_or(|state| row.state() == state));
        let mut positions: Vec<Position> = rows.map(|row| row.position()).collect();
        positions.sort_unstable();
        Ok(positions)
    }
}
