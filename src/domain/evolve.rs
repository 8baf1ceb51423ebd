//! From an entry to the next books. Dispatch only: what an event changes stands with its thing.
//!
//! Invariant: total. An entry that stands in the log has happened; folding it cannot fail, whatever the rules say now.

use std::sync::Arc;

use super::books::Books;
use super::event::{Entry, Event};
use super::ids::{BatchId, Position};
use super::refusal::Refusal;
use super::time::Instant;

/// What an event does to the books.
pub(crate) trait Evolve {
    /// Folds the event in.
    fn evolve(&self, books: &mut Books, entry: &Entry);

    /// Why the entry may not be reversed: it never can, or something rests on it.
    fn may_reverse(&self, _books: &Books, _entry: &Entry) -> Result<(), Refusal> {
        Ok(())
    }

    /// Takes the event out again; only called where [`Evolve::may_reverse`] held when the reversal was decided.
    fn undo(&self, books: &mut Books, entry: &Entry);
}

/// Folds an entry into the books.
pub fn evolve(books: &mut Books, entry: &Entry) {
    begin(books, entry.position, entry.recorded_at, entry.batch);
    if !matches!(entry.event, Event::HoursLogged(_) | Event::HoursConfirmed(_) | Event::HoursRejected(_)) {
        keep(books, entry, Arc::new(without_commit(entry)));
    }
    dispatch(books, entry);
}

/// Folds an entry that books keep whole into others, which keep the same one.
pub(crate) fn evolve_kept(books: &mut Books, entry: &Arc<Entry>) {
    begin(books, entry.position, entry.recorded_at, entry.batch);
    keep(books, entry, Arc::clone(entry));
    dispatch(books, entry);
}

/// What every entry changes: how far the books go, and what came with a batch.
pub(crate) fn begin(books: &mut Books, position: Position, recorded_at: Instant, batch: Option<BatchId>) {
    books.position = position;
    books.recorded_at = recorded_at;
    if let Some(batch) = batch {
        books.governance.note_position(batch, position);
    }
}

/// Keeps an entry whole, as the latest about its subjects, and notes what it rests on.
fn keep(books: &mut Books, entry: &Entry, kept: Arc<Entry>) {
    for subject in entry.event.subjects() {
        note_version(books, subject, entry.position);
    }
    books.kept.insert(entry.position, kept);
    for thing in rests_on(&entry.event) {
        books.resting.insert((thing, entry.position));
    }
}

/// Takes an entry's effect out of the books again, and with it what it rested on.
pub(crate) fn undo(books: &mut Books, entry: &Entry) {
    for thing in rests_on(&entry.event) {
        books.resting.remove(&(thing, entry.position));
    }
    dispatch_undo(books, entry);
}

/// The things that an event rests on. Hours say it in their own rows, and a reversal takes away instead of adding.
fn rests_on(event: &Event) -> Vec<Position> {
    match event {
        Event::HoursLogged(_)
        | Event::HoursConfirmed(_)
        | Event::HoursRejected(_)
        | Event::EntryReversed(_)
        | Event::BatchReversed(_) => Vec::new(),
        _ => event.references().into_iter().map(|id| id.position).collect(),
    }
}

/// An entry as the books keep it: what binds it to its commit matters to the log alone.
fn without_commit(entry: &Entry) -> Entry {
    Entry { key: None, commit: 0, ..entry.clone() }
}

/// Notes the last event about a thing. Hours have no versions of their own: their state says all.
pub(crate) fn note_version(books: &mut Books, thing: Position, position: Position) {
    if books.kept.contains_key(&thing) {
        books.versions.insert(thing, position);
    }
}

macro_rules! dispatch_evolve {
    (
        commanded { $(
            $(#[$doc:meta])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*]
            { $($given:tt)* } asks { $($asks:tt)* } derives { $($derives:tt)* }
        )+ }
        announced { $(
            $(#[$adoc:meta])* $Announced:ident = $atag:literal $aprefix:literal on [$($asubject:ident),*] { $($fields:tt)* }
        )+ }
    ) => {
        fn dispatch(books: &mut Books, entry: &Entry) {
            match &entry.event {
                $(Event::$Event(event) => event.evolve(books, entry),)+
                $(Event::$Announced(_) => {})+
            }
        }

        /// Why an entry may not be reversed, or that it may.
        pub(crate) fn may_reverse(books: &Books, entry: &Entry) -> Result<(), Refusal> {
            match &entry.event {
                $(Event::$Event(event) => event.may_reverse(books, entry),)+
                $(Event::$Announced(_) => Ok(()),)+
            }
        }

        fn dispatch_undo(books: &mut Books, entry: &Entry) {
            match &entry.event {
                $(Event::$Event(event) => event.undo(books, entry),)+
                $(Event::$Announced(_) => {})+
            }
        }
    };
}

super::catalogue_events!(dispatch_evolve);
