//! A fund and its budgets.

use async_graphql::{ComplexObject, ID, SimpleObject};

use super::super::eye::Eye;
use super::super::units::Money;
use super::Organisation;
use crate::domain::budgets::Budget;
use crate::domain::ids::{FundId, OrganisationId, Position};
use crate::domain::time::{Day, FinancialYear};

/// A fund that awards are taken from.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Fund {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// Its name.
    pub name: String,
    /// Who decides on it.
    pub holder: Option<String>,
    /// The purpose it is restricted to.
    pub purpose: Option<String>,
    /// The place it is restricted to.
    pub place: Option<String>,
    /// The least that one award may take from it.
    pub minimum: Option<Money>,
    /// The most that one award may take from it.
    pub maximum: Option<Money>,
    /// The owner's own reference.
    pub reference: Option<String>,
    /// The day it was opened.
    pub opened_on: Day,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    own: FundId,
    #[graphql(skip)]
    owner: Option<OrganisationId>,
}

/// A fund in one financial year.
#[derive(Clone, Debug, SimpleObject)]
pub struct BudgetYear {
    /// The financial year.
    pub financial_year: FinancialYear,
    /// The budget as last set; null where none is set and there is no limit.
    pub budget: Option<Money>,
    /// What may be taken in all: as set, carried and moved; null where there is no limit.
    pub limit: Option<Money>,
    /// What was carried and moved in, less what was carried and moved out.
    pub transferred: Money,
    /// What is taken: brought forward, proposed and awarded, less withdrawn and returned.
    pub taken: Money,
    /// What is left; null where there is no limit.
    pub left: Option<Money>,
    /// What is proposed and not yet awarded.
    pub proposed: Money,
    /// What is awarded, as varied.
    pub awarded: Money,
    /// What was withdrawn before it was paid.
    pub withdrawn: Money,
    /// What is paid, in cash or by rent offset.
    pub paid: Money,
    /// What came back of what was paid.
    pub returned: Money,
    /// What is awarded and neither withdrawn nor paid yet.
    pub committed: Money,
    /// What the fund received from elsewhere in this year; it changes no budget.
    pub received: Money,
}

impl BudgetYear {
    fn of(financial_year: FinancialYear, budget: &Budget) -> Self {
        let held = budget.held;
        Self {
            financial_year,
            budget: budget.budget().map(Money::from),
            limit: budget.limit().map(Money::from),
            transferred: budget.transferred().into(),
            taken: budget.taken().into(),
            left: budget.left().map(Money::from),
            proposed: held.proposed.into(),
            awarded: held.awarded.into(),
            withdrawn: held.withdrawn.into(),
            paid: held.paid.into(),
            returned: held.returned.into(),
            committed: held.committed().into(),
            received: budget.received.into(),
        }
    }
}

impl Fund {
    /// The fund with this id.
    pub fn find(eye: &Eye, id: FundId) -> Option<Self> {
        let found = eye.books().funds.get(id)?;
        let today = eye.scope.today;
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            name: found.name().to_owned(),
            holder: found.holders.latest().map(ToString::to_string),
            purpose: found.purposes.latest().map(ToString::to_string),
            place: found.places.latest().map(ToString::to_string),
            minimum: found.minimum_on(today).map(Money::from),
            maximum: found.maximum_on(today).map(Money::from),
            reference: found.reference.as_ref().map(ToString::to_string),
            opened_on: found.opened_on,
            eye: eye.clone(),
            own: id,
            owner: found.owner,
        })
    }
}

#[ComplexObject]
impl Fund {
    /// The public body whose money it is.
    async fn owner(&self) -> Option<Organisation> {
        Organisation::find(&self.eye, self.owner?)
    }

    /// Its budgets, a row a financial year of which anything was said.
    async fn budgets(
        &self,
        #[graphql(desc = "Only this financial year.")] financial_year: Option<FinancialYear>,
    ) -> Vec<BudgetYear> {
        let budgets = self.eye.books().funds.budgets_of(self.own);
        let wanted = budgets.filter(|(year, _)| financial_year.is_none_or(|wanted| wanted == *year));
        wanted.map(|(year, budget)| BudgetYear::of(year, budget)).collect()
    }
}
