//! Contracts: agreed, paid, ended.

use coledger::domain::command::{AgreeContract, EndContract, PayContract};
use coledger::domain::ids::ContractId;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, BadInput, Closed, InTheFuture, NotFound, OverAward, TooEarly,
};

use super::town::{FOUNDRY, SHED, town};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{Asked, agree_contract, ask, day, id, on, pounds};

fn agreed() -> AgreeContract {
    AgreeContract { reference: Some("C-1".into()), ..agree_contract(FOUNDRY, SHED, 1_000) }
}

fn with_contract() -> Vec<Asked> {
    and(&town(), &[ask(agreed())])
}

fn pay(amount: i64) -> PayContract {
    PayContract { contract: id::<ContractId>(11), amount: pounds(amount), payment_reference: None }
}

fn end() -> EndContract {
    EndContract { contract: id::<ContractId>(11), reason: None }
}

#[test]
fn a_contract_has_a_value_a_term_an_operator_and_a_project() {
    check(vec![
        refused(
            "worth nothing",
            &town(),
            ask(AgreeContract { value: pounds(0), ..agreed() }),
            BadInput,
            "value",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "backwards",
            &town(),
            ask(AgreeContract { ends: day("2012-03-31"), ..agreed() }),
            TooEarly,
            "ends",
            "Enter 2012-04-01 or a later day: it cannot end before it begins.",
        ),
        refused(
            "in the future",
            &town(),
            on("2014-04-02", agreed()),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "with nobody",
            &town(),
            ask(AgreeContract { operator: id(99), ..agreed() }),
            NotFound,
            "operator",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        refused(
            "for no such project",
            &town(),
            ask(AgreeContract { project: id(99), ..agreed() }),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused(
            "with the reference of another",
            &with_contract(),
            ask(agreed()),
            AlreadyExists,
            "reference",
            "Give it a reference of its own: co_00000bq has this one already.",
        ),
        accepted(
            "for a term ahead",
            &town(),
            ask(AgreeContract { starts: day("2015-04-01"), ends: day("2016-03-31"), ..agreed() }),
            "ContractAgreed",
            "C-1",
        ),
    ]);
}

#[test]
fn a_contract_is_paid_up_to_its_value_even_after_it_ended() {
    let ended = and(&with_contract(), &[on("2012-05-01", end())]);
    check(vec![
        refused("nothing", &with_contract(), ask(pay(0)), BadInput, "amount", "Enter an amount of more than £0.00."),
        refused(
            "no such contract",
            &town(),
            ask(pay(1)),
            NotFound,
            "contract",
            "Choose a contract of this ledger: there is no co_00000bq in it.",
        ),
        refused(
            "before it was agreed",
            &with_contract(),
            on("2012-04-15", pay(1)),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the contract was agreed.",
        ),
        refused(
            "more than is left",
            &and(&with_contract(), &[ask(pay(600))]),
            ask(pay(401)),
            OverAward,
            "amount",
            "Pay at most £400.00: so much of this contract is not paid yet.",
        ),
        accepted(
            "the last invoice",
            &ended,
            on("2012-06-01", pay(1_000)),
            "ContractPaid",
            "project: ProjectId(Position(10))",
        ),
    ]);
}

#[test]
fn a_contract_ends_once() {
    let ended = and(&with_contract(), &[on("2012-05-01", end())]);
    check(vec![
        refused(
            "again",
            &ended,
            on("2012-05-02", end()),
            Closed,
            "contract",
            "Nothing is left to do: this contract ended on 2012-05-01.",
        ),
        refused(
            "before it was agreed",
            &with_contract(),
            on("2012-04-15", end()),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the contract was agreed.",
        ),
        accepted("once", &with_contract(), ask(end()), "ContractEnded", ""),
    ]);
}
