//! Grants as the 360Giving Data Standard 1.4 publishes them: a JSON package, or its spreadsheet form as CSV.
//!
//! Invariant: both forms become the same tree, are held to the same [`form`], and give the same grants. Start at
//! [`import::import`]; [`read::grants`] reads a file, and [`plan`] says what a ledger has to be asked for it.

pub mod check;
pub mod form;
pub mod grant;
pub mod import;
pub mod keep;
pub mod node;
pub mod plan;
pub mod read;
pub mod table;
