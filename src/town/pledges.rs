//! What businesses and churches pledged and delivered.
//!
//! Documented: at least six apprenticeships in the Decent Homes contract, with staff and money for the community; that
//! 29 in 100 of the businesses asked release staff to volunteer. Givers, amounts and days are illustrative.

use super::plan::Plan;
use super::words::{Post, day, pounds, sentences, title};
use crate::domain::command::{
    AssignPledge, ConfirmDelivery, DeliverPledge, DisputeDelivery, MakePledge, WithdrawPledge,
};
use crate::domain::event::PledgeKind::{self, Cash, Goods, Places, StaffTime};

/// One pledge; zero and an empty word stand for what was not said.
struct Row {
    name: &'static str,
    giver: &'static str,
    project: &'static str,
    kind: PledgeKind,
    pounds: i64,
    quantity: u32,
    unit: &'static str,
    on: &'static str,
    contract: &'static str,
    words: &'static str,
}

const fn pledge(
    (name, giver, project): (&'static str, &'static str, &'static str),
    kind: PledgeKind,
    (pounds, quantity, unit): (i64, u32, &'static str),
    on: &'static str,
    contract: &'static str,
    words: &'static str,
) -> Row {
    Row { name, giver, project, kind, pounds, quantity, unit, on, contract, words }
}

const APPRENTICES: &str = "apprenticeships";

const PLEDGES: &[Row] = &[
    pledge(
        (APPRENTICES, "contractor", "decent-homes"),
        Places,
        (0, 6, "apprenticeship"),
        "2011-06-01",
        "decent-homes",
        "At least six apprenticeships over the life of the contract.",
    ),
    pledge(
        ("contractor-cash", "contractor", "decent-homes"),
        Cash,
        (5_000, 0, ""),
        "2011-06-01",
        "decent-homes",
        "Money for local community initiatives.",
    ),
    pledge(
        ("release-day", "engineers", "action-days"),
        StaffTime,
        (0, 6_000, "minutes"),
        "2011-04-11",
        "",
        "Staff are released for the environmental action days.",
    ),
    pledge(
        ("software-mentors", "software", "ventures"),
        StaffTime,
        (0, 4_800, "minutes"),
        "2011-02-14",
        "",
        "Staff are released to help young people who start a business.",
    ),
    pledge(
        ("saplings", "nursery", "mobbsbury"),
        Goods,
        (640, 80, "saplings"),
        "2010-11-01",
        "",
        "Trees for the edge of the wood.",
    ),
    pledge(("music", "retailer", "youth-council"), Cash, (2_000, 0, ""), "2012-05-08", "", "For live music evenings."),
    pledge(
        ("tools", "engineers", ""),
        Goods,
        (350, 0, ""),
        "2012-02-06",
        "",
        "Hand tools for whichever group can use them.",
    ),
    pledge(
        ("flasks", "churches", "street-pastors"),
        Goods,
        (180, 0, ""),
        "2010-10-04",
        "",
        "Hot drinks through the winter.",
    ),
    pledge(("prizes", "retailer", "fun-bus"), Goods, (300, 0, ""), "2011-06-06", "", "Prizes for a tournament."),
    pledge(("van", "nursery", "allotments"), Goods, (900, 0, ""), "2012-06-04", "", "A van for three weekends."),
];

/// A delivery: its label, the pledge, quantity, pounds, day; then what the receiving group said, and when.
struct Delivery {
    label: &'static str,
    pledge: &'static str,
    quantity: u32,
    pounds: i64,
    on: &'static str,
    answer: Answer,
}

enum Answer {
    Confirmed(&'static str, &'static str),
    Disputed(&'static str, &'static str),
    NotYet,
}
use Answer::{Confirmed, Disputed, NotYet};

const fn delivery(
    (label, pledge): (&'static str, &'static str),
    (quantity, pounds): (u32, i64),
    on: &'static str,
    answer: Answer,
) -> Delivery {
    Delivery { label, pledge, quantity, pounds, on, answer }
}

const DELIVERIES: &[Delivery] = &[
    delivery(("apprentices-1", APPRENTICES), (2, 0), "2011-09-05", Confirmed("council", "2011-09-19")),
    delivery(("apprentices-2", APPRENTICES), (2, 0), "2012-09-03", Confirmed("council", "2012-09-17")),
    delivery(("contractor-cash-1", "contractor-cash"), (0, 2_500), "2012-03-12", Confirmed("council", "2012-03-26")),
    delivery(("saplings", "saplings"), (80, 640), "2010-11-20", Confirmed("mobbsbury", "2010-11-22")),
    delivery(("music-1", "music"), (0, 1_500), "2012-07-02", Confirmed("youth-council", "2012-07-05")),
    delivery(("music-2", "music"), (0, 500), "2013-03-25", NotYet),
    delivery(("tools", "tools"), (0, 350), "2012-04-16", Confirmed("mobbsbury", "2012-04-23")),
    delivery(("flasks", "flasks"), (0, 180), "2010-12-03", Confirmed("churches", "2010-12-06")),
    delivery(("prizes", "prizes"), (0, 300), "2011-07-18", Disputed("nacro", "2011-07-25")),
];

pub(super) fn plan(plan: &mut Plan) {
    for row in PLEDGES {
        make(plan, row);
    }
    plan.add("assigned/tools", day("2012-03-05"), Post::Keeper, |ids| {
        Ok(AssignPledge { pledge: ids.pledge("tools")?, project: ids.project("mobbsbury")? })
    })
    .illustrative();
    for row in DELIVERIES {
        deliver(plan, row);
        answer(plan, row);
    }
    plan.add("withdrawn/van", day("2012-08-13"), Post::Business("nursery"), |ids| {
        Ok(WithdrawPledge { pledge: ids.pledge("van")?, reason: Some("The van was sold".into()) })
    })
    .illustrative();
}

fn make(plan: &mut Plan, row: &'static Row) {
    plan.add(format!("pledge/{}", row.name), day(row.on), Post::Business(row.giver), move |ids| {
        let project = (!row.project.is_empty()).then(|| ids.project(row.project)).transpose()?;
        let contract = (!row.contract.is_empty()).then(|| ids.contract(row.contract)).transpose()?;
        Ok(MakePledge {
            giver: ids.organisation(row.giver)?,
            project,
            kind: row.kind,
            amount: (row.pounds > 0).then(|| pounds(row.pounds)),
            quantity: (row.quantity > 0).then_some(row.quantity),
            unit: (!row.unit.is_empty()).then(|| row.unit.into()),
            due: None,
            contract,
            words: sentences(row.words),
        })
    })
    .illustrative_if(row.name != APPRENTICES);
}

fn deliver(plan: &mut Plan, row: &'static Delivery) {
    let giver = PLEDGES.iter().find(|pledge| pledge.name == row.pledge).map_or("", |pledge| pledge.giver);
    plan.add(format!("delivery/{}", row.label), day(row.on), Post::Business(giver), move |ids| {
        let value = (row.pounds > 0).then(|| pounds(row.pounds));
        Ok(DeliverPledge {
            pledge: ids.pledge(row.pledge)?,
            quantity: (row.quantity > 0).then_some(row.quantity),
            value,
            basis: title(if value.is_some() { "Illustrative" } else { "" }),
        })
    })
    .illustrative();
}

fn answer(plan: &mut Plan, row: &'static Delivery) {
    match row.answer {
        Confirmed(group, on) => {
            plan.add(format!("confirmed/{}", row.label), day(on), Post::Certifier(group), |ids| {
                Ok(ConfirmDelivery { entries: vec![ids.delivery(row.label)?] })
            })
            .illustrative();
        }
        Disputed(group, on) => {
            plan.add(format!("disputed/{}", row.label), day(on), Post::Certifier(group), |ids| {
                let reason = "The prizes never came".into();
                Ok(DisputeDelivery { entries: vec![ids.delivery(row.label)?], reason })
            })
            .illustrative();
        }
        NotYet => {}
    }
}
