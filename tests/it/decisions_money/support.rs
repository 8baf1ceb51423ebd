//! Match funding, surplus, help in kind, balances brought forward.

use coledger::domain::command::{BringForward, GiveInKind, ReceiveMatch, ReinvestSurplus, ReturnMatch, SecureMatch};
use coledger::domain::event::{MatchSource, OpeningLine};
use coledger::domain::ids::{MatchReceiptId, OrganisationId};
use coledger::domain::money::Pence;
use coledger::domain::refusal::RefusalCode::{
    BadInput, InTheFuture, NotFound, OverAward, OverBudget, OverPayment, PublicBody, TooEarly, WrongKind,
};

use super::town::{COUNCIL, FOUNDRY, GROUP, HEALTH, SHED, WARD_FUND, town, with_grant};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{Asked, ask, books_of, give_in_kind, id, on, pounds, year};

fn secure(funder: OrganisationId, source: MatchSource) -> SecureMatch {
    SecureMatch { project: SHED, funder, source, amount: pounds(1_000), grant: None }
}

fn receive(amount: i64) -> ReceiveMatch {
    ReceiveMatch { project: SHED, funder: FOUNDRY, source: MatchSource::Private, amount: pounds(amount), secured: None }
}

/// The town, and a promise of £1,000.00 by the foundry at 11.
fn with_promise() -> Vec<Asked> {
    and(&town(), &[ask(secure(FOUNDRY, MatchSource::Private))])
}

const PARTNER: &str = "Record what Exampleton Council pays as a grant (AwardGrant, PayGrant), and what else it gives as \
                       help in kind (GiveInKind): money of a public partner is never match funding.";

