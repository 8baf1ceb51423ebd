//! What the projects brought about, as the documents count it.
//!
//! The 360 occasions on which homelessness was prevented are taken to hold the 25 families and the 173 interventions
//! at court, so those two are shown and add no pounds.

use super::plan::Plan;
use super::words::{COMMITMENT, ENGAGEMENT, Post, STRATEGY, day};
use crate::domain::command::ReportOutcome;

/// One outcome; an empty `within` means that it stands for itself.
struct Row {
    name: &'static str,
    project: &'static str,
    indicator: &'static str,
    quantity: u32,
    on: &'static str,
    reached: &'static str,
    within: &'static str,
    source: &'static str,
}

const fn outcome(
    (name, project, indicator): (&'static str, &'static str, &'static str),
    quantity: u32,
    on: &'static str,
    reached: &'static str,
    within: &'static str,
    source: &'static str,
) -> Row {
    Row { name, project, indicator, quantity, on, reached, within, source }
}

const PREVENTED: &str = "homelessness-prevented";
/// When the framework of community engagement counted.
const COUNTED: &str = "2019-01-31";

const OUTCOMES: &[Row] = &[
    outcome(
        ("prevented", "homelessness", PREVENTED),
        360,
        "2012-03-31",
        "Households about to lose their home, 2011-12",
        "",
        STRATEGY,
    ),
    outcome(
        ("families", "mortgage-rescue", PREVENTED),
        25,
        "2012-03-31",
        "Families who could no longer pay their mortgage",
        "prevented",
        STRATEGY,
    ),
    outcome(
        ("court", "court-desk", PREVENTED),
        173,
        "2012-03-31",
        "Families before the court",
        "prevented",
        COMMITMENT,
    ),
    outcome(("debtors", "money", "debt-clients-helped"), 300, "2012-09-28", "People in debt", "", STRATEGY),
    outcome(
        ("entrepreneurs", "ventures", "entrepreneurs-supported"),
        80,
        "2012-09-28",
        "Young people who start a business",
        "",
        STRATEGY,
    ),
    outcome(("hub-walk-ins", "healthy-hub", "hub-walk-ins"), 528, COUNTED, "People who walked in", "", ENGAGEMENT),
    outcome(
        ("hub-referrals", "healthy-hub", "hub-referrals"),
        820,
        COUNTED,
        "Referrals by health professionals",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("hub-visitors", "healthy-hub", "hub-visitors"),
        12_307,
        COUNTED,
        "Visitors to the organisations in the hub",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("hub-passed-on", "healthy-hub", "hub-referred-on"),
        241,
        COUNTED,
        "People referred to other partners",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("hub-signposted", "healthy-hub", "hub-signposted"),
        287,
        COUNTED,
        "People shown to community services",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("sada-supported", "sada", "victims-supported"),
        85,
        COUNTED,
        "Victims of domestic abuse who were supported",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("conference-schools", "youth-conference", "schools-taking-part"),
        4,
        "2018-11-30",
        "Secondary schools",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("conference-planners", "youth-conference", "young-planners"),
        13,
        "2018-11-30",
        "Members of the Youth Council, 11 to 18 years old",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("conference-joined", "youth-conference", "young-people-joined"),
        5,
        "2018-11-30",
        "Young people who joined the Youth Council",
        "",
        ENGAGEMENT,
    ),
    outcome(
        ("hub-occupiers", "swingate", "organisations-housed"),
        3,
        "2012-05-01",
        "Organisations under one roof",
        "",
        COMMITMENT,
    ),
];

pub(super) fn plan(plan: &mut Plan) {
    for row in OUTCOMES {
        plan.add(format!("outcome/{}", row.name), day(row.on), Post::Keeper, |ids| {
            Ok(ReportOutcome {
                project: ids.project(row.project)?,
                indicator: row.indicator.into(),
                quantity: row.quantity,
                reached: Some(row.reached.into()),
                evidence: Some(row.source.into()),
                included_in: (!row.within.is_empty()).then(|| ids.outcome(row.within)).transpose()?,
            })
        });
    }
}
