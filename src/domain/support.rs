//! What others added in money, and what public bodies gave in kind: match funding, reinvested surplus, help in kind,
//! and the balances that a town brings forward.
//!
//! Invariant: match funding comes from outside the public partnership, and help in kind from public bodies, so that
//! nothing is counted on both sides; no more comes back of a receipt than was received.

use std::sync::Arc;

use super::books::Books;
use super::budgets::check_not_overspent;
use super::checks;
use super::command::{BringForward, Context, GiveInKind, ReceiveMatch, ReinvestSurplus, ReturnMatch, SecureMatch};
use super::decide::Decide;
use super::event::{
    Entry, Event, InKindGiven, MatchReceived, MatchReturned, MatchSecured, MatchSource, OpeningBalance, OpeningLine,
    SurplusReinvested,
};
use super::evolve::Evolve;
use super::funds;
use super::ids::{FundId, MatchId, MatchReceiptId, OrganisationId, ProjectId};
use super::money::Pence;
use super::refusal::{Refusal, RefusalCode};
use super::time::{Day, FinancialYear};

/// Match funding that stands: promised and received.
#[derive(Clone, Debug, Default)]
pub struct MatchFunding {
    promises: imbl::OrdMap<MatchId, Arc<Promise>>,
    receipts: imbl::OrdMap<MatchReceiptId, Arc<Receipt>>,
}

/// Match funding that a funder promised.
#[derive(Clone, Debug)]
pub struct Promise {
    /// Its id.
    pub id: MatchId,
    /// The day it was promised.
    pub secured_on: Day,
    /// The project.
    pub project: ProjectId,
    /// The funder.
    pub funder: OrganisationId,
    /// Where the money comes from.
    pub source: MatchSource,
    /// The amount.
    pub amount: Pence,
    /// What was received of it.
    pub received: Pence,
}

/// Match funding that a project received.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Its id.
    pub id: MatchReceiptId,
    /// The day it was received.
    pub received_on: Day,
    /// The project.
    pub project: ProjectId,
    /// The funder.
    pub funder: OrganisationId,
    /// Where the money came from.
    pub source: MatchSource,
    /// The amount.
    pub amount: Pence,
    /// The promise it fulfils.
    pub secured: Option<MatchId>,
    /// What the funder took back.
    pub returned: Pence,
}

impl Promise {
    /// What is still to come.
    pub fn outstanding(&self) -> Pence {
        self.amount.less(self.received)
    }
}

impl MatchFunding {
    /// The promise with this id.
    pub fn promise(&self, id: MatchId) -> Option<&Promise> {
        self.promises.get(&id).map(Arc::as_ref)
    }

    /// Every promise in the order of the log.
    pub fn promises(&self) -> impl DoubleEndedIterator<Item = &Promise> {
        self.promises.values().map(Arc::as_ref)
    }

    /// The receipt with this id.
    pub fn receipt(&self, id: MatchReceiptId) -> Option<&Receipt> {
        self.receipts.get(&id).map(Arc::as_ref)
    }

    /// Every receipt in the order of the log.
    pub fn receipts(&self) -> impl DoubleEndedIterator<Item = &Receipt> {
        self.receipts.values().map(Arc::as_ref)
    }

    fn add_received(&mut self, promise: Option<MatchId>, amount: Pence) {
        if let Some(promise) = promise.and_then(|id| self.promises.get_mut(&id)) {
            let promise = Arc::make_mut(promise);
            promise.received = promise.received.plus(amount);
        }
    }

    fn add_returned(&mut self, receipt: MatchReceiptId, amount: Pence) {
        if let Some(receipt) = self.receipts.get_mut(&receipt) {
            let receipt = Arc::make_mut(receipt);
            receipt.returned = receipt.returned.plus(amount);
        }
    }
}

