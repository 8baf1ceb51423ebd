//! Payments of grants, and what comes back of them.
//!
//! Invariant: payments never exceed the award as varied less what was withdrawn, and returns never the payment. A
//! return gives the money back to the budgets of the award and not to the grant: it is not paid out again.

use std::sync::Arc;

use super::changes::awarded;
use super::holds::change_grant;
use super::state::{Grant, Offset, Payment};
use crate::domain::books::Books;
use crate::domain::checks;
use crate::domain::command::{Context, PayGrant, ReturnGrant};
use crate::domain::decide::Decide;
use crate::domain::event::{Entry, Event, GrantPaid, GrantReturned, PaymentMethod};
use crate::domain::evolve::Evolve;
use crate::domain::ids::{AgreementId, PaymentId};
use crate::domain::money::Pence;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::rent;
use crate::domain::time::Day;

impl PayGrant {
    /// The agreement and period of a rent offset; `None` of a payment in cash, which has none.
    fn offset(&self) -> Result<Option<(AgreementId, Day, Day)>, Refusal> {
        match (self.method, self.agreement, self.period_from, self.period_to) {
            (PaymentMethod::Cash, None, None, None) => Ok(None),
            (PaymentMethod::Cash, ..) => {
                let message = "Leave out the agreement and the period, or enter RENT_OFFSET: cash pays no rent.";
                Err(Refusal::of(RefusalCode::BadInput, "method", message))
            }
            (PaymentMethod::RentOffset, Some(agreement), Some(from), Some(to)) => {
                checks::runs_forward(Some(from), Some(to), "periodTo")?;
                Ok(Some((agreement, from, to)))
            }
            (PaymentMethod::RentOffset, ..) => {
                let message = "Enter the agreement whose rent is paid, and the first and last day that it is paid for.";
                Err(Refusal::of(RefusalCode::BadInput, "agreement", message))
            }
        }
    }

    /// Checks that no more rent is offset than is charged.
    fn check_rent(&self, books: &Books) -> Result<(), Refusal> {
        let Some((agreement, from, to)) = self.offset()? else { return Ok(()) };
        rent::offset_fault(books, agreement, from, to, self.amount).map_or(Ok(()), Err)
    }

    /// Checks that so much of the grant is not yet paid.
    fn check_unpaid(&self, grant: &Grant) -> Result<(), Refusal> {
        let left = grant.committed();
        if self.amount <= left {
            return Ok(());
        }
        match grant.withdrawn_on() {
            Some(day) if left <= Pence::ZERO => {
                let message = format!("Award a new grant: what was not paid of this one was withdrawn on {day}.");
                Err(Refusal::of(RefusalCode::Closed, "grant", message))
            }
            _ => {
                let message = format!("Pay at most {}: so much of this grant is not paid yet.", left.display());
                Err(Refusal::of(RefusalCode::OverAward, "amount", message))
            }
        }
    }
}

impl Decide for PayGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        self.offset()?;
        checks::happened(context)?;
        let grant = awarded(books, self.grant, context)?;
        self.check_unpaid(grant)?;
        self.check_rent(books)?;
        let project = grant.project;
        let Self { grant, amount, method, agreement, period_from, period_to, payee, payment_reference } = self.clone();
        let paid =
            GrantPaid { grant, amount, method, agreement, period_from, period_to, payee, payment_reference, project };
        Ok(vec![paid.into()])
    }
}

impl GrantPaid {
    fn apply(&self, books: &mut Books, amount: Pence) {
        change_grant(books, self.grant, |grant| match self.method {
            PaymentMethod::Cash => grant.paid_in_cash = grant.paid_in_cash.plus(amount),
            PaymentMethod::RentOffset => grant.paid_by_offset = grant.paid_by_offset.plus(amount),
        });
    }

    /// What it pays of which agreement's rent.
    fn offset(&self) -> Option<(AgreementId, Offset)> {
        let (from, to) = (self.period_from?, self.period_to?);
        Some((self.agreement?, Offset { from, to, amount: self.amount }))
    }
}

impl Evolve for GrantPaid {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = PaymentId(entry.position);
        let Self { grant, amount, method, .. } = *self;
        let payment = Payment { id, grant, paid_on: entry.effective, amount, method, returned: Pence::ZERO };
        books.grants.payments.insert(id, Arc::new(payment));
        if let Some((agreement, offset)) = self.offset() {
            books.grants.offsets.insert((agreement, id), offset);
        }
        self.apply(books, amount);
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        let id = PaymentId(entry.position);
        books.grants.payments.remove(&id);
        if let Some((agreement, _)) = self.offset() {
            books.grants.offsets.remove(&(agreement, id));
        }
        self.apply(books, Pence::ZERO.less(self.amount));
    }
}

impl Decide for ReturnGrant {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        let id = self.payment;
        let payment = checks::found(books, id, books.grants.payment(id), "payment", "payment")?;
        checks::not_before(context, payment.paid_on, "the payment was made")?;
        if payment.method == PaymentMethod::RentOffset {
            let message = format!("Reverse {id} instead: a rent offset moved no money that could come back.");
            return Err(Refusal::of(RefusalCode::WrongKind, "payment", message));
        }
        let left = payment.amount.less(payment.returned);
        if self.amount > left {
            let message = format!("Return at most {}: no more is left of this payment.", left.display());
            return Err(Refusal::of(RefusalCode::OverPayment, "amount", message));
        }
        let grant = checks::found(books, payment.grant, books.grants.get(payment.grant), "payment", "grant")?;
        let Self { payment, amount, reason } = self.clone();
        Ok(vec![GrantReturned { payment, amount, reason, grant: grant.id, project: grant.project }.into()])
    }
}

impl GrantReturned {
    fn apply(&self, books: &mut Books, amount: Pence) {
        if let Some(payment) = books.grants.payments.get_mut(&self.payment) {
            let payment = Arc::make_mut(payment);
            payment.returned = payment.returned.plus(amount);
        }
        change_grant(books, self.grant, |grant| grant.returned = grant.returned.plus(amount));
    }
}

impl Evolve for GrantReturned {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        self.apply(books, self.amount);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        self.apply(books, Pence::ZERO.less(self.amount));
    }
}
