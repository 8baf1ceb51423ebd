//! How each type of the domain is given in GraphQL: its input type, and how a value of it is read.
//!
//! Invariant: a value that cannot be read is a refusal that names the field (`BAD_INPUT`), as every rule's is; only what
//! does not even fit the schema is a GraphQL error.

use std::str::FromStr;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::Registry;
use async_graphql::{Name, Value};

use super::meta::{self, Input, Word};
use crate::domain::command::camel_case;
use crate::domain::event::{
    Captured, Currency, DeliveryMode, Direction, Engagement, FundingShare, Gain, HourRate, InKindKind, Instalment,
    Interest, MatchSource, OpeningLine, OrganisationKind, PartnerShare, PaymentMethod, PlaceShare, PledgeKind,
    Premises, Priority, PriorityLink, ProjectKind, Publisher, ReversalCode, Role, Scope, SubsidyJudgement, Theme,
    UnitValue, Valuation, WinnerSplit, Winners,
};
use crate::domain::ids::{
    AgreementId, ApplicationId, BatchId, ConditionId, ContractId, DeliveryId, EntryId, FundId, GrantId, HoursId,
    MatchId, MatchReceiptId, OrganisationId, OutcomeId, PaymentId, PledgeId, Position, ProjectId, ProposalId,
    StrategyId, TargetId,
};
use crate::domain::money::Pence;
use crate::domain::quantity::{BasisPoints, Decimal, Digest};
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::text::{PersonId, Reference, Slug, Text, Title};
use crate::domain::time::{Day, FinancialYear, Month};

/// The fields of an input object as they were given.
pub(crate) type Fields = IndexMap<Name, Value>;

/// A value that cannot be read: where, and what would be right.
#[derive(Debug)]
pub(crate) struct Wrong {
    path: String,
    sentence: String,
}

impl Wrong {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self { path: String::new(), sentence: sentence.into() }
    }

    /// The same, inside a field or row.
    fn inside(mut self, name: &str) -> Self {
        self.path = if self.path.is_empty() { name.to_owned() } else { format!("{name}.{}", self.path) };
        self
    }
}

impl From<Wrong> for Refusal {
    fn from(wrong: Wrong) -> Self {
        Self::of(RefusalCode::BadInput, &wrong.path, wrong.sentence)
    }
}

/// How a type is given.
pub(crate) trait Given: Sized {
    /// Registers the input type and answers its name, without `!`.
    fn input_type(registry: &mut Registry) -> String;

    /// Reads a value that is not null.
    fn read(value: &Value) -> Result<Self, Wrong>;

    /// What it is where nothing is given; `None` where something must be.
    fn absent() -> Option<Self> {
        None
    }
}

/// The input field that a type is given by.
pub(crate) fn input_field<T: Given>(registry: &mut Registry, name: &str, docs: &[&str]) -> Input {
    let ty = T::input_type(registry);
    let ty = if T::absent().is_some() { ty } else { format!("{ty}!") };
    Input { name: camel_case(name), description: prose(docs), ty, default: None }
}

