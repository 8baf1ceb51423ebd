//! An entry of hours as a row of 32 bytes, and what is said of one before it is a row.
//!
//! There are millions of hours and few kinds of them, so that projects, groups, roles and actors are numbers here, and
//! the words of an entry stay in the log. Invariant: what was logged never changes in a row, only what became of it.
//! All rows of a ledger are in `hours_table.rs`, the rules in `hours.rs`.

use super::event::{Captured, Entry, Event};
use super::ids::{HoursId, OrganisationId, PledgeId, Position, ProjectId};
use super::text::Slug;
use super::time::Day;

/// In place of a row's link or a day's latest row, where there is none.
pub(crate) const NO_ROW: u32 = u32::MAX;
pub(super) const UNDECIDED: u32 = 0;

pub(super) const CONFIRMED: u8 = 1;
pub(super) const REJECTED: u8 = 2;
pub(super) const REVERSED: u8 = 4;
const LATE: u8 = 8;
const ILLUSTRATIVE: u8 = 16;
pub(super) const SELF_CONFIRMED: u8 = 32;
const PLEDGED: u8 = 64;
/// A decision on the row was taken back; see `Hours::taken_back`.
pub(super) const TAKEN_BACK: u8 = 128;
/// What a decision writes into a row.
pub(super) const DECISION: u8 = CONFIRMED | REJECTED | SELF_CONFIRMED;

/// One entry of hours: who, where, when and how long, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoursRow {
    pub(crate) position: u32,
    /// The number of its project and group.
    pub(crate) stream: u32,
    /// The row before it of the same project, group and day.
    pub(crate) link: u32,
    pub(crate) decided: u32,
    pub(crate) day: Day,
    pub(crate) people: u16,
    pub(crate) minutes_each: u16,
    pub(crate) role: u16,
    pub(crate) actor: u16,
    pub(crate) state: u8,
    pub(crate) captured: u8,
}

const _: () = assert!(size_of::<HoursRow>() <= 32, "a million hours must stay small in memory");

/// What became of an entry of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoursState {
    /// Logged, and not decided yet.
    Awaiting,
    /// Confirmed by the group: it counts.
    Confirmed,
    /// Rejected by the group.
    Rejected,
    /// Reversed: it counts nowhere, whatever it was before.
    Reversed,
}

impl HoursRow {
    /// The entry's id.
    pub fn id(&self) -> HoursId {
        HoursId(self.position())
    }

    /// Its place in the log.
    pub fn position(&self) -> Position {
        Position(u64::from(self.position))
    }

    /// The day the hours were given.
    pub fn day(&self) -> Day {
        self.day
    }

    /// How many people gave them.
    pub fn people(&self) -> u32 {
        u32::from(self.people)
    }

    /// How many minutes each of them gave.
    pub fn minutes_each(&self) -> u32 {
        u32::from(self.minutes_each)
    }

    /// People times minutes each.
    pub fn minutes(&self) -> i64 {
        i64::from(self.people).saturating_mul(i64::from(self.minutes_each))
    }

    /// What became of it.
    pub fn state(&self) -> HoursState {
        if self.has(REVERSED) {
            HoursState::Reversed
        } else if self.has(CONFIRMED) {
            HoursState::Confirmed
        } else if self.has(REJECTED) {
            HoursState::Rejected
        } else {
            HoursState::Awaiting
        }
    }

    /// The confirmation or rejection that decided it, where one did.
    pub fn decided_at(&self) -> Option<Position> {
        (self.decided != UNDECIDED).then_some(Position(u64::from(self.decided)))
    }

    /// Whether it was rejected, reversed since or not.
    pub fn is_rejected(&self) -> bool {
        self.has(REJECTED)
    }

    /// Whether it was confirmed by the actor that logged it.
    pub fn is_self_confirmed(&self) -> bool {
        self.has(SELF_CONFIRMED)
    }

    /// Whether it came late into closed books.
    pub fn is_late(&self) -> bool {
        self.has(LATE)
    }

    /// Whether its figure is illustrative.
    pub fn is_illustrative(&self) -> bool {
        self.has(ILLUSTRATIVE)
    }

    /// Whether an employer gives the time under a pledge; see `Hours::pledge`.
    pub fn is_pledged(&self) -> bool {
        self.has(PLEDGED)
    }

    /// How it was written down.
    pub fn captured(&self) -> Captured {
        Captured::from_tag(u32::from(self.captured)).unwrap_or(Captured::Estimate)
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.state & flag != 0
    }

    pub(super) fn put(&mut self, flag: u8, on: bool) {
        self.state = if on { self.state | flag } else { self.state & !flag };
    }

    /// A row that nobody decided yet; its link and the numbers of its words are its table's to give.
    pub(super) fn new(hours: &NewHours<'_>) -> Self {
        let mut row = Self {
            position: u32::try_from(hours.position.0).unwrap_or(u32::MAX),
            stream: 0,
            link: NO_ROW,
            decided: UNDECIDED,
            day: hours.day,
            people: short(hours.people),
            minutes_each: short(hours.minutes_each),
            role: 0,
            actor: 0,
            state: 0,
            captured: u8::try_from(hours.captured.tag()).unwrap_or(u8::MAX),
        };
        row.put(LATE, hours.late);
        row.put(ILLUSTRATIVE, hours.illustrative);
        row.put(PLEDGED, hours.pledge.is_some());
        row
    }
}

/// What one entry of hours says, before it is a row: all of the entry that is folded, and nothing to be allocated.
#[derive(Clone, Copy, Debug)]
pub struct NewHours<'a> {
    /// The entry's place in the log.
    pub position: Position,
    /// The project that the hours were given to.
    pub project: ProjectId,
    /// The group whose people gave them.
    pub group: OrganisationId,
    /// The day they were given.
    pub day: Day,
    /// What was done, as rate cards name it.
    pub role: &'a Slug,
    /// How many people gave them.
    pub people: u32,
    /// How many minutes each of them gave.
    pub minutes_each: u32,
    /// How they were written down.
    pub captured: Captured,
    /// The pledge that they were given under.
    pub pledge: Option<PledgeId>,
    /// The name of the actor that logged them.
    pub actor: &'a Slug,
    /// Whether the entry came late into closed books.
    pub late: bool,
    /// Whether the figure is illustrative.
    pub illustrative: bool,
}

impl<'a> NewHours<'a> {
    /// What an entry says, where it is one of hours.
    pub fn of(entry: &'a Entry) -> Option<Self> {
        let Event::HoursLogged(event) = &entry.event else { return None };
        Some(Self {
            position: entry.position,
            project: event.project,
            group: event.group,
            day: entry.effective,
            role: &event.role,
            people: event.people,
            minutes_each: event.minutes_each,
            captured: event.captured,
            pledge: event.pledge,
            actor: &entry.actor.name,
            late: entry.late.is_some(),
            illustrative: entry.illustrative,
        })
    }

    /// People times minutes each, as the row will say it.
    pub fn minutes(&self) -> i64 {
        i64::from(short(self.people)).saturating_mul(i64::from(short(self.minutes_each)))
    }
}

fn short(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// A decision on hours, as it is written into their rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Decision<'a> {
    /// Confirmed; with the actor that did, where that may be the one that logged them.
    Confirmed { by: Option<&'a Slug> },
    /// Rejected.
    Rejected,
}
