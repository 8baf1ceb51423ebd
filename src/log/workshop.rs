//! Making the folder of a ledger whole or not at all: it is made beside its place, and renamed when it is done.
//!
//! Invariant: a folder that holds anything is never touched, and where the making fails none is left.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Whether a folder may become a ledger's: it does not exist yet, or is empty. Else a fragment that says what it is.
pub(crate) fn check_empty(folder: &Path) -> Result<(), String> {
    let shown = folder.display();
    match fs::read_dir(folder).map(|mut items| items.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("{shown} is not empty")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("{shown} is no folder for a ledger ({error})")),
    }
}

/// Makes a folder that [`check_empty`] allowed: what `fill` made at the path that it is given takes its place.
pub(crate) fn make_whole<T, E: From<io::Error>>(
    folder: &Path,
    fill: impl FnOnce(&Path) -> Result<T, E>,
) -> Result<T, E> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let workshop = tempfile::Builder::new().prefix(".coledger-making-").tempdir_in(parent)?;
    let made = workshop.path().join("ledger");
    let result = fill(&made)?;
    if folder.exists() {
        fs::remove_dir(folder)?;
    }
    fs::rename(&made, folder)?;
    File::open(parent)?.sync_all()?;
    Ok(result)
}
