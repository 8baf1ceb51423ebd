//! Grants as the 360Giving Data Standard 1.4 publishes them: a JSON package, or its spreadsheet form as CSV.
//!
//! Invariant: both forms become the same tree, are held to the same [`form`], and give the same grants. Start at
//! [`read::grants`]; [`plan`] says what a ledger has to be asked for them.

pub mod check;
pub mod form;
pub mod grant;
pub mod node;
pub mod read;
pub mod table;
