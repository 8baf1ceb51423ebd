//! Funds and budgets.

use coledger::domain::command::{CarryBudgetForward, ChangeFund, MoveBudget, OpenFund, ReceiveIntoFund, SetBudget};
use coledger::domain::ids::FundId;
use coledger::domain::money::Pence;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, BadInput, InTheFuture, NotFound, NothingToDo, OverBudget, TooEarly,
};

use super::town::{WARD_FUND, YOUTH_FUND, town, with_grant};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{ask, books_of, id, on, open_fund, pounds, set_budget, year};

fn change(fund: FundId) -> ChangeFund {
    ChangeFund { fund, name: None, holder: None, purpose: None, place: None, minimum: None, maximum: None }
}

fn carry(from: &str, to: &str, amount: i64) -> CarryBudgetForward {
    CarryBudgetForward { fund: WARD_FUND, from_year: year(from), to_year: year(to), amount: pounds(amount) }
}

fn shift(from_fund: FundId, to_fund: FundId, amount: i64) -> MoveBudget {
    MoveBudget { from_fund, to_fund, financial_year: year("2012-13"), amount: pounds(amount) }
}

fn receive(amount: i64) -> ReceiveIntoFund {
    ReceiveIntoFund { fund: WARD_FUND, from_fund: None, from: Some("the government".into()), amount: pounds(amount) }
}

