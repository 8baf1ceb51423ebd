//! Who put in what: each line of a figure by giver, and the organisations' gain by partner.
//!
//! Invariant: what givers put in on a line adds up to the line; what organisations gain adds up to `organisations`.

use std::collections::BTreeMap;

use crate::domain::books::Books;
use crate::domain::event::{Event, FundingShare};
use crate::domain::ids::{FundId, GrantId, OrganisationId, PledgeId, Position, ProjectId, RateCardId};
use crate::domain::money::{Pence, split_by_amounts};
use crate::domain::time::Day;
use crate::domain::valuation::split_among_partners;

use super::line::Line;
use super::parts::{self, Part};
use super::pricing::Pricing;
use super::totals::Totals;
use super::view::View;
use super::window::Window;

/// Somebody who puts in or gains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A fund of the ledger.
    Fund(FundId),
    /// An organisation.
    Organisation(OrganisationId),
}

/// What one giver put in on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The giver; `None` where the entry names none, as with an opening balance.
    pub party: Option<Party>,
    /// The line.
    pub line: Line,
    /// The pounds.
    pub amount: Pence,
    /// The minutes, on `volunteering`.
    pub minutes: i64,
}

/// The lines that givers put in on.
pub const GIVEN_LINES: &[Line] = &[
    Line::Grants,
    Line::Contracts,
    Line::RentInKind,
    Line::OtherInKind,
    Line::Volunteering,
    Line::Pledges,
    Line::MatchFunding,
    Line::Reinvested,
    Line::Contractual,
];

/// What each giver put into a project, by line and giver.
pub fn contributions(
    view: &View,
    project: ProjectId,
    window: Window,
    rate_card: Option<RateCardId>,
) -> Vec<Contribution> {
    let mut sums: BTreeMap<(Line, Option<Party>), (i64, i64)> = BTreeMap::new();
    let pricing = Pricing::under(&view.books, rate_card);
    parts::of_figure(view, project, window, &pricing, |part| {
        for line in GIVEN_LINES {
            let minutes = if *line == Line::Volunteering { part.totals.volunteer_minutes } else { 0 };
            let amount = part.totals.line(*line);
            if amount != 0 || minutes != 0 {
                for (party, amount, minutes) in given(&view.books, &part, amount, minutes) {
                    let sum = sums.entry((*line, party)).or_default();
                    *sum = (sum.0.saturating_add(amount), sum.1.saturating_add(minutes));
                }
            }
        }
    });
    let row = |((line, party), (amount, minutes))| Contribution { party, line, amount: Pence(amount), minutes };
    sums.into_iter().map(row).collect()
}

/// An amount and minutes by those who gave them: grants by the funds that pay them, all else by one giver.
fn given(books: &Books, part: &Part, amount: i64, minutes: i64) -> Vec<(Option<Party>, i64, i64)> {
    let funding = funding_behind(books, part.position);
    if funding.is_empty() {
        return vec![(giver_of(books, part.position), amount, minutes)];
    }
    let weights: Vec<Pence> = funding.iter().map(|(_, weight)| *weight).collect();
    let shares = split_by_amounts(Pence(amount), &weights);
    funding.iter().zip(shares).map(|((fund, _), share)| (Some(Party::Fund(*fund)), share.0, 0)).collect()
}

/// The one who gave what an entry says.
fn giver_of(books: &Books, position: Position) -> Option<Party> {
    let of_pledge = |id: PledgeId| books.pledges.pledge(id).map(|pledge| pledge.giver);
    let giver = if let Some(row) = books.hours.row(position) {
        books.hours.pledge(&row).and_then(of_pledge).or_else(|| Some(books.hours.group(&row)))
    } else {
        match &books.entry(position)?.event {
            Event::InKindGiven(given) => Some(given.giver),
            Event::RentInKindAgreed(agreed) => agreed.landlord,
            Event::RentReviewed(reviewed) => books.rent.agreement(reviewed.agreement).and_then(|rent| rent.landlord),
            Event::PledgeDelivered(delivered) => of_pledge(delivered.pledge),
            Event::MatchReceived(received) => Some(received.funder),
            Event::MatchReturned(returned) => funder_of(books, returned.receipt.0),
            Event::SurplusReinvested(surplus) => Some(surplus.operator),
            _ => None,
        }
    };
    giver.map(|id| Party::Organisation(books.organisations.resolve(id)))
}

fn funder_of(books: &Books, receipt: Position) -> Option<OrganisationId> {
    match &books.entry(receipt)?.event {
        Event::MatchReceived(received) => Some(received.funder),
        _ => None,
    }
}

/// The funds behind an entry about a grant, with what each gives to the grant as varied; none for other entries.
pub(crate) fn funding_behind(books: &Books, position: Position) -> Vec<(FundId, Pence)> {
    match books.entry(position).map(|entry| &entry.event) {
        Some(Event::GrantAwarded(award)) => of_shares(&award.funding),
        Some(Event::GrantVaried(varied)) => of_shares(&varied.funding),
        Some(Event::GrantPaid(paid)) => of_grant(books, paid.grant),
        Some(Event::GrantReturned(returned)) => of_grant(books, returned.grant),
        Some(Event::GrantWithdrawn(withdrawn)) => of_grant(books, withdrawn.grant),
        _ => Vec::new(),
    }
}

fn of_shares(shares: &[FundingShare]) -> Vec<(FundId, Pence)> {
    by_fund(shares.iter().map(|share| (share.fund, share.amount)))
}

fn of_grant(books: &Books, grant: GrantId) -> Vec<(FundId, Pence)> {
    let shares = books.grants.get(grant).map(|grant| &grant.shares);
    by_fund(shares.into_iter().flatten().map(|((fund, _), amount)| (*fund, *amount)))
}

fn by_fund(shares: impl Iterator<Item = (FundId, Pence)>) -> Vec<(FundId, Pence)> {
    let mut sums: BTreeMap<FundId, Pence> = BTreeMap::new();
    for (fund, amount) in shares {
        let sum = sums.entry(fund).or_default();
        *sum = sum.plus(amount);
    }
    sums.into_iter().collect()
}

/// What each organisation gained of what others added to a project; `None` where no policy says so.
pub fn organisation_shares(
    view: &View,
    project: ProjectId,
    window: Window,
    rate_card: Option<RateCardId>,
) -> Option<Vec<(OrganisationId, Pence)>> {
    let mut sums: BTreeMap<OrganisationId, Pence> = BTreeMap::new();
    let mut unsplit = 0;
    let pricing = Pricing::under(&view.books, rate_card);
    parts::of_days(view, project, window, &pricing, |part| {
        unsplit += part.totals.unsplit;
        for (organisation, amount) in gained(&view.books, project, part.day, &part.totals) {
            let sum = sums.entry(organisation).or_default();
            *sum = sum.plus(amount);
        }
    });
    (unsplit == 0).then(|| sums.into_iter().collect())
}

/// The organisations' part of one entry, by the partners in force on its day.
fn gained(books: &Books, project: ProjectId, day: Day, totals: &Totals) -> Vec<(OrganisationId, Pence)> {
    let Some(project) = books.projects.get(project).filter(|_| totals.organisations != 0) else { return Vec::new() };
    let lead = project.lead_on(day).unwrap_or(OrganisationId(Position(0)));
    let parts = split_among_partners(Pence(totals.organisations), project.partners_on(day), lead);
    parts.into_iter().map(|(id, part)| (books.organisations.resolve(id), part)).collect()
}
