//! The sums behind every figure: for each project, totals of 32 days at a time, at the rate cards in force.
//!
//! A window is whole blocks and, at its two ends, parts of blocks. A part is summed entry by entry, or, in a block that
//! holds many entries, day by day; so a figure costs the same however many entries stand behind it.
//! Invariant: a block holds exactly the sum of what `Pricing` says of its entries, as the books stand; nothing here
//! is remembered that the books do not say, so that figures can always be made again from them.

use std::sync::Arc;

use crate::domain::books::Books;
use crate::domain::event::{Entry, Event, PaymentMethod};
use crate::domain::hours_rows::{HoursRow, NewHours};
use crate::domain::ids::{Position, ProjectId};
use crate::domain::time::{Day, LAST_DAY};

use super::about::project_of;
use super::pricing::Pricing;
use super::totals::Totals;

/// How many days a block holds.
const BLOCK_DAYS: i32 = 32;
/// From how many entries on a block also holds totals day by day.
const HEAVY: u32 = 1_024;

/// The sums behind every figure.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    blocks: imbl::OrdMap<(ProjectId, i32), Arc<Block>>,
    /// Entries kept whole that figures count, by project and day.
    items: imbl::OrdSet<(ProjectId, Day, Position)>,
    /// Returns of grants among them.
    returns: imbl::OrdSet<(ProjectId, Day, Position)>,
    /// Payments by rent offset among them; they count by the days that they pay for.
    offsets: imbl::OrdSet<(ProjectId, Position)>,
    /// Promises of match funding and pledges, by project.
    promises: imbl::OrdSet<(ProjectId, Position)>,
}

/// The sums of one project over 32 days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Block {
    entries: u32,
    totals: Totals,
    /// Nothing in a light block, 32 totals in a heavy one.
    days: Vec<Totals>,
}

/// Entries whose part in the figures an event changes.
#[derive(Default)]
pub(crate) struct Touched {
    /// What they add now, with their projects and days.
    before: Vec<(Source, Totals)>,
    /// The days whose prices change.
    repriced: Option<(Day, Day)>,
}

/// Where a part of a figure comes from.
#[derive(Clone, Copy)]
struct Source {
    position: Position,
    project: ProjectId,
    day: Day,
}

impl Figures {
    /// Looks at the entries that an event is going to change, before the books know of it; each once, even where an
    /// event of another program's names it twice.
    pub(crate) fn before(books: &Books, entry: &Entry) -> Touched {
        let mut touched = Touched { before: Vec::new(), repriced: repriced_by(books, entry) };
        let mut changed = positions_changed(books, entry);
        changed.sort_unstable();
        changed.dedup();
        touched.before.extend(changed.into_iter().filter_map(|position| part_of(books, position)));
        touched
    }

    /// Takes in what an event changed, now that the books know of it.
    pub(crate) fn after(&mut self, books: &Books, entry: &Entry, touched: &Touched) {
        for (source, was) in &touched.before {
            let is = part_of(books, source.position).map(|(_, totals)| totals).unwrap_or_default();
            self.add(*source, &is.less(was));
        }
        if let Some((from, to)) = touched.repriced {
            self.reprice(books, from, to);
        }
        self.take_in(books, entry);
    }

    /// Adds an entry that is new.
    fn take_in(&mut self, books: &Books, entry: &Entry) {
        if let Some((source, totals)) = self.note(books, entry) {
            self.count(books, source, &totals);
        }
    }

    /// Adds an entry of hours that is new: nobody has decided it yet, so that all it adds is minutes that wait.
    pub(crate) fn take_in_hours(&mut self, books: &Books, hours: &NewHours<'_>) {
        let source = Source { position: hours.position, project: hours.project, day: hours.day };
        let totals = Totals { awaiting_minutes: hours.minutes(), ..Totals::default() };
        self.count(books, source, &totals);
    }

