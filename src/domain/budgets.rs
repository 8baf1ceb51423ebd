//! Budgets of funds by financial year: set, carried forward, moved; and money received into funds.
//!
//! Invariant: no budget that was set is overspent: what is set, carried and moved covers what is brought forward,
//! proposed and awarded, less what was withdrawn and returned. A year without a budget set has no limit.
//! What grants hold of budgets is worked out in `grants/holds.rs`.

use super::books::Books;
use super::checks;
use super::command::{CarryBudgetForward, Context, MoveBudget, ReceiveIntoFund, SetBudget};
use super::dated::Dated;
use super::decide::Decide;
use super::event::{BudgetCarriedForward, BudgetMoved, BudgetSet, Entry, Event, FundReceived};
use super::evolve::Evolve;
use super::funds::{Funds, fund};
use super::ids::FundId;
use super::money::Pence;
use super::refusal::{Refusal, RefusalCode};
use super::time::FinancialYear;

/// A budget: a fund in a financial year.
pub type BudgetKey = (FundId, FinancialYear);

/// A fund's position in one financial year. Every sum is positive and counts what stands.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// The whole budget, as set from time to time.
    pub set: Dated<Pence>,
    /// Carried in from earlier years.
    pub carried_in: Pence,
    /// Carried out into later years.
    pub carried_out: Pence,
    /// Moved in from other funds.
    pub moved_in: Pence,
    /// Moved out to other funds.
    pub moved_out: Pence,
    /// Awarded before the ledger began.
    pub brought_forward: Pence,
    /// Received into the fund on days of this year; it is shown, and changes no budget.
    pub received: Pence,
    /// Passed to other funds of the ledger on days of this year; it is shown, and changes no budget.
    pub passed_on: Pence,
    /// What proposals and grants hold of it.
    pub held: Held,
}

/// What grants hold of a budget, and what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Proposed, not yet awarded.
    pub proposed: Pence,
    /// Awarded, as varied.
    pub awarded: Pence,
    /// Withdrawn of it.
    pub withdrawn: Pence,
    /// Paid of it, in cash or by rent offset.
    pub paid: Pence,
    /// Returned of what was paid.
    pub returned: Pence,
}

impl Held {
    /// The sum of both.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            proposed: self.proposed.plus(other.proposed),
            awarded: self.awarded.plus(other.awarded),
            withdrawn: self.withdrawn.plus(other.withdrawn),
            paid: self.paid.plus(other.paid),
            returned: self.returned.plus(other.returned),
        }
    }

    /// This without the other.
    pub(crate) fn less(self, other: Self) -> Self {
        Self {
            proposed: self.proposed.less(other.proposed),
            awarded: self.awarded.less(other.awarded),
            withdrawn: self.withdrawn.less(other.withdrawn),
            paid: self.paid.less(other.paid),
            returned: self.returned.less(other.returned),
        }
    }

    /// What it takes from the budget: proposed and awarded, less withdrawn and returned.
    pub fn taken(self) -> Pence {
        self.proposed.plus(self.awarded).less(self.withdrawn).less(self.returned)
    }

    /// What is awarded and neither withdrawn nor paid yet.
    pub fn committed(self) -> Pence {
        self.awarded.less(self.withdrawn).less(self.paid)
    }
}

impl Budget {
    /// The budget as last set; `None`: no limit.
    pub fn budget(&self) -> Option<Pence> {
        self.set.latest().copied()
    }

    /// What may be taken in all: as set, carried and moved; `None`: no limit.
    pub fn limit(&self) -> Option<Pence> {
        Some(self.budget()?.plus(self.transferred()))
    }

    /// What was carried and moved in, less what was carried and moved out.
    pub fn transferred(&self) -> Pence {
        self.carried_in.plus(self.moved_in).less(self.carried_out).less(self.moved_out)
    }

    /// What is taken: brought forward, proposed and awarded, less withdrawn and returned.
    pub fn taken(&self) -> Pence {
        self.brought_forward.plus(self.held.taken())
    }

    /// What is left; `None`: no limit.
    pub fn left(&self) -> Option<Pence> {
        Some(self.limit()?.less(self.taken()))
    }
}

/// Refuses whatever overspends a budget; for a trial run.
pub(crate) fn check_not_overspent(before: &Funds, trial: &Funds) -> Result<(), Refusal> {
    let Some(((fund, year), over)) = trial.overspent_since(before) else { return Ok(()) };
    let message = format!(
        "Free {} of the budget of {} for {year} first: it would be overspent by that much.",
        over.display(),
        trial.name(fund)
    );
    Err(Refusal::new(RefusalCode::OverBudget, message))
}

/// Refuses to take more out of a budget than is left, or anything where none is set: there is nothing to take then.
fn check_spare(books: &Books, key: BudgetKey, amount: Pence) -> Result<(), Refusal> {
    let (fund, year) = key;
    let name = books.funds.name(fund);
    match books.funds.left(fund, year) {
        None => {
            let message = format!("Set the budget of {name} for {year} first: none is set.");
            Err(Refusal::of(RefusalCode::OverBudget, "amount", message))
        }
        Some(left) if left < amount => {
            let message = format!("Enter at most {}: so much of {name} for {year} is left.", left.display());
            Err(Refusal::of(RefusalCode::OverBudget, "amount", message))
        }
        Some(_) => Ok(()),
    }
}

