//! Going on in place after a fault of the disk: the store is opened again under a log that readers still hold.
//!
//! Invariant: it never goes on from less than what was acknowledged. What was durable without having been acknowledged
//! becomes visible, whole; what was only decided is gone. A fault that cannot pass (damage, a lost end) is not tried.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use super::event_log::{Checkpoint, LogError};
use super::folder::{check_leave, storage};
use super::found::{drop_unfinished, end_of, verify_after};
use super::sled_log::{Opened, SledLog};
use super::stage::Stager;
use super::store::Store;
use super::tiles::Tiles;
use super::trouble::Trouble;
use super::watermark::Watermark;

/// What a disk must take before it is believed to take writes again.
const PROBE_BYTES: usize = 4096;
/// More handles than opening the store again takes.
const HANDLES: usize = 8;

impl SledLog {
    /// Opens the store again where a fault stopped the log that may have passed.
    pub(super) fn open_again(&self) -> Result<Checkpoint, LogError> {
        let acknowledged = self.durable();
        let Some(fault) = self.noted_fault() else { return Ok(acknowledged) };
        if !fault.trouble().may_pass() {
            return Err(fault);
        }
        self.check_room()?;
        check_leave(&self.files().log().join("db")).map_err(|error| storage("asking for leave to write")(&error))?;
        let spare = probe(self.folder())?;
        if !self.close() {
            return Err(LogError::Busy);
        }
        drop(spare);
        self.found_again(acknowledged).map_err(|error| match error.trouble() {
            Trouble::Damaged => self.give_up(error),
            _ => error,
        })
    }

    /// What the store holds now, which is no less than what was acknowledged.
    fn found_again(&self, acknowledged: Checkpoint) -> Result<Checkpoint, LogError> {
        let tree = self.stager_tree(acknowledged.position);
        let mut store = Store::open(&self.files().log(), true)?;
        store.syncs = self.syncs_so_far();
        let (end, whole) = end_of(&store)?;
        if whole < acknowledged.position {
            return Err(LogError::Shorter { found: whole, acknowledged: acknowledged.position });
        }
        let verified = verify_after(&store, tree, whole, Some(acknowledged))?;
        if end > whole {
            drop_unfinished(&store, whole)?;
        }
        let stager = Stager::new(verified.order, verified.tree)?;
        let found = stager.checkpoint();
        let watermark = Watermark::start(&self.files().watermark(), found)?;
        // They may not have come to the disk either.
        let tiles = Tiles::start(&self.files().tiles(), 0, stager.stumps());
        self.reopen(Opened { store, watermark, tiles });
        self.go_on(stager, found);
        Ok(found)
    }
}

/// Whether the folder takes and keeps a file, before anything is closed for it. The handles that opening it again takes
/// are kept aside until then.
fn probe(folder: &Path) -> Result<Vec<File>, LogError> {
    let path = folder.join("probe.new");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&[0; PROBE_BYTES])?;
        file.sync_all()
    });
    let removed = if path.exists() { fs::remove_file(&path) } else { Ok(()) };
    let spare = || (0..HANDLES).map(|_| File::open(folder)).collect();
    written.and(removed).and_then(|()| spare()).map_err(|error| storage("trying whether the disk takes writes")(&error))
}
