//! Values and events as stored bytes: bincode 2 with its own traits, in one fixed configuration.
//!
//! Invariant: the bytes of a released version never change (golden files hold them), nothing longer than [`EVENT_MAX`]
//! is stored, and damaged bytes give a fault, never a panic or a wrong value of unbounded size. bincode is not
//! maintained any more: it is known to this file alone, behind a version an event and a format byte a chunk. The
//! long-term form of the log is its exported lines (`line.rs`).

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bincode::de::Decoder;
use bincode::enc::Encoder;
use bincode::enc::write::Writer;
use bincode::error::{DecodeError, EncodeError};
use bincode::{Decode, Encode};

use crate::domain::event::{Actor, CommandKey, EVENT_VERSION, Event, EventKind};
use crate::domain::ids::{
    AgreementId, ApplicationId, ApprovalId, BatchId, ConditionId, ContractId, DeliveryId, EntryId, FundId, GrantId,
    HoursId, MatchId, MatchReceiptId, OrganisationId, OutcomeId, PaymentId, PledgeId, Position, ProjectId, ProposalId,
    RateCardId, StrategyId, TargetId,
};
use crate::domain::money::Pence;
use crate::domain::quantity::{BasisPoints, DECIMAL_PLACES, Decimal, Digest};
use crate::domain::text::{PersonId, Reference, Slug, Text};
use crate::domain::time::{Day, FIRST_DAY, FinancialYear, Instant, LAST_DAY, Month};
use crate::domain::{catalogue_enums, catalogue_events, catalogue_records};

/// The most bytes that one event may take in the log: 60,000. A list of 10,000 ids fits.
pub const EVENT_MAX: usize = 60_000;

/// Little-endian, numbers in one to nine bytes. The limit is on what decoding may claim in memory: a list of 10,000
/// records fits, a length that damage made up does not.
type Config = Configuration<LittleEndian, Varint, Limit<CLAIM_MAX>>;
const CLAIM_MAX: usize = 4 << 20;
const CONFIG: Config = bincode::config::standard().with_limit::<CLAIM_MAX>();

/// Why stored bytes are not what they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes do not hold such a value.
    #[error("the bytes do not decode: {0}")]
    Bytes(String),
    /// The kind is not in this release's catalogue.
    #[error("there is no kind of event with the number {0} in this release")]
    Kind(u32),
    /// The version is not known to this release.
    #[error("this release does not know version {1} of {0}")]
    Version(&'static str, u32),
    /// The event is longer than [`EVENT_MAX`].
    #[error("an entry takes at most {EVENT_MAX} bytes in the log; this one takes {0}")]
    TooLarge(usize),
}

struct Bytes<'a>(&'a mut Vec<u8>);

impl Writer for Bytes<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Appends a value's bytes.
pub(crate) fn put(out: &mut Vec<u8>, value: impl Encode) -> Result<(), CodecError> {
    bincode::encode_into_writer(value, Bytes(out), CONFIG).map_err(|error| CodecError::Bytes(error.to_string()))
}

/// Takes a value from the front of the bytes.
pub(crate) fn take<T: Decode<()>>(bytes: &mut &[u8]) -> Result<T, CodecError> {
    let (value, used) =
        bincode::decode_from_slice(bytes, CONFIG).map_err(|error| CodecError::Bytes(error.to_string()))?;
    *bytes = bytes.get(used..).unwrap_or_default();
    Ok(value)
}

/// Appends a list, item by item, so that no length is ever claimed at once.
pub(crate) fn put_list<T: Encode>(
    out: &mut Vec<u8>,
    items: impl ExactSizeIterator<Item = T>,
) -> Result<(), CodecError> {
    put(out, u64::try_from(items.len()).unwrap_or(u64::MAX))?;
    items.into_iter().try_for_each(|item| put(out, item))
}

/// Takes a list that [`put_list`] wrote.
pub(crate) fn take_list<T: Decode<()>>(bytes: &mut &[u8]) -> Result<Vec<T>, CodecError> {
    let length: u64 = take(bytes)?;
    (0..length).map(|_| take(bytes)).collect()
}

