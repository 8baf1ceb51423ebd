//! Applications, proposals, awards, and what happens to a grant before it is paid.

use coledger::domain::command::{
    ApplyForGrant, AwardGrant, CloseOrganisation, DeclineGrant, MeetGrantCondition, ProposeGrant, ReportOnGrant,
    SetGrantCondition, VaryGrant, WithdrawGrant,
};
use coledger::domain::event::{FundingShare, Instalment};
use coledger::domain::grants::{GrantStatus, ProposalStatus};
use coledger::domain::ids::{ApplicationId, ConditionId, FundId, GrantId, ProposalId};
use coledger::domain::money::Pence;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, AlreadyRejected, BadInput, Closed, DoesNotAddUp, InTheFuture, NotFound, NothingToDo,
    OutsideFundLimits, OverAward, OverBudget, TooEarly, WrongKind,
};

use super::town::{FOUNDRY, GRANT, GROUP, SHED, WARD_FUND, YOUTH_FUND, town, with_grant};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{
    Asked, ask, award, books_of, day, id, on, pay, pounds, propose, set_budget, share, year,
};

fn apply() -> ApplyForGrant {
    ApplyForGrant {
        applicant: GROUP,
        project: Some(SHED),
        fund: Some(WARD_FUND),
        amount: pounds(3_000),
        purpose: "Tools".into(),
        reference: Some("A-1".into()),
    }
}

fn decline(application: ApplicationId) -> DeclineGrant {
    DeclineGrant { application, reason: "Not this year".into() }
}

fn ward(amount: i64) -> Vec<FundingShare> {
    vec![share(WARD_FUND, "2012-13", amount)]
}

fn grant_of(amount: i64) -> AwardGrant {
    award(GROUP, SHED, ward(amount))
}

fn vary(change: i64, funding: Vec<FundingShare>) -> VaryGrant {
    VaryGrant { grant: GRANT, change: pounds(change), funding, reason: None }
}

fn withdraw(grant: GrantId) -> WithdrawGrant {
    WithdrawGrant { grant, reason: None }
}

/// The town, an application at 11 and a proposal of £9,000.00 that answers it at 12.
fn with_proposal() -> Vec<Asked> {
    let proposal = ProposeGrant { application: Some(id(11)), ..propose(GROUP, SHED, ward(9_000)) };
    and(&town(), &[ask(apply()), ask(proposal)])
}

const APPLICATION: u64 = 11;
const PROPOSAL: u64 = 12;

fn of_proposal(amount: i64) -> AwardGrant {
    AwardGrant { proposal: Some(id::<ProposalId>(PROPOSAL)), ..grant_of(amount) }
}

