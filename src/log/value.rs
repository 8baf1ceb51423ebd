//! How each type of field stands in a line: written, read back, and described.
//!
//! Invariant: what is written reads back as the same value, and as nothing else. An empty list, `false` and an absent
//! value are left out of the line. A new type of field gets its line form here and its stored form in `codec.rs`.

use serde_json::{Map, Value, json};

use super::json::{Cursor, Fault, Fields, Key, push_day, push_key, push_number, push_pence, push_text};
use crate::domain::event::{Gain, Priority, WinnerSplit};
use crate::domain::field::LIST_MAX;
use crate::domain::ids::{EntryId, FundId, OrganisationId, StrategyId, ThingId};
use crate::domain::money::Pence;
use crate::domain::quantity::{BasisPoints, Decimal, Digest};
use crate::domain::text::{PersonId, REFERENCE_MAX, Reference, SLUG_MAX, Slug, Text, Title};
use crate::domain::time::{Day, FinancialYear, Month};
use crate::domain::{catalogue_enums, catalogue_records};

/// A value that can stand in a line.
pub trait LineValue: Sized {
    /// Writes it.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads it.
    ///
    /// # Errors
    /// A fault that says how such a value is written.
    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault>;

    /// Its JSON Schema.
    fn schema() -> Value;

    /// Whether it is left out of the line.
    fn is_absent(&self) -> bool {
        false
    }

    /// What it is when it is left out; `None` where it must not be.
    fn absent() -> Option<Self> {
        None
    }
}

/// Writes a field, or nothing where it is absent.
pub(crate) fn write_field<T: LineValue>(out: &mut Vec<u8>, key: &Key, value: &T) {
    if !value.is_absent() {
        push_key(out, key);
        value.write(out);
    }
}

/// Reads a field, or what it is when it is left out.
pub(crate) fn parse_field<T: LineValue>(fields: &mut Fields<'_, '_>, key: &Key) -> Result<T, Fault> {
    let missing = || Fault::new("this field is missing or out of order").within(key.name());
    fields.next(key, T::parse)?.or_else(T::absent).ok_or_else(missing)
}

/// The JSON Schema of an object: its fields in their order, those that must be there, and no others.
pub(crate) fn object_schema(fields: Vec<(&Key, &str, bool, Value)>) -> Value {
    let required: Vec<&str> =
        fields.iter().filter(|(_, _, required, _)| *required).map(|(key, ..)| key.name()).collect();
    let required = json!(required);
    let properties: Map<String, Value> =
        fields.into_iter().map(|(key, about, _, schema)| (key.name().to_owned(), described(about, schema))).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn described(about: &str, mut schema: Value) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.shift_insert(0, "description".into(), about.trim().into());
    }
    schema
}

macro_rules! enum_values {
    ($($(#[$doc:meta])* $Name:ident { $($variants:tt)+ })+) => { $(
        impl LineValue for crate::domain::event::$Name {
            fn write(&self, out: &mut Vec<u8>) {
                push_text(out, self.wire());
            }

            fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
                let wire = cursor.text()?;
                let words = || Self::ALL.iter().map(|word| word.wire()).collect::<Vec<_>>().join(", ");
                Self::from_wire(&wire).ok_or_else(|| Fault::new(format!("{wire} is none of {}", words())))
            }

            fn schema() -> Value {
                json!({ "enum": Self::ALL.iter().map(|word| word.wire()).collect::<Vec<_>>() })
            }
        }
    )+ };
}

macro_rules! record_values {
    ($($(#[doc = $doc:literal])* $Name:ident { $($(#[doc = $fdoc:literal])* $field:ident: $Type:ty,)+ })+) => { $(
        impl LineValue for crate::domain::event::$Name {
            fn write(&self, out: &mut Vec<u8>) {
                out.push(b'{');
                $({ const KEY: &Key = &Key::of(stringify!($field)); write_field(out, KEY, &self.$field); })+
                out.push(b'}');
            }

            fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
                let mut fields = cursor.object()?;
                let record = Self {
                    $($field: { const KEY: &Key = &Key::of(stringify!($field)); parse_field(&mut fields, KEY)? },)+
                };
                fields.finish()?;
                Ok(record)
            }

            fn schema() -> Value {
                object_schema(vec![$({
                    const KEY: &Key = &Key::of(stringify!($field));
                    (KEY, concat!($($fdoc),*), <$Type>::absent().is_none(), <$Type>::schema())
                }),+])
            }
        }
    )+ };
}

catalogue_enums!(enum_values);
catalogue_records!(record_values);

