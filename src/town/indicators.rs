//! Measurements of the town, as the documents give them, each with its period and its source.
//!
//! Smokebusters' promises stand here: residents who promise to keep their homes free of smoke are no business pledge.

use super::plan::Plan;
use super::words::{COMMITMENT, Post, SAFETY, STRATEGY, day};
use crate::domain::command::MeasureIndicator;
use crate::domain::event::Scope;
use crate::domain::quantity::Decimal;

/// One measurement: the indicator, first and last day of its period, value, unit; the day it was published.
struct Row {
    indicator: &'static str,
    from: &'static str,
    to: &'static str,
    value: &'static str,
    unit: &'static str,
    published: &'static str,
    source: &'static str,
}

/// When the strategy and the commitment printed what they knew.
const PRINTED: &str = "2012-10-15";

const fn town(
    indicator: &'static str,
    (from, to): (&'static str, &'static str),
    (value, unit): (&'static str, &'static str),
) -> Row {
    Row { indicator, from, to, value, unit, published: PRINTED, source: STRATEGY }
}

const YEAR_2010: (&str, &str) = ("2010-04-01", "2011-03-31");
const YEAR_2011: (&str, &str) = ("2011-04-01", "2012-03-31");
const IN_2008: (&str, &str) = ("2008-01-01", "2008-12-31");
const IN_2011: (&str, &str) = ("2011-01-01", "2011-12-31");
const IN_2012: (&str, &str) = ("2012-01-01", "2012-09-30");
const PERCENT: &str = "% of adults";
const ASKED: &str = "% of residents asked";

const TOWN: &[Row] = &[
    town("anti-social-behaviour", YEAR_2010, ("5177", "incidents")),
    town("anti-social-behaviour", YEAR_2011, ("4810", "incidents")),
    town("crime-change", YEAR_2011, ("-7.4", "% against the year before")),
    town("gcse-five-good", IN_2008, ("56.8", "% of pupils")),
    town("gcse-five-good", IN_2011, ("77", "% of pupils")),
    town("gcse-five-good-county", IN_2011, ("83", "% of pupils")),
    town("gcse-five-good-england", IN_2011, ("80.5", "% of pupils")),
    town("businesses", YEAR_2010, ("2950", "businesses")),
    town("enterprises-founded", YEAR_2010, ("255", "enterprises")),
    town("enterprises-closed", YEAR_2010, ("315", "enterprises")),
    town("housing-waiting-list", IN_2012, ("7209", "people")),
    town("housing-advice-enquiries", YEAR_2011, ("5000", "enquiries, at least")),
    town("child-poverty", IN_2012, ("20", "% of children, estimated")),
    town("adults-who-smoke", IN_2012, ("27.6", PERCENT)),
    town("adults-at-risk-of-alcohol", IN_2012, ("22.7", PERCENT)),
    town("adults-obese", IN_2012, ("26", PERCENT)),
    town("children-obese", IN_2012, ("18.4", "% of children")),
    town("adults-active", IN_2008, ("9.8", PERCENT)),
    town("adults-active", IN_2012, ("11.6", PERCENT)),
    town("adults-eating-well", IN_2008, ("22.4", PERCENT)),
    town("adults-eating-well", IN_2012, ("27.2", PERCENT)),
    town("life-expectancy-gap-men", IN_2012, ("5.9", "years")),
    town("life-expectancy-gap-women", IN_2012, ("8", "years")),
    town("afraid-at-night", IN_2012, ("29", ASKED)),
    town("lacking-qualifications", IN_2012, ("20", ASKED)),
    town("lacking-experience", IN_2012, ("13", ASKED)),
    town("volunteer-centre-callers", YEAR_2011, ("900", "people, at least")),
    town("businesses-asked", IN_2012, ("394", "businesses")),
    town("businesses-supporting-groups", IN_2012, ("147", "businesses")),
    town("groups-supported-by-businesses", IN_2012, ("180", "groups, at least")),
    town("businesses-releasing-staff", IN_2012, ("29", "% of businesses asked, about")),
    town("voluntary-groups", IN_2012, ("300", "groups, at least")),
    Row { source: COMMITMENT, ..town("population", IN_2012, ("84000", "residents, at least")) },
    Row { source: COMMITMENT, ..town("government-income-change", YEAR_2011, ("-21", "% since 2010-11")) },
    Row {
        published: "2025-02-12",
        source: SAFETY,
        ..town("sada-referrals", ("2023-04-01", "2024-03-31"), ("1551", "referrals"))
    },
];

/// Promises that Smokebusters had collected at the end of each period; the documents give the last.
const PROMISES: &[((&str, &str), &str, &str, bool)] =
    &[(("2010-10-01", "2011-09-30"), "310", "2011-10-17", false), (("2010-10-01", "2012-09-30"), "600", PRINTED, true)];

pub(super) fn plan(plan: &mut Plan) {
    for (number, row) in TOWN.iter().enumerate() {
        plan.add(format!("measured/{}-{number}", row.indicator), day(row.published), Post::Keeper, |_| {
            Ok(MeasureIndicator {
                indicator: row.indicator.into(),
                scope: Scope::Town,
                place: None,
                project: None,
                period_from: day(row.from),
                period_to: day(row.to),
                value: decimal(row.value),
                unit: row.unit.into(),
                source: row.source.into(),
            })
        });
    }
    for ((from, to), value, published, documented) in PROMISES {
        plan.add(format!("measured/promises-{to}"), day(published), Post::Keeper, |ids| {
            Ok(MeasureIndicator {
                indicator: "smoke-free-promises".into(),
                scope: Scope::Project,
                place: None,
                project: Some(ids.project("smokebusters")?),
                period_from: day(from),
                period_to: day(to),
                value: decimal(value),
                unit: "residents, nearly".into(),
                source: STRATEGY.into(),
            })
        })
        .illustrative_if(!documented);
    }
}

/// A number of a table. A slip becomes 0, which a test finds.
pub(super) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_default()
}
