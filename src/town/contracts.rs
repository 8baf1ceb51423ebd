//! Contracts of the example town, and the surplus that an operator put back.
//!
//! Documented: three years with the advice bureau instead of a grant; a social enterprise that runs the leisure
//! facilities and reinvests what it earns elsewhere; at least six apprenticeships, staff and money for the community
//! in the Decent Homes contract. Every amount is illustrative.

use super::plan::Plan;
use super::words::{Post, day, pounds, sentences};
use crate::domain::command::{AgreeContract, EndContract, PayContract, ReinvestSurplus};

/// One contract: its term, its value in pounds, and its community clauses.
struct Row {
    name: &'static str,
    project: &'static str,
    operator: &'static str,
    title: &'static str,
    value: i64,
    starts: &'static str,
    ends: &'static str,
    clauses: &'static [&'static str],
}

const CONTRACTS: &[Row] = &[
    Row {
        name: "debt-advice",
        project: "debt-advice",
        operator: "cab",
        title: "Debt advice services, three years",
        value: 360_000,
        starts: "2011-04-01",
        ends: "2014-03-31",
        clauses: &["Certainty for three years, so that the bureau can bid for other money"],
    },
    Row {
        name: "leisure",
        project: "leisure",
        operator: "leisure",
        title: "Management of the leisure facilities",
        value: 2_400_000,
        starts: "2010-04-01",
        ends: "2018-04-05",
        clauses: &["Surplus is reinvested in the town's facilities"],
    },
    Row {
        name: "decent-homes",
        project: "decent-homes",
        operator: "contractor",
        title: "Decent Homes",
        value: 9_000_000,
        starts: "2011-06-01",
        ends: "2016-05-31",
        clauses: &[
            "At least six apprenticeships over the life of the contract",
            "Suitable jobs are advertised locally",
            "Staff and money for local community initiatives",
        ],
    },
    Row {
        name: "marshals",
        project: "taxi-marshals",
        operator: "marshals",
        title: "Taxi marshals on Friday and Saturday nights",
        value: 36_000,
        starts: "2010-05-04",
        ends: "2013-03-31",
        clauses: &[],
    },
];

/// Payments: the contract, pounds each, and the days.
const PAYMENTS: &[(&str, i64, &[&str])] = &[
    (
        "debt-advice",
        30_000,
        &[
            "2011-04-15",
            "2011-07-15",
            "2011-10-14",
            "2012-01-13",
            "2012-04-13",
            "2012-07-13",
            "2012-10-15",
            "2013-01-15",
        ],
    ),
    ("leisure", 75_000, &["2010-06-30", "2010-12-31", "2011-06-30", "2011-12-30"]),
    ("leisure", 60_000, &["2012-06-29", "2012-12-31"]),
    ("marshals", 6_000, &["2010-09-30", "2011-03-31", "2011-09-30", "2012-03-30", "2012-09-28", "2013-03-28"]),
];

/// Surplus that came back into the leisure facilities, in pounds, with what it was spent on.
const SURPLUS: &[(&str, i64, &str)] = &[
    ("2011-03-31", 38_000, "New gym equipment"),
    ("2012-03-30", 46_500, "Changing rooms"),
    ("2013-03-28", 52_000, "Swimming pool plant"),
];

pub(super) fn plan(plan: &mut Plan) {
    for row in CONTRACTS {
        agree(plan, row);
    }
    for (contract, amount, days) in PAYMENTS {
        for on in *days {
            plan_payment(plan, &format!("{contract}-{on}"), contract, *amount, on);
        }
    }
    for (on, amount, words) in SURPLUS {
        plan.add(format!("surplus/leisure-{on}"), day(on), Post::Finance, |ids| {
            let (project, operator) = (ids.project("leisure")?, ids.organisation("leisure")?);
            Ok(ReinvestSurplus { project, operator, amount: pounds(*amount), words: sentences(words) })
        })
        .illustrative();
    }
    plan.add("ended/marshals", day("2013-03-31"), Post::Finance, |ids| {
        let reason = sentences("Its term ended; a new one is let to the lowest sound offer of a local firm.");
        Ok(EndContract { contract: ids.contract("marshals")?, reason })
    })
    .illustrative();
}

fn agree(plan: &mut Plan, row: &'static Row) {
    plan.add(format!("contract/{}", row.name), day(row.starts), Post::Finance, move |ids| {
        Ok(AgreeContract {
            operator: ids.organisation(row.operator)?,
            project: ids.project(row.project)?,
            title: row.title.into(),
            value: pounds(row.value),
            starts: day(row.starts),
            ends: day(row.ends),
            clauses: row.clauses.iter().map(|clause| (*clause).into()).collect(),
            reference: Some(format!("example-contract-{}", row.name).into()),
        })
    })
    .illustrative();
}

/// Plans a payment under a contract.
pub(super) fn plan_payment(plan: &mut Plan, label: &str, contract: &'static str, amount: i64, on: &str) {
    plan.add(format!("contractpayment/{label}"), day(on), Post::Finance, move |ids| {
        Ok(PayContract { contract: ids.contract(contract)?, amount: pounds(amount), payment_reference: None })
    })
    .illustrative();
}
