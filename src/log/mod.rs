//! The truth, as bytes: from entries to lines, stored chunks, hashes and a folder on disk, and back.
//!
//! The log knows the vocabulary, not its meaning: no rule and no figure stands here, and no code outside this folder
//! knows how or where the bytes are kept. Start at [`event_log`] for what a log is, and at [`mod@line`] for what it says.

pub mod archive;
pub mod checkpoint;
pub mod chunk;
pub mod clock;
pub mod codec;
pub(crate) mod envelope;
pub mod event_log;
pub mod folder;
pub mod found;
mod guard;
pub mod json;
pub mod line;
pub mod measures;
pub mod memory_log;
pub mod merkle;
mod nudge;
mod recovery;
mod scan;
pub mod schema;
pub mod sled_log;
pub(crate) mod stage;
mod store;
mod tiles;
pub mod trouble;
pub mod value;
mod verify;
mod watermark;
pub(crate) mod workshop;
pub mod writer;
