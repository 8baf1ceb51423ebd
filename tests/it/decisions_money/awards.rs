//! Awards: that they add up, go to who is open, and stay within limits, budgets and proposals.

use coledger::domain::command::{AwardGrant, ChangeFund, CloseOrganisation};
use coledger::domain::event::Instalment;
use coledger::domain::grants::{Proposal, ProposalStatus};
use coledger::domain::ids::{ApplicationId, FundId};
use coledger::domain::money::Pence;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, AlreadyRejected, BadInput, Closed, DoesNotAddUp, InTheFuture, NotFound, OutsideFundLimits,
    OverBudget, TooEarly, WrongKind,
};

use super::grants::{APPLICATION, PROPOSAL, decline, grant_of, of_proposal, ward, with_proposal, withdraw};
use super::town::{FOUNDRY, GRANT, GROUP, SHED, WARD_FUND, YOUTH_FUND, town, with_grant};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{Asked, ask, award, books_of, day, id, on, pounds, propose, set_budget, share, year};

#[test]
fn an_award_adds_up_on_its_own() {
    let due = |amount| Instalment { due: day("2012-06-01"), amount: pounds(amount), condition: None };
    check(vec![
        refused("of nothing", &town(), ask(grant_of(0)), BadInput, "amount", "Enter an amount of more than £0.00."),
        refused(
            "backwards",
            &town(),
            ask(AwardGrant { starts: Some(day("2012-05-01")), ends: Some(day("2012-04-30")), ..grant_of(100) }),
            TooEarly,
            "ends",
            "Enter 2012-05-01 or a later day: it cannot end before it begins.",
        ),
        refused(
            "from no budget",
            &town(),
            ask(AwardGrant { funding: vec![], ..grant_of(100) }),
            DoesNotAddUp,
            "funding",
            "Name at least one budget that it is taken from.",
        ),
        refused(
            "with a share of nothing",
            &town(),
            ask(award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 100), share(YOUTH_FUND, "2012-13", 0)])),
            BadInput,
            "funding",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "with a budget twice",
            &town(),
            ask(award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 100), share(WARD_FUND, "2012-13", 100)])),
            BadInput,
            "funding",
            "Name fu_000006g for 2012-13 once: it is in the list twice.",
        ),
        refused(
            "with shares that do not add up",
            &town(),
            ask(AwardGrant { amount: pounds(101), ..grant_of(100) }),
            DoesNotAddUp,
            "funding",
            "Make the budgets' shares add up to £101.00: they come to £100.00.",
        ),
        refused(
            "with instalments that do not add up",
            &town(),
            ask(AwardGrant { instalments: vec![due(40), due(50)], ..grant_of(100) }),
            DoesNotAddUp,
            "instalments",
            "Make the instalments add up to £100.00: they come to £90.00.",
        ),
        refused(
            "with more set against rent than is awarded",
            &town(),
            ask(AwardGrant { rent_offset: Some(pounds(101)), ..grant_of(100) }),
            DoesNotAddUp,
            "rentOffset",
            "Set at most £100.00 against rent: that is the whole grant.",
        ),
        accepted(
            "with all in order",
            &town(),
            ask(AwardGrant { instalments: vec![due(40), due(60)], rent_offset: Some(pounds(100)), ..grant_of(100) }),
            "GrantAwarded",
            "amount: Pence(10000)",
        ),
    ]);
}

#[test]
fn an_award_goes_to_who_and_what_is_open_and_has_an_identifier_of_its_own() {
    let closed = and(&town(), &[ask(CloseOrganisation { organisation: FOUNDRY, reason: None })]);
    let published = AwardGrant { reference: Some("360G-EX-1".into()), ..grant_of(100) };
    check(vec![
        refused(
            "in the future",
            &town(),
            on("2014-04-02", grant_of(100)),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "to nobody",
            &town(),
            ask(award(id(99), SHED, ward(100))),
            NotFound,
            "recipient",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        refused(
            "to one that closed",
            &closed,
            ask(award(FOUNDRY, SHED, ward(100))),
            Closed,
            "recipient",
            "Choose another organisation: Foundry Ltd closed on 2012-04-16.",
        ),
        refused(
            "for no such project",
            &town(),
            ask(award(GROUP, id(99), ward(100))),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused(
            "with the identifier of another",
            &and(&town(), &[ask(published.clone())]),
            ask(published.clone()),
            AlreadyExists,
            "reference",
            "Give it a reference of its own: gr_00000b6 has this one already.",
        ),
        accepted("with all in order", &town(), ask(published), "GrantAwarded", "360G-EX-1"),
    ]);
}

#[test]
fn an_award_stays_within_its_funds_limits() {
    let youth = |amount| ask(award(GROUP, SHED, vec![share(YOUTH_FUND, "2012-13", amount)]));
    check(vec![
        refused(
            "from no such fund",
            &town(),
            ask(award(GROUP, SHED, vec![share(id::<FundId>(99), "2012-13", 1)])),
            NotFound,
            "funding",
            "Choose a fund of this ledger: there is no fu_000033p in it.",
        ),
        refused(
            "below the minimum",
            &town(),
            youth(99),
            OutsideFundLimits,
            "funding",
            "Take at least £100.00 from Youth fund: that is its minimum.",
        ),
        refused(
            "above the maximum",
            &town(),
            youth(5_001),
            OutsideFundLimits,
            "funding",
            "Take at most £5,000.00 from Youth fund: that is its maximum.",
        ),
    ]);
}

#[test]
fn an_award_stays_within_what_is_left_of_its_budgets() {
    let proposed = and(&town(), &[ask(propose(GROUP, SHED, ward(9_000)))]);
    let withdrawn = and(&with_grant(), &[ask(withdraw(GRANT))]);
    let unset = award(GROUP, SHED, vec![share(WARD_FUND, "2013-14", 1_000_000)]);
    check(vec![
        refused(
            "more than the budget",
            &town(),
            ask(grant_of(10_001)),
            OverBudget,
            "funding",
            "Take at most £10,000.00 from Ward fund for 2012-13: so much of its budget is left.",
        ),
        refused(
            "more than is left after an award",
            &with_grant(),
            ask(grant_of(8_001)),
            OverBudget,
            "funding",
            "Take at most £8,000.00 from Ward fund for 2012-13: so much of its budget is left.",
        ),
        refused(
            "more than is left after a proposal",
            &proposed,
            ask(grant_of(1_001)),
            OverBudget,
            "funding",
            "Take at most £1,000.00 from Ward fund for 2012-13: so much of its budget is left.",
        ),
        refused(
            "a proposal of more than is left",
            &proposed,
            ask(propose(GROUP, SHED, ward(1_001))),
            OverBudget,
            "funding",
            "Take at most £1,000.00 from Ward fund for 2012-13: so much of its budget is left.",
        ),
        accepted("what was withdrawn is free again", &withdrawn, ask(grant_of(10_000)), "GrantAwarded", ""),
        accepted("no budget set is no limit", &town(), ask(unset), "GrantAwarded", ""),
        accepted("all that is left", &with_grant(), ask(grant_of(8_000)), "GrantAwarded", ""),
        accepted(
            "from two funds",
            &town(),
            ask(award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 1), share(YOUTH_FUND, "2012-13", 100)])),
            "GrantAwarded",
            "Pence(10100)",
        ),
    ]);
}

