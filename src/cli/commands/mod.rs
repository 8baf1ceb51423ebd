//! What each command does, once its words are understood and its ledger is open.

pub mod backup;
pub mod bench;
pub mod checkpoint;
pub mod demo;
pub mod dividends;
pub mod entries;
pub mod export;
pub mod funds;
pub mod import;
pub mod init;
pub mod restore;
pub mod schema;
pub mod serve;
pub mod statement;
pub mod verify;
pub mod window;
