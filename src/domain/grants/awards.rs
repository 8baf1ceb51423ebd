//! Proposals and awards.
//!
//! Invariant: an award names the budgets that it is taken from and stays within them; a proposal holds its budgets
//! until it is awarded, and then the award does, so that the two are never counted both.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::applications::{change_application, waiting};
use super::holds::change_proposal;
use super::state::{Grant, Proposal, ProposalStatus};
use crate::domain::books::Books;
use crate::domain::budgets::BudgetKey;
use crate::domain::checks;
use crate::domain::command::{AwardGrant, Context, ProposeGrant};
use crate::domain::decide::Decide;
use crate::domain::event::{Entry, Event, FundingShare, GrantAwarded, GrantProposed, Instalment};
use crate::domain::evolve::Evolve;
use crate::domain::funds;
use crate::domain::ids::{ApplicationId, GrantId, OrganisationId, ProjectId, ProposalId};
use crate::domain::money::Pence;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::time::Day;

/// What proposals and awards have in common.
struct Terms<'command> {
    recipient: OrganisationId,
    project: ProjectId,
    amount: Pence,
    starts: Option<Day>,
    ends: Option<Day>,
    funding: &'command [FundingShare],
    instalments: &'command [Instalment],
    rent_offset: Option<Pence>,
}

/// The terms of a command.
macro_rules! terms {
    ($command:expr) => {
        Terms {
            recipient: $command.recipient,
            project: $command.project,
            amount: $command.amount,
            starts: $command.starts,
            ends: $command.ends,
            funding: &$command.funding,
            instalments: &$command.instalments,
            rent_offset: $command.rent_offset,
        }
    };
}

