//! Scalars: how the units of the domain are written in GraphQL. What has 64 bits is written as a text, because the `Int`
//! of GraphQL has 32.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::domain::ids::Position;
use crate::domain::time::{Day, FinancialYear, Instant, Month};

/// The text or whole number that a value is.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display> + InputType>(value: &Value) -> InputValueResult<T> {
    let Value::String(text) = value else { return Err(InputValueError::expected_type(value.clone())) };
    text.parse().map_err(|error| InputValueError::custom(format!("{error}.")))
}

/// A calendar date, like `2012-05-01`, from 1900 to 2199.
#[Scalar(name = "Date")]
impl ScalarType for Day {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// A point in time in UTC with microseconds, like `2012-05-01T09:30:00.000000Z`.
#[Scalar(name = "DateTime")]
impl ScalarType for Instant {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// A calendar month, like `2012-05`.
#[Scalar(name = "Month")]
impl ScalarType for Month {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// A financial year, from 1 April to 31 March, like `2012-13`.
#[Scalar(name = "FinancialYear")]
impl ScalarType for FinancialYear {
    fn parse(value: Value) -> InputValueResult<Self> {
        read(&value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

/// A place in the log, from 1, without gaps: a whole number of 64 bits, written as a text like `"18233"`.
#[Scalar(name = "Position")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = written(&value).and_then(|text| text.parse().ok());
        number.map(Self).ok_or_else(|| InputValueError::custom("Write a position as a text, like \"18233\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An amount in pence: a whole number of 64 bits, written as a text like `"123456"` for £1,234.56.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PenceText(pub i64);

/// An amount in pence: a whole number of 64 bits, written as a text like `"123456"` for £1,234.56.
#[Scalar(name = "Pence")]
impl ScalarType for PenceText {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = written(&value).and_then(|text| text.parse().ok());
        number.map(Self).ok_or_else(|| InputValueError::custom("Write pence as a text, like \"123456\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A length of time in minutes: a whole number of 64 bits, written as a text like `"10535"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minutes(pub i64);

/// A length of time in minutes: a whole number of 64 bits, written as a text like `"10535"`.
#[Scalar(name = "Minutes")]
impl ScalarType for Minutes {
    fn parse(value: Value) -> InputValueResult<Self> {
        let number = written(&value).and_then(|text| text.parse().ok());
        number.map(Self).ok_or_else(|| InputValueError::custom("Write minutes as a text, like \"90\"."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
