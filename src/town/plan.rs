//! The plan: what is entered, on which day, by which post, and how a step names what an earlier one began.
//!
//! Invariant: steps are entered in the order of the days on which somebody would have entered them, and a step only
//! names what stands before it; so the log reads like a diary, and closing the books closes what lies behind.

use std::collections::HashMap;

use super::words::{Post, day};
use super::{
    claims, contracts, corrections, councillors, funds, governance, grants, hours, in_kind, indicators, organisations,
    outcomes, pledges, projects, rent, targets,
};
use crate::domain::books::Books;
use crate::domain::command::{Command, Context};
use crate::domain::event::{Actor, Entry};
use crate::domain::ids::{
    AgreementId, ApplicationId, ConditionId, ContractId, DeliveryId, FundId, GrantId, HoursId, MatchId, OrganisationId,
    OutcomeId, PaymentId, PledgeId, Position, ProjectId, ProposalId, StrategyId, TargetId, ThingId,
};
use crate::domain::quantity::Digest;
use crate::domain::refusal::Refusal;
use crate::domain::text::Title;
use crate::domain::time::{Day, Instant};
use crate::domain::{decide, evolve};

/// One command of the example town with its circumstances.
#[derive(Clone, Debug)]
pub struct Step {
    /// The idempotency key: founding a town twice enters nothing twice.
    pub key: String,
    /// The day it happened.
    pub effective: Day,
    /// Whether the documents do not give its figure.
    pub illustrative: bool,
    /// The reason, where it changes a figure inside closed books.
    pub late: Option<Title>,
    /// The post that enters it.
    pub actor: Actor,
    /// What is asked for.
    pub command: Command,
}

/// Why a town could not be founded.
#[derive(Debug, thiserror::Error)]
pub enum TownError<E: std::fmt::Debug> {
    /// A step was not accepted.
    #[error("the step {key} of the example town was not accepted")]
    NotAccepted {
        /// The step's key.
        key: String,
        /// What was said.
        #[source]
        why: E,
    },
    /// A step names something that no earlier step began: a slip in the town's own tables.
    #[error("the step {key} of the example town names {label}, which no earlier step began")]
    Unknown {
        /// The step's key.
        key: String,
        /// The name.
        label: String,
    },
}

/// A name that no earlier step began.
#[derive(Debug)]
pub(super) struct Missing(String);

/// What was begun so far, by the names that the tables use.
#[derive(Default)]
pub(super) struct Ids(HashMap<String, Position>);

macro_rules! lookups {
    ($($name:ident -> $Id:ident,)+) => {
        impl Ids { $(
            pub(super) fn $name(&self, name: &str) -> Result<$Id, Missing> {
                let label = format!("{}/{name}", stringify!($name));
                self.0.get(&label).map(|position| $Id::at(*position)).ok_or(Missing(label))
            }
        )+ }
    };
}

lookups! {
    strategy -> StrategyId,
    organisation -> OrganisationId,
    fund -> FundId,
    project -> ProjectId,
    application -> ApplicationId,
    proposal -> ProposalId,
    grant -> GrantId,
    condition -> ConditionId,
    payment -> PaymentId,
    contract -> ContractId,
    secured -> MatchId,
    agreement -> AgreementId,
    hours -> HoursId,
    pledge -> PledgeId,
    delivery -> DeliveryId,
    target -> TargetId,
    outcome -> OutcomeId,
}

impl Ids {
    /// Where any step stands, by its whole label.
    pub(super) fn position(&self, label: &str) -> Result<Position, Missing> {
        self.0.get(label).copied().ok_or_else(|| Missing(label.to_owned()))
    }
}

type Make = Box<dyn Fn(&Ids) -> Result<Command, Missing>>;

/// A step before the ids that it names are known.
struct Planned {
    label: String,
    effective: Day,
    entered: Day,
    illustrative: bool,
    late: Option<Title>,
    post: Post,
    make: Make,
}

/// Everything that is to be entered.
#[derive(Default)]
pub(super) struct Plan(Vec<Planned>);

impl Plan {
    /// Plans a step. Its label is `kind/name`, and later steps name it so.
    pub(super) fn add<C: Into<Command>>(
        &mut self,
        label: impl Into<String>,
        on: Day,
        post: Post,
        make: impl Fn(&Ids) -> Result<C, Missing> + 'static,
    ) -> &mut Self {
        let make: Make = Box::new(move |ids| make(ids).map(Into::into));
        let planned =
            Planned { label: label.into(), effective: on, entered: on, illustrative: false, late: None, post, make };
        self.0.push(planned);
        self
    }