#[test]
fn a_fund_opens_with_a_minimum_below_its_maximum_and_a_reference_of_its_own() {
    let limits = |minimum, maximum| OpenFund { minimum, maximum, ..open_fund("Arts fund") };
    check(vec![
        refused(
            "a minimum below nothing",
            &town(),
            ask(limits(Some(Pence(-1)), None)),
            BadInput,
            "minimum",
            "Enter an amount of £0.00 or more.",
        ),
        refused(
            "a maximum of nothing",
            &town(),
            ask(limits(None, Some(Pence(0)))),
            BadInput,
            "maximum",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "a minimum above the maximum",
            &town(),
            ask(limits(Some(pounds(200)), Some(pounds(100)))),
            BadInput,
            "maximum",
            "Enter £200.00 or more: the minimum is not above the maximum.",
        ),
        refused(
            "in the future",
            &town(),
            on("2014-04-02", open_fund("Arts fund")),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "no such owner",
            &town(),
            ask(OpenFund { owner: Some(id(99)), ..open_fund("Arts fund") }),
            NotFound,
            "owner",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        refused(
            "the reference of another",
            &town(),
            ask(OpenFund { reference: Some("WARD".into()), ..open_fund("Arts fund") }),
            AlreadyExists,
            "reference",
            "Give it a reference of its own: fu_000006g has this one already.",
        ),
        accepted(
            "with all in order",
            &town(),
            ask(limits(Some(pounds(100)), Some(pounds(100)))),
            "FundOpened",
            "Arts fund",
        ),
    ]);
}

#[test]
fn a_fund_changes_after_it_opened_and_keeps_its_minimum_below_its_maximum() {
    let renamed = ChangeFund { name: Some("Youth Mayor's fund".into()), ..change(YOUTH_FUND) };
    check(vec![
        refused(
            "no such fund",
            &town(),
            ask(change(id(99))),
            NotFound,
            "fund",
            "Choose a fund of this ledger: there is no fu_000033p in it.",
        ),
        refused(
            "before it was opened",
            &town(),
            on("2012-03-31", renamed.clone()),
            TooEarly,
            "effective",
            "Enter 2012-04-01 or a later day: that is when the fund was opened.",
        ),
        refused(
            "nothing said",
            &town(),
            ask(change(YOUTH_FUND)),
            NothingToDo,
            "",
            "Say what changes: nothing is given.",
        ),
        refused(
            "a maximum below the minimum that it has",
            &town(),
            ask(ChangeFund { maximum: Some(pounds(99)), ..change(YOUTH_FUND) }),
            BadInput,
            "maximum",
            "Enter £100.00 or more: the minimum is not above the maximum.",
        ),
        accepted("a new name", &town(), ask(renamed), "FundChanged", "Youth Mayor's fund"),
    ]);
}

#[test]
fn a_budget_is_not_set_below_what_is_taken_of_it() {
    let carried = and(&with_grant(), &[ask(carry("2012-13", "2013-14", 3_000))]);
    check(vec![
        refused(
            "below nothing",
            &town(),
            ask(set_budget(WARD_FUND, "2012-13", -1)),
            BadInput,
            "amount",
            "Enter an amount of £0.00 or more.",
        ),
        refused(
            "in the future",
            &town(),
            on("2014-04-02", set_budget(WARD_FUND, "2012-13", 1)),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "no such fund",
            &town(),
            ask(set_budget(id(99), "2012-13", 1)),
            NotFound,
            "fund",
            "Choose a fund of this ledger: there is no fu_000033p in it.",
        ),
        refused(
            "below what is awarded",
            &with_grant(),
            ask(set_budget(WARD_FUND, "2012-13", 1_999)),
            OverBudget,
            "amount",
            "Set at least £2,000.00: so much of Ward fund for 2012-13 is proposed, awarded or passed on.",
        ),
        refused(
            "below what is awarded and carried forward",
            &carried,
            ask(set_budget(WARD_FUND, "2012-13", 4_999)),
            OverBudget,
            "amount",
            "Set at least £5,000.00: so much of Ward fund for 2012-13 is proposed, awarded or passed on.",
        ),
        accepted("just as much", &carried, ask(set_budget(WARD_FUND, "2012-13", 5_000)), "BudgetSet", "Pence(500000)"),
        accepted(
            "nothing at all, so that nothing is awarded",
            &town(),
            ask(set_budget(YOUTH_FUND, "2012-13", 0)),
            "BudgetSet",
            "Pence(0)",
        ),
        accepted(
            "low, but for a time before the one that holds",
            &with_grant(),
            on("2012-03-01", SetBudget { amount: pounds(1), ..set_budget(WARD_FUND, "2012-13", 0) }),
            "BudgetSet",
            "Pence(100)",
        ),
    ]);
}

#[test]
fn budget_is_carried_into_a_later_year_as_far_as_it_is_left() {
    check(vec![
        refused(
            "nothing",
            &town(),
            ask(carry("2012-13", "2013-14", 0)),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "into the same year",
            &town(),
            ask(carry("2012-13", "2012-13", 1)),
            TooEarly,
            "toYear",
            "Enter 2013-14 or a later year: budget is carried forward.",
        ),
        refused(
            "from a year without a budget",
            &town(),
            ask(carry("2011-12", "2012-13", 1)),
            OverBudget,
            "amount",
            "Set the budget of Ward fund for 2011-12 first: none is set.",
        ),
        refused(
            "more than is left",
            &with_grant(),
            ask(carry("2012-13", "2013-14", 8_001)),
            OverBudget,
            "amount",
            "Enter at most £8,000.00: so much of Ward fund for 2012-13 is left.",
        ),
        accepted(
            "all that is left",
            &with_grant(),
            ask(carry("2012-13", "2013-14", 8_000)),
            "BudgetCarriedForward",
            "",
        ),
    ]);
}

#[test]
fn budget_moves_between_two_funds_as_far_as_it_is_left() {
    check(vec![
        refused(
            "nothing",
            &town(),
            ask(shift(WARD_FUND, YOUTH_FUND, 0)),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "to no such fund",
            &town(),
            ask(shift(WARD_FUND, id(99), 1)),
            NotFound,
            "toFund",
            "Choose a fund of this ledger: there is no fu_000033p in it.",
        ),
        refused(
            "to itself",
            &town(),
            ask(shift(WARD_FUND, WARD_FUND, 1)),
            NothingToDo,
            "toFund",
            "Name two funds: this is one and the same.",
        ),
        refused(
            "from a fund without a budget",
            &town(),
            ask(shift(YOUTH_FUND, WARD_FUND, 1)),
            OverBudget,
            "amount",
            "Set the budget of Youth fund for 2012-13 first: none is set.",
        ),
        refused(
            "more than is left",
            &with_grant(),
            ask(shift(WARD_FUND, YOUTH_FUND, 8_001)),
            OverBudget,
            "amount",
            "Enter at most £8,000.00: so much of Ward fund for 2012-13 is left.",
        ),
        accepted("all that is left", &with_grant(), ask(shift(WARD_FUND, YOUTH_FUND, 8_000)), "BudgetMoved", ""),
    ]);
    let books = books_of(&and(&with_grant(), &[ask(shift(WARD_FUND, YOUTH_FUND, 8_000))]));
    let left = |fund| books.funds.left(fund, year("2012-13"));
    assert_eq!((left(WARD_FUND), left(YOUTH_FUND)), (Some(Pence::ZERO), None));
}

#[test]
fn a_fund_receives_from_one_giver() {
    check(vec![
        refused("nothing", &town(), ask(receive(0)), BadInput, "amount", "Enter an amount of more than £0.00."),
        refused(
            "from nobody",
            &town(),
            ask(ReceiveIntoFund { from: None, ..receive(1) }),
            BadInput,
            "from",
            "Say who gave it: another fund of the ledger, or somebody else, and one of the two only.",
        ),
        refused(
            "from two",
            &town(),
            ask(ReceiveIntoFund { from_fund: Some(YOUTH_FUND), ..receive(1) }),
            BadInput,
            "from",
            "Say who gave it: another fund of the ledger, or somebody else, and one of the two only.",
        ),
        refused(
            "from itself",
            &town(),
            ask(ReceiveIntoFund { from_fund: Some(WARD_FUND), from: None, ..receive(1) }),
            NothingToDo,
            "fromFund",
            "Name another fund: this is the one that receives.",
        ),
        accepted("from the government", &town(), ask(receive(1)), "FundReceived", "the government"),
    ]);
    let passed = ReceiveIntoFund { from_fund: Some(YOUTH_FUND), from: None, ..receive(300) };
    let books = books_of(&and(&town(), &[ask(receive(1_000)), ask(passed)]));
    let ward = books.funds.budget(WARD_FUND, year("2012-13"));
    let youth = books.funds.budget(YOUTH_FUND, year("2012-13"));
    assert_eq!((ward.received, youth.passed_on), (pounds(1_300), pounds(300)));
    assert_eq!(ward.left(), Some(pounds(10_000)), "what is received is no budget until it is set");
}
