//! An archive: a second copy of a log in another folder, that grows with it and from which the ledger can be made again.
//!
//! Backups and continuous copies have this one form. Start at [`mod@copy`] for how entries get there, at `read` for how
//! they are believed again, at [`restore`] for how a ledger comes out. A folder holds `coledger.archive` (its format and
//! whose it is), segments of chunks named by their positions, and two watermarks: what the archive holds, and what the
//! ledger had acknowledged when it was last seen.

pub mod copy;
pub mod error;
mod mark;
mod place;
mod read;
mod record;
pub mod restore;