    /// Marks the last step's figure as one that the documents do not give.
    pub(super) fn illustrative(&mut self) -> &mut Self {
        self.illustrative_if(true)
    }

    /// Marks the last step's figure as illustrative where `so` holds.
    pub(super) fn illustrative_if(&mut self, so: bool) -> &mut Self {
        if let Some(last) = self.0.last_mut() {
            last.illustrative |= so;
        }
        self
    }

    /// Has the last step entered on a later day than it happened, into books that were closed meanwhile.
    pub(super) fn late(&mut self, entered: &str, reason: &str) -> &mut Self {
        if let Some(last) = self.0.last_mut() {
            last.entered = day(entered);
            last.late = Some(reason.into());
        }
        self
    }
}

/// The whole plan in the order of entry. Among steps of one day the areas follow one another as they stand here.
fn whole() -> Plan {
    let mut plan = Plan::default();
    governance::plan(&mut plan);
    organisations::plan(&mut plan);
    funds::plan(&mut plan);
    councillors::plan_seats(&mut plan);
    projects::plan(&mut plan);
    contracts::plan(&mut plan);
    rent::plan(&mut plan);
    grants::plan(&mut plan);
    councillors::plan_awards(&mut plan);
    in_kind::plan(&mut plan);
    pledges::plan(&mut plan);
    hours::plan(&mut plan);
    outcomes::plan(&mut plan);
    indicators::plan(&mut plan);
    targets::plan(&mut plan);
    claims::plan(&mut plan);
    corrections::plan(&mut plan);
    plan.0.sort_by_key(|planned| planned.entered);
    plan
}

/// Founds the town: hands every step in its order to `submit`, which enters it and says where its first event stands.
///
/// # Errors
/// [`TownError::NotAccepted`] with what `submit` said; steps before it stay entered.
pub fn found<E: std::fmt::Debug>(submit: &mut dyn FnMut(&Step) -> Result<Position, E>) -> Result<usize, TownError<E>> {
    let mut ids = Ids::default();
    let plan = whole();
    for planned in &plan.0 {
        let key = format!("town/{}", planned.label);
        let command = match (planned.make)(&ids) {
            Ok(command) => command,
            Err(Missing(label)) => return Err(TownError::Unknown { key, label }),
        };
        let step = Step {
            key,
            effective: planned.effective,
            illustrative: planned.illustrative,
            late: planned.late.clone(),
            actor: planned.post.actor(),
            command,
        };
        match submit(&step) {
            Ok(position) => ids.0.insert(planned.label.clone(), position),
            Err(why) => return Err(TownError::NotAccepted { key: step.key, why }),
        };
    }
    Ok(plan.0.len())
}

/// Every step with its ids, as they are in a ledger that holds nothing else: worked out by the rules themselves on
/// books that are dropped. So the whole town can be entered in a few large commits.
///
/// # Errors
/// [`TownError::NotAccepted`] with the refusal of the first step that breaks a rule.
pub fn steps(today: Day) -> Result<Vec<Step>, TownError<Refusal>> {
    let mut books = Books::default();
    let mut steps = Vec::new();
    found(&mut |step: &Step| {
        let first = enter(&mut books, step, today)?;
        steps.push(step.clone());
        Ok(first)
    })?;
    Ok(steps)
}

/// Decides a step and folds its events in, without a log. Gives the position of the first event.
///
/// # Errors
/// The refusal, where a rule is not met; the books are as they were then.
pub fn enter(books: &mut Books, step: &Step, today: Day) -> Result<Position, Refusal> {
    let first = books.next_position();
    let events = decide(books, &step.command, &step.context(today))?;
    let recorded_at = Instant(books.recorded_at.0 + 1);
    let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
    for (following, event) in (0..count).rev().zip(events) {
        let entry = Entry {
            position: books.next_position(),
            effective: step.effective,
            recorded_at,
            commit: following,
            actor: step.actor.clone(),
            key: None,
            batch: None,
            late: step.late.clone(),
            illustrative: step.illustrative,
            event,
        };
        evolve(books, &entry);
    }
    Ok(first)
}

impl Step {
    /// The circumstances in which the step is asked for. The digest of closed figures is the writer's to bring; here
    /// it is zeros.
    pub fn context(&self, today: Day) -> Context {
        Context {
            actor: self.actor.clone(),
            today,
            effective: self.effective,
            expected: None,
            late: self.late.clone(),
            illustrative: self.illustrative,
            batch: None,
            figures: Some(Digest::default()),
        }
    }
}
