//! Figures that the documents printed, to be held against what the ledger computes. Some do not agree with each other,
//! and that is the point: 147 of 394 businesses are 37%, not 39%, and thirty-nine budgets of £3,300 are £128,700.

use super::indicators::decimal;
use super::plan::Plan;
use super::words::{COMMITMENT, ENGAGEMENT, Post, STRATEGY, day, pounds, title};
use crate::domain::command::PublishClaim;

/// One claim; zero pounds, empty words and an empty project stand for what it does not say.
struct Row {
    name: &'static str,
    words: &'static str,
    pounds: i64,
    value: (&'static str, &'static str),
    window: (&'static str, &'static str),
    project: &'static str,
    printed_in: &'static str,
}

const fn money(
    name: &'static str,
    words: &'static str,
    pounds: i64,
    window: (&'static str, &'static str),
    project: &'static str,
    printed_in: &'static str,
) -> Row {
    Row { name, words, pounds, value: ("", ""), window, project, printed_in }
}

const fn count(
    name: &'static str,
    words: &'static str,
    value: (&'static str, &'static str),
    window: (&'static str, &'static str),
    project: &'static str,
    printed_in: &'static str,
) -> Row {
    Row { name, words, pounds: 0, value, window, project, printed_in }
}

const YEAR_2011: (&str, &str) = ("2011-04-01", "2012-03-31");
const YEAR_2012: (&str, &str) = ("2012-04-01", "2013-03-31");
const NO_WINDOW: (&str, &str) = ("", "");

const CLAIMS: &[Row] = &[
    money(
        "five-years",
        "Approximately £2.8 million in five years for local groups: funding, rent in kind and other indirect support",
        2_800_000,
        ("2007-04-01", "2012-03-31"),
        "",
        STRATEGY,
    ),
    money(
        "per-year",
        "More than £1 million per year of support: grants, rent in kind, garages and help in kind",
        1_000_000,
        YEAR_2012,
        "",
        COMMITMENT,
    ),
    money(
        "budgets-last-year",
        "Around £160,000 last year from councillors' local community budgets",
        160_000,
        YEAR_2011,
        "",
        STRATEGY,
    ),
    money(
        "budgets-total",
        "£3,300 for each councillor, a total of £128,700 available across the town",
        128_700,
        YEAR_2012,
        "",
        COMMITMENT,
    ),
    money(
        "six-projects",
        "More than half a million pounds of government money for six local projects",
        500_000,
        NO_WINDOW,
        "",
        COMMITMENT,
    ),
    money("wild-grant", "£25,000 given to Wild Stevenage", 25_000, NO_WINDOW, "wild", STRATEGY),
    money("wild-match", "It helped to win £50,000 of lottery money", 50_000, NO_WINDOW, "wild", STRATEGY),
    money("volunteering", "£26,000 ring-fenced for volunteering", 26_000, NO_WINDOW, "volunteering", STRATEGY),
    money("wellbeing", "£10,000 that groups can bid for", 10_000, NO_WINDOW, "", STRATEGY),
    count(
        "business-share",
        "39% of 394 businesses support the voluntary and community sector",
        ("39", "% of 394 businesses"),
        NO_WINDOW,
        "",
        STRATEGY,
    ),
    count(
        "business-number",
        "147 businesses support more than 180 groups",
        ("147", "businesses"),
        NO_WINDOW,
        "",
        STRATEGY,
    ),
    count(
        "wild-hours",
        "Volunteers gave over 300 hours to grasslands and woodlands",
        ("300", "hours, at least"),
        NO_WINDOW,
        "wild",
        STRATEGY,
    ),
    count(
        "smokebusters",
        "Nearly 600 people promised a smoke-free home or car",
        ("600", "people, nearly"),
        NO_WINDOW,
        "smokebusters",
        STRATEGY,
    ),
    count(
        "prevented",
        "Homelessness prevented on 360 occasions",
        ("360", "occasions"),
        YEAR_2011,
        "homelessness",
        STRATEGY,
    ),
    count("sada", "85 victims of domestic abuse supported so far", ("85", "people"), NO_WINDOW, "sada", ENGAGEMENT),
];

pub(super) fn plan(plan: &mut Plan) {
    for row in CLAIMS {
        let printed = if row.printed_in == ENGAGEMENT { "2019-01-31" } else { "2012-10-15" };
        plan.add(format!("claim/{}", row.name), day(printed), Post::Keeper, |ids| {
            Ok(PublishClaim {
                words: row.words.into(),
                amount: (row.pounds > 0).then(|| pounds(row.pounds)),
                value: (!row.value.0.is_empty()).then(|| decimal(row.value.0)),
                unit: title(row.value.1),
                from: (!row.window.0.is_empty()).then(|| day(row.window.0)),
                to: (!row.window.1.is_empty()).then(|| day(row.window.1)),
                project: (!row.project.is_empty()).then(|| ids.project(row.project)).transpose()?,
                printed_in: row.printed_in.into(),
            })
        });
    }
}
