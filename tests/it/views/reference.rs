//! The arithmetic again, straight from the entries and section by section: slow, obvious, and without any of the
//! program's own sums. What it shares with the program is the rounding, the calendar and the vocabulary.

use std::collections::BTreeMap;

use coledger::domain::event::{
    Entry, Event, Gain, HoursLogged, MatchSource, OpeningLine, PaymentMethod, PledgeKind, RateCardAdopted, WinnerSplit,
};
use coledger::domain::ids::{PledgeId, Position, ProjectId};
use coledger::domain::money::{Pence, div_half_even, split_by_largest_remainder};
use coledger::domain::time::{Day, FIRST_DAY, FinancialYear};
use coledger::views::line::Line;
use coledger::views::window::Window;

/// What the reference says of one project and window.
#[derive(Default)]
pub(crate) struct Reference {
    /// Every line, as far as anything was added to it.
    lines: BTreeMap<Line, i64>,
    /// Match funding from lotteries and other public bodies.
    pub(crate) match_public: i64,
    /// Pledges delivered in cash.
    pub(crate) cash_pledges: i64,
    /// What `returned` is at the low and at the high rates.
    pub(crate) returned_low: i64,
    /// What `returned` is at the high rates.
    pub(crate) returned_high: i64,
    /// Whether something had to be split and no policy said how.
    pub(crate) unsplit: bool,
}

impl Reference {
    /// A line.
    pub(crate) fn line(&self, line: Line) -> i64 {
        self.lines.get(&line).copied().unwrap_or(0)
    }

    fn add(&mut self, line: Line, value: i64) {
        *self.lines.entry(line).or_default() += value;
    }
}

/// The entries, and what became of them.
struct Log<'a> {
    entries: &'a [Entry],
    project: ProjectId,
    window: Window,
}

/// The figure of a project, straight from the entries.
pub(crate) fn reference(entries: &[Entry], project: ProjectId, window: Window) -> Reference {
    let log = Log { entries, project, window };
    let mut figure = Reference::default();
    log.money(&mut figure);
    log.rent(&mut figure);
    log.hours(&mut figure);
    log.deliveries(&mut figure);
    log.beside(&mut figure);
    log.balances(&mut figure);
    let sum = |figure: &Reference, lines: &[Line]| lines.iter().map(|line| figure.line(*line)).sum::<i64>();
    let invested = sum(&figure, &[Line::Grants, Line::Contracts, Line::RentInKind, Line::OtherInKind]);
    let returned = sum(&figure, &[Line::Volunteering, Line::Pledges, Line::MatchFunding, Line::Reinvested]);
    figure.add(Line::Invested, invested);
    figure.add(Line::Returned, returned);
    figure.returned_low += returned;
    figure.returned_high += returned;
    figure
}

