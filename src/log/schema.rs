//! The JSON Schema of each type of line, made from the catalogue: it travels with an export, so that a stranger can
//! read one.
//!
//! Invariant: every line of a type satisfies its schema, fields stand in the schema's order, and `schema/events/`
//! holds exactly what is made here (a test compares them).

use serde_json::{Value, json};

use super::json::Key;
use super::line::keys;
use super::value::{LineValue, object_schema};
use crate::domain::catalogue_events;
use crate::domain::event::{
    Captured, Currency, DeliveryMode, Direction, EVENT_VERSION, Engagement, EventKind, FundingShare, HourRate,
    InKindKind, Instalment, Interest, MatchSource, OpeningLine, OrganisationKind, PartnerShare, PaymentMethod,
    PlaceShare, PledgeKind, Premises, PriorityLink, ProjectKind, Publisher, ReversalCode, Role, Scope,
    SubsidyJudgement, Theme, UnitValue, Valuation, Winners,
};
use crate::domain::ids::{
    AgreementId, ApplicationId, ApprovalId, BatchId, ConditionId, ContractId, DeliveryId, EntryId, FundId, GrantId,
    HoursId, MatchId, MatchReceiptId, OrganisationId, OutcomeId, PaymentId, PledgeId, ProjectId, ProposalId,
    StrategyId, TargetId,
};
use crate::domain::money::Pence;
use crate::domain::quantity::{BasisPoints, Decimal, Digest};
use crate::domain::text::{Reference, Slug, Title, Words};
use crate::domain::time::{Day, FinancialYear, Month};

type Field = (&'static Key, &'static str, bool, Value);

macro_rules! row {
    ($name:ident, $doc:expr, $Type:ty) => {{
        const KEY: &Key = &Key::of(stringify!($name));
        (KEY, $doc, <$Type>::absent().is_none(), <$Type>::schema())
    }};
}

macro_rules! schema_events {
    (
        commanded { $(
            $(#[doc = $doc:literal])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*] {
                $($(#[doc = $gdoc:literal])* $given:ident: $Given:ty,)*
            } asks { $($asks:tt)* } derives { $($(#[doc = $ddoc:literal])* $derived:ident: $Derived:ty,)* }
        )+ }
        announced { $(
            $(#[doc = $adoc:literal])* $Announced:ident = $atag:literal $aprefix:literal on [$($asubject:ident),*] {
                $($(#[doc = $fdoc:literal])* $field:ident: $Field:ty,)*
            }
        )+ }
    ) => {
        /// What an event of this kind says, and its own fields.
        fn data_of(kind: EventKind) -> (&'static str, Vec<Field>) {
            match kind {
                $(EventKind::$Event => (concat!($($doc),*), vec![
                    $(row!($given, concat!($($gdoc),*), $Given),)* $(row!($derived, concat!($($ddoc),*), $Derived),)*
                ]),)+
                $(EventKind::$Announced => (concat!($($adoc),*), vec![
                    $(row!($field, concat!($($fdoc),*), $Field),)*
                ]),)+
            }
        }
    };
}

catalogue_events!(schema_events);

/// The JSON Schema of this kind's line, version 1, as pretty JSON that ends with a newline.
pub fn schema_of(kind: EventKind) -> String {
    let (about, data) = data_of(kind);
    let name = kind.name();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{name}.v{EVENT_VERSION}.json"),
        "title": name,
        "description": about.trim(),
    });
    if let (Some(schema), Value::Object(object)) = (schema.as_object_mut(), object_schema(envelope(kind, data))) {
        schema.extend(object);
    }
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

fn envelope(kind: EventKind, data: Vec<Field>) -> Vec<Field> {
    let instant = json!({ "type": "string", "pattern": r"^[0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z$" });
    let actor = object_schema(vec![
        (keys::NAME, "The name of a post or group.", true, Slug::schema()),
        (keys::ROLE, "The role it acted in.", true, Role::schema()),
    ]);
    let id = json!({ "type": "string", "pattern": format!("^{}_[0-9a-z]{{7,14}}$", kind.prefix()) });
    vec![
        (keys::POSITION, "Its place in the log, from 1, without gaps.", true, u32::schema()),
        (keys::ID, "Its id: prefix, position in base 32, check character.", true, id),
        (keys::TYPE, "The type.", true, json!({ "const": kind.name() })),
        (keys::VERSION, "The version of the type.", true, json!({ "const": EVENT_VERSION })),
        (keys::EFFECTIVE, "The day it happened.", true, Day::schema()),
        (keys::RECORDED_AT, "The instant its commit was appended, in UTC.", true, instant),
        (keys::COMMIT, "How many events of the commit follow this one; 0 ends it.", true, u32::schema()),
        (keys::ACTOR, "Who acted.", true, actor),
        (keys::KEY, "The command's idempotency key, on the commit's first event.", false, Reference::schema()),
        (keys::DIGEST, "The SHA-256 of the command's canonical content.", false, Digest::schema()),
        (keys::BATCH, "The import it came with.", false, BatchId::schema()),
        (keys::ILLUSTRATIVE, "The figure is illustrative: no document gives it.", false, bool::schema()),
        (keys::LATE, "The reason, where it changes a figure dated inside closed books.", false, Title::schema()),
        (keys::DATA, "The fields of the type.", true, object_schema(data)),
    ]
}
