//! What entries are worth under a rate card, and who gains.

use coledger::domain::event::{Gain, HourRate, PartnerShare, RateCardAdopted, UnitValue, WinnerSplit, Winners};
use coledger::domain::ids::{OrganisationId, Position};
use coledger::domain::money::Pence;
use coledger::domain::outcomes::QUANTITY_MAX;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::rate_cards::{HOUR_VALUE_MAX, UNIT_VALUE_MAX};
use coledger::domain::refusal::RefusalCode;
use coledger::domain::time::Day;
use coledger::domain::valuation::{
    Gains, Rate, ReturnedLine, hours_value, in_force, social_value, split_among_partners, split_by_winners,
    split_of_line, unit_value, value_of_minutes,
};
use proptest::prelude::*;

use super::example::{all_are_accepted, all_are_refused, books_with};
use crate::harness::decisions::{ask, rate_card};

fn rate(role: &str, per_hour: i64, low: Option<i64>, high: Option<i64>) -> HourRate {
    HourRate { role: role.into(), per_hour: Pence(per_hour), low: low.map(Pence), high: high.map(Pence) }
}

fn split(partnership: u32, organisations: u32, community: u32) -> WinnerSplit {
    WinnerSplit {
        partnership: BasisPoints(partnership),
        organisations: BasisPoints(organisations),
        community: BasisPoints(community),
    }
}

fn unit(value: i64, deadweight: u32, attribution: u32) -> UnitValue {
    UnitValue {
        indicator: "homelessness-prevented".into(),
        value: Pence(value),
        deadweight_bp: BasisPoints(deadweight),
        attribution_bp: BasisPoints(attribution),
        gain: Gain::Fiscal,
        source: "an example".into(),
    }
}

/// The rate card of the worked example, with a range for one role.
fn card() -> RateCardAdopted {
    RateCardAdopted {
        name: "Rates".into(),
        owner: "Finance".into(),
        minute: None,
        source: "an example".into(),
        hour_rates: vec![
            rate("general", 1_109, Some(1_000), Some(1_300)),
            rate("skilled", 1_635, None, None),
            rate("professional", 3_410, None, None),
        ],
        unit_values: vec![unit(272_400, 2_000, 5_000)],
        winners: Some(Winners {
            volunteering: split(0, 0, 10_000),
            pledges: split(0, 6_000, 4_000),
            match_funding: split(2_500, 5_000, 2_500),
            reinvested: split(0, 0, 10_000),
        }),
    }
}

#[test]
fn hours_are_worth_their_minutes_at_the_rate_of_the_role() {
    let rows = [
        ("general", 12 * 150, Rate::Central, Some(33_270)),
        ("general", 9 * 95, Rate::Central, Some(15_803)),
        ("general", 31 * 200, Rate::Central, Some(114_597)),
        ("skilled", 3 * 440, Rate::Central, Some(35_970)),
        ("professional", 7 * 390, Rate::Central, Some(155_155)),
        ("mentor", 2 * 180, Rate::Central, None),
        ("general", 60, Rate::Low, Some(1_000)),
        ("general", 60, Rate::High, Some(1_300)),
        ("skilled", 60, Rate::Low, Some(1_635)),
        ("skilled", 60, Rate::High, Some(1_635)),
    ];
    for (role, minutes, rate, pence) in rows {
        assert_eq!(hours_value(&card(), role, minutes, rate), pence.map(Pence), "{role}, {minutes} minutes");
    }
}

#[test]
fn half_a_penny_goes_to_the_even_one() {
    for (minutes, per_hour, pence) in [(30, 1, 0), (30, 3, 2), (30, 5, 2), (30, 7, 4), (31, 1, 1), (29, 1, 0)] {
        assert_eq!(value_of_minutes(minutes, Pence(per_hour)), Some(Pence(pence)), "{minutes} at {per_hour}");
    }
    assert_eq!(value_of_minutes(i64::MAX, Pence(i64::MAX)), None, "it does not wrap");
}

