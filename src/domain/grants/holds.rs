//! What proposals and grants hold of budgets.
//!
//! Invariant: what a budget shows of a grant is a function of the grant alone. It is taken out before the grant
//! changes and put in again after, so it is the same whatever the order of changes and reversals. Payments,
//! withdrawals and returns name no budget; they are divided over the shares by largest remainder, and over all of the
//! award they add up to the shares to the penny.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::state::{Grant, Proposal, ProposalStatus};
use crate::domain::books::Books;
use crate::domain::budgets::{BudgetKey, Held};
use crate::domain::ids::{GrantId, ProposalId};
use crate::domain::money::{Pence, split_by_amounts};

impl Proposal {
    /// What it holds of each budget while it waits.
    pub(crate) fn holds(&self) -> Vec<(BudgetKey, Held)> {
        if self.status() != ProposalStatus::Proposed {
            return Vec::new();
        }
        self.shares.iter().map(|(key, share)| (*key, Held { proposed: *share, ..Held::default() })).collect()
    }
}

impl Grant {
    /// What it holds of each budget, and what became of that.
    pub(crate) fn holds(&self) -> Vec<(BudgetKey, Held)> {
        let paid = divided(&self.shares, self.paid());
        let settled = divided(&self.shares, self.paid().plus(self.withdrawn));
        let returned = divided(&self.shares, self.returned);
        let parts = paid.into_iter().zip(settled).zip(returned);
        let shares = self.shares.iter().zip(parts);
        let held = shares.map(|((key, share), ((paid, settled), returned))| {
            let withdrawn = settled.less(paid);
            (*key, Held { proposed: Pence::ZERO, awarded: *share, withdrawn, paid, returned })
        });
        held.collect()
    }
}

/// An amount divided over shares in their proportion, in the order of the budgets.
fn divided(shares: &BTreeMap<BudgetKey, Pence>, amount: Pence) -> Vec<Pence> {
    let weights: Vec<Pence> = shares.values().copied().collect();
    split_by_amounts(amount, &weights)
}

/// Changes a grant, and what budgets show of it.
pub(super) fn change_grant(books: &mut Books, id: GrantId, change: impl FnOnce(&mut Grant)) {
    let Some(grant) = books.grants.all.get_mut(&id) else { return };
    let before = grant.holds();
    change(Arc::make_mut(grant));
    books.funds.hold(&before, &grant.holds());
}

/// Changes a proposal, and what budgets show of it.
pub(super) fn change_proposal(books: &mut Books, id: ProposalId, change: impl FnOnce(&mut Proposal)) {
    let Some(proposal) = books.grants.proposals.get_mut(&id) else { return };
    let before = proposal.holds();
    change(Arc::make_mut(proposal));
    books.funds.hold(&before, &proposal.holds());
}
