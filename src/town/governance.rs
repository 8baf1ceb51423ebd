//! How the town's ledger begins: its opening, its thresholds, its rate cards, its strategy, and the closing of books.
//!
//! Hourly rates, unit values and splits are illustrative: the documents give none. The strategy is the partnership's
//! third: three themes and nine priorities.

use super::plan::Plan;
use super::words::{Post, day, pounds};
use crate::domain::command::{AdoptRateCard, AdoptSettings, AdoptStrategy, CloseBooks, OpenLedger};
use crate::domain::event::{Currency, Gain, HourRate, Priority, Publisher, Theme, UnitValue, WinnerSplit, Winners};
use crate::domain::money::Pence;
use crate::domain::quantity::BasisPoints;

/// The day the ledger opens: the first of three financial years.
pub(super) const OPENING: &str = "2010-04-01";
/// The day the third community strategy is taken to have been adopted.
pub(super) const ADOPTION: &str = "2012-04-01";

const CARD_SOURCE: &str =
    "Illustrative: in the order of magnitude of hourly earnings by occupation; taken from no publication";

/// A role, its rate, and the low and high rate, in pence an hour.
type RateRow = (&'static str, i64, i64, i64);

const RATES_2010: &[RateRow] =
    &[("general", 1_050, 593, 1_250), ("skilled", 1_560, 1_200, 1_900), ("professional", 3_275, 2_400, 4_200)];
const RATES_2012: &[RateRow] =
    &[("general", 1_109, 619, 1_320), ("skilled", 1_635, 1_250, 2_000), ("professional", 3_410, 2_500, 4_400)];

/// A theme and its priorities, each with its code.
type ThemeRow = (&'static str, &'static [(&'static str, &'static str)]);

const THEMES: &[ThemeRow] = &[
    (
        "Healthy Economy",
        &[
            ("economy-and-housing", "Improve the local economy and housing"),
            ("skills", "Increase skills and employability"),
            ("money-advice", "Help residents to manage their money"),
            ("child-poverty", "Understand and address child poverty"),
        ],
    ),
    (
        "Healthy People",
        &[("lifestyles", "Encourage healthy lifestyle choices"), ("mental-health", "Support good mental health")],
    ),
    (
        "Healthy Communities",
        &[
            ("green-spaces", "Ensure clean and green spaces"),
            ("feeling-safe", "Help people feel safe"),
            ("volunteering", "Support and encourage volunteering"),
        ],
    ),
];

/// The day of closing, and the day through which the books are closed.
const CLOSINGS: &[(&str, &str)] = &[("2011-06-30", "2011-03-31"), ("2012-06-29", "2012-03-31")];

pub(super) fn plan(plan: &mut Plan) {
    plan_opening(plan);
    plan_rate_card(plan, "2010", OPENING, RATES_2010);
    plan_rate_card(plan, "2012", ADOPTION, RATES_2012);
    plan_strategy(plan);
    for (on, through) in CLOSINGS {
        plan.add(format!("closing/{through}"), day(on), Post::Finance, |_| Ok(CloseBooks { through: day(through) }));
    }
}

fn plan_opening(plan: &mut Plan) {
    plan.add("ledger/opening", day(OPENING), Post::Keeper, |_| {
        Ok(OpenLedger {
            name: "Stevenage, the example town".into(),
            currency: Currency::Gbp,
            publisher: Some(Publisher {
                prefix: None,
                org_id: "GB-LAE-STV".into(),
                name: "Stevenage Borough Council (example)".into(),
            }),
            time_zone: "Europe/London".into(),
        })
    });
    plan.add("settings/first", day(OPENING), Post::Keeper, |_| {
        Ok(AdoptSettings {
            two_person_from: Some(pounds(10_000)),
            subsidy_limit: None,
            rag_tolerance_bp: Some(BasisPoints(2_000)),
            suppress_below: Some(5),
        })
    })
    .illustrative();
}

fn plan_rate_card(plan: &mut Plan, name: &'static str, from: &'static str, rates: &'static [RateRow]) {
    plan.add(format!("ratecard/{name}"), day(from), Post::Finance, move |_| {
        Ok(AdoptRateCard {
            name: format!("Example rates from {name}").into(),
            owner: "Head of Finance".into(),
            minute: None,
            source: CARD_SOURCE.into(),
            hour_rates: rates.iter().map(hour_rate).collect(),
            unit_values: vec![UnitValue {
                indicator: "homelessness-prevented".into(),
                value: pounds(2_724),
                deadweight_bp: BasisPoints(2_000),
                attribution_bp: BasisPoints(5_000),
                gain: Gain::Fiscal,
                source: "Illustrative: taken from no publication".into(),
            }],
            winners: Some(winners()),
        })
    })
    .illustrative();
}

fn hour_rate((role, rate, low, high): &RateRow) -> HourRate {
    HourRate { role: (*role).into(), per_hour: Pence(*rate), low: Some(Pence(*low)), high: Some(Pence(*high)) }
}

/// How each line's pounds are attributed in the example: by no policy of the town.
fn winners() -> Winners {
    let split = |partnership, organisations, community| WinnerSplit {
        partnership: BasisPoints(partnership),
        organisations: BasisPoints(organisations),
        community: BasisPoints(community),
    };
    Winners {
        volunteering: split(0, 0, 10_000),
        pledges: split(0, 6_000, 4_000),
        match_funding: split(2_500, 5_000, 2_500),
        reinvested: split(0, 0, 10_000),
    }
}

fn plan_strategy(plan: &mut Plan) {
    plan.add("strategy/third", day(ADOPTION), Post::Keeper, |_| {
        Ok(AdoptStrategy {
            title: "Third community strategy".into(),
            from: day(ADOPTION),
            to: day("2017-03-31"),
            themes: THEMES.iter().map(theme).collect(),
        })
    });
}

fn theme((name, priorities): &ThemeRow) -> Theme {
    let priority = |(code, title): &(&str, &str)| Priority { code: (*code).into(), title: (*title).into() };
    Theme { name: (*name).into(), priorities: priorities.iter().map(priority).collect() }
}
