//! Pledges by those who are no public body: made, assigned, withdrawn, and how far each is delivered.
//!
//! Invariant: only what the receiving group confirmed counts; cash and goods have a value, places their own unit, and
//! staff time is valued from the hours log alone. What is delivered stands in `deliveries.rs`.

use std::sync::Arc;

use super::books::Books;
use super::command::{AssignPledge, Context, MakePledge, WithdrawPledge};
use super::decide::Decide;
use super::event::{Entry, Event, PledgeAssigned, PledgeKind, PledgeMade, PledgeWithdrawn};
use super::evolve::Evolve;
use super::hours_rows::{HoursRow, HoursState};
use super::hours_table::Hours;
use super::ids::{ContractId, DeliveryId, OrganisationId, PledgeId, Position, ProjectId};
use super::money::Pence;
use super::refusal::{Refusal, RefusalCode};
use super::text::Slug;
use super::time::Day;
use super::{checks, contracts};

/// A pledge, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pledge {
    /// Its id.
    pub id: PledgeId,
    /// Who gives.
    pub giver: OrganisationId,
    /// The project, once it has one.
    pub project: Option<ProjectId>,
    /// The entry that assigned it, where it was made without a project.
    pub assigned: Option<Position>,
    /// What is pledged.
    pub kind: PledgeKind,
    /// The pounds promised.
    pub amount: Option<Pence>,
    /// The quantity promised in its unit; minutes for staff time.
    pub quantity: Option<u32>,
    /// The unit of the quantity.
    pub unit: Option<Slug>,
    /// The day it was made.
    pub made: Day,
    /// By when it is due.
    pub due: Option<Day>,
    /// The contract whose community clause bought it: what it delivers is contractual, not a pledge.
    pub contract: Option<ContractId>,
    /// The entry that withdrew what was not yet delivered, and its day.
    pub withdrawn: Option<(Day, Position)>,
}

impl Pledge {
    /// Whether a contract's community clause bought it.
    pub fn is_contractual(&self) -> bool {
        self.contract.is_some()
    }
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// Delivered, as the giver says; not decided by the group yet.
    Awaiting,
    /// Confirmed by the receiving group at a position: it counts.
    Confirmed(Position),
    /// Disputed by the receiving group at a position.
    Disputed(Position),
}

/// A delivery under a pledge, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The pledge.
    pub pledge: PledgeId,
    /// The project.
    pub project: ProjectId,
    /// What was delivered.
    pub kind: PledgeKind,
    /// How much, in the pledge's unit.
    pub quantity: Option<u32>,
    /// What it is worth; cash and goods only.
    pub value: Option<Pence>,
    /// The day it was delivered.
    pub day: Day,
    /// What became of it.
    pub state: DeliveryState,
}

/// One side of a pledge's account: pounds, and quantity in the pledge's unit (minutes for staff time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The pounds.
    pub value: Pence,
    /// The quantity.
    pub quantity: i64,
}

impl Delivered {
    fn add(&mut self, value: Option<Pence>, quantity: i64) {
        self.value = self.value.plus(value.unwrap_or_default());
        self.quantity = self.quantity.saturating_add(quantity);
    }
}

/// How far a pledge is delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PledgeStatus {
    /// What was promised.
    pub promised: Delivered,
    /// What the giver says was delivered, or its people logged; reversed, disputed and rejected ones left out.
    pub delivered: Delivered,
    /// What the group confirmed of it.
    pub confirmed: Delivered,
    /// What the group disputed or rejected.
    pub disputed: Delivered,
    /// Whether what was not yet delivered was withdrawn.
    pub withdrawn: bool,
}

/// All pledges that stand, and what was delivered under them.
#[derive(Clone, Debug, Default)]
pub struct Pledges {
    made: imbl::OrdMap<PledgeId, Arc<Pledge>>,
    deliveries: imbl::OrdMap<DeliveryId, Arc<Delivery>>,
    under: imbl::OrdSet<(PledgeId, DeliveryId)>,
}

