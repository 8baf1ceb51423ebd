//! Applications, proposals, awards, and what happens to a grant before it is paid.

use coledger::domain::command::{
    ApplyForGrant, AwardGrant, DeclineGrant, MeetGrantCondition, ProposeGrant, ReportOnGrant, ReturnGrant,
    SetGrantCondition, VaryGrant, WithdrawGrant,
};
use coledger::domain::event::FundingShare;
use coledger::domain::grants::GrantStatus;
use coledger::domain::ids::{ApplicationId, ConditionId, GrantId, ProposalId};
use coledger::domain::money::Pence;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, AlreadyRejected, BadInput, Closed, DoesNotAddUp, InTheFuture, NotFound, NothingToDo,
    OutsideFundLimits, OverAward, OverBudget, TooEarly, WrongKind,
};

use super::town::{GRANT, GROUP, SHED, WARD_FUND, YOUTH_FUND, town, with_grant};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{Asked, ask, award, books_of, id, on, open_fund, pay, pounds, propose, share};

pub(super) fn apply() -> ApplyForGrant {
    ApplyForGrant {
        applicant: GROUP,
        project: Some(SHED),
        fund: Some(WARD_FUND),
        amount: pounds(3_000),
        purpose: "Tools".into(),
        reference: Some("A-1".into()),
    }
}

pub(super) fn decline(application: ApplicationId) -> DeclineGrant {
    DeclineGrant { application, reason: "Not this year".into() }
}

pub(super) fn ward(amount: i64) -> Vec<FundingShare> {
    vec![share(WARD_FUND, "2012-13", amount)]
}

pub(super) fn grant_of(amount: i64) -> AwardGrant {
    award(GROUP, SHED, ward(amount))
}

fn vary(change: i64, funding: Vec<FundingShare>) -> VaryGrant {
    VaryGrant { grant: GRANT, change: pounds(change), funding, reason: None }
}

pub(super) fn withdraw(grant: GrantId) -> WithdrawGrant {
    WithdrawGrant { grant, reason: None }
}

/// The town, an application at 11 and a proposal of £9,000.00 that answers it at 12.
pub(super) fn with_proposal() -> Vec<Asked> {
    let proposal = ProposeGrant { application: Some(id(11)), ..propose(GROUP, SHED, ward(9_000)) };
    and(&town(), &[ask(apply()), ask(proposal)])
}

pub(super) const APPLICATION: u64 = 11;
pub(super) const PROPOSAL: u64 = 12;

pub(super) fn of_proposal(amount: i64) -> AwardGrant {
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
fn a_proposal_is_awarded_for_the_application_that_it_answers() {
    check(vec![refused(
        "awarded with the proposal that answers another",
        &and(&with_proposal(), &[ask(ApplyForGrant { reference: None, ..apply() })]),
        ask(AwardGrant { application: Some(id(13)), ..of_proposal(9_000) }),
        WrongKind,
        "application",
        "Name ga_00000b8 or none: that is the application that gp_00000ch answers.",
    )]);
}

#[test]
fn a_condition_is_met_once_and_after_it_was_set() {
    let condition = SetGrantCondition { grant: GRANT, condition: "Accounts filed".into(), due: None };
    let set = and(&with_grant(), &[on("2012-05-01", condition.clone())]);
    let meet = || MeetGrantCondition { condition: id::<ConditionId>(12), evidence: None };
    let fulfilled = and(&set, &[on("2012-05-02", meet())]);
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
            &fulfilled,
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
fn a_variation_says_what_changes_of_a_grant_that_stands() {
    let pooled = award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 500), share(YOUTH_FUND, "2012-13", 500)]);
    let pooled = and(&town(), &[ask(pooled)]);
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
    ]);
}

/// A grant at 12 of £5,000.00 each of the ward fund and of a fund without limit, paid, of which £4,000.00 came back; and
/// what the ward fund has left then is awarded again.
fn returned_and_spent() -> Vec<Asked> {
    let halves = vec![share(WARD_FUND, "2012-13", 5_000), share(id(11), "2012-13", 5_000)];
    let back = ReturnGrant { payment: id(13), amount: pounds(4_000), reason: None };
    let more = [
        ask(open_fund("Parish fund")),
        ask(award(GROUP, SHED, halves)),
        ask(pay(id(12), pounds(10_000))),
        ask(back),
        ask(grant_of(7_000)),
    ];
    and(&town(), &more)
}

#[test]
fn a_variation_stays_between_what_is_paid_and_what_is_left() {
    let paid = and(&with_grant(), &[ask(pay(GRANT, pounds(1_500)))]);
    let pooled = award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 500), share(YOUTH_FUND, "2012-13", 500)]);
    let pooled = and(&town(), &[ask(pooled)]);
    let shift = vec![share(WARD_FUND, "2012-13", -501), share(YOUTH_FUND, "2012-13", 501)];
    let youth = |amount| vec![share(YOUTH_FUND, "2012-13", amount)];
    check(vec![
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
fn a_variation_keeps_the_limits_of_every_budget_that_it_touches() {
    let youth = |amount| vec![share(YOUTH_FUND, "2012-13", amount)];
    check(vec![
        refused(
            "less of another fund than its minimum",
            &with_grant(),
            ask(vary(99, youth(99))),
            OutsideFundLimits,
            "funding",
            "Take at least £100.00 from Youth fund: that is its minimum.",
        ),
        refused(
            "so that less comes back to a budget that is spent again",
            &returned_and_spent(),
            ask(VaryGrant { grant: id(12), ..vary(10_000, vec![share(id(11), "2012-13", 10_000)]) }),
            OverBudget,
            "funding",
            "Free £1,000.00 of the budget of Ward fund for 2012-13 first: it would be overspent by that much.",
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
