//! Which projects a figure is about.
//!
//! Invariant: a selection takes whole projects. What part of a project belongs to a place or a fund is for grouping.

use std::collections::BTreeSet;

use crate::domain::books::Books;
use crate::domain::event::Event;
use crate::domain::ids::{FundId, OrganisationId, ProjectId, StrategyId};
use crate::domain::projects::Project;
use crate::domain::text::Slug;

/// Which projects are asked for; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// These projects; empty: any.
    pub projects: BTreeSet<ProjectId>,
    /// Led or partnered by this organisation.
    pub organisation: Option<OrganisationId>,
    /// Serving a priority of this strategy.
    pub strategy: Option<StrategyId>,
    /// Serving a priority with this code.
    pub priority: Option<Slug>,
    /// Serving a priority of the theme with this name.
    pub theme: Option<String>,
    /// Serving this place.
    pub place: Option<Slug>,
    /// Ever awarded a grant out of this fund.
    pub fund: Option<FundId>,
}

impl Selection {
    /// One project.
    pub fn project(project: ProjectId) -> Self {
        Self { projects: BTreeSet::from([project]), ..Self::default() }
    }

    /// The projects that are selected, in the order of the log.
    pub fn of<'a>(&'a self, books: &'a Books) -> impl Iterator<Item = &'a Project> {
        books.projects.iter().filter(move |project| self.takes(books, project))
    }

    fn takes(&self, books: &Books, project: &Project) -> bool {
        (self.projects.is_empty() || self.projects.contains(&project.id))
            && self.organisation.is_none_or(|organisation| runs(books, project, organisation))
            && self.serves(books, project)
            && self.place.as_ref().is_none_or(|place| project.places().iter().any(|share| share.place == *place))
            && self.fund.is_none_or(|fund| funded_by(books, project.id, fund))
    }

    fn serves(&self, books: &Books, project: &Project) -> bool {
        if self.strategy.is_none() && self.priority.is_none() && self.theme.is_none() {
            return true;
        }
        project.priorities().iter().any(|link| {
            self.strategy.is_none_or(|strategy| link.strategy == strategy)
                && self.priority.as_ref().is_none_or(|priority| link.priority == *priority)
                && self.theme.as_ref().is_none_or(|theme| theme_of(books, link.strategy, &link.priority) == *theme)
        })
    }
}

/// The name of the theme that a priority belongs to; empty where there is none.
pub(crate) fn theme_of(books: &Books, strategy: StrategyId, priority: &Slug) -> String {
    let themes = books.setup.strategy(strategy).map(|strategy| strategy.adopted.themes.as_slice()).unwrap_or_default();
    let theme = themes.iter().find(|theme| theme.priorities.iter().any(|known| known.code == *priority));
    theme.map(|theme| theme.name.to_string()).unwrap_or_default()
}

fn runs(books: &Books, project: &Project, organisation: OrganisationId) -> bool {
    let wanted = books.organisations.resolve(organisation);
    let same = |id: OrganisationId| books.organisations.resolve(id) == wanted;
    project.leads.iter().any(|(_, _, lead)| same(*lead))
        || project.partners.iter().any(|(_, _, partners)| partners.iter().any(|partner| same(partner.organisation)))
}

fn funded_by(books: &Books, project: ProjectId, fund: FundId) -> bool {
    let mut resting = books.resting_on(fund.0).filter_map(|position| books.entry(position));
    resting.any(|entry| matches!(&entry.event, Event::GrantAwarded(grant) if grant.project == project))
}
