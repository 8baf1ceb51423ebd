//! Grants: from the application to the last return. Declarations only; start at `state.rs`.

mod applications;
mod awards;
mod changes;
mod holds;
mod payments;
mod state;

pub use state::{Application, Condition, Grant, GrantStatus, Grants, Offset, Payment, Proposal, ProposalStatus};
