//! The closed lists of the catalogue as GraphQL enums, with the same words in, out, in lines and in files.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType, Positioned, ServerResult,
    Value,
};

use super::given::{Given, prose};
use super::meta::{self, Word};
use crate::domain::event::{
    Captured, Currency, DeliveryMode, Direction, Engagement, EventKind, Gain, InKindKind, MatchSource, OpeningLine,
    OrganisationKind, PaymentMethod, PledgeKind, ProjectKind, ReversalCode, Role, Scope, SubsidyJudgement,
};

macro_rules! words {
    ($Name:ident as $name:expr, $write:expr) => {
        impl OutputType for $Name {
            fn type_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn create_type_info(registry: &mut Registry) -> String {
                format!("{}!", <Self as Given>::input_type(registry))
            }

            async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
                Ok(InputType::to_value(self))
            }
        }

        impl InputType for $Name {
            type RawValueType = Self;

            fn type_name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn create_type_info(registry: &mut Registry) -> String {
                format!("{}!", <Self as Given>::input_type(registry))
            }

            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                let value = value.unwrap_or_default();
                <Self as Given>::read(&value).map_err(|_| InputValueError::expected_type(value))
            }

            fn to_value(&self) -> Value {
                let write: fn(Self) -> &'static str = $write;
                Value::Enum(Name::new(write(*self)))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }
        }
    };
}

macro_rules! enums {
    ($($(#[$doc:meta])* $Name:ident { $($variants:tt)+ })+) => {
        $(words!($Name as stringify!($Name), $Name::wire);)+
    };
}

crate::domain::catalogue_enums!(enums);
words!(EventKind as "EntryType", EventKind::name);

macro_rules! entry_types {
    (
        commanded { $(
            $(#[doc = $doc:literal])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*]
            { $($given:tt)* } asks { $($asks:tt)* } derives { $($derives:tt)* }
        )+ }
        announced { $(
            $(#[doc = $adoc:literal])* $Announced:ident = $atag:literal $aprefix:literal on [$($asubject:ident),*]
            { $($fields:tt)* }
        )+ }
    ) => {
        impl Given for EventKind {
            fn input_type(registry: &mut Registry) -> String {
                let words = vec![
                    $(Word { name: stringify!($Event), description: prose(&[$($doc),*]) },)+
                    $(Word { name: stringify!($Announced), description: prose(&[$($adoc),*]) },)+
                ];
                let description = "What an entry says, by its name in the catalogue and in the exported log.";
                meta::enumeration(registry, "EntryType", description, words)
            }

            fn read(value: &Value) -> Result<Self, super::given::Wrong> {
                let word = match value {
                    Value::Enum(word) => word.as_str(),
                    Value::String(word) => word.as_str(),
                    _ => "",
                };
                Self::from_name(word).ok_or_else(|| super::given::Wrong::new("Give the name of a type of entry."))
            }
        }
    };
}

crate::domain::catalogue_events!(entry_types);
