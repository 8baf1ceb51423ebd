//! Mutations: one a command of the catalogue, all by one path. Hours are logged many at a time.
//!
//! Invariant: no rule stands here. An input becomes a command or a refusal; the ledger decides, appends and answers.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaTypeId, Registry};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ID, ObjectType, OutputType, Positioned, ServerError, ServerResult,
    Value,
};

use super::commands::{self, About, Shape};
use super::entry::Entry;
use super::eye::Eye;
use super::fault::{Code, Fault};
use super::given::Wrong;
use super::meta::{self, Input};
use super::results::{
    Done, EntryAccepted, EntryResult, FundAccepted, FundResult, GrantAccepted, GrantResult, HoursAccepted, HoursResult,
    OrganisationAccepted, OrganisationResult, PledgeAccepted, PledgeResult, ProjectAccepted, ProjectResult, Refused,
    RentAgreementAccepted, RentAgreementResult,
};
use super::scope::{Scope, internal, may_block, scope, unread};
use super::things::{Fund, Grant, HoursEntry, Organisation, Pledge, Project, RentAgreement};
use crate::app::history::AsKnownAt;
use crate::app::request::{Ask, Receipt, Request, SubmitError};
use crate::domain::command::{Expected, ReverseEntry};
use crate::domain::event::{EventKind, ReversalCode};
use crate::domain::ids::{EntryId, Position, ThingId};
use crate::domain::refusal::{Refusal, RefusalCode};

/// The mutations of the schema.
pub struct Mutation;

/// Every command, with the name of its mutation.
static COMMANDS: LazyLock<Vec<(String, Shape)>> =
    LazyLock::new(|| commands::shapes().into_iter().map(|shape| (mutation_name(shape.command), shape)).collect());

/// `awardGrant` for `AwardGrant`.
fn mutation_name(command: &str) -> String {
    let mut rest = command.chars();
    rest.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_lowercase(), rest.as_str()))
}

/// What a mutation answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Project,
    Fund,
    Organisation,
    Grant,
    RentAgreement,
    Pledge,
    Hours,
    Entry,
}

impl Kind {
    /// By what a command is about, or else by what it begins.
    fn of(shape: &Shape) -> Self {
        match (shape.subjects.first().copied(), shape.event) {
            (Some("project"), _) | (None, EventKind::ProjectOpened) => Self::Project,
            (Some("fund" | "from_fund"), event) if event != EventKind::OpeningBalance => Self::Fund,
            (None, EventKind::FundOpened) => Self::Fund,
            (Some("organisation"), _) | (None, EventKind::OrganisationRegistered) => Self::Organisation,
            (Some("grant"), _) | (None, EventKind::GrantAwarded) => Self::Grant,
            (Some("agreement"), _) | (None, EventKind::RentInKindAgreed) => Self::RentAgreement,
            (Some("pledge"), _) | (None, EventKind::PledgeMade) => Self::Pledge,
            (None, EventKind::HoursLogged) => Self::Hours,
            _ => Self::Entry,
        }
    }

    fn result_type(self, registry: &mut Registry) -> String {
        match self {
            Self::Project => ProjectResult::create_type_info(registry),
            Self::Fund => FundResult::create_type_info(registry),
            Self::Organisation => OrganisationResult::create_type_info(registry),
            Self::Grant => GrantResult::create_type_info(registry),
            Self::RentAgreement => RentAgreementResult::create_type_info(registry),
            Self::Pledge => PledgeResult::create_type_info(registry),
            Self::Hours => HoursResult::create_type_info(registry),
            Self::Entry => EntryResult::create_type_info(registry),
        }
    }
}

fn arguments(shape: &Shape) -> Vec<Input> {
    let one = format!("{}Input!", shape.command);
    let many = shape.event == EventKind::HoursLogged;
    let input = Input {
        name: "input".into(),
        description: if many {
            "What is to be logged, all of it in one commit or none; every row carries the same idempotencyKey.".into()
        } else {
            "What is asked for.".into()
        },
        ty: if many { format!("[{one}]!") } else { one },
        default: None,
    };
    let dry_run = Input {
        name: "dryRun".into(),
        description: "Whether only to say what would happen, by the same rules, and to append nothing.".into(),
        ty: "Boolean!".into(),
        default: Some("false"),
    };
    vec![input, dry_run]
}

impl OutputType for Mutation {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Mutation")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            commands::register(registry);
            let mut fields = Vec::new();
            for (name, shape) in COMMANDS.iter() {
                let ty = Kind::of(shape).result_type(registry);
                let description = format!("Leads to `{}`. {}", shape.event.name(), shape.description);
                fields.push(meta::field(name.clone(), description, ty, arguments(shape)));
            }
            let description = "What can be entered: one mutation a command. Mutations of one request run in their \
                               order, each as a commit of its own.";
            meta::object("Mutation", description, fields)
        })
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        async_graphql::resolver_utils::resolve_container_serial(context, self).await
    }
}

