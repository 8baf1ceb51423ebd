//! What tests of several surfaces share.
#![expect(dead_code, reason = "a harness offers more than each of its callers uses")]

pub(crate) mod decisions;
pub(crate) mod random_ledger;
pub(crate) mod views;
pub(crate) mod worked_example;