/// Checks that a funder may give match funding: it is no public partner, and a public body says that it is one.
fn check_funder(books: &Books, id: OrganisationId, source: MatchSource, context: &Context) -> Result<(), Refusal> {
    let funder = checks::open_organisation(books, id, "funder", context)?;
    let name = funder.name();
    if funder.is_public_partner(context.effective) {
        let message = format!(
            "Record what {name} pays as a grant (AwardGrant, PayGrant), and what else it gives as help in kind \
             (GiveInKind): money of a public partner is never match funding."
        );
        return Err(Refusal::of(RefusalCode::PublicBody, "funder", message));
    }
    let private = matches!(source, MatchSource::Private | MatchSource::Charity);
    if private && funder.is_public_body(context.effective) {
        let message = format!("Enter OTHER_PUBLIC, or LOTTERY of a distributor: {name} is a public body.");
        return Err(Refusal::of(RefusalCode::WrongKind, "source", message));
    }
    Ok(())
}

impl Decide for SecureMatch {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        checks::open_project(books, self.project, "project", context)?;
        check_funder(books, self.funder, self.source, context)?;
        if let Some(grant) = self.grant {
            checks::found(books, grant, books.grants.get(grant), "grant", "grant")?;
        }
        let Self { project, funder, source, amount, grant } = self.clone();
        Ok(vec![MatchSecured { project, funder, source, amount, grant }.into()])
    }
}

impl Evolve for MatchSecured {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = MatchId(entry.position);
        let Self { project, funder, source, amount, .. } = *self;
        let promise =
            Promise { id, secured_on: entry.effective, project, funder, source, amount, received: Pence::ZERO };
        books.match_funding.promises.insert(id, Arc::new(promise));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.match_funding.promises.remove(&MatchId(entry.position));
    }
}

impl ReceiveMatch {
    /// Checks that the promise it fulfils is the same funder's, for the same project, and large enough.
    fn check_promise(&self, books: &Books, context: &Context) -> Result<(), Refusal> {
        let Some(id) = self.secured else { return Ok(()) };
        let promise = checks::found(books, id, books.match_funding.promise(id), "secured", "promise")?;
        checks::not_before(context, promise.secured_on, "the money was promised")?;
        if (promise.project, promise.funder, promise.source) != (self.project, self.funder, self.source) {
            let message = format!("Choose a promise of this funder, source and project: {id} is another.");
            return Err(Refusal::of(RefusalCode::WrongKind, "secured", message));
        }
        if self.amount > promise.outstanding() {
            let left = promise.outstanding().display();
            let message = format!("Enter at most {left} under {id}, and what is more as a receipt of its own.");
            return Err(Refusal::of(RefusalCode::OverAward, "amount", message));
        }
        Ok(())
    }
}

impl Decide for ReceiveMatch {
    /// A project that closed may still receive what was promised to it.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        checks::project(books, self.project, "project")?;
        check_funder(books, self.funder, self.source, context)?;
        self.check_promise(books, context)?;
        let Self { project, funder, source, amount, secured } = self.clone();
        Ok(vec![MatchReceived { project, funder, source, amount, secured }.into()])
    }
}

impl Evolve for MatchReceived {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = MatchReceiptId(entry.position);
        let Self { project, funder, source, amount, secured } = *self;
        let returned = Pence::ZERO;
        let receipt = Receipt { id, received_on: entry.effective, project, funder, source, amount, secured, returned };
        books.match_funding.receipts.insert(id, Arc::new(receipt));
        books.match_funding.add_received(secured, amount);
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.match_funding.receipts.remove(&MatchReceiptId(entry.position));
        books.match_funding.add_received(self.secured, Pence::ZERO.less(self.amount));
    }
}

impl Decide for ReturnMatch {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        let id = self.receipt;
        let received = checks::found(books, id, books.match_funding.receipt(id), "receipt", "receipt")?;
        checks::not_before(context, received.received_on, "the money was received")?;
        let left = received.amount.less(received.returned);
        if self.amount > left {
            let message = format!("Return at most {}: no more is left of this receipt.", left.display());
            return Err(Refusal::of(RefusalCode::OverPayment, "amount", message));
        }
        let (project, source) = (received.project, received.source);
        let Self { receipt, amount, reason } = self.clone();
        Ok(vec![MatchReturned { receipt, amount, reason, project, source }.into()])
    }
}

