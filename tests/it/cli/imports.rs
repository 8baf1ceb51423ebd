//! Files taken in: once, again, with another amount, and with something wrong in them.

use serde_json::Value;

use super::Bench;
use crate::interchange::{data, real};

fn import(bench: &Bench, file: &std::path::Path) -> Value {
    bench.run(&["import", "360giving", file.to_str().unwrap(), "--format", "json"]).json()
}

fn counts(imported: &Value) -> [u64; 4] {
    ["grants", "new", "present", "entries"].map(|name| imported[name].as_u64().unwrap())
}

#[test]
fn grants_go_in_once_whatever_their_form() {
    let bench = Bench::with_ledger();
    let first = import(&bench, &data("grants.json"));
    // Five organisations, three funds, a project and an award for each of four grants, and the batch.
    assert_eq!(counts(&first), [4, 4, 0, 17]);
    assert_eq!(first["total"], 1_432_912);
    assert_eq!(first["notices"], serde_json::json!([]));
    assert_eq!(counts(&import(&bench, &data("grants.json"))), [4, 0, 4, 0]);
    assert_eq!(counts(&import(&bench, &data("grants.csv"))), [4, 0, 4, 0]);
    assert_eq!(bench.size(), "18");
    let other = Bench::with_ledger();
    assert_eq!(counts(&import(&other, &data("grants.csv"))), [4, 4, 0, 17]);
    let figures = ["dividends", "--from", "2024-04-01", "--to", "2025-03-31", "--format", "csv"];
    assert_eq!(bench.run(&figures).ok(), other.run(&figures).ok());
    assert_eq!(bench.run(&["funds", "--format", "csv"]).ok(), other.run(&["funds", "--format", "csv"]).ok());
}

#[test]
fn a_grant_with_another_amount_is_reported_and_never_overwritten() {
    let bench = Bench::with_ledger();
    import(&bench, &data("grants.json"));
    let changed = std::fs::read_to_string(data("grants.json")).unwrap().replace("3028.63", "3528.63");
    let again = import(&bench, &bench.file("changed.json", changed));
    assert_eq!(counts(&again), [4, 0, 3, 0]);
    let variation = &again["variations"][0];
    assert_eq!(variation["reference"], "360G-example-2");
    assert_eq!([&variation["ledger"], &variation["file"], &variation["change"]], [302_863, 352_863, 50_000]);
    assert_eq!(bench.size(), "18");
}

#[test]
fn a_dry_run_says_what_would_happen_and_appends_nothing() {
    let bench = Bench::with_ledger();
    let file = data("grants.json");
    let ran = bench.run(&["import", "360giving", file.to_str().unwrap(), "--dry-run"]).ok();
    assert!(ran.contains("4 new, £14,329.12, 17 entries (nothing was appended: this was a dry run)"), "{ran}");
    assert_eq!(bench.size(), "1");
}

#[test]
fn words_that_may_not_stand_in_the_ledger_are_left_out_with_a_notice() {
    let bench = Bench::with_ledger();
    let text = std::fs::read_to_string(data("grants.json")).unwrap();
    let text = text.replace("Row three", "Ask jo.bloggs@example.org").replace("Repair shop", &"x".repeat(201));
    let imported = import(&bench, &bench.file("words.json", text));
    let notices: Vec<String> = imported["notices"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[0].contains("grants[1]") && !notices[0].contains("bloggs"), "{notices:?}");
    assert!(notices[1].contains("201 characters") && notices[1].contains("Grant 360G-example-3"), "{notices:?}");
    assert!(!bench.run(&["export", "log"]).ok().contains("bloggs"));
}

#[test]
fn a_rule_that_a_row_does_not_meet_names_the_row_and_appends_nothing() {
    let bench = Bench::with_ledger();
    let text = std::fs::read_to_string(data("grants.csv")).unwrap().replace("2024-06-12", "2199-06-12");
    let file = bench.file("future.csv", text);
    let ran = bench.run(&["import", "360giving", file.to_str().unwrap()]);
    assert_eq!(ran.code, 3, "{}", ran.remarks);
    assert!(ran.remarks.starts_with("Row 4: "), "{}", ran.remarks);
    assert!(ran.remarks.contains("lies in the future"), "{}", ran.remarks);
    assert_eq!(bench.size(), "1");
}

