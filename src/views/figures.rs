//! The sums behind every figure: for each project, totals month by month, at the rate cards in force.
//!
//! A window is whole blocks and, where it begins or ends within a month, parts of blocks. A part is summed entry by
//! entry, or, in a block that holds many entries, day by day; so a figure costs the same however many stand behind it.
//! Invariant: a block holds exactly the sum of what `Pricing` says of its entries, as the books stand; nothing here
//! is remembered that the books do not say, so that figures can always be made again from them.

use std::sync::Arc;

use crate::domain::books::Books;
use crate::domain::day_blocks::{BLOCK_DAYS, DayBlocks, block_of, day_in_block, first_day_of, last_day_of, place_of};
use crate::domain::event::{Entry, Event, PaymentMethod};
use crate::domain::hours_rows::{HoursRow, NewHours};
use crate::domain::ids::{Position, ProjectId};
use crate::domain::time::{Day, FIRST_DAY, LAST_DAY};

use super::about::project_of;
use super::day_totals::DayTotals;
use super::hours_pricing::{HoursPart, HoursPricing};
use super::pricing::Pricing;
use super::sums::{Block, HEAVY, PastSums, Sums};
use super::totals::Totals;

/// The sums behind every figure.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    sums: Sums,
    /// The number of the project of each stream of hours.
    of_streams: imbl::Vector<u32>,
    /// Entries kept whole that figures count, by project and day.
    items: imbl::OrdSet<(ProjectId, Day, Position)>,
    /// Returns of grants among them.
    returns: imbl::OrdSet<(ProjectId, Day, Position)>,
    /// Payments by rent offset among them; they count by the days that they pay for.
    offsets: imbl::OrdSet<(ProjectId, Position)>,
    /// Promises of match funding and pledges, by project.
    promises: imbl::OrdSet<(ProjectId, Position)>,
    /// In a view of the past, in place of the sums.
    past: Option<Arc<PastSums>>,
}

