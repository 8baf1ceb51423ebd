//! The audit trail: which entries answer to a filter, in the order of the log, page by page.
//!
//! Hours are found in their rows and most else among the entries that the books keep; only decisions on hours and the
//! runs of imports need a note of their own. Invariant: every position of the log is found by exactly one of these.

use crate::domain::books::Books;
use crate::domain::event::{Entry, Event, EventKind};
use crate::domain::hours_rows::{HoursRow, HoursState};
use crate::domain::ids::{BatchId, FundId, OrganisationId, Position, ProjectId};
use crate::domain::text::Slug;
use crate::domain::time::Day;

use super::about::{About, about, about_position};
use super::view::View;

/// What the audit trail is found by, beyond the books.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity {
    pub(super) decisions: imbl::Vector<Decision>,
    pub(super) kept: imbl::Vector<u32>,
    pub(super) actors: imbl::Vector<Slug>,
    pub(super) batches: imbl::Vector<BatchRun>,
}

/// A confirmation or rejection of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) position: u32,
    /// The first entry of hours that it decided; its project and group are the decision's.
    pub(super) hours: u32,
    pub(super) day: Day,
    pub(super) actor: u16,
    pub(super) rejected: bool,
    pub(super) late: bool,
    pub(super) illustrative: bool,
}

/// Entries of one import that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BatchRun {
    pub(super) first: Position,
    pub(super) last: Position,
    pub(super) batch: BatchId,
}

/// Which entries are asked for; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// About this project.
    pub project: Option<ProjectId>,
    /// About this organisation.
    pub organisation: Option<OrganisationId>,
    /// About this fund.
    pub fund: Option<FundId>,
    /// Of one of these kinds; empty: of any.
    pub kinds: Vec<EventKind>,
    /// Happened on or after this day.
    pub from: Option<Day>,
    /// Happened on or before this day.
    pub to: Option<Day>,
    /// Whether it came late into closed books.
    pub late: Option<bool>,
    /// Whether it was reversed.
    pub reversed: Option<bool>,
    /// Whether its figure is illustrative.
    pub illustrative: Option<bool>,
    /// Came with this import.
    pub batch: Option<BatchId>,
    /// Was entered by this actor.
    pub actor: Option<Slug>,
}

/// In which order a page is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As the log has them.
    #[default]
    OldestFirst,
    /// The latest first.
    NewestFirst,
}

/// A page of the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryPage {
    /// The entries' positions, in the order that was asked for.
    pub positions: Vec<Position>,
    /// Whether more follow.
    pub has_more: bool,
}

