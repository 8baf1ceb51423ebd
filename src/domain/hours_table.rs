//! All hours of a ledger: their rows, the small tables that the rows' numbers point into, and what became of a row
//! earlier on.
//!
//! Invariant: rows stand in the order of the log and are never removed, and whatever is overwritten in one is noted
//! beside it with its position; so the rows as they were known at any earlier position can be told from those of now.

use super::day_blocks::{BLOCK_DAYS, DayBlocks, block_of, first_day_of, last_day_of, place_of};
use super::hours_rows::{
    CONFIRMED, DECISION, Decision, HoursRow, HoursState, NO_ROW, NewHours, REJECTED, REVERSED, SELF_CONFIRMED,
    TAKEN_BACK, UNDECIDED,
};
use super::ids::{HoursId, OrganisationId, PledgeId, Position, ProjectId};
use super::names::Names;
use super::text::Slug;
use super::time::{Day, Month};

/// How many of a day's latest rows are looked through for a likely duplicate; so the cost of an entry is bounded.
pub const DUPLICATES_LOOKED_THROUGH: usize = 256;

/// All hours of a ledger, as they are known now or were known at an earlier position.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    rows: imbl::Vector<HoursRow>,
    streams: imbl::Vector<Stream>,
    stream_numbers: imbl::OrdMap<(ProjectId, OrganisationId), u32>,
    /// The stream of the latest row.
    latest_stream: u32,
    recent_streams: RecentStreams,
    roles: Names,
    actors: Names,
    pledges: imbl::OrdMap<HoursId, PledgeId>,
    under_pledges: imbl::OrdSet<(PledgeId, HoursId)>,
    /// Rows that were reversed, each with the position of the reversal.
    reversals: imbl::OrdMap<u32, u32>,
    /// Decisions that were taken back: by row and the position at which that was done.
    taken_back: imbl::OrdMap<(u32, u32), TakenBack>,
    pub(crate) nil_returns: imbl::OrdMap<(OrganisationId, Month), Position>,
    /// Up to where the ledger is known; `None` of all that there is.
    horizon: Option<Horizon>,
}

/// Number of a block of days, since when it holds rows, and the latest row of each day.
pub(crate) type SavedHeads = (i32, u32, [u32; BLOCK_DAYS]);

/// What the rows' numbers point into and what stands beside them, laid open to be saved.
#[derive(Debug)]
pub(crate) struct HoursTables {
    /// Project, group, and their days.
    pub(crate) streams: Vec<(ProjectId, OrganisationId, Vec<SavedHeads>)>,
    /// Roles and actors, each with the position of its first use.
    pub(crate) roles: Vec<(Slug, u32)>,
    pub(crate) actors: Vec<(Slug, u32)>,
    pub(crate) pledges: Vec<(HoursId, PledgeId)>,
    /// Row, and reversal.
    pub(crate) reversals: Vec<(u32, u32)>,
    /// Row, reversal of the decision, decision, and what it had written into the row.
    pub(crate) taken_back: Vec<(u32, u32, u32, u8)>,
}

/// The hours of one group for one project.
#[derive(Clone, Debug)]
struct Stream {
    project: ProjectId,
    group: OrganisationId,
    days: DayBlocks<DayHeads>,
}

/// How many streams are guessed without a search: one for each last byte.
const RECENT: usize = 1 << u8::BITS;

/// Streams that rows came of lately: guesses, each to be looked at before it is believed.
#[derive(Clone, Debug)]
struct RecentStreams([u32; RECENT]);

/// The latest row of each day of a block.
#[derive(Clone, Debug)]
struct DayHeads {
    /// The position of the first row that was ever logged of these days.
    since: u32,
    latest: [u32; BLOCK_DAYS],
}

/// A decision that stood for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TakenBack {
    decided: u32,
    state: u8,
}

/// A point of knowledge that lies before the present.
#[derive(Clone, Copy, Debug)]
struct Horizon {
    position: u32,
    /// How many rows had been logged by then.
    rows: usize,
}

impl Hours {
    /// How many entries of hours there are, whatever became of them.
    pub fn len(&self) -> usize {
        self.horizon.map_or(self.rows.len(), |horizon| horizon.rows)
    }

