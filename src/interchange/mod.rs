//! Other people's formats: 360Giving grants, spreadsheets of hours, and the exported log itself.
//!
//! Invariant: a file goes in whole or not at all, and what is wrong with it is said with its place. Nothing here
//! decides a rule: files become commands, and the ledger decides.

pub mod batch;
pub mod cells;
pub mod fault;
pub mod file;
pub mod hours;
pub mod jsonl;
pub mod known;
pub mod sheet;
pub mod threesixty;