impl ContainerType for Mutation {
    async fn resolve_field(&self, context: &Context<'_>) -> ServerResult<Option<Value>> {
        let name = context.item.node.name.node.as_str();
        let Some((_, shape)) = COMMANDS.iter().find(|(known, _)| known == name) else { return Ok(None) };
        let answer = self.perform(context, shape).await;
        let (eye, outcome) = answer.map_err(|fault| failed(context, fault))?;
        answered(context, &eye, shape, outcome).await.map(Some)
    }
}

impl ObjectType for Mutation {}

fn failed(context: &Context<'_>, fault: Fault) -> ServerError {
    context.set_error_path(async_graphql::Error::from(fault).into_server_error(context.item.pos))
}

/// What came of a mutation: the receipt and what the command was about, or the refusal and its row.
type Outcome = Result<(Receipt, Option<Position>), Refused>;

/// How many inputs that a rule refuses are told of at once.
const REFUSED_MAX: usize = 100;

impl Mutation {
    /// Reads the inputs, asks the ledger, and finds the view that the answer is given from.
    async fn perform(&self, context: &Context<'_>, shape: &Shape) -> Result<(Eye, Outcome), Fault> {
        let scope = scope(context)?;
        let (inputs, dry_run) = given(context, shape)?;
        let present = || Eye { scope: Arc::clone(scope), view: scope.ledger.view() };
        let (request, rows) = match request(scope, shape, &inputs) {
            Ok(read) => read,
            Err((refusal, row)) => return Ok((present(), Err(Refused::of(refusal, row)))),
        };
        let subject = request.asks.last().and_then(|ask| ask.command.subjects().first().copied());
        let again = (inputs.len() > 1).then(|| request.clone());
        let answer = if dry_run {
            may_block(|| scope.ledger.dry_run(&request)).map_err(SubmitError::from)
        } else {
            scope.ledger.submit(request).await
        };
        match answer {
            Ok(receipt) => {
                let eye = Eye { scope: Arc::clone(scope), view: view_after(scope, &receipt)? };
                Ok((eye, Ok((receipt, subject))))
            }
            Err(SubmitError::Refused(refusal)) => {
                let refused = again.filter(|_| refusal.row.is_some()).and_then(|again| {
                    let refusals = may_block(|| scope.ledger.refusals(&again, REFUSED_MAX)).into_iter();
                    Refused::of_rows(refusals.filter_map(|it| Some((*rows.get(it.row?)?, it))))
                });
                Ok((present(), Err(refused.unwrap_or_else(|| Refused::of(refusal, None)))))
            }
            Err(SubmitError::Unavailable(why)) => {
                tracing::warn!(code = why.trouble.code(), reason = %why, "a command was not taken");
                let sentence = format!(
                    "{} Send this again with the same idempotencyKey: if it was entered after all, the answer says so.",
                    why.trouble.sentence()
                );
                Err(Fault { reason: Some(why.trouble.code()), ..Fault::new(Code::Unavailable, sentence) })
            }
        }
    }
}

/// The inputs of a mutation, and whether it is only tried.
fn given(context: &Context<'_>, shape: &Shape) -> Result<(Vec<Value>, bool), Fault> {
    let unread = |error: ServerError| Fault::new(Code::BadUserInput, error.message);
    let (mut inputs, mut dry_run) = (Vec::new(), false);
    for (name, value) in context.field().arguments().map_err(unread)? {
        match (name.as_str(), value) {
            ("input", Value::List(rows)) => inputs = rows,
            ("input", one) => inputs.push(one),
            ("dryRun", Value::Boolean(tried)) => dry_run = tried,
            _ => {}
        }
    }
    if inputs.is_empty() {
        return Err(Fault::new(
            Code::BadUserInput,
            format!("Give {} at least one input.", mutation_name(shape.command)),
        ));
    }
    Ok((inputs, dry_run))
}

/// The request that inputs make, and which input each of its commands came from.
fn request(scope: &Scope, shape: &Shape, inputs: &[Value]) -> Result<(Request, Vec<usize>), (Refusal, Option<usize>)> {
    let (mut asks, mut rows, mut key) = (Vec::with_capacity(inputs.len()), Vec::new(), None);
    for (row, input) in inputs.iter().enumerate() {
        let refused = |wrong: Wrong| (Refusal::from(wrong), (inputs.len() > 1).then_some(row));
        let fields = commands::fields(input).map_err(refused)?;
        let about = commands::read_about(fields).map_err(refused)?;
        let command = commands::read(shape.command, fields).map_err(refused)?;
        if key.get_or_insert_with(|| about.key.clone()) != &about.key {
            let message = "Give every row the same idempotencyKey: they are entered together, or not at all.";
            return Err((Refusal::of(RefusalCode::BadInput, "idempotencyKey", message), Some(row)));
        }
        if let Some(entry) = about.corrects {
            asks.push(reversal(&about, entry));
            rows.push(row);
        }
        asks.push(ask(about, command));
        rows.push(row);
    }
    Ok((Request { actor: scope.actor.clone(), key: key.unwrap_or_default(), asks }, rows))
}