    /// Whether no hours were ever logged.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// These hours as they were known at a position, which is not later than the last; with the months without any
    /// that were reported by then. Only to be read: nothing is folded into what was known.
    pub(crate) fn known_at(&self, position: Position, nil_returns: &Self) -> Self {
        let position = short(position);
        let rows = self.count_to(position);
        let nil_returns = nil_returns.nil_returns.clone();
        Self { horizon: Some(Horizon { position, rows }), nil_returns, ..self.clone() }
    }

    /// What is not said by rows: the months without any.
    pub(crate) fn without_rows(&self) -> Self {
        Self { nil_returns: self.nil_returns.clone(), ..Self::default() }
    }

    /// All but the rows, to be saved.
    pub(crate) fn tables(&self) -> HoursTables {
        let blocks = |stream: &Stream| {
            let blocks = stream.days.iter().map(|(block, heads)| (block, heads.since, heads.latest));
            (stream.project, stream.group, blocks.collect())
        };
        let taken_back = self.taken_back.iter().map(|((row, at), was)| (*row, *at, was.decided, was.state));
        HoursTables {
            streams: self.streams.iter().map(blocks).collect(),
            roles: self.roles.iter().cloned().collect(),
            actors: self.actors.iter().cloned().collect(),
            pledges: self.pledges.iter().map(|(hours, pledge)| (*hours, *pledge)).collect(),
            reversals: self.reversals.iter().map(|(row, at)| (*row, *at)).collect(),
            taken_back: taken_back.collect(),
        }
    }

    /// The hours that were saved as these tables and rows; months without any are kept by whoever restores them.
    pub(crate) fn restored(tables: HoursTables, rows: imbl::Vector<HoursRow>, nil_returns: &Self) -> Self {
        let stream = |(project, group, blocks): (_, _, Vec<SavedHeads>)| {
            let mut days = DayBlocks::default();
            for (block, since, latest) in blocks {
                days.get_or(block, || DayHeads { since, latest });
            }
            Stream { project, group, days }
        };
        let streams: imbl::Vector<Stream> = tables.streams.into_iter().map(stream).collect();
        let numbers = streams.iter().zip(0_u32..).map(|(stream, number)| ((stream.project, stream.group), number));
        let taken_back = tables.taken_back.into_iter();
        Self {
            rows,
            stream_numbers: numbers.collect(),
            streams,
            latest_stream: 0,
            recent_streams: RecentStreams::default(),
            roles: tables.roles.into_iter().collect(),
            actors: tables.actors.into_iter().collect(),
            under_pledges: tables.pledges.iter().map(|(hours, pledge)| (*pledge, *hours)).collect(),
            pledges: tables.pledges.into_iter().collect(),
            reversals: tables.reversals.into_iter().collect(),
            taken_back: taken_back.map(|(row, at, decided, state)| ((row, at), TakenBack { decided, state })).collect(),
            nil_returns: nil_returns.nil_returns.clone(),
            horizon: None,
        }
    }