#[test]
fn an_application_is_made_by_who_exists_for_what_exists() {
    check(vec![
        refused(
            "for nothing",
            &town(),
            ask(ApplyForGrant { amount: Pence(0), ..apply() }),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "in the future",
            &town(),
            on("2014-04-02", apply()),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "by nobody",
            &town(),
            ask(ApplyForGrant { applicant: id(99), ..apply() }),
            NotFound,
            "applicant",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        refused(
            "for no such project",
            &town(),
            ask(ApplyForGrant { project: Some(id(99)), ..apply() }),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused(
            "from no such fund",
            &town(),
            ask(ApplyForGrant { fund: Some(id(99)), ..apply() }),
            NotFound,
            "fund",
            "Choose a fund of this ledger: there is no fu_000033p in it.",
        ),
        refused(
            "with the reference of another",
            &and(&town(), &[ask(apply())]),
            ask(apply()),
            AlreadyExists,
            "reference",
            "Give it a reference of its own: ga_00000b8 has this one already.",
        ),
        accepted("with all in order", &town(), ask(apply()), "GrantApplied", "A-1"),
    ]);
}

#[test]
fn an_application_has_one_answer() {
    let application = id::<ApplicationId>(APPLICATION);
    let declined = and(&town(), &[ask(apply()), ask(decline(application))]);
    let awarded = and(&with_proposal(), &[ask(of_proposal(9_000))]);
    let answer = || AwardGrant { application: Some(application), ..grant_of(100) };
    check(vec![
        refused(
            "no such application",
            &town(),
            ask(decline(id(99))),
            NotFound,
            "application",
            "Choose an application of this ledger: there is no ga_000033m in it.",
        ),
        refused(
            "declined before it was made",
            &and(&town(), &[ask(apply())]),
            on("2012-04-15", decline(application)),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the application was made.",
        ),
        refused(
            "declined again",
            &declined,
            ask(decline(application)),
            AlreadyRejected,
            "application",
            "Choose another application: ga_00000b8 was declined on 2012-04-16.",
        ),
        refused(
            "awarded after it was declined",
            &declined,
            ask(answer()),
            AlreadyRejected,
            "application",
            "Choose another application: ga_00000b8 was declined on 2012-04-16.",
        ),
        refused(
            "declined after it was awarded",
            &awarded,
            ask(decline(application)),
            AlreadyExists,
            "application",
            "Choose another application: ga_00000b8 was awarded as gr_00000da.",
        ),
        refused(
            "proposed again",
            &with_proposal(),
            ask(ProposeGrant { application: Some(application), ..propose(GROUP, SHED, ward(100)) }),
            AlreadyExists,
            "application",
            "Award the proposal gp_00000ch, or reverse it: it answers ga_00000b8 and holds its budgets.",
        ),
        refused(
            "awarded without its proposal",
            &with_proposal(),
            ask(answer()),
            AlreadyExists,
            "application",
            "Award the proposal gp_00000ch, or reverse it: it answers ga_00000b8 and holds its budgets.",
        ),
        accepted(
            "declined",
            &and(&town(), &[ask(apply())]),
            ask(decline(application)),
            "GrantDeclined",
            "Not this year",
        ),
        accepted("awarded", &and(&town(), &[ask(apply())]), ask(answer()), "GrantAwarded", "application: Some"),
    ]);
}

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
fn an_award_stays_within_its_funds_limits_and_budgets() {
    let youth = |amount| ask(award(GROUP, SHED, vec![share(YOUTH_FUND, "2012-13", amount)]));
    let proposed = and(&town(), &[ask(propose(GROUP, SHED, ward(9_000)))]);
    let withdrawn = and(&with_grant(), &[ask(withdraw(GRANT))]);
    let unset = award(GROUP, SHED, vec![share(WARD_FUND, "2013-14", 1_000_000)]);
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
    let status =
        |given: &[Asked]| books_of(given).grants.proposal(id(PROPOSAL)).map(coledger::domain::grants::Proposal::status);
    assert_eq!(status(&with_proposal()), Some(ProposalStatus::Proposed));
    assert_eq!(status(&awarded), Some(ProposalStatus::Awarded));
    assert_eq!(status(&declined), Some(ProposalStatus::Declined));
}

#[test]
fn a_condition_is_met_once_and_after_it_was_set() {
    let condition = SetGrantCondition { grant: GRANT, condition: "Accounts filed".into(), due: None };
    let set = and(&with_grant(), &[on("2012-05-01", condition.clone())]);
    let meet = || MeetGrantCondition { condition: id::<ConditionId>(12), evidence: None };
    let met = and(&set, &[on("2012-05-02", meet())]);
    check(vec![
        refused(
            "set on no such grant",
            &town(),
            ask(condition.clone()),
            NotFound,
            "grant",
            "Choose a grant of this ledger: there is no gr_00000b6 in it.",
        ),
        refused(
            "set before the award",
            &with_grant(),
            on("2012-04-15", condition.clone()),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the grant was awarded.",
        ),
        refused(
            "set on a grant that was withdrawn",
            &and(&with_grant(), &[ask(withdraw(GRANT))]),
            ask(condition.clone()),
            Closed,
            "grant",
            "Award a new grant: gr_00000b6 was withdrawn on 2012-04-16.",
        ),
        refused(
            "no such condition",
            &with_grant(),
            ask(meet()),
            NotFound,
            "condition",
            "Choose a condition of this ledger: there is no gc_00000cw in it.",
        ),
        refused(
            "met again",
            &met,
            on("2012-05-03", meet()),
            NothingToDo,
            "condition",
            "Nothing is left to do: this condition was met on 2012-05-02.",
        ),
        refused(
            "met before it was set",
            &set,
            on("2012-04-30", meet()),
            TooEarly,
            "effective",
            "Enter 2012-05-01 or a later day: that is when the condition was set.",
        ),
        accepted("set", &with_grant(), ask(condition), "GrantConditionSet", "Accounts filed"),
        accepted("met", &set, on("2012-05-01", meet()), "GrantConditionMet", "grant: GrantId(Position(11))"),
    ]);
}

#[test]
fn a_variation_adds_up_and_stays_between_what_is_paid_and_what_is_left() {
    let paid = and(&with_grant(), &[ask(pay(GRANT, pounds(1_500)))]);
    let pooled = award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 500), share(YOUTH_FUND, "2012-13", 500)]);
    let pooled = and(&town(), &[ask(pooled)]);
    let shift = vec![share(WARD_FUND, "2012-13", -501), share(YOUTH_FUND, "2012-13", 501)];
    let youth = |amount| vec![share(YOUTH_FUND, "2012-13", amount)];
    check(vec![
        refused(
            "of nothing",
            &with_grant(),
            ask(vary(0, vec![])),
            NothingToDo,
            "change",
            "Enter what is added to the award, or taken from it with a minus.",
        ),
        refused(
            "before the award",
            &with_grant(),
            on("2012-04-15", vary(1, vec![])),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the grant was awarded.",
        ),
        refused(
            "after it was withdrawn",
            &and(&with_grant(), &[ask(withdraw(GRANT))]),
            ask(vary(1, vec![])),
            Closed,
            "grant",
            "Award a new grant: gr_00000b6 was withdrawn on 2012-04-16.",
        ),
        refused(
            "of several budgets without a word which",
            &pooled,
            ask(vary(1, vec![])),
            DoesNotAddUp,
            "funding",
            "Say which budgets change, and by how much: the grant is taken from several.",
        ),
        refused(
            "that does not add up",
            &with_grant(),
            ask(vary(2, ward(1))),
            DoesNotAddUp,
            "funding",
            "Make the budgets' shares add up to £2.00: they come to £1.00.",
        ),
        refused(
            "below what is paid",
            &paid,
            ask(vary(-501, vec![])),
            OverAward,
            "change",
            "Take off at most £500.00: the rest of this grant is paid.",
        ),
        refused(
            "more off a budget than it gives",
            &pooled,
            ask(vary(0, shift)),
            DoesNotAddUp,
            "funding",
            "Take off at most £500.00 of Ward fund for 2012-13: it gives no more to this grant.",
        ),
        refused(
            "above the fund's maximum",
            &pooled,
            ask(vary(4_501, youth(4_501))),
            OutsideFundLimits,
            "funding",
            "Take at most £5,000.00 from Youth fund: that is its maximum.",
        ),
        refused(
            "more than the budget has left",
            &with_grant(),
            ask(vary(8_001, vec![])),
            OverBudget,
            "funding",
            "Take at most £8,000.00 from Ward fund for 2012-13: so much of its budget is left.",
        ),
        accepted(
            "down to what is paid, of the only budget",
            &paid,
            ask(vary(-500, vec![])),
            "GrantVaried",
            "funding: [FundingShare { fund: FundId(Position(6)), budget_year: FinancialYear(2012), amount: Pence(-50000) }]",
        ),
        accepted(
            "up to what is left",
            &with_grant(),
            ask(vary(8_000, vec![])),
            "GrantVaried",
            "project: ProjectId(Position(10))",
        ),
        accepted(
            "from one budget to another",
            &with_grant(),
            ask(vary(0, vec![share(WARD_FUND, "2012-13", -200), share(YOUTH_FUND, "2012-13", 200)])),
            "GrantVaried",
            "change: Pence(0)",
        ),
    ]);
}

