//! What one entry adds to the figures, under the rate cards.
//!
//! Invariant: every entry is valued once, to the penny, and whatever lists, sums or splits figures asks here; so lines,
//! shares and evidence cannot disagree.

use crate::domain::books::Books;
use crate::domain::event::{
    Entry, Event, Gain, GrantPaid, MatchSource, OpeningBalance, OpeningLine, OutcomeReported, PaymentMethod,
    PledgeDelivered, PledgeKind, WinnerSplit, Winners,
};
use crate::domain::hours_rows::HoursRow;
use crate::domain::ids::{DeliveryId, PledgeId, RateCardId};
use crate::domain::money::{LARGEST_AMOUNT, Pence};
use crate::domain::pledges::DeliveryState;
use crate::domain::rate_cards::RateCard;
use crate::domain::time::Day;
use crate::domain::valuation::{Gains, ReturnedLine, social_value, split_by_winners, split_of_line};

use super::hours_pricing::HoursPricing;
use super::totals::Totals;

/// The whole, in basis points.
const WHOLE: i64 = 10_000;

/// The books, and which rate card prices an entry.
#[derive(Clone, Copy)]
pub(crate) struct Pricing<'a> {
    pub(crate) books: &'a Books,
    card: Option<&'a RateCard>,
}

impl<'a> Pricing<'a> {
    /// Each entry is priced by the card in force on its day.
    pub(crate) fn in_force(books: &'a Books) -> Self {
        Self { books, card: None }
    }

    /// Every entry is priced by this card, where it stands; otherwise as in [`Pricing::in_force`].
    pub(crate) fn under(books: &'a Books, card: Option<RateCardId>) -> Self {
        let card = card.and_then(|id| books.setup.rate_card(id)).map(AsRef::as_ref);
        Self { books, card }
    }

    /// Whether one card prices every entry.
    pub(crate) fn is_fixed(&self) -> bool {
        self.card.is_some()
    }

    /// The card that prices an entry of a day.
    pub(crate) fn card_on(&self, day: Day) -> Option<&'a RateCard> {
        self.card.or_else(|| self.books.setup.card_on(day).map(AsRef::as_ref))
    }

    /// What an entry of hours adds.
    pub(crate) fn hours(&self, row: &HoursRow) -> Totals {
        HoursPricing::of(*self).part(row).totals()
    }

    /// Whether a contract's community clause bought a pledge.
    pub(super) fn is_contractual(&self, pledge: PledgeId) -> bool {
        self.books.pledges.pledge(pledge).is_some_and(|pledge| pledge.is_contractual())
    }

    /// What an entry that the books keep whole adds, other than by day: rent is not in it.
    pub(crate) fn kept(&self, entry: &Entry) -> Totals {
        let mut totals = Totals::default();
        if self.books.is_reversed(entry.position) {
            return totals;
        }
        match &entry.event {
            Event::GrantAwarded(grant) => totals.committed = grant.amount.0,
            Event::GrantVaried(varied) => totals.committed = varied.change.0,
            Event::GrantWithdrawn(withdrawn) => totals.committed = withdrawn.unpaid.0.saturating_neg(),
            Event::GrantPaid(payment) => totals = paid(payment),
            Event::GrantReturned(returned) => totals.grants = returned.amount.0.saturating_neg(),
            Event::ContractPaid(payment) => totals.contracts = payment.amount.0,
            Event::InKindGiven(given) => totals.other_in_kind = given.value.0,
            Event::MatchReceived(received) => {
                self.matched(&mut totals, entry.effective, received.source, received.amount);
            }
            Event::MatchReturned(returned) => {
                self.matched(&mut totals, entry.effective, returned.source, Pence::ZERO.less(returned.amount));
            }
            Event::SurplusReinvested(surplus) => {
                self.returned(&mut totals, ReturnedLine::Reinvested, entry.effective, surplus.amount);
            }
            Event::PledgeDelivered(delivered) => totals = self.delivered(entry, delivered),
            Event::OutcomeReported(outcome) => totals = self.outcome(entry.effective, outcome),
            Event::OpeningBalance(opening) => totals = self.opening(entry.effective, opening),
            _ => {}
        }
        totals
    }

    fn matched(&self, totals: &mut Totals, day: Day, source: MatchSource, amount: Pence) {
        if matches!(source, MatchSource::Lottery | MatchSource::OtherPublic) {
            totals.match_public = amount.0;
        }
        self.returned(totals, ReturnedLine::MatchFunding, day, amount);
    }

    fn returned(&self, totals: &mut Totals, line: ReturnedLine, day: Day, amount: Pence) {
        add_returned(totals, line, amount, self.card_on(day).and_then(RateCard::winners));
    }

    fn delivered(&self, entry: &Entry, delivered: &PledgeDelivered) -> Totals {
        let mut totals = Totals::default();
        let value = delivered.value.unwrap_or_default();
        match self.books.pledges.delivery(DeliveryId(entry.position)).map(|delivery| delivery.state) {
            Some(DeliveryState::Awaiting) => totals.awaiting_pledges = value.0,
            Some(DeliveryState::Confirmed(_)) if self.is_contractual(delivered.pledge) => totals.contractual = value.0,
            Some(DeliveryState::Confirmed(_)) => {
                if delivered.kind == PledgeKind::Cash {
                    totals.pledges_cash = value.0;
                }
                self.returned(&mut totals, ReturnedLine::Pledges, entry.effective, value);
            }
            Some(DeliveryState::Disputed(_)) | None => {}
        }
        totals
    }

    fn outcome(&self, day: Day, outcome: &OutcomeReported) -> Totals {
        let mut totals = Totals::default();
        let unit = self.card_on(day).and_then(|card| card.unit_value(&outcome.indicator));
        let Some(unit) = unit.filter(|_| outcome.included_in.is_none()) else { return totals };
        let value = social_value(outcome.quantity, unit).unwrap_or(Pence(i64::MAX)).0;
        match unit.gain {
            Gain::Fiscal => totals.social_fiscal = value,
            Gain::Economic => totals.social_economic = value,
            Gain::Social => totals.social_social = value,
        }
        totals
    }

    fn opening(&self, day: Day, opening: &OpeningBalance) -> Totals {
        let mut totals = Totals::default();
        let amount = opening.amount;
        match opening.line {
            OpeningLine::Grants => totals.grants = amount.0,
            OpeningLine::Contracts => totals.contracts = amount.0,
            OpeningLine::OtherInKind => totals.other_in_kind = amount.0,
            OpeningLine::Pledges => self.returned(&mut totals, ReturnedLine::Pledges, day, amount),
            OpeningLine::MatchFunding => self.returned(&mut totals, ReturnedLine::MatchFunding, day, amount),
            OpeningLine::Reinvested => self.returned(&mut totals, ReturnedLine::Reinvested, day, amount),
            OpeningLine::Awarded => {}
        }
        totals
    }
}