impl<'a> Log<'a> {
    fn reversed(&self, position: Position) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(&entry.event, Event::EntryReversed(it) if it.entry.position == position))
    }

    /// The entries that stand, up to the end of the window.
    fn standing(&self) -> impl Iterator<Item = &'a Entry> + '_ {
        self.entries.iter().filter(|entry| !self.reversed(entry.position))
    }

    /// The entries that stand and happened inside the window.
    fn inside(&self) -> impl Iterator<Item = &'a Entry> + '_ {
        self.standing().filter(|entry| self.window.from <= entry.effective && entry.effective <= self.end())
    }

    fn end(&self) -> Day {
        if self.window.to < self.window.as_at { self.window.to } else { self.window.as_at }
    }

    fn at(&self, position: Position) -> &'a Entry {
        self.entries.iter().find(|entry| entry.position == position).expect("an entry of the ledger")
    }

    /// The rate card in force on a day.
    fn card(&self, day: Day) -> Option<&'a RateCardAdopted> {
        let cards = self.standing().filter(|entry| entry.effective <= day).filter_map(|entry| match &entry.event {
            Event::RateCardAdopted(card) => Some(((entry.effective, entry.position), card)),
            _ => None,
        });
        cards.max_by_key(|(order, _)| *order).map(|(_, card)| card)
    }

    /// Adds to a line of what others added, and splits it.
    fn returned(&self, figure: &mut Reference, line: Line, value: i64, day: Day) {
        figure.add(line, value);
        if value == 0 {
            return;
        }
        let Some(winners) = self.card(day).and_then(|card| card.winners.as_ref()) else {
            figure.unsplit = true;
            return;
        };
        let split: &WinnerSplit = match line {
            Line::Volunteering => &winners.volunteering,
            Line::Pledges => &winners.pledges,
            Line::MatchFunding => &winners.match_funding,
            _ => &winners.reinvested,
        };
        let weights = [split.partnership.0, split.organisations.0, split.community.0];
        let parts = split_by_largest_remainder(Pence(value), &weights);
        for (line, part) in [Line::Partnership, Line::Organisations, Line::Community].into_iter().zip(parts) {
            figure.add(line, part.0);
        }
    }

    fn matched(&self, figure: &mut Reference, source: MatchSource, value: i64, day: Day) {
        self.returned(figure, Line::MatchFunding, value, day);
        if source == MatchSource::Lottery || source == MatchSource::OtherPublic {
            figure.match_public += value;
        }
    }

    fn money(&self, figure: &mut Reference) {
        for entry in self.inside() {
            let day = entry.effective;
            match &entry.event {
                Event::GrantPaid(it) if it.project == self.project && it.method == PaymentMethod::Cash => {
                    figure.add(Line::Grants, it.amount.0);
                }
                Event::GrantReturned(it) if it.project == self.project => {
                    figure.add(Line::Grants, -it.amount.0);
                    if self.at(it.payment.0).effective < self.window.from {
                        figure.add(Line::ReturnsOfEarlier, it.amount.0);
                    }
                }
                Event::ContractPaid(it) if it.project == self.project => figure.add(Line::Contracts, it.amount.0),
                Event::InKindGiven(it) if it.project == self.project => figure.add(Line::OtherInKind, it.value.0),
                Event::MatchReceived(it) if it.project == self.project => {
                    self.matched(figure, it.source, it.amount.0, day);
                }
                Event::MatchReturned(it) if it.project == self.project => {
                    self.matched(figure, it.source, -it.amount.0, day);
                }
                Event::SurplusReinvested(it) if it.project == self.project => {
                    self.returned(figure, Line::Reinvested, it.amount.0, day);
                }
                Event::OpeningBalance(it) if it.project == Some(self.project) => match it.line {
                    OpeningLine::Grants => figure.add(Line::Grants, it.amount.0),
                    OpeningLine::Contracts => figure.add(Line::Contracts, it.amount.0),
                    OpeningLine::OtherInKind => figure.add(Line::OtherInKind, it.amount.0),
                    OpeningLine::Pledges => self.returned(figure, Line::Pledges, it.amount.0, day),
                    OpeningLine::MatchFunding => self.returned(figure, Line::MatchFunding, it.amount.0, day),
                    OpeningLine::Reinvested => self.returned(figure, Line::Reinvested, it.amount.0, day),
                    OpeningLine::Awarded => {}
                },
                _ => {}
            }
        }
    }

    /// Day by day: the rents in force, and how the pence of each financial year fall.
    fn rent(&self, figure: &mut Reference) {
        for entry in self.standing() {
            match &entry.event {
                Event::RentInKindAgreed(it) if it.project == self.project => {
                    let (from, last) = (entry.effective, self.last_day(entry, it.term_ends));
                    let accrued = self.accrued(entry.position, from, last);
                    figure.add(Line::RentInKind, accrued);
                }
                Event::GrantPaid(it) if it.project == self.project && it.method == PaymentMethod::RentOffset => {
                    let (first, last) = (it.period_from.unwrap(), it.period_to.unwrap());
                    let days = i128::from(last.0 - first.0 + 1);
                    let through = |day: i32| {
                        let gone = i128::from((day - first.0 + 1).clamp(0, last.0 - first.0 + 1));
                        div_half_even(i128::from(it.amount.0) * gone, days).unwrap()
                    };
                    if self.window.from <= self.end() {
                        let part = through(self.end().0) - through(self.window.from.0 - 1);
                        figure.add(Line::RentInKind, i64::try_from(part).unwrap());
                    }
                }
                _ => {}
            }
        }
    }

    fn last_day(&self, agreement: &Entry, term_ends: Option<Day>) -> Option<Day> {
        let ended = self.standing().filter_map(|entry| match &entry.event {
            Event::RentInKindEnded(it) if it.agreement.0 == agreement.position => Some(entry.effective),
            _ => None,
        });
        ended.chain(term_ends).min()
    }

    /// The rents of an agreement on a day, and the first day from which they hold.
    fn rents_on(&self, agreement: Position, day: Day) -> (Day, i64) {
        let rents = self.standing().filter(|entry| entry.effective <= day).filter_map(|entry| match &entry.event {
            Event::RentInKindAgreed(it) if entry.position == agreement => {
                Some(((entry.effective, entry.position), it.market_rent.0 - it.charged_rent.0))
            }
            Event::RentReviewed(it) if it.agreement.0 == agreement => {
                Some(((entry.effective, entry.position), it.market_rent.0 - it.charged_rent.0))
            }
            _ => None,
        });
        let ((from, _), annual) = rents.max_by_key(|(order, _)| *order).expect("the rents of the day");
        (from, annual)
    }

    /// Walks through the days of an agreement and adds, for each inside the window, what the running sum of its
    /// financial year grows by.
    fn accrued(&self, agreement: Position, from: Day, last: Option<Day>) -> i64 {
        let mut sum = 0;
        let mut day = from;
        while day <= self.end() && last.is_none_or(|last| day <= last) {
            let (segment, annual) = self.rents_on(agreement, day);
            let year = FinancialYear::of(day);
            let first = if segment > year.first_day() { segment } else { year.first_day() };
            let gone = i128::from(day.0 - first.0 + 1);
            let through = |days: i128| div_half_even(i128::from(annual) * days, i128::from(year.days())).unwrap();
            if self.window.from <= day {
                sum += i64::try_from(through(gone) - through(gone - 1)).unwrap();
            }
            day = day.next();
        }
        sum
    }

    fn pledge_bought(&self, pledge: PledgeId) -> bool {
        matches!(&self.at(pledge.0).event, Event::PledgeMade(it) if it.contract.is_some())
    }

    /// The last decision that stands on an entry: whether it was confirmed or not; `None` where there is none.
    fn confirmed(&self, position: Position) -> Option<bool> {
        let decisions = self.standing().filter_map(|entry| match &entry.event {
            Event::HoursConfirmed(it) if it.entries.iter().any(|id| id.0 == position) => Some(true),
            Event::HoursRejected(it) if it.entries.iter().any(|id| id.0 == position) => Some(false),
            Event::DeliveryConfirmed(it) if it.entries.iter().any(|id| id.0 == position) => Some(true),
            Event::DeliveryDisputed(it) if it.entries.iter().any(|id| id.0 == position) => Some(false),
            _ => None,
        });
        decisions.last()
    }

    fn hours(&self, figure: &mut Reference) {
        for entry in self.inside() {
            if let Event::HoursLogged(it) = &entry.event
                && it.project == self.project
            {
                let minutes = i64::from(it.people) * i64::from(it.minutes_each);
                match self.confirmed(entry.position) {
                    None => figure.add(Line::AwaitingMinutes, minutes),
                    Some(false) => {}
                    Some(true) => self.confirmed_hours(figure, it, minutes, entry.effective),
                }
            }
        }
    }

    fn confirmed_hours(&self, figure: &mut Reference, hours: &HoursLogged, minutes: i64, day: Day) {
        if hours.pledge.is_none() {
            figure.add(Line::VolunteerMinutes, minutes);
        }
        let rates = self.card(day).map(|card| card.hour_rates.as_slice()).unwrap_or_default();
        let Some(rate) = rates.iter().find(|rate| rate.role == hours.role) else {
            figure.add(Line::UnvaluedMinutes, minutes);
            return;
        };
        let value = |per_hour: Pence| {
            i64::try_from(div_half_even(i128::from(minutes) * i128::from(per_hour.0), 60).unwrap()).unwrap()
        };
        let central = value(rate.per_hour);
        if hours.pledge.is_some_and(|pledge| self.pledge_bought(pledge)) {
            figure.add(Line::Contractual, central);
            return;
        }
        let line = if hours.pledge.is_some() { Line::Pledges } else { Line::Volunteering };
        self.returned(figure, line, central, day);
        figure.returned_low += rate.low.map_or(central, value) - central;
        figure.returned_high += rate.high.map_or(central, value) - central;
    }

    fn deliveries(&self, figure: &mut Reference) {
        for entry in self.inside() {
            if let Event::PledgeDelivered(it) = &entry.event
                && it.project == self.project
            {
                let value = it.value.unwrap_or_default().0;
                match self.confirmed(entry.position) {
                    None => figure.add(Line::AwaitingPledges, value),
                    Some(false) => {}
                    Some(true) if self.pledge_bought(it.pledge) => figure.add(Line::Contractual, value),
                    Some(true) => {
                        self.returned(figure, Line::Pledges, value, entry.effective);
                        figure.cash_pledges += if it.kind == PledgeKind::Cash { value } else { 0 };
                    }
                }
            }
        }
    }

    fn beside(&self, figure: &mut Reference) {
        for entry in self.inside() {
            let Event::OutcomeReported(it) = &entry.event else { continue };
            if it.project != self.project || it.included_in.is_some() {
                continue;
            }
            let values = self.card(entry.effective).map(|card| card.unit_values.as_slice()).unwrap_or_default();
            if let Some(unit) = values.iter().find(|unit| unit.indicator == it.indicator) {
                let additional = i128::from(10_000 - unit.deadweight_bp.0);
                let product = i128::from(it.quantity) * i128::from(unit.value.0) * additional;
                let value = div_half_even(product * i128::from(unit.attribution_bp.0), 100_000_000).unwrap();
                assert!(Gain::ALL.contains(&unit.gain));
                figure.add(Line::SocialValue, i64::try_from(value).unwrap());
            }
        }
    }

    fn balances(&self, figure: &mut Reference) {
        for entry in self.standing().filter(|entry| (FIRST_DAY..=self.end()).contains(&entry.effective)) {
            match &entry.event {
                Event::GrantAwarded(it) if it.project == self.project => figure.add(Line::Committed, it.amount.0),
                Event::GrantVaried(it) if it.project == self.project => figure.add(Line::Committed, it.change.0),
                Event::GrantWithdrawn(it) if it.project == self.project => figure.add(Line::Committed, -it.unpaid.0),
                Event::GrantPaid(it) if it.project == self.project => figure.add(Line::Committed, -it.amount.0),
                Event::MatchSecured(it) if it.project == self.project => {
                    let received = self.received_of(entry.position);
                    figure.add(Line::MatchSecured, (it.amount.0 - received).max(0));
                }
                Event::PledgeMade(it) if it.project == Some(self.project) && it.contract.is_none() => {
                    figure.add(Line::Promised, self.open_of(entry.position, it.amount.unwrap_or_default().0));
                }
                _ => {}
            }
        }
    }

    fn received_of(&self, promise: Position) -> i64 {
        let receipts = self.standing().filter(|entry| entry.effective <= self.end());
        let of_promise = receipts.filter_map(|entry| match &entry.event {
            Event::MatchReceived(it) if it.secured.is_some_and(|id| id.0 == promise) => Some(it.amount.0),
            _ => None,
        });
        of_promise.sum()
    }

    fn open_of(&self, pledge: Position, amount: i64) -> i64 {
        let mut left = amount;
        for entry in self.standing().filter(|entry| entry.effective <= self.end()) {
            match &entry.event {
                Event::PledgeWithdrawn(it) if it.pledge.0 == pledge => return 0,
                Event::PledgeDelivered(it)
                    if it.pledge.0 == pledge && self.confirmed(entry.position) != Some(false) =>
                {
                    left -= it.value.unwrap_or_default().0;
                }
                _ => {}
            }
        }
        left.max(0)
    }
}
