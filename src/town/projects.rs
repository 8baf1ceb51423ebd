//! The projects of the example town, and the priorities of the strategy that each serves.
//!
//! The strategy was adopted after most projects had begun: those are linked to it on the day of its adoption.
//! How a project's partners share the organisations' gain is illustrative.

use super::governance::{ADOPTION, OPENING};
use super::organisations::{PLACES, association};
use super::plan::{Ids, Missing, Plan};
use super::words::{Post, day, sentences};
use crate::domain::command::{ChangeProject, CloseProject, OpenProject};
use crate::domain::event::DeliveryMode::{self, CommunityDelivered, CommunityDesigned, CommunityLed};
use crate::domain::event::Engagement::{self, Collaborating, Consulting, Empowering, Informing, Involving};
use crate::domain::event::{PartnerShare, PlaceShare, PriorityLink, ProjectKind};
use crate::domain::quantity::BasisPoints;

/// One project as the documents tell of it.
struct Row {
    name: &'static str,
    title: &'static str,
    lead: &'static str,
    opened: &'static str,
    priority: &'static str,
    mode: DeliveryMode,
    engagement: Engagement,
    summary: &'static str,
}

const fn project(
    (name, title): (&'static str, &'static str),
    lead: &'static str,
    opened: &'static str,
    priority: &'static str,
    (mode, engagement): (DeliveryMode, Engagement),
    summary: &'static str,
) -> Row {
    Row { name, title, lead, opened, priority, mode, engagement, summary }
}

const SIX: &[Row] = &[
    project(
        ("high-ropes", "SoChallenging high ropes course"),
        "leisure",
        "2010-06-01",
        "lifestyles",
        (CommunityLed, Involving),
        "A high ropes course in Fairlands Valley Park.",
    ),
    project(
        ("ymca-space", "YMCA Space"),
        "ymca",
        "2010-06-01",
        "skills",
        (CommunityDelivered, Involving),
        "A place for young people in the town centre.",
    ),
    project(
        ("soresilient", "SoResilient"),
        "mind",
        "2010-09-01",
        "mental-health",
        (CommunityDelivered, Collaborating),
        "A wellbeing centre that people can drop in to.",
    ),
    project(
        ("wild", "Wild Stevenage"),
        "wildlife-trust",
        "2010-07-01",
        "green-spaces",
        (CommunityDelivered, Collaborating),
        "Volunteers and an officer of their own care for the town's grasslands and woods.",
    ),
    project(
        ("money", "Money Money Money"),
        "solutions",
        "2011-01-04",
        "money-advice",
        (CommunityDelivered, Involving),
        "Help for people in debt, and a town centre base for the credit union beside the advice bureau.",
    ),
    project(
        ("ventures", "Ventures"),
        "solutions",
        "2011-01-04",
        "economy-and-housing",
        (CommunityDelivered, Involving),
        "Mentors, training and support for young people who start a business.",
    ),
];

