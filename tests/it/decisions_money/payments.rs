//! Payments of grants, what comes back of them, and what budgets show of both.

use coledger::domain::command::{AgreeRentInKind, PayGrant, ReturnGrant, WithdrawGrant};
use coledger::domain::event::{PaymentMethod, Premises};
use coledger::domain::ids::PaymentId;
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode::{
    BadInput, Closed, InTheFuture, NotFound, OverAward, OverPayment, OverRent, TooEarly,
};

use super::town::{COUNCIL, GRANT, GROUP, SHED, WARD_FUND, YOUTH_FUND, town, with_grant};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{ask, award, books_of, day, id, on, pay, pounds, share, year};

fn offset() -> PayGrant {
    PayGrant {
        method: PaymentMethod::RentOffset,
        agreement: Some(id(99)),
        period_from: Some(day("2012-06-01")),
        period_to: Some(day("2013-03-31")),
        ..pay(GRANT, pounds(800))
    }
}

fn rent_in_kind() -> AgreeRentInKind {
    AgreeRentInKind {
        premises: Premises { name: "The old hall".into(), uprn: None },
        landlord: Some(COUNCIL),
        occupier: GROUP,
        project: SHED,
        share_bp: BasisPoints(10_000),
        market_rent: pounds(6_200),
        charged_rent: pounds(1_000),
        valuation: None,
        term_ends: None,
    }
}

fn give_back(amount: i64) -> ReturnGrant {
    ReturnGrant { payment: id::<PaymentId>(12), amount: pounds(amount), reason: None }
}

#[test]
fn a_payment_is_of_something_in_cash_or_of_rent_for_a_period() {
    check(vec![
        refused(
            "of nothing",
            &with_grant(),
            ask(pay(GRANT, Pence(0))),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "in cash, of rent",
            &with_grant(),
            ask(PayGrant { method: PaymentMethod::Cash, ..offset() }),
            BadInput,
            "method",
            "Leave out the agreement and the period, or enter RENT_OFFSET: cash pays no rent.",
        ),
        refused(
            "by rent offset without its period",
            &with_grant(),
            ask(PayGrant { period_to: None, ..offset() }),
            BadInput,
            "agreement",
            "Enter the agreement whose rent is paid, and the first and last day that it is paid for.",
        ),
        refused(
            "by rent offset, backwards",
            &with_grant(),
            ask(PayGrant { period_to: Some(day("2012-05-31")), ..offset() }),
            TooEarly,
            "periodTo",
            "Enter 2012-06-01 or a later day: it cannot end before it begins.",
        ),
    ]);
}

#[test]
fn payments_never_exceed_what_is_awarded_and_not_withdrawn() {
    let withdraw = WithdrawGrant { grant: GRANT, reason: None };
    let withdrawn = and(&with_grant(), &[ask(pay(GRANT, pounds(500))), on("2012-05-01", withdraw)]);
    let twice = and(&with_grant(), &[ask(pay(GRANT, pounds(1_500)))]);
    check(vec![
        refused(
            "in the future",
            &with_grant(),
            on("2014-04-02", pay(GRANT, pounds(1))),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "of no such grant",
            &town(),
            ask(pay(GRANT, pounds(1))),
            NotFound,
            "grant",
            "Choose a grant of this ledger: there is no gr_00000b6 in it.",
        ),
        refused(
            "before the award",
            &with_grant(),
            on("2012-04-15", pay(GRANT, pounds(1))),
            TooEarly,
            "effective",
            "Enter 2012-04-16 or a later day: that is when the grant was awarded.",
        ),
        refused(
            "after the rest was withdrawn",
            &withdrawn,
            on("2012-05-02", pay(GRANT, pounds(1))),
            Closed,
            "grant",
            "Award a new grant: what was not paid of this one was withdrawn on 2012-05-01.",
        ),
        refused(
            "more than is left to pay",
            &twice,
            ask(pay(GRANT, Pence(50_001))),
            OverAward,
            "amount",
            "Pay at most £500.00: so much of this grant is not paid yet.",
        ),
        refused(
            "of more rent than is charged",
            &and(&with_grant(), &[on("2012-06-01", rent_in_kind())]),
            on("2012-12-03", PayGrant { agreement: Some(id(12)), amount: pounds(834), ..offset() }),
            OverRent,
            "amount",
            "Set at most £832.88 against this rent: no more than is charged from 2012-06-01 to 2013-03-31, less what was offset before.",
        ),
        accepted(
            "of rent that is charged",
            &and(&with_grant(), &[on("2012-06-01", rent_in_kind())]),
            on("2012-12-03", PayGrant { agreement: Some(id(12)), ..offset() }),
            "GrantPaid",
            "method: RentOffset",
        ),
        accepted(
            "all that is left to pay",
            &twice,
            ask(pay(GRANT, pounds(500))),
            "GrantPaid",
            "project: ProjectId(Position(10))",
        ),
    ]);
}

