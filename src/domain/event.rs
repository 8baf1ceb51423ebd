//! Events, made from the catalogue, and the entry that carries one.
//!
//! Invariant: an event says what happened, in full; whoever folds it needs no clock and no other source.

use super::field::Field;
use super::ids::{
    AgreementId, ApplicationId, ApprovalId, BatchId, ConditionId, ContractId, DeliveryId, EntryId, FundId, GrantId,
    HoursId, MatchId, MatchReceiptId, OrganisationId, OutcomeId, PaymentId, PledgeId, Position, ProjectId, ProposalId,
    StrategyId, TargetId,
};
use super::money::Pence;
use super::quantity::{BasisPoints, Decimal, Digest};
use super::text::{PersonId, Reference, Slug, Title, Words};
use super::time::{Day, FinancialYear, Instant, Month};

macro_rules! define_enums {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$vdoc:meta])* $Variant:ident = $tag:literal $wire:literal,)+ })+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name { $($(#[$vdoc])* $Variant,)+ }

        impl $Name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The word as it is written in lines, schema and files.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$Variant => $wire,)+ }
            }

            /// The number that is stored for the word.
            pub fn tag(self) -> u32 {
                match self { $(Self::$Variant => $tag,)+ }
            }

            /// The word with this wire name.
            pub fn from_wire(wire: &str) -> Option<Self> {
                match wire { $($wire => Some(Self::$Variant),)+ _ => None }
            }

            /// The word with this stored number.
            pub fn from_tag(tag: u32) -> Option<Self> {
                match tag { $($tag => Some(Self::$Variant),)+ _ => None }
            }
        }
    )+ };
}

macro_rules! define_records {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$fdoc:meta])* $field:ident: $Type:ty,)+ })+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name { $($(#[$fdoc])* pub $field: $Type,)+ }
    )+ };
}

