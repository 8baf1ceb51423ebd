//! The local community budgets: thirty-nine councillors with £3,300 each a year, and the Youth Mayor's.
//!
//! The budgets of 2012-13 and the sum of £128,700 are documented; those of the year before are taken to have been the
//! same. Single awards are illustrative. Councillors of a ward pool their budgets for its community association.

use super::funds::{Limits, open, set_budget};
use super::grants::{Award, Share, award, pay};
use super::organisations::{PLACES, association};
use super::plan::Plan;
use super::words::{days_after, pounds};

/// Councillors in each of the thirteen wards.
const SEATS: usize = 3;
/// A councillor's budget a year, in pounds.
const BUDGET: i64 = 3_300;

const PURPOSE: &str = "Grants to worthwhile projects and groups of the ward.";

pub(super) fn plan_seats(plan: &mut Plan) {
    for (place, words) in wards() {
        for seat in 1..=SEATS {
            let title = format!("Local community budget, {words}, seat {seat}");
            let limits = Limits { maximum: Some(pounds(BUDGET)), place: Some(place) };
            let holder = format!("Councillor for {words}, seat {seat}");
            open(plan, &seat_fund(place, seat), title, holder, "2011-04-01", limits, PURPOSE);
            set_budget(plan, &seat_fund(place, seat), 2011, pounds(BUDGET), false);
            set_budget(plan, &seat_fund(place, seat), 2012, pounds(BUDGET), true);
        }
    }
    let limits = Limits::default();
    let words = "For what young people of the town need.";
    open(
        plan,
        "youth-mayor",
        "Local community budget, Youth Mayor".into(),
        "Youth Mayor".into(),
        "2012-04-01",
        limits,
        words,
    );
    set_budget(plan, "youth-mayor", 2012, pounds(1_000), false);
}

/// The wards: every place but the town centre.
fn wards() -> impl Iterator<Item = (&'static str, &'static str)> {
    PLACES.iter().copied().filter(|(place, _)| *place != "town-centre")
}

fn seat_fund(place: &str, seat: usize) -> String {
    format!("seat-{place}-{seat}")
}

/// What the three councillors of a ward give together to its community association: pounds of each seat in 2011-12 and
/// in 2012-13, ward by ward.
const POOLED: &[(i64, i64)] = &[
    (900, 1_100),
    (1_200, 800),
    (700, 950),
    (1_000, 1_250),
    (650, 900),
    (800, 1_000),
    (1_500, 700),
    (950, 1_150),
    (600, 850),
    (1_100, 1_300),
    (750, 1_050),
    (850, 600),
    (1_300, 1_200),
];

/// Single awards of 2012-13: the ward and seat, the project, the recipient, pounds, the day, and what for.
type Single = (&'static str, usize, &'static str, &'static str, i64, &'static str, &'static str);

const SINGLE: &[Single] = &[
    ("bandley-hill", 1, "toddlers", "toddlers", 400, "2012-06-11", "Soft play mats"),
    ("bedwell", 1, "senior-forum", "senior-forum", 350, "2012-06-18", "Autumn forum: room and transport"),
    ("chells", 2, "mobbsbury", "mobbsbury", 600, "2012-07-02", "Path edging and bird boxes"),
    ("longmeadow", 1, "allotments", "allotments", 500, "2012-07-09", "Raised beds that can be reached sitting down"),
    ("manor", 3, "toddlers", "toddlers", 250, "2012-07-16", "Books and puzzles"),
    ("martins-wood", 1, "dogwatch", "dogwatch", 180, "2012-08-06", "High-visibility leads"),
    ("old-town", 2, "street-pastors", "churches", 750, "2012-08-20", "Winter jackets and first aid kits"),
    ("pin-green", 1, "youth-council", "youth-council", 600, "2012-09-03", "Live music evening"),
    ("roebuck", 2, "disability", "disability", 450, "2012-09-10", "Signing at open meetings"),
    ("shephall", 1, "world-forum", "world-forum", 500, "2012-09-24", "Festival of many cultures"),
    ("st-nicholas", 3, "action-days", "neighbours", 320, "2012-10-08", "Planting of a community garden"),
    ("symonds-green", 2, "inter-faith", "inter-faith", 300, "2012-10-22", "First shared evening of the faith groups"),
    ("woodfield", 1, "shopmobility", "shopmobility", 900, "2012-11-05", "A second-hand mobility scooter"),
    ("bedwell", 3, "toddlers", "toddlers", 275, "2012-11-19", "Winter outings"),
    ("shephall", 2, "mobbsbury", "mobbsbury", 220, "2013-01-14", "Gloves and hand tools"),
    ("old-town", 3, "senior-forum", "senior-forum", 410, "2013-02-04", "Computer mornings"),
];

pub(super) fn plan_awards(plan: &mut Plan) {
    for ((place, words), (before, now)) in wards().zip(POOLED) {
        pool(plan, place, words, 2011, *before, "2011-09-12");
        pool(plan, place, words, 2012, *now, "2012-10-01");
    }
    for (place, seat, project, recipient, amount, on, purpose) in SINGLE {
        let label = format!("lcb-{place}-{seat}-{project}");
        let funding = vec![Share { fund: seat_fund(place, *seat), year: 2012, pounds: *amount }];
        plan_one(plan, &label, project, recipient, funding, on, purpose);
    }
    let funding = vec![Share { fund: "youth-mayor".into(), year: 2012, pounds: 650 }];
    let purpose = "A platform for young people's views: film and screening";
    plan_one(plan, "lcb-youth-mayor", "youth-council", "youth-council", funding, "2012-11-12", purpose);
}

fn pool(plan: &mut Plan, place: &str, words: &str, year: i16, each: i64, on: &'static str) {
    let share = |seat| Share { fund: seat_fund(place, seat), year, pounds: each };
    let project = format!("centre-{place}");
    let recipient = association(place);
    let purpose = format!("Ward councillors together: activities at the community centre of {words}");
    plan_one(
        plan,
        &format!("lcb-{place}-{year}"),
        &project,
        &recipient,
        (1..=SEATS).map(share).collect(),
        on,
        &purpose,
    );
}

/// An award that is paid in full a fortnight later.
fn plan_one(
    plan: &mut Plan,
    label: &str,
    project: &str,
    recipient: &str,
    funding: Vec<Share>,
    on: &'static str,
    purpose: &str,
) {
    let total = funding.iter().map(|share| share.pounds).sum();
    let (project, recipient) = (project.to_owned(), recipient.to_owned());
    award(plan, Award { label: label.to_owned(), project, recipient, funding, on, purpose: purpose.to_owned() });
    plan.illustrative();
    pay(plan, &format!("{label}-paid"), label, total, days_after(on, 14)).illustrative();
}
