//! The GraphQL interface, asked as its callers ask it: over HTTP, in process.

mod audits;
pub(crate) mod client;
mod connections;
mod documents;
mod figures;
mod hostile;
mod known;
pub(crate) mod ledgers;
mod mangled;
mod mutations;
mod operating;
mod pages;
mod paging;
mod positions;
mod readme;
mod schema;
mod streams;
