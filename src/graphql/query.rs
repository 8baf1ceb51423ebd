//! Queries: where a caller enters the graph. Each takes a view, finds, and hands on; nothing is computed here.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::connection::{self, Connection, Page};
use super::dividend::rate_card_id;
use super::entry::Entry;
use super::eye::Eye;
use super::fault::Fault;
use super::figures::{DimensionName, MeasureInput, SelectionInput, Series, SharedDividends, check_periods};
use super::ledger::Ledger;
use super::node::Node;
use super::scope::{AsKnownAtInput, may_block, scope};
use super::things::{Fund, Grant, HoursEntry, HoursStatus, Organisation, Pledge, Project, RentAgreement, Target};
use super::trail::{self, EntryFilter, read_id, read_some_id};
use super::units::{PeriodName, WindowInput};
use crate::domain::event::{OrganisationKind, ProjectKind};
use crate::domain::grants;
use crate::domain::hours_rows::HoursState;
use crate::domain::ids::{
    FundId, GrantId, HoursId, OrganisationId, PledgeId, Position, ProjectId, StrategyId, TargetId,
};
use crate::domain::projects;
use crate::domain::time::{Day, FIRST_DAY, LAST_DAY};
use crate::views::{grouping, series};

/// The queries of the schema.
pub struct Query;

/// What a request looks at: its own position, an earlier one that it names, or the one that its cursors name.
fn eye(context: &Context<'_>, point: Option<AsKnownAtInput>, page: Option<&Page>) -> Result<Eye, Fault> {
    let scope = scope(context)?;
    scope.check_time()?;
    let eye = Eye { scope: Arc::clone(scope), view: scope.view_at(point)? };
    match page {
        Some(page) => eye.pinned(page),
        None => Ok(eye),
    }
}

fn page(
    context: &Context<'_>,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
) -> Result<Page, Fault> {
    Page::of(first, after, last, before, &scope(context)?.limits)
}

