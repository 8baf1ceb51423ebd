//! What is delivered under pledges: said by the giver, confirmed or disputed by the receiving group.
//!
//! Invariant: a delivery is decided once; only a reversal takes that back. The pledges themselves, and how far each is
//! delivered, stand in `pledges.rs`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{ConfirmDelivery, Context, DeliverPledge, DisputeDelivery};
use super::decide::Decide;
use super::event::{DeliveryConfirmed, DeliveryDisputed, Entry, Event, EventKind, PledgeDelivered, PledgeKind};
use super::evolve::Evolve;
use super::ids::{DeliveryId, EntryId};
use super::pledges::{Delivery, DeliveryState, check_open, check_positive, pledge_that_stands};
use super::refusal::{Refusal, RefusalCode};

impl Decide for DeliverPledge {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let pledge = pledge_that_stands(books, self.pledge)?;
        checks::happened(context)?;
        check_open(pledge, context)?;
        let Some(project) = pledge.project else {
            let sentence = "Assign the pledge to a project first: what is delivered needs one that received it.";
            return Err(Refusal::of(RefusalCode::NotFound, "pledge", sentence));
        };
        checks::project(books, project, "project")?;
        self.check_delivery(pledge.kind)?;
        let event = PledgeDelivered {
            pledge: self.pledge,
            quantity: self.quantity,
            value: self.value,
            basis: self.basis.clone(),
            project,
            kind: pledge.kind,
        };
        Ok(vec![event.into()])
    }
}

impl DeliverPledge {
    /// Pounds for cash, a quantity for places, either for goods; staff time is logged as hours.
    fn check_delivery(&self, kind: PledgeKind) -> Result<(), Refusal> {
        let wrong = |code, field: &str, sentence: &str| Err(Refusal::of(code, field, sentence));
        let (bad, kindless) = (RefusalCode::BadInput, RefusalCode::WrongKind);
        check_positive("value", self.value, "quantity", self.quantity)?;
        match (kind, self.value, self.quantity) {
            (PledgeKind::StaffTime, _, _) => {
                wrong(kindless, "pledge", "Log the hours against the pledge: staff time is valued from the hours log.")
            }
            (PledgeKind::Cash, None, _) => wrong(bad, "value", "Enter the pounds that were delivered."),
            (PledgeKind::Cash, _, Some(_)) => wrong(bad, "quantity", "Leave out the quantity: cash counts in pounds."),
            (PledgeKind::Goods, None, None) => {
                wrong(bad, "value", "Enter what the goods are worth, or how many they are.")
            }
            (PledgeKind::Places, Some(_), _) => {
                wrong(kindless, "value", "Leave out the value: places count in their own unit.")
            }
            (PledgeKind::Places, None, None) => wrong(bad, "quantity", "Enter how many places were delivered."),
            _ => Ok(()),
        }
    }
}

impl Evolve for PledgeDelivered {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let delivery = Delivery {
            id: DeliveryId(entry.position),
            pledge: self.pledge,
            project: self.project,
            kind: self.kind,
            quantity: self.quantity,
            value: self.value,
            day: entry.effective,
            state: DeliveryState::Awaiting,
        };
        books.pledges.deliver(delivery);
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.pledges.forget(self.pledge, DeliveryId(entry.position));
    }
}

/// The deliveries that a command names, each once and in the order of the log; refuses unknown ones and days before.
fn deliveries_named<'a>(
    books: &'a Books,
    entries: &[DeliveryId],
    context: &Context,
) -> Result<Vec<&'a Arc<Delivery>>, Refusal> {
    checks::happened(context)?;
    if entries.is_empty() {
        return Err(Refusal::of(RefusalCode::BadInput, "entries", "Name at least one delivery."));
    }
    let each: BTreeSet<DeliveryId> = entries.iter().copied().collect();
    let named = |id: DeliveryId| {
        let delivery = checks::found(books, id, books.pledges.delivery(id), "entries", "delivery")?;
        checks::not_before(context, delivery.day, &format!("{id} was delivered"))?;
        Ok(delivery)
    };
    each.into_iter().map(named).collect()
}

impl Decide for ConfirmDelivery {
    /// Confirming twice changes nothing: what is confirmed already is left out, and where nothing is left no event
    /// follows.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let mut entries = Vec::new();
        for delivery in deliveries_named(books, &self.entries, context)? {
            match delivery.state {
                DeliveryState::Awaiting => entries.push(delivery.id),
                DeliveryState::Confirmed(_) => {}
                DeliveryState::Disputed(by) => {
                    let dispute = EntryId { kind: EventKind::DeliveryDisputed, position: by };
                    let sentence = format!("Leave out {}, or reverse {dispute} first: it disputed it.", delivery.id);
                    return Err(Refusal::of(RefusalCode::AlreadyRejected, "entries", sentence));
                }
            }
        }
        Ok(if entries.is_empty() { Vec::new() } else { vec![DeliveryConfirmed { entries }.into()] })
    }
}

impl Evolve for DeliveryConfirmed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.pledges.decide(&self.entries, DeliveryState::Confirmed(entry.position));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.pledges.undecide(entry.position);
    }
}

impl Decide for DisputeDelivery {
    /// Disputing twice changes nothing, as with confirming.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let mut entries = Vec::new();
        for delivery in deliveries_named(books, &self.entries, context)? {
            match delivery.state {
                DeliveryState::Awaiting => entries.push(delivery.id),
                DeliveryState::Disputed(_) => {}
                DeliveryState::Confirmed(by) => {
                    let confirmation = EntryId { kind: EventKind::DeliveryConfirmed, position: by };
                    let sentence = format!("Reverse {confirmation} first: it confirmed {}.", delivery.id);
                    return Err(Refusal::of(RefusalCode::RestsOnIt, "entries", sentence));
                }
            }
        }
        let reason = self.reason.clone();
        Ok(if entries.is_empty() { Vec::new() } else { vec![DeliveryDisputed { entries, reason }.into()] })
    }
}

impl Evolve for DeliveryDisputed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.pledges.decide(&self.entries, DeliveryState::Disputed(entry.position));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.pledges.undecide(entry.position);
    }
}
