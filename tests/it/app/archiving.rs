//! An archive that follows a ledger: level again whatever happened to it, and never in the ledger's way.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use coledger::app::archiving::Lag;
use coledger::app::ledger::Ledger;
use coledger::app::request::Ask;
use coledger::domain::ids::Position;
use coledger::log::archive::error::ArchiveError;
use coledger::log::archive::restore::check;

use super::requests::{open, request};
use crate::harness::decisions::open_fund;

const FOLDER: &str = "COLEDGER_FULL_ARCHIVE";

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn lag(ledger: &Ledger) -> Lag {
    ledger.archiving().unwrap().lag()
}

fn is_level(ledger: &Ledger) -> bool {
    let lag = lag(ledger);
    lag.entries == 0 && lag.fault.is_none()
}

/// Opens so many more funds; each is acknowledged.
fn add(ledger: &Ledger, count: u64) {
    for _ in 0..count {
        let name = format!("Fund {}", ledger.view().position);
        ledger.submit_blocking(request(&name.replace(' ', "-"), vec![Ask::now(open_fund(&name))])).unwrap();
    }
}

/// The position that an archive holds, all of it checked.
fn held(archive: &Path) -> Position {
    check(archive, None, &mut |_| {}).unwrap().checkpoint.position
}

#[test]
fn an_archive_follows_and_holds_all_once_the_ledger_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let ledger = open();
    ledger.archive_to(&archive).unwrap();
    add(&ledger, 20);
    until("the archive follows", || is_level(&ledger));
    assert_eq!(lag(&ledger), Lag { position: Position(21), entries: 0, time: Duration::ZERO, fault: None });
    assert_eq!(held(&archive), Position(21));
    add(&ledger, 20);
    ledger.stop().unwrap();
    assert_eq!((held(&archive), lag(&ledger).entries), (Position(41), 0));
}

#[test]
fn an_archive_that_vanished_is_told_of_and_written_again_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, away) = (folder.path().join("archive"), folder.path().join("away"));
    let ledger = open();
    ledger.archive_to(&archive).unwrap();
    until("the archive follows", || is_level(&ledger));
    fs::rename(&archive, &away).unwrap();
    add(&ledger, 5);
    let fault =
        |words: &'static str| move |ledger: &Ledger| lag(ledger).fault.is_some_and(|fault| fault.contains(words));
    until("it is missed", || fault("is gone")(&ledger));
    // A mount point without its disk: nothing may be made there.
    fs::create_dir(&archive).unwrap();
    until("none is made in its place", || fault("there is no archive")(&ledger));
    add(&ledger, 5);
    assert!(lag(&ledger).entries == 10 && lag(&ledger).time > Duration::ZERO, "{:?}", lag(&ledger));
    assert_eq!((fs::read_dir(&archive).unwrap().count(), ledger.readiness()), (0, Ok(())));
    fs::remove_dir(&archive).unwrap();
    fs::rename(&away, &archive).unwrap();
    until("it is written again", || is_level(&ledger));
    assert_eq!(held(&archive), Position(11));
}

#[test]
fn a_folder_that_is_not_this_ledgers_archive_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let other = Ledger::in_memory(super::requests::clock()).unwrap();
    let name =
        coledger::domain::command::OpenLedger { name: "Elsewhere".into(), ..crate::harness::decisions::open_ledger() };
    other.submit_blocking(request("open", vec![Ask::now(name)])).unwrap();
    other.backup(&folder.path().join("theirs"), None, &mut |_, _| {}).unwrap();
    let ledger = open();
    let error = ledger.archive_to(&folder.path().join("theirs")).unwrap_err();
    assert!(matches!(error, ArchiveError::OtherLedger(_)), "{error}");
    assert!(matches!(ledger.archive_to(folder.path()), Err(ArchiveError::NotEmpty { .. })));
    assert!(ledger.archiving().is_none());
    // What may pass is no reason not to start.
    ledger.archive_to(&folder.path().join("not/yet")).unwrap();
    until("it is told", || lag(&ledger).fault.is_some());
    fs::create_dir(folder.path().join("not")).unwrap();
    until("it is made", || is_level(&ledger));
}

/// The child: its archive soon may not grow. Does nothing when the tests are run by hand.
#[test]
fn child_whose_archive_may_not_grow() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let ledger = open();
    ledger.archive_to(Path::new(&folder)).unwrap();
    while lag(&ledger).fault.is_none() {
        add(&ledger, 1);
        assert!(ledger.view().position < Position(100_000));
    }
    add(&ledger, 50);
    let Lag { position, entries, fault, .. } = lag(&ledger);
    assert!(entries >= 50 && ledger.readiness().is_ok());
    println!("\nfull after {position}: {}", fault.unwrap());
    until("there is room again", || is_level(&ledger));
    ledger.stop().unwrap();
    println!("\nlevel at {}", ledger.view().position);
}

#[test]
fn an_archive_without_room_does_no_harm_and_goes_on_once_there_is_some() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    // A limit on the size of files stands for a full disk: nothing but the archive is on a disk here.
    let script = "trap '' XFSZ; exec prlimit --fsize=24000:unlimited \"$0\" \"$@\"";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "app::archiving::child_whose_archive_may_not_grow", "--nocapture", "--test-threads=1"])
        .env(FOLDER, &archive)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let full = lines.find(|line| line.starts_with("full after ")).expect("the archive is full");
    assert!(full.contains("writing the archive failed in") && full.contains("File too large"), "{full}");
    let found = check(&archive, None, &mut |_| {}).unwrap();
    assert!(found.missing() > 0, "the archive knows what it lacks: {found:?}");
    let lifted = Command::new("prlimit").args(["--pid", &child.id().to_string(), "--fsize=unlimited"]).status();
    assert!(lifted.unwrap().success());
    let level = lines.find_map(|line| line.strip_prefix("level at ").map(str::to_owned)).expect("it goes on");
    assert!(child.wait().unwrap().success());
    assert_eq!(held(&archive).to_string(), level);
}
