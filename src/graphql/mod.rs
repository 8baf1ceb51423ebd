//! The GraphQL interface: an adapter, which holds no rule. See [`server::router`] for what is served where.

pub mod ask;
pub mod cost;
pub mod fault;
pub mod http;
pub mod limits;
pub mod media;
mod commands;
mod given;
mod meta;
pub mod scalars;
pub mod stream;
