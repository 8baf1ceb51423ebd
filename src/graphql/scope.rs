//! What one request sees: a view of the ledger at one position, who asks, and the limits.
//!
//! Invariant: taken once, before the request is parsed, and threaded from there; whatever is appended meanwhile, two
//! fields of one request cannot see two positions. An earlier position has to be asked for by name.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::{ComplexObject, Context, InputObject, SimpleObject};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::eye::Eye;
use super::fault::{Code, Fault};
use super::limits::Limits;
use crate::app::history::AsKnownAt;
use crate::app::ledger::Ledger;
use crate::domain::event::Actor;
use crate::domain::ids::Position;
use crate::domain::time::{self, Day};
use crate::log::event_log::LogError;
use crate::log::trouble::Trouble;
use crate::views::view::View;

/// What one request sees.
pub struct Scope {
    /// The ledger, to submit to and to read the log of.
    pub ledger: Arc<Ledger>,
    /// The view at the request's position.
    pub view: Arc<View>,
    /// Who asks. Until there is access control, a named local user.
    pub actor: Actor,
    /// The day it is for the ledger.
    pub today: Day,
    /// The limits that hold.
    pub limits: Limits,
    /// When the request has taken too long.
    deadline: Instant,
}

impl Scope {
    /// What a request that begins now sees.
    pub fn now(ledger: &Arc<Ledger>, actor: Actor, limits: &Limits) -> Self {
        Self {
            ledger: Arc::clone(ledger),
            view: ledger.view(),
            actor,
            today: ledger.today(),
            limits: limits.clone(),
            deadline: Instant::now() + limits.request_time,
        }
    }

    /// The same caller's scope, at this moment: for each answer of a subscription.
    pub(crate) fn again(&self) -> Arc<Self> {
        Arc::new(Self::now(&self.ledger, self.actor.clone(), &self.limits))
    }

    /// Ends a request that has taken too long. Resolvers that compute ask this first.
    ///
    /// # Errors
    /// A fault once the time is over.
    pub fn check_time(&self) -> Result<(), Fault> {
        if Instant::now() <= self.deadline {
            return Ok(());
        }
        let seconds = self.limits.request_time.as_secs();
        let sentence = format!("Ask for less at once: this took longer than {seconds} seconds.");
        Err(Fault::limit(Code::RequestTimeout, sentence, seconds))
    }

    /// The view at a point of knowledge; the request's own where none is named.
    ///
    /// # Errors
    /// A fault where the point cannot be, or the log cannot be read.
    pub fn view_at(&self, point: Option<AsKnownAtInput>) -> Result<Arc<View>, Fault> {
        match point {
            None => Ok(Arc::clone(&self.view)),
            Some(point) => self.past(point.point()?),
        }
    }

    /// The view after a position.
    ///
    /// # Errors
    /// A fault where the log cannot be read.
    pub fn view_after(&self, position: Position) -> Result<Arc<View>, Fault> {
        if position == self.view.position {
            return Ok(Arc::clone(&self.view));
        }
        self.past(AsKnownAt::Position(position))
    }

    fn past(&self, point: AsKnownAt) -> Result<Arc<View>, Fault> {
        // Nothing later than the request's own position, whatever was appended since: said of a position, cut off of
        // an instant.
        if let AsKnownAt::Position(position) = point
            && position > self.view.position
        {
            let sentence = format!("Name position {} or an earlier one: the ledger ends there.", self.view.position);
            return Err(Fault::new(Code::BadUserInput, sentence));
        }
        let view = may_block(|| self.ledger.as_known_at(point)).map_err(unread)?;
        if view.position > self.view.position { Ok(Arc::clone(&self.view)) } else { Ok(view) }
    }
}

/// Runs what may take a while, without holding up the other requests of this thread where that can be avoided.
pub(crate) fn may_block<R>(work: impl FnOnce() -> R) -> R {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// A fault of ours: logged in full, and told without detail.
pub(crate) fn internal(error: impl std::fmt::Display) -> Fault {
    tracing::error!(%error, "a request could not be answered");
    Fault::new(Code::Internal, "This could not be answered. Quote the id to whoever keeps the ledger.")
}

/// A log that cannot be read: told with the reason where that passes.
pub(crate) fn unread(error: LogError) -> Fault {
    let trouble = error.trouble();
    if !(trouble.may_pass() || trouble == Trouble::Stopping) {
        return internal(error);
    }
    tracing::warn!(code = trouble.code(), reason = %error, "the log could not be read");
    let sentence = format!("{} Ask again in a moment.", trouble.sentence());
    Fault { reason: Some(trouble.code()), ..Fault::new(Code::Unavailable, sentence) }
}

/// The scope of a request.
pub(crate) fn scope<'a>(context: &Context<'a>) -> Result<&'a Arc<Scope>, Fault> {
    context.data_opt::<Arc<Scope>>().ok_or_else(|| internal("the request has no scope"))
}

/// A point of knowledge: give one of the two.
#[derive(Clone, Copy, Debug, InputObject)]
#[graphql(name = "AsKnownAt")]
pub struct AsKnownAtInput {
    /// After this position. A position inside a commit rounds down to the commit before.
    pub position: Option<Position>,
    /// After the last commit recorded at or before this instant.
    pub recorded_at: Option<time::Instant>,
}

impl AsKnownAtInput {
    fn point(self) -> Result<AsKnownAt, Fault> {
        match (self.position, self.recorded_at) {
            (Some(position), None) => Ok(AsKnownAt::Position(position)),
            (None, Some(instant)) => Ok(AsKnownAt::RecordedAt(instant)),
            _ => Err(Fault::new(Code::BadUserInput, "Give asKnownAt a position or a recordedAt: one of the two.")),
        }
    }
}

/// What an answer knows: the last entry it has seen.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex, serial)]
pub struct AsAt {
    /// The position of the last entry seen; `"0"` of an empty ledger.
    pub position: Position,
    /// When that entry was recorded; null of an empty ledger.
    pub recorded_at: Option<time::Instant>,
    #[graphql(skip)]
    eye: Eye,
}

impl AsAt {
    /// What a view knows.
    pub fn of(eye: &Eye) -> Self {
        let view = &eye.view;
        let recorded_at = (view.position > Position(0)).then_some(view.recorded_at);
        Self { position: view.position, recorded_at, eye: eye.clone() }
    }
}

#[ComplexObject]
impl AsAt {
    /// The RFC 6962 root over the exported lines up to there, as 64 hexadecimal digits.
    async fn root_hash(&self) -> async_graphql::Result<String> {
        Ok(self.eye.root_hash()?)
    }
}