#[test]
fn hours_go_in_whole_or_not_at_all_and_once() {
    let bench = Bench::with_ledger();
    import(&bench, &data("grants.json"));
    let import = |name: &str| bench.run(&["import", "hours", data(name).to_str().unwrap()]);
    let first = import("hours.csv").ok();
    assert!(first.contains("5 rows in the file\n5 new, 92:00 hours, 6 entries"), "{first}");
    assert!(import("hours.csv").ok().contains("0 new, 0:00 hours, 0 entries\n5 rows already recorded: skipped"));
    let size = bench.size();
    let faulty = import("hours-faulty.csv");
    assert_eq!(faulty.code, 5);
    assert_eq!(
        faulty.remarks.lines().collect::<Vec<_>>(),
        [
            "Row 2, Hours: 'two' must be a number, like 2.5.",
            "Row 3, Date: '31/02/2025' must be a day, like 27/03/2025 or 2025-03-27.",
            "Row 4, Hours: '90' is more hours than a day has. Did you mean 90 minutes? Write 90m.",
            "Row 6, People: 'a few' must be a whole number, like 12.",
            "4 faults. Nothing was appended; put the file right and import again.",
        ]
    );
    let unknown = import("hours-unknown.csv");
    assert_eq!(unknown.code, 5);
    assert_eq!(
        unknown.remarks.lines().collect::<Vec<_>>(),
        [
            "Rows 2 and 3, Group: no organisation of the ledger is called 'Friends of the Gren'. Write its name \
             exactly, or its identifier.",
            "Row 5: this is the same as row 4. Take one out, or say that both are meant.",
            "2 faults. Nothing was appended; put the file right and import again.",
        ]
    );
    assert_eq!(bench.size(), size);
}

#[test]
fn headings_that_are_missing_are_named_with_the_list_expected() {
    let bench = Bench::with_ledger();
    let file = bench.file("h.csv", "group;project;day\na;b;c\n");
    let ran = bench.run(&["import", "hours", file.to_str().unwrap()]);
    assert_eq!(ran.code, 5);
    assert_eq!(
        ran.remarks,
        "h.csv: the first row lacks the headings date, role, people, hours each (or minutes each). Its headings are \
         to be: group, project, date, role, people, hours each, activity. Nothing was appended.\n"
    );
}

#[test]
fn a_councils_555_grants_go_in_to_the_penny_and_add_nothing_again() {
    let names = ["trafford_council_voluntary_sector_grants.json", "trafford_council_voluntary_sector_grants.csv"];
    let [Some(package), Some(table)] = names.map(real) else { return };
    let (one, other) = (Bench::with_ledger(), Bench::with_ledger());
    let (first, second) = (import(&one, &package), import(&other, &table));
    assert_eq!([&first["new"], &first["awarded"]], [&Value::from(555), &Value::from(129_143_654)]);
    assert_eq!(first["awarded"], second["awarded"]);
    assert_eq!(counts(&import(&one, &package)), [555, 0, 555, 0]);
    assert_eq!(counts(&import(&one, &table)), [555, 0, 555, 0]);
    let figures = ["dividends", "--from", "2012-04-01", "--to", "2025-03-31", "--format", "csv"];
    assert_eq!(one.run(&figures).ok(), other.run(&figures).ok());
}

#[test]
fn a_file_with_fourteen_faults_appends_nothing() {
    let Some(file) = real("neg_fundingproviders_grants.json") else { return };
    let bench = Bench::with_ledger();
    let ran = bench.run(&["import", "360giving", file.to_str().unwrap()]);
    assert_eq!(ran.code, 5);
    assert_eq!(ran.remarks.lines().count(), 15);
    assert!(ran.remarks.ends_with("14 faults. Nothing was appended; put the file right and import again.\n"));
    assert_eq!(bench.size(), "1");
}