/// What a filter looks at.
enum Candidate<'a> {
    Hours(HoursRow),
    Decision(&'a Decision),
    Kept(&'a Entry),
}

impl Activity {
    /// Notes what the books do not say of an entry.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            Event::HoursLogged(_) => {}
            Event::HoursConfirmed(event) => self.note_decision(entry, event.entries.first().map(|id| id.0)),
            Event::HoursRejected(event) => self.note_decision(entry, event.entries.first().map(|id| id.0)),
            _ => self.kept.push_back(short(entry.position)),
        }
        if let Some(batch) = entry.batch {
            self.note_batch(entry.position, batch);
        }
    }

    /// Notes what the books do not say of an entry of hours.
    pub(crate) fn apply_hours(&mut self, position: Position, batch: Option<BatchId>) {
        if let Some(batch) = batch {
            self.note_batch(position, batch);
        }
    }

    /// The entries after a position that the books keep whole.
    pub(super) fn kept_after(&self, position: Position) -> impl Iterator<Item = Position> {
        let from = list(&self.kept).partition(|it| long(**it) <= position);
        (from..self.kept.len()).filter_map(|index| self.kept.get(index).copied().map(long))
    }

    /// The runs of batches after a position, the first without what lies before it.
    pub(super) fn batches_after(&self, position: Position) -> impl Iterator<Item = BatchRun> {
        let from = list(&self.batches).partition(|run| run.last <= position);
        let runs = (from..self.batches.len()).filter_map(|index| self.batches.get(index).copied());
        runs.map(move |run| BatchRun { first: run.first.max(position.next()), ..run })
    }

    /// What was noted up to a position.
    pub(super) fn known_at(&self, position: Position) -> Self {
        let runs = list(&self.batches).partition(|run| run.first <= position);
        let mut batches = self.batches.take(runs);
        if let Some(run) = batches.back_mut() {
            run.last = run.last.min(position);
        }
        let decisions = self.decisions.take(list(&self.decisions).partition(|it| long(it.position) <= position));
        let kept = self.kept.take(list(&self.kept).partition(|it| long(**it) <= position));
        Self { decisions, kept, batches, actors: self.actors.clone() }
    }

    fn note_decision(&mut self, entry: &Entry, hours: Option<Position>) {
        let decision = Decision {
            position: short(entry.position),
            hours: hours.map_or(0, short),
            day: entry.effective,
            actor: self.actor_number(&entry.actor.name),
            rejected: matches!(entry.event, Event::HoursRejected(_)),
            late: entry.late.is_some(),
            illustrative: entry.illustrative,
        };
        self.decisions.push_back(decision);
    }

    fn actor_number(&mut self, name: &Slug) -> u16 {
        let known = self.actors.iter().position(|actor| actor == name);
        let index = known.unwrap_or_else(|| {
            self.actors.push_back(name.clone());
            self.actors.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    fn note_batch(&mut self, position: Position, batch: BatchId) {
        match self.batches.back_mut() {
            Some(run) if run.batch == batch && run.last.next() == position => run.last = position,
            _ => self.batches.push_back(BatchRun { first: position, last: position, batch }),
        }
    }

    /// The import that an entry came with.
    pub fn batch_of(&self, position: Position) -> Option<BatchId> {
        let after = list(&self.batches).partition(|run| run.first <= position);
        let run = self.batches.get(after.checked_sub(1)?)?;
        (position <= run.last).then_some(run.batch)
    }

    /// Whether an entry is a decision on hours, and whether it rejected them.
    fn decision(&self, position: Position) -> Option<&Decision> {
        let index = list(&self.decisions).partition(|decision| decision.position < short(position));
        self.decisions.get(index).filter(|decision| decision.position == short(position))
    }
}

/// The kind of the entry at a position; `None` where there is none yet.
pub fn kind_at(view: &View, position: Position) -> Option<EventKind> {
    if view.books.hours.row(position).is_some() {
        return Some(EventKind::HoursLogged);
    }
    if let Some(decision) = view.activity.decision(position) {
        return Some(decision.kind());
    }
    view.books.entry(position).map(|entry| entry.event.kind())
}

/// What the entry at a position is about.
pub fn about_at(view: &View, position: Position) -> About {
    match view.activity.decision(position) {
        Some(decision) => about_position(&view.books, long(decision.hours)),
        None => about_position(&view.books, position),
    }
}

/// Whether the entry at a position was reversed, be it hours or any other.
pub fn is_reversed(books: &Books, position: Position) -> bool {
    let row_reversed = || books.hours.row(position).is_some_and(|row| row.state() == HoursState::Reversed);
    books.is_reversed(position) || row_reversed()
}

/// A page of the entries that answer to a filter: at most `first` of them, beyond a cursor.
pub fn entries(view: &View, filter: &EntryFilter, beyond: Option<Position>, first: usize, order: Order) -> EntryPage {
    let mut found = Search { view, filter }.run(beyond, order);
    let positions: Vec<Position> = found.by_ref().take(first).collect();
    EntryPage { has_more: found.next().is_some(), positions }
}

/// How many entries answer to a filter.
pub fn count(view: &View, filter: &EntryFilter) -> usize {
    if *filter == EntryFilter::default() {
        return usize::try_from(view.position.0).unwrap_or(usize::MAX);
    }
    Search { view, filter }.run(None, Order::OldestFirst).count()
}

struct Search<'a> {
    view: &'a View,
    filter: &'a EntryFilter,
}

impl<'a> Search<'a> {
    /// The positions that answer, from a cursor on, in an order.
    fn run(self, beyond: Option<Position>, order: Order) -> impl Iterator<Item = Position> + use<'a> {
        let Self { view, filter } = self;
        let hours = ordered(self.hours(beyond, order));
        let decisions = ordered(self.decisions(beyond, order));
        let kept = ordered(self.kept(beyond, order));
        Merged { sources: [hours, decisions, kept], order }
            .filter(move |candidate| Search { view, filter }.answers(candidate))
            .map(|candidate| candidate.position())
    }

    fn wants(&self, kinds: &[EventKind]) -> bool {
        self.filter.kinds.is_empty() || self.filter.kinds.iter().any(|kind| kinds.contains(kind))
    }

    fn hours(&self, beyond: Option<Position>, order: Order) -> Candidates<'a> {
        if !self.wants(&[EventKind::HoursLogged]) || self.filter.fund.is_some() {
            return Box::new(std::iter::empty());
        }
        let hours = &self.view.books.hours;
        let rows = List { len: hours.len(), get: |index| hours.get(index) };
        Box::new(rows.beyond(beyond, order, HoursRow::position).map(Candidate::Hours))
    }

    fn decisions(&self, beyond: Option<Position>, order: Order) -> Candidates<'a> {
        if !self.wants(&[EventKind::HoursConfirmed, EventKind::HoursRejected]) || self.filter.fund.is_some() {
            return Box::new(std::iter::empty());
        }
        let decisions = list(&self.view.activity.decisions);
        Box::new(decisions.beyond(beyond, order, |decision| long(decision.position)).map(Candidate::Decision))
    }

    fn kept(&self, beyond: Option<Position>, order: Order) -> Candidates<'a> {
        let books = &self.view.books;
        let kept = list(&self.view.activity.kept).beyond(beyond, order, |position| long(**position));
        Box::new(kept.filter_map(|position| books.entry(long(*position))).map(|entry| Candidate::Kept(entry)))
    }

    fn answers(&self, candidate: &Candidate<'_>) -> bool {
        let filter = self.filter;
        let day = candidate.day();
        self.wants(&[candidate.kind()])
            && filter.from.is_none_or(|from| from <= day)
            && filter.to.is_none_or(|to| day <= to)
            && filter.late.is_none_or(|late| late == candidate.late())
            && filter.illustrative.is_none_or(|illustrative| illustrative == candidate.illustrative())
            && filter.actor.as_ref().is_none_or(|actor| actor.as_str() == candidate.actor(self.view))
            && filter.batch.is_none_or(|batch| self.view.activity.batch_of(candidate.position()) == Some(batch))
            && filter.reversed.is_none_or(|wanted| wanted == candidate.reversed(&self.view.books))
            && self.is_about(candidate)
    }

    fn is_about(&self, candidate: &Candidate<'_>) -> bool {
        let filter = self.filter;
        if filter.project.is_none() && filter.organisation.is_none() && filter.fund.is_none() {
            return true;
        }
        let about = candidate.about(&self.view.books);
        filter.project.is_none_or(|project| about.project == Some(project))
            && filter.organisation.is_none_or(|organisation| self.is_about_organisation(&about, organisation))
            && filter.fund.is_none_or(|fund| about.funds.contains(&fund))
    }

    /// Whatever was said of a registration that was merged is said of the one it became; what names a merged one asks
    /// for that one alone.
    fn is_about_organisation(&self, about: &About, wanted: OrganisationId) -> bool {
        let organisations = &self.view.books.organisations;
        about.organisations.iter().any(|id| *id == wanted || organisations.resolve(*id) == wanted)
    }
}

