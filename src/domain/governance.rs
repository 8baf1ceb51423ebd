//! Governance: entries reversed, batches opened and reversed, books closed.
//!
//! Invariant: nothing is ever taken out of the log. A reversal is an entry of its own, happens once, and leaves no
//! limit broken; books are closed through a later day each time and never reopened. What reaches into closed books is
//! told in `late.rs`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::books::Books;
use super::command::{CloseBooks, Context, OpenBatch, ReverseBatch, ReverseEntry};
use super::decide::Decide;
use super::event::{
    BatchOpened, BatchReversed, BooksClosed, Entry, EntryReversed, Event, EventKind, ReversalCode, Role,
};
use super::evolve::{self, Evolve};
use super::hours_table::Hours;
use super::ids::{BatchId, EntryId, Position};
use super::quantity::Digest;
use super::refusal::{Refusal, RefusalCode};
use super::setup::FORMULA_VERSION;
use super::text::Title;
use super::time::Day;
use super::{checks, hours};

/// The most standing entries of a batch that one command reverses: as many as one commit holds, with its own entry.
pub const BATCH_REVERSAL_MAX: usize = 49_999;

/// A batch of entries from one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// The day it was opened.
    pub opened_on: Day,
    /// The file's name.
    pub file: Title,
    /// The SHA-256 of the file's bytes.
    pub sha256: Digest,
    /// The entry that reversed it, where one did.
    pub reversed: Option<Position>,
    /// Its entries, as runs of positions: first and last.
    runs: imbl::Vector<(Position, Position)>,
}

impl Batch {
    /// The positions of its entries, in the order of the log.
    pub fn positions(&self) -> impl DoubleEndedIterator<Item = Position> {
        self.runs.iter().flat_map(|(first, last)| (first.0..=last.0).map(Position))
    }

    /// How many entries came with it.
    pub fn len(&self) -> u64 {
        let sizes = self.runs.iter().map(|(first, last)| last.next().0.saturating_sub(first.0));
        sizes.fold(0, u64::saturating_add)
    }

    /// Whether no entry came with it.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    fn note(&mut self, first: Position, last: Position) {
        match self.runs.back_mut() {
            Some((_, before)) if before.next() == first => *before = last,
            _ => self.runs.push_back((first, last)),
        }
    }
}

/// A closing of the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The entry.
    pub position: Position,
    /// The day it was done.
    pub on: Day,
    /// The last day that is closed.
    pub through: Day,
    /// The version of the formulas that were in force.
    pub formula: u32,
    /// The digest of the figures that were closed.
    pub digest: Digest,
}

/// Batches, and closings of the books.
#[derive(Clone, Debug, Default)]
pub struct Governance {
    batches: imbl::OrdMap<BatchId, Batch>,
    closings: imbl::Vector<Closing>,
}

impl Governance {
    /// Every batch, in the order of the log.
    pub fn batches(&self) -> impl Iterator<Item = &Batch> {
        self.batches.values()
    }

    /// One batch.
    pub fn batch(&self, id: BatchId) -> Option<&Batch> {
        self.batches.get(&id)
    }

    /// Every closing of the books, in the order of the log.
    pub fn closings(&self) -> impl DoubleEndedIterator<Item = &Closing> {
        self.closings.iter()
    }

    /// The last day that is closed; `None` where the books were never closed.
    pub fn closed_through(&self) -> Option<Day> {
        self.closings.back().map(|closing| closing.through)
    }

    /// Notes that the entry at a position came with a batch; for each batch in the order of the log.
    pub(crate) fn note_position(&mut self, batch: BatchId, position: Position) {
        self.note_run(batch, position, position);
    }

    /// The same of the entries from one position to another.
    pub(crate) fn note_run(&mut self, batch: BatchId, first: Position, last: Position) {
        if let Some(batch) = self.batches.get_mut(&batch) {
            batch.note(first, last);
        }
    }
}

/// An entry that is to be reversed, as the books know it.
enum Target {
    /// Kept whole.
    Whole(Arc<Entry>),
    /// Hours, or a decision on them: only their rows know of it.
    InRows(EntryId),
}

impl Target {
    fn id(&self) -> EntryId {
        match self {
            Self::Whole(entry) => entry.id(),
            Self::InRows(id) => *id,
        }
    }

    /// The things that the entry is about, and so its reversal.
    fn subjects(&self) -> Vec<Position> {
        match self {
            Self::Whole(entry) => entry.event.subjects(),
            Self::InRows(_) => Vec::new(),
        }
    }

