//! Checks that many rules share: days, amounts, shares, and whether the things that are named exist and are open.
//!
//! Invariant: a check reads and never changes; each refusal says what would be right. Rules check in this order: what
//! the command says on its own, its day, the things that it names, then limits that span entries.

use super::books::Books;
use super::command::Context;
use super::event::{Entry, EventKind};
use super::ids::{EntryId, HoursId, OrganisationId, ProjectId};
use super::money::Pence;
use super::organisations::Organisation;
use super::projects::Project;
use super::quantity::BasisPoints;
use super::refusal::{Refusal, RefusalCode};
use super::time::Day;

/// Refuses a day in the future: it has not happened yet.
pub(crate) fn happened(context: &Context) -> Result<(), Refusal> {
    if context.effective <= context.today {
        return Ok(());
    }
    let message = format!("Enter {} or an earlier day: {} lies in the future.", context.today, context.effective);
    Err(Refusal::of(RefusalCode::InTheFuture, "effective", message))
}

/// Refuses a day before a thing began; `began` finishes the sentence: "the grant was awarded".
pub(crate) fn not_before(context: &Context, day: Day, began: &str) -> Result<(), Refusal> {
    if context.effective >= day {
        return Ok(());
    }
    Err(Refusal::of(RefusalCode::TooEarly, "effective", format!("Enter {day} or a later day: that is when {began}.")))
}

/// Refuses an end before its beginning; `field` is the wire name of the end.
pub(crate) fn runs_forward(from: Option<Day>, to: Option<Day>, field: &str) -> Result<(), Refusal> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            let message = format!("Enter {from} or a later day: it cannot end before it begins.");
            Err(Refusal::of(RefusalCode::TooEarly, field, message))
        }
        _ => Ok(()),
    }
}

/// Refuses an amount of nothing or less.
pub(crate) fn positive(amount: Pence, field: &str) -> Result<(), Refusal> {
    if amount > Pence::ZERO {
        return Ok(());
    }
    Err(Refusal::of(RefusalCode::BadInput, field, "Enter an amount of more than £0.00."))
}

/// Refuses an amount of less than nothing.
pub(crate) fn not_negative(amount: Pence, field: &str) -> Result<(), Refusal> {
    if amount >= Pence::ZERO {
        return Ok(());
    }
    Err(Refusal::of(RefusalCode::BadInput, field, "Enter an amount of £0.00 or more."))
}

/// Refuses amounts that do not add up to their whole; `parts` says what they are: "the instalments".
pub(crate) fn adds_up(
    amounts: impl Iterator<Item = Pence>,
    whole: Pence,
    field: &str,
    parts: &str,
) -> Result<(), Refusal> {
    let sum = amounts.fold(Pence::ZERO, Pence::plus);
    if sum == whole {
        return Ok(());
    }
    let message = format!("Make {parts} add up to {}: they come to {}.", whole.display(), sum.display());
    Err(Refusal::of(RefusalCode::DoesNotAddUp, field, message))
}

/// Refuses shares that are not together the whole of 10,000 basis points; no share at all is right too.
pub(crate) fn whole(shares: impl Iterator<Item = BasisPoints>, field: &str) -> Result<(), Refusal> {
    let parts: Vec<u32> = shares.map(|share| share.0).collect();
    let sum = parts.iter().fold(0_u32, |sum, part| sum.saturating_add(*part));
    if parts.is_empty() || sum == BasisPoints::WHOLE.0 {
        return Ok(());
    }
    let message = format!("Make the shares add up to 10000 basis points: they come to {sum}.");
    Err(Refusal::of(RefusalCode::DoesNotAddUp, field, message))
}

/// Refuses a list that names something twice.
pub(crate) fn distinct<T: Ord + std::fmt::Display>(items: &[T], field: &str) -> Result<(), Refusal> {
    let mut seen = std::collections::BTreeSet::new();
    let Some(twice) = items.iter().find(|item| !seen.insert(*item)) else { return Ok(()) };
    Err(Refusal::of(RefusalCode::BadInput, field, format!("Name {twice} once: it is in the list twice.")))
}

/// The thing that an id names, or the refusal that there is none; `noun` is what it is: "fund".
pub(crate) fn found<T>(
    books: &Books,
    id: impl Into<EntryId>,
    thing: Option<T>,
    field: &str,
    noun: &str,
) -> Result<T, Refusal> {
    let id = id.into();
    thing.ok_or_else(|| {
        let message = if books.is_reversed(id.position) {
            format!("Choose another {noun}: {id} was reversed.")
        } else {
            format!("Choose {} {noun} of this ledger: there is no {id} in it.", article(noun))
        };
        Refusal::of(RefusalCode::NotFound, field, message)
    })
}

