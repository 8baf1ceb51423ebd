//! What is known of applications, proposals, grants, conditions and payments.
//!
//! Invariant: sums here are those of the entries that stand, so that a rule need not read the log; a grant's shares
//! add up to what was awarded as varied. What else an entry says is read from the entry itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::budgets::BudgetKey;
use crate::domain::event::{FundingShare, PaymentMethod};
use crate::domain::ids::{
    AgreementId, ApplicationId, ConditionId, FundId, GrantId, OrganisationId, PaymentId, Position, ProjectId,
    ProposalId,
};
use crate::domain::money::Pence;
use crate::domain::text::Reference;
use crate::domain::time::Day;

/// Every application, proposal and grant that stands.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    pub(super) applications: imbl::OrdMap<ApplicationId, Arc<Application>>,
    pub(super) proposals: imbl::OrdMap<ProposalId, Arc<Proposal>>,
    pub(super) all: imbl::OrdMap<GrantId, Arc<Grant>>,
    pub(super) conditions: imbl::OrdMap<ConditionId, Condition>,
    pub(super) payments: imbl::OrdMap<PaymentId, Arc<Payment>>,
    pub(super) offsets: imbl::OrdMap<(AgreementId, PaymentId), Offset>,
    pub(super) by_reference: imbl::HashMap<Reference, GrantId>,
    pub(super) applications_by_reference: imbl::HashMap<Reference, ApplicationId>,
}

/// An application for a grant.
#[derive(Clone, Debug)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The day it was made.
    pub applied_on: Day,
    /// Who applied.
    pub applicant: OrganisationId,
    /// The project it is for.
    pub project: Option<ProjectId>,
    /// The fund that is asked.
    pub fund: Option<FundId>,
    /// The amount asked for.
    pub amount: Pence,
    /// The proposal that answers it.
    pub proposal: Option<ProposalId>,
    /// The grant that answers it.
    pub grant: Option<GrantId>,
    /// When it was declined, and the entry that says so.
    pub declined: Option<(Day, Position)>,
}

/// A proposed award.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The day it was proposed.
    pub proposed_on: Day,
    /// The application it answers.
    pub application: Option<ApplicationId>,
    /// Who would receive it.
    pub recipient: OrganisationId,
    /// The project it is for.
    pub project: ProjectId,
    /// The amount.
    pub amount: Pence,
    /// What it would take from each budget.
    pub shares: BTreeMap<BudgetKey, Pence>,
    /// The grant that followed.
    pub grant: Option<GrantId>,
    /// Whether its application was declined; it holds nothing then.
    pub declined: bool,
}

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalStatus {
    /// It waits for a decision, and holds its budgets.
    Proposed,
    /// A grant followed.
    Awarded,
    /// Its application was declined.
    Declined,
}

/// A grant.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// The day it was awarded.
    pub awarded_on: Day,
    /// The application it answers.
    pub application: Option<ApplicationId>,
    /// The proposal it follows.
    pub proposal: Option<ProposalId>,
    /// Who receives it.
    pub recipient: OrganisationId,
    /// The project it is for.
    pub project: ProjectId,
    /// The amount that was awarded at first.
    pub amount: Pence,
    /// What was added since, or taken off.
    pub varied: Pence,
    /// What was withdrawn before it was paid.
    pub withdrawn: Pence,
    /// What was paid in cash.
    pub paid_in_cash: Pence,
    /// What was paid by rent offset.
    pub paid_by_offset: Pence,
    /// What came back of the payments in cash.
    pub returned: Pence,
    /// What it takes from each budget, as varied.
    pub shares: BTreeMap<BudgetKey, Pence>,
    /// When it was withdrawn, and the entries that say so.
    pub withdrawals: Vec<(Day, Position)>,
    /// Its published identifier.
    pub reference: Option<Reference>,
}

/// How far a grant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A condition of a grant.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// Its id.
    pub id: ConditionId,
    /// The grant.
    pub grant: GrantId,
    /// The day it was set.
    pub set_on: Day,
    /// By when it must be met.
    pub due: Option<Day>,
    /// When it was met, and the entry that says so.
    pub met: Option<(Day, Position)>,
}

/// A payment of a grant.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The grant.
    pub grant: GrantId,
    /// The day it was paid.
    pub paid_on: Day,
    /// The amount.
    pub amount: Pence,
    /// How.
    pub method: PaymentMethod,
    /// What came back of it.
    pub returned: Pence,
}

