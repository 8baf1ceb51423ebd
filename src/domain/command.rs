//! Commands, made from the catalogue: what somebody asks for, and the circumstances of the asking.
//!
//! Invariant: a command carries every outside fact that a decision needs (the day, who asks, what was expected), so
//! that `decide` can be pure.

use super::event::{
    Actor, Captured, Currency, DeliveryMode, Direction, Engagement, FundingShare, HourRate, InKindKind, Instalment,
    Interest, MatchSource, OpeningLine, OrganisationKind, PartnerShare, PaymentMethod, PlaceShare, PledgeKind,
    Premises, PriorityLink, ProjectKind, Publisher, ReversalCode, Scope, SubsidyJudgement, Theme, UnitValue, Valuation,
    Winners,
};
use super::field::Field;
use super::ids::{
    AgreementId, ApplicationId, BatchId, ConditionId, ContractId, DeliveryId, EntryId, FundId, GrantId, HoursId,
    MatchId, MatchReceiptId, OrganisationId, OutcomeId, PaymentId, PledgeId, Position, ProjectId, ProposalId,
    StrategyId, TargetId,
};
use super::money::Pence;
use super::quantity::{BasisPoints, Decimal, Digest};
use super::refusal::RefusalCode;
use super::text::{Reference, Slug, Title, Words};
use super::time::{Day, FinancialYear, Month};

macro_rules! define_commands {
    (
        commanded { $(
            $(#[$doc:meta])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*] {
                $($(#[$gdoc:meta])* $given:ident: $Given:ty,)*
            } asks { $($(#[$kdoc:meta])* $asked:ident: $Asked:ty,)* } derives { $($derives:tt)* }
        )+ }
        announced { $($announced:tt)* }
    ) => {
        $(
            #[doc = concat!("Asks for `", stringify!($Event), "`:")]
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Command { $($(#[$gdoc])* pub $given: $Given,)* $($(#[$kdoc])* pub $asked: $Asked,)* }

            impl From<$Command> for Command {
                fn from(command: $Command) -> Self {
                    Self::$Command(command)
                }
            }
        )+

        $(
            impl $Command {
                const SUBJECTS: &[&str] = &[$(stringify!($subject)),*];

                fn subjects_into(&self, _out: &mut Vec<EntryId>) {
                    $(if Self::SUBJECTS.contains(&stringify!($given)) { self.$given.subjects_into(_out); })*
                }

                fn first_fault(&self) -> Option<Fault> {
                    $(if let Some((code, sentence)) = first_fault_of(&self.$given) {
                        return Some(Fault { field: camel_case(stringify!($given)), code, sentence });
                    })*
                    None
                }
            }
        )+

        /// What somebody asks for.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Command { $(#[doc = concat!("Asks for `", stringify!($Event), "`.")] $Command($Command),)+ }

        impl Command {
            /// The catalogue's name of every command.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($Command)),+];

            /// The catalogue's name of the command.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$Command(_) => stringify!($Command),)+ }
            }

            /// Where the things began that the command would change, as far as it names them itself.
            pub fn subjects(&self) -> Vec<Position> {
                let mut subjects = Vec::new();
                match self { $(Self::$Command(command) => command.subjects_into(&mut subjects),)+ }
                subjects.into_iter().map(|id: EntryId| id.position).collect()
            }

            /// The first field, in the catalogue's order, that is wrong on its own: too long, too large, a word out
            /// of its alphabet, or details that may not stand in a log that lasts for ever.
            pub fn first_fault(&self) -> Option<Fault> {
                match self { $(Self::$Command(command) => command.first_fault(),)+ }
            }
        }
    };
}

super::catalogue_events!(define_commands);

/// What is wrong with one field: its form, or else details that may not stand in the log.
fn first_fault_of(field: &impl Field) -> Option<(RefusalCode, String)> {
    let form = field.fault().map(|sentence| (RefusalCode::BadInput, sentence));
    form.or_else(|| field.private_detail().map(|sentence| (RefusalCode::PrivateDetails, sentence)))
}

/// A field that is wrong on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's wire name.
    pub field: String,
    /// The code of the refusal that follows.
    pub code: RefusalCode,
    /// What would be right.
    pub sentence: String,
}

/// The wire name of a field: `marketRent` for `market_rent`.
pub fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            out.push(c.to_ascii_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// What a caller expects of the thing that a command changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Its version: the position of the last event whose subject it is.
    Version(Position),
    /// That nothing carries the command's reference yet.
    MustNotExist,
    /// That this is the last position of the ledger: the first command of a commit says so whose further commands
    /// name what the commit itself begins.
    LedgerAt(Position),
}

/// The circumstances in which a command is asked for: every outside fact that the decision needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Who asks.
    pub actor: Actor,
    /// The day that it is, in the ledger's time zone.
    pub today: Day,
    /// The day that it happened.
    pub effective: Day,
    /// What the caller expects.
    pub expected: Option<Expected>,
    /// The reason, where it changes a figure dated inside closed books.
    pub late: Option<Title>,
    /// Whether the figure is illustrative.
    pub illustrative: bool,
    /// The import it comes with.
    pub batch: Option<BatchId>,
    /// The digest of the figures to be closed; the writer brings it for `CloseBooks`.
    pub figures: Option<Digest>,
}
