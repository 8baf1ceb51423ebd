//! Hours: logged, confirmed or rejected by their group, and months without any.
//!
//! Invariant: an entry of hours is decided once; only a reversal takes that back. How they are held is in
//! `hours_rows.rs`.

use std::collections::BTreeSet;

use super::books::Books;
use super::command::{ConfirmHours, Context, LogHours, RejectHours, ReportNil};
use super::decide::Decide;
use super::event::{Entry, Event, EventKind, HoursConfirmed, HoursLogged, HoursRejected, NilReturn, Role};
use super::evolve::{self, Evolve};
use super::hours_rows::{Decision, HoursRow, HoursState, NewHours};
use super::hours_table::Hours;
use super::ids::{BatchId, EntryId, HoursId, Position};
use super::refusal::{Refusal, RefusalCode};
use super::time::{Day, Instant};
use super::{checks, pledges};

/// The most minutes that one person can give in one entry: a day.
pub const MINUTES_MAX: u32 = 1_440;
/// The most people of one entry.
pub const PEOPLE_MAX: u32 = 10_000;
/// The most people of one entry that a group's logger makes; more is a slip of the thumb.
pub const LOGGER_PEOPLE_MAX: u32 = 100;

impl Decide for LogHours {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        self.check_size(context)?;
        checks::happened(context)?;
        checks::open_organisation(books, self.group, "group", context)?;
        checks::begun_project(books, self.project, "project", context)?;
        if let Some(pledge) = self.pledge {
            pledges::check_takes_hours(books, pledge, self.project, context)?;
        }
        if !books.hours.has_room_for(&self.role, &context.actor.name) {
            let sentence = "Use a role that was used before: this ledger cannot hold more different ones.";
            return Err(Refusal::of(RefusalCode::LimitReached, "role", sentence));
        }
        self.check_duplicate(books, context)?;
        Ok(vec![self.event().into()])
    }
}

impl LogHours {
    fn check_size(&self, context: &Context) -> Result<(), Refusal> {
        if !(1..=MINUTES_MAX).contains(&self.minutes_each) {
            let sentence =
                format!("Enter the minutes that each person gave: 1 to {MINUTES_MAX}, which is a whole day.");
            return Err(Refusal::of(RefusalCode::BadInput, "minutesEach", sentence));
        }
        let most = if context.actor.role == Role::Logger { LOGGER_PEOPLE_MAX } else { PEOPLE_MAX };
        if !(1..=most).contains(&self.people) {
            let sentence = format!("Enter how many people gave their time: 1 to {most} in one entry.");
            return Err(Refusal::of(RefusalCode::BadInput, "people", sentence));
        }
        Ok(())
    }

    fn check_duplicate(&self, books: &Books, context: &Context) -> Result<(), Refusal> {
        if self.meant {
            return Ok(());
        }
        let event = self.event();
        let Some(same) = books.hours.likely_duplicate(&new_hours(&event, context, books.next_position())) else {
            return Ok(());
        };
        let sentence =
            format!("This seems to be entered already, as {}. If it is another one, say that it is meant.", same.id());
        Err(Refusal::of(RefusalCode::LikelyDuplicate, "meant", sentence))
    }

    fn event(&self) -> HoursLogged {
        HoursLogged {
            project: self.project,
            group: self.group,
            role: self.role.clone(),
            people: self.people,
            minutes_each: self.minutes_each,
            activity: self.activity.clone(),
            captured: self.captured,
            pledge: self.pledge,
        }
    }
}

/// What an event of hours says, for its row. Whether it came late is known only of an entry.
fn new_hours<'a>(event: &'a HoursLogged, context: &'a Context, position: Position) -> NewHours<'a> {
    NewHours {
        position,
        project: event.project,
        group: event.group,
        day: context.effective,
        role: &event.role,
        people: event.people,
        minutes_each: event.minutes_each,
        captured: event.captured,
        pledge: event.pledge,
        actor: &context.actor.name,
        late: false,
        illustrative: context.illustrative,
    }
}

