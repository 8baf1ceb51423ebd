//! What an entry is about: its project, its organisations, its funds.
//!
//! Invariant: an entry that names a thing is also about what that thing is for: the return of a payment is about the
//! grant's project and recipient.

use crate::domain::books::Books;
use crate::domain::event::{Entry, Event};
use crate::domain::ids::{FundId, OrganisationId, Position, ProjectId};

/// What an entry is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The project.
    pub project: Option<ProjectId>,
    /// The organisations, each once.
    pub organisations: Vec<OrganisationId>,
    /// The funds, each once.
    pub funds: Vec<FundId>,
}

impl About {
    fn organisation(mut self, id: impl Into<Option<OrganisationId>>) -> Self {
        if let Some(id) = id.into().filter(|id| !self.organisations.contains(id)) {
            self.organisations.push(id);
        }
        self
    }

    fn project(mut self, id: impl Into<Option<ProjectId>>) -> Self {
        self.project = id.into().or(self.project);
        self
    }

    fn fund(mut self, id: impl Into<Option<FundId>>) -> Self {
        if let Some(id) = id.into().filter(|id| !self.funds.contains(id)) {
            self.funds.push(id);
        }
        self
    }

    fn funds(self, ids: impl IntoIterator<Item = FundId>) -> Self {
        ids.into_iter().fold(self, Self::fund)
    }
}

/// The project that an entry is about.
pub(crate) fn project_of(books: &Books, entry: &Entry) -> Option<ProjectId> {
    about(books, entry).project
}

/// What the entry at a position is about: hours, and entries that the books keep whole.
pub fn about_position(books: &Books, position: Position) -> About {
    if let Some(row) = books.hours.row(position) {
        return About::default().project(books.hours.project(&row)).organisation(books.hours.group(&row));
    }
    books.entry(position).map(|entry| about(books, entry)).unwrap_or_default()
}

/// What an entry is about. Long because it is a table: a row a kind of event.
pub fn about(books: &Books, entry: &Entry) -> About {
    let of = |position: Position| about_position(books, position);
    let none = About::default();
    match &entry.event {
        Event::OpeningBalance(e) => none.project(e.project).fund(e.fund),
        Event::OrganisationRegistered(_) => none.organisation(OrganisationId(entry.position)),
        Event::OrganisationChanged(e) => none.organisation(e.organisation),
        Event::OrganisationsMerged(e) => none.organisation(e.organisation).organisation(e.into),
        Event::OrganisationClosed(e) => none.organisation(e.organisation),
        Event::FundOpened(e) => none.fund(FundId(entry.position)).organisation(e.owner),
        Event::FundChanged(e) => none.fund(e.fund),
        Event::BudgetSet(e) => none.fund(e.fund),
        Event::BudgetCarriedForward(e) => none.fund(e.fund),
        Event::BudgetMoved(e) => none.fund(e.from_fund).fund(e.to_fund),
        Event::FundReceived(e) => none.fund(e.fund).fund(e.from_fund),
        Event::ProjectOpened(e) => none.project(ProjectId(entry.position)).organisation(e.lead),
        Event::ProjectChanged(e) => none.project(e.project).organisation(e.lead),
        Event::ProjectClosed(e) => none.project(e.project),
        Event::GrantApplied(e) => none.project(e.project).fund(e.fund).organisation(e.applicant),
        Event::GrantDeclined(e) => of(e.application.0),
        Event::GrantProposed(e) => {
            none.project(e.project).organisation(e.recipient).funds(e.funding.iter().map(|share| share.fund))
        }
        Event::GrantAwarded(e) => {
            none.project(e.project).organisation(e.recipient).funds(e.funding.iter().map(|share| share.fund))
        }
        Event::GrantConditionSet(e) => of(e.grant.0),
        Event::GrantConditionMet(e) => of(e.grant.0),
        Event::GrantVaried(e) => of(e.grant.0).funds(e.funding.iter().map(|share| share.fund)),
        Event::GrantWithdrawn(e) => of(e.grant.0),
        Event::GrantReported(e) => of(e.grant.0),
        Event::GrantPaid(e) => of(e.grant.0).project(e.project),
        Event::GrantReturned(e) => of(e.grant.0).project(e.project),
        Event::ContractAgreed(e) => none.project(e.project).organisation(e.operator),
        Event::ContractPaid(e) => of(e.contract.0).project(e.project),
        Event::ContractEnded(e) => of(e.contract.0),
        Event::MatchSecured(e) => none.project(e.project).organisation(e.funder),
        Event::MatchReceived(e) => none.project(e.project).organisation(e.funder),
        Event::MatchReturned(e) => of(e.receipt.0).project(e.project),
        Event::SurplusReinvested(e) => none.project(e.project).organisation(e.operator),
        Event::InKindGiven(e) => none.project(e.project).organisation(e.giver),
        Event::RentInKindAgreed(e) => none.project(e.project).organisation(e.occupier).organisation(e.landlord),
        Event::RentReviewed(e) => of(e.agreement.0),
        Event::RentInKindEnded(e) => of(e.agreement.0),
        Event::HoursLogged(e) => none.project(e.project).organisation(e.group),
        Event::HoursConfirmed(e) => e.entries.first().map(|id| of(id.0)).unwrap_or_default(),
        Event::HoursRejected(e) => e.entries.first().map(|id| of(id.0)).unwrap_or_default(),
        Event::NilReturn(e) => none.organisation(e.group),
        Event::PledgeMade(e) => none.project(e.project).organisation(e.giver),
        Event::PledgeAssigned(e) => of(e.pledge.0).project(e.project),
        Event::PledgeDelivered(e) => of(e.pledge.0).project(e.project),
        Event::DeliveryConfirmed(e) => e.entries.first().map(|id| of(id.0)).unwrap_or_default(),
        Event::DeliveryDisputed(e) => e.entries.first().map(|id| of(id.0)).unwrap_or_default(),
        Event::PledgeWithdrawn(e) => of(e.pledge.0),
        Event::TargetSet(e) => none.project(e.project),
        Event::ProgressReviewed(e) => of(e.target.0),
        Event::OutcomeReported(e) => none.project(e.project),
        Event::IndicatorMeasured(e) => none.project(e.project),
        Event::ClaimPublished(e) => none.project(e.project),
        Event::EntryReversed(e) => of(e.entry.position),
        Event::SubsidyNotified(e) => none.organisation(e.organisation),
        Event::SubsidyConfirmed(e) => none.organisation(e.organisation),
        Event::SubsidyDeclared(e) => none.organisation(e.organisation),
        Event::AccessGranted(e) => none.organisation(e.organisation),
        _ => none,
    }
}