    /// Notes an entry where figures find it, and says what it adds.
    fn note(&mut self, books: &Books, entry: &Entry) -> Option<(Source, Totals)> {
        self.note_promise(entry);
        if !counts(&entry.event) {
            return None;
        }
        let (source, totals) = part_of(books, entry.position)?;
        if !matches!(entry.event, Event::HoursLogged(_)) {
            self.index(entry, source);
        }
        Some((source, totals))
    }

    /// Adds an entry to its block; a block that becomes heavy gets its totals day by day.
    fn count(&mut self, books: &Books, source: Source, totals: &Totals) {
        if self.tally(source, totals) == HEAVY {
            self.divide(books, (source.project, block_of(source.day)));
        }
    }

    /// Adds an entry to its block, and says how many the block holds then.
    fn tally(&mut self, source: Source, totals: &Totals) -> u32 {
        let block = Arc::make_mut(self.blocks.entry((source.project, block_of(source.day))).or_default());
        block.entries = block.entries.saturating_add(1);
        block.add(source.day, totals);
        block.entries
    }

    /// Gives a block its totals day by day.
    fn divide(&mut self, books: &Books, key: (ProjectId, i32)) {
        let days = self.day_totals(books, key);
        if let Some(block) = self.blocks.get_mut(&key) {
            Arc::make_mut(block).days = days;
        }
    }

    fn index(&mut self, entry: &Entry, source: Source) {
        let dated = (source.project, source.day, source.position);
        self.items.insert(dated);
        match &entry.event {
            Event::GrantReturned(_) => {
                self.returns.insert(dated);
            }
            Event::GrantPaid(paid) if paid.method == PaymentMethod::RentOffset => {
                self.offsets.insert((source.project, source.position));
            }
            _ => {}
        }
    }

    /// Notes a promise with the project that it is made to. A pledge may be assigned to it later.
    fn note_promise(&mut self, entry: &Entry) {
        let promise = match &entry.event {
            Event::MatchSecured(secured) => Some((secured.project, entry.position)),
            Event::PledgeMade(pledge) => pledge.project.map(|project| (project, entry.position)),
            Event::PledgeAssigned(assigned) => Some((assigned.project, assigned.pledge.0)),
            _ => None,
        };
        self.promises.extend(promise);
    }

    fn add(&mut self, source: Source, change: &Totals) {
        if let Some(block) = self.blocks.get_mut(&(source.project, block_of(source.day))) {
            Arc::make_mut(block).add(source.day, change);
        }
    }

    /// Sums up again every block that has a day of this range.
    fn reprice(&mut self, books: &Books, from: Day, to: Day) {
        let (first, last) = (block_of(from), block_of(to));
        let stale: Vec<_> = self.blocks.keys().filter(|(_, block)| (first..=last).contains(block)).copied().collect();
        for key in stale {
            let days = self.day_totals(books, key);
            if let Some(block) = self.blocks.get_mut(&key) {
                let block = Arc::make_mut(block);
                block.totals = days.iter().fold(Totals::default(), |sum, day| sum.plus(day));
                block.days = if block.entries >= HEAVY { days } else { Vec::new() };
            }
        }
    }

    /// The totals of a block's days, summed up entry by entry.
    fn day_totals(&self, books: &Books, (project, block): (ProjectId, i32)) -> Vec<Totals> {
        let first = first_day(block);
        let last = Day(first.0.saturating_add(BLOCK_DAYS).saturating_sub(1));
        let mut days = vec![Totals::default(); usize::try_from(BLOCK_DAYS).unwrap_or(0)];
        self.visit(&Pricing::in_force(books), project, (first, last), |_, day, totals| {
            if let Some(sum) = days.get_mut(day_in_block(day)) {
                *sum = sum.plus(totals);
            }
        });
        days
    }

    /// Shows every entry of a project in a range of days, and what it adds: hours first, then entries kept whole.
    pub(crate) fn visit(
        &self,
        pricing: &Pricing<'_>,
        project: ProjectId,
        (from, to): (Day, Day),
        mut see: impl FnMut(Position, Day, &Totals),
    ) {
        if from > to {
            return;
        }
        for row in pricing.books.hours.of_project(project, from, to) {
            see(row.position(), row.day(), &pricing.hours(row));
        }
        self.visit_kept(pricing, project, (from, to), see);
    }

