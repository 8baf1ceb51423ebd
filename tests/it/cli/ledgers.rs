//! Ledgers made, looked at and refused; what each way out ends with.

use std::fs;

use coledger::cli::exit::ExitCode;
use coledger::domain::ids::Position;
use coledger::log::event_log::LogError;

use super::{Bench, ran};

#[test]
fn every_way_out_has_its_code_and_says_what_to_do_next() {
    let bench = Bench::with_ledger();
    let picture = bench.file("picture.json", b"\x89PNG\r\n\x1A\n....");
    let picture = picture.to_str().unwrap();
    let rows: &[(&[&str], ExitCode, &str)] = &[
        (&["verify"], ExitCode::Done, ""),
        (&["nonsense"], ExitCode::Usage, "unrecognized subcommand"),
        (&["dividends", "--from", "soon"], ExitCode::Usage, "--from 'soon' is no day. Write it like 2012-04-01."),
        (&["dividends", "--from", "2013-01-02", "--to", "2013-01-01"], ExitCode::Usage, "Turn them round."),
        (&["dividends", "--project", "Nowhere"], ExitCode::NotFound, "Write its name exactly, or its identifier."),
        (&["dividends", "--as-known-at", "99"], ExitCode::NotFound, "The ledger ends at position 1."),
        (&["statement", "Nobody"], ExitCode::NotFound, "No organisation of the ledger is called 'Nobody'"),
        (&["funds", "--year", "2012"], ExitCode::Usage, "2012-13"),
        (&["entries", "--type", "Gift"], ExitCode::NotFound, "There is no type of entry called 'Gift'."),
        (&["entries", "--about", "gr_000001z"], ExitCode::Usage, "mistyped"),
        (&["entries", "--limit", "0"], ExitCode::Usage, "1..=10000"),
        (&["entries", "--from", "2013-01-02", "--to", "2013-01-01"], ExitCode::Usage, "Turn them round."),
        (&["export", "log", "-o", "nowhere/log.jsonl"], ExitCode::NotFound, "Make it, or name a file in another."),
        (&["import", "log", ".", "--data", "elsewhere"], ExitCode::BadFile, "is a folder; name the file in it."),
        (&["init"], ExitCode::Refused, "There is a ledger in"),
        (&["verify", "--data", "elsewhere"], ExitCode::NotFound, "Make one: coledger init --data"),
        (&["import", "360giving", "none.json"], ExitCode::NotFound, "There is no file"),
        (&["import", "360giving", picture], ExitCode::BadFile, "a picture (PNG)"),
        (&["import", "log", picture], ExitCode::Refused, "Name a folder that does not exist yet."),
        (&["serve", "--listen", "localhost:4000"], ExitCode::Usage, "like 127.0.0.1:4000 or [::1]:4000"),
        (&["serve", "--listen", "0.0.0.0:4000"], ExitCode::Usage, "there is no access control yet"),
        (&["demo", "--listen", "192.0.2.1:4000"], ExitCode::Usage, "there is no access control yet"),
    ];
    for (arguments, code, words) in rows {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, i32::from(code.code()), "{arguments:?}: {}", ran.remarks);
        assert!(ran.remarks.contains(words), "{arguments:?}: {}", ran.remarks);
    }
    assert_eq!(bench.size(), "1");
}

