//! Not yet written. Each name leaves this list when its file holds it.

use super::books::Books;
use super::command::{
    AgreeContract, ApplyForGrant, AwardGrant, BringForward, CarryBudgetForward, ChangeFund, Context, DeclineGrant,
    EndContract, GiveInKind, MeetGrantCondition, MoveBudget, OpenFund, PayContract, PayGrant, ProposeGrant,
    ReceiveIntoFund, ReceiveMatch, ReinvestSurplus, ReportOnGrant, ReturnGrant, ReturnMatch, SecureMatch, SetBudget,
    SetGrantCondition, VaryGrant, WithdrawGrant,
};
use super::decide::Decide;
use super::event::{
    BudgetCarriedForward, BudgetMoved, BudgetSet, ContractAgreed, ContractEnded, ContractPaid, Entry, Event,
    FundChanged, FundOpened, FundReceived, GrantApplied, GrantAwarded, GrantConditionMet, GrantConditionSet,
    GrantDeclined, GrantPaid, GrantProposed, GrantReported, GrantReturned, GrantVaried, GrantWithdrawn, InKindGiven,
    MatchReceived, MatchReturned, MatchSecured, OpeningBalance, SurplusReinvested,
};
use super::evolve::Evolve;
use super::refusal::{Refusal, RefusalCode};

macro_rules! stub {
    ($($Event:ident / $Command:ident,)+) => { $(
        impl Decide for $Command {
            fn decide(&self, _: &Books, _: &Context) -> Result<Vec<Event>, Refusal> {
                Err(Refusal::new(RefusalCode::LimitReached, "not yet written"))
            }
        }
        impl Evolve for $Event {
            fn evolve(&self, _: &mut Books, _: &Entry) {}
            fn undo(&self, _: &mut Books, _: &Entry) {}
        }
    )+ };
}

stub! {
    OpeningBalance / BringForward,
    FundOpened / OpenFund,
    FundChanged / ChangeFund,
    BudgetSet / SetBudget,
    BudgetCarriedForward / CarryBudgetForward,
    BudgetMoved / MoveBudget,
    FundReceived / ReceiveIntoFund,
    GrantApplied / ApplyForGrant,
    GrantDeclined / DeclineGrant,
    GrantProposed / ProposeGrant,
    GrantAwarded / AwardGrant,
    GrantConditionSet / SetGrantCondition,
    GrantConditionMet / MeetGrantCondition,
    GrantVaried / VaryGrant,
    GrantWithdrawn / WithdrawGrant,
    GrantReported / ReportOnGrant,
    GrantPaid / PayGrant,
    GrantReturned / ReturnGrant,
    ContractAgreed / AgreeContract,
    ContractPaid / PayContract,
    ContractEnded / EndContract,
    MatchSecured / SecureMatch,
    MatchReceived / ReceiveMatch,
    MatchReturned / ReturnMatch,
    SurplusReinvested / ReinvestSurplus,
    InKindGiven / GiveInKind,
}
