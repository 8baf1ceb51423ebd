//! Every entry of hours as a row of 32 bytes, and the small tables that its numbers point into.
//!
//! There are millions of hours and few kinds of them, so that projects, groups, roles and actors are numbers here, and
//! the words of an entry stay in the log. Invariant: rows stand in the order of the log and are never removed; each
//! links to the row before it of the same project, group and day. The rules stand in `hours.rs`.

use super::event::{Captured, Entry, Event};
use super::ids::{HoursId, OrganisationId, PledgeId, Position, ProjectId};
use super::text::Slug;
use super::time::{Day, Month};

/// How many of a day's latest rows are looked through for a likely duplicate; so the cost of an entry is bounded.
pub const DUPLICATES_LOOKED_THROUGH: usize = 256;
/// The most different roles, and the most different actors, that a ledger's hours can name.
pub const NAMES_MAX: usize = 65_535;

const NO_ROW: u32 = u32::MAX;
const UNDECIDED: u32 = 0;

const CONFIRMED: u8 = 1;
const REJECTED: u8 = 2;
const REVERSED: u8 = 4;
const LATE: u8 = 8;
const ILLUSTRATIVE: u8 = 16;
const SELF_CONFIRMED: u8 = 32;
const PLEDGED: u8 = 64;

/// One entry of hours: who, where, when and how long, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoursRow {
    position: u32,
    stream: u32,
    link: u32,
    decided: u32,
    day: Day,
    people: u16,
    minutes_each: u16,
    role: u16,
    actor: u16,
    state: u8,
    captured: u8,
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

    /// Whether an employer gives the time under a pledge; see [`Hours::pledge`].
    pub fn is_pledged(&self) -> bool {
        self.has(PLEDGED)
    }

    /// How it was written down.
    pub fn captured(&self) -> Captured {
        Captured::from_tag(u32::from(self.captured)).unwrap_or(Captured::Estimate)
    }

    fn has(&self, flag: u8) -> bool {
        self.state & flag != 0
    }

    fn put(&mut self, flag: u8, on: bool) {
        self.state = if on { self.state | flag } else { self.state & !flag };
    }
}

/// Words with small numbers.
#[derive(Clone, Debug, Default)]
struct Names {
    words: imbl::Vector<Slug>,
    numbers: imbl::HashMap<Slug, u16>,
}

impl Names {
    /// The number of a word, given to it when it is new. Past [`NAMES_MAX`], which `decide` never passes, all share one.
    fn number(&mut self, word: &Slug) -> u16 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let Ok(number) = u16::try_from(self.words.len()) else { return u16::MAX };
        self.words.push_back(word.clone());
        self.numbers.insert(word.clone(), number);
        number
    }

    fn word(&self, number: u16) -> &str {
        self.words.get(usize::from(number)).map_or("", Slug::as_str)
    }

    fn has_room_for(&self, word: &Slug) -> bool {
        self.words.len() < NAMES_MAX || self.numbers.contains_key(word)
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

/// All hours of a ledger.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    rows: imbl::Vector<HoursRow>,
    heads: imbl::OrdMap<(u32, Day), u32>,
    streams: imbl::Vector<(ProjectId, OrganisationId)>,
    stream_numbers: imbl::OrdMap<(ProjectId, OrganisationId), u32>,
    roles: Names,
    actors: Names,
    pledges: imbl::OrdMap<HoursId, PledgeId>,
    under_pledges: imbl::OrdSet<(PledgeId, HoursId)>,
    pub(crate) nil_returns: imbl::OrdMap<(OrganisationId, Month), Position>,
}

