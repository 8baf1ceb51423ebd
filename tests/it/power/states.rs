//! Thousands of power cuts at moments of a recorded run: nothing acknowledged is missing, nothing partial is seen.
//!
//! `COLEDGER_STATES` says how many disks are built for each run and promise; `./soak power` builds many more.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{fs, io::Write};

use coledger::app::ledger::Ledger;
use coledger::app::request::Ask;
use coledger::domain::command::LogHours;
use coledger::domain::event::{Entry, OrganisationKind};
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::clock::SystemClock;
use coledger::log::event_log::{EventLog, LogError};
use coledger::log::sled_log::SledLog;
use coledger::log::writer::Writer;

use super::child::{FOLDER, MARKS, recorded};
use super::disk::{Disk, Promise};
use super::trace::Step;
use crate::app::requests::request;
use crate::harness::decisions::{day, id, open_ledger, open_project, rate_card, register};
use crate::harness::views::{folded, same};
use crate::harness::worked_example::hours;
use crate::log::kill::{LARGE, Load, Nowhere, event_at};
use crate::log::support::{Seeded, all};

/// What a recorded program says of itself.
pub(super) fn say(words: &str) {
    static MARKING: Mutex<()> = Mutex::new(());
    let _marking = MARKING.lock().unwrap();
    let path = std::env::var_os(MARKS).unwrap();
    fs::OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(words.as_bytes()).unwrap();
}

/// Commits of a few entries, and of many, by six writers at once, each acknowledged aloud.
fn write(log: SledLog, commits: usize) {
    let load = Load(log.last().0);
    let writer = Writer::start(Arc::new(log), Arc::new(SystemClock), load, Nowhere).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..commits {
                    let position = writer.submit(()).blocking_recv().unwrap().unwrap();
                    say(&format!("acknowledged {position}"));
                }
            });
        }
    });
    writer.stop().unwrap();
}

/// The recorded run of a log: made, written to, stopped, opened again and written to. Does nothing by hand.
#[test]
fn child_that_writes_a_log() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let log = SledLog::create(Path::new(&folder)).unwrap();
    say("made");
    write(log, 80);
    let log = SledLog::open(Path::new(&folder), &mut |_| {}).unwrap();
    let chunks_of_one_commit = all(&log).unwrap().iter().any(|entry| entry.commit + 1 == LARGE);
    assert!(chunks_of_one_commit, "no commit of this run is larger than a chunk");
    write(log, 40);
}

const DAY: &str = "2020-06-01";

/// A ledger with a rate card, a group (2) and its project (4).
fn town() -> Vec<Ask> {
    let group = register("Friends of the wood", &[OrganisationKind::Voluntary]);
    let card = rate_card(&[("general", 1_109)]);
    let project = open_project("The wood", id(2));
    vec![
        Ask::on(day(DAY), open_ledger()),
        Ask::on(day(DAY), group),
        Ask::on(day(DAY), card),
        Ask::on(day(DAY), project),
    ]
}

fn log_hours(index: u32) -> LogHours {
    LogHours { project: id(4), group: id(2), meant: true, ..hours(1 + index % 7, 30 + index, "general") }
}

/// The recorded run of a whole ledger, large enough that its views are saved. Does nothing by hand.
#[test]
fn child_that_keeps_a_ledger() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let keep = |ledger: &Ledger, from: u64, to: u64| {
        for number in from..to {
            let size = if number == 50 { LARGE } else { 40 };
            let asks = (0..size).map(|index| Ask::on(day(DAY), log_hours(index))).collect();
            let receipt = ledger.submit_blocking(request(&format!("hours-{number}"), asks)).unwrap();
            say(&format!("acknowledged {}", receipt.position));
        }
        ledger.stop().unwrap();
    };
    let ledger = Ledger::create(folder).unwrap();
    say("made");
    ledger.submit_blocking(request("town", town())).unwrap();
    keep(&ledger, 0, 40);
    drop(ledger);
    keep(&Ledger::open(folder, &mut |_| {}).unwrap(), 40, 80);
}

/// How many disks are built for each run and promise.
pub(super) fn states() -> usize {
    std::env::var("COLEDGER_STATES").map_or(500, |count| count.parse().unwrap())
}

/// A folder in memory where there is one: thousands of disks are written, and none has to last.
fn workshop() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Moments to cut at: half of them anywhere, half just after something was acknowledged.
fn moments(steps: &[Step], count: usize, seeded: &mut Seeded) -> Vec<usize> {
    let said = |index: &usize| matches!(&steps[*index], Step::Mark(_));
    let marks: Vec<usize> = (0..steps.len()).filter(said).collect();
    let mut moments: Vec<usize> = (0..count)
        .map(|number| {
            let any = |limit: usize, seeded: &mut Seeded| usize::try_from(seeded.below(limit as u64)).unwrap();
            if number % 2 == 0 { any(steps.len(), seeded) } else { marks[any(marks.len(), seeded)] + any(3, seeded) }
        })
        .map(|moment| moment.min(steps.len() - 1))
        .collect();
    moments.sort_unstable();
    moments
}