/// A payment that was set against rent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// The first day of the rent it pays for.
    pub from: Day,
    /// The last day of the rent it pays for.
    pub to: Day,
    /// The amount.
    pub amount: Pence,
}

impl Grants {
    /// The application with this id.
    pub fn application(&self, id: ApplicationId) -> Option<&Application> {
        self.applications.get(&id).map(Arc::as_ref)
    }

    /// Every application in the order of the log.
    pub fn applications(&self) -> impl DoubleEndedIterator<Item = &Application> {
        self.applications.values().map(Arc::as_ref)
    }

    /// The application with a reference.
    pub fn application_by_reference(&self, reference: &Reference) -> Option<ApplicationId> {
        self.applications_by_reference.get(reference).copied()
    }

    /// The proposal with this id.
    pub fn proposal(&self, id: ProposalId) -> Option<&Proposal> {
        self.proposals.get(&id).map(Arc::as_ref)
    }

    /// Every proposal in the order of the log.
    pub fn proposals(&self) -> impl DoubleEndedIterator<Item = &Proposal> {
        self.proposals.values().map(Arc::as_ref)
    }

    /// The grant with this id.
    pub fn get(&self, id: GrantId) -> Option<&Grant> {
        self.all.get(&id).map(Arc::as_ref)
    }

    /// Every grant in the order of the log.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Grant> {
        self.all.values().map(Arc::as_ref)
    }

    /// How many grants there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is no grant.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The grant with a published identifier.
    pub fn by_reference(&self, reference: &Reference) -> Option<GrantId> {
        self.by_reference.get(reference).copied()
    }

    /// The condition with this id.
    pub fn condition(&self, id: ConditionId) -> Option<&Condition> {
        self.conditions.get(&id)
    }

    /// The payment with this id.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.get(&id).map(Arc::as_ref)
    }

    /// Every payment in the order of the log.
    pub fn payments(&self) -> impl DoubleEndedIterator<Item = &Payment> {
        self.payments.values().map(Arc::as_ref)
    }

    /// The payments that were set against the rent of an agreement.
    pub fn offsets_of(&self, agreement: AgreementId) -> impl DoubleEndedIterator<Item = (PaymentId, &Offset)> {
        let all = (agreement, PaymentId(Position(0)))..=(agreement, PaymentId(Position(u64::MAX)));
        self.offsets.range(all).map(|((_, payment), offset)| (*payment, offset))
    }
}

impl Proposal {
    /// How far it has come.
    pub fn status(&self) -> ProposalStatus {
        match (self.grant, self.declined) {
            (Some(_), _) => ProposalStatus::Awarded,
            (None, true) => ProposalStatus::Declined,
            (None, false) => ProposalStatus::Proposed,
        }
    }
}

impl Grant {
    /// What was awarded, as varied.
    pub fn awarded(&self) -> Pence {
        self.amount.plus(self.varied)
    }

    /// What was paid, in cash and by rent offset, before returns.
    pub fn paid(&self) -> Pence {
        self.paid_in_cash.plus(self.paid_by_offset)
    }

    /// What is awarded and neither withdrawn nor paid yet.
    pub fn committed(&self) -> Pence {
        self.awarded().less(self.withdrawn).less(self.paid())
    }

    /// The day it was withdrawn first.
    pub fn withdrawn_on(&self) -> Option<Day> {
        self.withdrawals.first().map(|(day, _)| *day)
    }

    /// How far it has come.
    pub fn status(&self) -> GrantStatus {
        if !self.withdrawals.is_empty() {
            GrantStatus::Withdrawn
        } else if self.paid() == Pence::ZERO {
            GrantStatus::Awarded
        } else if self.committed() > Pence::ZERO {
            GrantStatus::PartPaid
        } else {
            GrantStatus::Paid
        }
    }

    /// The shares as they would be with these added, or with these taken off again where `sign` is negative.
    pub(super) fn shares_with(&self, changes: &[FundingShare], added: bool) -> BTreeMap<BudgetKey, Pence> {
        let mut shares = self.shares.clone();
        for change in changes {
            let share = shares.entry((change.fund, change.budget_year)).or_default();
            *share = if added { share.plus(change.amount) } else { share.less(change.amount) };
        }
        shares.retain(|_, share| *share != Pence::ZERO);
        shares
    }
}
