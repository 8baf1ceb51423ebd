//! The truth, as bytes: from entries to lines, stored chunks, hashes and a folder on disk, and back.
//!
//! The log knows the vocabulary, not its meaning: no rule and no figure stands here, and no code outside this folder
//! knows how or where the bytes are kept. Start at [`event_log`] for what a log is, and at [`line`] for what it says.

pub mod json;
pub mod line;
pub mod schema;
pub mod value;
