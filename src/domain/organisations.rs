//! Organisations: registered, changed, merged, closed.
//!
//! Invariant: an organisation identifier in force belongs to one organisation only, and following merges from any
//! registration ends at one that is not merged.
//! Look next at `checks.rs` for how other things require an organisation.

use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{ChangeOrganisation, CloseOrganisation, Context, MergeOrganisations, RegisterOrganisation};
use super::dated::{Dated, said};
use super::decide::Decide;
use super::event::{
    Entry, Event, OrganisationChanged, OrganisationClosed, OrganisationKind, OrganisationRegistered,
    OrganisationsMerged,
};
use super::evolve::Evolve;
use super::ids::{OrganisationId, Position};
use super::refusal::{Refusal, RefusalCode};
use super::text::{Reference, Slug, Title};
use super::time::Day;

/// Every organisation that stands.
#[derive(Clone, Debug, Default)]
pub struct Organisations {
    all: imbl::OrdMap<OrganisationId, Arc<Organisation>>,
    by_org_id: imbl::HashMap<Reference, OrganisationId>,
}

/// One organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// The day it was registered.
    pub registered_on: Day,
    /// Its names.
    pub names: Dated<Title>,
    /// Its organisation identifiers.
    pub org_ids: Dated<Vec<Reference>>,
    /// What it is.
    pub kinds: Dated<Vec<OrganisationKind>>,
    /// The group under common control that it belongs to.
    pub control_groups: Dated<Slug>,
    /// Other names it is known by.
    pub other_names: Dated<Vec<Title>>,
    /// When it closed, and the entry that says so.
    pub closed: Option<(Day, Position)>,
    /// The registration that took its place, and the entry that says so.
    pub merged_into: Option<(OrganisationId, Position)>,
}

impl Organisations {
    /// The organisation with this id; a merged one too.
    pub fn get(&self, id: OrganisationId) -> Option<&Organisation> {
        self.all.get(&id).map(Arc::as_ref)
    }

    /// Every organisation in the order of registration, merged and closed ones too.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Organisation> {
        self.all.values().map(Arc::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The registration to use for an id: the end of its merges.
    pub fn resolve(&self, id: OrganisationId) -> OrganisationId {
        let mut current = id;
        while let Some((into, _)) = self.get(current).and_then(|organisation| organisation.merged_into) {
            current = into;
        }
        current
    }

    /// The registration to use for an organisation identifier, like `GB-CHC-1234567`.
    pub fn by_org_id(&self, org_id: &Reference) -> Option<OrganisationId> {
        self.by_org_id.get(org_id).map(|id| self.resolve(*id))
    }

    /// The name of an organisation, for sentences.
    pub fn name(&self, id: OrganisationId) -> String {
        self.get(id).map_or_else(|| id.to_string(), |organisation| organisation.name().to_string())
    }

    /// Changes one organisation and keeps the index of its identifiers in step. An identifier that came with a merged
    /// registration stays with that one in the index, so that it goes back with it if the merge is reversed.
    fn update(&mut self, id: OrganisationId, change: impl FnOnce(&mut Organisation)) {
        let Some(shared) = self.all.get_mut(&id) else { return };
        let organisation = Arc::make_mut(shared);
        let before = organisation.org_ids().to_vec();
        change(organisation);
        let after = organisation.org_ids().to_vec();
        for org_id in &before {
            if self.by_org_id.get(org_id) == Some(&id) {
                self.by_org_id.remove(org_id);
            }
        }
        for org_id in after {
            if self.by_org_id(&org_id) != Some(id) {
                self.by_org_id.insert(org_id, id);
            }
        }
    }

    /// An organisation, the one that it was merged into, and so on to the last.
    fn chain(&self, id: OrganisationId) -> impl Iterator<Item = &Organisation> {
        let into = |organisation: &&Organisation| self.get(organisation.merged_into?.0);
        std::iter::successors(self.get(id), into)
    }

    /// The other organisation that has one of these identifiers.
    fn other_with(&self, org_ids: &[Reference], id: Option<OrganisationId>) -> Option<(Reference, OrganisationId)> {
        let mut taken = org_ids.iter().filter_map(|org_id| Some((org_id.clone(), self.by_org_id(org_id)?)));
        taken.find(|(_, owner)| Some(*owner) != id)
    }
}

impl Organisation {
    /// Its name.
    pub fn name(&self) -> &str {
        self.names.latest().map_or("", Title::as_str)
    }