impl Hours {
    /// How many entries of hours there are, whatever became of them.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no hours were ever logged.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every row, in the order of the log.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &HoursRow> {
        self.rows.iter()
    }

    /// Every row, in the order of the log, to look into from any place.
    pub fn rows(&self) -> &imbl::Vector<HoursRow> {
        &self.rows
    }

    /// The row of the entry at a position, where that is an entry of hours.
    pub fn row(&self, position: Position) -> Option<&HoursRow> {
        self.rows.get(self.index(position)?)
    }

    /// The project that a row's hours were given to.
    pub fn project(&self, row: &HoursRow) -> ProjectId {
        self.stream(row).0
    }

    /// The group whose people gave a row's hours.
    pub fn group(&self, row: &HoursRow) -> OrganisationId {
        self.stream(row).1
    }

    /// The role of a row.
    pub fn role(&self, row: &HoursRow) -> &str {
        self.roles.word(row.role)
    }

    /// The role of a row, as rate cards name it.
    pub fn role_word(&self, row: &HoursRow) -> Option<&Slug> {
        self.roles.words.get(usize::from(row.role))
    }

    /// Every role that hours were ever logged in, in the order of their first use.
    pub fn roles(&self) -> impl Iterator<Item = &Slug> {
        self.roles.words.iter()
    }

    /// The name of the actor that logged a row.
    pub fn actor(&self, row: &HoursRow) -> &str {
        self.actors.word(row.actor)
    }

    /// The pledge that a row's hours were given under.
    pub fn pledge(&self, row: &HoursRow) -> Option<PledgeId> {
        if row.is_pledged() { self.pledges.get(&row.id()).copied() } else { None }
    }

    /// The rows of a project from a day to a day, both included: by group, day, and the latest of a day first.
    pub fn of_project(&self, project: ProjectId, from: Day, to: Day) -> impl Iterator<Item = &HoursRow> {
        let first = (project, OrganisationId(Position(0)));
        let last = (project, OrganisationId(Position(u64::MAX)));
        self.stream_numbers.range(first..=last).flat_map(move |(_, stream)| self.of_stream(*stream, from, to))
    }

    /// The rows of a group from a day to a day, both included: by project, day, and the latest of a day first.
    pub fn of_group(&self, group: OrganisationId, from: Day, to: Day) -> impl Iterator<Item = &HoursRow> {
        let streams = self.stream_numbers.iter().filter(move |((_, of), _)| *of == group);
        streams.flat_map(move |(_, stream)| self.of_stream(*stream, from, to))
    }

    /// The rows under a pledge, in the order of the log.
    pub fn of_pledge(&self, pledge: PledgeId) -> impl Iterator<Item = &HoursRow> {
        let under = (pledge, HoursId(Position(0)))..=(pledge, HoursId(Position(u64::MAX)));
        self.under_pledges.range(under).filter_map(|(_, hours)| self.row(hours.0))
    }

    /// The standing rows that name the project, group or pledge that began at a position.
    pub(crate) fn naming(&self, thing: Position) -> impl Iterator<Item = &HoursRow> {
        let (project, group, pledge) = (ProjectId(thing), OrganisationId(thing), PledgeId(thing));
        let ever = (Day(i32::MIN), Day(i32::MAX));
        let streams = self.stream_numbers.iter().filter(move |((of, by), _)| *of == project || *by == group);
        let in_streams = streams.flat_map(move |(_, stream)| self.of_stream(*stream, ever.0, ever.1));
        in_streams.chain(self.of_pledge(pledge)).filter(|row| row.state() != HoursState::Reversed)
    }

    /// The rows that a confirmation or rejection decided. Looks at every row: for reversals, which are rare.
    pub fn decided_by(&self, decision: Position) -> impl Iterator<Item = &HoursRow> {
        let decision = u32::try_from(decision.0).unwrap_or(UNDECIDED);
        self.rows.iter().filter(move |row| row.decided == decision && decision != UNDECIDED)
    }

    /// The latest standing row that says the same: the same project, group, day, role, people and minutes.
    pub(crate) fn likely_duplicate(&self, hours: &NewHours<'_>) -> Option<&HoursRow> {
        let stream = self.stream_numbers.get(&(hours.project, hours.group))?;
        let role = *self.roles.numbers.get(hours.role)?;
        let same = |row: &&HoursRow| {
            row.role == role && row.people() == hours.people && row.minutes_each() == hours.minutes_each
        };
        let standing = |row: &&HoursRow| matches!(row.state(), HoursState::Awaiting | HoursState::Confirmed);
        self.chain(*stream, hours.day).take(DUPLICATES_LOOKED_THROUGH).filter(same).find(standing)
    }

    /// Whether the tables of names have room for a role and an actor.
    pub(crate) fn has_room_for(&self, role: &Slug, actor: &Slug) -> bool {
        self.roles.has_room_for(role) && self.actors.has_room_for(actor)
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, hours: &NewHours<'_>) {
        let stream = self.stream_number(hours.project, hours.group);
        let index = u32::try_from(self.rows.len()).unwrap_or(NO_ROW);
        let link = self.heads.insert((stream, hours.day), index).unwrap_or(NO_ROW);
        let mut row = HoursRow {
            position: u32::try_from(hours.position.0).unwrap_or(u32::MAX),
            stream,
            link,
            decided: UNDECIDED,
            day: hours.day,
            people: short(hours.people),
            minutes_each: short(hours.minutes_each),
            role: self.roles.number(hours.role),
            actor: self.actors.number(hours.actor),
            state: 0,
            captured: u8::try_from(hours.captured.tag()).unwrap_or(u8::MAX),
        };
        row.put(LATE, hours.late);
        row.put(ILLUSTRATIVE, hours.illustrative);
        row.put(PLEDGED, hours.pledge.is_some());
        if let Some(pledge) = hours.pledge {
            self.pledges.insert(row.id(), pledge);
            self.under_pledges.insert((pledge, row.id()));
        }
        self.rows.push_back(row);
    }

    /// Writes a decision into a row that awaits one; any other stays as it is.
    pub(crate) fn decide(&mut self, entry: HoursId, at: Position, decision: Decision<'_>) {
        let Some(index) = self.index(entry.0) else { return };
        let by = match decision {
            Decision::Confirmed { by: Some(actor) } => self.actors.numbers.get(actor).copied(),
            _ => None,
        };
        let Some(row) = self.rows.get_mut(index).filter(|row| row.state() == HoursState::Awaiting) else { return };
        row.decided = u32::try_from(at.0).unwrap_or(u32::MAX);
        match decision {
            Decision::Confirmed { .. } => {
                row.put(CONFIRMED, true);
                row.put(SELF_CONFIRMED, by == Some(row.actor));
            }
            Decision::Rejected => row.put(REJECTED, true),
        }
    }

    /// Takes a decision back: every row that it decided awaits one again.
    pub(crate) fn undecide(&mut self, decision: Position) {
        let rows: Vec<Position> = self.decided_by(decision).map(HoursRow::position).collect();
        for index in rows.into_iter().filter_map(|position| self.index(position)).collect::<Vec<_>>() {
            if let Some(row) = self.rows.get_mut(index) {
                row.decided = UNDECIDED;
                row.put(CONFIRMED | REJECTED | SELF_CONFIRMED, false);
            }
        }
    }

    /// Marks a row as reversed; what was decided of it falls with it.
    pub(crate) fn reverse(&mut self, position: Position) {
        let Some(index) = self.index(position) else { return };
        if let Some(row) = self.rows.get_mut(index) {
            row.put(REVERSED, true);
        }
    }

    fn stream(&self, row: &HoursRow) -> (ProjectId, OrganisationId) {
        let nobody = (ProjectId(Position(0)), OrganisationId(Position(0)));
        usize::try_from(row.stream).ok().and_then(|stream| self.streams.get(stream)).copied().unwrap_or(nobody)
    }

    fn stream_number(&mut self, project: ProjectId, group: OrganisationId) -> u32 {
        if let Some(number) = self.stream_numbers.get(&(project, group)) {
            return *number;
        }
        let number = u32::try_from(self.streams.len()).unwrap_or(u32::MAX);
        self.streams.push_back((project, group));
        self.stream_numbers.insert((project, group), number);
        number
    }

    fn of_stream(&self, stream: u32, from: Day, to: Day) -> impl Iterator<Item = &HoursRow> {
        let days = (from <= to).then(|| self.heads.range((stream, from)..=(stream, to)));
        days.into_iter().flatten().flat_map(|(_, head)| self.chain_from(*head))
    }

    /// The rows of a stream on a day, the latest first.
    fn chain(&self, stream: u32, day: Day) -> impl Iterator<Item = &HoursRow> {
        self.chain_from(self.heads.get(&(stream, day)).copied().unwrap_or(NO_ROW))
    }

    fn chain_from(&self, head: u32) -> impl Iterator<Item = &HoursRow> {
        let at = |index: u32| usize::try_from(index).ok().and_then(|index| self.rows.get(index));
        std::iter::successors(at(head), move |row| at(row.link))
    }

    /// Where the row of a position stands. Positions are dense, so that a proportional guess mostly hits.
    fn index(&self, position: Position) -> Option<usize> {
        let wanted = u32::try_from(position.0).ok()?;
        let last = self.rows.len().checked_sub(1)?;
        let (first_row, last_row) = (self.rows.front()?, self.rows.get(last)?);
        let span = u64::from(last_row.position.checked_sub(first_row.position)?);
        let into = u64::from(wanted.checked_sub(first_row.position)?);
        let guess = into.checked_mul(u64::try_from(last).ok()?)?.checked_div(span).unwrap_or(0);
        let guess = usize::try_from(guess).ok()?;
        if self.rows.get(guess).is_some_and(|row| row.position == wanted) {
            return Some(guess);
        }
        self.rows.binary_search_by_key(&wanted, |row| row.position).ok()
    }
}
