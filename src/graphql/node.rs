//! Whatever has an id of its own.

use async_graphql::{ID, Interface};

use super::entry::Entry;
use super::eye::Eye;
use super::fault::Fault;
use super::things::{Fund, Grant, HoursEntry, Organisation, Pledge, Project, RentAgreement, Target};
use crate::domain::event::EventKind;
use crate::domain::ids::{EntryId, ThingId};

/// Whatever has an id of its own: every thing and every entry.
#[derive(Clone, Debug, Interface)]
#[graphql(field(name = "id", ty = "&ID", desc = "Its id."))]
pub enum Node {
    /// An organisation.
    Organisation(Organisation),
    /// A fund.
    Fund(Fund),
    /// A project.
    Project(Project),
    /// A grant.
    Grant(Grant),
    /// A rent in kind agreement.
    RentAgreement(RentAgreement),
    /// Hours that were logged.
    HoursEntry(HoursEntry),
    /// A pledge.
    Pledge(Pledge),
    /// A target.
    Target(Target),
    /// Any other entry of the log.
    Entry(Entry),
}

impl Node {
    /// The thing with this id, or else the entry.
    ///
    /// # Errors
    /// A fault where the log cannot be read.
    pub fn find(eye: &Eye, id: &EntryId) -> Result<Option<Self>, Fault> {
        let at = id.position;
        let thing = match id.kind {
            EventKind::OrganisationRegistered => Organisation::find(eye, ThingId::at(at)).map(Self::Organisation),
            EventKind::FundOpened => Fund::find(eye, ThingId::at(at)).map(Self::Fund),
            EventKind::ProjectOpened => Project::find(eye, ThingId::at(at)).map(Self::Project),
            EventKind::GrantAwarded => Grant::find(eye, ThingId::at(at)).map(Self::Grant),
            EventKind::RentInKindAgreed => RentAgreement::find(eye, ThingId::at(at)).map(Self::RentAgreement),
            EventKind::HoursLogged => HoursEntry::find(eye, ThingId::at(at)).map(Self::HoursEntry),
            EventKind::PledgeMade => Pledge::find(eye, ThingId::at(at)).map(Self::Pledge),
            EventKind::TargetSet => Target::find(eye, ThingId::at(at)).map(Self::Target),
            _ => None,
        };
        if thing.is_some() {
            return Ok(thing);
        }
        let entry = Entry::at(eye, at)?.filter(|entry| entry.kind_of() == id.kind);
        Ok(entry.map(Self::Entry))
    }
}
