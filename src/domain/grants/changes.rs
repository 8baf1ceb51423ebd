//! What happens to a grant between award and payment: conditions, variations, withdrawal, reports.
//!
//! Invariant: a grant is never less than what was paid and withdrawn of it, and no share of a budget is below nothing.

use super::awards::{check_budgets_named_once, check_left, check_maximum, check_minimum};
use super::holds::change_grant;
use super::state::{Condition, Grant};
use crate::domain::books::Books;
use crate::domain::budgets::check_not_overspent;
use crate::domain::checks;
use crate::domain::command::{Context, MeetGrantCondition, ReportOnGrant, SetGrantCondition, VaryGrant, WithdrawGrant};
use crate::domain::decide::Decide;
use crate::domain::event::{
    Entry, Event, FundingShare, GrantConditionMet, GrantConditionSet, GrantReported, GrantVaried, GrantWithdrawn,
};
use crate::domain::evolve::Evolve;
use crate::domain::funds;
use crate::domain::ids::{ConditionId, GrantId};
use crate::domain::money::Pence;
use crate::domain::refusal::{Refusal, RefusalCode};

/// A grant that exists and was awarded by that day.
pub(super) fn awarded<'books>(books: &'books Books, id: GrantId, context: &Context) -> Result<&'books Grant, Refusal> {
    let grant = checks::found(books, id, books.grants.get(id), "grant", "grant")?;
    checks::not_before(context, grant.awarded_on, "the grant was awarded")?;
    Ok(grant)
}

/// A grant that was awarded by that day and not withdrawn.
fn standing<'books>(books: &'books Books, id: GrantId, context: &Context) -> Result<&'books Grant, Refusal> {
    let grant = awarded(books, id, context)?;
    let Some(day) = grant.withdrawn_on() else { return Ok(grant) };
    let message = format!("Award a new grant: {id} was withdrawn on {day}.");
    Err(Refusal::of(RefusalCode::Closed, "grant", message))
}

impl Decide for SetGrantCondition {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        standing(books, self.grant, context)?;
        let Self { grant, condition, due } = self.clone();
        Ok(vec![GrantConditionSet { grant, condition, due }.into()])
    }
}

impl Evolve for GrantConditionSet {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = ConditionId(entry.position);
        let condition = Condition { id, grant: self.grant, set_on: entry.effective, due: self.due, met: None };
        books.grants.conditions.insert(id, condition);
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.grants.conditions.remove(&ConditionId(entry.position));
    }
}

impl Decide for MeetGrantCondition {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let id = self.condition;
        let condition = checks::found(books, id, books.grants.condition(id), "condition", "condition")?;
        if let Some((day, _)) = condition.met {
            let message = format!("Nothing is left to do: this condition was met on {day}.");
            return Err(Refusal::of(RefusalCode::NothingToDo, "condition", message));
        }
        checks::not_before(context, condition.set_on, "the condition was set")?;
        Ok(vec![GrantConditionMet { condition: id, evidence: self.evidence.clone(), grant: condition.grant }.into()])
    }
}

impl Evolve for GrantConditionMet {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        if let Some(condition) = books.grants.conditions.get_mut(&self.condition) {
            condition.met = Some((entry.effective, entry.position));
        }
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        if let Some(condition) = books.grants.conditions.get_mut(&self.condition) {
            condition.met = None;
        }
    }
}

impl VaryGrant {
    /// The budgets that change: as given, or the grant's only one where none is named.
    fn funding_of(&self, grant: &Grant) -> Result<Vec<FundingShare>, Refusal> {
        if !self.funding.is_empty() {
            return Ok(self.funding.clone());
        }
        let mut budgets = grant.shares.keys();
        if let (Some((fund, budget_year)), None) = (budgets.next(), budgets.next()) {
            return Ok(vec![FundingShare { fund: *fund, budget_year: *budget_year, amount: self.change }]);
        }
        let message = "Say which budgets change, and by how much: the grant is taken from several.";
        Err(Refusal::of(RefusalCode::DoesNotAddUp, "funding", message))
    }

    /// Checks that the grant stays at least what was paid, and each share at least nothing.
    fn check_floor(&self, books: &Books, grant: &Grant, funding: &[FundingShare]) -> Result<(), Refusal> {
        if Pence::ZERO.less(self.change) > grant.committed() {
            let most = grant.committed().display();
            let message = format!("Take off at most {most}: the rest of this grant is paid.");
            return Err(Refusal::of(RefusalCode::OverAward, "change", message));
        }
        let shares = grant.shares_with(funding, true);
        let Some(((fund, year), _)) = shares.iter().find(|(_, share)| **share < Pence::ZERO) else { return Ok(()) };
        let most = grant.shares.get(&(*fund, *year)).copied().unwrap_or_default().display();
        let name = books.funds.name(*fund);
        let message = format!("Take off at most {most} of {name} for {year}: it gives no more to this grant.");
        Err(Refusal::of(RefusalCode::DoesNotAddUp, "funding", message))
    }
}