impl Pledges {
    /// Every pledge, in the order of the log.
    pub fn pledges(&self) -> impl Iterator<Item = &Arc<Pledge>> {
        self.made.values()
    }

    /// One pledge.
    pub fn pledge(&self, id: PledgeId) -> Option<&Arc<Pledge>> {
        self.made.get(&id)
    }

    /// The pledges to a project, in the order of the log.
    pub fn of_project(&self, project: ProjectId) -> impl Iterator<Item = &Arc<Pledge>> {
        self.made.values().filter(move |pledge| pledge.project == Some(project))
    }

    /// One delivery.
    pub fn delivery(&self, id: DeliveryId) -> Option<&Arc<Delivery>> {
        self.deliveries.get(&id)
    }

    /// The deliveries under a pledge, in the order of the log.
    pub fn deliveries_of(&self, pledge: PledgeId) -> impl Iterator<Item = &Arc<Delivery>> {
        let own = (pledge, DeliveryId(Position(0)))..=(pledge, DeliveryId(Position(u64::MAX)));
        self.under.range(own).filter_map(|(_, id)| self.deliveries.get(id))
    }

    /// The deliveries that a confirmation or dispute decided, in the order of the log.
    pub fn decided_by(&self, decision: Position) -> impl Iterator<Item = &Arc<Delivery>> {
        let states = [DeliveryState::Confirmed(decision), DeliveryState::Disputed(decision)];
        self.deliveries.values().filter(move |delivery| states.contains(&delivery.state))
    }

    /// How far a pledge is delivered; staff time is read from the hours log.
    pub fn status(&self, pledge: &Pledge, hours: &Hours) -> PledgeStatus {
        let mut status = PledgeStatus { withdrawn: pledge.withdrawn.is_some(), ..PledgeStatus::default() };
        status.promised.add(pledge.amount, i64::from(pledge.quantity.unwrap_or(0)));
        for delivery in self.deliveries_of(pledge.id) {
            let quantity = i64::from(delivery.quantity.unwrap_or(0));
            let (confirmed, disputed) = match delivery.state {
                DeliveryState::Awaiting => (false, false),
                DeliveryState::Confirmed(_) => (true, false),
                DeliveryState::Disputed(_) => (false, true),
            };
            status.count(delivery.value, quantity, confirmed, disputed);
        }
        for row in hours.of_pledge(pledge.id).filter(|row| row.state() != HoursState::Reversed) {
            let state = row.state();
            status.count(None, row.minutes(), state == HoursState::Confirmed, state == HoursState::Rejected);
        }
        status
    }

    fn change(&mut self, id: PledgeId, change: impl FnOnce(&mut Pledge)) {
        if let Some(pledge) = self.made.get_mut(&id) {
            change(Arc::make_mut(pledge));
        }
    }

    /// Adds a delivery.
    pub(crate) fn deliver(&mut self, delivery: Delivery) {
        self.under.insert((delivery.pledge, delivery.id));
        self.deliveries.insert(delivery.id, Arc::new(delivery));
    }

    /// Takes a delivery out.
    pub(crate) fn forget(&mut self, pledge: PledgeId, delivery: DeliveryId) {
        self.under.remove(&(pledge, delivery));
        self.deliveries.remove(&delivery);
    }

    /// Writes what became of deliveries.
    pub(crate) fn decide(&mut self, entries: &[DeliveryId], state: DeliveryState) {
        for id in entries {
            if let Some(delivery) = self.deliveries.get_mut(id) {
                Arc::make_mut(delivery).state = state;
            }
        }
    }

    /// Takes a decision back: every delivery that it decided awaits one again.
    pub(crate) fn undecide(&mut self, decision: Position) {
        let entries: Vec<DeliveryId> = self.decided_by(decision).map(|delivery| delivery.id).collect();
        self.decide(&entries, DeliveryState::Awaiting);
    }
}

impl PledgeStatus {
    fn count(&mut self, value: Option<Pence>, quantity: i64, confirmed: bool, disputed: bool) {
        if disputed {
            self.disputed.add(value, quantity);
        } else {
            self.delivered.add(value, quantity);
        }
        if confirmed {
            self.confirmed.add(value, quantity);
        }
    }
}

