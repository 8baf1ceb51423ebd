//! What public bodies gave in kind besides rent: officers' time, equipment, fees not charged. All values are
//! illustrative; that such support was given is documented.

use super::plan::Plan;
use super::words::{Post, day, pounds};
use crate::domain::command::GiveInKind;
use crate::domain::event::InKindKind::{self, Equipment, FeeWaiver, Other, StaffTime};

/// Project, giver, kind, pounds, day, basis.
type Row = (&'static str, &'static str, InKindKind, i64, &'static str, &'static str);

const GIVEN: &[Row] = &[
    ("action-days", "council", StaffTime, 1_450, "2010-06-12", "Officers for a day at their hourly cost"),
    ("action-days", "council", Equipment, 320, "2010-06-12", "Hire of skips"),
    ("action-days", "council", StaffTime, 1_520, "2011-06-11", "Officers for a day at their hourly cost"),
    ("action-days", "council", Equipment, 340, "2011-06-11", "Hire of skips"),
    ("action-days", "council", StaffTime, 1_610, "2012-06-16", "Officers for a day at their hourly cost"),
    ("action-days", "fire", StaffTime, 380, "2012-06-16", "A crew for an afternoon"),
    ("wild", "council", StaffTime, 2_400, "2011-03-31", "Green spaces officers through the year"),
    ("wild", "council", StaffTime, 2_600, "2012-03-30", "Green spaces officers through the year"),
    ("smokebusters", "nhs", StaffTime, 4_200, "2011-03-31", "Health promotion staff through the year"),
    ("smokebusters", "nhs", Equipment, 900, "2011-03-31", "Leaflets and car stickers"),
    ("fun-bus", "county", StaffTime, 3_100, "2011-09-30", "Youth workers of the county"),
    ("fun-bus", "police", StaffTime, 1_250, "2012-09-28", "Officers who go along"),
    ("street-pastors", "police", StaffTime, 640, "2011-05-20", "Training of new pastors"),
    ("sada", "council", FeeWaiver, 450, "2011-11-24", "Rooms for the conference"),
    ("sada", "police", StaffTime, 1_100, "2012-06-29", "Working group through the year"),
    ("youth-council", "council", FeeWaiver, 600, "2012-10-27", "Hall for a music evening"),
    ("allotments", "council", StaffTime, 1_900, "2012-12-14", "Handing over records and leases"),
    ("homelessness", "council", StaffTime, 26_000, "2012-03-30", "Housing advice team: part of the year"),
    ("business-centre", "council", Other, 5_000, "2012-03-30", "Marketing through the growth campaign"),
    ("youth-conference", "county", StaffTime, 800, "2018-10-12", "Youth workers"),
];

pub(super) fn plan(plan: &mut Plan) {
    for (number, (project, giver, kind, amount, on, basis)) in GIVEN.iter().enumerate() {
        plan.add(format!("inkind/{project}-{number}"), day(on), Post::Finance, move |ids| {
            Ok(GiveInKind {
                project: ids.project(project)?,
                giver: ids.organisation(giver)?,
                kind: *kind,
                value: pounds(*amount),
                basis: (*basis).into(),
            })
        })
        .illustrative();
    }
}
