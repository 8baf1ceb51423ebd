//! Not yet written. Each name leaves this list when its file holds it.

use super::books::Books;
use super::command::{
    AgreeContract, BringForward, Context, EndContract, GiveInKind, PayContract, ReceiveMatch, ReinvestSurplus,
    ReturnMatch, SecureMatch,
};
use super::decide::Decide;
use super::event::{
    ContractAgreed, ContractEnded, ContractPaid, Entry, Event, InKindGiven, MatchReceived, MatchReturned, MatchSecured,
    OpeningBalance, SurplusReinvested,
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
    ContractAgreed / AgreeContract,
    ContractPaid / PayContract,
    ContractEnded / EndContract,
    MatchSecured / SecureMatch,
    MatchReceived / ReceiveMatch,
    MatchReturned / ReturnMatch,
    SurplusReinvested / ReinvestSurplus,
    InKindGiven / GiveInKind,
}