macro_rules! define_events {
    (
        commanded { $(
            $(#[$doc:meta])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*] {
                $($(#[$gdoc:meta])* $given:ident: $Given:ty,)*
            } asks { $($asks:tt)* } derives { $($(#[$ddoc:meta])* $derived:ident: $Derived:ty,)* }
        )+ }
        announced { $(
            $(#[$adoc:meta])* $Announced:ident = $atag:literal $aprefix:literal on [$($asubject:ident),*] {
                $($(#[$fdoc:meta])* $field:ident: $Field:ty,)*
            }
        )+ }
    ) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Event { $($(#[$gdoc])* pub $given: $Given,)* $($(#[$ddoc])* pub $derived: $Derived,)* }

            impl $Event {
                /// The things that this event is about, besides itself.
                fn subjects_into(&self, _out: &mut Vec<EntryId>) {
                    $(self.$subject.subjects_into(_out);)*
                }

                /// Everything that this event names.
                fn references_into(&self, _out: &mut Vec<EntryId>) {
                    $(self.$given.subjects_into(_out);)*
                    $(self.$derived.subjects_into(_out);)*
                }
            }
        )+
        $(
            $(#[$adoc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Announced { $($(#[$fdoc])* pub $field: $Field,)* }

            impl $Announced {
                fn subjects_into(&self, _out: &mut Vec<EntryId>) {
                    $(self.$asubject.subjects_into(_out);)*
                }

                fn references_into(&self, _out: &mut Vec<EntryId>) {
                    $(self.$field.subjects_into(_out);)*
                }
            }
        )+

        /// What happened.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Event { $($(#[$doc])* $Event($Event),)+ $($(#[$adoc])* $Announced($Announced),)+ }

        /// What kind of thing happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventKind { $($(#[$doc])* $Event,)+ $($(#[$adoc])* $Announced,)+ }

        impl EventKind {
            /// Every kind, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$Event,)+ $(Self::$Announced,)+];

            /// The catalogue's name of the kind.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Event => stringify!($Event),)+ $(Self::$Announced => stringify!($Announced),)+ }
            }

            /// The number that is stored for the kind.
            pub fn tag(self) -> u32 {
                match self { $(Self::$Event => $tag,)+ $(Self::$Announced => $atag,)+ }
            }

            /// The prefix of the ids of such entries.
            pub fn prefix(self) -> &'static str {
                match self { $(Self::$Event => $prefix,)+ $(Self::$Announced => $aprefix,)+ }
            }

            /// The kind with this catalogue name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($Event) => Some(Self::$Event),)+
                    $(stringify!($Announced) => Some(Self::$Announced),)+
                    _ => None,
                }
            }

            /// The kind with this stored number.
            pub fn from_tag(tag: u32) -> Option<Self> {
                match tag { $($tag => Some(Self::$Event),)+ $($atag => Some(Self::$Announced),)+ _ => None }
            }

            /// The kind with this id prefix.
            pub fn from_prefix(prefix: &str) -> Option<Self> {
                match prefix { $($prefix => Some(Self::$Event),)+ $($aprefix => Some(Self::$Announced),)+ _ => None }
            }
        }

        impl Event {
            /// Its kind.
            pub fn kind(&self) -> EventKind {
                match self {
                    $(Self::$Event(_) => EventKind::$Event,)+
                    $(Self::$Announced(_) => EventKind::$Announced,)+
                }
            }

            /// Where the things began that this event is about; its own position is not among them.
            pub fn subjects(&self) -> Vec<Position> {
                let mut subjects = Vec::new();
                match self {
                    $(Self::$Event(event) => event.subjects_into(&mut subjects),)+
                    $(Self::$Announced(event) => event.subjects_into(&mut subjects),)+
                }
                subjects.into_iter().map(|id: EntryId| id.position).collect()
            }

            /// What this event names anywhere: it rests on it.
            pub fn references(&self) -> Vec<EntryId> {
                let mut references = Vec::new();
                match self {
                    $(Self::$Event(event) => event.references_into(&mut references),)+
                    $(Self::$Announced(event) => event.references_into(&mut references),)+
                }
                references
            }
        }

        $(
            impl From<$Event> for Event {
                fn from(event: $Event) -> Self {
                    Self::$Event(event)
                }
            }
        )+
        $(
            impl From<$Announced> for Event {
                fn from(event: $Announced) -> Self {
                    Self::$Announced(event)
                }
            }
        )+
    };
}

super::catalogue_enums!(define_enums);
super::catalogue_records!(define_records);
super::catalogue_events!(define_events);

/// The version of every event of this release's catalogue.
pub const EVENT_VERSION: u32 = 1;

/// Who acted: the public name of an access key (or, until there are keys, of a local user), and the role it used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    /// The name: a post or a group, never a person's.
    pub name: Slug,
    /// The role.
    pub role: Role,
}

/// The idempotency key of a command and the digest of its canonical content. It stands on the first event of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandKey {
    /// The actor's own key.
    pub key: Reference,
    /// The SHA-256 of the command's canonical content.
    pub digest: Digest,
}

/// One event with all that is known of it: a line of the log, and what a person reads as an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log.
    pub position: Position,
    /// The day it happened.
    pub effective: Day,
    /// The instant its commit was appended: one for the whole commit, later than the one before.
    pub recorded_at: Instant,
    /// How many events of the commit follow this one; 0 ends the commit.
    pub commit: u32,
    /// Who acted.
    pub actor: Actor,
    /// The command's key, on the first event of its commit.
    pub key: Option<CommandKey>,
    /// The import it came with.
    pub batch: Option<BatchId>,
    /// The reason, where it changes a figure dated inside closed books.
    pub late: Option<Title>,
    /// Whether its figure is illustrative: not from a document, but there to show how the ledger works.
    pub illustrative: bool,
    /// What happened.
    pub event: Event,
}

impl Entry {
    /// The entry's id.
    pub fn id(&self) -> EntryId {
        EntryId { kind: self.event.kind(), position: self.position }
    }
}
