//! What a town set out to do and what came of it: targets, outcomes, indicators, and figures that somebody printed.
//!
//! Invariant: an outcome that is included in another adds no pounds; of an indicator the latest measurement holds, and
//! measurements are never summed.

use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{Context, MeasureIndicator, PublishClaim, ReportOutcome, ReviewProgress, SetTarget};
use super::decide::Decide;
use super::event::{
    ClaimPublished, Direction, Entry, Event, IndicatorMeasured, OutcomeReported, ProgressReviewed, Scope, TargetSet,
};
use super::evolve::Evolve;
use super::ids::{OutcomeId, Position, ProjectId, StrategyId, TargetId};
use super::refusal::{Refusal, RefusalCode};
use super::text::Slug;
use super::time::Day;

/// The most that one outcome may count; with the most that a unit may be worth, its value fits many times over.
pub const QUANTITY_MAX: u32 = 100_000_000;

/// A target, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: TargetId,
    /// The day it was set.
    pub set: Day,
    /// What was set.
    pub event: TargetSet,
    /// The reviews of its progress, in the order of the log.
    pub reviews: Vec<Review>,
}

/// A meeting's review of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The entry.
    pub position: Position,
    /// The day of the meeting.
    pub day: Day,
    /// What was said.
    pub event: ProgressReviewed,
}

/// An outcome, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its id.
    pub id: OutcomeId,
    /// The day it happened.
    pub day: Day,
    /// What was reported.
    pub event: OutcomeReported,
}

impl Outcome {
    /// Whether it adds pounds of its own, where its indicator has a unit value.
    pub fn adds_pounds(&self) -> bool {
        self.event.included_in.is_none()
    }
}

/// What an indicator is measured of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measured {
    /// The indicator.
    pub indicator: Slug,
    /// What it speaks of.
    pub scope: Scope,
    /// The place, where it speaks of one.
    pub place: Option<Slug>,
    /// The project, where it speaks of one.
    pub project: Option<ProjectId>,
}

/// A measurement of an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// The entry.
    pub position: Position,
    /// The day it was made.
    pub day: Day,
    /// What was measured.
    pub event: IndicatorMeasured,
}

/// A figure that somebody printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The entry.
    pub position: Position,
    /// The day it was printed.
    pub day: Day,
    /// What was printed.
    pub event: ClaimPublished,
}

/// By the last day of the period, its first day, and the place in the log.
type MeasurementKey = (Day, Day, Position);

/// All targets, outcomes, measurements and claims that stand.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    targets: imbl::OrdMap<TargetId, Arc<Target>>,
    reported: imbl::OrdMap<OutcomeId, Arc<Outcome>>,
    included: imbl::OrdSet<(OutcomeId, OutcomeId)>,
    measurements: imbl::OrdMap<(Measured, MeasurementKey), Arc<Measurement>>,
    claims: imbl::OrdMap<Position, Arc<Claim>>,
}

impl Outcomes {
    /// Every target, in the order of the log.
    pub fn targets(&self) -> impl Iterator<Item = &Arc<Target>> {
        self.targets.values()
    }

    /// One target.
    pub fn target(&self, id: TargetId) -> Option<&Arc<Target>> {
        self.targets.get(&id)
    }

    /// Every outcome, in the order of the log.
    pub fn outcomes(&self) -> impl Iterator<Item = &Arc<Outcome>> {
        self.reported.values()
    }

    /// One outcome.
    pub fn outcome(&self, id: OutcomeId) -> Option<&Arc<Outcome>> {
        self.reported.get(&id)
    }

    /// The outcomes that are included in another, in the order of the log.
    pub fn included_in(&self, outcome: OutcomeId) -> impl Iterator<Item = OutcomeId> {
        let own = (outcome, OutcomeId(Position(0)))..=(outcome, OutcomeId(Position(u64::MAX)));
        self.included.range(own).map(|(_, included)| *included)
    }

    /// Every figure that somebody printed, in the order of the log.
    pub fn claims(&self) -> impl Iterator<Item = &Arc<Claim>> {
        self.claims.values()
    }

    /// What indicators were measured of, each once.
    pub fn measured(&self) -> impl Iterator<Item = &Measured> {
        let mut before = None;
        self.measurements.keys().map(|(measured, _)| measured).filter(move |measured| {
            let new = before != Some(*measured);
            before = Some(*measured);
            new
        })
    }

