//! Refusals: a rule was not met, nothing was appended, and a sentence says what would be right.
//!
//! Invariant: a code never changes its meaning; a sentence holds no personal data.

use super::ids::Position;

macro_rules! refusal_codes {
    ($($(#[doc = $doc:literal])* $Variant:ident = $wire:literal,)+) => {
        /// The stable code of a refusal, to branch on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RefusalCode { $($(#[doc = $doc])* $Variant,)+ }

        impl RefusalCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The code as it is written.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$Variant => $wire,)+ }
            }

            /// What the code means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$Variant => concat!($($doc),*).trim_ascii(),)+ }
            }
        }
    };
}

refusal_codes! {
    /// A field is wrong on its own: too long, too large, ill-formed.
    BadInput = "BAD_INPUT",
    /// A text holds details that may not stand in the log.
    PrivateDetails = "PRIVATE_DETAILS",
    /// The thing that is named does not exist.
    NotFound = "NOT_FOUND",
    /// There is one already.
    AlreadyExists = "ALREADY_EXISTS",
    /// The same idempotency key was used for another command.
    KeyReused = "KEY_REUSED",
    /// The thing changed since the caller looked.
    VersionConflict = "VERSION_CONFLICT",
    /// An entry like this one stands already, and the caller did not say that it is meant.
    LikelyDuplicate = "LIKELY_DUPLICATE",
    /// The thing is closed, ended, withdrawn or merged.
    Closed = "CLOSED",
    /// The budgets have not so much left.
    OverBudget = "OVER_BUDGET",
    /// The amount is outside what one award may take from the fund.
    OutsideFundLimits = "OUTSIDE_FUND_LIMITS",
    /// Parts do not add up to the whole.
    DoesNotAddUp = "DOES_NOT_ADD_UP",
    /// More would be paid than was awarded or agreed.
    OverAward = "OVER_AWARD",
    /// More would come back than was paid or received.
    OverPayment = "OVER_PAYMENT",
    /// The charged rent is above the market rent.
    AboveMarketRent = "ABOVE_MARKET_RENT",
    /// The parts of one premises add up to more than the whole on some day.
    PremisesOverfull = "PREMISES_OVERFULL",
    /// More rent would be offset than is charged for the period.
    OverRent = "OVER_RENT",
    /// The day lies before the thing began, or an end before its beginning.
    TooEarly = "TOO_EARLY",
    /// The day lies in the future.
    InTheFuture = "IN_THE_FUTURE",
    /// A public partner or public body cannot do this; another command is the right one.
    PublicBody = "PUBLIC_BODY",
    /// It is of the wrong kind for this.
    WrongKind = "WRONG_KIND",
    /// It was rejected, disputed or declined before.
    AlreadyRejected = "ALREADY_REJECTED",
    /// It was reversed before.
    AlreadyReversed = "ALREADY_REVERSED",
    /// Such an entry can never be reversed.
    NotReversible = "NOT_REVERSIBLE",
    /// Other entries rest on it; they have to be reversed first.
    RestsOnIt = "RESTS_ON_IT",
    /// It changes a figure inside closed books and no reason was given.
    BooksClosed = "BOOKS_CLOSED",
    /// The role may not do this.
    NotAllowed = "NOT_ALLOWED",
    /// Who declared an interest may not decide.
    InterestDeclared = "INTEREST_DECLARED",
    /// It would change nothing.
    NothingToDo = "NOTHING_TO_DO",
    /// A limit of the ledger is reached.
    LimitReached = "LIMIT_REACHED",
}

/// A command was refused. Expected, and data: the sentence is the one that every surface shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The stable code.
    pub code: RefusalCode,
    /// The wire name of the field that it is about.
    pub field: Option<String>,
    /// A sentence that says what would be right.
    pub message: String,
    /// What is there now: the version of the thing, of a conflict.
    pub current: Option<Position>,
    /// Which of several commands of one commit it was, from 0.
    pub row: Option<usize>,
}

impl Refusal {
    /// A refusal that is about no single field.
    pub fn new(code: RefusalCode, message: impl Into<String>) -> Self {
        Self { code, field: None, message: message.into(), current: None, row: None }
    }

    /// A refusal that is about one field, by its wire name.
    pub fn of(code: RefusalCode, field: &str, message: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), ..Self::new(code, message) }
    }
}
