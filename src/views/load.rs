//! Entries to measure with: a ledger of as many hours as are asked for, made without chance so that runs compare.
//!
//! Invariant: the entries are such as rules allow, in the order of a log; nothing here reads a clock or keeps time.

use crate::domain::event::{
    Actor, Captured, Currency, Entry, Event, HourRate, HoursConfirmed, HoursLogged, LedgerOpened, OrganisationKind,
    OrganisationRegistered, Priority, PriorityLink, ProjectKind, ProjectOpened, RateCardAdopted, Role, StrategyAdopted,
    Theme, WinnerSplit, Winners,
};
use crate::domain::ids::{HoursId, OrganisationId, Position, ProjectId, StrategyId};
use crate::domain::money::Pence;
use crate::domain::quantity::BasisPoints;
use crate::domain::text::Slug;
use crate::domain::time::{Day, Instant};

/// The first day of the hours: 1 April 2012.
pub const FIRST: Day = Day(15_431);
/// How many days the hours are spread over: three years.
pub const DAYS: u32 = 1_096;
/// How many entries of hours one confirmation takes.
const CONFIRMED_AT_ONCE: usize = 100;
/// The themes of the strategy; projects serve them in turn.
const THEMES: [&str; 3] = ["Green", "Young", "Well"];
const ROLES: [(&str, i64); 4] = [("general", 1_109), ("skilled", 1_635), ("professional", 3_410), ("mentor", 0)];

/// A ledger of hours, entry by entry.
pub struct Load {
    position: u64,
    hours_left: u64,
    hours: u64,
    projects: u64,
    dice: u64,
    begin: std::vec::IntoIter<Event>,
    waiting: Vec<HoursId>,
}

/// The project of a load that was opened as the n-th, from 0.
pub fn project(n: u64) -> ProjectId {
    ProjectId(Position(5 + n))
}

impl Load {
    /// A ledger with so many entries of hours, in so many projects; a confirmation follows each hundred.
    pub fn new(hours: u64, projects: u64) -> Self {
        let begin: Vec<Event> = setting_up(projects.max(1));
        Self {
            position: 0,
            hours_left: hours,
            hours,
            projects: projects.max(1),
            dice: 0x9E37_79B9_7F4A_7C15,
            begin: begin.into_iter(),
            waiting: Vec::with_capacity(CONFIRMED_AT_ONCE),
        }
    }

    /// The next number of a fixed sequence that looks like chance (xorshift).
    fn roll(&mut self, sides: u64) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 11) % sides
    }

    fn next_hours(&mut self) -> (Day, Event) {
        let done = self.hours - self.hours_left;
        self.hours_left -= 1;
        let days = u64::from(DAYS - 30);
        let offset = done * days / self.hours.max(1) + self.roll(30);
        let day = Day(FIRST.0 + i32::try_from(offset).unwrap_or(0));
        let pick = usize::try_from(self.roll(8)).unwrap_or(0);
        let role = ROLES.get(pick.saturating_sub(4)).map_or("general", |(role, _)| role);
        let event = HoursLogged {
            project: project(self.roll(self.projects)),
            group: OrganisationId(Position(3)),
            role: role.into(),
            people: 1 + u32::try_from(self.roll(30)).unwrap_or(0),
            minutes_each: 15 * (1 + u32::try_from(self.roll(32)).unwrap_or(0)),
            activity: None,
            captured: Captured::Phone,
            pledge: None,
        };
        (day, event.into())
    }

    fn entry(&mut self, effective: Day, event: Event) -> Entry {
        self.position += 1;
        Entry {
            position: Position(self.position),
            effective,
            recorded_at: Instant(i64::try_from(self.position).unwrap_or(i64::MAX)),
            commit: 0,
            actor: Actor { name: Slug::from("group"), role: Role::Logger },
            key: None,
            batch: None,
            late: None,
            illustrative: false,
            event,
        }
    }
}

impl Iterator for Load {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if let Some(event) = self.begin.next() {
            return Some(self.entry(FIRST, event));
        }
        let full = self.waiting.len() >= CONFIRMED_AT_ONCE;
        if full || (self.hours_left == 0 && !self.waiting.is_empty()) {
            let entries = std::mem::take(&mut self.waiting);
            let last = Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0));
            return Some(self.entry(last, HoursConfirmed { entries, self_confirmed: false }.into()));
        }
        if self.hours_left == 0 {
            return None;
        }
        let (day, event) = self.next_hours();
        let entry = self.entry(day, event);
        self.waiting.push(HoursId(entry.position));
        Some(entry)
    }
}

/// A ledger with a rate card, a group, a strategy and projects.
fn setting_up(projects: u64) -> Vec<Event> {
    let ledger = LedgerOpened {
        name: "A measured town".into(),
        currency: Currency::Gbp,
        publisher: None,
        time_zone: "Europe/London".into(),
        formula: 1,
    };
    let group = OrganisationRegistered {
        name: "Friends of the Wood".into(),
        org_ids: Vec::new(),
        kinds: vec![OrganisationKind::Voluntary],
        control_group: None,
        also_known_as: Vec::new(),
    };
    let begin = [ledger.into(), rate_card().into(), group.into(), strategy().into()];
    begin.into_iter().chain((0..projects).map(|number| opened(number).into())).collect()
}

fn strategy() -> StrategyAdopted {
    let theme = |name: &&str| Theme {
        name: (*name).into(),
        priorities: vec![Priority { code: name.to_lowercase().as_str().into(), title: (*name).into() }],
    };
    StrategyAdopted {
        title: "Three years".into(),
        from: FIRST,
        to: Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0)),
        themes: THEMES.iter().map(theme).collect(),
    }
}

fn rate_card() -> RateCardAdopted {
    let rate = |(role, per_hour): &(&str, i64)| HourRate {
        role: (*role).into(),
        per_hour: Pence(*per_hour),
        low: Some(Pence(per_hour * 9 / 10)),
        high: Some(Pence(per_hour * 11 / 10)),
    };
    let split = |partnership, organisations, community| WinnerSplit {
        partnership: BasisPoints(partnership),
        organisations: BasisPoints(organisations),
        community: BasisPoints(community),
    };
    RateCardAdopted {
        name: "Rates".into(),
        owner: "Head of Finance".into(),
        minute: None,
        source: "for measuring".into(),
        hour_rates: ROLES.iter().filter(|(_, per_hour)| *per_hour > 0).map(rate).collect(),
        unit_values: Vec::new(),
        winners: Some(Winners {
            volunteering: split(0, 2_500, 7_500),
            pledges: split(0, 6_000, 4_000),
            match_funding: split(2_500, 5_000, 2_500),
            reinvested: split(0, 0, 10_000),
        }),
    }
}

fn opened(number: u64) -> ProjectOpened {
    let theme = THEMES.iter().cycle().nth(usize::try_from(number % 3).unwrap_or(0)).map_or("", |name| name);
    let priority = theme.to_lowercase().as_str().into();
    ProjectOpened {
        title: format!("Project {number}").into(),
        kind: ProjectKind::Project,
        lead: OrganisationId(Position(3)),
        partners: Vec::new(),
        priorities: vec![PriorityLink { strategy: StrategyId(Position(4)), priority, primary: true }],
        places: Vec::new(),
        mode: None,
        engagement: None,
        funding_ends: None,
        starts: None,
        ends: None,
        summary: None,
        reference: None,
    }
}