/// Values that are written in quotes, as they display, and are checked by their own `FromStr`.
macro_rules! quoted_values {
    ($([$($generic:tt)*] $Type:ty, |$value:ident, $out:ident| $write:expr, $schema:expr;)+) => { $(
        impl<$($generic)*> LineValue for $Type {
            fn write(&self, $out: &mut Vec<u8>) {
                let $value = self;
                $write;
            }

            fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
                cursor.text()?.parse().map_err(|error| Fault::new(format!("{error}")))
            }

            fn schema() -> Value {
                $schema
            }
        }
    )+ };
}

/// Words that stand in quotes and are held to the same limits that a command's field is, but for what only a person
/// could have meant: a line that was accepted once stays readable whatever is refused later.
macro_rules! text_values {
    ($([$($generic:tt)*] $Type:ty, $schema:expr;)+) => { $(
        impl<$($generic)*> LineValue for $Type {
            fn write(&self, out: &mut Vec<u8>) {
                push_text(out, self.as_str());
            }

            fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
                let text = Self::from(cursor.text()?);
                text.fault().map_or(Ok(text), |sentence| Err(Fault::new(sentence)))
            }

            fn schema() -> Value {
                $schema
            }
        }
    )+ };
}

fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// Writes between quotes.
fn quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

fn quote_display(out: &mut Vec<u8>, value: &impl ToString) {
    quoted(out, |out| out.extend_from_slice(value.to_string().as_bytes()));
}

quoted_values! {
    [] Pence, |value, out| push_pence(out, value.0), pattern(r"^-?[0-9]+\.[0-9]{2}$");
    [] Day, |value, out| quoted(out, |out| push_day(out, i64::from(value.0))),
        json!({ "type": "string", "format": "date" });
    [] Month, |value, out| quote_display(out, value), pattern("^[0-9]{4}-[0-9]{2}$");
    [] FinancialYear, |value, out| quote_display(out, value), pattern("^[0-9]{4}-[0-9]{2}$");
    [] Decimal, |value, out| quote_display(out, value), pattern(r"^-?[0-9]+(\.[0-9]{1,6})?$");
    [] Digest, |value, out| quote_display(out, value), pattern("^[0-9a-f]{64}$");
    [] EntryId, |value, out| quoted(out, |out| value.write_into(out)), pattern("^[a-z]{2}_[0-9a-z]{7,14}$");
    [Id: ThingId] Id, |value, out| quoted(out, |out| id_of(*value).write_into(out)),
        pattern(&format!("^{}_[0-9a-z]{{7,14}}$", Id::KIND.prefix()));
}

text_values! {
    [const MAX: usize] Text<MAX>, json!({ "type": "string", "minLength": 1, "maxLength": MAX });
    [] Reference, json!({ "type": "string", "pattern": r"^\S+$", "maxLength": REFERENCE_MAX });
    [] Slug, json!({ "type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": SLUG_MAX });
    [] PersonId, pattern("^pe_[0-9A-Za-z]{4,40}$");
}

fn id_of<Id: ThingId>(id: Id) -> EntryId {
    EntryId { kind: Id::KIND, position: id.position() }
}

impl LineValue for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        push_number(out, u64::from(*self));
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        Self::try_from(cursor.number()?).map_err(|_| Fault::new("a whole number is at most 4294967295"))
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })
    }
}

impl LineValue for BasisPoints {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        let points = Self(u32::parse(cursor)?);
        if points > Self::WHOLE { Err(Fault::new("basis points are at most 10000")) } else { Ok(points) }
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0, "maximum": Self::WHOLE.0 })
    }
}

impl LineValue for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"true");
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        if cursor.skip(b"true") { Ok(true) } else { Err(Fault::new("this is true, or left out")) }
    }

    fn schema() -> Value {
        json!({ "const": true })
    }

    fn is_absent(&self) -> bool {
        !self
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl<T: LineValue> LineValue for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        T::parse(cursor).map(Some)
    }

    fn schema() -> Value {
        T::schema()
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: LineValue> LineValue for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            item.write(out);
        }
        out.push(b']');
    }

    fn parse(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        if !cursor.skip(b"[") {
            return Err(Fault::new("a list in square brackets is wanted here"));
        }
        let mut items = Self::new();
        while items.is_empty() || cursor.skip(b",") {
            if items.len() == LIST_MAX {
                return Err(Fault::new(format!("a list has at most {LIST_MAX} items")));
            }
            items.push(T::parse(cursor)?);
        }
        let end = Fault::new("a list ends with a square bracket");
        if cursor.skip(b"]") { Ok(items) } else { Err(end) }
    }

    fn schema() -> Value {
        json!({ "type": "array", "minItems": 1, "maxItems": LIST_MAX, "items": T::schema() })
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}