/// A payment adds to grants where money moved; either way it is no longer only committed.
fn paid(payment: &GrantPaid) -> Totals {
    let cash = if payment.method == PaymentMethod::Cash { payment.amount.0 } else { 0 };
    Totals { grants: cash, committed: payment.amount.0.saturating_neg(), ..Totals::default() }
}

/// Adds an amount to a line of what others added, and splits it among those who gain.
fn add_returned(totals: &mut Totals, line: ReturnedLine, amount: Pence, winners: Option<&Winners>) {
    match line {
        ReturnedLine::Volunteering => totals.volunteering = amount.0,
        ReturnedLine::Pledges => totals.pledges = amount.0,
        ReturnedLine::MatchFunding => totals.match_funding = amount.0,
        ReturnedLine::Reinvested => totals.reinvested = amount.0,
    }
    let Some(winners) = winners else {
        totals.unsplit = i64::from(amount != Pence::ZERO);
        return;
    };
    let gains = gains_of(amount, winners, line);
    totals.partnership = gains.partnership.0;
    totals.organisations = gains.organisations.0;
    totals.community = gains.community.0;
}

/// Who gains. Where one of them has the whole, as with volunteering mostly, there is nothing to divide.
pub(super) fn gains_of(amount: Pence, winners: &Winners, line: ReturnedLine) -> Gains {
    let split = split_of_line(winners, line);
    if split.partnership.0 == 0 && split.organisations.0 == 0 {
        return Gains { community: amount, ..Gains::default() };
    }
    split_in_three(amount, split).unwrap_or_else(|| split_by_winners(amount, split))
}

/// The same as [`split_by_winners`] for usual amounts, without lists: millions of hours are split one by one. `None` of
/// an amount that is negative or very large.
fn split_in_three(amount: Pence, split: &WinnerSplit) -> Option<Gains> {
    let weights = [split.partnership.0, split.organisations.0, split.community.0].map(i64::from);
    if !(0..=LARGEST_AMOUNT.0).contains(&amount.0) || weights.iter().sum::<i64>() != WHOLE {
        return None;
    }
    let mut parts = weights.map(|weight| amount.0 * weight / WHOLE);
    let mut remainders = weights.map(|weight| amount.0 * weight % WHOLE);
    for _ in 0..amount.0 - parts.iter().sum::<i64>() {
        let largest = remainders.iter().max().copied().unwrap_or(0);
        let at = remainders.iter().position(|remainder| *remainder == largest)?;
        *parts.get_mut(at)? += 1;
        *remainders.get_mut(at)? = -1;
    }
    let [partnership, organisations, community] = parts.map(Pence);
    Some(Gains { partnership, organisations, community })
}
