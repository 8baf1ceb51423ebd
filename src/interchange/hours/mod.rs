//! Volunteer hours from a spreadsheet saved as CSV.
//!
//! Invariant: a sheet goes in whole or not at all. Groups and projects are found, never made.

pub mod import;
pub mod names;
pub mod read;
