//! Every command of the catalogue as a mutation: its arguments, and how they become the command.
//!
//! Invariant: made from the catalogue's rows, so that a command cannot be missing here, nor a field of it.

use async_graphql::Value;
use async_graphql::registry::Registry;

use super::given::{Fields, Wrong, input_field, prose, take};
use super::meta::{self, Input};
use crate::domain::command::{self, Command};
use crate::domain::event::{
    Captured, Currency, DeliveryMode, Direction, Engagement, EventKind, FundingShare, HourRate, InKindKind, Instalment,
    Interest, MatchSource, OpeningLine, OrganisationKind, PartnerShare, PaymentMethod, PlaceShare, PledgeKind,
    Premises, PriorityLink, ProjectKind, Publisher, ReversalCode, Scope, SubsidyJudgement, Theme, UnitValue, Valuation,
    Winners,
};
use crate::domain::ids::{
    AgreementId, ApplicationId, BatchId, ConditionId, ContractId, DeliveryId, EntryId, FundId, GrantId, HoursId,
    MatchId, MatchReceiptId, OrganisationId, OutcomeId, PaymentId, PledgeId, Position, ProjectId, ProposalId,
    StrategyId, TargetId,
};
use crate::domain::money::Pence;
use crate::domain::quantity::{BasisPoints, Decimal, Digest};
use crate::domain::text::{Reference, Slug, Title, Words};
use crate::domain::time::{Day, FinancialYear, Month};

/// A command as the schema shows it.
pub(crate) struct Shape {
    /// The catalogue's name of the command.
    pub(crate) command: &'static str,
    /// The kind of event that it leads to.
    pub(crate) event: EventKind,
    /// The names of the fields that hold what the command is about.
    pub(crate) subjects: &'static [&'static str],
    /// What happened when it is done, in the catalogue's words.
    pub(crate) description: String,
}

/// What the caller says about a command, whatever command it is.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// The caller's own key.
    pub(crate) key: Reference,
    /// What the caller expects of the thing.
    pub(crate) expected: Option<Position>,
    /// The day it happened.
    pub(crate) effective: Option<Day>,
    /// Why it changes figures inside closed books.
    pub(crate) late: Option<Title>,
    /// Whether its figure comes from no document.
    pub(crate) illustrative: bool,
    /// The entry that it replaces.
    pub(crate) corrects: Option<EntryId>,
    /// Why that entry is replaced.
    pub(crate) correction_note: Option<Title>,
}

macro_rules! about_fields {
    ($($(#[doc = $doc:literal])* $field:ident: $Type:ty = $name:literal,)+) => {
        fn about_inputs(registry: &mut Registry) -> Vec<Input> {
            vec![$(input_field::<$Type>(registry, $name, &[$($doc),*])),+]
        }

        /// Reads what the caller says about a command.
        pub(crate) fn read_about(fields: &Fields) -> Result<About, Wrong> {
            Ok(About { $($field: take::<$Type>(fields, $name)?,)+ })
        }
    };
}

about_fields! {
    /// Your own key for this request: send it again with the same content, and you get the first answer again and
    /// nothing is entered twice. At most 120 characters without spaces.
    key: Reference = "idempotency_key",
    /// The version of the thing that you looked at; refused if it changed since. `"0"`: it must not exist yet.
    expected: Option<Position> = "expected_version",
    /// The day it happened; today unless said.
    effective: Option<Day> = "effective",
    /// Why it comes late, where it changes figures inside closed books.
    late: Option<Title> = "late",
    /// Whether the figure is there to show how the ledger works, and comes from no document.
    illustrative: bool = "illustrative",
    /// The entry that this one replaces: it is reversed in the same commit, with the code EDIT.
    corrects: Option<EntryId> = "corrects",
    /// Why that entry is replaced.
    correction_note: Option<Title> = "correction_note",
}

macro_rules! command_inputs {
    (
        commanded { $(
            $(#[doc = $doc:literal])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*] {
                $($(#[doc = $gdoc:literal])* $given:ident: $Given:ty,)*
            } asks { $($(#[doc = $kdoc:literal])* $asked:ident: $Asked:ty,)* } derives { $($derives:tt)* }
        )+ }
        announced { $($announced:tt)* }
    ) => {
        /// Every command, in the order of the catalogue.
        pub(crate) fn shapes() -> Vec<Shape> {
            vec![$(Shape {
                command: stringify!($Command),
                event: EventKind::$Event,
                subjects: &[$(stringify!($subject)),*],
                description: prose(&[$($doc),*]),
            }),+]
        }

        /// Registers the input object of every command.
        pub(crate) fn register(registry: &mut Registry) {
            $(
                let mut fields = about_inputs(registry);
                $(fields.push(input_field::<$Given>(registry, stringify!($given), &[$($gdoc),*]));)*
                $(fields.push(input_field::<$Asked>(registry, stringify!($asked), &[$($kdoc),*]));)*
                let description = concat!("What `", stringify!($Command), "` is asked with; it leads to `", stringify!($Event), "`.");
                meta::input_object(registry, concat!(stringify!($Command), "Input"), description, fields);
            )+
        }

        /// Reads a command by its catalogue name.
        pub(crate) fn read(name: &str, fields: &Fields) -> Result<Command, Wrong> {
            match name {
                $(stringify!($Command) => Ok(Command::$Command(command::$Command {
                    $($given: take::<$Given>(fields, stringify!($given))?,)*
                    $($asked: take::<$Asked>(fields, stringify!($asked))?,)*
                })),)+
                _ => Err(Wrong::new("Ask for a command of the catalogue.")),
            }
        }
    };
}

crate::domain::catalogue_events!(command_inputs);

/// The fields of one `input`, or what is wrong with it.
pub(crate) fn fields(value: &Value) -> Result<&Fields, Wrong> {
    if let Value::Object(fields) = value { Ok(fields) } else { Err(Wrong::new("Give an object with its fields.")) }
}