/// What a program had said before the lights went out.
#[derive(Clone, Copy, Default)]
pub(super) struct Said {
    pub(super) made: bool,
    pub(super) acknowledged: u64,
}

impl Said {
    fn hear(&mut self, step: &Step) {
        let Step::Mark(words) = step else { return };
        match words.strip_prefix("acknowledged ") {
            Some(position) => self.acknowledged = self.acknowledged.max(position.parse().unwrap()),
            None => self.made = true,
        }
    }
}

/// Cuts a run at many moments and shows each disk with what was said before; gives how many passed.
pub(super) fn cut(
    steps: &[Step],
    states: usize,
    (promise, seed): (Promise, u64),
    check: &mut dyn FnMut(&Path, Said) -> bool,
) -> usize {
    let mut seeded = Seeded(seed);
    let (mut disk, mut said, mut passed, mut done) = (Disk::new(promise), Said::default(), 0, 0);
    for moment in moments(steps, states, &mut seeded) {
        for step in &steps[done..=moment.max(done).min(steps.len() - 1)] {
            if done <= moment {
                disk.take(step);
                said.hear(step);
                done += 1;
            }
        }
        let folder = workshop();
        disk.cut(folder.path(), &mut seeded);
        passed += usize::from(check(&folder.path().join("ledger"), said));
    }
    passed
}

/// Whether a log opens to all that was acknowledged, whole and as it was written, and goes on from there.
fn log_is_whole(folder: &Path, said: Said) -> bool {
    let log = match SledLog::open(folder, &mut |_| {}) {
        Ok(log) => log,
        Err(LogError::NoLedger(_) | LogError::Format(_)) if !said.made => SledLog::create(folder).unwrap(),
        Err(error) => {
            println!("after {} acknowledged entries: {error}", said.acknowledged);
            return false;
        }
    };
    if log.last().0 < said.acknowledged {
        println!("{} acknowledged, {} there", said.acknowledged, log.last());
        return false;
    }
    let entries = all(&log).unwrap();
    assert!(entries.last().is_none_or(|entry| entry.commit == 0), "a commit without its end is visible");
    for entry in &entries {
        assert_eq!(entry.event, event_at(entry.position.0).event);
    }
    let last = entries.last().map_or(Instant(0), |entry| entry.recorded_at);
    let next = log.last().0 + 1;
    let recorded_at = Instant(last.0 + 1);
    let more = Entry { position: Position(next), recorded_at, commit: 0, ..event_at(next) };
    log.append(&[more]).unwrap();
    log.verify().is_ok()
}

/// Whether a ledger opens to all that was acknowledged, with the figures of its own log.
fn ledger_is_whole(folder: &Path, said: Said) -> bool {
    let ledger = match Ledger::open(folder, &mut |_| {}) {
        Ok(ledger) => ledger,
        Err(LogError::NoLedger(_) | LogError::Format(_)) if !said.made => return true,
        Err(error) => {
            println!("after {} acknowledged entries: {error}", said.acknowledged);
            return false;
        }
    };
    let view = ledger.view();
    same(&view, &folded(&all(ledger.log()).unwrap()));
    view.position.0 >= said.acknowledged
}

#[test]
fn a_power_cut_takes_nothing_that_a_log_acknowledged() {
    let steps = recorded("power::states::child_that_writes_a_log", "");
    for (promise, seed) in [(Promise::Strict, 41), (Promise::Ranges, 42)] {
        let passed = cut(&steps, states(), (promise, seed), &mut log_is_whole);
        println!("log, {promise:?}: {passed} of {} power cuts left all that was acknowledged", states());
        assert_eq!(passed, states());
    }
}

#[test]
fn a_power_cut_takes_nothing_that_a_ledger_acknowledged() {
    let steps = recorded("power::states::child_that_keeps_a_ledger", "");
    for (promise, seed) in [(Promise::Strict, 43), (Promise::Ranges, 44)] {
        let passed = cut(&steps, states(), (promise, seed), &mut ledger_is_whole);
        println!("ledger, {promise:?}: {passed} of {} power cuts left all that was acknowledged", states());
        assert_eq!(passed, states());
    }
}

/// The control: a program whose syncs of the log never reach the disk must be found out.
#[test]
fn a_log_that_is_never_synced_is_found_out() {
    let steps = recorded("power::states::child_that_writes_a_log", "log/db");
    let passed = cut(&steps, states(), (Promise::Strict, 45), &mut |folder, said| {
        SledLog::open(folder, &mut |_| {}).is_ok_and(|log| log.last().0 >= said.acknowledged)
    });
    println!("without syncs: {} of {} power cuts lost what was acknowledged", states() - passed, states());
    assert!(passed < states() * 9 / 10, "losing {} of {} is too good to be true", states() - passed, states());
}
