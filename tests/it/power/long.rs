//! Power cuts of a log that is longer than one segment of its store: the file grows by whole segments.

use std::collections::BTreeSet;
use std::path::Path;

use coledger::domain::event::Entry;
use coledger::log::event_log::EventLog;
use coledger::log::sled_log::SledLog;

use super::child::{FOLDER, recorded};
use super::disk::Promise;
use super::states::{Said, cut, say, states};
use super::trace::Step;
use crate::damage::segments::{SEGMENT, entry};
use crate::log::support::all;

/// So many entries fill the first segment and begin the second.
const FILLING: usize = 270;
/// So many follow, each alone.
const ALONE: usize = 40;

fn truth() -> Vec<Entry> {
    (1..=(FILLING + ALONE) as u64).map(entry).collect()
}

/// The recorded run: a segment filled in groups, then entries one by one. Does nothing by hand.
#[test]
fn child_that_writes_a_long_log() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let log = SledLog::create(Path::new(&folder)).unwrap();
    say("made");
    let entries = truth();
    let (filling, alone) = entries.split_at(FILLING);
    for group in filling.chunks(9).chain(alone.chunks(1)) {
        log.append(group).unwrap();
        say(&format!("acknowledged {}", log.last()));
    }
    log.stop().unwrap();
}

/// Whether a log opens to all that was acknowledged, as it was written.
fn is_whole(folder: &Path, said: Said, truth: &[Entry]) -> bool {
    let Ok(log) = SledLog::open(folder, &mut |_| {}) else { return !said.made };
    let found = all(&log).unwrap();
    assert_eq!(Some(&found[..]), truth.get(..found.len()), "other entries than were written");
    found.len() as u64 >= said.acknowledged
}

/// How long the store's file was at its syncs, from the end of its first segment on.
fn lengths(steps: &[Step]) -> impl Iterator<Item = u64> {
    steps.iter().filter_map(|step| match step {
        Step::Length { length, .. } => Some(*length as u64).filter(|length| *length >= SEGMENT),
        _ => None,
    })
}

#[test]
fn a_power_cut_takes_nothing_of_a_log_whose_file_grows_by_segments() {
    let steps = recorded("power::long::child_that_writes_a_long_log", "");
    let (whole, part): (BTreeSet<u64>, BTreeSet<u64>) = lengths(&steps).partition(|length| length % SEGMENT == 0);
    assert!(whole.len() > 1, "the log never came to a second segment: {whole:?}");
    // A write that begins a segment is synced in parts; the entries that follow would each make a length of their own.
    assert!(part.len() < ALONE / 2, "the file grew by entries, not by segments: {} lengths", part.len());
    let truth = truth();
    let count = states().div_ceil(25);
    for (promise, seed) in [(Promise::Strict, 46), (Promise::Ranges, 47)] {
        let passed = cut(&steps, count, (promise, seed), &mut |folder, said| is_whole(folder, said, &truth));
        println!("long log, {promise:?}: {passed} of {count} power cuts left all that was acknowledged");
        assert_eq!(passed, count);
    }
}
