//! The integration tests: one binary, a module a surface.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands; clippy excuses test functions, but not their helpers"
)]

mod app;
mod cli;
mod damage;
mod decisions_community;
mod decisions_money;
mod fuzzed;
mod graphql;
mod harness;
mod interchange;
mod log;
mod power;
mod tidy;
mod town;
mod views;