    /// Its organisation identifiers.
    pub fn org_ids(&self) -> &[Reference] {
        self.org_ids.latest().map_or(&[], Vec::as_slice)
    }

    /// Other names it is known by.
    pub fn also_known_as(&self) -> &[Title] {
        self.other_names.latest().map_or(&[], Vec::as_slice)
    }

    /// The group under common control that it belongs to.
    pub fn control_group(&self) -> Option<&Slug> {
        self.control_groups.latest()
    }

    /// What it is on a day; before its registration, what it was registered as.
    pub fn kinds_on(&self, day: Day) -> &[OrganisationKind] {
        self.kinds.on_or_first(day).map_or(&[], Vec::as_slice)
    }

    /// Whether it belongs to this ledger's public partnership on a day.
    pub fn is_public_partner(&self, day: Day) -> bool {
        self.kinds_on(day).contains(&OrganisationKind::Partner)
    }

    /// Whether it is a public body on a day; every member of the public partnership counts as one.
    pub fn is_public_body(&self, day: Day) -> bool {
        self.kinds_on(day).contains(&OrganisationKind::PublicBody) || self.is_public_partner(day)
    }

    /// Takes out whatever the entry at a position said.
    fn forget(&mut self, position: Position) {
        self.names.remove(position);
        self.org_ids.remove(position);
        self.kinds.remove(position);
        self.control_groups.remove(position);
        self.other_names.remove(position);
    }
}

impl Decide for RegisterOrganisation {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        checks::distinct(&self.org_ids, "orgIds")?;
        org_ids_free(books, &self.org_ids, None)?;
        let Self { name, org_ids, kinds, control_group, also_known_as } = self.clone();
        Ok(vec![OrganisationRegistered { name, org_ids, kinds, control_group, also_known_as }.into()])
    }
}

fn org_ids_free(books: &Books, org_ids: &[Reference], id: Option<OrganisationId>) -> Result<(), Refusal> {
    let Some((org_id, owner)) = books.organisations.other_with(org_ids, id) else { return Ok(()) };
    let name = books.organisations.name(owner);
    let message = format!("Use {name} ({owner}): it has the organisation identifier {org_id} already.");
    Err(checks::taken(books, owner, "orgIds", message))
}

impl Evolve for OrganisationRegistered {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = OrganisationId(entry.position);
        let mut organisation = Organisation {
            id,
            registered_on: entry.effective,
            names: Dated::default(),
            org_ids: Dated::default(),
            kinds: Dated::default(),
            control_groups: Dated::default(),
            other_names: Dated::default(),
            closed: None,
            merged_into: None,
        };
        organisation.names.insert(entry, self.name.clone());
        organisation.kinds.insert(entry, self.kinds.clone());
        organisation.control_groups.insert_some(entry, self.control_group.clone());
        organisation.other_names.insert_some(entry, said(&self.also_known_as));
        books.organisations.all.insert(id, Arc::new(organisation));
        books.organisations.update(id, |organisation| organisation.org_ids.insert(entry, self.org_ids.clone()));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        let id = OrganisationId(entry.position);
        books.organisations.update(id, |organisation| organisation.forget(entry.position));
        books.organisations.all.remove(&id);
    }
}

