//! Not yet written. Each name leaves this list when its file holds it.

use super::books::Books;
use super::command::{
    AgreeRentInKind, AssignPledge, CloseBooks, ConfirmDelivery, ConfirmHours, Context, DeliverPledge, DisputeDelivery,
    EndRentInKind, LogHours, MakePledge, MeasureIndicator, OpenBatch, PublishClaim, RejectHours, ReportNil,
    ReportOutcome, ReverseBatch, ReverseEntry, ReviewProgress, ReviewRent, SetTarget, WithdrawPledge,
};
use super::decide::Decide;
use super::event::{
    BatchOpened, BatchReversed, BooksClosed, ClaimPublished, DeliveryConfirmed, DeliveryDisputed, Entry, EntryReversed,
    Event, HoursConfirmed, HoursLogged, HoursRejected, IndicatorMeasured, NilReturn, OutcomeReported, PledgeAssigned,
    PledgeDelivered, PledgeMade, PledgeWithdrawn, ProgressReviewed, RentInKindAgreed, RentInKindEnded, RentReviewed,
    TargetSet,
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
    RentInKindAgreed / AgreeRentInKind,
    RentReviewed / ReviewRent,
    RentInKindEnded / EndRentInKind,
    HoursLogged / LogHours,
    HoursConfirmed / ConfirmHours,
    HoursRejected / RejectHours,
    NilReturn / ReportNil,
    PledgeMade / MakePledge,
    PledgeAssigned / AssignPledge,
    PledgeDelivered / DeliverPledge,
    DeliveryConfirmed / ConfirmDelivery,
    DeliveryDisputed / DisputeDelivery,
    PledgeWithdrawn / WithdrawPledge,
    TargetSet / SetTarget,
    ProgressReviewed / ReviewProgress,
    OutcomeReported / ReportOutcome,
    IndicatorMeasured / MeasureIndicator,
    ClaimPublished / PublishClaim,
    BatchOpened / OpenBatch,
    BatchReversed / ReverseBatch,
    EntryReversed / ReverseEntry,
    BooksClosed / CloseBooks,
}
