//! Things that are held for a calendar month of days at a time: the latest rows of hours, and the sums of figures.
//!
//! Months, because months, quarters and years are what people ask for: their windows are whole blocks. Invariant:
//! blocks stand in a row from the first to the last that was ever asked for, so that one is found by its number without
//! a search; a clone shares them all.

use std::sync::Arc;

use super::time::{Day, Month};

/// The most days that a block has.
pub(crate) const BLOCK_DAYS: usize = 31;

/// Blocks of days, each with its number.
#[derive(Clone, Debug)]
pub(crate) struct DayBlocks<T> {
    /// The number of the first.
    first: i32,
    blocks: imbl::Vector<Option<Arc<T>>>,
}

impl<T> Default for DayBlocks<T> {
    fn default() -> Self {
        Self { first: 0, blocks: imbl::Vector::new() }
    }
}

impl<T: Clone> DayBlocks<T> {
    /// The block with a number.
    pub(crate) fn get(&self, number: i32) -> Option<&T> {
        self.blocks.get(self.index(number)?)?.as_deref()
    }

    /// The block with a number, made where there was none. A number without a day that a ledger can hold is taken for
    /// the nearest with one, so that damage cannot ask for more room than there are days.
    pub(crate) fn get_or(&mut self, number: i32, make: impl FnOnce() -> T) -> Option<&mut T> {
        let number = number.clamp(Month::FIRST.number(), Month::LAST.number());
        if self.blocks.is_empty() {
            self.first = number;
        }
        while number < self.first {
            self.blocks.push_front(None);
            self.first = self.first.saturating_sub(1);
        }
        let index = self.index(number)?;
        while self.blocks.len() <= index {
            self.blocks.push_back(None);
        }
        self.blocks.get_mut(index).map(|block| Arc::make_mut(block.get_or_insert_with(|| Arc::new(make()))))
    }

    /// Puts a block in the place of the one with its number.
    pub(crate) fn put(&mut self, number: i32, block: T) {
        let place = self.index(number).and_then(|index| self.blocks.get_mut(index));
        if let Some(place) = place {
            *place = Some(Arc::new(block));
        }
    }

    /// The blocks from a number to a number, both included, with their numbers.
    pub(crate) fn range(&self, from: i32, to: i32) -> impl Iterator<Item = (i32, &T)> {
        let last = self.first.saturating_add(i32::try_from(self.blocks.len()).unwrap_or(i32::MAX)).saturating_sub(1);
        let numbers = from.max(self.first)..=to.min(last);
        numbers.filter_map(|number| self.get(number).map(|block| (number, block)))
    }

    /// Every block with its number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i32, &T)> {
        self.range(i32::MIN, i32::MAX)
    }

    fn index(&self, number: i32) -> Option<usize> {
        usize::try_from(number.checked_sub(self.first)?).ok()
    }
}

/// The number of the block of days that a day lies in.
pub(crate) fn block_of(day: Day) -> i32 {
    place_of(day).0
}

/// The number of a day's block, and which day of it the day is, from 0.
pub(crate) fn place_of(day: Day) -> (i32, usize) {
    let civil = day.civil();
    let month = Month { year: civil.year(), month: civil.month() };
    (month.number(), usize::try_from(civil.day().saturating_sub(1)).unwrap_or(0))
}

/// The first day of a block.
pub(crate) fn first_day_of(block: i32) -> Day {
    Month::numbered(block).first_day()
}

/// The last day of a block.
pub(crate) fn last_day_of(block: i32) -> Day {
    Month::numbered(block).last_day()
}

/// Which day of its block a day is, from 0.
pub(crate) fn day_in_block(day: Day) -> usize {
    place_of(day).1
}
