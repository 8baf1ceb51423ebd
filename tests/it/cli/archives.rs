//! Backups, archives and what is made of them again, rehearsed with the built program.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use coledger::app::request::{Ask, Request};
use coledger::cli::exit::ExitCode;
use coledger::domain::event::{Actor, Role};
use serde_json::Value;

use super::server::Server;
use super::{Bench, Ran, worked_example_in};
use crate::harness::worked_example::{GROUP, PROJECT, hours};
use crate::interchange::data;

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// Logs hours at a server, one command after the other, until it is told to stop or the server is gone.
struct Load {
    ending: AtomicBool,
    acknowledged: AtomicU64,
}

impl Load {
    fn new() -> Self {
        Self { ending: AtomicBool::new(false), acknowledged: AtomicU64::new(0) }
    }

    fn run(&self, server: &Server, name: &str) {
        for number in 0.. {
            if self.ending.load(Ordering::Acquire) {
                return;
            }
            let answer = server.post(&format!(
                "mutation {{ logHours(input: [{{ idempotencyKey: \"{name}-{number}\", effective: \"2013-03-01\", project: \
                 \"{PROJECT}\", group: \"{GROUP}\", role: \"general\", people: {}, minutesEach: 60, captured: PHONE, \
                 meant: true }}]) {{ ... on HoursAccepted {{ position }} ... on Refused {{ message }} }} }}",
                1 + number % 9
            ));
            let position = answer["data"]["logHours"]["position"].as_str().unwrap_or_else(|| panic!("{answer}"));
            self.acknowledged.store(position.parse().unwrap(), Ordering::Release);
        }
    }

