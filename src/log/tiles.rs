//! The root of every 256 lines, on disk: what an open need not hash again.
//!
//! Invariant: they are believed only where the root that they lead to is the one that was acknowledged. Whatever is
//! wrong with the file, the lines are hashed again and it is written anew; therefore it is never synced on the way of
//! an acknowledgement, and has no checksum of its own. See `merkle.rs` for what they are roots of.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tlog_tiles::{HASH_SIZE, Hash};

/// The hashes that stand in a file; none where it cannot be read.
pub(crate) fn read(path: &Path) -> Vec<Hash> {
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.as_chunks::<HASH_SIZE>().0.iter().map(|bytes| Hash(*bytes)).collect()
}

/// The file of an open log.
#[derive(Default)]
pub(crate) struct Tiles(Mutex<Writing>);

#[derive(Default)]
struct Writing {
    /// Nothing once it could not be written: the next open hashes the lines again.
    file: Option<File>,
    written: usize,
}

impl Tiles {
    /// Makes the file hold these hashes, of which it holds the first `kept` already.
    pub(crate) fn start(path: &Path, kept: usize, hashes: &[Hash]) -> Self {
        let open = || -> io::Result<File> {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            file.set_len(place(kept))?;
            Ok(file)
        };
        let tiles = Self(Mutex::new(Writing { file: told(open()), written: kept }));
        tiles.append(hashes.get(kept..).unwrap_or_default());
        tiles
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many hashes were written.
    pub(crate) fn written(&self) -> usize {
        self.writing().written
    }

    /// Writes the hashes that follow those that were written.
    pub(crate) fn append(&self, hashes: &[Hash]) {
        let mut writing = self.writing();
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        let at = place(writing.written);
        writing.written += hashes.len();
        if let Some(file) = writing.file.take() {
            writing.file = told(file.write_all_at(&bytes, at).map(|()| file));
        }
    }

    /// Makes what was written durable, so that the next open can use all of it.
    pub(crate) fn stop(&self) {
        if let Some(file) = &self.writing().file {
            told(file.sync_data());
        }
    }
}

fn place(count: usize) -> u64 {
    u64::try_from(count.saturating_mul(HASH_SIZE)).unwrap_or(u64::MAX)
}

/// What came of it; a failure is told and no more.
fn told<T>(result: io::Result<T>) -> Option<T> {
    result.inspect_err(|error| tracing::warn!(%error, "the file tiles could not be written; it is made again")).ok()
}