impl Decide for VaryGrant {
    /// A change of nothing is a variation too, where it moves the grant from one budget to another. What was withdrawn
    /// and returned is divided anew over the budgets, so that one which gives no more may have less back than before.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        check_budgets_named_once(&self.funding)?;
        if self.change == Pence::ZERO && self.funding.iter().all(|share| share.amount == Pence::ZERO) {
            let message = "Enter what is added to the award, or taken from it with a minus.";
            return Err(Refusal::of(RefusalCode::NothingToDo, "change", message));
        }
        checks::happened(context)?;
        let grant = standing(books, self.grant, context)?;
        let funding = self.funding_of(grant)?;
        checks::adds_up(funding.iter().map(|share| share.amount), self.change, "funding", "the budgets' shares")?;
        funding.iter().try_for_each(|share| funds::fund(books, share.fund, "funding").map(|_| ()))?;
        self.check_floor(books, grant, &funding)?;
        check_grown(books, grant, &funding, context)?;
        let project = grant.project;
        let Self { grant, change, reason, .. } = self.clone();
        let varied = GrantVaried { grant, change, funding, reason, project };
        let mut trial = books.clone();
        varied.apply(&mut trial);
        check_not_overspent(&books.funds, &trial.funds)
            .map_err(|refusal| Refusal { field: Some("funding".into()), ..refusal })?;
        Ok(vec![varied.into()])
    }
}

/// Checks the budgets that give more: what is left of them, and what one award may take from their funds.
fn check_grown(books: &Books, grant: &Grant, funding: &[FundingShare], context: &Context) -> Result<(), Refusal> {
    let shares = grant.shares_with(funding, true);
    for grown in funding.iter().filter(|share| share.amount > Pence::ZERO) {
        let key = (grown.fund, grown.budget_year);
        if !grant.shares.contains_key(&key) {
            check_minimum(books, key, grown.amount, context.effective)?;
        }
        check_maximum(books, key, shares.get(&key).copied().unwrap_or_default(), context.effective)?;
        check_left(books, key, grown.amount, Pence::ZERO)?;
    }
    Ok(())
}

impl GrantVaried {
    fn apply(&self, books: &mut Books) {
        change_grant(books, self.grant, |grant| {
            grant.varied = grant.varied.plus(self.change);
            grant.shares = grant.shares_with(&self.funding, true);
        });
    }
}

impl Evolve for GrantVaried {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        self.apply(books);
    }

    fn may_reverse(&self, books: &Books, _: &Entry) -> Result<(), Refusal> {
        let Some(grant) = books.grants.get(self.grant) else { return Ok(()) };
        let covered = self.change <= grant.committed();
        let shares_hold = grant.shares_with(&self.funding, false).values().all(|share| *share >= Pence::ZERO);
        if covered && shares_hold {
            return Ok(());
        }
        let message = "Reverse the later variations, payments or withdrawals of this grant first: they rest on it.";
        Err(Refusal::of(RefusalCode::RestsOnIt, "entry", message))
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        change_grant(books, self.grant, |grant| {
            grant.varied = grant.varied.less(self.change);
            grant.shares = grant.shares_with(&self.funding, false);
        });
    }
}

impl Decide for WithdrawGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let grant = awarded(books, self.grant, context)?;
        if grant.committed() <= Pence::ZERO {
            let message = match grant.withdrawn_on() {
                Some(day) => format!("Nothing is left to withdraw: this grant was withdrawn on {day}."),
                None => "Nothing is left to withdraw: all of this grant is paid.".to_owned(),
            };
            return Err(Refusal::of(RefusalCode::NothingToDo, "grant", message));
        }
        let (project, unpaid) = (grant.project, grant.committed());
        Ok(vec![GrantWithdrawn { grant: self.grant, reason: self.reason.clone(), project, unpaid }.into()])
    }
}

impl Evolve for GrantWithdrawn {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        change_grant(books, self.grant, |grant| {
            grant.withdrawn = grant.withdrawn.plus(self.unpaid);
            grant.withdrawals.push((entry.effective, entry.position));
        });
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        change_grant(books, self.grant, |grant| {
            grant.withdrawn = grant.withdrawn.less(self.unpaid);
            grant.withdrawals.retain(|(_, position)| *position != entry.position);
        });
    }
}

impl Decide for ReportOnGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::not_negative(self.spent, "spent")?;
        checks::not_negative(self.unspent, "unspent")?;
        checks::happened(context)?;
        awarded(books, self.grant, context)?;
        let Self { grant, spent, unspent, words } = self.clone();
        Ok(vec![GrantReported { grant, spent, unspent, words }.into()])
    }
}

/// A report is words and two numbers that no rule rests on; it is read from its entry.
impl Evolve for GrantReported {
    fn evolve(&self, _: &mut Books, _: &Entry) {}

    fn undo(&self, _: &mut Books, _: &Entry) {}
}
