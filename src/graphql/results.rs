//! What a mutation answers: the thing as it is after the commit, or why the command was refused. A refusal is data: its
//! sentence is the one that every other surface shows.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, Name, OutputType, Positioned, ServerResult, SimpleObject, Union, Value};

use super::entry::Entry;
use super::meta::{self, Word};
use super::things::{Fund, Grant, HoursEntry, Organisation, Pledge, Project, RentAgreement};
use crate::domain::ids::Position;
use crate::domain::refusal::{Refusal, RefusalCode};

/// The command was refused, and nothing was appended.
#[derive(Clone, Debug, SimpleObject)]
pub struct Refused {
    /// The stable code, to branch on.
    pub code: RefusalCode,
    /// A sentence that says what would be right.
    pub message: String,
    /// The input field that it is about.
    pub field: Option<String>,
    /// What is there now: the version of the thing, of a conflict.
    pub current: Option<Position>,
    /// Which of several inputs it was, from 0; null where there was one.
    pub row: Option<u32>,
    /// The further inputs that a rule refuses, each tried after those before it that are right; at most 100.
    pub others: Vec<RefusedRow>,
}

/// A further input that was refused.
#[derive(Clone, Debug, SimpleObject)]
pub struct RefusedRow {
    /// Which of the inputs it is, from 0.
    pub row: u32,
    /// The stable code, to branch on.
    pub code: RefusalCode,
    /// A sentence that says what would be right.
    pub message: String,
    /// The input field that it is about.
    pub field: Option<String>,
}

impl Refused {
    /// A refusal of one of several inputs.
    pub fn of(refusal: Refusal, row: Option<usize>) -> Self {
        let Refusal { code, message, field, current, .. } = refusal;
        let row = row.and_then(|row| u32::try_from(row).ok());
        Self { code, message, field, current, row, others: Vec::new() }
    }

    /// The refusal of several inputs: the first, and the others beside it.
    pub fn of_rows(refusals: impl IntoIterator<Item = (usize, Refusal)>) -> Option<Self> {
        let mut refusals = refusals.into_iter();
        let (row, first) = refusals.next()?;
        let other = |(row, refusal): (usize, Refusal)| {
            let Refusal { code, message, field, .. } = refusal;
            Some(RefusedRow { row: u32::try_from(row).ok()?, code, message, field })
        };
        Some(Self { others: refusals.filter_map(other).collect(), ..Self::of(first, Some(row)) })
    }
}

impl OutputType for RefusalCode {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("RefusalCode")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let word = |code: &Self| Word { name: code.wire(), description: code.meaning().to_owned() };
        let words = Self::ALL.iter().map(word).collect();
        let name = meta::enumeration(registry, "RefusalCode", "Why a command was refused.", words);
        format!("{name}!")
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Enum(Name::new(self.wire())))
    }
}

/// What is the same in every answer to a command that was done.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    /// The entries of the commit.
    pub(crate) entries: Vec<Entry>,
    /// The position of the ledger after it.
    pub(crate) position: Position,
    /// Whether it is the answer of an earlier request.
    pub(crate) replayed: bool,
    /// Whether nothing was appended.
    pub(crate) dry_run: bool,
}

macro_rules! results {
    ($($(#[doc = $doc:literal])* $Accepted:ident { $(#[doc = $fdoc:literal])* $field:ident: $Thing:ty }, $Result:ident;)+) => { $(
        $(#[doc = $doc])*
        #[derive(Clone, Debug, SimpleObject)]
        pub struct $Accepted {
            $(#[doc = $fdoc])*
            pub $field: $Thing,
            /// The entries of the commit, in their order; none where nothing needed to change.
            pub entries: Vec<Entry>,
            /// The position of the ledger after the commit.
            pub position: Position,
            /// Whether this key was used before for the same content: then this is the answer of that time.
            pub replayed: bool,
            /// Whether this only says what would happen: nothing was appended.
            pub dry_run: bool,
        }

        impl $Accepted {
            pub(crate) fn new($field: $Thing, done: Done) -> Self {
                let Done { entries, position, replayed, dry_run } = done;
                Self { $field, entries, position, replayed, dry_run }
            }
        }

        /// The thing after the command, or why the command was refused.
        #[derive(Clone, Debug, Union)]
        pub enum $Result {
            /// The command was done.
            Accepted($Accepted),
            /// The command was refused.
            Refused(Refused),
        }
    )+ };
}

results! {
    /// The command was done, and this is the project after it.
    ProjectAccepted { /// The project.
        project: Project }, ProjectResult;
    /// The command was done, and this is the fund after it.
    FundAccepted { /// The fund.
        fund: Fund }, FundResult;
    /// The command was done, and this is the organisation after it.
    OrganisationAccepted { /// The organisation.
        organisation: Organisation }, OrganisationResult;
    /// The command was done, and this is the grant after it.
    GrantAccepted { /// The grant.
        grant: Grant }, GrantResult;
    /// The command was done, and this is the rent in kind agreement after it.
    RentAgreementAccepted { /// The agreement.
        agreement: RentAgreement }, RentAgreementResult;
    /// The command was done, and this is the pledge after it.
    PledgeAccepted { /// The pledge.
        pledge: Pledge }, PledgeResult;
    /// The hours were logged, all of them in one commit.
    HoursAccepted { /// The hours, in the order of the input.
        hours: Vec<HoursEntry> }, HoursResult;
    /// The command was done; its entries say what happened.
    EntryAccepted { /// The id of the entry or thing that the command began or was about; null where there is none.
        about: Option<async_graphql::ID> }, EntryResult;
}