    /// The measurements of an indicator that hold, by period: of several for one period the latest in the log.
    pub fn series(&self, measured: &Measured) -> Vec<&Arc<Measurement>> {
        let mut series: Vec<&Arc<Measurement>> = Vec::new();
        for measurement in self.all_of(measured) {
            let period = |of: &Measurement| (of.event.period_from, of.event.period_to);
            if series.last().is_some_and(|last| period(last) == period(measurement)) {
                series.pop();
            }
            series.push(measurement);
        }
        series
    }

    /// The measurement that holds on a day: of those made on or before it, the one of the latest period, and of
    /// several for that period the latest in the log.
    pub fn latest(&self, measured: &Measured, on: Day) -> Option<&Arc<Measurement>> {
        self.all_of(measured).filter(|measurement| measurement.day <= on).last()
    }

    fn all_of(&self, measured: &Measured) -> impl Iterator<Item = &Arc<Measurement>> {
        let first = (measured.clone(), (Day(i32::MIN), Day(i32::MIN), Position(0)));
        let last = (measured.clone(), (Day(i32::MAX), Day(i32::MAX), Position(u64::MAX)));
        self.measurements.range(first..=last).map(|(_, measurement)| measurement)
    }
}

impl Decide for SetTarget {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        self.check_subject(books)?;
        if self.due < context.effective {
            let sentence = format!("Enter a day on or after {} by which it is due.", context.effective);
            return Err(Refusal::of(RefusalCode::TooEarly, "due", sentence));
        }
        self.check_direction()?;
        let event = TargetSet {
            project: self.project,
            strategy: self.strategy,
            priority: self.priority.clone(),
            action: self.action.clone(),
            indicator: self.indicator.clone(),
            baseline: self.baseline,
            target: self.target,
            due: self.due,
            direction: self.direction,
            owner: self.owner.clone(),
        };
        Ok(vec![event.into()])
    }
}

impl SetTarget {
    /// A target is for a project, or for a priority of a strategy.
    fn check_subject(&self, books: &Books) -> Result<(), Refusal> {
        match (self.project, self.strategy, &self.priority) {
            (Some(project), None, None) => checks::project(books, project, "project").map(drop),
            (None, Some(strategy), Some(priority)) => check_priority(books, strategy, priority),
            _ => {
                let sentence = "Name the project that it is for, or a strategy and the code of its priority.";
                Err(Refusal::of(RefusalCode::BadInput, "project", sentence))
            }
        }
    }

    fn check_direction(&self) -> Result<(), Refusal> {
        let Some(baseline) = self.baseline else { return Ok(()) };
        let (start, goal) = (baseline.millionths(), self.target.millionths());
        let fits = match self.direction {
            Direction::Up => goal > start,
            Direction::Down => goal < start,
        };
        if fits {
            return Ok(());
        }
        let side = if self.direction == Direction::Up { "above" } else { "below" };
        let sentence = format!("Enter a target {side} {baseline}: it lies on the other side of where it starts.");
        Err(Refusal::of(RefusalCode::BadInput, "target", sentence))
    }
}

fn check_priority(books: &Books, id: StrategyId, priority: &Slug) -> Result<(), Refusal> {
    let strategy = checks::found(books, id, books.setup.strategy(id), "strategy", "strategy")?;
    if strategy.has_priority(priority) {
        return Ok(());
    }
    let sentence = format!("Choose a priority of {}: it has no {priority}.", strategy.title());
    Err(Refusal::of(RefusalCode::NotFound, "priority", sentence))
}

impl Evolve for TargetSet {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = TargetId(entry.position);
        let target = Target { id, set: entry.effective, event: self.clone(), reviews: Vec::new() };
        books.outcomes.targets.insert(id, Arc::new(target));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.outcomes.targets.remove(&TargetId(entry.position));
    }
}

impl Decide for ReviewProgress {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let target = books.outcomes.target(self.target);
        let target = checks::found(books, self.target, target, "target", "target")?;
        checks::happened(context)?;
        checks::not_before(context, target.set, "the target was set")?;
        let event = ProgressReviewed { target: self.target, meeting: self.meeting.clone(), words: self.words.clone() };
        Ok(vec![event.into()])
    }
}

impl Evolve for ProgressReviewed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let review = Review { position: entry.position, day: entry.effective, event: self.clone() };
        if let Some(target) = books.outcomes.targets.get_mut(&self.target) {
            Arc::make_mut(target).reviews.push(review);
        }
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        if let Some(target) = books.outcomes.targets.get_mut(&self.target) {
            Arc::make_mut(target).reviews.retain(|review| review.position != entry.position);
        }
    }
}