    /// Shows every entry of a project in a range of days that is kept whole, and what it adds.
    pub(crate) fn visit_kept(
        &self,
        pricing: &Pricing<'_>,
        project: ProjectId,
        (from, to): (Day, Day),
        mut see: impl FnMut(Position, Day, &Totals),
    ) {
        if from > to {
            return;
        }
        for (_, day, position) in self.items.range((project, from, Position(0))..=(project, to, Position(u64::MAX))) {
            if let Some(entry) = pricing.books.entry(*position) {
                see(*position, *day, &pricing.kept(entry));
            }
        }
    }

    /// What the entries of a project add over a range of days, at the rate cards in force.
    pub(crate) fn sum(&self, books: &Books, project: ProjectId, from: Day, to: Day) -> Totals {
        let mut sum = Totals::default();
        if from > to {
            return sum;
        }
        for ((_, number), block) in self.blocks.range((project, block_of(from))..=(project, block_of(to))) {
            let first = first_day(*number);
            let last = Day(first.0.saturating_add(BLOCK_DAYS).saturating_sub(1));
            if from <= first && last <= to {
                sum = sum.plus(&block.totals);
            } else {
                sum = sum.plus(&self.part(books, project, block, (from.max(first), to.min(last))));
            }
        }
        sum
    }

    /// What a part of a block adds.
    fn part(&self, books: &Books, project: ProjectId, block: &Block, (from, to): (Day, Day)) -> Totals {
        let mut sum = Totals::default();
        if block.days.is_empty() {
            self.visit(&Pricing::in_force(books), project, (from, to), |_, _, totals| sum = sum.plus(totals));
        } else {
            let days = block.days.iter().take(day_in_block(to).saturating_add(1)).skip(day_in_block(from));
            sum = days.fold(sum, |sum, day| sum.plus(day));
        }
        sum
    }

    /// The returns of a project's grants in a range of days, in their order.
    pub(crate) fn returns(&self, project: ProjectId, from: Day, to: Day) -> impl Iterator<Item = (Day, Position)> {
        let range = (project, from, Position(0))..=(project, to.max(from), Position(u64::MAX));
        self.returns.range(range).map(|(_, day, position)| (*day, *position)).filter(move |(day, _)| *day <= to)
    }

    /// The payments of a project by rent offset, in the order of the log.
    pub(crate) fn offsets(&self, project: ProjectId) -> impl Iterator<Item = Position> {
        self.offsets.range((project, Position(0))..=(project, Position(u64::MAX))).map(|(_, position)| *position)
    }

    /// The promises of match funding and the pledges that were ever made to a project, in the order of the log.
    pub(crate) fn promises(&self, project: ProjectId) -> impl Iterator<Item = Position> {
        self.promises.range((project, Position(0))..=(project, Position(u64::MAX))).map(|(_, position)| *position)
    }

    /// The first and the last day of the blocks that hold anything; `None` where nothing counts yet.
    pub(crate) fn span(&self) -> Option<(Day, Day)> {
        let days = self.blocks.keys().map(|(_, block)| first_day(*block));
        let (first, last) =
            days.fold((Day(i32::MAX), Day(i32::MIN)), |(first, last), day| (first.min(day), last.max(day)));
        (first <= last).then_some((first, Day(last.0.saturating_add(BLOCK_DAYS).saturating_sub(1))))
    }

    /// The figures that the books lead to, made from nothing but them. Blocks are divided by day at the end only: the
    /// books hold all entries from the start, so that those counted after an earlier division would count twice.
    pub(crate) fn of(books: &Books) -> Self {
        let mut figures = Self::default();
        for entry in books.kept.values() {
            if let Some((source, totals)) = figures.note(books, entry) {
                figures.tally(source, &totals);
            }
        }
        let pricing = Pricing::in_force(books);
        for row in books.hours.iter() {
            figures.tally(source_of(books, row), &pricing.hours(row));
        }
        let heavy = figures.blocks.iter().filter(|(_, block)| block.entries >= HEAVY);
        for key in heavy.map(|(key, _)| *key).collect::<Vec<_>>() {
            figures.divide(books, key);
        }
        figures
    }
}

