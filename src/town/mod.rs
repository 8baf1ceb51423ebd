//! The example town: three financial years of a new town's community ledger, entered as commands.
//!
//! The facts are those of the town's own published documents, in words of our own; a figure that they do not give is
//! marked illustrative. No person is named, only posts. Start at [`plan`]; each area's facts stand as tables in the
//! file that bears its name.

mod claims;
mod contracts;
mod corrections;
mod councillors;
mod funds;
mod governance;
mod grants;
mod hours;
mod in_kind;
mod indicators;
mod organisations;
mod outcomes;
pub mod plan;
mod pledges;
mod projects;
mod rent;
mod targets;
mod words;

pub use plan::{Step, TownError, found, steps};