/// Appends an event: its kind, its version, how many bytes follow, and its fields.
///
/// # Errors
/// [`CodecError::TooLarge`], and then nothing is appended.
pub(crate) fn put_event(out: &mut Vec<u8>, scratch: &mut Vec<u8>, event: &Event) -> Result<(), CodecError> {
    scratch.clear();
    put_fields(scratch, event)?;
    if scratch.len() > EVENT_MAX {
        return Err(CodecError::TooLarge(scratch.len()));
    }
    put(out, (event.kind().tag(), EVENT_VERSION, u32::try_from(scratch.len()).unwrap_or(u32::MAX)))?;
    out.extend_from_slice(scratch);
    Ok(())
}

/// An event that stands at the front of the bytes, not yet decoded.
pub(crate) struct StoredEvent<'a> {
    tag: u32,
    version: u32,
    fields: &'a [u8],
}

/// Steps over an event at the front of the bytes.
pub(crate) fn take_stored<'a>(bytes: &mut &'a [u8]) -> Result<StoredEvent<'a>, CodecError> {
    let (tag, version, length): (u32, u32, u32) = take(bytes)?;
    let split = usize::try_from(length).ok().and_then(|length| bytes.split_at_checked(length));
    let (fields, rest) = split.ok_or_else(|| CodecError::Bytes("an event ends behind its chunk".into()))?;
    *bytes = rest;
    Ok(StoredEvent { tag, version, fields })
}

/// The fields of an entry of hours as they stand in its bytes, in their order: project, group, role, people, minutes
/// each, activity, how they were captured, pledge. Nothing of it is copied.
type StoredHours<'a> = (u64, u64, &'a str, u32, u32, Option<&'a str>, u32, Option<u64>);

impl<'a> StoredEvent<'a> {
    /// The fields of hours, where the event is that, without making an event of them; see [`StoredEvent::decode`].
    pub(crate) fn hours(&self) -> Result<Option<StoredHours<'a>>, CodecError> {
        if self.tag != EventKind::HoursLogged.tag() || self.version != EVENT_VERSION {
            return Ok(None);
        }
        let (fields, used): (StoredHours<'a>, usize) = bincode::borrow_decode_from_slice(self.fields, CONFIG)
            .map_err(|error| CodecError::Bytes(error.to_string()))?;
        if used == self.fields.len() { Ok(Some(fields)) } else { Err(left_behind()) }
    }
}

fn left_behind() -> CodecError {
    CodecError::Bytes("bytes are left behind an event".into())
}

impl StoredEvent<'_> {
    /// The event, in the shape of this release.
    ///
    /// An older version of a kind is decoded by its own function here and turned into the present shape; the first
    /// release has none.
    pub(crate) fn decode(&self) -> Result<Event, CodecError> {
        let kind = EventKind::from_tag(self.tag).ok_or(CodecError::Kind(self.tag))?;
        if self.version != EVENT_VERSION {
            return Err(CodecError::Version(kind.name(), self.version));
        }
        let mut fields = self.fields;
        let event = take_fields(kind, &mut fields)?;
        if fields.is_empty() { Ok(event) } else { Err(left_behind()) }
    }
}

/// What is wrong with an event's size, as a sentence; `None` where it fits into the log. Whoever decides asks this
/// before anything rests on the event.
pub fn size_fault(event: &Event) -> Option<String> {
    let mut bytes = Vec::new();
    match put_fields(&mut bytes, event) {
        Ok(()) if bytes.len() <= EVENT_MAX => None,
        _ => Some(format!("Give less at once: an entry takes at most {EVENT_MAX} bytes, this one {}.", bytes.len())),
    }
}

macro_rules! stored_enums {
    ($($(#[$doc:meta])* $Name:ident { $($variants:tt)+ })+) => { $(
        impl Encode for crate::domain::event::$Name {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                self.tag().encode(encoder)
            }
        }

        impl<Context> Decode<Context> for crate::domain::event::$Name {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                Self::from_tag(u32::decode(decoder)?).ok_or(DecodeError::Other(concat!("no ", stringify!($Name))))
            }
        }
    )+ };
}

