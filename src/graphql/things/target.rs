//! A target and its reviews.

use async_graphql::{ComplexObject, ID, SimpleObject};

use super::super::eye::Eye;
use super::Project;
use crate::domain::event::Direction;
use crate::domain::ids::{Position, ProjectId, TargetId};
use crate::domain::time::Day;

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
    /// What meetings found, in the order of the log.
    pub reviews: Vec<Review>,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    project: Option<ProjectId>,
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
    /// The target with this id.
    pub fn find(eye: &Eye, id: TargetId) -> Option<Self> {
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