    fn may_reverse(&self, books: &Books) -> Result<(), Refusal> {
        match self {
            Self::Whole(entry) if entry.event.kind() == EventKind::RegisterEntryDeleted => {
                Err(checks::never_reversed(EventKind::RegisterEntryDeleted))
            }
            Self::Whole(entry) => evolve::may_reverse(books, entry),
            Self::InRows(_) => Ok(()),
        }
    }

    fn take_back(&self, books: &mut Books, at: Position) {
        match self {
            Self::Whole(entry) => evolve::undo(books, entry),
            Self::InRows(id) => hours::take_back(books, *id, at),
        }
    }
}

/// The entry of an id, where it is in the books.
fn target(books: &Books, id: EntryId) -> Option<Target> {
    match books.entry(id.position) {
        Some(entry) => (entry.event.kind() == id.kind).then(|| Target::Whole(Arc::clone(entry))),
        None => (hours::kind_at(&books.hours, id.position) == Some(id.kind)).then_some(Target::InRows(id)),
    }
}

/// The entry of an id that stands.
fn standing(books: &Books, id: EntryId) -> Result<Target, Refusal> {
    if let Some(by) = books.reversed.get(&id.position) {
        let by = EntryId { kind: EventKind::EntryReversed, position: *by };
        let sentence = format!("Nothing is left to do: {id} was reversed by {by}.");
        return Err(Refusal::of(RefusalCode::AlreadyReversed, "entry", sentence));
    }
    checks::found(books, id, target(books, id), "entry", "entry")
}

/// Refuses a trial run in which a limit is broken.
fn check_limits(books: &Books, trial: &Books) -> Result<(), Refusal> {
    let Some(((fund, year), over)) = trial.funds.overspent_since(&books.funds) else { return Ok(()) };
    let name = books.funds.name(fund);
    let sentence = format!(
        "Free {} of the {year} budget of {name} first: without this entry it would be overspent by so much.",
        over.display()
    );
    Err(Refusal::of(RefusalCode::OverBudget, "entry", sentence))
}

impl Decide for ReverseEntry {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let target = standing(books, self.entry)?;
        target.may_reverse(books)?;
        let mut trial = books.clone();
        target.take_back(&mut trial, books.next_position());
        check_limits(books, &trial)?;
        Ok(vec![EntryReversed { entry: self.entry, code: self.code, note: self.note.clone() }.into()])
    }
}

impl Evolve for EntryReversed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        if books.is_reversed(self.entry.position) {
            return;
        }
        if let Some(target) = target(books, self.entry) {
            target.take_back(books, entry.position);
            target.subjects().into_iter().for_each(|thing| evolve::note_version(books, thing, entry.position));
        }
        books.reversed.insert(self.entry.position, entry.position);
    }

    fn may_reverse(&self, _: &Books, entry: &Entry) -> Result<(), Refusal> {
        Err(checks::never_reversed(entry.event.kind()))
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl Decide for OpenBatch {
    fn decide(&self, _: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        Ok(vec![BatchOpened { file: self.file.clone(), sha256: self.sha256 }.into()])
    }
}

impl Evolve for BatchOpened {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let batch = Batch {
            id: BatchId(entry.position),
            opened_on: entry.effective,
            file: self.file.clone(),
            sha256: self.sha256,
            reversed: None,
            runs: imbl::Vector::new(),
        };
        books.governance.batches.insert(batch.id, batch);
    }

    fn may_reverse(&self, _: &Books, entry: &Entry) -> Result<(), Refusal> {
        Err(checks::never_reversed(entry.event.kind()))
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

/// A batch that stands.
fn standing_batch<'books>(books: &'books Books, id: BatchId, field: &str) -> Result<&'books Batch, Refusal> {
    let batch = checks::found(books, id, books.governance.batch(id), field, "batch")?;
    match batch.reversed {
        Some(by) => {
            let by = EntryId { kind: EventKind::BatchReversed, position: by };
            let sentence = format!("Open a new batch: {id} was reversed by {by}.");
            Err(Refusal::of(RefusalCode::AlreadyReversed, field, sentence))
        }
        None => Ok(batch),
    }
}

/// Refuses entries that come with a batch that does not stand.
pub(crate) fn check_batch(books: &Books, context: &Context) -> Result<(), Refusal> {
    context.batch.map_or(Ok(()), |batch| standing_batch(books, batch, "batch").map(drop))
}

