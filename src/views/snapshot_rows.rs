//! The rows of hours in a snapshot: some thousands at a time, column by column, each column of fixed width.
//!
//! Numbers that grow from row to row are saved as differences, which pack to next to nothing. Invariant: rows, and the
//! tables that their numbers point into, come back exactly as they were, without being worked out again.

use std::io::{Read, Write};

use super::snapshot::{Blocks, SnapshotError, put_block};
use crate::domain::hours_rows::HoursRow;
use crate::domain::hours_table::{Hours, HoursTables};
use crate::domain::time::Day;
use crate::log::codec::{CodecError, put_list, take_list};

/// How many rows are packed and unpacked at a time.
const BLOCK_ROWS: usize = 4_096;
/// How many bytes a row takes: five columns of four bytes, four of two, two of one.
const ROW_BYTES: usize = 5 * 4 + 4 * 2 + 2;

/// Appends all hours.
pub(super) fn save(packed: &mut impl Write, hours: &Hours) -> Result<(), SnapshotError> {
    let mut block = Vec::new();
    save_tables(&mut block, &hours.tables())?;
    put_block(packed, &block)?;
    let mut rows = hours.iter().peekable();
    let mut before = Before::default();
    while rows.peek().is_some() {
        let some: Vec<HoursRow> = rows.by_ref().take(BLOCK_ROWS).collect();
        block.clear();
        save_rows(&mut block, &some, &mut before);
        put_block(packed, &block)?;
    }
    Ok(put_block(packed, &[])?)
}

fn save_tables(out: &mut Vec<u8>, tables: &HoursTables) -> Result<(), CodecError> {
    put_list(out, tables.streams.iter().map(|(project, group, _)| (*project, *group)))?;
    for (_, _, blocks) in &tables.streams {
        put_list(out, blocks.iter())?;
    }
    put_list(out, tables.roles.iter())?;
    put_list(out, tables.actors.iter())?;
    put_list(out, tables.pledges.iter())?;
    put_list(out, tables.reversals.iter())?;
    put_list(out, tables.taken_back.iter())
}

fn take_tables(bytes: &mut &[u8]) -> Result<HoursTables, CodecError> {
    let names: Vec<(_, _)> = take_list(bytes)?;
    let stream = |(project, group)| Ok((project, group, take_list(bytes)?));
    Ok(HoursTables {
        streams: names.into_iter().map(stream).collect::<Result<_, CodecError>>()?,
        roles: take_list(bytes)?,
        actors: take_list(bytes)?,
        pledges: take_list(bytes)?,
        reversals: take_list(bytes)?,
        taken_back: take_list(bytes)?,
    })
}

/// What differences are taken from: the row before, and its number.
#[derive(Clone, Copy, Default)]
struct Before {
    index: u32,
    position: u32,
}

fn save_rows(out: &mut Vec<u8>, rows: &[HoursRow], before: &mut Before) {
    put_numbers(out, rows, |row| {
        let further = row.position.wrapping_sub(before.position);
        before.position = row.position;
        further
    });
    put_numbers(out, rows, |row| {
        before.index = before.index.wrapping_add(1);
        before.index.wrapping_sub(row.link)
    });
    put_numbers(out, rows, |row| row.decided.wrapping_sub(row.position));
    put_numbers(out, rows, |row| row.stream);
    put_numbers(out, rows, |row| u32::from_ne_bytes(row.day.0.to_ne_bytes()));
    let small: [fn(&HoursRow) -> u16; 4] = [|row| row.people, |row| row.minutes_each, |row| row.role, |row| row.actor];
    for column in small {
        out.extend(rows.iter().flat_map(|row| column(row).to_le_bytes()));
    }
    out.extend(rows.iter().map(|row| row.state));
    out.extend(rows.iter().map(|row| row.captured));
}

fn put_numbers(out: &mut Vec<u8>, rows: &[HoursRow], column: impl FnMut(&HoursRow) -> u32) {
    out.extend(rows.iter().map(column).flat_map(u32::to_le_bytes));
}

/// The hours that [`save`] wrote.
pub(super) fn restored(blocks: &mut Blocks<impl Read>, nil_returns: &Hours) -> Result<Hours, CodecError> {
    let tables = take_tables(&mut blocks.next()?)?;
    let mut rows = imbl::Vector::new();
    let mut before = Before::default();
    loop {
        let bytes = blocks.next()?;
        if bytes.is_empty() {
            return Ok(Hours::restored(tables, rows, nil_returns));
        }
        let cut_short = || CodecError::Bytes("a row of the snapshot is cut short".into());
        take_rows(bytes, &mut before, |row| rows.push_back(row)).ok_or_else(cut_short)?;
    }
}

fn take_rows(mut bytes: &[u8], before: &mut Before, mut each: impl FnMut(HoursRow)) -> Option<()> {
    let count = bytes.len() / ROW_BYTES;
    let bytes = &mut bytes;
    let mut positions = numbers(bytes, count)?;
    let mut links = numbers(bytes, count)?;
    let mut decided = numbers(bytes, count)?;
    let mut streams = numbers(bytes, count)?;
    let mut days = numbers(bytes, count)?;
    let mut people = small_numbers(bytes, count)?;
    let mut minutes_each = small_numbers(bytes, count)?;
    let mut roles = small_numbers(bytes, count)?;
    let mut actors = small_numbers(bytes, count)?;
    let (states, captured) = bytes.split_at_checked(count)?;
    for (state, captured) in states.iter().zip(captured) {
        before.position = before.position.wrapping_add(positions.next()?);
        before.index = before.index.wrapping_add(1);
        each(HoursRow {
            position: before.position,
            stream: streams.next()?,
            link: before.index.wrapping_sub(links.next()?),
            decided: before.position.wrapping_add(decided.next()?),
            day: Day(i32::from_ne_bytes(days.next()?.to_ne_bytes())),
            people: people.next()?,
            minutes_each: minutes_each.next()?,
            role: roles.next()?,
            actor: actors.next()?,
            state: *state,
            captured: *captured,
        });
    }
    Some(())
}

/// The column of numbers at the front of the bytes.
fn numbers<'a>(bytes: &mut &'a [u8], count: usize) -> Option<impl Iterator<Item = u32> + use<'a>> {
    let (column, rest) = bytes.split_at_checked(count * 4)?;
    *bytes = rest;
    Some(column.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number)))
}

/// The same of numbers of two bytes.
fn small_numbers<'a>(bytes: &mut &'a [u8], count: usize) -> Option<impl Iterator<Item = u16> + use<'a>> {
    let (column, rest) = bytes.split_at_checked(count * 2)?;
    *bytes = rest;
    Some(column.as_chunks().0.iter().map(|number| u16::from_le_bytes(*number)))
}
