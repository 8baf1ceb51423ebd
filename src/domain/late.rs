//! What reaches into closed books, and who may do that for what reason.
//!
//! Invariant: every event that changes a figure dated on or before the last closed day is late, however it does so: by
//! its own day, by what it confirms or reverses, or by the days that a rent offset pays for.

use super::books::Books;
use super::command::Context;
use super::event::{EntryReversed, Event, EventKind, GrantPaid, PaymentMethod, Role};
use super::hours;
use super::ids::{DeliveryId, HoursId};
use super::refusal::{Refusal, RefusalCode};
use super::time::Day;

/// Whether an event that happened on a day would change a figure inside closed books. Asked of the books before it.
pub fn is_late(books: &Books, event: &Event, effective: Day) -> bool {
    books.governance.closed_through().is_some_and(|through| reaches(books, event, effective, through))
}

fn reaches(books: &Books, event: &Event, effective: Day, through: Day) -> bool {
    earliest_changed(books, event, effective).is_some_and(|day| day <= through)
}

/// Refuses events that reach into closed books without a reason, or by an actor who may not do that.
pub(crate) fn check(books: &Books, events: &[Event], context: &Context) -> Result<(), Refusal> {
    let Some(through) = books.governance.closed_through() else { return Ok(()) };
    let mut late = events.iter().filter(|event| reaches(books, event, context.effective, through)).peekable();
    if late.peek().is_none() {
        return Ok(());
    }
    let confirms = late.all(|event| matches!(event, Event::HoursConfirmed(_) | Event::DeliveryConfirmed(_)));
    let may = match context.actor.role {
        Role::Finance | Role::Keeper => true,
        Role::Certifier => confirms,
        Role::Logger | Role::Business | Role::Auditor => false,
    };
    if !may {
        let sentence =
            format!("Ask finance to enter it: the books are closed through {through}, and this reaches back.");
        return Err(Refusal::new(RefusalCode::NotAllowed, sentence));
    }
    if context.late.is_none() {
        let sentence = format!("Give the reason why it is late: the books are closed through {through}.");
        return Err(Refusal::of(RefusalCode::BooksClosed, "late", sentence));
    }
    Ok(())
}

/// The earliest day on which an event changes a figure; `None` where it changes none. A kind of event that is not named
/// is held to change one on its own day, so that none slips by.
fn earliest_changed(books: &Books, event: &Event, effective: Day) -> Option<Day> {
    match event {
        Event::HoursConfirmed(event) => earliest_hours(books, &event.entries),
        Event::HoursRejected(event) => earliest_hours(books, &event.entries),
        Event::DeliveryConfirmed(event) => earliest_delivery(books, &event.entries),
        Event::DeliveryDisputed(event) => earliest_delivery(books, &event.entries),
        Event::EntryReversed(event) => earliest_of_reversed(books, event),
        Event::GrantPaid(event) => Some(earliest_paid_for(event, effective)),
        // The day that a rent ends is the last that counts as before.
        Event::RentInKindEnded(_) => Some(effective.next()),
        Event::OrganisationChanged(event) => (!event.kinds.is_empty()).then_some(effective),
        Event::ProjectChanged(event) => {
            let lists = [event.partners.is_empty(), event.priorities.is_empty(), event.places.is_empty()];
            (event.lead.is_some() || lists.contains(&false)).then_some(effective)
        }
        _ => (!changes_no_figure(event.kind())).then_some(effective),
    }
}

/// Whether such an event changes no figure, whenever it happened.
fn changes_no_figure(kind: EventKind) -> bool {
    use EventKind as K;
    let setting_up = matches!(kind, K::LedgerOpened | K::SettingsAdopted | K::StrategyAdopted);
    let opening = matches!(kind, K::OrganisationRegistered | K::FundOpened | K::FundChanged | K::ProjectOpened);
    let closing = matches!(kind, K::OrganisationClosed | K::ProjectClosed | K::ContractEnded | K::BooksClosed);
    let asking = matches!(kind, K::GrantApplied | K::GrantDeclined | K::ContractAgreed);
    let telling = matches!(kind, K::GrantReported | K::NilReturn | K::ProgressReviewed | K::ClaimPublished);
    let requiring = matches!(kind, K::GrantConditionSet | K::GrantConditionMet | K::TargetSet);
    let handling = matches!(kind, K::BatchOpened | K::BatchReversed | K::RegisterEntryDeleted);
    let approving = matches!(kind, K::ApprovalRequested | K::ApprovalGiven | K::ApprovalRefused);
    let subsidy = matches!(kind, K::SubsidyNotified | K::SubsidyConfirmed | K::SubsidyDeclared);
    let access = matches!(kind, K::AccessGranted | K::AccessRevoked | K::SigningKeyChanged);
    let in_the_grant = asking || requiring || telling;
    setting_up || opening || closing || in_the_grant || handling || approving || subsidy || access
}

fn earliest_hours(books: &Books, entries: &[HoursId]) -> Option<Day> {
    entries.iter().filter_map(|id| books.hours.row(id.0)).map(|row| row.day()).min()
}

fn earliest_delivery(books: &Books, entries: &[DeliveryId]) -> Option<Day> {
    entries.iter().filter_map(|id| books.pledges.delivery(*id)).map(|delivery| delivery.day).min()
}

/// A reversal changes whatever the entry changed.
fn earliest_of_reversed(books: &Books, event: &EntryReversed) -> Option<Day> {
    match books.entry(event.entry.position) {
        Some(entry) => earliest_changed(books, &entry.event, entry.effective),
        None => hours::earliest_day(&books.hours, event.entry),
    }
}

/// An offset counts as rent in kind in the period that it pays for.
fn earliest_paid_for(event: &GrantPaid, effective: Day) -> Day {
    match (event.method, event.period_from) {
        (PaymentMethod::RentOffset, Some(from)) => from.min(effective),
        _ => effective,
    }
}