#[test]
fn one_entry_is_not_several() {
    let bench = Bench::with_ledger();
    for (arguments, words) in [
        (&["verify"][..], "1 entry: checksums"),
        (&["backup", "archive"], "1 entry in FOLDER/archive\n1 new, "),
        (&["restore", "archive", "--check"], "1 entry: checksums"),
        (&["restore", "archive", "--data", "again"], "1 entry in FOLDER/again"),
        (&["export", "log", "--output", "log.jsonl"], "1 entry in FOLDER/log.jsonl"),
        (&["import", "log", "log.jsonl", "--data", "copy"], "1 entry in FOLDER/copy"),
    ] {
        let ran = bench.run(arguments);
        let said = (ran.remarks.clone() + &ran.ok()).replace(&*bench.path("").to_string_lossy(), "FOLDER/");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    let shorter = LogError::Shorter { found: Position(7), acknowledged: Position(8) };
    assert!(shorter.to_string().contains(": 1 entry is missing from its end;"), "{shorter}");
}

#[test]
fn what_is_counted_is_one_row_in_csv() {
    let bench = Bench::with_ledger();
    let grants = crate::interchange::data("grants.json");
    let imported = bench.run(&["import", "360giving", grants.to_str().unwrap(), "--format", "csv"]).ok();
    let heading = "grants,total,new,awarded,present,entries,variations";
    assert_eq!(imported, format!("\u{feff}{heading}\r\n4,14329.12,4,14329.12,0,17,0\r\n"));
    let verified = bench.run(&["verify", "--format", "csv"]).ok();
    assert!(verified.starts_with("\u{feff}entries,root,figures\r\n18,"), "{verified}");
    bench.run(&["export", "log", "--output", "log.jsonl"]).ok();
    let copied = bench.run(&["import", "log", "log.jsonl", "--data", "copy", "--format", "csv"]).ok();
    assert!(copied.starts_with("\u{feff}entries,root\r\n18,"), "{copied}");
    let copied = bench.run(&["import", "log", "log.jsonl", "--data", "again", "--format", "json"]).json();
    assert_eq!(copied["entries"], 18);
}

#[test]
fn the_readme_names_every_exit_code() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for line in coledger::cli::exit::HELP.lines().skip(1) {
        let (code, name) = line.trim().split_once(':').unwrap().0.split_once("  ").unwrap();
        assert!(readme.contains(&format!("| {code} | {name} |")), "{line}");
    }
}

#[test]
fn a_folder_has_to_be_named() {
    let bench = Bench::new();
    let ran = ran(bench.command(&["verify"]).env_remove("COLEDGER_DATA"));
    assert_eq!(ran.code, 2);
    assert_eq!(ran.remarks, "Name the ledger's folder: --data DIR, or set COLEDGER_DATA.\n");
}

#[test]
fn a_command_that_is_printed_can_be_pasted_though_the_folder_has_a_space() {
    let bench = Bench::new();
    let made = bench.run(&["init", "--data", "our town's"]).ok();
    assert!(made.contains("coledger serve --data '/"), "{made}");
    assert!(made.trim_end().ends_with(r"our town'\''s'"), "{made}");
}

#[test]
fn an_unknown_time_zone_makes_no_folder() {
    let bench = Bench::new();
    let ran = bench.run(&["init", "--time-zone", "Europe/Nowhere"]);
    assert_eq!(ran.code, 3, "{}", ran.remarks);
    assert!(!bench.town().exists());
}

#[test]
fn a_ledger_that_was_exported_and_imported_has_the_same_checkpoint_and_lines() {
    let bench = Bench::with_ledger();
    let grants = crate::interchange::data("grants.json");
    bench.run(&["import", "360giving", grants.to_str().unwrap()]).ok();
    bench.run(&["export", "log", "--output", "log.jsonl"]).ok();
    let lines = fs::read_to_string(bench.path("log.jsonl")).unwrap();
    assert_eq!(bench.run(&["export", "log"]).ok(), lines);
    let imported = bench.run(&["import", "log", "log.jsonl", "--data", "copy"]).ok();
    let checkpoint = bench.run(&["checkpoint"]).ok();
    assert!(imported.contains(&format!("root {}", checkpoint.lines().last().unwrap())), "{imported}");
    assert_eq!(checkpoint, bench.run(&["checkpoint", "--data", "copy"]).ok());
    assert_eq!(bench.run(&["export", "log", "--data", "copy"]).ok(), lines);
    let again = bench.run(&["export", "log", "--output", "log.jsonl"]);
    assert_eq!(again.code, i32::from(ExitCode::Refused.code()), "{}", again.remarks);
}

