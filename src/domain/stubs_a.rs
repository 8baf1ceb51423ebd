//! Not yet written. Each name leaves this list when its file holds it.

use super::books::Books;
use super::command::{
    AdoptRateCard, AdoptSettings, AdoptStrategy, AgreeContract, ApplyForGrant, AwardGrant, BringForward,
    CarryBudgetForward, ChangeFund, ChangeOrganisation, ChangeProject, CloseOrganisation, CloseProject, Context,
    DeclineGrant, EndContract, GiveInKind, MeetGrantCondition, MergeOrganisations, MoveBudget, OpenFund, OpenLedger,
    OpenProject, PayContract, PayGrant, ProposeGrant, ReceiveIntoFund, ReceiveMatch, RegisterOrganisation,
    ReinvestSurplus, ReportOnGrant, ReturnGrant, ReturnMatch, SecureMatch, SetBudget, SetGrantCondition, VaryGrant,
    WithdrawGrant,
};
use super::decide::Decide;
use super::event::{
    BudgetCarriedForward, BudgetMoved, BudgetSet, ContractAgreed, ContractEnded, ContractPaid, Entry, Event,
    FundChanged, FundOpened, FundReceived, GrantApplied, GrantAwarded, GrantConditionMet, GrantConditionSet,
    GrantDeclined, GrantPaid, GrantProposed, GrantReported, GrantReturned, GrantVaried, GrantWithdrawn, InKindGiven,
    LedgerOpened, MatchReceived, MatchReturned, MatchSecured, OpeningBalance, OrganisationChanged, OrganisationClosed,
    OrganisationRegistered, OrganisationsMerged, ProjectChanged, ProjectClosed, ProjectOpened, RateCardAdopted,
    SettingsAdopted, StrategyAdopted, SurplusReinvested,
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
    LedgerOpened / OpenLedger,
    OpeningBalance / BringForward,
    SettingsAdopted / AdoptSettings,
    StrategyAdopted / AdoptStrategy,
    RateCardAdopted / AdoptRateCard,
    OrganisationRegistered / RegisterOrganisation,
    OrganisationChanged / ChangeOrganisation,
    OrganisationsMerged / MergeOrganisations,
    OrganisationClosed / CloseOrganisation,
    FundOpened / OpenFund,
    FundChanged / ChangeFund,
    BudgetSet / SetBudget,
    BudgetCarriedForward / CarryBudgetForward,
    BudgetMoved / MoveBudget,
    FundReceived / ReceiveIntoFund,
    ProjectOpened / OpenProject,
    ProjectChanged / ChangeProject,
    ProjectClosed / CloseProject,
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