impl Terms<'_> {
    /// Checks what the terms say on their own.
    fn check_alone(&self) -> Result<(), Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::runs_forward(self.starts, self.ends, "ends")?;
        check_funding(self.funding, self.amount)?;
        self.check_instalments()?;
        let Some(offset) = self.rent_offset else { return Ok(()) };
        checks::positive(offset, "rentOffset")?;
        if offset > self.amount {
            let message = format!("Set at most {} against rent: that is the whole grant.", self.amount.display());
            return Err(Refusal::of(RefusalCode::DoesNotAddUp, "rentOffset", message));
        }
        Ok(())
    }

    fn check_instalments(&self) -> Result<(), Refusal> {
        if self.instalments.is_empty() {
            return Ok(());
        }
        self.instalments.iter().try_for_each(|instalment| checks::positive(instalment.amount, "instalments"))?;
        let amounts = self.instalments.iter().map(|instalment| instalment.amount);
        checks::adds_up(amounts, self.amount, "instalments", "the instalments")
    }

    /// Checks who receives it and for what.
    fn check_parties(&self, books: &Books, context: &Context) -> Result<(), Refusal> {
        checks::open_organisation(books, self.recipient, "recipient", context)?;
        checks::open_project(books, self.project, "project", context)?;
        Ok(())
    }

    /// Checks the funds and what is left of their budgets; `freed` is what the proposal held of them.
    fn check_budgets(
        &self,
        books: &Books,
        context: &Context,
        freed: &BTreeMap<BudgetKey, Pence>,
    ) -> Result<(), Refusal> {
        for share in self.funding {
            check_fund_limits(books, share, context.effective)?;
        }
        for share in self.funding {
            let key = (share.fund, share.budget_year);
            check_left(books, key, share.amount, freed.get(&key).copied().unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Checks shares on their own: one at least, each budget once, together the amount.
fn check_funding(funding: &[FundingShare], amount: Pence) -> Result<(), Refusal> {
    if funding.is_empty() {
        let message = "Name at least one budget that it is taken from.";
        return Err(Refusal::of(RefusalCode::DoesNotAddUp, "funding", message));
    }
    funding.iter().try_for_each(|share| checks::positive(share.amount, "funding"))?;
    check_budgets_named_once(funding)?;
    checks::adds_up(funding.iter().map(|share| share.amount), amount, "funding", "the budgets' shares")
}

/// Refuses a budget that is named twice: its shares would slip under the fund's maximum.
pub(super) fn check_budgets_named_once(funding: &[FundingShare]) -> Result<(), Refusal> {
    let named = |share: &FundingShare| format!("{} for {}", share.fund, share.budget_year);
    checks::distinct(&funding.iter().map(named).collect::<Vec<_>>(), "funding")
}

/// Checks that a fund exists and that a share lies between the least and the most that one award may take from it.
fn check_fund_limits(books: &Books, share: &FundingShare, day: Day) -> Result<(), Refusal> {
    let key = (share.fund, share.budget_year);
    check_minimum(books, key, share.amount, day)?;
    check_maximum(books, key, share.amount, day)
}

/// Checks that a share is at least what one award may take from its fund.
pub(super) fn check_minimum(books: &Books, key: BudgetKey, share: Pence, day: Day) -> Result<(), Refusal> {
    let fund = funds::fund(books, key.0, "funding")?;
    let Some(least) = fund.minimum_on(day).filter(|least| share < *least) else { return Ok(()) };
    let message = format!("Take at least {} from {}: that is its minimum.", least.display(), fund.name());
    Err(Refusal::of(RefusalCode::OutsideFundLimits, "funding", message))
}

/// Checks that a share is at most what one award may take from its fund.
pub(super) fn check_maximum(books: &Books, key: BudgetKey, share: Pence, day: Day) -> Result<(), Refusal> {
    let fund = funds::fund(books, key.0, "funding")?;
    let Some(most) = fund.maximum_on(day).filter(|most| share > *most) else { return Ok(()) };
    let message = format!("Take at most {} from {}: that is its maximum.", most.display(), fund.name());
    Err(Refusal::of(RefusalCode::OutsideFundLimits, "funding", message))
}

/// Checks that a budget has so much left; `freed` becomes free by the same act.
pub(super) fn check_left(books: &Books, key: BudgetKey, amount: Pence, freed: Pence) -> Result<(), Refusal> {
    let (fund, year) = key;
    let Some(left) = books.funds.left(fund, year).map(|left| left.plus(freed)) else { return Ok(()) };
    if amount <= left {
        return Ok(());
    }
    let name = books.funds.name(fund);
    let left = left.max(Pence::ZERO).display();
    let message = format!("Take at most {left} from {name} for {year}: so much of its budget is left.");
    Err(Refusal::of(RefusalCode::OverBudget, "funding", message))
}

/// The shares of funding, by budget.
fn by_budget(funding: &[FundingShare]) -> BTreeMap<BudgetKey, Pence> {
    funding.iter().map(|share| ((share.fund, share.budget_year), share.amount)).collect()
}

/// Checks that an application waits for its answer, and has no other proposal than this one.
fn check_application(
    books: &Books,
    application: Option<ApplicationId>,
    proposal: Option<ProposalId>,
    context: &Context,
) -> Result<(), Refusal> {
    let Some(id) = application else { return Ok(()) };
    let application = waiting(books, id)?;
    checks::not_before(context, application.applied_on, "the application was made")?;
    match application.proposal {
        Some(other) if Some(other) != proposal => {
            let message = format!("Award the proposal {other}, or reverse it: it answers {id} and holds its budgets.");
            Err(checks::taken(books, other, "application", message))
        }
        _ => Ok(()),
    }
}

impl Decide for ProposeGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let terms = terms!(self);
        terms.check_alone()?;
        checks::happened(context)?;
        terms.check_parties(books, context)?;
        check_application(books, self.application, None, context)?;
        terms.check_budgets(books, context, &BTreeMap::new())?;
        let Self { application, recipient, project, amount, purpose, department, starts, ends, .. } = self.clone();
        let Self { funding, instalments, interests, subsidy, rent_offset, .. } = self.clone();
        let proposed = GrantProposed {
            application,
            recipient,
            project,
            amount,
            purpose,
            department,
            starts,
            ends,
            funding,
            instalments,
            interests,
            subsidy,
            rent_offset,
        };
        Ok(vec![proposed.into()])
    }
}

impl Evolve for GrantProposed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = ProposalId(entry.position);
        let proposal = Proposal {
            id,
            proposed_on: entry.effective,
            application: self.application,
            recipient: self.recipient,
            project: self.project,
            amount: self.amount,
            shares: by_budget(&self.funding),
            grant: None,
            declined: false,
        };
        books.funds.hold(&[], &proposal.holds());
        books.grants.proposals.insert(id, Arc::new(proposal));
        change_application(books, self.application, |application| application.proposal = Some(id));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        if let Some(proposal) = books.grants.proposals.remove(&ProposalId(entry.position)) {
            books.funds.hold(&proposal.holds(), &[]);
        }
        change_application(books, self.application, |application| application.proposal = None);
    }
}

