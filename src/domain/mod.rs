//! The domain: what may be recorded, and what follows from it.
//!
//! Pure: no I/O, no async, no clock, no randomness, no floats. It imports nothing of the rest of the program.
//! Start at [`decide()`] and [`evolve()`]; each thing's whole life stands in the file that bears its name.
#![deny(clippy::float_arithmetic, clippy::arithmetic_side_effects)]

#[macro_use]
mod catalogue;
pub mod books;
pub mod budgets;
mod checks;
pub mod command;
pub mod contracts;
pub mod dated;
pub(crate) mod day_blocks;
mod decide;
mod deliveries;
pub mod event;
mod evolve;
pub mod field;
pub mod funds;
pub mod governance;
pub mod grants;
pub mod hours;
pub mod hours_rows;
pub mod hours_table;
pub mod ids;
pub mod late;
pub mod money;
pub mod names;
pub mod organisations;
pub mod outcomes;
pub mod pledges;
pub mod privacy;
mod privacy_digits;
pub mod projects;
pub mod quantity;
pub mod rate_cards;
pub mod refusal;
pub mod rent;
pub mod rent_accrual;
pub mod sample;
pub mod setup;
pub mod support;
pub mod text;
pub mod time;
pub mod valuation;

pub(crate) use catalogue::{catalogue_enums, catalogue_events, catalogue_records};
pub use decide::decide;
pub use evolve::evolve;
pub(crate) use evolve::evolve_kept;
pub use late::is_late;