impl Candidate<'_> {
    fn position(&self) -> Position {
        match self {
            Self::Hours(row) => row.position(),
            Self::Decision(decision) => long(decision.position),
            Self::Kept(entry) => entry.position,
        }
    }

    fn kind(&self) -> EventKind {
        match self {
            Self::Hours(_) => EventKind::HoursLogged,
            Self::Decision(decision) => decision.kind(),
            Self::Kept(entry) => entry.event.kind(),
        }
    }

    fn day(&self) -> Day {
        match self {
            Self::Hours(row) => row.day(),
            Self::Decision(decision) => decision.day,
            Self::Kept(entry) => entry.effective,
        }
    }

    fn late(&self) -> bool {
        match self {
            Self::Hours(row) => row.is_late(),
            Self::Decision(decision) => decision.late,
            Self::Kept(entry) => entry.late.is_some(),
        }
    }

    fn illustrative(&self) -> bool {
        match self {
            Self::Hours(row) => row.is_illustrative(),
            Self::Decision(decision) => decision.illustrative,
            Self::Kept(entry) => entry.illustrative,
        }
    }

    fn actor<'v>(&'v self, view: &'v View) -> &'v str {
        match self {
            Self::Hours(row) => view.books.hours.actor(row),
            Self::Decision(decision) => view.activity.actors.get(usize::from(decision.actor)).map_or("", Slug::as_str),
            Self::Kept(entry) => entry.actor.name.as_str(),
        }
    }

    fn reversed(&self, books: &Books) -> bool {
        match self {
            Self::Hours(row) => row.state() == HoursState::Reversed,
            _ => books.is_reversed(self.position()),
        }
    }

    fn about(&self, books: &Books) -> About {
        match self {
            Self::Hours(row) => about_position(books, row.position()),
            Self::Decision(decision) => about_position(books, long(decision.hours)),
            Self::Kept(entry) => about(books, entry),
        }
    }
}

