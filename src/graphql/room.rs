//! Room for one answer while it is being made: values are counted against the limit and against the memory that all
//! answers share.
//!
//! Invariant: an answer is begun only where there is room for as many values as its document could come to; a list whose
//! length is known only when it was computed takes the rest before its rows are made.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, SelectionField, Value};

use super::budget::{Part, Purse};
use super::fault::{Code, Fault};
use super::limits::{LIST_ROWS, Limits};

/// The room that an answer has taken.
#[derive(Debug)]
pub(super) struct Room {
    purse: Purse,
    most: u64,
    taken: Mutex<(u64, Part)>,
}

impl Room {
    /// Takes room for so many values.
    ///
    /// # Errors
    /// A fault where other answers take too much.
    pub(super) fn take(purse: &Purse, limits: &Limits, values: u64) -> Result<Arc<Self>, Fault> {
        let part = purse.take_for_values(values)?;
        Ok(Arc::new(Self { purse: purse.clone(), most: limits.values, taken: Mutex::new((values, part)) }))
    }

    /// Takes room for more values.
    ///
    /// # Errors
    /// A fault where the answer would have too many, or other answers take too much.
    pub(super) fn grow(&self, more: u64) -> Result<(), Fault> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (values, part) = &mut *taken;
        let all = values.saturating_add(more);
        check(all, self.most)?;
        self.purse.grow_for_values(part, all)?;
        *values = all;
        Ok(())
    }
}

/// Whether an answer may have so many values.
///
/// # Errors
/// A fault with the limit.
pub(crate) fn check(values: u64, most: u64) -> Result<(), Fault> {
    if values <= most {
        return Ok(());
    }
    let sentence = format!(
        "Ask for fewer rows, or fewer fields of each: this could answer with {values} values and more; the limit is {most}."
    );
    Err(Fault::limit(Code::TooManyRows, sentence, most))
}

/// Takes room for a list that was computed: its document was taken to come to [`LIST_ROWS`] rows.
///
/// # Errors
/// As [`Room::grow`].
pub(crate) fn take_rows(context: &Context<'_>, list: SelectionField<'_>, rows: usize) -> Result<(), Fault> {
    let Some(room) = context.data_opt::<Arc<Room>>() else { return Ok(()) };
    let more = u64::try_from(rows).unwrap_or(u64::MAX).saturating_sub(LIST_ROWS);
    if more == 0 { Ok(()) } else { room.grow(more.saturating_mul(below(list))) }
}

/// How many values a field comes to, itself and what is selected of it; a list in it has [`LIST_ROWS`] rows, or as many
/// as are asked for.
fn below(field: SelectionField<'_>) -> u64 {
    field.selection_set().fold(1, |sum: u64, child| sum.saturating_add(below(child).saturating_mul(times(child))))
}

fn times(field: SelectionField<'_>) -> u64 {
    let arguments = field.arguments().unwrap_or_default();
    let asked = arguments.iter().find(|(name, _)| name.as_str() == "first" || name.as_str() == "last");
    let asked = asked.and_then(|(_, value)| if let Value::Number(number) = value { number.as_u64() } else { None });
    match field.name() {
        "evidence" => asked.unwrap_or(LIST_ROWS),
        "contributors" => LIST_ROWS,
        _ => 1,
    }
}