/// The lines of a doc comment as one text.
pub(crate) fn prose(docs: &[&str]) -> String {
    docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// Reads one field of an input object.
pub(crate) fn take<T: Given>(fields: &Fields, name: &str) -> Result<T, Wrong> {
    let name = camel_case(name);
    match fields.get(name.as_str()) {
        None | Some(Value::Null) => T::absent().ok_or_else(|| Wrong::new("Give a value.").inside(&name)),
        Some(value) => T::read(value).map_err(|wrong| wrong.inside(&name)),
    }
}

impl<T: Given> Given for Option<T> {
    fn input_type(registry: &mut Registry) -> String {
        T::input_type(registry)
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        T::read(value).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Given> Given for Vec<T> {
    fn input_type(registry: &mut Registry) -> String {
        format!("[{}!]", T::input_type(registry))
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        match value {
            Value::List(values) => {
                let read =
                    |(row, value): (usize, &Value)| T::read(value).map_err(|wrong| wrong.inside(&row.to_string()));
                values.iter().enumerate().map(read).collect()
            }
            one => T::read(one).map(|one| vec![one]),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl Given for bool {
    fn input_type(_: &mut Registry) -> String {
        "Boolean".into()
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        if let Value::Boolean(given) = value { Ok(*given) } else { Err(Wrong::new("Give true or false.")) }
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl Given for u32 {
    fn input_type(_: &mut Registry) -> String {
        "Int".into()
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        let Value::Number(number) = value else { return Err(Wrong::new("Give a whole number.")) };
        let number = number.as_u64().and_then(|number| Self::try_from(number).ok());
        number.ok_or_else(|| Wrong::new("Give a whole number from 0 to 2147483647."))
    }
}

impl Given for BasisPoints {
    fn input_type(_: &mut Registry) -> String {
        "Int".into()
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        u32::read(value).map(Self)
    }
}

fn text(value: &Value) -> Result<&str, Wrong> {
    if let Value::String(text) = value { Ok(text) } else { Err(Wrong::new("Give a text in quotation marks.")) }
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(value: &Value) -> Result<T, Wrong> {
    text(value)?.parse().map_err(|error: T::Err| Wrong::new(sentence(&error.to_string())))
}

/// A fragment as a sentence: capital first, full stop last.
fn sentence(fragment: &str) -> String {
    let mut rest = fragment.chars();
    rest.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), rest.as_str()))
}

macro_rules! given_texts {
    ($($Type:ty),+ $(,)?) => { $(
        impl Given for $Type {
            fn input_type(_: &mut Registry) -> String {
                "String".into()
            }

            fn read(value: &Value) -> Result<Self, Wrong> {
                text(value).map(Self::from)
            }
        }
    )+ };
}

macro_rules! given_parsed {
    ($($Type:ty = $scalar:literal, $description:literal;)+) => { $(
        impl Given for $Type {
            fn input_type(registry: &mut Registry) -> String {
                meta::scalar(registry, $scalar, $description)
            }

            fn read(value: &Value) -> Result<Self, Wrong> {
                parsed(value)
            }
        }
    )+ };
}

macro_rules! given_ids {
    ($($Type:ty),+ $(,)?) => { $(
        impl Given for $Type {
            fn input_type(_: &mut Registry) -> String {
                "ID".into()
            }

            fn read(value: &Value) -> Result<Self, Wrong> {
                parsed(value)
            }
        }
    )+ };
}

impl<const MAX: usize> Given for Text<MAX> {
    fn input_type(_: &mut Registry) -> String {
        "String".into()
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        text(value).map(Self::from)
    }
}

impl Given for Position {
    fn input_type(registry: &mut Registry) -> String {
        <Self as async_graphql::InputType>::create_type_info(registry).trim_end_matches('!').to_owned()
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        <Self as async_graphql::ScalarType>::parse(value.clone())
            .map_err(|_| Wrong::new("Give a position as a text, like \"18233\"."))
    }
}

given_texts!(Reference, Slug, PersonId);
given_ids!(
    AgreementId,
    ApplicationId,
    BatchId,
    ConditionId,
    ContractId,
    DeliveryId,
    EntryId,
    FundId,
    GrantId,
    HoursId,
    MatchId,
    MatchReceiptId,
    OrganisationId,
    OutcomeId,
    PaymentId,
    PledgeId,
    ProjectId,
    ProposalId,
    StrategyId,
    TargetId,
);
given_parsed! {
    Pence = "Amount", "An amount in pounds, as a text with no decimal places or two, like `\"1234.56\"`.";
    Day = "Date", "A calendar date, like `2012-05-01`, from 1900 to 2199.";
    Month = "Month", "A calendar month, like `2012-05`.";
    FinancialYear = "FinancialYear", "A financial year, from 1 April to 31 March, like `2012-13`.";
    Decimal = "Decimal", "An exact decimal number of at most 6 places, as a text like `\"56.8\"`.";
    Digest = "Digest", "A SHA-256 digest, as 64 lower-case hexadecimal digits.";
}

macro_rules! given_enums {
    ($($(#[doc = $doc:literal])* $Name:ident {
        $($(#[doc = $vdoc:literal])* $Variant:ident = $tag:literal $wire:literal,)+
    })+) => { $(
        impl Given for $Name {
            fn input_type(registry: &mut Registry) -> String {
                let words = vec![$(Word { name: $wire, description: prose(&[$($vdoc),*]) }),+];
                meta::enumeration(registry, stringify!($Name), &prose(&[$($doc),*]), words)
            }

            fn read(value: &Value) -> Result<Self, Wrong> {
                let word = match value {
                    Value::Enum(word) => word.as_str(),
                    Value::String(word) => word.as_str(),
                    _ => "",
                };
                Self::from_wire(word).ok_or_else(|| Wrong::new(concat!("Give one of:", $(" ", $wire),+, ".")))
            }
        }
    )+ };
}

macro_rules! given_records {
    ($($(#[doc = $doc:literal])* $Name:ident {
        $($(#[doc = $fdoc:literal])* $field:ident: $Type:ty,)+
    })+) => { $(
        impl Given for $Name {
            fn input_type(registry: &mut Registry) -> String {
                let fields = vec![$(input_field::<$Type>(registry, stringify!($field), &[$($fdoc),*])),+];
                meta::input_object(registry, concat!(stringify!($Name), "Input"), &prose(&[$($doc),*]), fields)
            }

            fn read(value: &Value) -> Result<Self, Wrong> {
                let Value::Object(fields) = value else { return Err(Wrong::new("Give an object with its fields.")) };
                Ok(Self { $($field: take::<$Type>(fields, stringify!($field))?,)+ })
            }
        }
    )+ };
}

crate::domain::catalogue_enums!(given_enums);
crate::domain::catalogue_records!(given_records);