impl AwardGrant {
    /// The proposal that is awarded: it waits, and is for the same recipient and project.
    fn proposal<'books>(&self, books: &'books Books, context: &Context) -> Result<Option<&'books Proposal>, Refusal> {
        let Some(id) = self.proposal else { return Ok(None) };
        let proposal = checks::found(books, id, books.grants.proposal(id), "proposal", "proposal")?;
        match (proposal.status(), proposal.grant) {
            (ProposalStatus::Awarded, Some(grant)) => {
                let message = format!("Choose another proposal: {id} was awarded as {grant}.");
                return Err(checks::taken(books, grant, "proposal", message));
            }
            (ProposalStatus::Declined, _) => {
                let message = format!("Choose another proposal: the application of {id} was declined.");
                return Err(Refusal::of(RefusalCode::AlreadyRejected, "proposal", message));
            }
            _ => {}
        }
        checks::not_before(context, proposal.proposed_on, "the grant was proposed")?;
        if (proposal.recipient, proposal.project) != (self.recipient, self.project) {
            let message = format!("Award {id} to {} for {}: so it was proposed.", proposal.recipient, proposal.project);
            return Err(Refusal::of(RefusalCode::WrongKind, "proposal", message));
        }
        if let Some(answered) =
            proposal.application.filter(|answered| self.application.unwrap_or(*answered) != *answered)
        {
            let message = format!("Name {answered} or none: that is the application that {id} answers.");
            return Err(Refusal::of(RefusalCode::WrongKind, "application", message));
        }
        Ok(Some(proposal))
    }
}

impl Decide for AwardGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let terms = terms!(self);
        terms.check_alone()?;
        checks::happened(context)?;
        terms.check_parties(books, context)?;
        let proposed = self.proposal(books, context)?;
        let application = self.application.or_else(|| proposed.and_then(|proposal| proposal.application));
        check_application(books, application, self.proposal, context)?;
        let owner = self.reference.as_ref().and_then(|reference| books.grants.by_reference(reference));
        checks::reference_free(books, owner)?;
        let none = BTreeMap::new();
        terms.check_budgets(books, context, proposed.map_or(&none, |proposal| &proposal.shares))?;
        Ok(vec![self.clone().into_event(application).into()])
    }
}

impl AwardGrant {
    fn into_event(self, application: Option<ApplicationId>) -> GrantAwarded {
        let Self { proposal, recipient, project, amount, purpose, department, starts, ends, .. } = self;
        let Self { funding, instalments, interests, subsidy, rent_offset, reference, .. } = self;
        GrantAwarded {
            application,
            proposal,
            recipient,
            project,
            amount,
            purpose,
            department,
            starts,
            ends,
            funding,
            instalments,
            interests,
            subsidy,
            rent_offset,
            reference,
        }
    }
}

impl GrantAwarded {
    /// Notes on what it answers that it does, or that it does no longer.
    fn answer(&self, books: &mut Books, grant: Option<GrantId>) {
        change_application(books, self.application, |application| application.grant = grant);
        if let Some(proposal) = self.proposal {
            change_proposal(books, proposal, |proposal| proposal.grant = grant);
        }
    }
}

impl Evolve for GrantAwarded {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = GrantId(entry.position);
        let grant = Grant {
            id,
            awarded_on: entry.effective,
            application: self.application,
            proposal: self.proposal,
            recipient: self.recipient,
            project: self.project,
            amount: self.amount,
            varied: Pence::ZERO,
            withdrawn: Pence::ZERO,
            paid_in_cash: Pence::ZERO,
            paid_by_offset: Pence::ZERO,
            returned: Pence::ZERO,
            shares: by_budget(&self.funding),
            withdrawals: Vec::new(),
            reference: self.reference.clone(),
        };
        self.answer(books, Some(id));
        books.funds.hold(&[], &grant.holds());
        books.grants.all.insert(id, Arc::new(grant));
        if let Some(reference) = &self.reference {
            books.grants.by_reference.insert(reference.clone(), id);
        }
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        if let Some(grant) = books.grants.all.remove(&GrantId(entry.position)) {
            books.funds.hold(&grant.holds(), &[]);
        }
        self.answer(books, None);
        if let Some(reference) = &self.reference {
            books.grants.by_reference.remove(reference);
        }
    }
}
