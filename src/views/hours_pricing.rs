//! What entries of hours add to the figures, many at a time.
//!
//! Invariant: the same as in `pricing.rs`: each entry is valued once, to the penny. Nothing but speed is gained here:
//! hours touch few columns, and the rate of a role is looked up once for each rate card.

use crate::domain::event::HourRate;
use crate::domain::hours_rows::{HoursRow, HoursState};
use crate::domain::ids::RateCardId;
use crate::domain::money::Pence;
use crate::domain::rate_cards::RateCard;
use crate::domain::valuation::{Gains, ReturnedLine, value_of_minutes};

use super::pricing::{Pricing, gains_of};
use super::totals::Totals;

/// Prices entries of hours.
pub(crate) struct HoursPricing<'a> {
    pricing: Pricing<'a>,
    /// The card that `rates` are of.
    card: Option<RateCardId>,
    /// By number of the role.
    rates: Vec<Rate<'a>>,
}

/// The rate of a role.
#[derive(Clone, Copy)]
enum Rate<'a> {
    Unasked,
    Asked(Option<&'a HourRate>),
}

/// What an entry of hours adds: all columns of totals that it can.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HoursPart {
    awaiting_minutes: i64,
    volunteer_minutes: i64,
    unvalued_minutes: i64,
    volunteering: i64,
    pledges: i64,
    contractual: i64,
    low_change: i64,
    high_change: i64,
    gains: Gains,
    unsplit: i64,
}

impl HoursPart {
    /// What an entry adds that nobody decided yet.
    pub(crate) fn awaiting(minutes: i64) -> Self {
        Self { awaiting_minutes: minutes, ..Self::default() }
    }

    /// This, in place of an entry that waited.
    pub(crate) fn instead_of_waiting(self, minutes: i64) -> Self {
        Self { awaiting_minutes: self.awaiting_minutes.saturating_sub(minutes), ..self }
    }

    /// Adds it to a sum.
    pub(crate) fn add_to(&self, sum: &mut Totals) {
        let add = |column: &mut i64, part: i64| *column = column.saturating_add(part);
        add(&mut sum.awaiting_minutes, self.awaiting_minutes);
        add(&mut sum.volunteer_minutes, self.volunteer_minutes);
        add(&mut sum.unvalued_minutes, self.unvalued_minutes);
        add(&mut sum.volunteering, self.volunteering);
        add(&mut sum.pledges, self.pledges);
        add(&mut sum.contractual, self.contractual);
        add(&mut sum.low_change, self.low_change);
        add(&mut sum.high_change, self.high_change);
        add(&mut sum.partnership, self.gains.partnership.0);
        add(&mut sum.organisations, self.gains.organisations.0);
        add(&mut sum.community, self.gains.community.0);
        add(&mut sum.unsplit, self.unsplit);
    }

    /// It alone.
    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        self.add_to(&mut totals);
        totals
    }
}

impl<'a> HoursPricing<'a> {
    /// Prices as the other does.
    pub(crate) fn of(pricing: Pricing<'a>) -> Self {
        Self { pricing, card: None, rates: Vec::new() }
    }

    /// What an entry adds.
    pub(crate) fn part(&mut self, row: &HoursRow) -> HoursPart {
        match row.state() {
            HoursState::Rejected | HoursState::Reversed => HoursPart::default(),
            HoursState::Awaiting => HoursPart::awaiting(row.minutes()),
            HoursState::Confirmed => self.confirmed(row),
        }
    }

    fn confirmed(&mut self, row: &HoursRow) -> HoursPart {
        let pledge = self.pricing.books.hours.pledge(row);
        let minutes = row.minutes();
        let volunteer_minutes = if pledge.is_none() { minutes } else { 0 };
        let part = HoursPart { volunteer_minutes, ..HoursPart::default() };
        let card = self.pricing.card_on(row.day());
        let Some((card, rate)) = card.and_then(|card| Some((card, self.rate(card, row)?))) else {
            return HoursPart { unvalued_minutes: minutes, ..part };
        };
        let value = |per_hour: Pence| value_of_minutes(minutes, per_hour).unwrap_or(Pence(i64::MAX));
        let central = value(rate.per_hour);
        if pledge.is_some_and(|pledge| self.pricing.is_contractual(pledge)) {
            return HoursPart { contractual: central.0, ..part };
        }
        let change = |rate: Option<Pence>| rate.map_or(0, |rate| value(rate).less(central).0);
        let part = HoursPart { low_change: change(rate.low), high_change: change(rate.high), ..part };
        match pledge {
            None => returned(HoursPart { volunteering: central.0, ..part }, central, card, ReturnedLine::Volunteering),
            Some(_) => returned(HoursPart { pledges: central.0, ..part }, central, card, ReturnedLine::Pledges),
        }
    }

    /// The rate of a row's role.
    fn rate(&mut self, card: &'a RateCard, row: &HoursRow) -> Option<&'a HourRate> {
        if self.card != Some(card.id) {
            self.card = Some(card.id);
            self.rates.clear();
        }
        let role = usize::from(row.role);
        if self.rates.len() <= role {
            self.rates.resize(role + 1, Rate::Unasked);
        }
        let known = self.rates.get_mut(role)?;
        if matches!(known, Rate::Unasked) {
            *known = Rate::Asked(self.pricing.books.hours.role_word(row).and_then(|role| card.rate(role)));
        }
        if let Rate::Asked(rate) = known { *rate } else { None }
    }
}

/// A part with its gains.
fn returned(part: HoursPart, amount: Pence, card: &RateCard, line: ReturnedLine) -> HoursPart {
    match card.winners() {
        Some(winners) => HoursPart { gains: gains_of(amount, winners, line), ..part },
        None => HoursPart { unsplit: i64::from(amount != Pence::ZERO), ..part },
    }
}