impl Decide for SetBudget {
    /// A budget of nothing is a budget: it allows no award, where none set would allow every one.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::not_negative(self.amount, "amount")?;
        checks::happened(context)?;
        fund(books, self.fund, "fund")?;
        let Self { fund, financial_year, amount } = *self;
        let budget = books.funds.budget(fund, financial_year);
        let superseded = budget.set.iter().next_back().is_some_and(|(day, _, _)| day > context.effective);
        let least = budget.taken().less(budget.transferred());
        if amount < least && !superseded {
            let message = format!(
                "Set at least {}: so much of {} for {financial_year} is proposed, awarded or passed on.",
                least.display(),
                books.funds.name(fund)
            );
            return Err(Refusal::of(RefusalCode::OverBudget, "amount", message));
        }
        Ok(vec![BudgetSet { fund, financial_year, amount }.into()])
    }
}

impl Evolve for BudgetSet {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.funds.adjust((self.fund, self.financial_year), |budget| budget.set.insert(entry, self.amount));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.funds.adjust((self.fund, self.financial_year), |budget| budget.set.remove(entry.position));
    }
}

impl Decide for CarryBudgetForward {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        if self.to_year <= self.from_year {
            let message = format!("Enter {} or a later year: budget is carried forward.", self.from_year.next());
            return Err(Refusal::of(RefusalCode::TooEarly, "toYear", message));
        }
        checks::happened(context)?;
        fund(books, self.fund, "fund")?;
        check_spare(books, (self.fund, self.from_year), self.amount)?;
        let Self { fund, from_year, to_year, amount } = *self;
        Ok(vec![BudgetCarriedForward { fund, from_year, to_year, amount }.into()])
    }
}

impl BudgetCarriedForward {
    fn apply(&self, books: &mut Books, amount: Pence) {
        let Self { fund, from_year, to_year, .. } = *self;
        books.funds.adjust((fund, from_year), |budget| budget.carried_out = budget.carried_out.plus(amount));
        books.funds.adjust((fund, to_year), |budget| budget.carried_in = budget.carried_in.plus(amount));
    }
}

impl Evolve for BudgetCarriedForward {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        self.apply(books, self.amount);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        self.apply(books, Pence::ZERO.less(self.amount));
    }
}

impl Decide for MoveBudget {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        fund(books, self.from_fund, "fromFund")?;
        fund(books, self.to_fund, "toFund")?;
        if self.from_fund == self.to_fund {
            let message = "Name two funds: this is one and the same.";
            return Err(Refusal::of(RefusalCode::NothingToDo, "toFund", message));
        }
        check_spare(books, (self.from_fund, self.financial_year), self.amount)?;
        let Self { from_fund, to_fund, financial_year, amount } = *self;
        Ok(vec![BudgetMoved { from_fund, to_fund, financial_year, amount }.into()])
    }
}

impl BudgetMoved {
    fn apply(&self, books: &mut Books, amount: Pence) {
        let Self { from_fund, to_fund, financial_year: year, .. } = *self;
        books.funds.adjust((from_fund, year), |budget| budget.moved_out = budget.moved_out.plus(amount));
        books.funds.adjust((to_fund, year), |budget| budget.moved_in = budget.moved_in.plus(amount));
    }
}

impl Evolve for BudgetMoved {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        self.apply(books, self.amount);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        self.apply(books, Pence::ZERO.less(self.amount));
    }
}

impl Decide for ReceiveIntoFund {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        if self.from_fund.is_some() == self.from.is_some() {
            let message = "Say who gave it: another fund of the ledger, or somebody else, and one of the two only.";
            return Err(Refusal::of(RefusalCode::BadInput, "from", message));
        }
        checks::happened(context)?;
        fund(books, self.fund, "fund")?;
        if let Some(giver) = self.from_fund {
            fund(books, giver, "fromFund")?;
        }
        if self.from_fund == Some(self.fund) {
            let message = "Name another fund: this is the one that receives.";
            return Err(Refusal::of(RefusalCode::NothingToDo, "fromFund", message));
        }
        let Self { fund, from_fund, from, amount } = self.clone();
        Ok(vec![FundReceived { fund, from_fund, from, amount }.into()])
    }
}

impl FundReceived {
    fn apply(&self, books: &mut Books, entry: &Entry, amount: Pence) {
        let year = FinancialYear::of(entry.effective);
        books.funds.adjust((self.fund, year), |budget| budget.received = budget.received.plus(amount));
        if let Some(giver) = self.from_fund {
            books.funds.adjust((giver, year), |budget| budget.passed_on = budget.passed_on.plus(amount));
        }
    }
}

impl Evolve for FundReceived {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        self.apply(books, entry, self.amount);
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        self.apply(books, entry, Pence::ZERO.less(self.amount));
    }
}
