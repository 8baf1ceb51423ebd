//! The integration tests: one binary, a module a surface.

mod cli;
mod decisions_community;
mod decisions_money;
mod graphql;
mod harness;
mod interchange;
mod log;
mod tidy;
mod town;
mod views;