impl Decision {
    fn kind(&self) -> EventKind {
        if self.rejected { EventKind::HoursRejected } else { EventKind::HoursConfirmed }
    }
}

type Candidates<'a> = Box<dyn Iterator<Item = Candidate<'a>> + 'a>;

fn ordered(candidates: Candidates<'_>) -> std::iter::Peekable<Candidates<'_>> {
    candidates.peekable()
}

/// Three sources, each in order, as one.
struct Merged<'a> {
    sources: [std::iter::Peekable<Candidates<'a>>; 3],
    order: Order,
}

impl<'a> Iterator for Merged<'a> {
    type Item = Candidate<'a>;

    fn next(&mut self) -> Option<Candidate<'a>> {
        let order = self.order;
        let rank = |position: Position| match order {
            Order::OldestFirst => position.0,
            Order::NewestFirst => u64::MAX - position.0,
        };
        let heads = self.sources.iter_mut().filter_map(|source| Some((rank(source.peek()?.position()), source)));
        heads.min_by_key(|(rank, _)| *rank).and_then(|(_, source)| source.next())
    }
}

/// A list in the order of the log.
struct List<F> {
    len: usize,
    get: F,
}

fn list<'a, T: Clone>(of: &'a imbl::Vector<T>) -> List<impl Fn(usize) -> Option<&'a T>> {
    List { len: of.len(), get: |index| of.get(index) }
}

impl<T, F: Fn(usize) -> Option<T>> List<F> {
    /// The items that lie beyond a cursor, forwards or backwards.
    fn beyond(
        self,
        cursor: Option<Position>,
        order: Order,
        position: impl Fn(&T) -> Position,
    ) -> impl Iterator<Item = T> {
        let (from, to) = match (cursor, order) {
            (None, _) => (0, self.len),
            (Some(cursor), Order::OldestFirst) => (self.partition(|item| position(item) <= cursor), self.len),
            (Some(cursor), Order::NewestFirst) => (0, self.partition(|item| position(item) < cursor)),
        };
        (0..to.saturating_sub(from)).filter_map(move |step| match order {
            Order::OldestFirst => (self.get)(from + step),
            Order::NewestFirst => (self.get)(to - 1 - step),
        })
    }

    /// The index of the first item that does not satisfy a condition which holds up to some place.
    fn partition(&self, holds: impl Fn(&T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if (self.get)(middle).is_some_and(|item| holds(&item)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn short(position: Position) -> u32 {
    u32::try_from(position.0).unwrap_or(u32::MAX)
}

fn long(position: u32) -> Position {
    Position(u64::from(position))
}
