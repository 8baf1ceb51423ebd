//! A pledge and what was delivered of it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};

use super::super::eye::Eye;
use super::super::units::Money;
use super::{Organisation, Project};
use crate::domain::event::PledgeKind;
use crate::domain::ids::{PledgeId, Position};
use crate::domain::pledges;
use crate::domain::time::Day;

/// A pledge by somebody who is no public body.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Pledge {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// What is pledged.
    pub kind: PledgeKind,
    /// The pounds promised, or what the goods are thought to be worth.
    pub amount: Option<Money>,
    /// The quantity promised in its unit; minutes for staff time.
    pub quantity: Option<u32>,
    /// The unit of the quantity.
    pub unit: Option<String>,
    /// The day it was made.
    pub made_on: Day,
    /// By when it is due.
    pub due: Option<Day>,
    /// The day it was withdrawn; null while it stands.
    pub withdrawn_on: Option<Day>,
    /// Whether a contract's community clause bought it; then it is never in what others added.
    pub contractual: bool,
    /// Whether its figure comes from no document and is there to show how the ledger works.
    pub illustrative: bool,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    whole: Arc<pledges::Pledge>,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DeliveryStatus {
    /// Neither confirmed nor disputed yet.
    Awaiting,
    /// Confirmed by the receiving group: it counts.
    Confirmed,
    /// Disputed by the receiving group.
    Disputed,
}

/// Something that was delivered under a pledge.
#[derive(Clone, Debug, SimpleObject)]
pub struct Delivery {
    /// Its id.
    pub id: ID,
    /// The day it was delivered.
    pub day: Day,
    /// What was delivered.
    pub kind: PledgeKind,
    /// How much, in the pledge's unit.
    pub quantity: Option<u32>,
    /// What it is worth; cash and goods only.
    pub value: Option<Money>,
    /// What became of it.
    pub status: DeliveryStatus,
}

/// How far a pledge is delivered: pounds, and the quantity in the pledge's unit.
#[derive(Clone, Debug, SimpleObject)]
pub struct PledgeProgress {
    /// The pounds that the giver says were delivered; what was reversed or disputed is left out.
    pub delivered: Money,
    /// The same in the pledge's unit; minutes for staff time.
    pub delivered_quantity: String,
    /// The pounds that the group confirmed.
    pub confirmed: Money,
    /// The same in the pledge's unit; minutes for staff time.
    pub confirmed_quantity: String,
    /// The pounds that the group disputed.
    pub disputed: Money,
}

impl Pledge {
    /// The pledge with this id.
    pub fn find(eye: &Eye, id: PledgeId) -> Option<Self> {
        let found = eye.books().pledges.pledge(id)?;
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            kind: found.kind,
            amount: found.amount.map(Money::from),
            quantity: found.quantity,
            unit: found.unit.as_ref().map(ToString::to_string),
            made_on: found.made,
            due: found.due,
            withdrawn_on: found.withdrawn.map(|(day, _)| day),
            contractual: found.is_contractual(),
            illustrative: eye.books().entry(id.0).is_some_and(|entry| entry.illustrative),
            eye: eye.clone(),
            whole: Arc::clone(found),
        })
    }
}

#[ComplexObject]
impl Pledge {
    /// Who gives.
    async fn giver(&self) -> Option<Organisation> {
        Organisation::find(&self.eye, self.whole.giver)
    }

    /// The project; null until it is assigned.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.whole.project?)
    }

    /// How far it is delivered; staff time is read from the hours log.
    async fn progress(&self) -> PledgeProgress {
        let books = self.eye.books();
        let status = books.pledges.status(&self.whole, &books.hours);
        PledgeProgress {
            delivered: status.delivered.value.into(),
            delivered_quantity: status.delivered.quantity.to_string(),
            confirmed: status.confirmed.value.into(),
            confirmed_quantity: status.confirmed.quantity.to_string(),
            disputed: status.disputed.value.into(),
        }
    }

    /// What was delivered under it, in the order of the log.
    async fn deliveries(&self) -> Vec<Delivery> {
        let deliveries = self.eye.books().pledges.deliveries_of(self.whole.id);
        let shown = |delivery: &Arc<pledges::Delivery>| Delivery {
            id: delivery.id.into(),
            day: delivery.day,
            kind: delivery.kind,
            quantity: delivery.quantity,
            value: delivery.value.map(Money::from),
            status: match delivery.state {
                pledges::DeliveryState::Awaiting => DeliveryStatus::Awaiting,
                pledges::DeliveryState::Confirmed(_) => DeliveryStatus::Confirmed,
                pledges::DeliveryState::Disputed(_) => DeliveryStatus::Disputed,
            },
        };
        deliveries.map(shown).collect()
    }
}
