//! Targets of the strategy: red, amber and green ones, and one that nobody has measured yet.
//!
//! The strategy's action plan is not among the documents, so what is to be reached by when is illustrative; the values
//! that it is held against are measured ones.

use super::indicators::decimal;
use super::plan::Plan;
use super::words::{Post, day};
use crate::domain::command::{ReviewProgress, SetTarget};
use crate::domain::event::Direction::{self, Down, Up};

/// One target of a priority; an empty baseline means that none was taken.
struct Row {
    name: &'static str,
    priority: &'static str,
    action: &'static str,
    indicator: &'static str,
    baseline: &'static str,
    target: &'static str,
    direction: Direction,
    owner: &'static str,
}

const fn target(
    (name, priority): (&'static str, &'static str),
    action: &'static str,
    indicator: &'static str,
    (baseline, target): (&'static str, &'static str),
    direction: Direction,
    owner: &'static str,
) -> Row {
    Row { name, priority, action, indicator, baseline, target, direction, owner }
}

const TARGETS: &[Row] = &[
    target(
        ("asb", "feeling-safe"),
        "Fewer incidents of anti-social behaviour",
        "anti-social-behaviour",
        ("5177", "4900"),
        Down,
        "Chair of SoSafe",
    ),
    target(
        ("gcse-england", "skills"),
        "Reach the national share of pupils with five good GCSEs",
        "gcse-five-good",
        ("56.8", "80.5"),
        Up,
        "Chair of the Learning Partnership",
    ),
    target(
        ("gcse-county", "skills"),
        "Reach the county's share of pupils with five good GCSEs",
        "gcse-five-good",
        ("56.8", "83"),
        Up,
        "Chair of the Learning Partnership",
    ),
    target(
        ("active", "lifestyles"),
        "More adults are regularly active",
        "adults-active",
        ("9.8", "16"),
        Up,
        "Chair of the Health and Wellbeing Partnership",
    ),
    target(
        ("eating", "lifestyles"),
        "More adults eat well",
        "adults-eating-well",
        ("22.4", "27"),
        Up,
        "Chair of the Health and Wellbeing Partnership",
    ),
    target(
        ("waiting", "economy-and-housing"),
        "Fewer people wait for a home",
        "housing-waiting-list",
        ("6800", "6500"),
        Down,
        "Head of Housing",
    ),
    target(
        ("business-help", "volunteering"),
        "Half of the businesses asked support a group",
        "businesses-supporting-groups",
        ("0", "180"),
        Up,
        "Chair of Stevenage CVS",
    ),
    target(
        ("stigma", "mental-health"),
        "Fewer people keep a common mental health condition to themselves",
        "untold-conditions",
        ("", "20"),
        Down,
        "Chair of the Mental Health Partnership",
    ),
];

/// What a meeting found.
const REVIEWS: &[(&str, &str, &str)] = &[
    ("asb", "SoStevenage Executive, January 2013", "The target was reached early; fear of crime is the next task."),
    (
        "gcse-county",
        "SoStevenage Executive, January 2013",
        "The gap to the county is closing, but not at the pace that was planned.",
    ),
    ("waiting", "SoStevenage Executive, January 2013", "The list grows faster than homes are built."),
];

pub(super) fn plan(plan: &mut Plan) {
    for row in TARGETS {
        plan.add(format!("target/{}", row.name), day("2012-10-22"), Post::Keeper, |ids| {
            Ok(SetTarget {
                project: None,
                strategy: Some(ids.strategy("third")?),
                priority: Some(row.priority.into()),
                action: row.action.into(),
                indicator: row.indicator.into(),
                baseline: (!row.baseline.is_empty()).then(|| decimal(row.baseline)),
                target: decimal(row.target),
                due: day("2013-03-31"),
                direction: row.direction,
                owner: row.owner.into(),
            })
        })
        .illustrative();
    }
    for (target, meeting, words) in REVIEWS {
        plan.add(format!("reviewed/{target}"), day("2013-01-21"), Post::Keeper, |ids| {
            Ok(ReviewProgress { target: ids.target(target)?, meeting: (*meeting).into(), words: (*words).into() })
        })
        .illustrative();
    }
}
