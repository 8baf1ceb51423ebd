//! The pots of money of the example town, but for the councillors' own, which stand in `councillors.rs`.

use super::governance::OPENING;
use super::plan::Plan;
use super::words::{Post, day, pounds, sentences};
use crate::domain::command::{CarryBudgetForward, MoveBudget, OpenFund, ReceiveIntoFund, SetBudget};
use crate::domain::money::Pence;
use crate::domain::time::FinancialYear;

/// One fund: its name in the tables, its title, who decides on it, and what it is for.
struct FundRow {
    name: &'static str,
    title: &'static str,
    holder: &'static str,
    purpose: &'static str,
    opened: &'static str,
}

const fn fund(
    name: &'static str,
    title: &'static str,
    holder: &'static str,
    opened: &'static str,
    purpose: &'static str,
) -> FundRow {
    FundRow { name, title, holder, purpose, opened }
}

const FUNDS: &[FundRow] = &[
    fund(
        "partnership",
        "SoStevenage partnership fund",
        "SoStevenage Executive",
        OPENING,
        "Government money that the partnership awards to projects led and delivered by the community.",
    ),
    fund(
        "volunteering",
        "Volunteering fund",
        "SoStevenage Executive",
        "2012-04-01",
        "Ring-fenced to promote and encourage volunteering in the town.",
    ),
    fund(
        "wellbeing",
        "Health and wellbeing fund",
        "Health and Wellbeing Partnership",
        "2012-04-01",
        "Groups bid for projects that encourage healthy lifestyles.",
    ),
    fund("community-grants", "Council community grants", "Executive member for Communities", OPENING, ""),
    fund("safety", "SoSafe community safety fund", "SoSafe partnership", OPENING, ""),
    fund("youth-conference", "Youth conference budget", "Youth Council", "2018-04-01", ""),
];

/// A fund, the financial year's first calendar year, pounds, and whether a document gives the figure.
const BUDGETS: &[(&str, i16, i64, bool)] = &[
    ("partnership", 2010, 540_000, false),
    ("volunteering", 2012, 26_000, true),
    ("wellbeing", 2012, 10_000, true),
    ("community-grants", 2010, 84_000, false),
    ("community-grants", 2011, 84_000, false),
    ("community-grants", 2012, 84_000, false),
    ("safety", 2010, 30_000, false),
    ("safety", 2011, 30_000, false),
    ("safety", 2012, 30_000, false),
    ("youth-conference", 2018, 3_000, false),
];

pub(super) fn plan(plan: &mut Plan) {
    for row in FUNDS {
        open(plan, row.name, row.title.to_owned(), row.holder.to_owned(), row.opened, Limits::default(), row.purpose);
    }
    for (name, year, amount, documented) in BUDGETS {
        set_budget(plan, name, *year, pounds(*amount), *documented);
    }
    plan_movements(plan);
}

/// What one award may take, and where a fund may be spent.
#[derive(Clone, Copy, Default)]
pub(super) struct Limits {
    pub(super) maximum: Option<Pence>,
    pub(super) place: Option<&'static str>,
}

/// Opens a fund of the council's.
pub(super) fn open(
    plan: &mut Plan,
    name: &str,
    title: String,
    holder: String,
    opened: &str,
    limits: Limits,
    purpose: &'static str,
) {
    plan.add(format!("fund/{name}"), day(opened), Post::Finance, move |ids| {
        Ok(OpenFund {
            name: title.as_str().into(),
            holder: Some(holder.as_str().into()),
            owner: Some(ids.organisation("council")?),
            purpose: sentences(purpose),
            place: limits.place.map(Into::into),
            minimum: None,
            maximum: limits.maximum,
            reference: None,
        })
    });
}

/// Sets a fund's budget on the first day of the financial year.
pub(super) fn set_budget(plan: &mut Plan, name: &str, year: i16, amount: Pence, documented: bool) {
    let fund = name.to_owned();
    let financial_year = FinancialYear(year);
    plan.add(format!("budget/{name}-{year}"), financial_year.first_day(), Post::Finance, move |ids| {
        Ok(SetBudget { fund: ids.fund(&fund)?, financial_year, amount })
    })
    .illustrative_if(!documented);
}

/// Money in from government, budget carried forward, and budget moved between two funds.
fn plan_movements(plan: &mut Plan) {
    plan.add("received/partnership", day("2010-04-06"), Post::Finance, |ids| {
        Ok(ReceiveIntoFund {
            fund: ids.fund("partnership")?,
            from_fund: None,
            from: Some("Central government".into()),
            amount: pounds(540_000),
        })
    })
    .illustrative();
    plan.add("carried/partnership", day("2011-04-01"), Post::Finance, |ids| {
        Ok(CarryBudgetForward {
            fund: ids.fund("partnership")?,
            from_year: FinancialYear(2010),
            to_year: FinancialYear(2011),
            amount: pounds(12_000),
        })
    })
    .illustrative();
    plan.add("moved/safety", day("2012-09-03"), Post::Finance, |ids| {
        Ok(MoveBudget {
            from_fund: ids.fund("community-grants")?,
            to_fund: ids.fund("safety")?,
            financial_year: FinancialYear(2012),
            amount: pounds(2_500),
        })
    })
    .illustrative();
}