/// The reversal of an entry that another one replaces.
fn reversal(about: &About, entry: EntryId) -> Ask {
    let note = about.correction_note.clone();
    Ask { late: about.late.clone(), ..Ask::now(ReverseEntry { entry, code: ReversalCode::Edit, note }) }
}

fn ask(about: About, command: crate::domain::command::Command) -> Ask {
    let expected = about.expected.map(|version| match version {
        Position(0) => Expected::MustNotExist,
        version => Expected::Version(version),
    });
    let About { effective, late, illustrative, .. } = about;
    Ask { command, effective, expected, late, illustrative, batch: None }
}

/// The view that shows what a commit did: for a trial one that is thrown away, for a replay the view of that time.
fn view_after(scope: &Scope, receipt: &Receipt) -> Result<Arc<crate::views::view::View>, Fault> {
    let ledger = &scope.ledger;
    match receipt.first() {
        Some(first) if receipt.dry_run => {
            let before = AsKnownAt::Position(Position(first.0.saturating_sub(1)));
            let before = may_block(|| ledger.as_known_at(before)).map_err(unread)?;
            let mut trial = (*before).clone();
            receipt.entries.iter().for_each(|entry| trial.apply(entry));
            Ok(Arc::new(trial))
        }
        Some(_) if receipt.replayed => {
            may_block(|| ledger.as_known_at(AsKnownAt::Position(receipt.position))).map_err(unread)
        }
        _ => Ok(ledger.view()),
    }
}

/// What the command was about or began: the subject of its own event, or that event itself.
fn about(shape: &Shape, receipt: &Receipt, subject: Option<Position>) -> Option<Position> {
    let own = receipt.entries.iter().rev().find(|entry| entry.event.kind() == shape.event);
    match own {
        Some(entry) if shape.subjects.is_empty() => Some(entry.position),
        Some(entry) => entry.event.subjects().first().copied(),
        None => subject,
    }
}

/// Writes the answer in the form of the mutation's result.
async fn answered(context: &Context<'_>, eye: &Eye, shape: &Shape, outcome: Outcome) -> ServerResult<Value> {
    let (receipt, subject) = match outcome {
        Ok(done) => done,
        Err(refused) => return write_refusal(context, Kind::of(shape), refused).await,
    };
    let at = about(shape, &receipt, subject);
    let entries = receipt.entries.iter().map(|entry| Entry::new(eye, entry.clone())).collect();
    let Receipt { position, replayed, dry_run, .. } = receipt;
    let done = Done { entries, position, replayed, dry_run };
    let missing = || failed(context, internal("what the command was about is not in the view"));
    macro_rules! write_thing {
        ($Thing:ident, $Accepted:ident, $Result:ident) => {{
            let thing = at.and_then(|at| $Thing::find(eye, ThingId::at(at))).ok_or_else(missing)?;
            write(context, &$Result::Accepted($Accepted::new(thing, done))).await
        }};
    }
    match Kind::of(shape) {
        Kind::Project => write_thing!(Project, ProjectAccepted, ProjectResult),
        Kind::Fund => write_thing!(Fund, FundAccepted, FundResult),
        Kind::Organisation => write_thing!(Organisation, OrganisationAccepted, OrganisationResult),
        Kind::Grant => write_thing!(Grant, GrantAccepted, GrantResult),
        Kind::RentAgreement => write_thing!(RentAgreement, RentAgreementAccepted, RentAgreementResult),
        Kind::Pledge => write_thing!(Pledge, PledgeAccepted, PledgeResult),
        Kind::Hours => {
            let logged = done.entries.iter().filter_map(|entry| HoursEntry::find(eye, ThingId::at(entry.place())));
            let hours = logged.collect();
            write(context, &HoursResult::Accepted(HoursAccepted::new(hours, done))).await
        }
        Kind::Entry => {
            let about = at.and_then(|at| eye.id_at(at)).map(ID::from);
            write(context, &EntryResult::Accepted(EntryAccepted::new(about, done))).await
        }
    }
}

async fn write_refusal(context: &Context<'_>, kind: Kind, refused: Refused) -> ServerResult<Value> {
    match kind {
        Kind::Project => write(context, &ProjectResult::Refused(refused)).await,
        Kind::Fund => write(context, &FundResult::Refused(refused)).await,
        Kind::Organisation => write(context, &OrganisationResult::Refused(refused)).await,
        Kind::Grant => write(context, &GrantResult::Refused(refused)).await,
        Kind::RentAgreement => write(context, &RentAgreementResult::Refused(refused)).await,
        Kind::Pledge => write(context, &PledgeResult::Refused(refused)).await,
        Kind::Hours => write(context, &HoursResult::Refused(refused)).await,
        Kind::Entry => write(context, &EntryResult::Refused(refused)).await,
    }
}

async fn write<T: OutputType>(context: &Context<'_>, value: &T) -> ServerResult<Value> {
    let selected = context.with_selection_set(&context.item.node.selection_set);
    value.resolve(&selected, context.item).await
}
