//! Contracts and service agreements for projects: public money too, but never a grant.
//!
//! Invariant: payments never exceed the contract's whole value. A contract that ended may still be paid: the last
//! invoice comes after the last day.

use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{AgreeContract, Context, EndContract, PayContract};
use super::decide::Decide;
use super::event::{ContractAgreed, ContractEnded, ContractPaid, Entry, Event};
use super::evolve::Evolve;
use super::ids::{ContractId, OrganisationId, Position, ProjectId};
use super::money::Pence;
use super::refusal::{Refusal, RefusalCode};
use super::text::Reference;
use super::time::Day;

/// Every contract that stands.
#[derive(Clone, Debug, Default)]
pub struct Contracts {
    all: imbl::OrdMap<ContractId, Arc<Contract>>,
    by_reference: imbl::HashMap<Reference, ContractId>,
}

/// One contract.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its id.
    pub id: ContractId,
    /// The day it was agreed.
    pub agreed_on: Day,
    /// The operator.
    pub operator: OrganisationId,
    /// The project.
    pub project: ProjectId,
    /// Its whole value.
    pub value: Pence,
    /// The first day of its term.
    pub starts: Day,
    /// The last day of its term.
    pub ends: Day,
    /// What was paid under it.
    pub paid: Pence,
    /// When it ended, and the entry that says so.
    pub ended: Option<(Day, Position)>,
}

impl Contract {
    /// What is not paid of its value.
    pub fn unpaid(&self) -> Pence {
        self.value.less(self.paid)
    }
}

impl Contracts {
    /// The contract with this id.
    pub fn get(&self, id: ContractId) -> Option<&Contract> {
        self.all.get(&id).map(Arc::as_ref)
    }

    /// Every contract in the order of the log, ended ones too.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Contract> {
        self.all.values().map(Arc::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The contract with its owner's reference.
    pub fn by_reference(&self, reference: &Reference) -> Option<ContractId> {
        self.by_reference.get(reference).copied()
    }

    fn update(&mut self, id: ContractId, change: impl FnOnce(&mut Contract)) {
        if let Some(contract) = self.all.get_mut(&id) {
            change(Arc::make_mut(contract));
        }
    }
}

/// A contract that exists.
pub(crate) fn contract<'books>(books: &'books Books, id: ContractId, field: &str) -> Result<&'books Contract, Refusal> {
    checks::found(books, id, books.contracts.get(id), field, "contract")
}

impl Decide for AgreeContract {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.value, "value")?;
        checks::runs_forward(Some(self.starts), Some(self.ends), "ends")?;
        checks::happened(context)?;
        checks::open_organisation(books, self.operator, "operator", context)?;
        checks::open_project(books, self.project, "project", context)?;
        let owner = self.reference.as_ref().and_then(|reference| books.contracts.by_reference(reference));
        checks::reference_free(books, owner)?;
        let Self { operator, project, title, value, starts, ends, clauses, reference } = self.clone();
        Ok(vec![ContractAgreed { operator, project, title, value, starts, ends, clauses, reference }.into()])
    }
}

impl Evolve for ContractAgreed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = ContractId(entry.position);
        let contract = Contract {
            id,
            agreed_on: entry.effective,
            operator: self.operator,
            project: self.project,
            value: self.value,
            starts: self.starts,
            ends: self.ends,
            paid: Pence::ZERO,
            ended: None,
        };
        books.contracts.all.insert(id, Arc::new(contract));
        if let Some(reference) = &self.reference {
            books.contracts.by_reference.insert(reference.clone(), id);
        }
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.contracts.all.remove(&ContractId(entry.position));
        if let Some(reference) = &self.reference {
            books.contracts.by_reference.remove(reference);
        }
    }
}

impl Decide for PayContract {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::positive(self.amount, "amount")?;
        checks::happened(context)?;
        let agreed = contract(books, self.contract, "contract")?;
        checks::not_before(context, agreed.agreed_on, "the contract was agreed")?;
        if self.amount > agreed.unpaid() {
            let message =
                format!("Pay at most {}: so much of this contract is not paid yet.", agreed.unpaid().display());
            return Err(Refusal::of(RefusalCode::OverAward, "amount", message));
        }
        let project = agreed.project;
        let Self { contract, amount, payment_reference } = self.clone();
        Ok(vec![ContractPaid { contract, amount, payment_reference, project }.into()])
    }
}

impl Evolve for ContractPaid {
    fn evolve(&self, books: &mut Books, _: &Entry) {
        books.contracts.update(self.contract, |contract| contract.paid = contract.paid.plus(self.amount));
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.contracts.update(self.contract, |contract| contract.paid = contract.paid.less(self.amount));
    }
}

impl Decide for EndContract {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let agreed = contract(books, self.contract, "contract")?;
        if let Some((day, _)) = agreed.ended {
            let message = format!("Nothing is left to do: this contract ended on {day}.");
            return Err(Refusal::of(RefusalCode::Closed, "contract", message));
        }
        checks::not_before(context, agreed.agreed_on, "the contract was agreed")?;
        Ok(vec![ContractEnded { contract: self.contract, reason: self.reason.clone() }.into()])
    }
}

impl Evolve for ContractEnded {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let ended = Some((entry.effective, entry.position));
        books.contracts.update(self.contract, |contract| contract.ended = ended);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.contracts.update(self.contract, |contract| contract.ended = None);
    }
}