    /// Every row, in the order of the log.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = HoursRow> {
        let mut focus = self.rows.focus();
        let rows = (0..self.len()).filter_map(move |index| focus.get(index).copied());
        rows.map(|row| self.as_known(row))
    }

    /// The row with a number, in the order of the log from 0.
    pub fn get(&self, index: usize) -> Option<HoursRow> {
        if index >= self.len() {
            return None;
        }
        self.rows.get(index).map(|row| self.as_known(*row))
    }

    /// The row of the entry at a position, where that is an entry of hours.
    pub fn row(&self, position: Position) -> Option<HoursRow> {
        self.get(self.index(position)?)
    }

    /// The project of the stream with a number.
    pub(crate) fn project_of_stream(&self, stream: u32) -> Option<ProjectId> {
        self.stream(stream).map(|stream| stream.project)
    }

    /// The stream of the row that was logged last.
    pub(crate) fn latest_stream(&self) -> u32 {
        self.latest_stream
    }

    /// The project that a row's hours were given to.
    pub fn project(&self, row: &HoursRow) -> ProjectId {
        self.stream(row.stream).map_or(ProjectId(Position(0)), |stream| stream.project)
    }

    /// The group whose people gave a row's hours.
    pub fn group(&self, row: &HoursRow) -> OrganisationId {
        self.stream(row.stream).map_or(OrganisationId(Position(0)), |stream| stream.group)
    }

    /// The role of a row.
    pub fn role(&self, row: &HoursRow) -> &str {
        self.role_word(row).map_or("", Slug::as_str)
    }

    /// The role of a row, as rate cards name it.
    pub fn role_word(&self, row: &HoursRow) -> Option<&Slug> {
        self.roles.word(row.role)
    }

    /// Every role that hours were ever logged in, in the order of their first use.
    pub fn roles(&self) -> impl Iterator<Item = &Slug> {
        self.roles.used_by(self.horizon_position())
    }

    /// The name of the actor that logged a row.
    pub fn actor(&self, row: &HoursRow) -> &str {
        self.actors.word(row.actor).map_or("", Slug::as_str)
    }

    /// The pledge that a row's hours were given under.
    pub fn pledge(&self, row: &HoursRow) -> Option<PledgeId> {
        if row.is_pledged() { self.pledges.get(&row.id()).copied() } else { None }
    }

    /// The rows of a project from a day to a day, both included: by group, day, and the latest of a day first.
    pub fn of_project(&self, project: ProjectId, from: Day, to: Day) -> impl Iterator<Item = HoursRow> {
        let first = (project, OrganisationId(Position(0)));
        let last = (project, OrganisationId(Position(u64::MAX)));
        self.stream_numbers.range(first..=last).flat_map(move |(_, stream)| self.of_stream(*stream, from, to))
    }

    /// The rows of a group from a day to a day, both included: by project, day, and the latest of a day first.
    pub fn of_group(&self, group: OrganisationId, from: Day, to: Day) -> impl Iterator<Item = HoursRow> {
        let streams = self.stream_numbers.iter().filter(move |((_, of), _)| *of == group);
        streams.flat_map(move |(_, stream)| self.of_stream(*stream, from, to))
    }

    /// The rows under a pledge, in the order of the log.
    pub fn of_pledge(&self, pledge: PledgeId) -> impl Iterator<Item = HoursRow> {
        let under = (pledge, HoursId(Position(0)))..=(pledge, HoursId(Position(u64::MAX)));
        self.under_pledges.range(under).filter_map(|(_, hours)| self.row(hours.0))
    }

    /// The standing rows that name the project, group or pledge that began at a position.
    pub(crate) fn naming(&self, thing: Position) -> impl Iterator<Item = HoursRow> {
        let (project, group, pledge) = (ProjectId(thing), OrganisationId(thing), PledgeId(thing));
        let ever = (Day(i32::MIN), Day(i32::MAX));
        let streams = self.stream_numbers.iter().filter(move |((of, by), _)| *of == project || *by == group);
        let in_streams = streams.flat_map(move |(_, stream)| self.of_stream(*stream, ever.0, ever.1));
        in_streams.chain(self.of_pledge(pledge)).filter(|row| row.state() != HoursState::Reversed)
    }

    /// The rows that a confirmation or rejection decided. Looks at every row: for reversals, which are rare.
    pub fn decided_by(&self, decision: Position) -> impl Iterator<Item = HoursRow> {
        let decision = u32::try_from(decision.0).unwrap_or(UNDECIDED);
        self.iter().filter(move |row| row.decided == decision && decision != UNDECIDED)
    }

    /// The first and the last day of the blocks of days that hold a row; `None` where there is none.
    pub(crate) fn span(&self) -> Option<(Day, Day)> {
        let horizon = self.horizon_position();
        let blocks = self.streams.iter().flat_map(|stream| stream.days.iter());
        let known = blocks.filter(|(_, heads)| heads.since <= horizon).map(|(block, _)| block);
        let (first, last) =
            known.fold((i32::MAX, i32::MIN), |(first, last), block| (first.min(block), last.max(block)));
        (first <= last).then(|| (first_day_of(first), last_day_of(last)))
    }

    /// The latest standing row that says the same: the same project, group, day, role, people and minutes.
    pub(crate) fn likely_duplicate(&self, hours: &NewHours<'_>) -> Option<HoursRow> {
        let stream = *self.stream_numbers.get(&(hours.project, hours.group))?;
        let role = self.roles.number_of(hours.role)?;
        let same = |row: &HoursRow| {
            row.role == role && row.people() == hours.people && row.minutes_each() == hours.minutes_each
        };
        let standing = |row: &HoursRow| matches!(row.state(), HoursState::Awaiting | HoursState::Confirmed);
        let (block, day) = place_of(hours.day);
        let head = self.stream(stream)?.days.get(block)?.latest.get(day)?;
        self.chain(*head).take(DUPLICATES_LOOKED_THROUGH).filter(same).find(standing)
    }

    /// Whether the tables of names have room for a role and an actor.
    pub(crate) fn has_room_for(&self, role: &Slug, actor: &Slug) -> bool {
        self.roles.has_room_for(role) && self.actors.has_room_for(actor)
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, hours: &NewHours<'_>) {
        let mut row = HoursRow::new(hours);
        row.stream = self.stream_number(hours.project, hours.group);
        row.role = self.roles.number(hours.role, row.position);
        row.actor = self.actors.number(hours.actor, row.position);
        row.link = self.put_head(&row);
        if let Some(pledge) = hours.pledge {
            self.pledges.insert(row.id(), pledge);
            self.under_pledges.insert((pledge, row.id()));
        }
        self.rows.push_back(row);
    }

    /// Makes the row that comes next the latest of its day; the one that was.
    fn put_head(&mut self, row: &HoursRow) -> u32 {
        let next = u32::try_from(self.rows.len()).unwrap_or(NO_ROW);
        let stream = usize::try_from(row.stream).ok().and_then(|stream| self.streams.get_mut(stream));
        let Some(stream) = stream else { return NO_ROW };
        let none = || DayHeads { since: row.position, latest: [NO_ROW; BLOCK_DAYS] };
        let (block, day) = place_of(row.day);
        let head = stream.days.get_or(block, none).and_then(|heads| heads.latest.get_mut(day));
        head.map_or(NO_ROW, |head| std::mem::replace(head, next))
    }

    /// Writes a decision into the rows that await one, each once; any other stays as it is. The rows that it decided.
    pub(crate) fn decide(&mut self, entries: &[HoursId], at: Position, decision: Decision<'_>) -> Vec<HoursRow> {
        let (flag, by) = match decision {
            Decision::Confirmed { by } => (CONFIRMED, by.and_then(|actor| self.actors.number_of(actor))),
            Decision::Rejected => (REJECTED, None),
        };
        let mut decided = Vec::with_capacity(entries.len());
        let mut near = None;
        for entry in entries {
            let Some(index) = self.index_near(entry.0, near) else { continue };
            near = index.checked_add(1);
            let Some(row) = self.rows.get_mut(index).filter(|row| row.state() == HoursState::Awaiting) else {
                continue;
            };
            row.decided = short(at);
            row.put(flag, true);
            row.put(SELF_CONFIRMED, by == Some(row.actor));
            decided.push(*row);
        }
        decided
    }

    /// Takes a decision back: every row that it decided awaits one again.
    pub(crate) fn undecide(&mut self, decision: Position, at: Position) {
        let positions: Vec<Position> = self.decided_by(decision).map(|row| row.position()).collect();
        for index in positions.into_iter().filter_map(|position| self.index(position)).collect::<Vec<_>>() {
            if let Some(row) = self.rows.get_mut(index) {
                let was = TakenBack { decided: row.decided, state: row.state & DECISION };
                self.taken_back.insert((row.position, short(at)), was);
                row.decided = UNDECIDED;
                row.put(DECISION, false);
                row.put(TAKEN_BACK, true);
            }
        }
    }

    /// Marks a row as reversed; what was decided of it falls with it.
    pub(crate) fn reverse(&mut self, position: Position, at: Position) {
        let Some(index) = self.index(position) else { return };
        if let Some(row) = self.rows.get_mut(index).filter(|row| !row.has(REVERSED)) {
            row.put(REVERSED, true);
            self.reversals.insert(row.position, short(at));
        }
    }

    /// A row as it was at the horizon.
    fn as_known(&self, row: HoursRow) -> HoursRow {
        self.horizon.map_or(row, |horizon| self.as_known_at(row, horizon.position))
    }

    fn as_known_at(&self, mut row: HoursRow, horizon: u32) -> HoursRow {
        if row.has(REVERSED) && self.reversals.get(&row.position).is_none_or(|at| *at > horizon) {
            row.put(REVERSED, false);
        }
        if row.decided > horizon {
            row.decided = UNDECIDED;
            row.put(DECISION, false);
        }
        if row.has(TAKEN_BACK) { self.before_taken_back(row, horizon) } else { row }
    }

    /// The same of a row of which decisions were taken back: the one that stood at the horizon is in force again.
    fn before_taken_back(&self, mut row: HoursRow, horizon: u32) -> HoursRow {
        let by_then = self.taken_back.range((row.position, 0)..=(row.position, horizon)).next().is_some();
        row.put(TAKEN_BACK, by_then);
        let later = (row.position, horizon.saturating_add(1))..=(row.position, u32::MAX);
        if let Some((_, was)) = self.taken_back.range(later).next().filter(|(_, was)| was.decided <= horizon) {
            row.decided = was.decided;
            row.put(was.state, true);
        }
        row
    }

    fn stream(&self, stream: u32) -> Option<&Stream> {
        self.streams.get(usize::try_from(stream).ok()?)
    }

    /// The number of a project and group, given to them with their first row.
    fn stream_number(&mut self, project: ProjectId, group: OrganisationId) -> u32 {
        let guess = self.recent_streams.of(project, group);
        let right = self.stream(guess).is_some_and(|stream| (stream.project, stream.group) == (project, group));
        self.latest_stream = if right { guess } else { self.found_or_new_stream(project, group) };
        self.recent_streams.note(project, group, self.latest_stream);
        self.latest_stream
    }

    fn found_or_new_stream(&mut self, project: ProjectId, group: OrganisationId) -> u32 {
        if let Some(known) = self.stream_numbers.get(&(project, group)) {
            return *known;
        }
        let number = u32::try_from(self.streams.len()).unwrap_or(u32::MAX);
        self.streams.push_back(Stream { project, group, days: DayBlocks::default() });
        self.stream_numbers.insert((project, group), number);
        number
    }

    fn of_stream(&self, stream: u32, from: Day, to: Day) -> impl Iterator<Item = HoursRow> {
        let stream = self.stream(stream).filter(|_| from <= to);
        let blocks = stream.into_iter().flat_map(move |stream| stream.days.range(block_of(from), block_of(to)));
        let wanted = move |day: Day| from <= day && day <= to;
        let days = |first: Day| (first.0..=i32::MAX).map(Day);
        let heads = blocks.flat_map(move |(block, heads)| days(first_day_of(block)).zip(heads.latest));
        heads.filter(move |(day, _)| wanted(*day)).flat_map(|(_, head)| self.chain(head))
    }

    /// Shows the rows of a project from a day to a day, both included, in no order. The quicker way through many rows:
    /// those of different days do not wait for each other to be fetched from memory, as those of one chain do.
    pub(crate) fn each_of_project(&self, project: ProjectId, (from, to): (Day, Day), mut see: impl FnMut(&HoursRow)) {
        let first = (project, OrganisationId(Position(0)));
        let last = (project, OrganisationId(Position(u64::MAX)));
        let mut fetched = Vec::with_capacity(BLOCK_DAYS);
        for stream in self.stream_numbers.range(first..=last).filter_map(|(_, stream)| self.stream(*stream)) {
            let blocks = stream.days.range(block_of(from), block_of(to));
            for (block, heads) in blocks.filter(|(_, heads)| heads.since <= self.horizon_position()) {
                let days = (first_day_of(block).0..=i32::MAX).map(Day).zip(heads.latest);
                let mut next: Vec<u32> =
                    days.filter(|(day, _)| from <= *day && *day <= to).map(|(_, row)| row).collect();
                while !next.is_empty() {
                    fetched.clear();
                    fetched.extend(next.iter().filter_map(|row| self.fetch(*row)));
                    next.clear();
                    next.extend(fetched.iter().map(|row| row.link).filter(|link| *link != NO_ROW));
                    let known = fetched.iter().filter(|row| row.position <= self.horizon_position());
                    known.for_each(|row| see(&self.as_known(*row)));
                }
            }
        }
    }

    fn fetch(&self, row: u32) -> Option<HoursRow> {
        self.rows.get(usize::try_from(row).ok()?).copied()
    }

    fn horizon_position(&self) -> u32 {
        self.horizon.map_or(u32::MAX, |horizon| horizon.position)
    }

    /// A row and those that it links to, the latest first.
    fn chain(&self, head: u32) -> impl Iterator<Item = HoursRow> {
        let horizon = self.horizon_position();
        let rows = std::iter::successors(self.fetch(head), |row| self.fetch(row.link));
        rows.filter(move |row| row.position <= horizon).map(|row| self.as_known(row))
    }

    /// Where the row of a position stands.
    fn index(&self, position: Position) -> Option<usize> {
        self.index_near(position, None)
    }

    /// The same, looked for near an index first. Without one a proportional guess is near: positions are dense.
    fn index_near(&self, position: Position, near: Option<usize>) -> Option<usize> {
        let wanted = u32::try_from(position.0).ok()?;
        let after = self.count_near(wanted, near.or_else(|| self.guess(wanted))?);
        let index = after.checked_sub(1).filter(|index| *index < self.len())?;
        self.rows.get(index).is_some_and(|row| row.position == wanted).then_some(index)
    }

    fn guess(&self, wanted: u32) -> Option<usize> {
        let last = self.rows.len().checked_sub(1)?;
        let (first_row, last_row) = (self.rows.front()?, self.rows.back()?);
        let span = u64::from(last_row.position.checked_sub(first_row.position)?);
        let into = u64::from(wanted.min(last_row.position).checked_sub(first_row.position)?);
        usize::try_from(into.checked_mul(u64::try_from(last).ok()?)?.checked_div(span).unwrap_or(0)).ok()
    }

    /// How many rows were logged up to a position.
    fn count_to(&self, position: u32) -> usize {
        self.guess(position).map_or(0, |near| self.count_near(position, near))
    }

    /// How many rows stand up to a position. Each row is at least one position further than the one before it, so that
    /// the last of them is no further from a guess than its position is.
    fn count_near(&self, position: u32, guess: usize) -> usize {
        let guess = guess.min(self.rows.len().saturating_sub(1));
        let Some(row) = self.rows.get(guess) else { return 0 };
        let away = usize::try_from(row.position.abs_diff(position)).unwrap_or(usize::MAX);
        let (mut low, mut high) = if row.position <= position {
            (guess.saturating_add(1), guess.saturating_add(1).saturating_add(away).min(self.rows.len()))
        } else {
            (guess.saturating_sub(away), guess)
        };
        while low < high {
            let middle = low.midpoint(high);
            if self.rows.get(middle).is_some_and(|row| row.position <= position) {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        low
    }
}

impl Default for RecentStreams {
    fn default() -> Self {
        Self([0; RECENT])
    }
}

impl RecentStreams {
    fn of(&self, project: ProjectId, group: OrganisationId) -> u32 {
        self.0.get(Self::place(project, group)).copied().unwrap_or(0)
    }

    fn note(&mut self, project: ProjectId, group: OrganisationId, stream: u32) {
        if let Some(guess) = self.0.get_mut(Self::place(project, group)) {
            *guess = stream;
        }
    }

    /// Ids are positions, one not far from another: their last bits tell them apart.
    fn place(project: ProjectId, group: OrganisationId) -> usize {
        let mixed = project.0.0.wrapping_mul(31).wrapping_add(group.0.0);
        let [last, ..] = mixed.to_le_bytes();
        usize::from(last)
    }
}

fn short(position: Position) -> u32 {
    u32::try_from(position.0).unwrap_or(u32::MAX)
}