    /// Waits until more was acknowledged than this.
    fn beyond(&self, position: u64) -> u64 {
        loop {
            let acknowledged = self.acknowledged.load(Ordering::Acquire);
            if acknowledged > position {
                return acknowledged;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }
}

/// The figures of a ledger, and its lines.
fn figures(bench: &Bench, folder: &str, as_known_at: Option<u64>) -> Value {
    let known = as_known_at.map(|position| position.to_string());
    let known = known.as_deref().map_or_else(Vec::new, |position| vec!["--as-known-at", position]);
    let window = ["dividends", "--as-at", "2013-03-31", "--format", "json", "--data", folder];
    bench.run(&[&window[..], &known].concat()).json()
}

/// Holds a restored ledger against the one that it was made from, as that was at a position.
fn assert_same_at(bench: &Bench, restored: &str, position: u64) {
    assert!(bench.run(&["verify", "--data", restored]).ok().contains("all figures fold to the same"));
    assert_eq!(figures(bench, restored, None), figures(bench, "town", Some(position)));
    let (lines, all) = (bench.run(&["export", "log", "--data", restored]).ok(), bench.run(&["export", "log"]).ok());
    assert_eq!(lines.lines().count() as u64, position);
    assert!(all.starts_with(&lines));
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name}: {value}"))
}

#[test]
fn a_ledger_is_backed_up_while_it_serves_and_made_again_at_any_position() {
    let bench = Bench::new();
    let ledger = worked_example_in(&bench.town());
    let example = ledger.view().position.0;
    ledger.stop().unwrap();
    drop(ledger);
    let server = Server::start(&bench, &SERVE);
    let load = Load::new();
    let positions = std::thread::scope(|scope| {
        scope.spawn(|| load.run(&server, "load"));
        let mut positions = vec![example - 3];
        for _ in 0..2 {
            let before = load.beyond(positions.last().copied().unwrap().max(example));
            let made = bench.run(&["backup", "copy", "--format", "json"]).json();
            assert!(number(&made, "position") >= before, "{made}");
            assert!(number(&made, "copied") > 0 && number(&made, "bytes") > 0, "{made}");
            positions.push(number(&made, "position"));
        }
        load.ending.store(true, Ordering::Release);
        positions
    });
    let part = (example + 2).to_string();
    let made = bench.run(&["backup", "part", "--to", &part, "--format", "json"]).json();
    assert_eq!(number(&made, "position"), example + 2);
    assert_eq!(server.stop(), 0);
    for position in &positions {
        let (folder, to) = (format!("town-{position}"), position.to_string());
        let made = bench.run(&["restore", "copy", "--data", &folder, "--to", &to, "--format", "json"]).json();
        assert_eq!(number(&made, "position"), *position);
        let checkpoint = bench.run(&["checkpoint", "--data", &folder]).ok();
        assert_eq!(checkpoint.lines().last(), made["root"].as_str());
        assert_same_at(&bench, &folder, *position);
    }
    bench.run(&["restore", "part", "--data", "town-part"]).ok();
    assert_same_at(&bench, "town-part", example + 2);
}

/// A ledger with some thousands of entries of hours, so that copying it takes a moment.
fn large_town(folder: &Path) {
    let ledger = worked_example_in(folder);
    for batch in 0..8 {
        let asks = (0..500).map(|row| {
            let hours = hours(1 + row % 9, 30 + row, "general");
            Ask::on("2012-06-01".parse().unwrap(), coledger::domain::command::LogHours { meant: true, ..hours })
        });
        let actor = Actor { name: "keeper".into(), role: Role::Keeper };
        let request = Request { actor, key: format!("batch-{batch}").as_str().into(), asks: asks.collect() };
        ledger.submit_blocking(request).unwrap();
    }
    ledger.stop().unwrap();
}

#[test]
fn a_server_that_is_killed_while_it_archives_leaves_an_archive_that_goes_on() {
    let bench = Bench::new();
    large_town(&bench.town());
    let serve = [&SERVE[..], &["--archive", "archive"]].concat();
    let (mut acknowledged, mut held) = (0, 0);
    for round in 0..4_u64 {
        let server = Server::start(&bench, &serve);
        assert!(server.printed.contains("Archive /"), "{}", server.printed);
        let load = Load::new();
        std::thread::scope(|scope| {
            scope.spawn(|| load.run(&server, &format!("round-{round}")));
            let begun = load.beyond(0);
            acknowledged = load.beyond(begun + round * 7);
            load.ending.store(true, Ordering::Release);
        });
        drop(server);
        let checked = bench.run(&["restore", "archive", "--check", "--format", "json"]);
        match checked.code {
            0 => {
                let (before, found) = (held, checked.json());
                held = number(&found, "position");
                assert!(before <= held && held <= bench.size().parse().unwrap(), "{before} {found}");
            }
            // Killed before the archive was made.
            code => assert_eq!(code, i32::from(ExitCode::NotFound.code()), "{}", checked.remarks),
        }
    }
    let server = Server::start(&bench, &serve);
    server.post("{ ledger { asAt { position } } }");
    assert_eq!(server.stop(), 0);
    let made = bench.run(&["restore", "archive", "--data", "again", "--format", "json"]).json();
    assert!(number(&made, "position") >= acknowledged, "{made}");
    assert_eq!((number(&made, "missing"), number(&made, "leftOut")), (0, 0));
    assert_eq!(bench.run(&["checkpoint"]).ok(), bench.run(&["checkpoint", "--data", "again"]).ok());
    assert_same_at(&bench, "again", number(&made, "position"));
}

#[test]
fn a_server_whose_archive_was_removed_serves_on_and_stops_in_order() {
    let bench = Bench::new();
    drop(worked_example_in(&bench.town()));
    let server = Server::start(&bench, &[&SERVE[..], &["--archive", "archive"]].concat());
    let taken = bench.run(&["backup", "archive"]);
    assert_eq!(taken.code, i32::from(ExitCode::Unavailable.code()), "{}", taken.remarks);
    fs::remove_dir_all(bench.path("archive")).unwrap();
    let load = Load::new();
    std::thread::scope(|scope| {
        scope.spawn(|| load.run(&server, "load"));
        let begun = load.beyond(0);
        load.beyond(begun + 10);
        load.ending.store(true, Ordering::Release);
    });
    assert_eq!(server.stop(), 0);
    assert!(!bench.path("archive").exists());
    bench.run(&["verify"]).ok();
}

#[test]
fn a_restore_that_is_older_than_what_was_acknowledged_says_so() {
    let bench = Bench::new();
    let ledger = worked_example_in(&bench.town());
    let first = ledger.view().position.0;
    drop(ledger);
    bench.run(&["backup", "part", "--to", "20"]).ok();
    let made = bench.run(&["restore", "part", "--data", "from-part"]);
    let sentence = format!(
        "The archive ends at position 20, but position {first} was acknowledged: {} entries are missing.\n",
        first - 20
    );
    assert_eq!((made.code, made.remarks.as_str()), (0, sentence.as_str()));
    bench.run(&["backup", "copy"]).ok();
    bench.run(&["import", "360giving", data("grants.json").to_str().unwrap()]).ok();
    let last: u64 = bench.size().parse().unwrap();
    // The disk under the log goes bad.
    fs::rename(bench.town(), bench.path("town.lost")).unwrap();
    fs::write(bench.path("town.lost/log/db"), vec![7; 9 << 20]).unwrap();
    let refused = bench.run(&["verify", "--data", "town.lost"]);
    assert_eq!(refused.code, i32::from(ExitCode::Damaged.code()));
    assert!(refused.remarks.contains("`coledger restore`"), "{}", refused.remarks);
    let made = bench.run(&["restore", "copy", "--instead-of", "town.lost"]);
    let sentence = format!(
        "The archive ends at position {first}, but position {last} was acknowledged: {} entries are missing.\n",
        last - first
    );
    assert_eq!((made.code, made.remarks.as_str()), (0, sentence.as_str()));
    assert_eq!(bench.size(), first.to_string());
    // What was made again goes on, and so does its archive.
    bench.run(&["import", "360giving", data("grants.json").to_str().unwrap()]).ok();
    bench.run(&["backup", "copy"]).ok();
}

#[test]
fn every_way_out_of_backup_and_restore_has_its_code_and_says_what_to_do_next() {
    let bench = Bench::new();
    drop(worked_example_in(&bench.town()));
    bench.run(&["backup", "copy"]).ok();
    bench.run(&["init", "--name", "Elsewhere", "--data", "elsewhere"]).ok();
    bench.file("letter.txt", "Dear");
    bench.run(&["backup", "damaged"]).ok();
    let segment = bench.path("damaged/0000000001-.chunks");
    let mut bytes = fs::read(&segment).unwrap();
    let at = bytes.len() - 200;
    bytes[at] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let rows: &[(&[&str], ExitCode, &str)] = &[
        (&["backup", "copy"], ExitCode::Done, ""),
        (&["backup", "copy", "--to", "7"], ExitCode::Done, "nothing is taken out of an archive."),
        (&["backup", "new", "--to", "0"], ExitCode::Usage, "0 is not in 1.."),
        (&["backup", "new", "--to", "9999"], ExitCode::NotFound, "Name that or an earlier one."),
        (&["backup", "no/where"], ExitCode::NotFound, "make it, or name a folder in another."),
        (&["backup", "town/copy"], ExitCode::Refused, "name one on another disk."),
        (&["backup", "."], ExitCode::Refused, "name one on another disk."),
        (&["backup", "elsewhere"], ExitCode::Refused, "which is no part of an archive"),
        (&["backup", "copy", "--data", "elsewhere"], ExitCode::Refused, "is that of another ledger"),
        (&["backup", "damaged"], ExitCode::Damaged, "0000000001-.chunks, byte "),
        (&["serve", "--listen", "127.0.0.1:0", "--archive", "elsewhere"], ExitCode::Refused, "no part of an archive"),
        (&["restore", "copy"], ExitCode::Refused, "name a folder that does not exist yet."),
        (&["restore", "none", "--data", "again"], ExitCode::NotFound, "There is no archive in"),
        (&["restore", "copy", "--to", "9999", "--data", "again"], ExitCode::NotFound, "The archive ends at position"),
        (&["restore", "damaged", "--data", "again"], ExitCode::Damaged, "its bytes were changed: the checksum differs"),
        (&["restore", "damaged", "--check"], ExitCode::Damaged, "The archive is damaged: "),
        (&["restore", "copy", "--check", "--instead-of", "town"], ExitCode::Usage, "cannot be used with"),
        (&["restore", "copy", "--data", "again", "--instead-of", "elsewhere"], ExitCode::Refused, "of something else"),
        (&["restore", "copy", "--check"], ExitCode::Done, ""),
    ];
    for (arguments, code, words) in rows {
        let Ran { code: ended, remarks, .. } = bench.run(arguments);
        assert_eq!(ended, i32::from(code.code()), "{arguments:?}: {remarks}");
        assert!(remarks.contains(words), "{arguments:?}: {remarks}");
        assert!(!bench.path("again").exists() && !bench.path("new").exists());
    }
}
