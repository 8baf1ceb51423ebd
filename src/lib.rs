//! Coledger: a co-operative ledger for towns. See ARCHITECTURE.md for the map.
//!
//! Arrows point one way only: `domain <- log <- views <- app <- { interchange, graphql, town } <- cli <- main`.

pub mod app;
pub mod cli;
pub mod domain;
pub mod graphql;
pub mod interchange;
pub mod log;
pub mod town;
pub mod views;
