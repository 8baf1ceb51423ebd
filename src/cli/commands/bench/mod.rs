//! `bench`: what this machine does, beside a plain file on the same disk in the same run.
//!
//! Invariant: both logs are driven by the same writer with the same commands, so that their ratio is the log's.

mod load;
mod opened;
mod plain;
mod run;
mod served;

pub use run::run;