const OTHERS: &[Row] = &[
    project(
        ("smokebusters", "Smokebusters"),
        "nhs",
        "2010-10-01",
        "lifestyles",
        (CommunityDesigned, Involving),
        "Residents promise to keep their homes and cars free of smoke.",
    ),
    project(
        ("fun-bus", "Fun bus"),
        "nacro",
        "2010-05-04",
        "feeling-safe",
        (CommunityLed, Involving),
        "A bus with sports and youth workers goes where young people gather.",
    ),
    project(
        ("taxi-marshals", "Taxi marshals"),
        "council",
        "2010-05-04",
        "feeling-safe",
        (CommunityLed, Consulting),
        "Marshals help people to a licensed taxi at night.",
    ),
    project(
        ("street-pastors", "Street Pastors"),
        "churches",
        "2010-04-01",
        "feeling-safe",
        (CommunityDelivered, Collaborating),
        "Volunteers of the churches look after people late at night.",
    ),
    project(
        ("dogwatch", "Dogwatch"),
        "dogwatch",
        "2010-04-01",
        "feeling-safe",
        (CommunityLed, Involving),
        "Dog walkers report what they see.",
    ),
    project(
        ("action-days", "Environmental action days"),
        "council",
        "2010-04-01",
        "green-spaces",
        (CommunityLed, Involving),
        "Residents, council and others plant, clear waste and deal with fly-tipping.",
    ),
    project(
        ("mobbsbury", "Care of Mobbsbury Wood"),
        "mobbsbury",
        "2010-04-01",
        "green-spaces",
        (CommunityDelivered, Empowering),
        "Neighbours maintain the small wood close to their homes.",
    ),
    project(
        ("allotments", "Allotments"),
        "allotments",
        "2010-04-01",
        "green-spaces",
        (CommunityLed, Collaborating),
        "The association oversees the allotments with the council; it takes over their running from 2013.",
    ),
    project(
        ("debt-advice", "Debt advice and advocacy"),
        "cab",
        "2011-04-01",
        "money-advice",
        (CommunityDelivered, Collaborating),
        "A contract of three years instead of a grant.",
    ),
    project(
        ("court-desk", "Court desk"),
        "cab",
        "2011-04-01",
        "economy-and-housing",
        (CommunityDelivered, Collaborating),
        "Help at court for families about to lose their home.",
    ),
    project(
        ("mortgage-rescue", "Mortgage Rescue"),
        "cab",
        "2011-04-01",
        "economy-and-housing",
        (CommunityLed, Involving),
        "Keeps families in homes that they can no longer pay for.",
    ),
    project(
        ("homelessness", "Homelessness prevention"),
        "council",
        "2011-04-01",
        "economy-and-housing",
        (CommunityLed, Collaborating),
        "The housing advice team with the advice bureau and the young homeless group.",
    ),
    project(
        ("leisure", "Leisure facilities"),
        "leisure",
        "2010-04-01",
        "lifestyles",
        (CommunityDelivered, Involving),
        "A social enterprise runs the town's leisure facilities; its surplus elsewhere comes back here.",
    ),
    project(
        ("decent-homes", "Decent Homes: community clauses"),
        "council",
        "2011-04-01",
        "skills",
        (CommunityDesigned, Consulting),
        "What the contractor has bound itself to give the community.",
    ),
    project(
        ("volunteering", "Volunteer Centre"),
        "cvs",
        "2010-04-01",
        "volunteering",
        (CommunityDelivered, Collaborating),
        "Brings people and groups together.",
    ),
    project(
        ("swingate", "Community hub at Swingate House"),
        "cab",
        "2012-05-01",
        "money-advice",
        (CommunityDelivered, Collaborating),
        "Three organisations share one building that had stood empty.",
    ),
    project(
        ("cooking", "Healthy cooking classes"),
        "county",
        "2011-09-01",
        "lifestyles",
        (CommunityLed, Informing),
        "Classes in children's centres.",
    ),
    project(
        ("business-centre", "Business Technology Centre"),
        "wenta",
        "2010-04-01",
        "economy-and-housing",
        (CommunityDelivered, Involving),
        "A not-for-profit manages the centre where new firms begin.",
    ),
    project(
        ("sada", "Stevenage Against Domestic Abuse"),
        "council",
        "2011-11-01",
        "feeling-safe",
        (CommunityLed, Collaborating),
        "Began with a conference in November 2011; survivors direct the service.",
    ),
    project(
        ("healthy-hub", "Healthy Hub"),
        "leisure",
        "2016-01-04",
        "lifestyles",
        (CommunityDelivered, Informing),
        "Health information, exercise on referral and many organisations under one roof.",
    ),
    project(
        ("youth-conference", "Youth conference 2018"),
        "youth-council",
        "2018-04-01",
        "skills",
        (CommunityLed, Empowering),
        "Young people chose the theme and the workshops and kept the budget.",
    ),
];

/// Groups that are supported as such: their name, which is the organisation's too, the title and the priority.
const CORE: &[(&str, &str, &str)] = &[
    ("youth-council", "Youth Council", "skills"),
    ("shopmobility", "Shopmobility", "lifestyles"),
    ("credit-union", "Credit Union", "money-advice"),
    ("disability", "Disability Network", "volunteering"),
    ("world-forum", "World Forum", "volunteering"),
    ("senior-forum", "Senior Forum", "volunteering"),
    ("inter-faith", "Inter-Faith Group", "volunteering"),
    ("toddlers", "Toddler groups", "child-poverty"),
];

/// Who shares the organisations' gain of a project, in basis points.
const PARTNERS: &[(&str, &[(&str, u32)])] = &[
    ("money", &[("solutions", 6_000), ("cab", 2_500), ("credit-union", 1_500)]),
    ("mortgage-rescue", &[("cab", 10_000)]),
    ("homelessness", &[("cab", 6_000), ("young-homeless", 4_000)]),
    ("swingate", &[("cab", 5_000), ("shopmobility", 3_000), ("credit-union", 2_000)]),
    ("action-days", &[("neighbours", 10_000)]),
];

/// Projects of one place; all others are for the whole town.
const SOMEWHERE: &[(&str, &str)] =
    &[("mobbsbury", "chells"), ("ymca-space", "town-centre"), ("swingate", "town-centre")];

