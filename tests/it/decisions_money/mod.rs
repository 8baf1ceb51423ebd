//! The rules of money, as tables: what is given, what is asked, and the events or the refusal that follows.
//!
//! Rows stand in the order in which the rule checks. The town that most rows begin with is in `town.rs`.

mod awards;
mod contracts;
mod funds;
mod grants;
mod organisations;
mod payments;
mod projects;
mod reversals;
mod setup;
mod support;
mod town;

use coledger::domain::refusal::RefusalCode;

use crate::harness::decisions::{Asked, books_of, decided};

/// What follows from a command.
enum Then {
    /// Events: of each the kind, and words of its fields as a debugger shows them.
    Events(Vec<(&'static str, &'static str)>),
    /// A refusal: its code, the field and the whole sentence.
    Refused(RefusalCode, Option<&'static str>, &'static str),
}

/// One row of a table.
struct Row {
    name: &'static str,
    given: Vec<Asked>,
    when: Asked,
    then: Then,
}

/// A row that ends in one event.
fn accepted(name: &'static str, given: &[Asked], when: Asked, kind: &'static str, fields: &'static str) -> Row {
    Row { name, given: given.to_vec(), when, then: Then::Events(vec![(kind, fields)]) }
}

/// A row that ends in a refusal about a field; no field where it is empty.
fn refused(
    name: &'static str,
    given: &[Asked],
    when: Asked,
    code: RefusalCode,
    field: &'static str,
    sentence: &'static str,
) -> Row {
    let field = (!field.is_empty()).then_some(field);
    Row { name, given: given.to_vec(), when, then: Then::Refused(code, field, sentence) }
}

/// Some commands and then others.
fn and(given: &[Asked], more: &[Asked]) -> Vec<Asked> {
    given.iter().chain(more).cloned().collect()
}

/// Checks every row, and names all that fail.
fn check(rows: Vec<Row>) {
    let failures: Vec<String> = rows.into_iter().filter_map(|row| fault(&row)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is wrong with a row.
fn fault(row: &Row) -> Option<String> {
    let answer = decided(&books_of(&row.given), &row.when);
    let right = match (&answer, &row.then) {
        (Ok(events), Then::Events(expected)) => {
            let fits = |(event, (kind, fields)): (&coledger::domain::event::Event, &(&str, &str))| {
                event.kind().name() == *kind && format!("{event:?}").contains(fields)
            };
            events.len() == expected.len() && events.iter().zip(expected).all(fits)
        }
        (Err(refusal), Then::Refused(code, field, sentence)) => {
            refusal.code == *code && refusal.field.as_deref() == *field && refusal.message == *sentence
        }
        _ => false,
    };
    (!right).then(|| format!("{}: {answer:?}", row.name))
}