#[test]
fn a_log_that_is_not_as_it_was_exported_makes_no_ledger() {
    let bench = Bench::with_ledger();
    let grants = crate::interchange::data("grants.json");
    bench.run(&["import", "360giving", grants.to_str().unwrap()]).ok();
    let lines = bench.run(&["export", "log"]).ok();
    let lines: Vec<&str> = lines.lines().collect();
    let whole = |lines: &[&str]| format!("{}\n", lines.join("\n"));
    let spoilt: &[(String, &str)] = &[
        (String::new(), "holds no line of a log"),
        (whole(&lines[1..]), "line 1: "),
        (whole(&[&lines[..2], &lines[3..]].concat()), "line 3: "),
        (whole(&lines[..lines.len() - 1]), "ends in the middle of a commit"),
        (whole(&lines).trim_end().to_owned(), "it does not end; the file was cut off"),
        (whole(&lines).replace("\"version\":1", "\"version\": 1"), "line 1: "),
    ];
    for (number, (text, words)) in spoilt.iter().enumerate() {
        let name = format!("spoilt-{number}.jsonl");
        bench.file(&name, text);
        let copy = format!("copy-{number}");
        let ran = bench.run(&["import", "log", &name, "--data", &copy]);
        assert_eq!(ran.code, i32::from(ExitCode::BadFile.code()), "{number}: {} {}", ran.results, ran.remarks);
        assert!(ran.remarks.contains(words), "{number}: {}", ran.remarks);
        assert!(!bench.path(&copy).exists());
    }
}

#[test]
fn entries_are_filtered_and_printed_in_three_forms() {
    let bench = Bench::with_ledger();
    let grants = crate::interchange::data("grants.json");
    bench.run(&["import", "360giving", grants.to_str().unwrap()]).ok();
    let awards = bench.run(&["entries", "--type", "GrantAwarded", "--format", "json"]).json();
    let references: Vec<&str> =
        awards.as_array().unwrap().iter().map(|entry| entry["data"]["reference"].as_str().unwrap()).collect();
    assert_eq!(references, ["360G-example-1", "360G-example-2", "360G-example-3", "360G-example-4"]);
    let some = bench.run(&["entries", "--limit", "2", "--format", "csv"]);
    assert!(some.remarks.contains("There are more: --after 2"), "{}", some.remarks);
    let csv = some.ok();
    assert!(csv.starts_with("\u{feff}position,id,type,effective,"), "{csv}");
    assert_eq!(csv.matches("\r\n").count(), 3);
    assert!(bench.run(&["entries", "--limit", "2"]).ok().contains("BatchOpened"));
    assert_eq!(bench.run(&["entries", "--after", "999", "--format", "json"]).ok(), "[]\n");
}

#[test]
fn the_example_town_is_made_in_a_named_folder_and_stays() {
    let bench = Bench::new();
    let made = bench.run(&["demo", "--no-serve"]).ok();
    assert!(made.contains("Serve it: coledger serve --data"), "{made}");
    assert!(bench.run(&["verify"]).ok().contains("all figures fold to the same"));
    let again = bench.run(&["demo", "--no-serve"]);
    assert_eq!(again.code, i32::from(ExitCode::Refused.code()), "{}", again.remarks);
}

#[test]
fn a_statement_says_what_a_party_put_in_and_gained() {
    let bench = Bench::new();
    drop(super::worked_example_in(&bench.town()));
    let window = ["--from", "2012-04-01", "--to", "2013-03-31", "--format", "json"];
    let statement = |party: &str| bench.run(&[&["statement", party], &window[..]].concat()).json();
    let group = statement("Friends of the Wood");
    assert_eq!(group["gained"], 2_471_526);
    let lottery = statement("A lottery distributor");
    assert_eq!([&lottery["putIn"], &lottery["projects"][0]["matchFunding"]], [4_500_000, 4_500_000]);
    assert_eq!(statement("Community fund")["projects"][0]["grants"], 2_355_000);
}
