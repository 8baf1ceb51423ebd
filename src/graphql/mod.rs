//! The GraphQL interface: an adapter, which holds no rule. See [`server::router`] for what is served where.

pub mod ask;
mod commands;
pub mod cost;
pub mod fault;
mod given;
pub mod http;
pub mod limits;
pub mod media;
mod meta;
pub mod scalars;
pub mod stream;
