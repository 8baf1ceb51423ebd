//! Faults of the disk while eight writers are at work: refused with a reason, read on, recovered in place, nothing lost.
//!
//! `tests/shim/faults.c` makes calls of the disk fail exactly where a row says; a small disk of its own fills up for
//! real. `COLEDGER_ROUNDS` says how often each row is gone through; `./soak faults` does it more often.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use coledger::app::ledger::Ledger;
use coledger::app::readiness::Supervisor;
use coledger::app::request::{Ask, SubmitError};
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::clock::{FakeClock, SystemClock};
use coledger::log::memory_log::MemoryLog;
use coledger::log::sled_log::{Options, SledLog};
use coledger::log::trouble::Trouble;

use super::requests::request;
use coledger::graphql::operating::{Readiness, Standing};

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
    std::env::var("COLEDGER_ROUNDS").map_or(1, |rounds| rounds.parse::<u64>().unwrap().div_ceil(10))
}

/// What the program told its log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn read(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
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

    /// Writes by eight at once while `event` happens, however that ends.
    fn under_load(&self, event: impl FnOnce()) {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _set = SetAtEnd(&stop);
            for _ in 0..WRITERS {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        self.write_one();
                    }
                });
            }
            event();
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
        let fund = "mutation { openFund(input: { idempotencyKey: \"told\", name: \"Told\" }) { __typename } }";
        // A log looks at its disk every tenth of a second; until then it takes what comes.
        let refused = || {
            let answer = wait(crate::graphql::ledgers::ask(&endpoint, fund, serde_json::Value::Null));
            answer.json().get("errors").map(|errors| errors[0].clone())
        };
        let error = tracing::subscriber::with_default(subscriber, || until("a command is refused", refused));
        assert_eq!(
            (&error["extensions"]["code"], &error["extensions"]["reason"]),
            (&"UNAVAILABLE".into(), &trouble.code().into()),
            "{error}"
        );
        assert!(error["message"].as_str().unwrap().starts_with(trouble.sentence()), "{error}");
        assert!(written.read().contains(trouble.code()), "{}", written.read());
        let ready = Readiness::of(&self.ledger, Standing::Serving);
        assert_eq!((ready.code, ready.status().as_u16()), (trouble.code(), 503), "{}", ready.message);
        let figures = Call::query("{ funds { totalCount } }");
        let read = wait(figures.send(&endpoint)).json();
        assert!(read.get("errors").is_none(), "{read}");
    }

    /// An entry is read; where the store cannot read what the write touched that failed, it says so with the same code,
    /// and never that the ledger is damaged.
    fn reads_or_says(&self, position: Position, trouble: Trouble) {
        match self.ledger.entry(position) {
            Ok(entry) => assert_eq!(entry.unwrap().position, position),
            Err(error) => assert_eq!(error.trouble(), trouble, "{error}"),
        }
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
const ROWS: [(&str, i32, Trouble); 7] = [
    ("write", 28, Trouble::DiskFull),
    ("sync", 5, Trouble::StorageFailed),
    ("write", 30, Trouble::ReadOnly),
    ("write", 5, Trouble::StorageFailed),
    ("write", 13, Trouble::NotPermitted),
    ("sync", 28, Trouble::DiskFull),
    ("range", 5, Trouble::StorageFailed),
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
            assert!(call != "range" || folder.join("log/unsynced").exists(), "the store is marked");
            town.is_told(trouble);
            town.reads_or_says(view.position, trouble);
            // Opening the log again asks for no part of a file to be synced: the next write finds out.
            assert!(call == "range" || town.ledger.recover().is_err(), "the cause is not gone");
            position = view.position;
            std::fs::remove_file(&trigger).unwrap();
            town.ledger.recover().unwrap();
            assert!(!folder.join("log/unsynced").exists(), "what was not synced is written again");
            town.wait_for(20);
        });
        assert!(town.ledger.view().position > position);
        let refused = std::mem::take(&mut *town.refused.lock().unwrap());
        assert!(refused.iter().all(|code| *code == trouble || *code == Trouble::Stopping), "{refused:?}");
    }
    recovers_by_itself(&town, &trigger);
    town.check(&town.ledger);
    town.ledger.stop().unwrap();
    let acknowledged = town.count();
    let (keys, next) = (town.acknowledged.into_inner().unwrap(), AtomicU64::new(0));
    drop(town.ledger);
    let again = Town::of(Ledger::open(&folder, &mut |_| {}).unwrap());
    let again = Town { acknowledged: Mutex::new(keys), next, ..again };
    again.check(&again.ledger);
    again.ledger.stop().unwrap();
    drop(again);
    a_log_that_is_shorter_after_a_fault(&folder, &trigger);
    println!("{} faults, {acknowledged} acknowledged commands, none lost", ROWS.len() as u64 * rounds());
}