/// A pledge that stands.
pub(crate) fn pledge_that_stands(books: &Books, id: PledgeId) -> Result<&Arc<Pledge>, Refusal> {
    checks::found(books, id, books.pledges.pledge(id), "pledge", "pledge")
}

/// Refuses a day before a pledge was made, or from the day on which it was withdrawn: what was delivered before that is
/// often entered later.
pub(crate) fn check_open(pledge: &Pledge, context: &Context) -> Result<(), Refusal> {
    if let Some((day, _)) = pledge.withdrawn.filter(|(day, _)| *day <= context.effective) {
        let sentence = format!("Make a new pledge: {} was withdrawn on {day}.", pledge.id);
        return Err(Refusal::of(RefusalCode::Closed, "pledge", sentence));
    }
    checks::not_before(context, pledge.made, "the pledge was made")
}

/// Refuses hours under a pledge that is of another kind or project, or withdrawn.
pub(crate) fn check_takes_hours(
    books: &Books,
    id: PledgeId,
    project: ProjectId,
    context: &Context,
) -> Result<(), Refusal> {
    let pledge = pledge_that_stands(books, id)?;
    if pledge.kind != PledgeKind::StaffTime {
        let sentence = format!("Name a pledge of staff time, or none: {id} is of another kind.");
        return Err(Refusal::of(RefusalCode::WrongKind, "pledge", sentence));
    }
    if let Some(other) = pledge.project.filter(|other| *other != project) {
        let sentence = format!("Log these hours for {other}: the pledge {id} is to that project.");
        return Err(Refusal::of(RefusalCode::WrongKind, "project", sentence));
    }
    check_open(pledge, context)
}

impl Decide for MakePledge {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let giver = checks::open_organisation(books, self.giver, "giver", context)?;
        if giver.is_public_body(context.effective) {
            let sentence = "Record what a public body gives with giveInKind: a pledge is made by somebody else.";
            return Err(Refusal::of(RefusalCode::PublicBody, "giver", sentence));
        }
        if let Some(project) = self.project {
            checks::begun_project(books, project, "project", context)?;
        }
        if let Some(contract) = self.contract {
            contracts::contract(books, contract, "contract")?;
        }
        self.check_promise()?;
        if let Some(due) = self.due.filter(|due| *due < context.effective) {
            let sentence =
                format!("Enter a day on or after {} by which it is due: {due} is earlier.", context.effective);
            return Err(Refusal::of(RefusalCode::TooEarly, "due", sentence));
        }
        let event = PledgeMade {
            giver: self.giver,
            project: self.project,
            kind: self.kind,
            amount: self.amount,
            quantity: self.quantity,
            unit: self.unit.clone(),
            due: self.due,
            contract: self.contract,
            words: self.words.clone(),
        };
        Ok(vec![event.into()])
    }
}

impl MakePledge {
    /// Pounds for cash, minutes for staff time, a quantity and its unit for places, either for goods.
    fn check_promise(&self) -> Result<(), Refusal> {
        let wrong = |field: &str, sentence: &str| Err(Refusal::of(RefusalCode::BadInput, field, sentence));
        check_positive("amount", self.amount, "quantity", self.quantity)?;
        match (self.kind, self.amount, self.quantity) {
            (PledgeKind::Cash, None, _) => wrong("amount", "Enter the pounds that are promised."),
            (PledgeKind::Cash, _, Some(_)) => wrong("quantity", "Leave out the quantity: cash is promised in pounds."),
            (PledgeKind::Goods, None, None) => wrong("amount", "Enter what the goods are worth, or how many they are."),
            (PledgeKind::StaffTime, _, None) => wrong("quantity", "Enter how many minutes of staff time are promised."),
            (PledgeKind::StaffTime, Some(_), _) => {
                wrong("amount", "Leave out the amount: staff time is valued from the hours that are logged.")
            }
            (PledgeKind::Places, _, None) => wrong("quantity", "Enter how many places are promised."),
            (PledgeKind::Places, Some(_), _) => {
                wrong("amount", "Leave out the amount: places count in their own unit.")
            }
            (PledgeKind::Places, None, Some(_)) if self.unit.is_none() => {
                wrong("unit", "Enter what is counted, like apprenticeships.")
            }
            _ => Ok(()),
        }
    }
}

