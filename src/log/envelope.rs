//! The entries of one chunk as bytes: what neighbours share is stored once, and what can be derived not at all.
//!
//! Invariant: entries read back exactly as they were written, and none is written or read whose days have no line of
//! their own; only their positions come from outside (the chunk's key). An entry is one byte of flags, the days since
//! the entry before, what the flags announce, and its event. An actor is written where it first appears in a chunk, and
//! by its number after that.

use super::codec::{CodecError, StoredEvent, put, put_event, take, take_stored};
use super::event_log::Item;
use super::json::MICROS_A_DAY;
use crate::domain::event::{Actor, Captured, CommandKey, Entry};
use crate::domain::hours_rows::NewHours;
use crate::domain::ids::{BatchId, OrganisationId, PledgeId, Position, ProjectId};
use crate::domain::text::{Slug, Title};
use crate::domain::time::{Day, FIRST_DAY, Instant, LAST_DAY};

/// The instant and the place in the commit follow; else they continue those of the entry before.
const COMMIT: u8 = 1;
/// The command's key and digest follow.
const KEY: u8 = 2;
/// The actor's number follows, and the actor, where it is new; else it is the actor of the entry before.
const ACTOR: u8 = 4;
/// The entry has a batch.
const BATCH: u8 = 8;
/// The batch follows; else it is the last that was named.
const NEW_BATCH: u8 = 16;
/// The reason for being late follows.
const LATE: u8 = 32;
/// The figure is illustrative.
const ILLUSTRATIVE: u8 = 64;

/// What an entry shares with the one before.
#[derive(Default)]
struct Shared {
    recorded_at: Instant,
    commit: u32,
    actors: Vec<Actor>,
    actor: usize,
    effective: Day,
    batch: Option<BatchId>,
}

impl Shared {
    fn actor(&self) -> Result<&Actor, CodecError> {
        self.actors.get(self.actor).ok_or_else(|| lacking("an actor"))
    }
}

fn lacking(what: &str) -> CodecError {
    CodecError::Bytes(format!("an entry without {what}"))
}

/// Writes the entries of one chunk.
#[derive(Default)]
pub(crate) struct EntryWriter {
    bytes: Vec<u8>,
    count: usize,
    shared: Shared,
    scratch: Vec<u8>,
}

impl EntryWriter {
    /// How many entries were written.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// What was written.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Begins a new chunk.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.shared = Shared::default();
        self.count = 0;
    }

    /// Takes the last entry out again, which began at `length`.
    pub(crate) fn take_back(&mut self, length: usize) {
        self.bytes.truncate(length);
        self.count = self.count.saturating_sub(1);
    }

    /// Writes an entry. After an error the chunk must be cleared.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<(), CodecError> {
        check_days(entry.effective, entry.recorded_at)?;
        let (shared, out) = (&mut self.shared, &mut self.bytes);
        let flags_at = out.len();
        out.push(0);
        put(out, entry.effective.0.wrapping_sub(shared.effective.0))?;
        let mut flags = if entry.illustrative { ILLUSTRATIVE } else { 0 };
        flags |= put_commit(out, shared, entry)?;
        flags |= put_actor(out, shared, &entry.actor)?;
        flags |= put_batch(out, shared, entry.batch)?;
        if let Some(key) = &entry.key {
            flags |= KEY;
            put(out, key)?;
        }
        if let Some(late) = &entry.late {
            flags |= LATE;
            put(out, late)?;
        }
        if let Some(byte) = out.get_mut(flags_at) {
            *byte = flags;
        }
        shared.effective = entry.effective;
        self.count += 1;
        put_event(out, &mut self.scratch, &entry.event)
    }
}

/// A line holds days of 1900 to 2199 only: what lies outside would be written as another day.
fn check_days(effective: Day, recorded_at: Instant) -> Result<(), CodecError> {
    let recorded_on = recorded_at.0.div_euclid(MICROS_A_DAY);
    let recorded = (i64::from(FIRST_DAY.0)..=i64::from(LAST_DAY.0)).contains(&recorded_on);
    if recorded && (FIRST_DAY..=LAST_DAY).contains(&effective) {
        return Ok(());
    }
    Err(CodecError::Bytes("a day lies between 1900 and 2199".into()))
}

fn put_commit(out: &mut Vec<u8>, shared: &mut Shared, entry: &Entry) -> Result<u8, CodecError> {
    let continues = entry.recorded_at == shared.recorded_at && shared.commit.checked_sub(1) == Some(entry.commit);
    let since = entry.recorded_at.0.wrapping_sub(shared.recorded_at.0);
    (shared.recorded_at, shared.commit) = (entry.recorded_at, entry.commit);
    if continues {
        return Ok(0);
    }
    put(out, (since, entry.commit)).map(|()| COMMIT)
}

fn put_actor(out: &mut Vec<u8>, shared: &mut Shared, actor: &Actor) -> Result<u8, CodecError> {
    if shared.actors.get(shared.actor) == Some(actor) {
        return Ok(0);
    }
    shared.actor = shared.actors.iter().position(|known| known == actor).unwrap_or(shared.actors.len());
    put(out, u32::try_from(shared.actor).unwrap_or(u32::MAX))?;
    if shared.actor == shared.actors.len() {
        put(out, actor)?;
        shared.actors.push(actor.clone());
    }
    Ok(ACTOR)
}

fn put_batch(out: &mut Vec<u8>, shared: &mut Shared, batch: Option<BatchId>) -> Result<u8, CodecError> {
    let Some(id) = batch else { return Ok(0) };
    if shared.batch == batch {
        return Ok(BATCH);
    }
    shared.batch = batch;
    put(out, id).map(|()| BATCH | NEW_BATCH)
}

