//! A hundred kills, some of them while the ledger is being opened: nothing acknowledged is missing, nothing partial is
//! visible. The child is this test binary again; it reports what was acknowledged to it over a pipe. `COLEDGER_ROUNDS`
//! says how many kills; `./soak kill` does a thousand.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use coledger::domain::event::{Entry, EventKind};
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::clock::SystemClock;
use coledger::log::event_log::{Checkpoint, EventLog, LogError};
use coledger::log::sled_log::SledLog;
use coledger::log::writer::{Decided, Decider, Publish, Writer};

use super::support::{Seeded, all};

const FOLDER: &str = "COLEDGER_KILL_FOLDER";
/// More entries than a chunk takes.
pub(crate) const LARGE: u32 = 600;

/// The one event that belongs at a position, so that a wrong one is known.
pub(crate) fn event_at(position: u64) -> Entry {
    let mut seeded = Seeded(position);
    Entry::random(EventKind::HoursLogged, &mut |limit| seeded.below(limit))
}

/// Makes commits of one to five entries, and now and then one that no single chunk has room for.
pub(crate) struct Load(pub(crate) u64);

impl Decider for Load {
    type Job = ();
    type Answer = u64;
    type Sealed = ();

    fn decide(&mut self, (): (), recorded_at: Instant) -> Decided<u64> {
        let size = if self.0 % 997 < 2 { LARGE } else { 1 + u32::try_from(self.0 % 5).unwrap() };
        let commit = (0..size).map(|index| {
            self.0 += 1;
            let entry = event_at(self.0);
            Entry { position: Position(self.0), recorded_at, commit: size - 1 - index, ..entry }
        });
        Decided { entries: commit.collect::<Vec<_>>().into(), answer: self.0 }
    }

    fn seal(&mut self) {}
}

pub(crate) struct Nowhere;

impl Publish<()> for Nowhere {
    type Replaced = ();

    fn publish(&mut self, (): (), _: &[Arc<[Entry]>], _: &Checkpoint) {}
}

/// The child: opens the ledger and writes until it is killed. Does nothing when the tests are run by hand.
#[test]
fn child_that_writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let out = Mutex::new(std::io::stdout());
    let say = |words: String| {
        let mut out = out.lock().unwrap();
        writeln!(out, "\n{words}").unwrap();
        out.flush().unwrap();
    };
    say("opening".into());
    let log = match SledLog::open(folder, &mut |_| {}) {
        Err(LogError::NoLedger(_)) => SledLog::create(folder),
        opened => opened,
    };
    let log = log.map_err(|error| say(format!("refused {error}"))).unwrap();
    let load = Load(log.last().0);
    let writer = Writer::start(Arc::new(log), Arc::new(SystemClock), load, Nowhere).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let position = writer.submit(()).blocking_recv().unwrap().unwrap();
                    say(format!("acknowledged {position}"));
                }
            });
        }
    });
}

/// Starts the child; its words come through the channel.
fn child(folder: &Path) -> (std::process::Child, Receiver<String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "log::kill::child_that_writes_until_it_is_killed", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (words, heard) = channel();
    let pipe = BufReader::new(child.stdout.take().unwrap());
    std::thread::spawn(move || pipe.lines().map_while(Result::ok).for_each(|line| drop(words.send(line))));
    (child, heard)
}

/// Kills the child at some moment, and gives the last position that it saw acknowledged.
fn kill_at_some_moment(folder: &Path, seeded: &mut Seeded) -> u64 {
    let (mut child, heard) = child(folder);
    let during_open = seeded.below(3) == 0;
    let wanted = if during_open { "opening" } else { "acknowledged" };
    let mut words: Vec<String> = Vec::new();
    while words.last().is_none_or(|line| !line.starts_with(wanted)) {
        words.push(heard.recv().unwrap_or_else(|_| panic!("the child ended: {words:?}")));
    }
    let moment = Duration::from_micros(seeded.below(if during_open { 15_000 } else { 60_000 }));
    let until = std::time::Instant::now() + moment;
    while let Ok(line) = heard.recv_timeout(until.saturating_duration_since(std::time::Instant::now())) {
        words.push(line);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    words.extend(heard.iter());
    words.iter().filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok()).max().unwrap_or(0)
}

#[test]
fn kills_at_any_moment_lose_nothing_that_was_acknowledged_and_show_nothing_partial() {
    let mut seeded = Seeded(23);
    let rounds: u64 = std::env::var("COLEDGER_ROUNDS").map_or(100, |rounds| rounds.parse().unwrap());
    let (mut total, mut kills) = (0, 0);
    for _ in 0..rounds.div_ceil(20) {
        let folder = tempfile::tempdir().unwrap();
        let mut acknowledged = 0;
        for _ in 0..20 {
            acknowledged = kill_at_some_moment(folder.path(), &mut seeded).max(acknowledged);
            if acknowledged == 0 && matches!(SledLog::open(folder.path(), &mut |_| {}), Err(LogError::NoLedger(_))) {
                continue;
            }
            let log = SledLog::open(folder.path(), &mut |_| {}).unwrap();
            assert!(log.last().0 >= acknowledged, "{} is acknowledged, {} is there", acknowledged, log.last());
            let entries = all(&log).unwrap();
            assert!(entries.last().is_none_or(|entry| entry.commit == 0));
            for entry in entries {
                assert_eq!(entry.event, event_at(entry.position.0).event);
            }
        }
        (total, kills) = (total + acknowledged, kills + 20);
    }
    println!("{kills} kills, {total} acknowledged entries, none lost");
}