/// Stores a type as its fields, one after the other.
macro_rules! stored_fields {
    ($([$($generic:tt)*] $Type:ty { $($field:tt),+ $(,)? })+) => { $(
        impl<$($generic)*> Encode for $Type {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                $(self.$field.encode(encoder)?;)+
                Ok(())
            }
        }

        impl<Context, $($generic)*> Decode<Context> for $Type {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                Ok(Self { $($field: Decode::decode(decoder)?,)+ })
            }
        }
    )+ };
}

/// Stores a type not all of whose values mean something: one that has no line of its own is neither written nor read,
/// so that two entries never share a line.
macro_rules! stored_within {
    ($($Type:ty { $($field:tt),+ } $fits:expr, $words:literal;)+) => { $(
        impl Encode for $Type {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
                let fits: fn(&Self) -> bool = $fits;
                if !fits(self) {
                    return Err(EncodeError::Other($words));
                }
                $(self.$field.encode(encoder)?;)+
                Ok(())
            }
        }

        impl<Context> Decode<Context> for $Type {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                let fits: fn(&Self) -> bool = $fits;
                let value = Self { $($field: Decode::decode(decoder)?,)+ };
                if fits(&value) { Ok(value) } else { Err(DecodeError::Other($words)) }
            }
        }
    )+ };
}

macro_rules! stored_records {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$fdoc:meta])* $field:ident: $Type:ty,)+ })+) => {
        stored_fields! { $([] crate::domain::event::$Name { $($field),+ })+ }
    };
}

macro_rules! stored_events {
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
        stored_fields! {
            $([] crate::domain::event::$Event { $($given,)* $($derived,)* })+
            $([] crate::domain::event::$Announced { $($field),* })+
        }

        fn put_fields(out: &mut Vec<u8>, event: &Event) -> Result<(), CodecError> {
            match event {
                $(Event::$Event(event) => put(out, event),)+
                $(Event::$Announced(event) => put(out, event),)+
            }
        }

        fn take_fields(kind: EventKind, bytes: &mut &[u8]) -> Result<Event, CodecError> {
            match kind {
                $(EventKind::$Event => take(bytes).map(Event::$Event),)+
                $(EventKind::$Announced => take(bytes).map(Event::$Announced),)+
            }
        }
    };
}

catalogue_enums!(stored_enums);
catalogue_records!(stored_records);
catalogue_events!(stored_events);
stored_fields! {
    [] Position { 0 }
    [] Pence { 0 }
    [] BasisPoints { 0 }
    [] Digest { 0 }
    [] Instant { 0 }
    [] Reference { 0 }
    [] Slug { 0 }
    [] PersonId { 0 }
    [] Actor { name, role }
    [] CommandKey { key, digest }
    [] EntryId { kind, position }
    [const MAX: usize] Text<MAX> { 0 }
    [] AgreementId { 0 } [] ApplicationId { 0 } [] ApprovalId { 0 } [] BatchId { 0 } [] ConditionId { 0 }
    [] ContractId { 0 } [] DeliveryId { 0 } [] FundId { 0 } [] GrantId { 0 } [] HoursId { 0 } [] MatchId { 0 }
    [] MatchReceiptId { 0 } [] OrganisationId { 0 } [] OutcomeId { 0 } [] PaymentId { 0 } [] PledgeId { 0 }
    [] ProjectId { 0 } [] ProposalId { 0 } [] RateCardId { 0 } [] StrategyId { 0 } [] TargetId { 0 }
}

stored_within! {
    Day { 0 } |day| (FIRST_DAY..=LAST_DAY).contains(day), "a day lies between 1900 and 2199";
    FinancialYear { 0 } |year| (1900..2199).contains(&year.0), "a financial year lies between 1900 and 2199";
    Month { year, month } |it| Day::new(it.year, it.month, 1).is_ok(), "a month lies between 1900 and 2199";
    Decimal { units, places } |it| it.places <= DECIMAL_PLACES, "a number has at most 6 decimal places";
}

impl Encode for EventKind {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.tag().encode(encoder)
    }
}

impl<Context> Decode<Context> for EventKind {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Self::from_tag(u32::decode(decoder)?).ok_or(DecodeError::Other("no kind of event"))
    }
}