impl Decide for ReverseBatch {
    /// Every entry of the batch that stands is reversed, the newest first. What can never be reversed stays, and so
    /// does what only names something (an organisation, fund, project or strategy) on which entries from elsewhere
    /// rest; anything else that cannot go refuses the whole.
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let batch = standing_batch(books, self.batch, "batch")?;
        let entries = standing_entries(books, batch)?;
        let mut trial = books.clone();
        let mut events = vec![BatchReversed { batch: self.batch, reason: self.reason.clone() }.into()];
        for id in entries {
            let target = books.entry(id.position).map_or(Target::InRows(id), |entry| Target::Whole(Arc::clone(entry)));
            match target.may_reverse(&trial) {
                Ok(()) => {
                    if !is_decision_on_hours(id.kind) {
                        target.take_back(&mut trial, books.next_position());
                    }
                    events.push(EntryReversed { entry: target.id(), code: ReversalCode::Error, note: None }.into());
                }
                Err(refusal) if may_stay(id.kind, refusal.code) => {}
                Err(refusal) => return Err(Refusal { field: Some("batch".into()), ..refusal }),
            }
        }
        check_limits(books, &trial)?;
        Ok(events)
    }
}

/// Whether an entry stays when its batch goes, where this is why it cannot go with it.
fn may_stay(kind: EventKind, why: RefusalCode) -> bool {
    let names = [
        EventKind::OrganisationRegistered,
        EventKind::FundOpened,
        EventKind::ProjectOpened,
        EventKind::StrategyAdopted,
    ];
    why == RefusalCode::NotReversible || (why == RefusalCode::RestsOnIt && names.contains(&kind))
}

/// A decision on hours changes neither a limit nor what rests on what, and taking it back looks at every row: so a
/// trial leaves it.
fn is_decision_on_hours(kind: EventKind) -> bool {
    matches!(kind, EventKind::HoursConfirmed | EventKind::HoursRejected)
}

/// The entries of a batch that stand, the newest first.
fn standing_entries(books: &Books, batch: &Batch) -> Result<Vec<EntryId>, Refusal> {
    let standing = batch.positions().rev().filter(|position| !books.is_reversed(*position));
    let positions: Vec<Position> = standing.take(BATCH_REVERSAL_MAX.saturating_add(1)).collect();
    if positions.len() > BATCH_REVERSAL_MAX {
        let sentence = format!("Reverse its entries in parts: one command reverses at most {BATCH_REVERSAL_MAX}.");
        return Err(Refusal::of(RefusalCode::LimitReached, "batch", sentence));
    }
    let decisions = decisions_on_hours(&books.hours);
    let kind = |position: &Position| {
        let whole = books.entry(*position).map(|entry| entry.event.kind());
        let row = || books.hours.row(*position).map(|_| EventKind::HoursLogged);
        whole.or_else(row).or_else(|| decisions.get(position).copied())
    };
    Ok(positions.iter().filter_map(|position| Some(EntryId { kind: kind(position)?, position: *position })).collect())
}

/// Every standing decision on hours, with its kind, in one pass over the rows.
fn decisions_on_hours(hours: &Hours) -> BTreeMap<Position, EventKind> {
    let decided = hours.iter().filter_map(|row| Some((row.decided_at()?, hours::kind_of_decision(&row))));
    decided.collect()
}

impl Evolve for BatchReversed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        if let Some(batch) = books.governance.batches.get_mut(&self.batch) {
            batch.reversed = Some(entry.position);
        }
    }

    fn may_reverse(&self, _: &Books, entry: &Entry) -> Result<(), Refusal> {
        Err(checks::never_reversed(entry.event.kind()))
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl Decide for CloseBooks {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        if !matches!(context.actor.role, Role::Finance | Role::Keeper) {
            let sentence = "Ask finance or the keeper of the ledger: only they may close the books.";
            return Err(Refusal::new(RefusalCode::NotAllowed, sentence));
        }
        checks::happened(context)?;
        if self.through > context.effective {
            let sentence = format!("Enter {} or an earlier day: what is to come cannot be closed.", context.effective);
            return Err(Refusal::of(RefusalCode::InTheFuture, "through", sentence));
        }
        if let Some(before) = books.governance.closed_through().filter(|before| self.through <= *before) {
            let sentence = format!("Enter a day after {before}: the books are closed through it already.");
            return Err(Refusal::of(RefusalCode::NothingToDo, "through", sentence));
        }
        let Some(digest) = context.figures else {
            let sentence = "Give the digest of the figures that are to be closed.";
            return Err(Refusal::of(RefusalCode::BadInput, "digest", sentence));
        };
        Ok(vec![BooksClosed { through: self.through, formula: FORMULA_VERSION, digest }.into()])
    }
}

impl Evolve for BooksClosed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.governance.closings.push_back(Closing {
            position: entry.position,
            on: entry.effective,
            through: self.through,
            formula: self.formula,
            digest: self.digest,
        });
    }

    fn may_reverse(&self, _: &Books, entry: &Entry) -> Result<(), Refusal> {
        Err(checks::never_reversed(entry.event.kind()))
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}
