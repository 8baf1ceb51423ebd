//! Faults of the disk while eight writers are at work: refused with a reason, read on, recovered in place, nothing lost.
//!
//! `tests/shim/faults.c` makes calls of the disk fail exactly where a row says; a small disk of its own fills up for
//! real. `COLEDGER_ROUNDS` says how often each row is gone through; `./soak faults` does it more often.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use coledger::app::ledger::{Ledger, SubmitError};
use coledger::app::readiness::Supervisor;
use coledger::app::request::Ask;
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::clock::{FakeClock, SystemClock};
use coledger::log::memory_log::MemoryLog;
use coledger::log::sled_log::{Options, SledLog};
use coledger::log::trouble::Trouble;

use super::requests::request;
use crate::graphql::client::{Call, wait};
use crate::harness::decisions::{open_fund, open_ledger};

const FOLDER: &str = "COLEDGER_FAULTS_FOLDER";
const WRITERS: u64 = 8;

const PAUSE: Duration = Duration::from_millis(2);

/// Waits for something, though not for ever: whoever waits in vain ends the process, writers and all.
fn until<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
    let began = std::time::Instant::now();
    loop {
        if let Some(found) = find() {
            return found;
        }
        if began.elapsed() > Duration::from_secs(60) {
            eprintln!("waited a minute in vain until {what}");
            std::process::exit(1);
        }
        std::thread::sleep(PAUSE);
    }
}

/// How often each row is gone through.
fn rounds() -> u64 {
    std::env::var("COLEDGER_ROUNDS").map_or(2, |rounds| rounds.parse::<u64>().unwrap().div_ceil(10))
}

/// What the program told its log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A ledger under eight writers, and the keys that were acknowledged.
struct Town {
    ledger: Arc<Ledger>,
    next: AtomicU64,
    acknowledged: Mutex<BTreeSet<u64>>,
    refused: Mutex<Vec<Trouble>>,
}

fn fund(number: u64) -> coledger::app::request::Request {
    request(&format!("fund-{number}"), vec![Ask::now(open_fund(&format!("Fund {number}")))])
}

impl Town {
    fn of(ledger: Ledger) -> Self {
        if ledger.view().position == Position(0) {
            ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
        }
        Self {
            ledger: Arc::new(ledger),
            next: AtomicU64::new(0),
            acknowledged: Mutex::default(),
            refused: Mutex::default(),
        }
    }

    /// Writes until it is told to stop, by eight at once; meanwhile `event` happens.
    fn under_load(&self, event: impl FnOnce()) {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        self.write_one();
                    }
                });
            }
            event();
            stop.store(true, Ordering::Relaxed);
        });
    }

    fn write_one(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match self.ledger.submit_blocking(fund(number)) {
            Ok(_) => drop(self.acknowledged.lock().unwrap().insert(number)),
            Err(SubmitError::Unavailable(why)) => {
                self.refused.lock().unwrap().push(why.trouble);
                std::thread::sleep(PAUSE);
            }
            Err(SubmitError::Refused(refusal)) => panic!("{refusal:?}"),
        }
    }

    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Waits until so many more were acknowledged.
    fn wait_for(&self, more: usize) {
        let wanted = self.count() + more;
        until("commands are acknowledged", || (self.count() >= wanted).then_some(()));
    }

    /// Waits until the ledger takes nothing, and gives the code.
    fn wait_for_trouble(&self) -> Trouble {
        until("the ledger takes nothing", || self.ledger.readiness().err().map(|unready| unready.trouble))
    }

    /// A command through the API, the log of the program and the readiness give one code; figures are read on.
    fn is_told(&self, trouble: Trouble) {
        let written = Lines::default();
        let lines = written.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || lines.clone()).finish();
        let endpoint = crate::graphql::ledgers::endpoint(&self.ledger);
        let fund = "mutation { openFund(input: { idempotencyKey: \"told\", name: \"Told\" }) { position } }";
        let answer = tracing::subscriber::with_default(subscriber, || {
            wait(crate::graphql::ledgers::ask(&endpoint, fund, serde_json::Value::Null))
        });
        let error = &answer.json()["errors"][0];
        assert_eq!(error["extensions"]["code"], "UNAVAILABLE", "{}", answer.text());
        assert_eq!(error["extensions"]["reason"], trouble.code(), "{}", answer.text());
        let told = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(told.contains(trouble.code()), "{told}");
        assert_eq!(self.ledger.readiness().unwrap_err().trouble, trouble);
        let figures = Call::query("{ funds { totalCount } }");
        let read = wait(figures.send(&endpoint)).json();
        assert!(read.get("errors").is_none(), "{read}");
    }

    /// All that was acknowledged is answered as it was the first time.
    fn check(&self, ledger: &Ledger) {
        for number in self.acknowledged.lock().unwrap().iter() {
            let receipt = ledger.submit_blocking(fund(*number)).unwrap();
            assert!(receipt.replayed, "fund {number} was acknowledged and is gone");
        }
    }
}