#[test]
fn match_funding_is_promised_from_outside_the_partnership() {
    check(vec![
        refused(
            "nothing",
            &town(),
            ask(SecureMatch { amount: Pence(0), ..secure(FOUNDRY, MatchSource::Private) }),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "in the future",
            &town(),
            on("2014-04-02", secure(FOUNDRY, MatchSource::Private)),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "for no such project",
            &town(),
            ask(SecureMatch { project: id(99), ..secure(FOUNDRY, MatchSource::Private) }),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused("by a partner", &town(), ask(secure(COUNCIL, MatchSource::OtherPublic)), PublicBody, "funder", PARTNER),
        refused(
            "by a public body that says it is private",
            &town(),
            ask(secure(HEALTH, MatchSource::Private)),
            WrongKind,
            "source",
            "Enter OTHER_PUBLIC, or LOTTERY of a distributor: County Health is a public body.",
        ),
        refused(
            "won with no such grant",
            &town(),
            ask(SecureMatch { grant: Some(id(99)), ..secure(FOUNDRY, MatchSource::Private) }),
            NotFound,
            "grant",
            "Choose a grant of this ledger: there is no gr_000033t in it.",
        ),
        accepted(
            "by a public body that is no partner",
            &town(),
            ask(secure(HEALTH, MatchSource::OtherPublic)),
            "MatchSecured",
            "OtherPublic",
        ),
    ]);
}

#[test]
fn match_funding_is_received_up_to_what_was_promised() {
    let fulfils = |amount| ReceiveMatch { secured: Some(id(11)), ..receive(amount) };
    check(vec![
        refused("nothing", &town(), ask(receive(0)), BadInput, "amount", "Enter an amount of more than £0.00."),
        refused(
            "from a partner",
            &town(),
            ask(ReceiveMatch { funder: COUNCIL, ..receive(1) }),
            PublicBody,
            "funder",
            PARTNER,
        ),
        refused(
            "under no such promise",
            &town(),
            ask(fulfils(1)),
            NotFound,
            "secured",
            "Choose a promise of this ledger: there is no ms_00000bf in it.",
        ),
        refused(
            "before it was promised",
            &with_promise(),
            on("2012-04-15", fulfils(1)),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the money was promised.",
        ),
        refused(
            "under another's promise",
            &with_promise(),
            ask(ReceiveMatch { funder: GROUP, ..fulfils(1) }),
            WrongKind,
            "secured",
            "Choose a promise of this funder, source and project: ms_00000bf is another.",
        ),
        refused(
            "more than was promised",
            &and(&with_promise(), &[ask(fulfils(600))]),
            ask(fulfils(401)),
            OverAward,
            "amount",
            "Enter at most £400.00 under ms_00000bf, and what is more as a receipt of its own.",
        ),
        accepted("without a promise", &town(), ask(receive(1)), "MatchReceived", "secured: None"),
        accepted("all that was promised", &with_promise(), ask(fulfils(1_000)), "MatchReceived", ""),
    ]);
}

#[test]
fn match_funding_is_taken_back_up_to_what_was_received() {
    let received = and(&town(), &[ask(receive(500))]);
    let take = |amount| ReturnMatch { receipt: id::<MatchReceiptId>(11), amount: pounds(amount), reason: None };
    check(vec![
        refused("nothing", &received, ask(take(0)), BadInput, "amount", "Enter an amount of more than £0.00."),
        refused(
            "of no such receipt",
            &town(),
            ask(take(1)),
            NotFound,
            "receipt",
            "Choose a receipt of this ledger: there is no mr_00000bp in it.",
        ),
        refused(
            "before it was received",
            &received,
            on("2012-04-15", take(1)),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the money was received.",
        ),
        refused(
            "more than is left",
            &and(&received, &[ask(take(200))]),
            ask(take(301)),
            OverPayment,
            "amount",
            "Return at most £300.00: no more is left of this receipt.",
        ),
        accepted(
            "all of it",
            &received,
            ask(take(500)),
            "MatchReturned",
            "project: ProjectId(Position(10)), source: Private",
        ),
    ]);
}

#[test]
fn a_surplus_is_put_back_by_an_operator_into_a_project() {
    let reinvest = |amount| ReinvestSurplus { project: SHED, operator: FOUNDRY, amount: pounds(amount), words: None };
    check(vec![
        refused("nothing", &town(), ask(reinvest(0)), BadInput, "amount", "Enter an amount of more than £0.00."),
        refused(
            "by nobody",
            &town(),
            ask(ReinvestSurplus { operator: id(99), ..reinvest(1) }),
            NotFound,
            "operator",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        accepted("something", &town(), ask(reinvest(1)), "SurplusReinvested", ""),
    ]);
}

#[test]
fn help_in_kind_is_given_by_public_bodies() {
    check(vec![
        refused(
            "worth nothing",
            &town(),
            ask(give_in_kind(COUNCIL, SHED, 0)),
            BadInput,
            "value",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "for no such project",
            &town(),
            ask(GiveInKind { project: id(99), ..give_in_kind(COUNCIL, SHED, 1) }),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused(
            "by a business",
            &town(),
            ask(give_in_kind(FOUNDRY, SHED, 1)),
            WrongKind,
            "giver",
            "Record it as a pledge (MakePledge): Foundry Ltd is no public body.",
        ),
        accepted("by a partner", &town(), ask(give_in_kind(COUNCIL, SHED, 375)), "InKindGiven", "StaffTime"),
        accepted("by a public body that is no partner", &town(), ask(give_in_kind(HEALTH, SHED, 1)), "InKindGiven", ""),
    ]);
}

#[test]
fn a_balance_is_brought_forward_of_a_fund_or_of_a_project() {
    let of_project = BringForward {
        fund: None,
        project: Some(SHED),
        line: OpeningLine::Grants,
        financial_year: None,
        amount: pounds(8_000),
        source: None,
    };
    let of_fund = BringForward {
        fund: Some(WARD_FUND),
        project: None,
        line: OpeningLine::Awarded,
        financial_year: Some(year("2012-13")),
        ..of_project.clone()
    };
    check(vec![
        refused(
            "nothing",
            &town(),
            ask(BringForward { amount: Pence(0), ..of_fund.clone() }),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "awards without their year",
            &town(),
            ask(BringForward { financial_year: None, ..of_fund.clone() }),
            BadInput,
            "fund",
            "Enter the fund and the financial year of its budget, and no project.",
        ),
        refused(
            "grants of a fund",
            &town(),
            ask(BringForward { line: OpeningLine::Grants, ..of_fund.clone() }),
            BadInput,
            "project",
            "Enter the project, and neither a fund nor a financial year.",
        ),
        refused(
            "of no such project",
            &town(),
            ask(BringForward { project: Some(id(99)), ..of_project.clone() }),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused(
            "more than the budget has left",
            &with_grant(),
            ask(BringForward { amount: pounds(8_001), ..of_fund.clone() }),
            OverBudget,
            "",
            "Free £1.00 of the budget of Ward fund for 2012-13 first: it would be overspent by that much.",
        ),
        accepted("of a fund", &with_grant(), ask(of_fund.clone()), "OpeningBalance", "Awarded"),
        accepted("of a project", &town(), ask(of_project), "OpeningBalance", "Grants"),
    ]);
    let books = books_of(&and(&with_grant(), &[ask(of_fund)]));
    assert_eq!(books.funds.left(WARD_FUND, year("2012-13")), Some(Pence::ZERO));
}
