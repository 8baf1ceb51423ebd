//! Hours that volunteers gave, month by month and group by group, with their confirmations.
//!
//! Documented: that these groups' people give their time, and more than 300 hours for Wild Stevenage. How many people
//! came on which day is illustrative; the hours of Wild Stevenage are spread so that they come to 315.

use super::plan::Plan;
use super::words::{Post, day, days_after};
use crate::domain::command::{ConfirmHours, LogHours, RejectHours, ReportNil};
use crate::domain::event::Captured::{self, Estimate, Import, Phone, Register};
use crate::domain::time::{Day, FinancialYear, Month};

/// A group that logs hours again and again.
struct Series {
    group: &'static str,
    project: &'static str,
    role: &'static str,
    /// The first month, as year and month.
    from: (i16, i8),
    /// Every how many months.
    every: usize,
    /// How many times.
    times: usize,
    /// People on an ordinary occasion; more come in spring and fewer in winter.
    people: u32,
    minutes: u32,
    activity: &'static str,
    captured: Captured,
}

const fn series(
    (group, project, role): (&'static str, &'static str, &'static str),
    (from, every, times): ((i16, i8), usize, usize),
    (people, minutes): (u32, u32),
    captured: Captured,
    activity: &'static str,
) -> Series {
    Series { group, project, role, from, every, times, people, minutes, activity, captured }
}

const SERIES: &[Series] = &[
    series(("mobbsbury", "mobbsbury", "general"), ((2010, 4), 1, 36), (9, 120), Phone, "Work in the wood"),
    series(("churches", "street-pastors", "skilled"), ((2010, 4), 1, 36), (8, 300), Register, "Night patrols"),
    series(("cab", "debt-advice", "professional"), ((2011, 4), 1, 24), (14, 960), Register, "Advice sessions"),
    series(("shopmobility", "shopmobility", "general"), ((2010, 4), 2, 18), (7, 720), Register, "Front desk"),
    series(("toddlers", "toddlers", "general"), ((2010, 4), 2, 18), (18, 360), Phone, "Weekly sessions"),
    series(("allotments", "allotments", "general"), ((2010, 4), 3, 12), (16, 240), Estimate, "Care of paths and plots"),
    series(("cvs", "volunteering", "skilled"), ((2010, 5), 3, 12), (6, 1_200), Import, "Interviews and matching"),
    series(
        ("youth-council", "youth-council", "general"),
        ((2010, 6), 3, 12),
        (13, 180),
        Register,
        "Meetings and events",
    ),
    series(("dogwatch", "dogwatch", "general"), ((2010, 5), 6, 6), (22, 150), Phone, "Walks and reports"),
    series(
        ("neighbours", "action-days", "general"),
        ((2010, 6), 4, 9),
        (30, 210),
        Register,
        "Environmental action day",
    ),
    series(("solutions", "ventures", "mentor"), ((2011, 2), 2, 9), (5, 240), Phone, "Mentoring of young entrepreneurs"),
    series(
        ("association-bedwell", "centre-bedwell", "skilled"),
        ((2010, 6), 3, 12),
        (7, 480),
        Register,
        "Running the community centre",
    ),
    series(
        ("association-shephall", "centre-shephall", "skilled"),
        ((2010, 6), 3, 12),
        (6, 420),
        Register,
        "Running the community centre",
    ),
];

/// Wild Stevenage: people on each of twelve days of 150 minutes; 126 people x 150 minutes are 315 hours.
const WILD: &[(&str, u32)] = &[
    ("2010-09-18", 12),
    ("2010-10-16", 9),
    ("2010-11-20", 8),
    ("2011-03-19", 14),
    ("2011-05-14", 11),
    ("2011-07-16", 10),
    ("2011-09-17", 7),
    ("2011-10-22", 13),
    ("2012-02-18", 9),
    ("2012-04-21", 12),
    ("2012-06-23", 10),
    ("2012-09-15", 11),
];

/// Hours that employers gave under a pledge: label, group, project, role, people, minutes each, day, pledge.
type Given = (&'static str, &'static str, &'static str, &'static str, u32, u32, &'static str, &'static str);

const GIVEN: &[Given] = &[
    ("release-1", "neighbours", "action-days", "general", 8, 390, "2011-06-11", "release-day"),
    ("release-2", "neighbours", "action-days", "general", 6, 390, "2012-06-16", "release-day"),
    ("mentors-1", "solutions", "ventures", "professional", 4, 300, "2011-03-14", "software-mentors"),
    ("mentors-2", "solutions", "ventures", "professional", 3, 300, "2011-10-10", "software-mentors"),
];

/// How many come, in quarters of the ordinary number, by month from January.
const SEASON: [u32; 12] = [3, 3, 4, 5, 5, 4, 4, 3, 4, 5, 4, 2];

/// The day after which what was logged still waits to be confirmed.
const UNCONFIRMED_FROM: &str = "2013-02-01";

/// An entry of hours that was planned: its label, its day and its group.
struct Logged {
    label: String,
    on: Day,
    group: &'static str,
}

pub(super) fn plan(plan: &mut Plan) {
    let mut logged = Vec::new();
    for series in SERIES {
        plan_series(plan, series, &mut logged);
    }
    for (on, people) in WILD {
        let label = format!("wild-{on}");
        let activity = "Care of grasslands and woods";
        let hours = Hours { group: "wildlife-trust", project: "wild", role: "general", people: *people, minutes: 150 };
        log(plan, &label, day(on), hours, activity, Register, None);
        logged.push(Logged { label, on: day(on), group: "wildlife-trust" });
    }
    for (label, group, project, role, people, minutes, on, pledge) in GIVEN {
        let hours = Hours { group, project, role, people: *people, minutes: *minutes };
        log(plan, label, day(on), hours, "Staff released by their employer", Register, Some(pledge));
        logged.push(Logged { label: (*label).to_owned(), on: day(on), group });
    }
    plan_confirmations(plan, logged);
    plan_exceptions(plan);
}

fn plan_series(plan: &mut Plan, it: &'static Series, logged: &mut Vec<Logged>) {
    let mut month = Month { year: it.from.0, month: it.from.1 };
    for number in 0..it.times {
        let label = format!("{}-{month}", it.project);
        let on = Day(month.first_day().0 + day_of_month(it.group, number));
        let season = SEASON.iter().zip(1..).find(|(_, at)| *at == month.month).map_or(4, |(season, _)| *season);
        let people = (it.people * season / 4).max(1);
        let hours = Hours { group: it.group, project: it.project, role: it.role, people, minutes: it.minutes };
        log(plan, &label, on, hours, it.activity, it.captured, None);
        logged.push(Logged { label, on, group: it.group });
        for _ in 0..it.every {
            month = month.next();
        }
    }
}

/// Groups meet on days of their own, which wander a little from month to month.
fn day_of_month(group: &str, number: usize) -> i32 {
    let spread = group.len() * 5 + number * 3;
    i32::try_from(spread % 24).unwrap_or(0) + 1
}

/// Who gave how much for what.
#[derive(Clone, Copy)]
struct Hours {
    group: &'static str,
    project: &'static str,
    role: &'static str,
    people: u32,
    minutes: u32,
}

fn log(
    plan: &mut Plan,
    label: &str,
    on: Day,
    hours: Hours,
    activity: &'static str,
    captured: Captured,
    pledge: Option<&'static str>,
) {
    plan.add(format!("hours/{label}"), on, Post::Logger(hours.group), move |ids| {
        Ok(LogHours {
            project: ids.project(hours.project)?,
            group: ids.organisation(hours.group)?,
            role: hours.role.into(),
            people: hours.people,
            minutes_each: hours.minutes,
            activity: Some(activity.into()),
            captured,
            pledge: pledge.map(|pledge| ids.pledge(pledge)).transpose()?,
            meant: false,
        })
    })
    .illustrative();
}

/// Each group confirms its hours twice a year: in October, and in April before the books are closed.
fn plan_confirmations(plan: &mut Plan, logged: Vec<Logged>) {
    let mut due = std::collections::BTreeMap::new();
    for Logged { label, on, group } in logged.into_iter().filter(|logged| logged.on < day(UNCONFIRMED_FROM)) {
        let year = FinancialYear::of(on);
        let autumn = days_after(&format!("{}-10-01", year.0), 0);
        let confirmed = if on < autumn { days_after(&format!("{}-10-12", year.0), 0) } else { year.next().first_day() };
        due.entry((confirmed, group)).or_insert_with(Vec::new).push(label);
    }
    for ((on, group), labels) in due {
        plan.add(format!("confirmed/{group}-{on}"), on, Post::Certifier(group), move |ids| {
            Ok(ConfirmHours { entries: labels.iter().map(|label| ids.hours(label)).collect::<Result<_, _>>()? })
        })
        .illustrative();
    }
}

/// Hours that were rejected, and a month without any.
fn plan_exceptions(plan: &mut Plan) {
    let hours = Hours { group: "dogwatch", project: "dogwatch", role: "general", people: 40, minutes: 480 };
    log(plan, "dogwatch-slip", day("2012-10-06"), hours, "Walks and reports", Phone, None);
    plan.add("rejected/dogwatch-slip", day("2012-10-08"), Post::Certifier("dogwatch"), |ids| {
        let reason = "Forty people walked for an hour each, not for eight".into();
        Ok(RejectHours { entries: vec![ids.hours("dogwatch-slip")?], reason })
    })
    .illustrative();
    plan.add("nil/neighbours", day("2013-01-31"), Post::Logger("neighbours"), |ids| {
        Ok(ReportNil { group: ids.organisation("neighbours")?, month: Month { year: 2013, month: 1 } })
    })
    .illustrative();
}