impl Evolve for MatchReturned {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        books.match_funding.add_returned(self.receipt, self.amount);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.match_funding.add_returned(self.receipt, Pence::ZERO.less(self.amount));
    }
}

impl Decide for ReinvestSurplus {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        checks::open_project(books, self.project, "project", context)?;
        checks::open_organisation(books, self.operator, "operator", context)?;
        let Self { project, operator, amount, words } = self.clone();
        Ok(vec![SurplusReinvested { project, operator, amount, words }.into()])
    }
}

/// No rule rests on a reinvested surplus; figures read it from its entry.
impl Evolve for SurplusReinvested {
    fn evolve(&self, _: &mut Books, _: &Entry) {}

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl Decide for GiveInKind {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.value, "value")?;
        checks::happened(context)?;
        checks::open_project(books, self.project, "project", context)?;
        let body = checks::open_organisation(books, self.giver, "giver", context)?;
        if !body.is_public_body(context.effective) {
            let message = format!("Record it as a pledge (MakePledge): {} is no public body.", body.name());
            return Err(Refusal::of(RefusalCode::WrongKind, "giver", message));
        }
        let Self { project, giver, kind, value, basis } = self.clone();
        Ok(vec![InKindGiven { project, giver, kind, value, basis }.into()])
    }
}

/// No rule rests on help in kind; figures read it from its entry.
impl Evolve for InKindGiven {
    fn evolve(&self, _: &mut Books, _: &Entry) {}

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl BringForward {
    /// Checks that the line says of what it is a balance: awards of a fund's year, all else of a project.
    fn check_scope(&self) -> Result<(), Refusal> {
        let of_fund = (self.fund.is_some(), self.financial_year.is_some(), self.project.is_some());
        let (right, message) = match self.line {
            OpeningLine::Awarded => {
                (of_fund == (true, true, false), "Enter the fund and the financial year of its budget, and no project.")
            }
            _ => (of_fund == (false, false, true), "Enter the project, and neither a fund nor a financial year."),
        };
        let field = if self.line == OpeningLine::Awarded { "fund" } else { "project" };
        if right { Ok(()) } else { Err(Refusal::of(RefusalCode::BadInput, field, message)) }
    }
}

impl Decide for BringForward {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        self.check_scope()?;
        checks::happened(context)?;
        if let Some(project) = self.project {
            checks::project(books, project, "project")?;
        }
        if let Some(fund) = self.fund {
            funds::fund(books, fund, "fund")?;
        }
        if let (Some(fund), Some(year)) = (self.fund, self.financial_year) {
            let mut trial = books.funds.clone();
            trial.bring_forward(fund, year, self.amount);
            check_not_overspent(&books.funds, &trial)?;
        }
        let Self { fund, project, line, financial_year, amount, source } = self.clone();
        Ok(vec![OpeningBalance { fund, project, line, financial_year, amount, source }.into()])
    }
}

impl funds::Funds {
    /// Adds to what was awarded from a budget before the ledger began.
    fn bring_forward(&mut self, fund: FundId, year: FinancialYear, amount: Pence) {
        self.adjust((fund, year), |budget| budget.brought_forward = budget.brought_forward.plus(amount));
    }
}

impl OpeningBalance {
    fn apply(&self, books: &mut Books, amount: Pence) {
        if let (Some(fund), Some(year)) = (self.fund, self.financial_year) {
            books.funds.bring_forward(fund, year, amount);
        }
    }
}

impl Evolve for OpeningBalance {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        self.apply(books, self.amount);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        self.apply(books, Pence::ZERO.less(self.amount));
    }
}