/// "an" before a vowel, "a" before all else.
fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The refusal of something that is there already: it carries the version of what has it.
pub(crate) fn taken(books: &Books, owner: impl Into<EntryId>, field: &str, message: String) -> Refusal {
    let current = Some(books.version(owner.into().position));
    Refusal { current, ..Refusal::of(RefusalCode::AlreadyExists, field, message) }
}

/// Refuses a reference that another thing of its kind carries.
pub(crate) fn reference_free(books: &Books, owner: Option<impl Into<EntryId>>) -> Result<(), Refusal> {
    let Some(owner) = owner.map(Into::into) else { return Ok(()) };
    let message = format!("Give it a reference of its own: {owner} has this one already.");
    Err(taken(books, owner, "reference", message))
}

/// An organisation that exists and was not merged into another.
pub(crate) fn organisation<'books>(
    books: &'books Books,
    id: OrganisationId,
    field: &str,
) -> Result<&'books Organisation, Refusal> {
    let organisation = found(books, id, books.organisations.get(id), field, "organisation")?;
    if organisation.merged_into.is_none() {
        return Ok(organisation);
    }
    let into = books.organisations.resolve(id);
    let message = format!("Use {} ({into}): {id} was merged into it.", books.organisations.name(into));
    Err(Refusal::of(RefusalCode::Closed, field, message))
}

/// An organisation that may take part in something new: it exists, was not merged, and had not closed by that day.
pub(crate) fn open_organisation<'books>(
    books: &'books Books,
    id: OrganisationId,
    field: &str,
    context: &Context,
) -> Result<&'books Organisation, Refusal> {
    let organisation = organisation(books, id, field)?;
    match organisation.closed {
        Some((day, _)) if context.effective >= day => {
            let message = format!("Choose another organisation: {} closed on {day}.", organisation.name());
            Err(Refusal::of(RefusalCode::Closed, field, message))
        }
        _ => Ok(organisation),
    }
}

/// A project that exists.
pub(crate) fn project<'books>(books: &'books Books, id: ProjectId, field: &str) -> Result<&'books Project, Refusal> {
    found(books, id, books.projects.get(id), field, "project")
}

/// A project that may take something new: it exists and had not closed by that day.
pub(crate) fn open_project<'books>(
    books: &'books Books,
    id: ProjectId,
    field: &str,
    context: &Context,
) -> Result<&'books Project, Refusal> {
    let project = project(books, id, field)?;
    match project.closed {
        Some((day, _)) if context.effective >= day => {
            let message = format!("Choose another project: {} closed on {day}.", project.title());
            Err(Refusal::of(RefusalCode::Closed, field, message))
        }
        _ => Ok(project),
    }
}

/// A project that may take something that happens in it: it is open, and the day lies not before its opening.
pub(crate) fn begun_project<'books>(
    books: &'books Books,
    id: ProjectId,
    field: &str,
    context: &Context,
) -> Result<&'books Project, Refusal> {
    let project = open_project(books, id, field, context)?;
    not_before(context, project.opened_on, "the project was opened")?;
    Ok(project)
}

/// The refusal of closing twice.
pub(crate) fn closed_already(noun: &str, day: Day) -> Refusal {
    Refusal::of(RefusalCode::Closed, noun, format!("Nothing is left to do: this {noun} closed on {day}."))
}

/// The refusal of a change that says nothing.
pub(crate) fn nothing_changes() -> Refusal {
    Refusal::new(RefusalCode::NothingToDo, "Say what changes: nothing is given.")
}

/// Refuses to reverse an entry on which others rest; it names the latest of them, which goes first.
pub(crate) fn nothing_rests(books: &Books, entry: &Entry) -> Result<(), Refusal> {
    let hours = || books.hours.naming(entry.position);
    let Some(last) = books.resting_on(entry.position).next_back().max(hours().map(|row| row.position()).max()) else {
        return Ok(());
    };
    let count = books.resting_on(entry.position).count().saturating_add(hours().count());
    let as_hours = || HoursId(last).to_string();
    let last = books.entry(last).map_or_else(as_hours, |entry| entry.id().to_string());
    let message = format!("Reverse what rests on {} first: {count} in all, the latest {last}.", entry.id());
    Err(Refusal::of(RefusalCode::RestsOnIt, "entry", message))
}

/// The refusal of reversing what never can be.
pub(crate) fn never_reversed(kind: EventKind) -> Refusal {
    let message = format!("Enter what is right now instead: {} can never be reversed.", kind.name());
    Refusal::of(RefusalCode::NotReversible, "entry", message)
}
