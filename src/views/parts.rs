//! A figure taken apart: what each entry adds to it.
//!
//! Invariant: the parts of a figure add up to it on every line; the quick sums in `figures.rs` and these parts come
//! from the same pricing. An entry may have several parts: an offset payment is rent, and is no longer committed.

use crate::domain::books::Books;
use crate::domain::event::{Event, GrantPaid};
use crate::domain::ids::{PledgeId, Position, ProjectId};
use crate::domain::money::Pence;
use crate::domain::pledges::DeliveryState;
use crate::domain::rent::Agreement;
use crate::domain::rent_accrual::{Segment, accrued, spread};
use crate::domain::time::{Day, FIRST_DAY};

use super::pricing::Pricing;
use super::totals::Totals;
use super::view::View;
use super::window::Window;

/// What one entry adds to a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The entry.
    pub position: Position,
    /// The day it happened, or from which it counts.
    pub day: Day,
    /// What it adds.
    pub totals: Totals,
}

/// Shows every part of a project's figure.
pub(crate) fn of_figure(
    view: &View,
    project: ProjectId,
    window: Window,
    pricing: &Pricing<'_>,
    mut see: impl FnMut(Part),
) {
    of_days(view, project, window, pricing, &mut see);
    commitments(view, project, window, pricing, &mut see);
    beside_days(view, project, window, see);
}

/// Shows what entries add on their days; what is committed is a balance and not among it.
pub(crate) fn of_days(
    view: &View,
    project: ProjectId,
    window: Window,
    pricing: &Pricing<'_>,
    mut see: impl FnMut(Part),
) {
    view.figures.visit(pricing, project, (window.from, window.end()), |position, day, totals| {
        see(Part { position, day, totals: Totals { committed: 0, ..*totals } });
    });
}

/// Shows the awards, changes and payments that what is committed at the window's end is made of.
fn commitments(view: &View, project: ProjectId, window: Window, pricing: &Pricing<'_>, mut see: impl FnMut(Part)) {
    view.figures.visit_kept(pricing, project, (FIRST_DAY, window.end()), |position, day, totals| {
        see(Part { position, day, totals: Totals { committed: totals.committed, ..Totals::default() } });
    });
}

/// Shows what counts otherwise than on its day: rent, returns of earlier payments, promises that are open.
pub(crate) fn beside_days(view: &View, project: ProjectId, window: Window, mut see: impl FnMut(Part)) {
    if !window.is_empty() {
        rent(view, project, window, &mut see);
        offsets(view, project, window, &mut see);
        returns_of_earlier(view, project, window, &mut see);
    }
    promises(view, project, window, see);
}

fn rent(view: &View, project: ProjectId, window: Window, see: &mut impl FnMut(Part)) {
    for agreement in view.books.rent.of_project(project) {
        for segment in agreement.forgone_segments() {
            let rent_in_kind = accrued(&[segment], window.from, window.end()).0;
            let position = set_by(agreement, &segment);
            see(Part { position, day: segment.from, totals: Totals { rent_in_kind, ..Totals::default() } });
        }
    }
}

/// The agreement or review that set the rents of a run of days.
fn set_by(agreement: &Agreement, segment: &Segment) -> Position {
    let terms = agreement.terms.iter().filter(|term| term.from == segment.from);
    terms.map(|term| term.position).max().unwrap_or(agreement.id.0)
}

fn offsets(view: &View, project: ProjectId, window: Window, see: &mut impl FnMut(Part)) {
    for position in view.figures.offsets(project) {
        let Some((paid, period)) = offset_at(&view.books, position) else { continue };
        let rent_in_kind = spread(paid.amount, period, window.from, window.end()).0;
        see(Part { position, day: period.0, totals: Totals { rent_in_kind, ..Totals::default() } });
    }
}

/// A payment by rent offset that stands, and the days that it pays for.
fn offset_at(books: &Books, position: Position) -> Option<(&GrantPaid, (Day, Day))> {
    match &books.entry(position).filter(|_| !books.is_reversed(position))?.event {
        Event::GrantPaid(paid) => Some((paid, (paid.period_from?, paid.period_to?))),
        _ => None,
    }
}

fn returns_of_earlier(view: &View, project: ProjectId, window: Window, see: &mut impl FnMut(Part)) {
    for (day, position) in view.figures.returns(project, window.from, window.end()) {
        let Some(entry) = view.books.entry(position).filter(|_| !view.books.is_reversed(position)) else { continue };
        let Event::GrantReturned(returned) = &entry.event else { continue };
        let payment = view.books.entry(returned.payment.0);
        if payment.is_some_and(|payment| payment.effective < window.from) {
            let returns_of_earlier = returned.amount.0;
            see(Part { position, day, totals: Totals { returns_of_earlier, ..Totals::default() } });
        }
    }
}

/// Shows what is still to come of promises of match funding and of pledges at the window's end.
fn promises(view: &View, project: ProjectId, window: Window, mut see: impl FnMut(Part)) {
    let books = &view.books;
    let by = window.end();
    for position in view.figures.promises(project) {
        let made = books.entry(position).filter(|made| made.effective <= by && !books.is_reversed(position));
        let totals = match made.map(|made| &made.event) {
            Some(Event::MatchSecured(secured)) => {
                let left = secured.amount.less(received_of(books, position, by)).max(Pence::ZERO);
                Totals { match_secured: left.0, ..Totals::default() }
            }
            Some(Event::PledgeMade(_)) => {
                Totals { promised: pledged_to(books, project, PledgeId(position), by).0, ..Totals::default() }
            }
            _ => continue,
        };
        see(Part { position, day: made.map(|made| made.effective).unwrap_or_default(), totals });
    }
}

/// What was received of a promise of match funding by a day.
fn received_of(books: &Books, promise: Position, by: Day) -> Pence {
    let resting = books.resting_on(promise).filter_map(|position| books.entry(position));
    let receipts = resting.filter(|entry| entry.effective <= by).filter_map(|entry| match &entry.event {
        Event::MatchReceived(received) => Some(received.amount),
        _ => None,
    });
    receipts.fold(Pence::ZERO, Pence::plus)
}

/// What is still to be delivered to a project of a pledge at the end of a day, in pounds. A pledge that was assigned to
/// it counts from the day of the assignment, so that this changes nothing earlier. What a contract bought is no promise
/// of this kind.
fn pledged_to(books: &Books, project: ProjectId, id: PledgeId, by: Day) -> Pence {
    let Some(pledge) = books.pledges.pledge(id) else { return Pence::ZERO };
    let withdrawn = pledge.withdrawn.is_some_and(|(day, _)| day <= by);
    let assigned_later = pledge.assigned.and_then(|at| books.entry(at)).is_some_and(|entry| by < entry.effective);
    if withdrawn || assigned_later || pledge.is_contractual() || pledge.project != Some(project) {
        return Pence::ZERO;
    }
    let delivered = books
        .pledges
        .deliveries_of(id)
        .filter(|delivery| delivery.day <= by && !matches!(delivery.state, DeliveryState::Disputed(_)))
        .map(|delivery| delivery.value.unwrap_or_default())
        .fold(Pence::ZERO, Pence::plus);
    pledge.amount.unwrap_or_default().less(delivered).max(Pence::ZERO)
}
