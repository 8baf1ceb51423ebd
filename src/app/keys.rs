//! The index of idempotency keys: where the commit of a key began. Kept as long as the log, because it is in the log.
//!
//! Invariant: the index only points; the key and its digest are read from the log itself, so a clash of fingerprints
//! can never answer one request with another's entries.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::domain::event::{Actor, Entry};
use crate::domain::ids::Position;
use crate::domain::text::{Reference, Slug};
use crate::log::event_log::{EventLog, Item, LogError};
use crate::log::trouble::Trouble;

/// From the fingerprint of (actor, key) to the position of the commit's first entry: 12 bytes a key and what the
/// table needs.
#[derive(Debug, Default)]
pub struct Keys {
    first: HashMap<u64, u32, BuildHasherDefault<DefaultHasher>>,
}

impl Keys {
    /// Notes the key of an entry, where it carries one.
    pub fn note(&mut self, entry: &Entry) {
        if let Some(key) = &entry.key {
            self.note_key(entry.position, &entry.actor.name, &key.key);
        }
    }

    /// Notes the key of an entry that is being folded, where it carries one.
    pub fn note_item(&mut self, item: &Item<'_>) {
        match item {
            Item::Hours { hours, key: Some(key), .. } => self.note_key(hours.position, hours.actor, &key.key),
            Item::Hours { .. } => {}
            Item::Other(entry) => self.note(entry),
        }
    }

    fn note_key(&mut self, position: Position, actor: &Slug, key: &Reference) {
        self.first.insert(fingerprint(actor, key), u32::try_from(position.0).unwrap_or(u32::MAX));
    }

    /// Where the commit with this key may have begun.
    pub fn find(&self, actor: &Actor, key: &Reference) -> Option<Position> {
        self.first.get(&fingerprint(&actor.name, key)).map(|first| Position(u64::from(*first)))
    }
}

/// Roles do not count: a key belongs to its actor, in whatever role it acts.
fn fingerprint(actor: &Slug, key: &Reference) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((actor, key))
}

/// The keys of a ledger: at hand, or still being read from the log that was just opened.
pub enum KnownKeys {
    /// At hand.
    Read(Keys),
    /// Being read; only the first command waits for it.
    Reading(JoinHandle<Result<Keys, LogError>>),
    /// They could not be read; the next command tries again.
    Unread,
}

impl KnownKeys {
    /// Reads the keys of all entries up to a position from the log, beside whatever else happens, and adds those that
    /// are known of later ones.
    ///
    /// # Errors
    /// [`LogError::Storage`] where the system gives no thread.
    pub fn reading(log: Arc<dyn EventLog>, to: Position, later: Keys) -> Result<Self, LogError> {
        let read = move || read(log.as_ref(), to, later);
        let thread = std::thread::Builder::new().name("keys".into()).spawn(read);
        let failed = |error: std::io::Error| LogError::Storage {
            step: "reading the keys",
            reason: error.to_string(),
            trouble: Trouble::of(&error),
        };
        thread.map(Self::Reading).map_err(failed)
    }

    /// The keys; waits for them where they are still being read, and reads them again where they could not be read.
    ///
    /// # Errors
    /// Why they could not be read.
    pub fn known(&mut self, log: &Arc<dyn EventLog>) -> Result<&mut Keys, LogError> {
        let read = match std::mem::replace(self, Self::Unread) {
            Self::Read(keys) => Ok(keys),
            Self::Reading(thread) => {
                let gone = |_| Err(LogError::Damaged("the keys of earlier commands could not be read".into()));
                thread.join().unwrap_or_else(gone)
            }
            Self::Unread => read(log.as_ref(), log.last(), Keys::default()),
        };
        *self = Self::Read(read?);
        match self {
            Self::Read(keys) => Ok(keys),
            Self::Reading(_) | Self::Unread => Err(LogError::Closed),
        }
    }
}

/// Reads the keys of all entries up to a position, beside those that are known of later ones.
fn read(log: &dyn EventLog, to: Position, later: Keys) -> Result<Keys, LogError> {
    let mut keys = later;
    log.keys(to, &mut |position, actor, key| keys.note_key(position, &actor.name, &key.key))?;
    Ok(keys)
}
