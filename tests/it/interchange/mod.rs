//! Files in other people's formats.

mod cells;
mod exported;
mod imports;
mod real;
mod sheets;
mod threesixty;

use std::path::PathBuf;

/// One of our own small files.
pub(crate) fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/interchange/data").join(name)
}

/// A file of real data, where it is present; it is never part of the repository.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("COLEDGER_REAL_DATA").map_or(beside, PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here (set COLEDGER_REAL_DATA to the folder that holds it)", path.display());
    None
}
