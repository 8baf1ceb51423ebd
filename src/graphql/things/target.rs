//! A target and its reviews.

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};

use super::super::eye::Eye;
use super::Project;
use crate::domain::event::Direction;
use crate::domain::ids::{Position, ProjectId, TargetId};
use crate::domain::time::Day;
use crate::views::targets;

/// A target: which indicator is to reach what, by when, and who answers for it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Target {
    /// Its id.
    pub id: ID,
    /// Its version, to be given as `expectedVersion` by whoever changes it.
    pub version: Position,
    /// What is to be done.
    pub action: String,
    /// The indicator that shows it.
    pub indicator: String,
    /// The value at the start, an exact decimal number.
    pub baseline: Option<String>,
    /// The value to reach, an exact decimal number.
    pub target: String,
    /// By when.
    pub due: Day,
    /// Which way the value should move.
    pub direction: Direction,
    /// The post that answers for it.
    pub owner: String,
    /// The strategy, where it is for a priority.
    pub strategy: Option<ID>,
    /// The priority's code in that strategy.
    pub priority: Option<String>,
    /// The day it was set.
    pub set_on: Day,
    /// The day that it is judged at.
    pub judged_on: Day,
    /// Red, amber or green on that day.
    pub rag: Rag,
    /// Why it has its colour.
    pub why: String,
    /// The value that was last measured, or the outcomes counted so far: an exact decimal number.
    pub actual: Option<String>,
    /// The value on the straight line from the baseline to the target on that day: an exact decimal number.
    pub expected: Option<String>,
    /// The last day that the actual value speaks of.
    pub measured_to: Option<Day>,
    /// What meetings found, in the order of the log.
    pub reviews: Vec<Review>,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    project: Option<ProjectId>,
}

/// Red, amber or green.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "targets::Rag")]
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

/// What a meeting found of a target.
#[derive(Clone, Debug, SimpleObject)]
pub struct Review {
    /// The day of the meeting.
    pub day: Day,
    /// The meeting.
    pub meeting: String,
    /// What it found.
    pub words: String,
}

impl Target {
    /// The target with this id, as it stands today.
    pub fn find(eye: &Eye, id: TargetId) -> Option<Self> {
        Self::on(eye, id, eye.scope.today)
    }

    /// The target with this id, as it stands on a day.
    pub fn on(eye: &Eye, id: TargetId, day: Day) -> Option<Self> {
        let status = targets::target(&eye.view, id, day)?;
        let found = eye.books().outcomes.target(id)?;
        let said = &found.event;
        let review = |review: &crate::domain::outcomes::Review| Review {
            day: review.day,
            meeting: review.event.meeting.to_string(),
            words: review.event.words.to_string(),
        };
        Some(Self {
            id: id.into(),
            version: eye.books().version(id.0),
            action: said.action.to_string(),
            indicator: said.indicator.to_string(),
            baseline: said.baseline.map(|baseline| baseline.to_string()),
            target: said.target.to_string(),
            due: said.due,
            direction: said.direction,
            owner: said.owner.to_string(),
            strategy: said.strategy.map(ID::from),
            priority: said.priority.as_ref().map(ToString::to_string),
            set_on: found.set,
            judged_on: status.as_at,
            rag: status.rag.into(),
            why: status.why,
            actual: status.actual.map(|actual| actual.to_string()),
            expected: status.expected.map(|expected| expected.to_string()),
            measured_to: status.measured_to,
            reviews: found.reviews.iter().map(review).collect(),
            eye: eye.clone(),
            project: said.project,
        })
    }
}

#[ComplexObject]
impl Target {
    /// The project it is for.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.project?)
    }
}