impl Evolve for HoursLogged {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        if let Some(hours) = NewHours::of(entry) {
            books.hours.push(&hours);
        }
    }

    /// Only rows know of hours and of decisions on them: see [`take_back`].
    fn undo(&self, _: &mut Books, _: &Entry) {}
}

/// Folds an entry of hours into the books without the entry: the same as `evolve` of one that says this.
pub fn evolve_hours(books: &mut Books, hours: &NewHours<'_>, recorded_at: Instant, batch: Option<BatchId>) {
    evolve::begin(books, hours.position, recorded_at, batch);
    books.hours.push(hours);
}

/// Folds a decision on hours into the books, as `evolve` does; `None` of any other entry. The rows that it decided.
pub(crate) fn evolve_decision(books: &mut Books, entry: &Entry) -> Option<Vec<HoursRow>> {
    if !matches!(entry.event, Event::HoursConfirmed(_) | Event::HoursRejected(_)) {
        return None;
    }
    evolve::begin(books, entry.position, entry.recorded_at, entry.batch);
    Some(decide_rows(books, entry))
}

fn decide_rows(books: &mut Books, entry: &Entry) -> Vec<HoursRow> {
    match &entry.event {
        Event::HoursConfirmed(HoursConfirmed { entries, self_confirmed }) => {
            let by = self_confirmed.then_some(&entry.actor.name);
            books.hours.decide(entries, entry.position, Decision::Confirmed { by })
        }
        Event::HoursRejected(rejected) => books.hours.decide(&rejected.entries, entry.position, Decision::Rejected),
        _ => Vec::new(),
    }
}

/// The rows that a command names, each once, in the order of the log.
fn rows_of(books: &Books, entries: &[HoursId]) -> Result<Vec<HoursRow>, Refusal> {
    if entries.is_empty() {
        return Err(Refusal::of(RefusalCode::BadInput, "entries", "Name at least one entry of hours."));
    }
    let each: BTreeSet<HoursId> = entries.iter().copied().collect();
    let row = |id: HoursId| checks::found(books, id, books.hours.row(id.0), "entries", "entry of hours");
    each.into_iter().map(row).collect()
}

/// Refuses a decision on hours that were given after the day on which it was made.
fn check_given(row: &HoursRow, context: &Context) -> Result<(), Refusal> {
    if row.day() <= context.effective {
        return Ok(());
    }
    let sentence = format!("Enter a day on or after {}: the hours of {} were given then.", row.day(), row.id());
    Err(Refusal::of(RefusalCode::TooEarly, "effective", sentence))
}

fn reversed(row: &HoursRow) -> Refusal {
    let sentence = format!("Leave out {}: it was reversed.", row.id());
    Refusal::of(RefusalCode::AlreadyReversed, "entries", sentence)
}

/// The rows among those a command names that still await a decision; refuses those that had another one.
fn awaiting(
    books: &Books,
    entries: &[HoursId],
    context: &Context,
    settled: HoursState,
    otherwise: impl Fn(&HoursRow) -> Refusal,
) -> Result<Vec<HoursRow>, Refusal> {
    checks::happened(context)?;
    let mut left = Vec::new();
    for row in rows_of(books, entries)? {
        match row.state() {
            HoursState::Reversed => return Err(reversed(&row)),
            HoursState::Awaiting => {
                check_given(&row, context)?;
                left.push(row);
            }
            state if state == settled => {}
            _ => return Err(otherwise(&row)),
        }
    }
    Ok(left)
}

impl Decide for ConfirmHours {
    /// Confirming twice changes nothing: what is confirmed already is left out, and where nothing is left no event
    /// follows.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let rejected = |row: &HoursRow| {
            let sentence = format!("Leave out {}: it was rejected. Log the hours again if they were given.", row.id());
            Refusal::of(RefusalCode::AlreadyRejected, "entries", sentence)
        };
        let rows = awaiting(books, &self.entries, context, HoursState::Confirmed, rejected)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let self_confirmed = rows.iter().any(|row| books.hours.actor(row) == context.actor.name.as_str());
        let entries = rows.iter().map(HoursRow::id).collect();
        Ok(vec![HoursConfirmed { entries, self_confirmed }.into()])
    }
}

