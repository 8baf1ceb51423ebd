//! Measurements over HTTP: a ledger that is served, beside what HTTP and GraphQL take by themselves.
//!
//! Start at [`measures::measures`]; what is asked stands in [`asked`], the ceilings in [`ceilings`].

mod asked;
mod ceilings;
mod client;
mod made;
mod measures;
mod serving;

pub(super) use measures::{Plan, measures};