pub(super) fn plan(plan: &mut Plan) {
    for row in SIX.iter().chain(OTHERS) {
        plan_project(plan, row);
    }
    for (name, title, priority) in CORE {
        plan_core(plan, name, (*name).to_owned(), (*title).to_owned(), "town-wide");
        link_later(plan, (*name).to_owned(), priority);
    }
    for (place, words) in PLACES {
        let title = format!("Community centre of {words}");
        plan_core(plan, &format!("centre-{place}"), association(place), title, place);
    }
    plan_changes(plan);
}

fn plan_project(plan: &mut Plan, row: &'static Row) {
    let before = day(row.opened) < day(ADOPTION);
    plan.add(format!("project/{}", row.name), day(row.opened), Post::Keeper, move |ids| {
        Ok(OpenProject {
            title: row.title.into(),
            kind: ProjectKind::Project,
            lead: ids.organisation(row.lead)?,
            partners: partners(row.name, ids)?,
            priorities: if before { Vec::new() } else { vec![link(row.priority, ids)?] },
            places: vec![place_of(row.name)],
            mode: Some(row.mode),
            engagement: Some(row.engagement),
            funding_ends: None,
            starts: None,
            ends: None,
            summary: sentences(row.summary),
            reference: None,
        })
    });
    if before {
        link_later(plan, row.name.to_owned(), row.priority);
    }
}

fn plan_core(plan: &mut Plan, name: &str, lead: String, title: String, place: &'static str) {
    plan.add(format!("project/{name}"), day(OPENING), Post::Keeper, move |ids| {
        Ok(OpenProject {
            title: title.as_str().into(),
            kind: ProjectKind::CoreSupport,
            lead: ids.organisation(&lead)?,
            partners: Vec::new(),
            priorities: Vec::new(),
            places: vec![PlaceShare { place: place.into(), share_bp: BasisPoints::WHOLE }],
            mode: Some(CommunityDelivered),
            engagement: None,
            funding_ends: None,
            starts: None,
            ends: None,
            summary: None,
            reference: None,
        })
    });
}

fn partners(project: &str, ids: &Ids) -> Result<Vec<PartnerShare>, Missing> {
    let shares = PARTNERS.iter().filter(|(name, _)| *name == project).flat_map(|(_, shares)| *shares);
    let share = |(name, bp): &(&str, u32)| {
        Ok(PartnerShare { organisation: ids.organisation(name)?, share_bp: BasisPoints(*bp) })
    };
    shares.map(share).collect()
}

fn link(priority: &str, ids: &Ids) -> Result<PriorityLink, Missing> {
    Ok(PriorityLink { strategy: ids.strategy("third")?, priority: priority.into(), primary: true })
}

fn place_of(project: &str) -> PlaceShare {
    let place = SOMEWHERE.iter().find(|(name, _)| *name == project).map_or("town-wide", |(_, place)| *place);
    PlaceShare { place: place.into(), share_bp: BasisPoints::WHOLE }
}

/// A change that leaves everything as it was.
fn unchanged(project: &str, ids: &Ids) -> Result<ChangeProject, Missing> {
    Ok(ChangeProject {
        project: ids.project(project)?,
        title: None,
        lead: None,
        partners: Vec::new(),
        priorities: Vec::new(),
        places: Vec::new(),
        mode: None,
        engagement: None,
        funding_ends: None,
        starts: None,
        ends: None,
        summary: None,
    })
}

fn link_later(plan: &mut Plan, name: String, priority: &'static str) {
    plan.add(format!("linked/{name}"), day(ADOPTION), Post::Keeper, move |ids| {
        Ok(ChangeProject { priorities: vec![link(priority, ids)?], ..unchanged(&name, ids)? })
    });
}

/// The allotments are handed over, and a project that was for a time only ends.
fn plan_changes(plan: &mut Plan) {
    plan.add("handover/allotments", day("2013-01-01"), Post::Keeper, |ids| {
        let summary = sentences("The association runs and manages the allotments itself since 2013.");
        let mode = Some(CommunityDelivered);
        Ok(ChangeProject { mode, engagement: Some(Empowering), summary, ..unchanged("allotments", ids)? })
    });
    plan.add("closed/ventures", day("2012-12-31"), Post::Keeper, |ids| {
        let reason = sentences("Its grant was spent; the Business Technology Centre goes on helping new firms.");
        Ok(CloseProject { project: ids.project("ventures")?, reason })
    })
    .illustrative();
}
