//! The application: the only place where commands meet the log. See [`ledger::Ledger`].

pub mod archiving;
pub mod clock;
pub mod history;
pub mod keys;
pub mod ledger;
pub mod machine;
mod opening;
pub mod readiness;
pub mod request;
pub mod snapshots;
