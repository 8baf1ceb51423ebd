//! `bench`: what this machine does, beside a ceiling measured in the same run, and what was promised.
//!
//! Invariant: the two sides of a ratio take turns under the same load, so that their ratio is the ledger's own. What is
//! measured is a section of `run.rs`; what must be reached is a row of `targets.rs`; `report.rs` shows both.

mod appends;
mod compared;
mod history;
mod large;
mod load;
mod machine;
mod opened;
mod plain;
mod report;
mod run;
mod served;
mod targets;

pub use run::run;