#[test]
fn social_value_is_rounded_once() {
    let rows = [
        ("the worked example", 3, unit(272_400, 2_000, 5_000), 326_880),
        ("one alone", 1, unit(272_400, 2_000, 5_000), 108_960),
        ("all would have happened anyway", 5, unit(272_400, 10_000, 10_000), 0),
        ("nothing is owed to the project", 5, unit(272_400, 0, 0), 0),
        ("half a penny, to the even one below", 1, unit(1, 5_000, 10_000), 0),
        ("half a penny, to the even one above", 3, unit(1, 5_000, 10_000), 2),
        ("two roundings would have made 1 of it", 1, unit(1, 4_000, 8_000), 0),
        ("the largest that can be entered", u32::MAX, unit(100_000_000_000, 9_999, 1), 4_294_967_295_000),
    ];
    for (name, quantity, unit, pence) in rows {
        assert_eq!(social_value(quantity, &unit), Some(Pence(pence)), "{name}");
    }
    assert_eq!(social_value(u32::MAX, &unit(100_000_000_000, 0, 10_000)), None, "it does not wrap");
    assert!(unit_value(&card(), "homelessness-prevented").is_some());
    assert!(unit_value(&card(), "young-entrepreneurs").is_none());
}

#[test]
fn the_latest_card_on_or_before_the_day_is_in_force() {
    let cards = [(100, 7, "later in the log"), (100, 3, "first"), (200, 5, "second"), (50, 9, "oldest")];
    let on = |on: i32| in_force(cards.map(|(day, position, card)| (Day(day), Position(position), card)), Day(on));
    let rows = [
        (49, None),
        (50, Some("oldest")),
        (99, Some("oldest")),
        (100, Some("later in the log")),
        (200, Some("second")),
    ];
    for (day, card) in rows {
        assert_eq!(on(day), card, "day {day}");
    }
}

#[test]
fn who_gains_is_split_by_policy_to_the_penny() {
    let winners = card().winners.unwrap();
    let rows = [
        (ReturnedLine::Volunteering, 33_270, (0, 0, 33_270)),
        (ReturnedLine::Pledges, 155_155, (0, 93_093, 62_062)),
        (ReturnedLine::MatchFunding, 3_000_000, (750_000, 1_500_000, 750_000)),
        (ReturnedLine::MatchFunding, 1, (0, 1, 0)),
        (ReturnedLine::MatchFunding, 2, (1, 1, 0)),
        (ReturnedLine::MatchFunding, -2, (-1, -1, 0)),
        (ReturnedLine::Reinvested, 99, (0, 0, 99)),
    ];
    for (line, pence, (partnership, organisations, community)) in rows {
        let gains = split_by_winners(Pence(pence), split_of_line(&winners, line));
        let wanted =
            Gains { partnership: Pence(partnership), organisations: Pence(organisations), community: Pence(community) };
        assert_eq!(gains, wanted, "{line:?} {pence}");
    }
}

#[test]
fn the_organisations_part_goes_to_the_partners_or_to_the_lead() {
    let organisation = |position| OrganisationId(Position(position));
    let partner = |position, share| PartnerShare { organisation: organisation(position), share_bp: BasisPoints(share) };
    let three = [partner(2, 3_333), partner(3, 3_333), partner(4, 3_334)];
    let parts = split_among_partners(Pence(100), &three, organisation(9));
    assert_eq!(parts, [(organisation(2), Pence(33)), (organisation(3), Pence(33)), (organisation(4), Pence(34))]);
    assert_eq!(split_among_partners(Pence(100), &[], organisation(9)), [(organisation(9), Pence(100))]);
}

proptest! {
    #[test]
    fn a_split_adds_up_to_what_was_split(pence in -1_000_000_000_i64..1_000_000_000, first in 0_u32..=10_000, second in 0_u32..=10_000) {
        let (first, second) = (first.min(second), first.max(second));
        let gains = split_by_winners(Pence(pence), &split(first, second - first, 10_000 - second));
        prop_assert_eq!(gains.partnership.plus(gains.organisations).plus(gains.community), Pence(pence));
    }

    #[test]
    fn social_value_is_never_more_than_the_whole(quantity in 0_u32..1_000_000, value in 0_i64..1_000_000, deadweight in 0_u32..=10_000, attribution in 0_u32..=10_000) {
        let pounds = social_value(quantity, &unit(value, deadweight, attribution)).unwrap();
        prop_assert!(pounds >= Pence::ZERO && pounds.0 <= i64::from(quantity) * value);
    }
}

#[test]
fn what_a_card_says_of_one_and_what_an_outcome_counts_are_bounded() {
    let most = i128::from(QUANTITY_MAX) * i128::from(UNIT_VALUE_MAX.0);
    assert!(most * 900 < i128::from(i64::MAX));
    let books = books_with([]);
    let hour = |pence| ask(rate_card(&[("general", pence)]));
    all_are_accepted(&books, vec![("an hour", hour(HOUR_VALUE_MAX.0))]);
    all_are_refused(&books, vec![("an hour", hour(HOUR_VALUE_MAX.0 + 1), RefusalCode::BadInput, "hourRates")]);
}