/// The same without anybody who recovers the ledger but its supervisor.
fn recovers_by_itself(town: &Town, trigger: &Path) {
    let supervisor = Supervisor::start(&town.ledger).unwrap();
    for (call, number, trouble) in [ROWS[0], ROWS[1], ROWS[6]] {
        town.under_load(|| {
            std::fs::write(trigger, format!("{call} {number}")).unwrap();
            assert_eq!(town.wait_for_trouble(), trouble, "{call} {number}");
            std::fs::remove_file(trigger).unwrap();
            until("the ledger takes commands", || town.ledger.readiness().ok());
            town.wait_for(20);
        });
    }
    drop(supervisor);
}

/// A log that lost its end while it was fenced is damaged, whatever fenced it.
fn a_log_that_is_shorter_after_a_fault(folder: &Path, trigger: &Path) {
    let town = Town::of(Ledger::open(folder, &mut |_| {}).unwrap());
    std::fs::write(trigger, "write 5").unwrap();
    until("the fault is met", || {
        town.write_one();
        town.ledger.readiness().err()
    });
    let db = std::fs::File::options().write(true).open(folder.join("log/db")).unwrap();
    db.set_len(db.metadata().unwrap().len() / 1024).unwrap();
    std::fs::remove_file(trigger).unwrap();
    assert_eq!(town.ledger.recover().unwrap_err().trouble(), Trouble::Damaged);
    town.is_told(Trouble::Damaged);
    assert_eq!(town.ledger.recover().unwrap_err().trouble(), Trouble::Damaged, "and it stays so");
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
fn child(mut command: Command, test: &str, with: impl FnOnce(&mut Command) -> &mut Command) {
    let output = with(&mut command).args(["--exact", test, "--nocapture", "--test-threads=1"]).output().unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_fault_of_the_disk_is_told_survived_and_recovered_from_in_place() {
    let workshop = tempfile::tempdir().unwrap();
    let command = Command::new(std::env::current_exe().unwrap());
    child(command, "app::faults::child_whose_disk_fails", |command| {
        command
            .env("LD_PRELOAD", library(workshop.path()))
            .env("COLEDGER_FAULT", workshop.path().join("fault"))
            .env("COLEDGER_FAULT_BELOW", workshop.path().join("ledger"))
            .env(FOLDER, workshop.path().join("ledger"))
    });
}

/// Writes a file until the disk takes no more.
fn fill_up(ballast: &Path) {
    let mut file = std::fs::File::create(ballast).unwrap();
    let full = std::io::copy(&mut std::io::repeat(1), &mut file).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
}

/// The child on a disk of 96 MiB: it fills up for real, and the ledger comes back by itself. Does nothing by hand.
#[test]
fn child_on_a_small_disk() {
    let Some(disk) = std::env::var_os("COLEDGER_SMALL_DISK").map(PathBuf::from) else { return };
    let folder = disk.join("ledger");
    drop(SledLog::create(&folder).unwrap());
    let room_floor = std::env::var("COLEDGER_FLOOR").unwrap().parse().unwrap();
    let log = SledLog::open_with(&folder, Options { room_floor, ..Options::default() }, &mut |_| {}).unwrap();
    let town = Town::of(Ledger::over(Arc::new(log), Arc::new(SystemClock)).unwrap());
    let supervisor = Supervisor::start(&town.ledger).unwrap();
    let ballast = disk.join("ballast");
    // Without a floor the ledger itself grows, each time, by what it took before.
    let rounds = if room_floor == 0 { rounds().min(3) } else { rounds() };
    for _ in 0..rounds {
        town.under_load(|| {
            town.wait_for(20);
            fill_up(&ballast);
            assert_eq!(town.wait_for_trouble(), Trouble::DiskFull);
            town.is_told(Trouble::DiskFull);
            assert!(town.ledger.entry(town.ledger.view().position).unwrap().is_some(), "reads go on");
            std::fs::remove_file(&ballast).unwrap();
            town.wait_for(20);
        });
    }
    drop(supervisor);
    town.check(&town.ledger);
    println!(
        "a floor of {room_floor} bytes: a full disk {rounds} times, {} acknowledged commands, none lost",
        town.count()
    );
}

#[test]
fn a_disk_that_fills_up_is_told_and_the_ledger_comes_back_by_itself() {
    on_a_small_disk(1 << 20);
    // Where nothing looks for room, the ledger meets the last byte of the disk: after half a minute.
    if rounds() > 1 {
        on_a_small_disk(0);
    }
}

fn on_a_small_disk(floor: u64) {
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
    child(command, "app::faults::child_on_a_small_disk", |command| {
        command.env("COLEDGER_SMALL_DISK", disk.path()).env("COLEDGER_FLOOR", floor.to_string())
    });
}

/// The child whose ledger's file may not be written any more, then may again. Does nothing by hand.
#[test]
fn child_without_leave() {
    let Some(folder) = std::env::var_os("COLEDGER_LOCKED").map(PathBuf::from) else { return };
    let folder = folder.join("ledger");
    let written = Lines::default();
    let lines = written.clone();
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || lines.clone()).init();
    let told =
        || written.read().lines().filter(|line| line.contains("readiness")).map(str::to_owned).collect::<Vec<_>>();
    let town = Town::of(Ledger::create(&folder).unwrap());
    let supervisor = Supervisor::start(&town.ledger).unwrap();
    let may_write = |mode| {
        let allowed = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.join("log/db"), allowed).unwrap();
    };
    town.under_load(|| {
        town.wait_for(20);
        may_write(0o400);
        assert_eq!(town.wait_for_trouble(), Trouble::NotPermitted);
        town.is_told(Trouble::NotPermitted);
        until("the supervisor tells of it", || (told().len() == 1).then_some(()));
        may_write(0o600);
        town.wait_for(20);
        until("the supervisor tells of its end", || (told().len() == 2).then_some(()));
    });
    drop(supervisor);
    let told = told();
    assert!(
        told[0].contains("ERROR") && told[0].contains("the ledger takes no commands code=\"NOT_PERMITTED\""),
        "{told:?}"
    );
    assert!(told[1].contains("INFO") && told[1].contains("the ledger takes commands again"), "{told:?}");
    town.check(&town.ledger);
}