/// What one entry adds.
#[derive(Clone, Copy)]
enum Part<'a> {
    Hours(&'a HoursPart),
    Kept(&'a Totals),
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
pub(crate) struct Source {
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
            self.add(entry.position, *source, &is.less(was));
        }
        if let Some((from, to)) = touched.repriced {
            self.reprice(books, entry.position, (from, to));
        }
        self.take_in(books, entry);
    }

    /// Adds an entry that is new.
    fn take_in(&mut self, books: &Books, entry: &Entry) {
        if let Some(source) = self.note(books, entry) {
            self.count(books, source, &Pricing::in_force(books).kept(entry));
        }
    }

    /// Adds an entry of hours that is new: nobody has decided it yet, so that all it adds is minutes that wait.
    pub(crate) fn take_in_hours(&mut self, books: &Books, hours: &NewHours<'_>) {
        let (number, day) = place_of(hours.day);
        let project = self.number_of_stream(books, books.hours.latest_stream());
        let Some(block) = self.sums.block_mut(project, number) else { return };
        block.entries = block.entries.saturating_add(1);
        block.add(hours.position, day, &HoursPart::awaiting(hours.minutes()).totals());
        if block.entries == HEAVY {
            self.divide(books, hours.project, number);
        }
    }

    /// Takes in what a decision on hours changed: rows that waited until then.
    pub(crate) fn decided(&mut self, books: &Books, at: Position, rows: &[HoursRow]) {
        let mut pricing = HoursPricing::of(Pricing::in_force(books));
        for row in rows {
            let change = pricing.part(row).instead_of_waiting(row.minutes());
            let project = self.number_of_stream(books, row.stream);
            let (number, day) = place_of(row.day());
            if let Some(block) = self.sums.block_mut(project, number) {
                block.add(at, day, &change.totals());
            }
        }
    }

    /// The number of the project of a stream of hours, without a search.
    fn number_of_stream(&mut self, books: &Books, stream: u32) -> usize {
        let index = usize::try_from(stream).unwrap_or(usize::MAX);
        while self.of_streams.len() <= index {
            let next = u32::try_from(self.of_streams.len()).unwrap_or(u32::MAX);
            let Some(project) = books.hours.project_of_stream(next) else { return usize::MAX };
            let number = self.sums.number(project);
            self.of_streams.push_back(u32::try_from(number).unwrap_or(u32::MAX));
        }
        self.of_streams.get(index).and_then(|number| usize::try_from(*number).ok()).unwrap_or(usize::MAX)
    }

    /// Notes an entry that the books keep whole where figures find it; where it counts, what it counts for.
    pub(super) fn note(&mut self, books: &Books, entry: &Entry) -> Option<Source> {
        self.note_promise(entry);
        let source = source_of_kept(books, entry)?;
        self.index(entry, source);
        Some(source)
    }

    /// Adds an entry to its block; a block that becomes heavy gets its totals day by day.
    fn count(&mut self, books: &Books, source: Source, totals: &Totals) {
        let (number, day) = place_of(source.day);
        let project = self.sums.number(source.project);
        let Some(block) = self.sums.block_mut(project, number) else { return };
        block.entries = block.entries.saturating_add(1);
        block.add(source.position, day, totals);
        if block.entries == HEAVY {
            self.divide(books, source.project, number);
        }
    }

    /// Gives a block its totals day by day.
    fn divide(&mut self, books: &Books, project: ProjectId, block: i32) {
        let days = self.day_totals(books, (project, block));
        let number = self.sums.number(project);
        if let Some(block) = self.sums.block_mut(number, block) {
            block.days = Some(days);
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

    fn add(&mut self, at: Position, source: Source, change: &Totals) {
        let (number, day) = place_of(source.day);
        let project = self.sums.number(source.project);
        if let Some(block) = self.sums.block_mut(project, number) {
            block.add(at, day, change);
        }
    }

    /// Sums up again every block that has a day of this range.
    fn reprice(&mut self, books: &Books, at: Position, (from, to): (Day, Day)) {
        let range = block_of(from)..=block_of(to);
        let stale: Vec<_> = self.sums.blocks().map(|(key, _)| key).filter(|(_, block)| range.contains(block)).collect();
        for (project, number) in stale {
            let days = self.day_totals(books, (project, number));
            let project = self.sums.number(project);
            if let Some(block) = self.sums.block_mut(project, number) {
                block.changed = at;
                block.totals = days.all();
                block.days = (block.entries >= HEAVY).then_some(days);
            }
        }
    }

    /// The totals of a block's days, summed up entry by entry.
    fn day_totals(&self, books: &Books, (project, block): (ProjectId, i32)) -> DayTotals {
        let mut days = vec![Totals::default(); BLOCK_DAYS];
        self.visit_parts(&Pricing::in_force(books), project, (first_day_of(block), last_day_of(block)), |day, part| {
            if let Some(sum) = days.get_mut(day_in_block(day)) {
                part.add_to(sum);
            }
        });
        DayTotals::of_days(&days)
    }

    /// Shows what every entry of a project in a range of days adds, without its position, and the quicker for that.
    fn visit_parts(
        &self,
        pricing: &Pricing<'_>,
        project: ProjectId,
        (from, to): (Day, Day),
        mut see: impl FnMut(Day, Part<'_>),
    ) {
        let mut hours = HoursPricing::of(*pricing);
        pricing.books.hours.each_of_project(project, (from, to), |row| see(row.day(), Part::Hours(&hours.part(row))));
        self.visit_kept(pricing, project, (from, to), |_, day, totals| see(day, Part::Kept(totals)));
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
        let mut hours = HoursPricing::of(*pricing);
        for row in pricing.books.hours.of_project(project, from, to) {
            see(row.position(), row.day(), &hours.part(&row).totals());
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
        let (from, to) = (from.max(FIRST_DAY), to.min(LAST_DAY));
        if from > to {
            return Totals::default();
        }
        let (first, last) = (block_of(from), block_of(to));
        let (late, early) = (from != first_day_of(first), to != last_day_of(last));
        self.with_blocks(books, project, |blocks| {
            blocks.range(first, last).fold(Totals::default(), |sum, (number, block)| {
                if (number == first && late) || (number == last && early) {
                    let days = (from.max(first_day_of(number)), to.min(last_day_of(number)));
                    sum.plus(&self.part(books, project, block, days))
                } else {
                    sum.plus(&block.totals)
                }
            })
        })
    }

    /// What is committed to a project at the end of a day, in pence: a balance of all days until then.
    pub(crate) fn committed(&self, books: &Books, project: ProjectId, until: Day) -> i64 {
        let last = block_of(until);
        let (early, day) = (until != last_day_of(last), day_in_block(until));
        self.with_blocks(books, project, |blocks| {
            blocks.range(i32::MIN, last).fold(0_i64, |sum, (number, block)| {
                sum.saturating_add(match &block.days {
                    _ if number < last || !early => block.totals.committed,
                    Some(days) => days.sum(0, day).committed,
                    None => self.committed_within(books, project, (first_day_of(last), until)),
                })
            })
        })
    }

    /// What entries of a range of days commit; only entries that are kept whole do.
    fn committed_within(&self, books: &Books, project: ProjectId, days: (Day, Day)) -> i64 {
        let mut sum = 0_i64;
        self.visit_kept(&Pricing::in_force(books), project, days, |_, _, totals| {
            sum = sum.saturating_add(totals.committed);
        });
        sum
    }

    /// Looks at the blocks of a project.
    fn with_blocks<T: Default>(
        &self,
        books: &Books,
        project: ProjectId,
        look: impl FnOnce(&DayBlocks<Block>) -> T,
    ) -> T {
        match &self.past {
            Some(past) => look(&past.blocks(project, |number| self.day_totals(books, (project, number)))),
            None => self.sums.of_project(project).map(look).unwrap_or_default(),
        }
    }

    /// What a part of a block adds.
    fn part(&self, books: &Books, project: ProjectId, block: &Block, (from, to): (Day, Day)) -> Totals {
        match &block.days {
            Some(days) => days.sum(day_in_block(from), day_in_block(to)),
            None => self.sum_under(&Pricing::in_force(books), project, from, to),
        }
    }

    /// What the entries of a project add over a range of days, summed up entry by entry under any rate cards.
    pub(crate) fn sum_under(&self, pricing: &Pricing<'_>, project: ProjectId, from: Day, to: Day) -> Totals {
        let mut sum = Totals::default();
        if from <= to {
            self.visit_parts(pricing, project, (from, to), |_, part| part.add_to(&mut sum));
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
    pub(crate) fn span(&self, books: &Books) -> Option<(Day, Day)> {
        let of_items =
            self.items.iter().map(|(_, day, _)| block_of(*day)).map(|it| (first_day_of(it), last_day_of(it)));
        let all = of_items.chain(books.hours.span());
        all.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)))
    }

    /// The figures of a view of the past, beside those of now: what changed since is summed up when it is asked for.
    pub(crate) fn of_the_past(self, position: Position, now: &Self) -> Self {
        let sums = now.past.as_ref().map_or(&now.sums, |past| past.now());
        Self { past: Some(Arc::new(PastSums::at(position, sums))), ..self }
    }

    /// Every block with its key, in their order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = ((ProjectId, i32), &Block)> {
        self.sums.blocks()
    }

    /// Puts a block in place that was saved.
    pub(super) fn put_block(&mut self, (project, number): (ProjectId, i32), saved: Block) {
        let project = self.sums.number(project);
        if let Some(block) = self.sums.block_mut(project, number) {
            *block = saved;
        }
    }
}

impl PartialEq for Figures {
    fn eq(&self, other: &Self) -> bool {
        self.sums == other.sums
            && self.items == other.items
            && self.returns == other.returns
            && self.offsets == other.offsets
            && self.promises == other.promises
    }
}

impl Part<'_> {
    fn add_to(self, sum: &mut Totals) {
        match self {
            Self::Hours(part) => part.add_to(sum),
            Self::Kept(totals) => *sum = sum.plus(totals),
        }
    }
}

/// What the entry at a position adds to which project's figures, as the books stand.
fn part_of(books: &Books, position: Position) -> Option<(Source, Totals)> {
    let pricing = Pricing::in_force(books);
    if let Some(row) = books.hours.row(position) {
        let source = Source { position, project: books.hours.project(&row), day: row.day() };
        return Some((source, pricing.hours(&row)));
    }
    let entry = books.entry(position)?;
    Some((source_of_kept(books, entry)?, pricing.kept(entry)))
}

fn source_of_kept(books: &Books, entry: &Entry) -> Option<Source> {
    let position = entry.position;
    counts(&entry.event).then_some(Source { position, project: project_of(books, entry)?, day: entry.effective })
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
        None => books.hours.decided_by(target).map(|row| row.position()).collect(),
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