/// What fails, with which error number, and the code that everybody is told.
const ROWS: [(&str, i32, Trouble); 6] = [
    ("write", 28, Trouble::DiskFull),
    ("sync", 5, Trouble::StorageFailed),
    ("write", 30, Trouble::ReadOnly),
    ("write", 5, Trouble::StorageFailed),
    ("write", 13, Trouble::NotPermitted),
    ("sync", 28, Trouble::DiskFull),
];

/// The child under the shim: each row again and again. Does nothing by hand.
#[test]
fn child_whose_disk_fails() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let trigger = PathBuf::from(std::env::var_os("COLEDGER_FAULT").unwrap());
    let town = Town::of(Ledger::create(&folder).unwrap());
    for (call, number, trouble) in ROWS.iter().copied().cycle().take(ROWS.len() * usize::try_from(rounds()).unwrap()) {
        let mut position = Position(0);
        town.under_load(|| {
            town.wait_for(20);
            std::fs::write(&trigger, format!("{call} {number}")).unwrap();
            assert_eq!(town.wait_for_trouble(), trouble, "{call} {number}");
            let view = town.ledger.view();
            town.is_told(trouble);
            assert!(town.ledger.entry(view.position).unwrap().is_some(), "reads go on");
            assert!(town.ledger.recover().is_err(), "the cause is not gone");
            position = view.position;
            std::fs::remove_file(&trigger).unwrap();
            town.ledger.recover().unwrap();
            town.wait_for(20);
        });
        assert!(town.ledger.view().position > position);
        let refused = std::mem::take(&mut *town.refused.lock().unwrap());
        assert!(refused.iter().all(|code| *code == trouble || *code == Trouble::Stopping), "{refused:?}");
    }
    town.check(&town.ledger);
    town.ledger.stop().unwrap();
    let acknowledged = town.count();
    let (keys, next) = (town.acknowledged.into_inner().unwrap(), AtomicU64::new(0));
    drop(town.ledger);
    let again = Town::of(Ledger::open(&folder, &mut |_| {}).unwrap());
    let again = Town { acknowledged: Mutex::new(keys), next, ..again };
    again.check(&again.ledger);
    println!("{} faults, {acknowledged} acknowledged commands, none lost", ROWS.len() as u64 * rounds());
}

