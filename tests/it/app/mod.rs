//! The ledger as a whole: requests in, receipts out, whatever comes in between.

mod history;
mod requests;
mod snapshots;
