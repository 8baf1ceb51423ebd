//! Rate cards: what an hour and a unit of an outcome are worth, and who gains.
//!
//! Invariant: a card says each role and indicator once, and its splits are wholes. A card that prices an entry stays:
//! adopt a later one for the same day instead, and the books show both.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{AdoptRateCard, Context};
use super::decide::Decide;
use super::event::{Entry, Event, HourRate, RateCardAdopted, UnitValue, WinnerSplit, Winners};
use super::evolve::Evolve;
use super::hours_rows::HoursState;
use super::ids::{EntryId, RateCardId};
use super::money::Pence;
use super::refusal::{Refusal, RefusalCode};
use super::text::Slug;
use super::time::{Day, LAST_DAY};

/// A rate card.
#[derive(Clone, Debug)]
pub struct RateCard {
    /// Its id.
    pub id: RateCardId,
    /// The first day that it prices.
    pub effective: Day,
    /// What was adopted.
    pub adopted: RateCardAdopted,
    rates: BTreeMap<Slug, HourRate>,
    values: BTreeMap<Slug, UnitValue>,
}

impl RateCard {
    /// What an hour in a role is worth; `None` where the card does not say.
    pub fn rate(&self, role: &Slug) -> Option<&HourRate> {
        self.rates.get(role)
    }

    /// What a unit of an indicator is worth; `None` where the card does not say.
    pub fn unit_value(&self, indicator: &Slug) -> Option<&UnitValue> {
        self.values.get(indicator)
    }

    /// Who gains, line by line; `None` where no policy decided it.
    pub fn winners(&self) -> Option<&Winners> {
        self.adopted.winners.as_ref()
    }
}

impl Decide for AdoptRateCard {
    /// The effective day may lie ahead, or far back: it is the first day that the card prices.
    fn decide(&self, _: &Books, _: &Context) -> Result<Vec<Event>, Refusal> {
        checks::distinct(&self.hour_rates.iter().map(|rate| rate.role.clone()).collect::<Vec<_>>(), "hourRates")?;
        let indicators = self.unit_values.iter().map(|value| value.indicator.clone());
        checks::distinct(&indicators.collect::<Vec<_>>(), "unitValues")?;
        self.hour_rates.iter().try_for_each(check_rate)?;
        self.unit_values.iter().try_for_each(|value| checks::positive(value.value, "unitValues"))?;
        self.unit_values.iter().try_for_each(|value| check_at_most(value.value, UNIT_VALUE_MAX, "unitValues"))?;
        self.winners.iter().try_for_each(check_winners)?;
        let Self { name, owner, minute, source, hour_rates, unit_values, winners } = self.clone();
        Ok(vec![RateCardAdopted { name, owner, minute, source, hour_rates, unit_values, winners }.into()])
    }
}

/// The most that an hour may be worth: £10,000.00. With it, and with what else is bounded, no sum reaches its limit.
pub const HOUR_VALUE_MAX: Pence = Pence(1_000_000);
/// The most that one unit of an outcome may be worth: £1,000,000.00.
pub const UNIT_VALUE_MAX: Pence = Pence(100_000_000);

fn check_at_most(value: Pence, most: Pence, field: &str) -> Result<(), Refusal> {
    if value <= most {
        return Ok(());
    }
    Err(Refusal::of(RefusalCode::BadInput, field, format!("Enter at most {} for one.", most.display())))
}

fn check_rate(rate: &HourRate) -> Result<(), Refusal> {
    check_at_most(rate.high.unwrap_or(rate.per_hour).max(rate.per_hour), HOUR_VALUE_MAX, "hourRates")?;
    checks::positive(rate.per_hour, "hourRates")?;
    checks::not_negative(rate.low.unwrap_or_default(), "hourRates")?;
    let low = rate.low.unwrap_or(rate.per_hour);
    let high = rate.high.unwrap_or(rate.per_hour);
    if low <= rate.per_hour && rate.per_hour <= high {
        return Ok(());
    }
    let message = format!(
        "Enter a rate for {} between its low and high rates: {} is not between {} and {}.",
        rate.role,
        rate.per_hour.display(),
        low.display(),
        high.display()
    );
    Err(Refusal::of(RefusalCode::BadInput, "hourRates", message))
}

fn check_winners(winners: &Winners) -> Result<(), Refusal> {
    let splits = [&winners.volunteering, &winners.pledges, &winners.match_funding, &winners.reinvested];
    let parts = |split: &WinnerSplit| [split.partnership, split.organisations, split.community];
    splits.into_iter().try_for_each(|split| checks::whole(parts(split).into_iter(), "winners"))
}

impl Evolve for RateCardAdopted {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let card = RateCard {
            id: RateCardId(entry.position),
            effective: entry.effective,
            adopted: self.clone(),
            rates: self.hour_rates.iter().map(|rate| (rate.role.clone(), rate.clone())).collect(),
            values: self.unit_values.iter().map(|value| (value.indicator.clone(), value.clone())).collect(),
        };
        books.setup.rate_cards.insert(entry, Arc::new(card));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        let card = books.setup.rate_card(RateCardId(entry.position));
        let Some(priced) = card.and_then(|card| first_priced(books, card)) else { return Ok(()) };
        let message =
            format!("Adopt a rate card for {} again instead: {priced} is priced by this one.", entry.effective);
        Err(Refusal::of(RefusalCode::RestsOnIt, "entry", message))
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.setup.rate_cards.remove(entry.position);
    }
}

/// The first standing entry that a card prices: hours in a role of it, or an outcome with a unit value of it, on a day
/// on which it is in force.
fn first_priced(books: &Books, card: &RateCard) -> Option<EntryId> {
    let last = last_day_of(books, card)?;
    let in_force = |day: Day| card.effective <= day && day <= last;
    let stands = |state: HoursState| matches!(state, HoursState::Awaiting | HoursState::Confirmed);
    let hours = books.hours.iter().filter(|row| in_force(row.day()) && stands(row.state()));
    let mut priced_hours = hours.filter(|row| books.hours.role_word(row).and_then(|role| card.rate(role)).is_some());
    let outcomes = books.outcomes.outcomes().filter(|outcome| in_force(outcome.day) && outcome.adds_pounds());
    let mut priced_outcomes = outcomes.filter(|outcome| card.unit_value(&outcome.event.indicator).is_some());
    let first_hours = priced_hours.next().map(|row| EntryId::from(row.id()));
    first_hours.or_else(|| priced_outcomes.next().map(|outcome| EntryId::from(outcome.id)))
}

/// The last day on which a card is in force; `None` where another for the same day took its place.
fn last_day_of(books: &Books, card: &RateCard) -> Option<Day> {
    let mut later = books.setup.rate_cards().skip_while(|other| other.id != card.id).skip(1);
    let last = later.next().map_or(LAST_DAY, |next| next.effective.previous());
    (card.effective <= last).then_some(last)
}