impl Decide for ChangeOrganisation {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        checks::distinct(&self.org_ids, "orgIds")?;
        let organisation = checks::organisation(books, self.organisation, "organisation")?;
        checks::not_before(context, organisation.registered_on, "the organisation was registered")?;
        let Self { organisation, name, org_ids, kinds, control_group, also_known_as } = self.clone();
        let lists_empty = org_ids.is_empty() && kinds.is_empty() && also_known_as.is_empty();
        if name.is_none() && control_group.is_none() && lists_empty {
            return Err(checks::nothing_changes());
        }
        org_ids_free(books, &org_ids, Some(organisation))?;
        Ok(vec![OrganisationChanged { organisation, name, org_ids, kinds, control_group, also_known_as }.into()])
    }
}

impl Evolve for OrganisationChanged {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.organisations.update(self.organisation, |organisation| {
            organisation.names.insert_some(entry, self.name.clone());
            organisation.org_ids.insert_some(entry, said(&self.org_ids));
            organisation.kinds.insert_some(entry, said(&self.kinds));
            organisation.control_groups.insert_some(entry, self.control_group.clone());
            organisation.other_names.insert_some(entry, said(&self.also_known_as));
        });
    }

    /// The identifiers that come back into force may belong to another organisation by now.
    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        let Some(organisation) = books.organisations.get(self.organisation) else { return Ok(()) };
        let mut without = organisation.clone();
        without.forget(entry.position);
        org_ids_free(books, without.org_ids(), Some(books.organisations.resolve(self.organisation)))
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.organisations.update(self.organisation, |organisation| organisation.forget(entry.position));
    }
}

impl Decide for MergeOrganisations {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        checks::organisation(books, self.organisation, "organisation")?;
        checks::organisation(books, self.into, "into")?;
        if self.organisation == self.into {
            let message = "Name two organisations: this is one and the same.";
            return Err(Refusal::of(RefusalCode::NothingToDo, "into", message));
        }
        Ok(vec![OrganisationsMerged { organisation: self.organisation, into: self.into }.into()])
    }
}

impl Evolve for OrganisationsMerged {
    /// A merge that would lead back to where it began, which `decide` refuses, is left out: following it would never end.
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let into = self.into;
        if books.organisations.resolve(into) == self.organisation {
            return;
        }
        let merged = |organisation: &mut Organisation| organisation.merged_into = Some((into, entry.position));
        books.organisations.update(self.organisation, merged);
    }

    /// The registration that remains may have taken over an identifier that would go back to the other.
    fn may_reverse(&self, books: &Books, _: &Entry) -> Result<(), Refusal> {
        let heir = books.organisations.resolve(self.into);
        let mut apart = books.organisations.clone();
        apart.update(self.organisation, |organisation| organisation.merged_into = None);
        let mut org_ids = apart.chain(self.into).flat_map(Organisation::org_ids);
        let Some(org_id) = org_ids.find(|org_id| apart.by_org_id(org_id) != Some(heir)) else { return Ok(()) };
        let name = books.organisations.name(heir);
        let message = format!("Change the identifiers of {name} ({heir}) first: it took over {org_id}.");
        Err(Refusal::of(RefusalCode::RestsOnIt, "entry", message))
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.organisations.update(self.organisation, |organisation| {
            organisation.merged_into = organisation.merged_into.filter(|(_, by)| *by != entry.position);
        });
    }
}

impl Decide for CloseOrganisation {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let organisation = checks::organisation(books, self.organisation, "organisation")?;
        if let Some((day, _)) = organisation.closed {
            return Err(checks::closed_already("organisation", day));
        }
        checks::not_before(context, organisation.registered_on, "the organisation was registered")?;
        Ok(vec![OrganisationClosed { organisation: self.organisation, reason: self.reason.clone() }.into()])
    }
}

impl Evolve for OrganisationClosed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let closed = |organisation: &mut Organisation| organisation.closed = Some((entry.effective, entry.position));
        books.organisations.update(self.organisation, closed);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.organisations.update(self.organisation, |organisation| organisation.closed = None);
    }
}
