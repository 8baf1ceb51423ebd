//! The index of idempotency keys: where the commit of a key began. Kept as long as the log, because it is in the log.
//!
//! Invariant: the index only points; the key and its digest are read from the log itself, so a clash of fingerprints
//! can never answer one request with another's entries.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::domain::event::{Actor, Entry};
use crate::domain::ids::Position;
use crate::domain::text::Reference;

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
            let first = u32::try_from(entry.position.0).unwrap_or(u32::MAX);
            self.first.insert(fingerprint(&entry.actor, &key.key), first);
        }
    }

    /// Where the commit with this key may have begun.
    pub fn find(&self, actor: &Actor, key: &Reference) -> Option<Position> {
        self.first.get(&fingerprint(actor, key)).map(|first| Position(u64::from(*first)))
    }
}

/// Roles do not count: a key belongs to its actor, in whatever role it acts.
fn fingerprint(actor: &Actor, key: &Reference) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((&actor.name, key))
}