#[test]
fn an_award_takes_over_what_its_proposal_held() {
    let application = id::<ApplicationId>(APPLICATION);
    let declined = and(&with_proposal(), &[ask(decline(application))]);
    let awarded = and(&with_proposal(), &[ask(of_proposal(10_000))]);
    check(vec![
        refused(
            "no such proposal",
            &town(),
            ask(AwardGrant { proposal: Some(id(99)), ..grant_of(1) }),
            NotFound,
            "proposal",
            "Choose a proposal of this ledger: there is no gp_0000333 in it.",
        ),
        refused(
            "awarded again",
            &awarded,
            ask(of_proposal(1)),
            AlreadyExists,
            "proposal",
            "Choose another proposal: gp_00000ch was awarded as gr_00000da.",
        ),
        refused(
            "its application was declined",
            &declined,
            ask(of_proposal(1)),
            AlreadyRejected,
            "proposal",
            "Choose another proposal: the application of gp_00000ch was declined.",
        ),
        refused(
            "before it was proposed",
            &with_proposal(),
            on("2012-04-15", of_proposal(1)),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the grant was proposed.",
        ),
        refused(
            "to somebody else",
            &with_proposal(),
            ask(AwardGrant { recipient: FOUNDRY, ..of_proposal(1) }),
            WrongKind,
            "proposal",
            "Award gp_00000ch to or_000003h for pr_00000ak: so it was proposed.",
        ),
        refused(
            "for more than the budget",
            &with_proposal(),
            ask(of_proposal(10_001)),
            OverBudget,
            "funding",
            "Take at most £10,000.00 from Ward fund for 2012-13: so much of its budget is left.",
        ),
        accepted(
            "for all of the budget",
            &with_proposal(),
            ask(of_proposal(10_000)),
            "GrantAwarded",
            "application: Some(ApplicationId(Position(11)))",
        ),
        accepted("declined, it holds nothing", &declined, ask(grant_of(10_000)), "GrantAwarded", ""),
    ]);
    let books = books_of(&awarded);
    let held = books.funds.budget(WARD_FUND, year("2012-13")).held;
    assert_eq!((held.proposed, held.awarded), (Pence::ZERO, pounds(10_000)));
    let status = |given: &[Asked]| books_of(given).grants.proposal(id(PROPOSAL)).map(Proposal::status);
    assert_eq!(status(&with_proposal()), Some(ProposalStatus::Proposed));
    assert_eq!(status(&awarded), Some(ProposalStatus::Awarded));
    assert_eq!(status(&declined), Some(ProposalStatus::Declined));
}

#[test]
fn a_budget_of_nothing_allows_no_award() {
    check(vec![refused(
        "a budget of nothing",
        &and(&town(), &[ask(set_budget(YOUTH_FUND, "2012-13", 0))]),
        ask(award(GROUP, SHED, vec![share(YOUTH_FUND, "2012-13", 100)])),
        OverBudget,
        "funding",
        "Take at most £0.00 from Youth fund for 2012-13: so much of its budget is left.",
    )]);
}

#[test]
fn a_fund_limit_holds_from_its_day_on() {
    let least = ChangeFund {
        fund: WARD_FUND,
        name: None,
        holder: None,
        purpose: None,
        place: None,
        minimum: Some(pounds(500)),
        maximum: None,
    };
    let given = and(&town(), &[on("2013-01-01", least)]);
    let small = || award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 200)]);
    check(vec![
        accepted("before", &given, on("2012-12-31", small()), "GrantAwarded", "Pence(20000)"),
        refused(
            "from then on",
            &given,
            on("2013-01-01", small()),
            OutsideFundLimits,
            "funding",
            "Take at least £500.00 from Ward fund: that is its minimum.",
        ),
    ]);
}