impl Decide for ReportOutcome {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let project = checks::project(books, self.project, "project")?;
        checks::not_before(context, project.opened_on, "the project was opened")?;
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            let sentence = format!("Enter how many: 1 to {QUANTITY_MAX}.");
            return Err(Refusal::of(RefusalCode::BadInput, "quantity", sentence));
        }
        if let Some(other) = self.included_in {
            checks::found(books, other, books.outcomes.outcome(other), "includedIn", "outcome")?;
        }
        let event = OutcomeReported {
            project: self.project,
            indicator: self.indicator.clone(),
            quantity: self.quantity,
            reached: self.reached.clone(),
            evidence: self.evidence.clone(),
            included_in: self.included_in,
        };
        Ok(vec![event.into()])
    }
}

impl Evolve for OutcomeReported {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = OutcomeId(entry.position);
        if let Some(other) = self.included_in {
            books.outcomes.included.insert((other, id));
        }
        books.outcomes.reported.insert(id, Arc::new(Outcome { id, day: entry.effective, event: self.clone() }));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        let id = OutcomeId(entry.position);
        if let Some(other) = self.included_in {
            books.outcomes.included.remove(&(other, id));
        }
        books.outcomes.reported.remove(&id);
    }
}

impl Decide for MeasureIndicator {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        self.check_scope(books)?;
        checks::runs_forward(Some(self.period_from), Some(self.period_to), "periodTo")?;
        if self.period_to > context.today {
            let sentence = format!("Enter a period that is over: it may end today, {}, at the latest.", context.today);
            return Err(Refusal::of(RefusalCode::InTheFuture, "periodTo", sentence));
        }
        Ok(vec![self.event().into()])
    }
}

impl MeasureIndicator {
    fn check_scope(&self, books: &Books) -> Result<(), Refusal> {
        let wrong = |field: &str, sentence: &str| Err(Refusal::of(RefusalCode::BadInput, field, sentence));
        match (self.scope, &self.place, self.project) {
            (Scope::Town, None, None) | (Scope::Place, Some(_), None) => Ok(()),
            (Scope::Project, None, Some(project)) => checks::project(books, project, "project").map(drop),
            (Scope::Town, _, _) => wrong("scope", "Leave out place and project: it speaks of the whole town."),
            (Scope::Place, _, _) => wrong("place", "Name the place that it speaks of, and no project."),
            (Scope::Project, _, _) => wrong("project", "Name the project that it speaks of, and no place."),
        }
    }

    fn event(&self) -> IndicatorMeasured {
        IndicatorMeasured {
            indicator: self.indicator.clone(),
            scope: self.scope,
            place: self.place.clone(),
            project: self.project,
            period_from: self.period_from,
            period_to: self.period_to,
            value: self.value,
            unit: self.unit.clone(),
            source: self.source.clone(),
        }
    }
}

impl IndicatorMeasured {
    /// What it was measured of.
    pub fn measured(&self) -> Measured {
        Measured {
            indicator: self.indicator.clone(),
            scope: self.scope,
            place: self.place.clone(),
            project: self.project,
        }
    }

    fn key(&self, position: Position) -> (Measured, MeasurementKey) {
        (self.measured(), (self.period_to, self.period_from, position))
    }
}

impl Evolve for IndicatorMeasured {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let measurement = Measurement { position: entry.position, day: entry.effective, event: self.clone() };
        books.outcomes.measurements.insert(self.key(entry.position), Arc::new(measurement));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.outcomes.measurements.remove(&self.key(entry.position));
    }
}

impl Decide for PublishClaim {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        checks::runs_forward(self.from, self.to, "to")?;
        if let Some(project) = self.project {
            checks::project(books, project, "project")?;
        }
        if self.value.is_some() != self.unit.is_some() {
            let sentence = "Enter the number that was printed and its unit, or neither.";
            return Err(Refusal::of(RefusalCode::BadInput, "unit", sentence));
        }
        let event = ClaimPublished {
            words: self.words.clone(),
            amount: self.amount,
            value: self.value,
            unit: self.unit.clone(),
            from: self.from,
            to: self.to,
            project: self.project,
            printed_in: self.printed_in.clone(),
        };
        Ok(vec![event.into()])
    }
}

impl Evolve for ClaimPublished {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let claim = Claim { position: entry.position, day: entry.effective, event: self.clone() };
        books.outcomes.claims.insert(entry.position, Arc::new(claim));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.outcomes.claims.remove(&entry.position);
    }
}
