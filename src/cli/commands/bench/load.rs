//! The load: a small town, and hours by the thousand.

use crate::app::request::{Ask, Request};
use crate::domain::command::{AdoptRateCard, Command, LogHours, OpenLedger, OpenProject, RegisterOrganisation};
use crate::domain::event::{Actor, Captured, Currency, HourRate, OrganisationKind, ProjectKind, Role};
use crate::domain::ids::{OrganisationId, Position, ProjectId};
use crate::domain::money::Pence;
use crate::domain::text::{Reference, Slug, Title};
use crate::domain::time::Day;

/// The first day of the load: 1 April 2022.
pub(super) const FIRST_DAY: Day = Day(19_083);
/// How many days it covers.
pub(super) const DAYS: u64 = 1_000;
/// How many projects it has.
pub(super) const PROJECTS: u64 = 100;
/// The position of the group.
const GROUP: u64 = 3;
/// The position of the first project.
const FIRST_PROJECT: u64 = 4;

/// Who enters the load.
pub(super) fn actor() -> Actor {
    Actor { name: Slug::from("bench"), role: Role::Keeper }
}

/// The first project.
pub(super) fn project(number: u64) -> ProjectId {
    ProjectId(Position(FIRST_PROJECT + number % PROJECTS))
}

/// A request of some commands.
pub(super) fn request(key: String, asks: Vec<Ask>) -> Request {
    Request { actor: actor(), key: Reference::from(key), asks }
}

/// The ledger, its rate card, a group and its projects: one commit.
pub(super) fn town() -> Request {
    let mut asks = vec![
        Ask::on(FIRST_DAY, open()),
        Ask::on(FIRST_DAY, rate_card()),
        Ask::on(
            FIRST_DAY,
            RegisterOrganisation {
                name: Title::from("Bench Group"),
                org_ids: Vec::new(),
                kinds: vec![OrganisationKind::Voluntary],
                control_group: None,
                also_known_as: Vec::new(),
            },
        ),
    ];
    asks.extend((0..PROJECTS).map(|number| Ask::on(FIRST_DAY, open_project(number))));
    request("town".to_owned(), asks)
}

fn open() -> OpenLedger {
    OpenLedger {
        name: Title::from("Bench"),
        currency: Currency::Gbp,
        publisher: None,
        time_zone: Reference::from("Europe/London"),
    }
}

fn rate_card() -> AdoptRateCard {
    AdoptRateCard {
        name: Title::from("Bench rates"),
        owner: Title::from("Bench"),
        minute: None,
        source: Title::from("made up"),
        hour_rates: vec![HourRate { role: Slug::from("general"), per_hour: Pence(1_109), low: None, high: None }],
        unit_values: Vec::new(),
        winners: None,
    }
}

fn open_project(number: u64) -> Command {
    OpenProject {
        title: Title::from(format!("Project {number}")),
        kind: ProjectKind::Project,
        lead: OrganisationId(Position(GROUP)),
        partners: Vec::new(),
        priorities: Vec::new(),
        places: Vec::new(),
        mode: None,
        engagement: None,
        funding_ends: None,
        starts: None,
        ends: None,
        summary: None,
        reference: None,
    }
    .into()
}

/// One command of hours; each number is another, and no two that follow one another are alike.
pub(super) fn hours(number: u64) -> Ask {
    let command = LogHours {
        project: project(rolled(number, 0, PROJECTS)),
        group: OrganisationId(Position(GROUP)),
        role: Slug::from("general"),
        people: 1 + small(number, 1, 40),
        minutes_each: 10 + small(number, 2, 470),
        activity: None,
        captured: Captured::Import,
        pledge: None,
        meant: true,
    };
    Ask::on(day(number), command)
}

/// Hours are entered within a month or so, a thousand of each day.
fn day(number: u64) -> Day {
    let day = (number / 1_000 + rolled(number, 3, 30)) % DAYS;
    Day(FIRST_DAY.0 + i32::try_from(day).unwrap_or(0))
}

fn small(number: u64, which: u64, sides: u64) -> u32 {
    u32::try_from(rolled(number, which, sides)).unwrap_or(0)
}

/// A number below `sides` that looks like chance and is always the same (the last steps of splitmix64).
fn rolled(number: u64, which: u64, sides: u64) -> u64 {
    let mut dice = (number * 4 + which + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    dice = (dice ^ (dice >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    dice = (dice ^ (dice >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (dice ^ (dice >> 31)) % sides
}