#[test]
fn leave_to_write_that_is_lost_is_told_and_no_trouble_once_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    // Whoever may do everything is denied nothing.
    let command = if rustix::process::getuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-all", "--inh-caps=-all"]).arg(this);
        command
    } else {
        Command::new(this)
    };
    child(command, "app::faults::child_without_leave", |command| command.env("COLEDGER_LOCKED", folder.path()));
}

/// The child that has few file handles, and for a while none. Does nothing by hand.
#[test]
fn child_without_handles() {
    let Some(folder) = std::env::var_os("COLEDGER_HANDLES").map(PathBuf::from) else { return };
    let town = Town::of(Ledger::create(&folder.join("ledger")).unwrap());
    town.under_load(|| {
        town.wait_for(20);
        let mut handles = Vec::new();
        let full = until("no handles are left", || match std::fs::File::open("/dev/null") {
            Ok(file) => {
                handles.push(file);
                None
            }
            Err(error) => Some(error),
        });
        assert_eq!(Trouble::of(&full), Trouble::NoFileHandles);
        assert_eq!(town.wait_for_trouble(), Trouble::NoFileHandles);
        until("a command is refused", || town.refused.lock().unwrap().first().copied());
        assert!(town.ledger.entry(town.ledger.view().position).unwrap().is_some(), "reads go on");
        drop(handles);
        town.wait_for(20);
    });
    assert!(town.refused.lock().unwrap().iter().all(|code| *code == Trouble::NoFileHandles));
    town.check(&town.ledger);
}

#[test]
fn handles_that_run_out_are_told_and_no_trouble_once_there_are_some() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 100 && exec \"$@\"", "sh"]).arg(std::env::current_exe().unwrap());
    child(command, "app::faults::child_without_handles", |command| command.env("COLEDGER_HANDLES", folder.path()));
}

/// The operator's table names every trouble, and none that there is not.
#[test]
fn the_operators_table_names_every_trouble() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/OPERATING.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, table) = text.split_once("## When nothing is taken").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let named: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(named, Trouble::ALL.iter().map(|trouble| trouble.code()).collect::<Vec<_>>());
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
