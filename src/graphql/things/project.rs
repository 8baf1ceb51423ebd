//! A project, and its shared dividend.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, SimpleObject};

use super::super::connection::{self, Connection, Page};
use super::super::dividend::{Behind, SharedDividend, rate_card_id};
use super::super::entry::Entry;
use super::super::eye::Eye;
use super::super::fault::Fault;
use super::super::scope::AsKnownAtInput;
use super::super::trail;
use super::super::units::WindowInput;
use super::{Grant, Organisation};
use crate::domain::event::{DeliveryMode, Engagement, ProjectKind};
use crate::domain::ids::{GrantId, OrganisationId, Position, ProjectId};
use crate::domain::time::Day;
use crate::views::activity::EntryFilter;
use crate::views::dividends;

/// A project: what public support goes into and others add to.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Project {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: ProjectKind,
    /// What it is for.
    pub summary: Option<String>,
    /// The owner's own reference.
    pub reference: Option<String>,
    /// The day it was opened.
    pub opened_on: Day,
    /// The day it closed; null while it is open.
    pub closed_on: Option<Day>,
    /// Its first planned day.
    pub starts: Option<Day>,
    /// Its last planned day.
    pub ends: Option<Day>,
    /// The day its time-limited funding ends.
    pub funding_ends: Option<Day>,
    /// What part the community has in it.
    pub mode: Option<DeliveryMode>,
    /// How far the community takes part in decisions.
    pub engagement: Option<Engagement>,
    /// The places it serves.
    pub places: Vec<Place>,
    /// The priorities it serves.
    pub priorities: Vec<ServedPriority>,
    /// Whether it comes from no document and is there to show how the ledger works.
    pub illustrative: bool,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    own: ProjectId,
}

/// A place that a project serves.
#[derive(Clone, Debug, SimpleObject)]
pub struct Place {
    /// A ward or neighbourhood, or `town-wide`.
    pub place: String,
    /// Its part of the project, in basis points.
    pub share_bp: u32,
}

/// A priority that a project serves.
#[derive(Clone, Debug, SimpleObject)]
pub struct ServedPriority {
    /// The strategy.
    pub strategy: ID,
    /// The strategy's title.
    pub strategy_title: Option<String>,
    /// The theme that the priority stands under.
    pub theme: Option<String>,
    /// The priority's code in the strategy.
    pub code: String,
    /// The priority's title.
    pub title: Option<String>,
    /// Whether it is the project's main priority in this strategy.
    pub primary: bool,
}

/// An organisation's part of a project.
#[derive(Clone, Debug, SimpleObject)]
pub struct Partner {
    /// The organisation.
    pub organisation: Organisation,
    /// Its part of the organisations' gain, in basis points.
    pub share_bp: u32,
}

fn priorities(eye: &Eye, links: &[crate::domain::event::PriorityLink]) -> Vec<ServedPriority> {
    let shown = |link: &crate::domain::event::PriorityLink| {
        let strategy = eye.books().setup.strategy(link.strategy);
        let themes = strategy.map(|strategy| strategy.adopted.themes.as_slice()).unwrap_or_default();
        let found = themes.iter().find_map(|theme| {
            let priority = theme.priorities.iter().find(|priority| priority.code == link.priority)?;
            Some((theme.name.to_string(), priority.title.to_string()))
        });
        let (theme, title) = found.unzip();
        ServedPriority {
            strategy: link.strategy.into(),
            strategy_title: strategy.map(|strategy| strategy.title().to_owned()),
            theme,
            code: link.priority.to_string(),
            title,
            primary: link.primary,
        }
    };
    links.iter().map(shown).collect()
}

impl Project {
    /// The project with this id.
    pub fn find(eye: &Eye, id: ProjectId) -> Option<Self> {
        let found = eye.books().projects.get(id)?;
        let place = |place: &crate::domain::event::PlaceShare| Place {
            place: place.place.to_string(),
            share_bp: place.share_bp.0,
        };
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            title: found.title().to_owned(),
            kind: found.kind,
            summary: found.summaries.latest().map(ToString::to_string),
            reference: found.reference.as_ref().map(ToString::to_string),
            opened_on: found.opened_on,
            closed_on: found.closed.map(|(day, _)| day),
            starts: found.starts.latest().copied(),
            ends: found.ends.latest().copied(),
            funding_ends: found.funding_ends.latest().copied(),
            mode: found.modes.latest().copied(),
            engagement: found.engagements.latest().copied(),
            places: found.places().iter().map(place).collect(),
            priorities: priorities(eye, found.priorities()),
            illustrative: eye.books().entry(id.0).is_some_and(|entry| entry.illustrative),
            eye: eye.clone(),
            own: id,
        })
    }
}

#[ComplexObject]
impl Project {
    /// The organisation that leads it.
    async fn lead(&self) -> Option<Organisation> {
        let lead: OrganisationId = self.eye.books().projects.get(self.own)?.lead()?;
        Organisation::find(&self.eye, lead)
    }

    /// The organisations that run it together and share the organisations' gain; none: the lead has all of it.
    async fn partners(&self) -> Vec<Partner> {
        let Some(project) = self.eye.books().projects.get(self.own) else { return Vec::new() };
        let partners = project.partners_on(self.eye.scope.today).iter();
        let shown = partners.filter_map(|partner| {
            let organisation = Organisation::find(&self.eye, partner.organisation)?;
            Some(Partner { organisation, share_bp: partner.share_bp.0 })
        });
        shown.collect()
    }

    /// What public bodies put into it over a window, what others added, and who gained.
    async fn shared_dividend(
        &self,
        #[graphql(desc = "The days that the figure speaks of.")] window: WindowInput,
        #[graphql(desc = "Price every entry by this rate card instead of the one in force on its day.")]
        rate_card: Option<ID>,
        #[graphql(desc = "What was known at an earlier point; the request's own position unless said.")]
        as_known_at: Option<AsKnownAtInput>,
    ) -> async_graphql::Result<SharedDividend> {
        let scope = &self.eye.scope;
        scope.check_time()?;
        let card = rate_card.map(|id| rate_card_id(&id)).transpose()?;
        let eye = match as_known_at {
            None => self.eye.clone(),
            some => Eye { scope: Arc::clone(scope), view: scope.view_at(some)? },
        };
        let window = window.on(scope.today)?;
        let figure = dividends::shared_dividend(&eye.view, self.own, window, card)
            .unwrap_or_else(|| dividends::SharedDividend::empty(window));
        Ok(SharedDividend::new(&eye, Behind::Project(self.own), figure, card))
    }

    /// The grants that were awarded for it, in the order of the log.
    async fn grants(
        &self,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Grant>, Fault> {
        let page = Page::of(first, after, last, before, &self.eye.scope.limits)?;
        let eye = self.eye.pinned(&page)?;
        let books = eye.books();
        let grants = books.resting_on(self.own.0).filter(|id| books.grants.get(GrantId(*id)).is_some());
        let cut = page.cut(&grants.collect::<Vec<_>>())?;
        Ok(connection::of(eye.view.position, &cut, |id| Grant::find(&eye, GrantId(id))))
    }

    /// Every entry about it, in the order of the log.
    async fn entries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Entry>, Fault> {
        let page = Page::of(first, after, last, before, &self.eye.scope.limits)?;
        let filter = EntryFilter { project: Some(self.own), ..EntryFilter::default() };
        let counted = context.look_ahead().field("totalCount").exists();
        trail::entries(&self.eye.pinned(&page)?, &filter, &page, counted)
    }
}