/// Whether a text holds another, whatever the case.
fn holds(text: &str, searched: Option<&String>) -> bool {
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
    fn passing(&self, eye: &Eye) -> Result<Vec<Position>, Fault> {
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
    fn passing(&self, eye: &Eye) -> Result<Vec<Position>, Fault> {
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
    fn passing(&self, eye: &Eye) -> Result<Vec<Position>, Fault> {
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

/// Where a caller enters: the ledger, its things, its figures, and the entries behind them. Every answer of one request
/// is given from one position of the log, whatever is appended meanwhile.
#[Object]
impl Query {
    /// The ledger itself: its name, what it knows, its settings and its limits.
    async fn ledger(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Ledger, Fault> {
        Ok(Ledger::new(&eye(context, as_known_at, None)?))
    }

    /// A thing or an entry, by its id; null where there is none.
    async fn node(&self, context: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Node>, Fault> {
        Node::find(&eye(context, None, None)?, &read_id(&id, "a thing or an entry")?)
    }

    /// Projects.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn projects(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which projects.")] filter: Option<ProjectFilter>,
        #[graphql(desc = "In which order; as they were opened unless said.")] order_by: Option<ProjectOrder>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Project>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let mut positions = filter.unwrap_or_default().passing(&eye)?;
        if order_by == Some(ProjectOrder::Title) {
            let title =
                |id: &Position| eye.books().projects.get(ProjectId(*id)).map(|found| found.title().to_lowercase());
            positions.sort_by_cached_key(title);
        }
        Ok(connection::of(eye.view.position, &page.cut(&positions), |id| Project::find(&eye, ProjectId(id))))
    }

    /// A project, by its id; null where there is none.
    async fn project(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Option<Project>, Fault> {
        Ok(Project::find(&eye(context, as_known_at, None)?, read_id(&id, "a project")?))
    }

    /// Funds, in the order in which they were opened.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn funds(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only funds whose name holds these words, whatever the case.")] search: Option<String>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Fund>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let funds = eye.books().funds.iter().filter(|fund| holds(fund.name(), search.as_ref()));
        let cut = page.cut(&funds.map(|fund| fund.id.0).collect::<Vec<_>>());
        Ok(connection::of(eye.view.position, &cut, |id| Fund::find(&eye, FundId(id))))
    }

    /// Organisations, in the order in which they were registered.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn organisations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which organisations.")] filter: Option<OrganisationFilter>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Organisation>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let filter = filter.unwrap_or_default();
        let today = eye.scope.today;
        let found = eye.books().organisations.iter().filter(|organisation| {
            holds(organisation.name(), filter.search.as_ref())
                && filter.kind.is_none_or(|kind| organisation.kinds_on(today).contains(&kind))
        });
        let cut = page.cut(&found.map(|organisation| organisation.id.0).collect::<Vec<_>>());
        Ok(connection::of(eye.view.position, &cut, |id| Organisation::find(&eye, OrganisationId(id))))
    }

    /// Grants, in the order in which they were awarded.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn grants(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which grants.")] filter: Option<GrantFilter>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Grant>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let cut = page.cut(&filter.unwrap_or_default().passing(&eye)?);
        Ok(connection::of(eye.view.position, &cut, |id| Grant::find(&eye, GrantId(id))))
    }

    /// Rent in kind agreements, in the order in which they were agreed.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn rent_agreements(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only agreements for this project.")] project: Option<ID>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<RentAgreement>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let project: Option<ProjectId> = read_some_id(project.as_ref(), "a project")?;
        let found = eye.books().rent.agreements().filter(|found| project.is_none_or(|id| found.project == id));
        let cut = page.cut(&found.map(|agreement| agreement.id.0).collect::<Vec<_>>());
        let node = |id| RentAgreement::find(&eye, crate::domain::ids::AgreementId(id));
        Ok(connection::of(eye.view.position, &cut, node))
    }

    /// Pledges, in the order in which they were made.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn pledges(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only pledges to this project.")] project: Option<ID>,
        #[graphql(desc = "Only pledges by this organisation.")] giver: Option<ID>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Pledge>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let project: Option<ProjectId> = read_some_id(project.as_ref(), "a project")?;
        let giver: Option<OrganisationId> = read_some_id(giver.as_ref(), "an organisation")?;
        let found = eye.books().pledges.pledges().filter(|pledge| {
            project.is_none_or(|id| pledge.project == Some(id)) && giver.is_none_or(|id| pledge.giver == id)
        });
        let cut = page.cut(&found.map(|pledge| pledge.id.0).collect::<Vec<_>>());
        Ok(connection::of(eye.view.position, &cut, |id| Pledge::find(&eye, PledgeId(id))))
    }

    /// Hours that were logged, in the order of the log.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn hours(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which hours.")] filter: Option<HoursFilter>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<HoursEntry>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let cut = page.cut(&filter.unwrap_or_default().passing(&eye)?);
        Ok(connection::of(eye.view.position, &cut, |id| HoursEntry::find(&eye, HoursId(id))))
    }

    /// The audit trail: entries in the order of the log. A cursor is a position, and remembers what was known.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn entries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<EntryFilter>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Entry>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let counted = context.look_ahead().field("totalCount").exists();
        trail::entries(&eye, &filter.unwrap_or_default().read()?, &page, counted)
    }

    /// The shared dividends of the selected projects, grouped, and their total.
    #[expect(clippy::too_many_arguments, reason = "what narrows a figure, as the schema has it")]
    async fn shared_dividends(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The days that the figures speak of.")] window: WindowInput,
        #[graphql(desc = "By what they are grouped.")] group_by: DimensionName,
        #[graphql(desc = "Which projects.")] selection: Option<SelectionInput>,
        #[graphql(desc = "Price every entry by this rate card instead of the one in force on its day.")]
        rate_card: Option<ID>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<SharedDividends, Fault> {
        let eye = eye(context, as_known_at, None)?;
        let card = rate_card.as_ref().map(rate_card_id).transpose()?;
        let selection = selection.unwrap_or_default().read()?;
        let window = window.on(eye.scope.today);
        let grouped = may_block(|| grouping::shared_dividends(&eye.view, &selection, window, group_by.into(), card));
        Ok(SharedDividends::new(&eye, grouped, &selection, card))
    }

    /// A measure of the selected projects, period by period: flat rows for charts, zero-filled.
    #[expect(clippy::too_many_arguments, reason = "what a series is made of, as the schema has it")]
    async fn series(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it shows.")] measure: MeasureInput,
        #[graphql(desc = "By what each period is grouped.")] group_by: DimensionName,
        #[graphql(desc = "What the window is cut into.")] per: PeriodName,
        #[graphql(desc = "The days that it speaks of.")] window: WindowInput,
        #[graphql(desc = "Which projects.")] selection: Option<SelectionInput>,
        #[graphql(desc = "Price every entry by this rate card instead of the one in force on its day.")]
        rate_card: Option<ID>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Series, Fault> {
        let eye = eye(context, as_known_at, None)?;
        let card = rate_card.as_ref().map(rate_card_id).transpose()?;
        let (measure, selection) = (measure.read()?, selection.unwrap_or_default().read()?);
        let window = window.on(eye.scope.today);
        check_periods(window, per)?;
        let series =
            may_block(|| series::series(&eye.view, &selection, measure, group_by.into(), per.into(), window, card));
        Ok(Series::new(&eye, window, series))
    }

    /// Targets, in the order in which they were set.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn targets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only targets of this project.")] project: Option<ID>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Target>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let project: Option<ProjectId> = read_some_id(project.as_ref(), "a project")?;
        let found = eye.books().outcomes.targets();
        let found = found.filter(|target| project.is_none_or(|id| target.event.project == Some(id)));
        let cut = page.cut(&found.map(|target| target.id.0).collect::<Vec<_>>());
        Ok(connection::of(eye.view.position, &cut, |id| Target::find(&eye, TargetId(id))))
    }
}
