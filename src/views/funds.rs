//! Where each fund's budget stands, year by year.
//!
//! Invariant: budget, less what is proposed and awarded and not given back, is what is left; a year without a budget
//! set has no limit and nothing left to show.

use crate::domain::budgets::Budget;
use crate::domain::ids::FundId;
use crate::domain::money::Pence;
use crate::domain::time::FinancialYear;

use super::view::View;

/// A fund's budget of one financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetPosition {
    /// The fund.
    pub fund: FundId,
    /// The financial year.
    pub financial_year: FinancialYear,
    /// The budget as set; `None`: no limit.
    pub budget: Option<Pence>,
    /// What was carried in from earlier years, less what was carried out.
    pub carried: Pence,
    /// What was moved in from other funds, less what was moved out.
    pub moved: Pence,
    /// What was awarded before the ledger began.
    pub brought_forward: Pence,
    /// Proposed, not yet awarded.
    pub proposed: Pence,
    /// Awarded, as varied.
    pub awarded: Pence,
    /// Withdrawn of what was awarded.
    pub withdrawn: Pence,
    /// Paid, in cash or by rent offset.
    pub paid: Pence,
    /// Returned of what was paid.
    pub returned: Pence,
    /// Awarded, neither withdrawn nor paid yet.
    pub committed: Pence,
    /// What is left to propose and award; `None`: no limit.
    pub left: Option<Pence>,
    /// Received into the fund on days of the year; it changes no budget.
    pub received: Pence,
    /// Passed on to other funds on days of the year; it changes no budget.
    pub passed_on: Pence,
}

/// The budgets of a fund, by financial year.
pub fn budgets(view: &View, fund: FundId) -> Vec<BudgetPosition> {
    view.books.funds.budgets_of(fund).map(|(year, budget)| position(fund, year, budget)).collect()
}

/// The budget of a fund in one financial year.
pub fn budget(view: &View, fund: FundId, year: FinancialYear) -> BudgetPosition {
    position(fund, year, &view.books.funds.budget(fund, year))
}

/// The budgets of every fund, by fund and financial year.
pub fn all_budgets(view: &View) -> Vec<BudgetPosition> {
    view.books.funds.iter().flat_map(|fund| budgets(view, fund.id)).collect()
}

fn position(fund: FundId, financial_year: FinancialYear, budget: &Budget) -> BudgetPosition {
    BudgetPosition {
        fund,
        financial_year,
        budget: budget.budget(),
        carried: budget.carried_in.less(budget.carried_out),
        moved: budget.moved_in.less(budget.moved_out),
        brought_forward: budget.brought_forward,
        proposed: budget.held.proposed,
        awarded: budget.held.awarded,
        withdrawn: budget.held.withdrawn,
        paid: budget.held.paid,
        returned: budget.held.returned,
        committed: budget.held.committed(),
        left: budget.left(),
        received: budget.received,
        passed_on: budget.passed_on,
    }
}
