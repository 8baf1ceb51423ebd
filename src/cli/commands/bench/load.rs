//! The load: a small town, and hours by the thousand.

use crate::app::request::{Ask, Request};
use crate::domain::command::{AdoptRateCard, Command, LogHours, OpenLedger, OpenProject, RegisterOrganisation};
use crate::domain::event::{
    Actor, Captured, Currency, Entry, HourRate, HoursLogged, OrganisationKind, ProjectKind, Role,
};
use crate::domain::ids::{OrganisationId, Position, ProjectId};
use crate::domain::money::Pence;
use crate::domain::text::{Reference, Slug, Title};
use crate::domain::time::{Day, Instant};

/// The first day of the load: 1 April 2022.
pub(super) const FIRST_DAY: Day = Day(19_083);
/// How many days it covers.
pub(super) const DAYS: u64 = 1_000;
/// How many projects it has. The first has a tenth of all hours.
pub(super) const PROJECTS: u64 = 10;
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

/// One command of hours; each number is another.
pub(super) fn hours(number: u64) -> Ask {
    let command = LogHours {
        project: project(number),
        group: OrganisationId(Position(GROUP)),
        role: Slug::from("general"),
        people: 1 + small(number, 40),
        minutes_each: 10 + small(number, 470),
        activity: None,
        captured: Captured::Import,
        pledge: None,
        meant: true,
    };
    Ask::on(day(number), command)
}

/// The entry that the command of the same number comes to.
pub(super) fn entry(number: u64, position: Position) -> Entry {
    let event = HoursLogged {
        project: project(number),
        group: OrganisationId(Position(GROUP)),
        role: Slug::from("general"),
        people: 1 + small(number, 40),
        minutes_each: 10 + small(number, 470),
        activity: None,
        captured: Captured::Import,
        pledge: None,
    };
    Entry {
        position,
        effective: day(number),
        recorded_at: Instant(1_700_000_000_000_000 + i64::try_from(number).unwrap_or(0)),
        commit: 0,
        actor: actor(),
        key: None,
        batch: None,
        late: None,
        illustrative: false,
        event: event.into(),
    }
}

fn day(number: u64) -> Day {
    Day(FIRST_DAY.0 + i32::try_from(number / PROJECTS % DAYS).unwrap_or(0))
}

fn small(number: u64, modulus: u64) -> u32 {
    u32::try_from(number % modulus).unwrap_or(0)
}
