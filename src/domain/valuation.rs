//! What an entry is worth, and who gains from it, under one rate card.
//!
//! Invariant: every entry is valued to the penny, once, half to even, and sums are of those pence; the parts of a split
//! add up to what was split. Nothing here looks at the books: whoever asks brings the card that was in force.

use super::event::{PartnerShare, RateCardAdopted, UnitValue, WinnerSplit, Winners};
use super::ids::{OrganisationId, Position};
use super::money::{Pence, div_half_even, mul_div_half_even, split_by_largest_remainder};
use super::time::Day;

/// Which of a rate card's hourly rates is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rate {
    /// The low rate; the central one where the card gives none.
    Low,
    /// The rate that figures use.
    Central,
    /// The high rate; the central one where the card gives none.
    High,
}

/// The lines of what others added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReturnedLine {
    /// Volunteers' time.
    Volunteering,
    /// Businesses' pledges.
    Pledges,
    /// Match funding.
    MatchFunding,
    /// Reinvested surplus.
    Reinvested,
}

/// Who gains, each to the penny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gains {
    /// The partnership's part.
    pub partnership: Pence,
    /// The organisations' part.
    pub organisations: Pence,
    /// The community's part.
    pub community: Pence,
}

impl Gains {
    /// The gains of two entries together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            partnership: self.partnership.plus(other.partnership),
            organisations: self.organisations.plus(other.organisations),
            community: self.community.plus(other.community),
        }
    }
}

/// The card in force on a day: of those that take effect on or before it, the one with the latest effective day, among
/// equals the later in the log. Cards are given as (effective day, position, card), in any order.
pub fn in_force<T>(cards: impl IntoIterator<Item = (Day, Position, T)>, on: Day) -> Option<T> {
    let known = cards.into_iter().filter(|(from, _, _)| *from <= on);
    known.max_by_key(|(from, position, _)| (*from, *position)).map(|(_, _, card)| card)
}

/// The rate of a role in pence an hour; `None` where the card has none for it.
pub fn hour_rate(card: &RateCardAdopted, role: &str, rate: Rate) -> Option<Pence> {
    let row = card.hour_rates.iter().find(|row| row.role.as_str() == role)?;
    Some(match rate {
        Rate::Low => row.low.unwrap_or(row.per_hour),
        Rate::Central => row.per_hour,
        Rate::High => row.high.unwrap_or(row.per_hour),
    })
}

/// The value of minutes at a rate in pence an hour, half to even; `None` where it does not fit.
pub fn value_of_minutes(minutes: i64, per_hour: Pence) -> Option<Pence> {
    mul_div_half_even(minutes, per_hour.0, 60).map(Pence)
}

/// The value of one entry of hours; `None` where the card has no rate for the role (the minutes are unvalued).
pub fn hours_value(card: &RateCardAdopted, role: &str, minutes: i64, rate: Rate) -> Option<Pence> {
    value_of_minutes(minutes, hour_rate(card, role, rate)?)
}

/// The unit value of an indicator; `None` where the card has none, and the outcome is shown in its own unit only.
pub fn unit_value<'a>(card: &'a RateCardAdopted, indicator: &str) -> Option<&'a UnitValue> {
    card.unit_values.iter().find(|row| row.indicator.as_str() == indicator)
}

/// The social value of one outcome, rounded once: quantity x value x (1 - deadweight) x attribution. An outcome that is
/// included in another adds no pounds; that is the caller's to know. `None` where it does not fit.
pub fn social_value(quantity: u32, unit: &UnitValue) -> Option<Pence> {
    let additional = 10_000_i128.checked_sub(i128::from(unit.deadweight_bp.0))?;
    let whole = i128::from(quantity).checked_mul(i128::from(unit.value.0))?;
    let product = whole.checked_mul(additional)?.checked_mul(i128::from(unit.attribution_bp.0))?;
    div_half_even(product, 100_000_000).and_then(|pence| i64::try_from(pence).ok()).map(Pence)
}

/// The split of one line.
pub fn split_of_line(winners: &Winners, line: ReturnedLine) -> &WinnerSplit {
    match line {
        ReturnedLine::Volunteering => &winners.volunteering,
        ReturnedLine::Pledges => &winners.pledges,
        ReturnedLine::MatchFunding => &winners.match_funding,
        ReturnedLine::Reinvested => &winners.reinvested,
    }
}

/// Splits one entry's value by policy, to the penny.
pub fn split_by_winners(value: Pence, split: &WinnerSplit) -> Gains {
    let weights = [split.partnership.0, split.organisations.0, split.community.0];
    match split_by_largest_remainder(value, &weights).as_slice() {
        [partnership, organisations, community] => {
            Gains { partnership: *partnership, organisations: *organisations, community: *community }
        }
        _ => Gains::default(),
    }
}

/// Splits the organisations' part of one entry among a project's partners, to the penny; where it has none, the lead
/// organisation has all of it.
pub fn split_among_partners(
    amount: Pence,
    partners: &[PartnerShare],
    lead: OrganisationId,
) -> Vec<(OrganisationId, Pence)> {
    let weights: Vec<u32> = partners.iter().map(|partner| partner.share_bp.0).collect();
    if weights.iter().all(|weight| *weight == 0) {
        return vec![(lead, amount)];
    }
    let parts = split_by_largest_remainder(amount, &weights);
    partners.iter().map(|partner| partner.organisation).zip(parts).collect()
}
