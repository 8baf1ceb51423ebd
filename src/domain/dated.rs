//! Facts with a day from which they hold: names, kinds of organisations, partners, budgets, rate cards.
//!
//! Invariant: in force on a day is the fact with the latest effective day on or before it, among equals the later in
//! the log; a fact that is taken out leaves the others as they were.

use super::event::Entry;
use super::ids::Position;
use super::time::Day;

/// Facts of one kind about one thing, ordered by effective day and then by position in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T>(Vec<(Day, Position, T)>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Dated<T> {
    /// Adds what an entry says, from the entry's effective day on.
    pub(crate) fn insert(&mut self, entry: &Entry, fact: T) {
        let key = (entry.effective, entry.position);
        let place = self.0.partition_point(|(day, position, _)| (*day, *position) < key);
        self.0.insert(place, (key.0, key.1, fact));
    }

    /// Adds what an entry says, where it says anything.
    pub(crate) fn insert_some(&mut self, entry: &Entry, fact: Option<T>) {
        if let Some(fact) = fact {
            self.insert(entry, fact);
        }
    }

    /// Takes out what the entry at a position said.
    pub(crate) fn remove(&mut self, position: Position) {
        self.0.retain(|(_, of, _)| *of != position);
    }

    /// What is in force on a day; `None` before the first fact.
    pub fn on(&self, day: Day) -> Option<&T> {
        let after = self.0.partition_point(|(from, _, _)| *from <= day);
        self.0.get(..after)?.last().map(|(_, _, fact)| fact)
    }

    /// What is in force on a day, or the first fact where the day lies before it.
    pub fn on_or_first(&self, day: Day) -> Option<&T> {
        self.on(day).or_else(|| self.0.first().map(|(_, _, fact)| fact))
    }

    /// The fact with the latest effective day.
    pub fn latest(&self) -> Option<&T> {
        self.0.last().map(|(_, _, fact)| fact)
    }

    /// Every fact with the day from which it holds and the position of its entry, in that order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Day, Position, &T)> {
        self.0.iter().map(|(day, position, fact)| (*day, *position, fact))
    }

    /// Whether there is no fact.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A list, or `None` where it is empty: in a change, an empty list says nothing.
pub(crate) fn said<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}
