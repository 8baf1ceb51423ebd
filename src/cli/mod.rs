//! The command line.
//!
//! Invariant: a command is one function over an open ledger and an output, whoever opened the ledger: this process, or
//! the server that holds it. Start at [`run::main`]; the words are in [`args`].

pub mod args;
pub mod commands;
pub mod config;
pub mod exit;
pub mod open;
pub mod out;
pub mod run;
pub mod socket;
pub mod table;
pub mod telemetry;