#[test]
fn a_withdrawal_takes_what_is_not_paid() {
    let paid = and(&with_grant(), &[ask(pay(GRANT, pounds(1_500)))]);
    check(vec![
        refused(
            "before the award",
            &with_grant(),
            on("2012-04-15", withdraw(GRANT)),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the grant was awarded.",
        ),
        refused(
            "all is paid",
            &and(&with_grant(), &[ask(pay(GRANT, pounds(2_000)))]),
            ask(withdraw(GRANT)),
            NothingToDo,
            "grant",
            "Nothing is left to withdraw: all of this grant is paid.",
        ),
        refused(
            "withdrawn before",
            &and(&paid, &[ask(withdraw(GRANT))]),
            ask(withdraw(GRANT)),
            NothingToDo,
            "grant",
            "Nothing is left to withdraw: this grant was withdrawn on 2012-04-16.",
        ),
        accepted(
            "a part is paid",
            &paid,
            ask(withdraw(GRANT)),
            "GrantWithdrawn",
            "project: ProjectId(Position(10)), unpaid: Pence(50000)",
        ),
    ]);
}

#[test]
fn a_report_says_what_was_spent_and_what_was_not() {
    let report = |spent, unspent| ReportOnGrant {
        grant: GRANT,
        spent: Pence(spent),
        unspent: Pence(unspent),
        words: "Tools bought".into(),
    };
    check(vec![
        refused(
            "spent below nothing",
            &with_grant(),
            ask(report(-1, 0)),
            BadInput,
            "spent",
            "Enter an amount of £0.00 or more.",
        ),
        refused(
            "unspent below nothing",
            &with_grant(),
            ask(report(0, -1)),
            BadInput,
            "unspent",
            "Enter an amount of £0.00 or more.",
        ),
        refused(
            "on no such grant",
            &town(),
            ask(report(1, 0)),
            NotFound,
            "grant",
            "Choose a grant of this ledger: there is no gr_00000b6 in it.",
        ),
        accepted("nothing spent yet", &with_grant(), ask(report(0, 0)), "GrantReported", "Tools bought"),
    ]);
}

#[test]
fn a_grant_says_how_far_it_has_come() {
    let status = |more: &[Asked]| {
        books_of(&and(&with_grant(), more)).grants.get(GRANT).map(coledger::domain::grants::Grant::status)
    };
    assert_eq!(status(&[]), Some(GrantStatus::Awarded));
    assert_eq!(status(&[ask(pay(GRANT, pounds(1)))]), Some(GrantStatus::PartPaid));
    assert_eq!(status(&[ask(pay(GRANT, pounds(2_000)))]), Some(GrantStatus::Paid));
    assert_eq!(status(&[ask(withdraw(GRANT))]), Some(GrantStatus::Withdrawn));
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
