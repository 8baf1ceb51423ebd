//! A grant, its payments, and the budgets it is taken from.

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};

use super::super::eye::Eye;
use super::super::units::Money;
use super::{Fund, Organisation, Project};
use crate::domain::event::{Event, GrantAwarded, PaymentMethod};
use crate::domain::grants;
use crate::domain::ids::{FundId, GrantId, OrganisationId, Position, ProjectId};
use crate::domain::time::{Day, FinancialYear};

/// How far a grant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum GrantStatus {
    /// Nothing is paid yet.
    Awarded,
    /// A part is paid.
    PartPaid,
    /// All of it is paid.
    Paid,
    /// What was not paid was withdrawn.
    Withdrawn,
}

impl From<grants::GrantStatus> for GrantStatus {
    fn from(status: grants::GrantStatus) -> Self {
        match status {
            grants::GrantStatus::Awarded => Self::Awarded,
            grants::GrantStatus::PartPaid => Self::PartPaid,
            grants::GrantStatus::Paid => Self::Paid,
            grants::GrantStatus::Withdrawn => Self::Withdrawn,
        }
    }
}

/// A grant that was awarded.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Grant {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// Its published identifier.
    pub reference: Option<String>,
    /// The day it was awarded.
    pub awarded_on: Day,
    /// How far it has come.
    pub status: GrantStatus,
    /// What is awarded, as varied.
    pub awarded: Money,
    /// What was awarded at first.
    pub first_awarded: Money,
    /// What is paid, in cash and by rent offset, before returns.
    pub paid: Money,
    /// What came back of the payments in cash.
    pub returned: Money,
    /// What was withdrawn before it was paid.
    pub withdrawn: Money,
    /// What is awarded and neither withdrawn nor paid yet.
    pub committed: Money,
    /// What it is for.
    pub purpose: Option<String>,
    /// The department that awarded it.
    pub department: Option<String>,
    /// The first planned day.
    pub starts: Option<Day>,
    /// The last planned day.
    pub ends: Option<Day>,
    /// Whether its figure comes from no document and is there to show how the ledger works.
    pub illustrative: bool,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    own: GrantId,
    #[graphql(skip)]
    recipient: OrganisationId,
    #[graphql(skip)]
    project: ProjectId,
}

/// What one budget gives to an award.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct FundingPart {
    /// The financial year of the budget.
    pub budget_year: FinancialYear,
    /// The amount, as varied.
    pub amount: Money,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    fund: FundId,
}

#[ComplexObject]
impl FundingPart {
    /// The fund.
    async fn fund(&self) -> Option<Fund> {
        Fund::find(&self.eye, self.fund)
    }
}

/// A payment of a grant.
#[derive(Clone, Debug, SimpleObject)]
pub struct Payment {
    /// Its id.
    pub id: ID,
    /// The day it was paid.
    pub paid_on: Day,
    /// The amount.
    pub amount: Money,
    /// How it was paid.
    pub method: PaymentMethod,
    /// What came back of it.
    pub returned: Money,
}

impl Grant {
    /// The grant with this id.
    pub fn find(eye: &Eye, id: GrantId) -> Option<Self> {
        let found = eye.books().grants.get(id)?;
        let entry = eye.books().entry(id.0);
        let said: Option<&GrantAwarded> = entry.and_then(|entry| match &entry.event {
            Event::GrantAwarded(awarded) => Some(awarded),
            _ => None,
        });
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            reference: found.reference.as_ref().map(ToString::to_string),
            awarded_on: found.awarded_on,
            status: found.status().into(),
            awarded: found.awarded().into(),
            first_awarded: found.amount.into(),
            paid: found.paid().into(),
            returned: found.returned.into(),
            withdrawn: found.withdrawn.into(),
            committed: found.committed().into(),
            purpose: said.and_then(|said| said.purpose.as_ref()).map(ToString::to_string),
            department: said.and_then(|said| said.department.as_ref()).map(ToString::to_string),
            starts: said.and_then(|said| said.starts),
            ends: said.and_then(|said| said.ends),
            illustrative: entry.is_some_and(|entry| entry.illustrative),
            eye: eye.clone(),
            own: id,
            recipient: found.recipient,
            project: found.project,
        })
    }
}

#[ComplexObject]
impl Grant {
    /// Who receives it.
    async fn recipient(&self) -> Option<Organisation> {
        Organisation::find(&self.eye, self.recipient)
    }

    /// The project it is for.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.project)
    }

    /// The budgets it is taken from.
    async fn funding(&self) -> Vec<FundingPart> {
        let Some(found) = self.eye.books().grants.get(self.own) else { return Vec::new() };
        let part = |((fund, budget_year), amount): (&(FundId, FinancialYear), &crate::domain::money::Pence)| {
            FundingPart { budget_year: *budget_year, amount: (*amount).into(), eye: self.eye.clone(), fund: *fund }
        };
        found.shares.iter().map(part).collect()
    }

    /// Its payments, in the order of the log.
    async fn payments(&self) -> Vec<Payment> {
        let books = self.eye.books();
        let resting = books.resting_on(self.own.0).map(crate::domain::ids::PaymentId);
        let found = resting.filter_map(|id| books.grants.payment(id));
        let shown = |payment: &grants::Payment| Payment {
            id: payment.id.into(),
            paid_on: payment.paid_on,
            amount: payment.amount.into(),
            method: payment.method,
            returned: payment.returned.into(),
        };
        found.map(shown).collect()
    }
}
