//! The ledger as a whole: requests in, receipts out, whatever comes in between.

mod archiving;
mod faults;
mod history;
pub(crate) mod requests;
mod snapshots;