impl Evolve for HoursConfirmed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        decide_rows(books, entry);
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl Decide for RejectHours {
    /// Rejecting twice changes nothing, as with confirming.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let confirmed = |row: &HoursRow| {
            let by = row.decided_at().unwrap_or_default();
            let confirmation = EntryId { kind: EventKind::HoursConfirmed, position: by };
            let sentence = format!("Reverse {confirmation} first: it confirmed {}.", row.id());
            Refusal::of(RefusalCode::RestsOnIt, "entries", sentence)
        };
        let rows = awaiting(books, &self.entries, context, HoursState::Rejected, confirmed)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let entries = rows.iter().map(HoursRow::id).collect();
        Ok(vec![HoursRejected { entries, reason: self.reason.clone() }.into()])
    }
}

impl Evolve for HoursRejected {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        decide_rows(books, entry);
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl Decide for ReportNil {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::open_organisation(books, self.group, "group", context)?;
        checks::happened(context)?;
        if self.month.first_day() > context.today {
            let sentence = format!("Enter a month up to now: {} is still to come.", self.month);
            return Err(Refusal::of(RefusalCode::InTheFuture, "month", sentence));
        }
        if let Some(before) = books.hours.nil_returns.get(&(self.group, self.month)) {
            let before = EntryId { kind: EventKind::NilReturn, position: *before };
            let sentence = format!("Nothing is left to do: {before} says so of {} already.", self.month);
            return Err(Refusal::of(RefusalCode::AlreadyExists, "month", sentence));
        }
        let standing_row = |row: &HoursRow| !matches!(row.state(), HoursState::Reversed | HoursState::Rejected);
        let (from, to) = (self.month.first_day(), self.month.last_day());
        if let Some(row) = books.hours.of_group(self.group, from, to).find(standing_row) {
            let sentence = format!("Enter a month without hours: {} was logged in {}.", row.id(), self.month);
            return Err(Refusal::of(RefusalCode::AlreadyExists, "month", sentence));
        }
        Ok(vec![NilReturn { group: self.group, month: self.month }.into()])
    }
}

impl Evolve for NilReturn {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.hours.nil_returns.insert((self.group, self.month), entry.position);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.hours.nil_returns.remove(&(self.group, self.month));
    }
}

/// The kind of the entry at a position, where it is one that only rows know of: hours, or a decision on them.
pub(crate) fn kind_at(hours: &Hours, position: Position) -> Option<EventKind> {
    if hours.row(position).is_some() {
        return Some(EventKind::HoursLogged);
    }
    hours.decided_by(position).next().map(|row| kind_of_decision(&row))
}

/// The kind of the entry that decided a row.
pub(crate) fn kind_of_decision(row: &HoursRow) -> EventKind {
    if row.is_rejected() { EventKind::HoursRejected } else { EventKind::HoursConfirmed }
}

/// Takes an entry that only rows know of out of the books again, by a reversal at a position.
pub(crate) fn take_back(books: &mut Books, entry: EntryId, at: Position) {
    match entry.kind {
        EventKind::HoursLogged => books.hours.reverse(entry.position, at),
        EventKind::HoursConfirmed | EventKind::HoursRejected => books.hours.undecide(entry.position, at),
        _ => {}
    }
}

/// The earliest day whose hours an entry that only rows know of counts or takes out.
pub(crate) fn earliest_day(hours: &Hours, entry: EntryId) -> Option<Day> {
    match entry.kind {
        EventKind::HoursLogged => hours.row(entry.position).map(|row| row.day()),
        _ => hours.decided_by(entry.position).map(|row| row.day()).min(),
    }
}
