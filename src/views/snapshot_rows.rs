//! The rows of hours in a snapshot.
//!
//! Invariant: rows are entered again as they were entered first (logged, then decided, then reversed), so that whatever
//! the books keep beside them comes out the same.

use std::collections::BTreeMap;
use std::io::Read;

use super::snapshot::{Blocks, put_block};
use crate::domain::books::Books;
use crate::domain::event::Captured;
use crate::domain::hours_rows::{Decision, Hours, HoursRow, HoursState, NewHours};
use crate::domain::ids::{HoursId, OrganisationId, PledgeId, Position, ProjectId};
use crate::domain::text::Slug;
use crate::domain::time::Day;
use crate::log::codec::{CodecError, put_list, take_each, take_list};

/// Position, stream, day, role, people, minutes each, actor, how it was captured, pledge, flags, and what decided it.
type SavedRow = (u32, u32, Day, u32, u32, u32, u32, Captured, Option<PledgeId>, u8, u32);

/// How many rows are unpacked at a time.
const BLOCK_ROWS: usize = 4_096;
const LATE: u8 = 1;
const ILLUSTRATIVE: u8 = 2;
const REVERSED: u8 = 4;
const REJECTED: u8 = 8;
const SELF_CONFIRMED: u8 = 16;
const DECIDED: u8 = 32;

/// Values with small numbers, in the order of their first use.
struct Numbers<T> {
    values: Vec<T>,
    numbers: BTreeMap<T, u32>,
}

impl<T: Clone + Ord> Numbers<T> {
    fn new() -> Self {
        Self { values: Vec::new(), numbers: BTreeMap::new() }
    }

    fn of(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }
}

/// Appends all rows of hours.
pub(super) fn save(out: &mut Vec<u8>, hours: &Hours) -> Result<(), CodecError> {
    let mut streams = Numbers::new();
    let mut words = Numbers::new();
    let rows: Vec<SavedRow> = hours.iter().map(|row| saved(hours, row, &mut streams, &mut words)).collect();
    let mut block = Vec::new();
    put_list(&mut block, streams.values.iter())?;
    put_list(&mut block, words.values.iter())?;
    put_block(out, &block);
    for some in rows.chunks(BLOCK_ROWS) {
        block.clear();
        put_list(&mut block, some.iter())?;
        put_block(out, &block);
    }
    put_block(out, &[]);
    Ok(())
}

fn saved(
    hours: &Hours,
    row: &HoursRow,
    streams: &mut Numbers<(ProjectId, OrganisationId)>,
    words: &mut Numbers<Slug>,
) -> SavedRow {
    let role = hours.role_word(row).cloned().unwrap_or_default();
    (
        short(row.position()),
        streams.of(&(hours.project(row), hours.group(row))),
        row.day(),
        words.of(&role),
        row.people(),
        row.minutes_each(),
        words.of(&Slug::from(hours.actor(row))),
        row.captured(),
        hours.pledge(row),
        flags(row),
        row.decided_at().map_or(0, short),
    )
}

fn flags(row: &HoursRow) -> u8 {
    let flag = |on: bool, flag: u8| if on { flag } else { 0 };
    flag(row.is_late(), LATE)
        | flag(row.is_illustrative(), ILLUSTRATIVE)
        | flag(row.state() == HoursState::Reversed, REVERSED)
        | flag(row.is_rejected(), REJECTED)
        | flag(row.is_self_confirmed(), SELF_CONFIRMED)
        | flag(row.decided_at().is_some(), DECIDED)
}

/// Enters the rows that [`save`] wrote into books.
pub(super) fn enter(blocks: &mut Blocks<impl Read>, books: &mut Books) -> Result<(), CodecError> {
    let bytes = &mut blocks.next()?;
    let tables = Tables { streams: take_list(bytes)?, words: take_list(bytes)? };
    loop {
        let bytes = &mut blocks.next()?;
        if bytes.is_empty() {
            return Ok(());
        }
        take_each(bytes, |row: SavedRow| tables.enter_row(books, &row))?;
    }
}

/// What the numbers of rows point into.
struct Tables {
    streams: Vec<(ProjectId, OrganisationId)>,
    words: Vec<Slug>,
}

impl Tables {
    fn enter_row(&self, books: &mut Books, row: &SavedRow) {
        let (at, stream, day, role, people, minutes_each, actor, captured, pledge, flags, decided) = *row;
        let position = Position(u64::from(at));
        let Some((project, group)) = get(&self.streams, stream).copied() else { return };
        let (Some(role), Some(actor)) = (get(&self.words, role), get(&self.words, actor)) else { return };
        let (late, illustrative) = (flags & LATE != 0, flags & ILLUSTRATIVE != 0);
        let hours = NewHours {
            position,
            project,
            group,
            day,
            role,
            people,
            minutes_each,
            captured,
            pledge,
            actor,
            late,
            illustrative,
        };
        books.hours.push(&hours);
        if flags & DECIDED != 0 {
            let confirmed = Decision::Confirmed { by: (flags & SELF_CONFIRMED != 0).then_some(actor) };
            let decision = if flags & REJECTED == 0 { confirmed } else { Decision::Rejected };
            books.hours.decide(HoursId(position), Position(u64::from(decided)), decision);
        }
        if flags & REVERSED != 0 {
            books.hours.reverse(position);
        }
    }
}

fn get<T>(list: &[T], number: u32) -> Option<&T> {
    usize::try_from(number).ok().and_then(|number| list.get(number))
}

fn short(position: Position) -> u32 {
    u32::try_from(position.0).unwrap_or(u32::MAX)
}
