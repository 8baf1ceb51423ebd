//! Targets with red, amber and green, by exception: where each stands against the straight line from its baseline.
//!
//! Invariant: the colour follows from the latest measurement (or the outcomes counted) and the thresholds in force, and
//! the words say why. A target of which nothing is known has no colour.

use crate::domain::books::Books;
use crate::domain::event::{Direction, Scope, TargetSet};
use crate::domain::ids::{Position, ProjectId, TargetId};
use crate::domain::outcomes::{Measured, Outcome, Target};
use crate::domain::quantity::{BasisPoints, Decimal};
use crate::domain::time::Day;

use super::view::View;

/// How far behind a target may be and still be amber where no thresholds say otherwise: a tenth of the way.
pub const USUAL_TOLERANCE: BasisPoints = BasisPoints(1_000);

/// Red, amber or green.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rag {
    /// Behind by more than the tolerance.
    Red,
    /// Behind, within the tolerance.
    Amber,
    /// On the way or there.
    Green,
    /// Nothing is known of it yet.
    Grey,
}

impl Rag {
    /// Every colour, worst first.
    pub const ALL: &'static [Self] = &[Self::Red, Self::Amber, Self::Green, Self::Grey];
}

/// Where a target stands on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetStatus {
    /// The target.
    pub target: TargetId,
    /// The day that is asked about.
    pub as_at: Day,
    /// The colour.
    pub rag: Rag,
    /// The value that was last measured, or the outcomes counted so far.
    pub actual: Option<Decimal>,
    /// The value on the straight line from the baseline to the target on that day.
    pub expected: Option<Decimal>,
    /// The last day that the actual value speaks of.
    pub measured_to: Option<Day>,
    /// The measurement that holds; `None` where outcomes are counted.
    pub measurement: Option<Position>,
    /// Why it has its colour, as a sentence.
    pub why: String,
}

/// What is known of a target's indicator.
struct Known {
    value: Decimal,
    to: Day,
    measurement: Option<Position>,
}

/// Every target as it stands on a day, in the order of the log. A target that was set later is not among them.
pub fn targets(view: &View, as_at: Day) -> Vec<TargetStatus> {
    let set = view.books.outcomes.targets().filter(|target| target.set <= as_at);
    set.map(|target| status(&view.books, target, as_at)).collect()
}

/// One target as it stands on a day.
pub fn target(view: &View, id: TargetId, as_at: Day) -> Option<TargetStatus> {
    view.books.outcomes.target(id).map(|target| status(&view.books, target, as_at))
}

fn status(books: &Books, target: &Target, as_at: Day) -> TargetStatus {
    let known = known(books, target, as_at);
    let baseline = baseline(books, target, known.as_ref());
    let expected = baseline.map(|baseline| on_the_line(baseline, target, as_at));
    let (rag, why) = colour(books, target, as_at, known.as_ref(), baseline, expected);
    TargetStatus {
        target: target.id,
        as_at,
        rag,
        actual: known.as_ref().map(|known| known.value),
        expected: expected.map(decimal),
        measured_to: known.as_ref().map(|known| known.to),
        measurement: known.and_then(|known| known.measurement),
        why,
    }
}

fn colour(
    books: &Books,
    target: &Target,
    as_at: Day,
    known: Option<&Known>,
    baseline: Option<i128>,
    expected: Option<i128>,
) -> (Rag, String) {
    let event = &target.event;
    let Some(known) = known else {
        return (Rag::Grey, format!("Nothing was measured of {} yet.", event.indicator));
    };
    let goal = event.target.millionths();
    let actual = known.value.millionths();
    let behind = |line: i128| match event.direction {
        Direction::Up => line - actual,
        Direction::Down => actual - line,
    };
    let stands = format!("{} stands at {} of {}", event.indicator, known.value, event.target);
    if behind(goal) <= 0 {
        return (Rag::Green, format!("{stands}: the target is reached."));
    }
    let (Some(baseline), Some(line)) = (baseline, expected) else {
        let late = as_at > event.due;
        let rag = if late { Rag::Red } else { Rag::Grey };
        let why = if late { "it was due" } else { "no baseline says how far it should be; it is due" };
        return (rag, format!("{stands}: {why} on {}.", event.due));
    };
    let by = decimal(line);
    if behind(line) <= 0 {
        return (Rag::Green, format!("{stands}: {by} or better is expected by {as_at}."));
    }
    let tolerance = books.setup.settings_on(as_at).rag_tolerance_bp.unwrap_or(USUAL_TOLERANCE);
    let within = behind(line) * 10_000 <= (goal - baseline).abs() * i128::from(tolerance.0);
    let short = decimal(behind(line));
    if within && as_at <= event.due {
        return (Rag::Amber, format!("{stands}: {by} is expected by {as_at}; {short} behind, within the tolerance."));
    }
    let why = if as_at > event.due { "it was due" } else { "beyond the tolerance; it is due" };
    (Rag::Red, format!("{stands}: {by} is expected by {as_at}; {short} behind, {why} on {}.", event.due))
}

