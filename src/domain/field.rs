//! What every field of a command is checked for on its own, before any rule looks at it.
//!
//! Invariant: a value that passes fits every limit of the log, whatever the rules make of it.

use super::event::{
    Captured, Currency, DeliveryMode, Direction, Engagement, FundingShare, Gain, HourRate, InKindKind, Instalment,
    Interest, MatchSource, OpeningLine, OrganisationKind, PartnerShare, PaymentMethod, PlaceShare, PledgeKind,
    Premises, Priority, PriorityLink, ProjectKind, Publisher, ReversalCode, Role, Scope, SubsidyJudgement, Theme,
    UnitValue, Valuation, WinnerSplit, Winners,
};
use super::ids::{EntryId, ThingId};
use super::money::{LARGEST_AMOUNT, Pence};
use super::privacy;
use super::quantity::{BasisPoints, Decimal, Digest};
use super::text::{PersonId, Reference, Slug, Text};
use super::time::{Day, FIRST_DAY, FinancialYear, LAST_DAY, Month};

/// The most items of a list in a command.
pub const LIST_MAX: usize = 10_000;

/// What a field of a command or event can be asked.
pub(crate) trait Field {
    /// What is wrong with the value on its own, as a sentence that says what would be right.
    fn fault(&self) -> Option<String> {
        None
    }

    /// What in the value may not stand in a log that lasts for ever, as a sentence that never repeats it.
    fn private_detail(&self) -> Option<String> {
        None
    }

    /// Adds the places where the things began that the field names, if it names any.
    fn subjects_into(&self, _out: &mut Vec<EntryId>) {}
}

macro_rules! faultless {
    ($($Type:ty),+ $(,)?) => { $(impl Field for $Type {})+ };
}

macro_rules! enum_fields {
    ($($(#[$doc:meta])* $Name:ident { $($variants:tt)+ })+) => { faultless!($($Name),+); };
}

/// The first fault of a record's fields, with the wire name of the field that has it.
fn first_of<const FIELDS: usize>(faults: [(&str, Option<String>); FIELDS]) -> Option<String> {
    let (field, sentence) = faults.into_iter().find_map(|(field, fault)| Some((field, fault?)))?;
    Some(format!("{} ({})", sentence, super::command::camel_case(field)))
}

macro_rules! record_fields {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$fdoc:meta])* $field:ident: $Type:ty,)+ })+) => { $(
        impl Field for $Name {
            fn fault(&self) -> Option<String> {
                first_of([$((stringify!($field), self.$field.fault())),+])
            }

            fn private_detail(&self) -> Option<String> {
                first_of([$((stringify!($field), self.$field.private_detail())),+])
            }

            fn subjects_into(&self, out: &mut Vec<EntryId>) {
                $(self.$field.subjects_into(out);)+
            }
        }
    )+ };
}

super::catalogue_enums!(enum_fields);
super::catalogue_records!(record_fields);
faultless!(bool, u32, Digest, Decimal, Month);

impl Field for Pence {
    fn fault(&self) -> Option<String> {
        let size = self.0.unsigned_abs();
        (size > LARGEST_AMOUNT.0.unsigned_abs())
            .then(|| format!("Enter an amount of at most {}.", LARGEST_AMOUNT.display()))
    }
}

impl Field for BasisPoints {
    fn fault(&self) -> Option<String> {
        (*self > Self::WHOLE).then(|| "Enter basis points from 0 to 10000, where 10000 is the whole.".into())
    }
}

impl Field for Day {
    fn fault(&self) -> Option<String> {
        (*self < FIRST_DAY || *self > LAST_DAY).then(|| "Enter a date between 1900 and 2199.".into())
    }
}

impl Field for FinancialYear {
    fn fault(&self) -> Option<String> {
        (!(1900..2199).contains(&self.0)).then(|| "Enter a financial year like 2012-13.".into())
    }
}

impl<const MAX: usize> Field for Text<MAX> {
    fn fault(&self) -> Option<String> {
        Self::fault(self)
    }

    fn private_detail(&self) -> Option<String> {
        privacy::private_detail(self.as_str())
    }
}

impl Field for Reference {
    fn fault(&self) -> Option<String> {
        Self::fault(self)
    }

    fn private_detail(&self) -> Option<String> {
        privacy::private_detail(self.as_str())
    }
}

impl Field for Slug {
    fn fault(&self) -> Option<String> {
        Self::fault(self)
    }

    fn private_detail(&self) -> Option<String> {
        privacy::private_detail(self.as_str())
    }
}

impl Field for PersonId {
    fn fault(&self) -> Option<String> {
        Self::fault(self)
    }
}

impl<Id: ThingId> Field for Id {
    fn subjects_into(&self, out: &mut Vec<EntryId>) {
        out.push(EntryId { kind: Id::KIND, position: self.position() });
    }
}

impl Field for EntryId {
    fn subjects_into(&self, out: &mut Vec<EntryId>) {
        out.push(*self);
    }
}

impl<F: Field> Field for Option<F> {
    fn fault(&self) -> Option<String> {
        self.as_ref().and_then(Field::fault)
    }

    fn private_detail(&self) -> Option<String> {
        self.as_ref().and_then(Field::private_detail)
    }

    fn subjects_into(&self, out: &mut Vec<EntryId>) {
        if let Some(field) = self {
            field.subjects_into(out);
        }
    }
}

impl<F: Field> Field for Vec<F> {
    fn fault(&self) -> Option<String> {
        if self.len() > LIST_MAX {
            return Some(format!("Give at most {LIST_MAX} at once; there are {}.", self.len()));
        }
        self.iter().find_map(Field::fault)
    }

    fn private_detail(&self) -> Option<String> {
        self.iter().find_map(Field::private_detail)
    }

    fn subjects_into(&self, out: &mut Vec<EntryId>) {
        for field in self {
            field.subjects_into(out);
        }
    }
}