fn library(into: &Path) -> PathBuf {
    let library = into.join("faults.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/faults.c");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    assert!(
        Command::new(compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(source)
            .status()
            .unwrap()
            .success()
    );
    library
}

/// Runs a test of this binary in a process of its own.
fn child(mut command: Command, test: &str) {
    let output = command.args(["--exact", test, "--nocapture", "--test-threads=1"]).output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_fault_of_the_disk_is_told_survived_and_recovered_from_in_place() {
    let workshop = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env("LD_PRELOAD", library(workshop.path()))
        .env("COLEDGER_FAULT", workshop.path().join("fault"))
        .env("COLEDGER_FAULT_BELOW", workshop.path().join("ledger"))
        .env(FOLDER, workshop.path().join("ledger"));
    child(command, "app::faults::child_whose_disk_fails");
}

/// The child on a disk of 96 MiB: it fills up for real, and the ledger comes back by itself. Does nothing by hand.
#[test]
fn child_on_a_small_disk() {
    let Some(disk) = std::env::var_os("COLEDGER_SMALL_DISK").map(PathBuf::from) else { return };
    let folder = disk.join("ledger");
    drop(SledLog::create(&folder).unwrap());
    let without_floor = Options { room_floor: 0, ..Options::default() };
    let log = SledLog::open_with(&folder, without_floor, &mut |_| {}).unwrap();
    let town = Town::of(Ledger::over(Arc::new(log), Arc::new(SystemClock)).unwrap());
    let supervisor = Supervisor::start(&town.ledger).unwrap();
    let ballast = disk.join("ballast");
    for _ in 0..rounds() {
        town.under_load(|| {
            town.wait_for(20);
            let mut file = std::fs::File::create(&ballast).unwrap();
            let full = std::io::copy(&mut std::io::repeat(1), &mut file).unwrap_err();
            assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
            assert_eq!(town.wait_for_trouble(), Trouble::DiskFull);
            assert!(town.ledger.entry(town.ledger.view().position).unwrap().is_some(), "reads go on");
            std::fs::remove_file(&ballast).unwrap();
            town.wait_for(20);
        });
    }
    drop(supervisor);
    town.check(&town.ledger);
    println!("a full disk {} times, {} acknowledged commands, none lost", rounds(), town.count());
}

#[test]
fn a_disk_that_fills_up_is_told_and_the_ledger_comes_back_by_itself() {
    let disk = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=96m tmpfs \"$COLEDGER_SMALL_DISK\" && exec \"$@\"";
    let mut probe = Command::new("unshare");
    let allowed = probe.args(["-rm", "true"]).output().is_ok_and(|output| output.status.success());
    if !allowed {
        println!("Not tried: this system lets nobody mount a disk of his own (unshare -rm).");
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", mount, "sh"]).arg(std::env::current_exe().unwrap());
    command.env("COLEDGER_SMALL_DISK", disk.path());
    child(command, "app::faults::child_on_a_small_disk");
}

#[test]
fn too_little_room_is_said_with_its_code_and_is_over_when_there_is_some() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town");
    drop(SledLog::create(&path).unwrap());
    let log = SledLog::open_with(&path, Options { room_floor: u64::MAX, ..Options::default() }, &mut |_| {}).unwrap();
    let ledger = Ledger::over(Arc::new(log), Arc::new(SystemClock)).unwrap();
    assert_eq!(ledger.readiness().unwrap_err().trouble, Trouble::DiskFull);
    let answer = ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())]));
    let Err(SubmitError::Unavailable(why)) = answer else { panic!("{answer:?}") };
    assert_eq!(why.trouble, Trouble::DiskFull);
    assert!(why.to_string().contains("MiB are free"), "{why}");
    drop(ledger);
    let ledger = Ledger::open(&path, &mut |_| {}).unwrap();
    ledger.readiness().unwrap();
    ledger.submit_blocking(request("open", vec![Ask::now(open_ledger())])).unwrap();
}

/// A clock a little behind is bridged; one that is far behind is told, and is no trouble any more once it is put right.
#[test]
fn a_clock_that_is_set_back_is_told_and_turns_nothing_back() {
    let clock = Arc::new(FakeClock::at(Instant(1_700_000_000_000_000)));
    let town = Town::of(Ledger::over(Arc::new(MemoryLog::new().unwrap()), clock.clone()).unwrap());
    let ledger = &town.ledger;
    let (today, last) = (ledger.today(), ledger.view().recorded_at);
    clock.set(Instant(last.0 - 1));
    let receipt = ledger.submit_blocking(fund(1)).unwrap();
    assert!(receipt.entries[0].recorded_at > last);
    for (number, shown) in [(2, 1_600_000_000_000_000), (3, 0), (4, -5)] {
        clock.set(Instant(shown));
        town.is_told(Trouble::ClockSetBack);
        assert_eq!(ledger.today(), today);
        let before = ledger.view();
        assert!(matches!(ledger.submit_blocking(fund(number)), Err(SubmitError::Unavailable(_))));
        assert_eq!(ledger.view().position, before.position);
        clock.set(Instant(1_700_000_000_000_000));
        ledger.readiness().unwrap();
        let receipt = ledger.submit_blocking(fund(number)).unwrap();
        assert!(receipt.entries[0].recorded_at > before.recorded_at && receipt.entries[0].effective == today);
    }
}