#[test]
fn returns_never_exceed_the_payment_and_are_not_paid_out_again() {
    let paid = and(&with_grant(), &[on("2012-05-01", pay(GRANT, pounds(2_000)))]);
    let returned = and(&paid, &[on("2012-06-01", give_back(450))]);
    check(vec![
        refused(
            "of nothing",
            &paid,
            on("2012-06-01", give_back(0)),
            BadInput,
            "amount",
            "Enter an amount of more than £0.00.",
        ),
        refused(
            "of no such payment",
            &with_grant(),
            on("2012-06-01", give_back(1)),
            NotFound,
            "payment",
            "Choose a payment of this ledger: there is no pa_00000cm in it.",
        ),
        refused(
            "before the payment",
            &paid,
            on("2012-04-30", give_back(1)),
            TooEarly,
            "effective",
            "Enter 2012-05-01 or a later day: that is when the payment was made.",
        ),
        refused(
            "more than is left of it",
            &returned,
            on("2012-06-01", give_back(1_551)),
            OverPayment,
            "amount",
            "Return at most £1,550.00: no more is left of this payment.",
        ),
        refused(
            "what was returned is paid out again",
            &returned,
            on("2012-06-01", pay(GRANT, pounds(450))),
            OverAward,
            "amount",
            "Pay at most £0.00: so much of this grant is not paid yet.",
        ),
        accepted(
            "all that is left of it",
            &returned,
            on("2012-06-01", give_back(1_550)),
            "GrantReturned",
            "grant: GrantId(Position(11)), project: ProjectId(Position(10))",
        ),
    ]);
}

/// Three budgets give a third each, to the penny; what is paid, withdrawn and returned is divided the same way.
#[test]
fn payments_withdrawals_and_returns_are_divided_over_the_budgets_to_the_penny() {
    let shares =
        vec![share(WARD_FUND, "2012-13", 100), share(YOUTH_FUND, "2012-13", 100), share(WARD_FUND, "2013-14", 100)];
    let given = and(
        &town(),
        &[
            ask(award(GROUP, SHED, shares)),
            ask(pay(GRANT, Pence(10_000))),
            on("2014-03-31", give_back(1)),
            ask(WithdrawGrant { grant: GRANT, reason: None }),
        ],
    );
    let books = books_of(&given);
    let held = |fund, text| books.funds.budget(fund, year(text)).held;
    let parts = [held(WARD_FUND, "2012-13"), held(WARD_FUND, "2013-14"), held(YOUTH_FUND, "2012-13")];
    assert_eq!(parts.map(|held| held.paid), [Pence(3_334), Pence(3_333), Pence(3_333)]);
    assert_eq!(parts.map(|held| held.withdrawn), [Pence(6_666), Pence(6_667), Pence(6_667)]);
    assert_eq!(parts.map(|held| held.returned), [Pence(34), Pence(33), Pence(33)]);
    assert!(parts.iter().all(|held| held.committed() == Pence::ZERO));
    let left = books.funds.left(WARD_FUND, year("2012-13"));
    assert_eq!(left, Some(Pence(1_000_000 - 3_334 + 34)), "a return goes back to the year of the award");
}
