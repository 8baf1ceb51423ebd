//! From a command to events, or to a refusal. Dispatch only: the rules stand with their things.
//!
//! Invariant: pure. The same books, command and context give the same answer, and nothing is changed by asking.

use super::books::Books;
use super::command::{Command, Context, Expected};
use super::event::Event;
use super::ids::{LAST_POSITION, Position};
use super::refusal::{Refusal, RefusalCode};
use super::{governance, late, setup};

/// What a command decides on its own books.
pub(crate) trait Decide {
    /// The events that follow from the command, or why it is refused.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal>;
}

/// Decides a command: the events that follow from it, or why it is refused.
///
/// Order of precedence: fields on their own, an open ledger, the expected version, the batch, the rules of the thing,
/// closed books.
///
/// # Errors
/// A [`Refusal`] with a stable code, the field and a sentence; nothing is appended then.
pub fn decide(books: &Books, command: &Command, context: &Context) -> Result<Vec<Event>, Refusal> {
    check_fields(command)?;
    setup::check_opened(books, command)?;
    check_expected(books, command, context)?;
    governance::check_batch(books, context)?;
    let events = dispatch(books, command, context)?;
    check_expected_of(books, command, &events, context)?;
    late::check(books, &events, context)?;
    let last = books.position.0.saturating_add(u64::try_from(events.len()).unwrap_or(u64::MAX));
    if Position(last) > LAST_POSITION {
        return Err(Refusal::new(RefusalCode::LimitReached, "This ledger is full: it holds 4,294,967,295 entries."));
    }
    Ok(events)
}

fn check_fields(command: &Command) -> Result<(), Refusal> {
    command.first_fault().map_or(Ok(()), |fault| Err(Refusal::of(fault.code, &fault.field, fault.sentence)))
}

/// Checks the version that the caller expects of the first thing the command is about, or of the ledger.
fn check_expected(books: &Books, command: &Command, context: &Context) -> Result<(), Refusal> {
    match (context.expected, command.subjects().first()) {
        (Some(Expected::Version(expected)), Some(thing)) => check_version(expected, books.version(*thing)),
        (Some(Expected::LedgerAt(expected)), _) => check_version(expected, books.position),
        _ => Ok(()),
    }
}

/// Checks the version that the caller expects of a thing that only the events name: the grant of a payment that comes
/// back. Whatever begins something new has no version to expect.
fn check_expected_of(books: &Books, command: &Command, events: &[Event], context: &Context) -> Result<(), Refusal> {
    let Some(Expected::Version(expected)) = context.expected.filter(|_| command.subjects().is_empty()) else {
        return Ok(());
    };
    let Some(event) = events.first() else { return Ok(()) };
    let Some(thing) = event.subjects().first().copied() else {
        let message = "Leave it out: this begins something new, which has no version yet.";
        return Err(Refusal::of(RefusalCode::BadInput, "expectedVersion", message));
    };
    check_version(expected, books.version(thing))
}

fn check_version(expected: Position, current: Position) -> Result<(), Refusal> {
    if current == expected {
        return Ok(());
    }
    let message =
        format!("This was changed since you looked: it is at version {current} now. Look at it again, then decide.");
    Err(Refusal { current: Some(current), ..Refusal::of(RefusalCode::VersionConflict, "expectedVersion", message) })
}

macro_rules! dispatch_decide {
    (
        commanded { $(
            $(#[$doc:meta])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*]
            { $($given:tt)* } asks { $($asks:tt)* } derives { $($derives:tt)* }
        )+ }
        announced { $($announced:tt)* }
    ) => {
        fn dispatch(books: &Books, command: &Command, context: &Context) -> Result<Vec<Event>, Refusal> {
            match command { $(Command::$Command(command) => command.decide(books, context),)+ }
        }
    };
}

super::catalogue_events!(dispatch_decide);
