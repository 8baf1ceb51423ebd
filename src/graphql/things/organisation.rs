//! An organisation.

use async_graphql::{ComplexObject, ID, SimpleObject};

use super::super::eye::Eye;
use super::super::units::{Duration, Money};
use crate::domain::event::OrganisationKind;
use crate::domain::ids::{OrganisationId, Position};
use crate::domain::time::Day;
use crate::views::organisations;

/// An organisation: who gives, receives, leads or volunteers.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Organisation {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// Its name.
    pub name: String,
    /// Its organisation identifiers, like `GB-CHC-1234567`.
    pub org_ids: Vec<String>,
    /// What it is now.
    pub kinds: Vec<OrganisationKind>,
    /// The group of organisations under common control that it belongs to.
    pub control_group: Option<String>,
    /// Other names it is known by.
    pub also_known_as: Vec<String>,
    /// The day it was registered.
    pub registered_on: Day,
    /// The day it closed; null while it is open.
    pub closed_on: Option<Day>,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    own: OrganisationId,
    #[graphql(skip)]
    merged_into: Option<OrganisationId>,
}

/// An organisation in numbers, over all its days, with what was said of registrations that were merged into it.
#[derive(Clone, Debug, SimpleObject)]
pub struct OrganisationNumbers {
    /// How many grants it was awarded.
    pub grants: u32,
    /// What it was awarded, as varied, less what was withdrawn.
    pub awarded: Money,
    /// What was paid to it, in cash or by rent offset, less what it returned.
    pub paid: Money,
    /// The time that its group confirmed.
    pub confirmed: Duration,
    /// The time that awaits its group's confirmation.
    pub awaiting: Duration,
    /// How many pledges it made.
    pub pledges: u32,
    /// The match funding that it gave, less what it took back.
    pub match_funding: Money,
}

impl Organisation {
    /// The organisation with this id.
    pub fn find(eye: &Eye, id: OrganisationId) -> Option<Self> {
        let found = eye.books().organisations.get(id)?;
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            name: found.name().to_owned(),
            org_ids: found.org_ids().iter().map(ToString::to_string).collect(),
            kinds: found.kinds_on(eye.scope.today).to_vec(),
            control_group: found.control_group().map(ToString::to_string),
            also_known_as: found.also_known_as().iter().map(ToString::to_string).collect(),
            registered_on: found.registered_on,
            closed_on: found.closed.map(|(day, _)| day),
            eye: eye.clone(),
            own: id,
            merged_into: found.merged_into.map(|(into, _)| into),
        })
    }
}

#[ComplexObject]
impl Organisation {
    /// It in numbers.
    async fn numbers(&self) -> Option<OrganisationNumbers> {
        let found = organisations::organisation(&self.eye.view, self.own, self.eye.scope.today)?;
        Some(OrganisationNumbers {
            grants: u32::try_from(found.grants).unwrap_or(u32::MAX),
            awarded: found.awarded.into(),
            paid: found.paid.into(),
            confirmed: Duration::of(found.confirmed_minutes),
            awaiting: Duration::of(found.awaiting_minutes),
            pledges: u32::try_from(found.pledges).unwrap_or(u32::MAX),
            match_funding: found.match_funding.into(),
        })
    }

    /// The registration that took its place, where two turned out to be one.
    async fn merged_into(&self) -> Option<Organisation> {
        Self::find(&self.eye, self.merged_into?)
    }
}
