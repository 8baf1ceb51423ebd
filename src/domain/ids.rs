//! Positions, and the ids that are derived from them.
//!
//! An id is the prefix of its kind and the position of the event that began it, in Crockford base 32 with a check
//! character: `gr_0001f3k`. It is never stored. The check character is a weighted sum over the field of 32 elements
//! and covers the prefix too: it finds every single wrong character, every swap of two, and a wrong prefix.

use std::fmt::{self, Write};
use std::str::FromStr;

use super::event::EventKind;

/// The place of an event in the log: a gap-free sequence number from 1, the only order there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

/// The last position that a ledger can reach: 4,294,967,295.
pub const LAST_POSITION: Position = Position(u32::MAX as u64);

impl Position {
    /// The position after.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of an entry: the kind and position of its event. A thing has the id of the entry that began it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId {
    /// The kind of the event.
    pub kind: EventKind,
    /// Its position.
    pub position: Position,
}

/// A text that is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a prefix, an underscore and at least seven characters.
    #[error("an id is a prefix and seven characters, like gr_0001f3k")]
    Form,
    /// The check character does not fit: a slip of the hand.
    #[error("this id does not check: one of its characters is mistyped")]
    Check,
    /// The id of something else.
    #[error("this is the id of another kind of thing; here an id that begins with {0}_ is wanted")]
    Kind(&'static str),
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const DIGITS: usize = 6;

fn character(digit: u8) -> u8 {
    ALPHABET.get(usize::from(digit)).copied().unwrap_or(b'0')
}

fn digit(character: u8) -> Option<u8> {
    ALPHABET.iter().position(|known| *known == character).and_then(|digit| u8::try_from(digit).ok())
}

/// Multiplies by the generator of the field of 32 elements (x^5 + x^2 + 1).
fn times_generator(element: u8) -> u8 {
    let doubled = element.wrapping_shl(1);
    if doubled & 0b10_0000 == 0 { doubled } else { (doubled ^ 0b10_0101) & 0b1_1111 }
}

/// The check digit of a kind and the digits of a position, most significant first.
fn check_digit(kind: EventKind, digits: &[u8]) -> u8 {
    let tag = kind.tag();
    let tag_digits = [u8::try_from(tag.wrapping_shr(5) & 31).unwrap_or(0), u8::try_from(tag & 31).unwrap_or(0)];
    tag_digits.iter().chain(digits).fold(0, |sum, digit| times_generator(sum ^ *digit))
}

/// The digits of a position in base 32, most significant first, at least [`DIGITS`] of them.
fn digits_of(position: Position) -> Vec<u8> {
    let mut digits = Vec::with_capacity(DIGITS);
    let mut rest = position.0;
    while rest > 0 || digits.len() < DIGITS {
        digits.push(u8::try_from(rest & 31).unwrap_or(0));
        rest = rest.wrapping_shr(5);
    }
    digits.reverse();
    digits
}

impl EntryId {
    /// Writes the id as its ASCII characters: the quick way, for the log renders ids a million times over.
    pub fn write_into(self, out: &mut Vec<u8>) {
        let bits = u64::BITS.saturating_sub(self.position.0.leading_zeros());
        let digits = bits.div_ceil(5).max(6);
        let digit = |place: u32| u8::try_from(self.position.0.wrapping_shr(place.wrapping_mul(5)) & 31).unwrap_or(0);
        let tag = self.kind.tag();
        let mut check = [tag.wrapping_shr(5), tag]
            .into_iter()
            .fold(0, |sum, part| times_generator(sum ^ u8::try_from(part & 31).unwrap_or(0)));
        out.extend_from_slice(self.kind.prefix().as_bytes());
        out.push(b'_');
        for place in (0..digits).rev() {
            check = times_generator(check ^ digit(place));
            out.push(character(digit(place)));
        }
        out.push(character(check));
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ascii = Vec::with_capacity(18);
        self.write_into(&mut ascii);
        ascii.into_iter().try_for_each(|byte| f.write_char(char::from(byte)))
    }
}

impl FromStr for EntryId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (prefix, body) = text.split_once('_').ok_or(IdError::Form)?;
        let kind = EventKind::from_prefix(prefix).ok_or(IdError::Form)?;
        let digits: Option<Vec<u8>> = body.bytes().map(digit).collect();
        let digits =
            digits.filter(|digits| (DIGITS.saturating_add(1)..=13).contains(&digits.len())).ok_or(IdError::Form)?;
        let (check, digits) = digits.split_last().ok_or(IdError::Form)?;
        let position = digits.iter().fold(0_u64, |sum, digit| sum.wrapping_shl(5) | u64::from(*digit));
        if digits_of(Position(position)) != digits || position == 0 {
            return Err(IdError::Form);
        }
        if check_digit(kind, digits) != *check {
            return Err(IdError::Check);
        }
        Ok(Self { kind, position: Position(position) })
    }
}

/// An id of one kind of thing: the position of the event that began it, and a type of its own.
pub trait ThingId: Copy + Ord + fmt::Display + FromStr<Err = IdError> {
    /// The kind of event that begins such a thing.
    const KIND: EventKind;

    /// The id of the thing that began at a position.
    fn at(position: Position) -> Self;

    /// Where the thing began.
    fn position(self) -> Position;
}

macro_rules! thing_ids {
    ($($(#[$doc:meta])* $Name:ident = $Kind:ident;)+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(pub Position);

        impl ThingId for $Name {
            const KIND: EventKind = EventKind::$Kind;

            fn at(position: Position) -> Self {
                Self(position)
            }

            fn position(self) -> Position {
                self.0
            }
        }

        impl From<$Name> for EntryId {
            fn from(id: $Name) -> Self {
                Self { kind: EventKind::$Kind, position: id.0 }
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                EntryId::from(*self).fmt(f)
            }
        }

        impl FromStr for $Name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let id: EntryId = text.parse()?;
                if id.kind == EventKind::$Kind { Ok(Self(id.position)) } else { Err(IdError::Kind(EventKind::$Kind.prefix())) }
            }
        }
    )+ };
}

thing_ids! {
    /// A strategy.
    StrategyId = StrategyAdopted;
    /// A rate card.
    RateCardId = RateCardAdopted;
    /// An organisation.
    OrganisationId = OrganisationRegistered;
    /// A fund.
    FundId = FundOpened;
    /// A project.
    ProjectId = ProjectOpened;
    /// An application for a grant.
    ApplicationId = GrantApplied;
    /// A proposed award.
    ProposalId = GrantProposed;
    /// A grant.
    GrantId = GrantAwarded;
    /// A condition of a grant.
    ConditionId = GrantConditionSet;
    /// A payment of a grant.
    PaymentId = GrantPaid;
    /// A contract.
    ContractId = ContractAgreed;
    /// Match funding that was promised.
    MatchId = MatchSecured;
    /// Match funding that was received.
    MatchReceiptId = MatchReceived;
    /// A rent in kind agreement.
    AgreementId = RentInKindAgreed;
    /// An entry of hours.
    HoursId = HoursLogged;
    /// A pledge.
    PledgeId = PledgeMade;
    /// A delivery under a pledge.
    DeliveryId = PledgeDelivered;
    /// A target.
    TargetId = TargetSet;
    /// An outcome.
    OutcomeId = OutcomeReported;
    /// A batch of entries from one file.
    BatchId = BatchOpened;
    /// A request for a second person's approval.
    ApprovalId = ApprovalRequested;
}