/// Reads the entries of one chunk, in order.
pub(crate) struct EntryReader<'a> {
    bytes: &'a [u8],
    position: Position,
    shared: Shared,
    /// The roles of hours that were met, so that none is copied twice.
    roles: Vec<Slug>,
}

/// An entry whose event is not decoded yet.
pub(crate) struct Envelope<'a> {
    flags: u8,
    key: Option<CommandKey>,
    late: Option<Title>,
    event: StoredEvent<'a>,
}

impl<'a> EntryReader<'a> {
    /// Reads what an [`EntryWriter`] wrote; the first entry has this position.
    pub(crate) fn new(first: Position, bytes: &'a [u8]) -> Self {
        Self { bytes, position: first, shared: Shared::default(), roles: Vec::new() }
    }

    /// Whether all is read.
    pub(crate) fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The position of the next entry.
    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// Steps over the entries before this position, as far as there are any.
    pub(crate) fn skip_to(&mut self, position: Position) -> Result<(), CodecError> {
        while self.position < position && !self.is_done() {
            self.envelope()?;
        }
        Ok(())
    }

    /// The next entry.
    pub(crate) fn next_entry(&mut self) -> Result<Entry, CodecError> {
        let here = self.position;
        let envelope = self.envelope()?;
        self.entry(here, envelope)
    }

    /// The next entry, as a fold needs it.
    pub(crate) fn next_item(&mut self) -> Result<Item<'_>, CodecError> {
        let position = self.position;
        let envelope = self.envelope()?;
        let Some(stored) = envelope.event.hours()? else {
            return self.entry(position, envelope).map(|entry| Item::Other(Box::new(entry)));
        };
        let (project, group, role, people, minutes_each, _, captured, pledge) = stored;
        let role = self.role_number(role);
        let shared = &self.shared;
        let hours = NewHours {
            position,
            project: ProjectId(Position(project)),
            group: OrganisationId(Position(group)),
            day: shared.effective,
            role: self.roles.get(role).ok_or_else(|| lacking("a role"))?,
            people,
            minutes_each,
            captured: Captured::from_tag(captured).ok_or_else(|| lacking("a way of being captured"))?,
            pledge: pledge.map(|pledge| PledgeId(Position(pledge))),
            actor: &shared.actor()?.name,
            late: envelope.late.is_some(),
            illustrative: envelope.flags & ILLUSTRATIVE != 0,
        };
        let batch = if envelope.flags & BATCH == 0 { None } else { shared.batch };
        Ok(Item::Hours { hours, recorded_at: shared.recorded_at, batch, key: envelope.key })
    }

    /// Steps over the next entry, and gives its actor and its command's key, where it carries one.
    pub(crate) fn next_key(&mut self) -> Result<Option<(&Actor, CommandKey)>, CodecError> {
        let Some(key) = self.envelope()?.key else { return Ok(None) };
        Ok(Some((self.shared.actor()?, key)))
    }

    fn role_number(&mut self, role: &str) -> usize {
        let known = self.roles.iter().position(|known| known.as_str() == role);
        known.unwrap_or_else(|| {
            self.roles.push(role.into());
            self.roles.len() - 1
        })
    }

    fn envelope(&mut self) -> Result<Envelope<'a>, CodecError> {
        let (shared, bytes) = (&mut self.shared, &mut self.bytes);
        let (flags, days): (u8, i32) = take(bytes)?;
        shared.effective = Day(shared.effective.0.wrapping_add(days));
        take_commit(bytes, shared, flags)?;
        check_days(shared.effective, shared.recorded_at)?;
        take_actor(bytes, shared, flags)?;
        if flags & NEW_BATCH != 0 {
            shared.batch = Some(take(bytes)?);
        }
        let key = if flags & KEY == 0 { None } else { Some(take(bytes)?) };
        let late = if flags & LATE == 0 { None } else { Some(take(bytes)?) };
        self.position = self.position.next();
        Ok(Envelope { flags, key, late, event: take_stored(bytes)? })
    }

    fn entry(&self, position: Position, envelope: Envelope<'_>) -> Result<Entry, CodecError> {
        let shared = &self.shared;
        Ok(Entry {
            position,
            effective: shared.effective,
            recorded_at: shared.recorded_at,
            commit: shared.commit,
            actor: shared.actor()?.clone(),
            key: envelope.key,
            batch: if envelope.flags & BATCH == 0 { None } else { shared.batch },
            late: envelope.late,
            illustrative: envelope.flags & ILLUSTRATIVE != 0,
            event: envelope.event.decode()?,
        })
    }
}

fn take_commit(bytes: &mut &[u8], shared: &mut Shared, flags: u8) -> Result<(), CodecError> {
    if flags & COMMIT == 0 {
        shared.commit = shared.commit.wrapping_sub(1);
        return Ok(());
    }
    let (since, commit): (i64, u32) = take(bytes)?;
    shared.recorded_at = Instant(shared.recorded_at.0.wrapping_add(since));
    shared.commit = commit;
    Ok(())
}

fn take_actor(bytes: &mut &[u8], shared: &mut Shared, flags: u8) -> Result<(), CodecError> {
    if flags & ACTOR == 0 {
        return Ok(());
    }
    let number: u32 = take(bytes)?;
    shared.actor = usize::try_from(number).unwrap_or(usize::MAX);
    if shared.actor == shared.actors.len() {
        shared.actors.push(take(bytes)?);
    }
    Ok(())
}
