//! The GraphQL interface: an adapter, which holds no rule. See [`server::router`] for what is served where.

#![expect(clippy::unused_async, reason = "the library wants every resolver to be async")]

pub mod accept;
pub mod accounts;
pub mod ask;
pub mod budget;
mod commands;
pub mod connection;
pub mod cost;
pub mod current;
pub mod dividend;
pub mod entry;
pub mod eye;
pub mod fault;
pub mod figures;
pub mod filters;
mod given;
pub mod http;
pub mod known;
pub mod ledger;
pub mod limits;
pub mod media;
mod meta;
pub mod metrics;
pub mod mutations;
pub mod node;
pub mod operating;
pub mod page;
pub mod query;
pub mod results;
mod room;
pub mod scalars;
pub mod schema;
pub mod scope;
pub mod server;
pub mod shape;
pub mod stream;
pub mod subscription;
pub mod things;
pub mod traffic;
pub mod trail;
pub mod units;
mod varying;
mod words;