/// The value to start from: as set, or nought where outcomes are counted.
fn baseline(books: &Books, target: &Target, known: Option<&Known>) -> Option<i128> {
    let _ = books;
    let counted = known.is_some_and(|known| known.measurement.is_none());
    target.event.baseline.map(Decimal::millionths).or(counted.then_some(0))
}

/// The value in millionths on the straight line from the baseline on the day of setting to the target on the due day.
fn on_the_line(baseline: i128, target: &Target, as_at: Day) -> i128 {
    let goal = target.event.target.millionths();
    let whole = i128::from(target.event.due.0) - i128::from(target.set.0);
    let gone = (i128::from(as_at.0) - i128::from(target.set.0)).clamp(0, whole.max(0));
    if whole <= 0 { goal } else { baseline + (goal - baseline) * gone / whole }
}

/// What is known on a day: the measurement that holds, or else the outcomes counted since the target was set.
fn known(books: &Books, target: &Target, as_at: Day) -> Option<Known> {
    let measured = measured_of(&target.event);
    let latest = books.outcomes.latest(&measured, as_at);
    let measurement = latest.map(|latest| Known {
        value: latest.event.value,
        to: latest.event.period_to,
        measurement: Some(latest.position),
    });
    measurement.or_else(|| counted(books, target, as_at))
}

/// What a target's indicator is measured of: its project, or the town.
fn measured_of(target: &TargetSet) -> Measured {
    let scope = if target.project.is_some() { Scope::Project } else { Scope::Town };
    Measured { indicator: target.indicator.clone(), scope, place: None, project: target.project }
}

/// The outcomes with the target's indicator since it was set. One that is included in another of the same indicator is
/// counted there.
fn counted(books: &Books, target: &Target, as_at: Day) -> Option<Known> {
    let projects = projects_of(books, &target.event);
    let within = |outcome: &Outcome| {
        outcome.event.indicator == target.event.indicator
            && (target.set..=as_at).contains(&outcome.day)
            && projects.contains(&outcome.event.project)
            && !counted_elsewhere(books, outcome)
    };
    let outcomes: Vec<_> = books.outcomes.outcomes().filter(|outcome| within(outcome)).collect();
    let to = outcomes.iter().map(|outcome| outcome.day).max()?;
    let sum = outcomes.iter().map(|outcome| i64::from(outcome.event.quantity)).fold(0, i64::saturating_add);
    Some(Known { value: Decimal { units: sum, places: 0 }, to, measurement: None })
}

fn counted_elsewhere(books: &Books, outcome: &Outcome) -> bool {
    let whole = outcome.event.included_in.and_then(|id| books.outcomes.outcome(id));
    whole.is_some_and(|whole| whole.event.indicator == outcome.event.indicator)
}

/// The projects whose outcomes a target counts: its own, or those that serve its priority.
fn projects_of(books: &Books, target: &TargetSet) -> Vec<ProjectId> {
    if let Some(project) = target.project {
        return vec![project];
    }
    let serves = |strategy, priority: &crate::domain::text::Slug| {
        Some(strategy) == target.strategy && Some(priority) == target.priority.as_ref()
    };
    let serving = books
        .projects
        .iter()
        .filter(|project| project.priorities().iter().any(|link| serves(link.strategy, &link.priority)));
    serving.map(|project| project.id).collect()
}

/// A number of millionths as a decimal, to two places at most.
fn decimal(millionths: i128) -> Decimal {
    let hundredths = crate::domain::money::div_half_even(millionths, 10_000).unwrap_or(0);
    let units = i64::try_from(hundredths).unwrap_or(i64::MAX);
    match (units % 100, units % 10) {
        (0, _) => Decimal { units: units / 100, places: 0 },
        (_, 0) => Decimal { units: units / 10, places: 1 },
        _ => Decimal { units, places: 2 },
    }
}