impl PartialEq for Figures {
    fn eq(&self, other: &Self) -> bool {
        self.blocks == other.blocks
            && self.items == other.items
            && self.returns == other.returns
            && self.offsets == other.offsets
            && self.promises == other.promises
    }
}

impl Block {
    fn add(&mut self, day: Day, change: &Totals) {
        self.totals = self.totals.plus(change);
        if let Some(sum) = self.days.get_mut(day_in_block(day)) {
            *sum = sum.plus(change);
        }
    }
}

fn block_of(day: Day) -> i32 {
    day.0.div_euclid(BLOCK_DAYS)
}

fn first_day(block: i32) -> Day {
    Day(block.saturating_mul(BLOCK_DAYS))
}

fn day_in_block(day: Day) -> usize {
    usize::try_from(day.0.rem_euclid(BLOCK_DAYS)).unwrap_or(0)
}

fn source_of(books: &Books, row: &HoursRow) -> Source {
    Source { position: row.position(), project: books.hours.project(row), day: row.day() }
}

/// What the entry at a position adds to which project's figures, as the books stand.
fn part_of(books: &Books, position: Position) -> Option<(Source, Totals)> {
    let pricing = Pricing::in_force(books);
    if let Some(row) = books.hours.row(position) {
        return Some((source_of(books, row), pricing.hours(row)));
    }
    let entry = books.entry(position).filter(|entry| counts(&entry.event))?;
    let source = Source { position, project: project_of(books, entry)?, day: entry.effective };
    Some((source, pricing.kept(entry)))
}

/// Whether entries of this kind add to figures on their day.
fn counts(event: &Event) -> bool {
    matches!(
        event,
        Event::HoursLogged(_)
            | Event::GrantAwarded(_)
            | Event::GrantVaried(_)
            | Event::GrantWithdrawn(_)
            | Event::GrantPaid(_)
            | Event::GrantReturned(_)
            | Event::ContractPaid(_)
            | Event::InKindGiven(_)
            | Event::MatchReceived(_)
            | Event::MatchReturned(_)
            | Event::SurplusReinvested(_)
            | Event::PledgeDelivered(_)
            | Event::OutcomeReported(_)
            | Event::OpeningBalance(_)
    )
}

/// The entries whose part in the figures an event changes, other than its own.
fn positions_changed(books: &Books, entry: &Entry) -> Vec<Position> {
    match &entry.event {
        Event::HoursConfirmed(event) => event.entries.iter().map(|id| id.0).collect(),
        Event::HoursRejected(event) => event.entries.iter().map(|id| id.0).collect(),
        Event::DeliveryConfirmed(event) => event.entries.iter().map(|id| id.0).collect(),
        Event::DeliveryDisputed(event) => event.entries.iter().map(|id| id.0).collect(),
        Event::EntryReversed(event) => changed_by_reversal(books, event.entry.position),
        _ => Vec::new(),
    }
}

fn changed_by_reversal(books: &Books, target: Position) -> Vec<Position> {
    if books.hours.row(target).is_some() {
        return vec![target];
    }
    match books.entry(target) {
        Some(entry) => std::iter::once(target).chain(positions_changed(books, entry)).collect(),
        None => books.hours.decided_by(target).map(HoursRow::position).collect(),
    }
}

/// The days whose prices an event changes: from a rate card's first day to the day before the next card's.
fn repriced_by(books: &Books, entry: &Entry) -> Option<(Day, Day)> {
    let from = match &entry.event {
        Event::RateCardAdopted(_) => entry.effective,
        Event::EntryReversed(event) => {
            let card = books.entry(event.entry.position)?;
            matches!(card.event, Event::RateCardAdopted(_)).then_some(card.effective)?
        }
        _ => return None,
    };
    let next = books.setup.rate_cards().map(|card| card.effective).find(|effective| *effective > from);
    Some((from, next.map_or(LAST_DAY, Day::previous)))
}
