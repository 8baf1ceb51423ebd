//! Queries: where a caller enters the graph. Each takes a view, finds, and hands on; nothing is computed here.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::accounts::{Claim, DividendStatement, Restatement};
use super::connection::{self, Connection, Page};
use super::dividend::rate_card_id;
use super::entry::Entry;
use super::eye::Eye;
use super::fault::{Code, Fault};
use super::figures::{DimensionName, MeasureInput, SelectionInput, Series, SharedDividends, check_periods};
use super::filters::{GrantFilter, HoursFilter, OrganisationFilter, ProjectFilter, ProjectOrder, holds};
use super::ledger::Ledger;
use super::node::Node;
use super::scope::{AsKnownAtInput, may_block, scope};
use super::things::{Fund, Grant, HoursEntry, Organisation, Pledge, Project, Rag, RentAgreement, Target};
use super::trail::{self, EntryFilter, read_id, read_some_id};
use super::units::{PeriodName, WindowInput};
use crate::domain::event::EventKind;
use crate::domain::ids::{EntryId, FundId, GrantId, HoursId, OrganisationId, PledgeId, Position, ProjectId, TargetId};
use crate::domain::time::Day;
use crate::views::contributors::Party;
use crate::views::question::Question;
use crate::views::window::Period;
use crate::views::{restatement, series, statements, targets};

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

/// Where a caller enters: the ledger, its things, its figures, and the entries behind them. Every answer of one request
/// is given from one position of the log, whatever is appended meanwhile.
#[Object(serial)]
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
        Ok(connection::of(eye.view.position, &page.cut(&positions)?, |id| Project::find(&eye, ProjectId(id))))
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
        let cut = page.cut(&funds.map(|fund| fund.id.0).collect::<Vec<_>>())?;
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
        let cut = page.cut(&found.map(|organisation| organisation.id.0).collect::<Vec<_>>())?;
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
        let cut = page.cut(&filter.unwrap_or_default().passing(&eye)?)?;
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
        let cut = page.cut(&found.map(|agreement| agreement.id.0).collect::<Vec<_>>())?;
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
        let cut = page.cut(&found.map(|pledge| pledge.id.0).collect::<Vec<_>>())?;
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
        let cut = page.cut(&filter.unwrap_or_default().passing(&eye)?)?;
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

    /// The shared dividends of the selected projects, grouped, and their total. With `per`, a row for each group in each
    /// period.
    #[expect(clippy::too_many_arguments, reason = "what figures are grouped by, as the schema has it")]
    async fn shared_dividends(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The days that the figures speak of.")] window: WindowInput,
        #[graphql(desc = "By what they are grouped.")] group_by: DimensionName,
        #[graphql(desc = "What the window is cut into; it stays whole unless said.")] per: Option<PeriodName>,
        #[graphql(desc = "Which projects.")] selection: Option<SelectionInput>,
        #[graphql(desc = "Price every entry by this rate card instead of the one in force on its day.")]
        rate_card: Option<ID>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<SharedDividends, Fault> {
        let eye = eye(context, as_known_at, None)?;
        let rate_card = rate_card.as_ref().map(rate_card_id).transpose()?;
        let selection = selection.unwrap_or_default().read()?;
        let window = window.on(eye.scope.today)?;
        let by_time = (group_by == DimensionName::Month).then_some(PeriodName::Month);
        for per in per.into_iter().chain(by_time) {
            check_periods(window, per)?;
        }
        let (group_by, per, selection) = (group_by.into(), per.map(Period::from), Arc::new(selection));
        SharedDividends::of(&eye, Question { selection, window, group_by, per, rate_card })
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
        let window = window.on(eye.scope.today)?;
        check_periods(window, per)?;
        let series =
            may_block(|| series::series(&eye.view, &selection, measure, group_by.into(), per.into(), window, card));
        Series::of(context, &eye, window, series)
    }

    /// What one party, a fund or an organisation, put in over a window, where, and what its share was.
    async fn statement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of the fund or organisation.")] party: ID,
        #[graphql(desc = "The days that it speaks of.")] window: WindowInput,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<DividendStatement, Fault> {
        let eye = eye(context, as_known_at, None)?;
        let id: EntryId = read_id(&party, "a fund or an organisation")?;
        let party = match id.kind {
            EventKind::FundOpened => Party::Fund(FundId(id.position)),
            EventKind::OrganisationRegistered => Party::Organisation(OrganisationId(id.position)),
            _ => return Err(Fault::new(Code::BadUserInput, "Give the id of a fund or of an organisation.")),
        };
        let window = window.on(eye.scope.today)?;
        let statement = may_block(|| statements::statement(&eye.view, party, window));
        Ok(DividendStatement::new(&eye, &statement))
    }

    /// Why figures of a window moved between two points of knowledge: line by line, entry by entry.
    async fn restatement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The days that it speaks of.")] window: WindowInput,
        #[graphql(desc = "What was known before.")] from: AsKnownAtInput,
        #[graphql(desc = "What was known after; the request's own position unless said.")] to: Option<AsKnownAtInput>,
        #[graphql(desc = "Which projects.")] selection: Option<SelectionInput>,
    ) -> Result<Restatement, Fault> {
        let (before, after) = (eye(context, Some(from), None)?, eye(context, to, None)?);
        if before.view.position > after.view.position {
            return Err(Fault::new(Code::BadUserInput, "Give as from the earlier of the two points."));
        }
        let selection = selection.unwrap_or_default().read()?;
        let window = window.on(after.scope.today)?;
        let lines = may_block(|| restatement::restatement(&before.view, &after.view, &selection, window));
        Ok(Restatement::new(&before, &after, window, lines))
    }

    /// Targets with their colours, in the order in which they were set.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, as the schema has them")]
    async fn targets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only targets of these colours.")] rag: Option<Vec<Rag>>,
        #[graphql(desc = "Only targets of this project.")] project: Option<ID>,
        #[graphql(desc = "The day that they are judged at; today unless said.")] on: Option<Day>,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Connection<Target>, Fault> {
        let page = page(context, first, after, last, before)?;
        let eye = eye(context, as_known_at, Some(&page))?;
        let project: Option<ProjectId> = read_some_id(project.as_ref(), "a project")?;
        let day = on.unwrap_or(eye.scope.today);
        let judged = targets::targets(&eye.view, day).into_iter().filter(|status| {
            let of = eye.books().outcomes.target(status.target).and_then(|target| target.event.project);
            rag.as_ref().is_none_or(|rag| rag.contains(&status.rag.into())) && project.is_none_or(|id| of == Some(id))
        });
        let cut = page.cut(&judged.map(|status| status.target.0).collect::<Vec<_>>())?;
        Ok(connection::of(eye.view.position, &cut, |id| Target::on(&eye, TargetId(id), day)))
    }

    /// Figures that somebody printed, each beside what the ledger computes.
    async fn claims(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The day that figures are drawn up at; today unless said.")] as_at_day: Option<Day>,
        #[graphql(desc = "What was known at an earlier point.")] as_known_at: Option<AsKnownAtInput>,
    ) -> Result<Vec<Claim>, Fault> {
        let eye = eye(context, as_known_at, None)?;
        let day = as_at_day.unwrap_or(eye.scope.today);
        Ok(may_block(|| Claim::all(&eye, day)))
    }
}