/// Refuses an amount that is not above nothing, and a quantity of none.
pub(crate) fn check_positive(
    amount_field: &str,
    amount: Option<Pence>,
    quantity_field: &str,
    quantity: Option<u32>,
) -> Result<(), Refusal> {
    if amount.is_some_and(|amount| amount <= Pence::ZERO) {
        return Err(Refusal::of(RefusalCode::BadInput, amount_field, "Enter an amount above £0.00, or leave it out."));
    }
    if quantity == Some(0) {
        return Err(Refusal::of(
            RefusalCode::BadInput,
            quantity_field,
            "Enter a quantity of 1 or more, or leave it out.",
        ));
    }
    Ok(())
}

impl Evolve for PledgeMade {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let pledge = Pledge {
            id: PledgeId(entry.position),
            giver: self.giver,
            project: self.project,
            assigned: None,
            kind: self.kind,
            amount: self.amount,
            quantity: self.quantity,
            unit: self.unit.clone(),
            made: entry.effective,
            due: self.due,
            contract: self.contract,
            withdrawn: None,
        };
        books.pledges.made.insert(pledge.id, Arc::new(pledge));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.pledges.made.remove(&PledgeId(entry.position));
    }
}

impl Decide for AssignPledge {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let pledge = pledge_that_stands(books, self.pledge)?;
        checks::happened(context)?;
        check_open(pledge, context)?;
        if let Some(project) = pledge.project {
            let sentence = format!("Make a pledge for each project: this one is to {project} already.");
            return Err(Refusal::of(RefusalCode::AlreadyExists, "project", sentence));
        }
        checks::begun_project(books, self.project, "project", context)?;
        let elsewhere =
            |row: &HoursRow| row.state() != HoursState::Reversed && books.hours.project(row) != self.project;
        if let Some(row) = books.hours.of_pledge(self.pledge).find(elsewhere) {
            let sentence = format!("Assign it to {}: {} was logged there.", books.hours.project(&row), row.id());
            return Err(Refusal::of(RefusalCode::WrongKind, "project", sentence));
        }
        Ok(vec![PledgeAssigned { pledge: self.pledge, project: self.project }.into()])
    }
}

impl Evolve for PledgeAssigned {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.pledges.change(self.pledge, |pledge| {
            pledge.project = Some(self.project);
            pledge.assigned = Some(entry.position);
        });
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        let Some(delivery) = books.pledges.deliveries_of(self.pledge).last() else { return Ok(()) };
        let sentence = format!("Reverse what was delivered first: {} rests on {}.", delivery.id, entry.id());
        Err(Refusal::of(RefusalCode::RestsOnIt, "entry", sentence))
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.pledges.change(self.pledge, |pledge| {
            pledge.project = None;
            pledge.assigned = None;
        });
    }
}

impl Decide for WithdrawPledge {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let pledge = pledge_that_stands(books, self.pledge)?;
        checks::happened(context)?;
        if let Some((day, _)) = pledge.withdrawn {
            let sentence = format!("Nothing is left to do: the pledge was withdrawn on {day}.");
            return Err(Refusal::of(RefusalCode::Closed, "pledge", sentence));
        }
        checks::not_before(context, pledge.made, "the pledge was made")?;
        Ok(vec![PledgeWithdrawn { pledge: self.pledge, reason: self.reason.clone() }.into()])
    }
}

impl Evolve for PledgeWithdrawn {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let withdrawn = Some((entry.effective, entry.position));
        books.pledges.change(self.pledge, |pledge| pledge.withdrawn = withdrawn);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.pledges.change(self.pledge, |pledge| pledge.withdrawn = None);
    }
}
