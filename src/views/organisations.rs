//! What the ledger knows of an organisation in numbers: its projects, grants, hours, pledges and match funding.
//!
//! Invariant: whatever was said of a registration that was merged counts for the one it became.

use std::collections::BTreeSet;

use crate::domain::books::Books;
use crate::domain::hours_rows::{HoursRow, HoursState};
use crate::domain::ids::{OrganisationId, ProjectId};
use crate::domain::money::Pence;
use crate::domain::time::{Day, FIRST_DAY};

use super::view::View;

/// An organisation in numbers, over all its days to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationSummary {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The registrations that were merged into it.
    pub merged: Vec<OrganisationId>,
    /// The projects that it leads or runs with others now.
    pub projects: Vec<ProjectId>,
    /// How many grants it was awarded.
    pub grants: usize,
    /// What it was awarded, as varied, less what was withdrawn.
    pub awarded: Pence,
    /// What was paid to it, in cash or by rent offset, less what it returned.
    pub paid: Pence,
    /// The minutes that its group confirmed.
    pub confirmed_minutes: i64,
    /// The minutes that await its group's confirmation.
    pub awaiting_minutes: i64,
    /// How many pledges it made.
    pub pledges: usize,
    /// The match funding that it gave, less what it took back.
    pub match_funding: Pence,
}

/// An organisation in numbers; hours up to a day count. `None` where none is registered with this id.
pub fn organisation(view: &View, id: OrganisationId, as_at: Day) -> Option<OrganisationSummary> {
    let books = &view.books;
    books.organisations.get(id)?;
    let id = books.organisations.resolve(id);
    let own = registrations(books, id);
    let grants: Vec<_> = books.grants.iter().filter(|grant| own.contains(&grant.recipient)).collect();
    let sum = |amounts: &mut dyn Iterator<Item = Pence>| amounts.fold(Pence::ZERO, Pence::plus);
    let receipts = books.match_funding.receipts().filter(|receipt| own.contains(&receipt.funder));
    let (confirmed_minutes, awaiting_minutes) = minutes(books, &own, as_at);
    Some(OrganisationSummary {
        organisation: id,
        merged: own.iter().copied().filter(|other| *other != id).collect(),
        projects: projects(books, &own, as_at),
        grants: grants.len(),
        awarded: sum(&mut grants.iter().map(|grant| grant.awarded().less(grant.withdrawn))),
        paid: sum(&mut grants.iter().map(|grant| grant.paid().less(grant.returned))),
        confirmed_minutes,
        awaiting_minutes,
        pledges: books.pledges.pledges().filter(|pledge| own.contains(&pledge.giver)).count(),
        match_funding: sum(&mut receipts.map(|receipt| receipt.amount.less(receipt.returned))),
    })
}

/// An organisation and every registration that was merged into it.
fn registrations(books: &Books, id: OrganisationId) -> BTreeSet<OrganisationId> {
    let all = books.organisations.iter().map(|organisation| organisation.id);
    all.filter(|other| books.organisations.resolve(*other) == id).collect()
}

fn projects(books: &Books, own: &BTreeSet<OrganisationId>, as_at: Day) -> Vec<ProjectId> {
    let runs = books.projects.iter().filter(|project| {
        let leads = project.lead_on(as_at).is_some_and(|lead| own.contains(&lead));
        leads || project.partners_on(as_at).iter().any(|partner| own.contains(&partner.organisation))
    });
    runs.map(|project| project.id).collect()
}

/// The confirmed minutes and those that await confirmation of a group's people.
fn minutes(books: &Books, own: &BTreeSet<OrganisationId>, as_at: Day) -> (i64, i64) {
    let rows = own.iter().flat_map(|group| books.hours.of_group(*group, FIRST_DAY, as_at));
    rows.fold((0, 0), |(confirmed, awaiting), row: HoursRow| match row.state() {
        HoursState::Confirmed => (confirmed + row.minutes(), awaiting),
        HoursState::Awaiting => (confirmed, awaiting + row.minutes()),
        HoursState::Rejected | HoursState::Reversed => (confirmed, awaiting),
    })
}
