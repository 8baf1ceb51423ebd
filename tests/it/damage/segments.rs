//! A log that is longer than one of its store's segments: damage in an old one is met only where it is read.

use std::fs;
use std::path::Path;

use coledger::domain::event::{Actor, Captured, Entry, HoursLogged, Role};
use coledger::domain::ids::{OrganisationId, Position, ProjectId};
use coledger::domain::time::Instant;
use coledger::log::event_log::{EventLog, LogError};
use coledger::log::sled_log::SledLog;

use super::harm::Harm;
use super::places::{copied, places, seed, workshop};
use crate::harness::decisions::day;
use crate::log::support::{Seeded, all};

const ENTRIES: u64 = 600;
/// How many letters an entry says; they do not compress well.
const LETTERS: usize = 45_000;
/// Eight MiB: the store's segment.
pub(crate) const SEGMENT: u64 = 8 << 20;

/// A large entry, always the same at its position.
pub(crate) fn entry(position: u64) -> Entry {
    let mut seeded = Seeded(position);
    let letters = (0..LETTERS).map(|_| char::from(b'0' + u8::try_from(seeded.below(64)).unwrap())).collect::<String>();
    let event = HoursLogged {
        project: ProjectId(Position(7)),
        group: OrganisationId(Position(3)),
        role: "general".into(),
        people: 3,
        minutes_each: 60,
        activity: Some(letters.as_str().into()),
        captured: Captured::Phone,
        pledge: None,
    };
    Entry {
        position: Position(position),
        effective: day("2012-05-01"),
        recorded_at: Instant(i64::try_from(position).unwrap()),
        commit: 0,
        actor: Actor { name: "group".into(), role: Role::Logger },
        key: None,
        batch: None,
        late: None,
        illustrative: false,
        event: event.into(),
    }
}

fn build(folder: &Path) -> Vec<Entry> {
    let entries: Vec<Entry> = (1..=ENTRIES).map(entry).collect();
    let log = SledLog::create(folder).unwrap();
    for group in entries.chunks(8) {
        log.append(group).unwrap();
    }
    log.stop().unwrap();
    entries
}

/// What a log says that was damaged: where it was found out, or that all is as before.
fn said(folder: &Path, truth: &[Entry]) -> Result<&'static str, LogError> {
    let named = |error: LogError, when| match error {
        LogError::Damaged(_) | LogError::Shorter { .. } | LogError::OtherHistory(_) => Ok(when),
        other => Err(other),
    };
    // As a start with a saved view opens it: what its tiles vouch for is not hashed again.
    let found = coledger::log::found::FoundLog::at(folder, coledger::log::sled_log::Options::default());
    let opened = found.and_then(|found| found.verify().and_then(|proof| found.believe(proof)));
    let log = match opened {
        Ok(log) => log,
        Err(error) => return named(error, "refused"),
    };
    match (all(&log), log.verify()) {
        (Err(error), _) => named(error, "said by a reader"),
        (Ok(read), verified) => {
            assert!(read == truth, "other entries were read, and nobody was told");
            verified.map_or_else(|error| named(error, "said by verify"), |_| Ok("harmless"))
        }
    }
}

#[test]
fn damage_to_a_log_of_several_segments_is_found_named_or_harmless() {
    let whole = workshop();
    let truth = build(&whole.path().join("town"));
    assert!(fs::metadata(whole.path().join("town/log/db")).unwrap().len() >= 3 * SEGMENT);
    assert_eq!(said(&whole.path().join("town"), &truth), Ok("harmless"));
    let mut counted = std::collections::BTreeMap::<_, usize>::new();
    for index in 0..places().div_ceil(30) {
        let copy = workshop();
        copied(whole.path(), copy.path());
        let harm = Harm::ALL[index % Harm::ALL.len()];
        let at = harm.hit(&copy.path().join("town/log/db"), &mut Seeded(seed() + index as u64));
        let outcome = said(&copy.path().join("town"), &truth);
        let outcome = outcome.unwrap_or_else(|error| panic!("{harm:?} at {at}, place {index}: {error}"));
        *counted.entry((harm, outcome)).or_default() += 1;
    }
    println!("{counted:?}");
    assert!(places() < 100 || counted.keys().any(|(_, outcome)| *outcome == "said by a reader"), "{counted:?}");
}
