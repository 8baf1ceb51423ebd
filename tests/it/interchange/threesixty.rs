//! Grants in the 360Giving form, from small files of our own. All names and figures in them are invented.

use coledger::domain::money::Pence;
use coledger::domain::time::Day;
use coledger::interchange::fault::{Faults, FileError};
use coledger::interchange::file::SourceFile;
use coledger::interchange::threesixty::grant::{Grant, pence};
use coledger::interchange::threesixty::read::grants;

use super::data;

fn read(name: &str, text: &str) -> Result<Vec<Grant>, FileError> {
    grants(&SourceFile::of(name, text.as_bytes().to_vec()).expect("a file"))
}

fn faults(name: &str, text: &str) -> Vec<String> {
    match read(name, text) {
        Err(FileError::Contents(Faults { list, .. })) => list.iter().map(ToString::to_string).collect(),
        other => panic!("wanted faults, had {other:?}"),
    }
}

fn sentence(name: &str, text: &str) -> String {
    match read(name, text) {
        Err(FileError::Whole(sentence)) => sentence,
        other => panic!("wanted one sentence, had {other:?}"),
    }
}

/// A grant without a fault, for tests to spoil.
const GOOD: &str = r#"{"id": "360G-example-1", "title": "Benches", "description": "Two benches for the green",
    "currency": "GBP", "amountAwarded": 1200.5, "awardDate": "2024-05-01",
    "recipientOrganization": [{"id": "GB-CHC-1234567", "name": "Friends of the Green"}],
    "fundingOrganization": [{"id": "GB-LAE-EXA", "name": "Example Borough Council"}]}"#;

fn package(grants: &[&str]) -> String {
    format!("{{\"grants\": [{}]}}", grants.join(","))
}

#[test]
fn amounts_in_json_are_read_to_the_penny_or_not_at_all() {
    let rows = [
        ("2266", Some(226_600)),
        ("3028.63", Some(302_863)),
        ("3028.6", Some(302_860)),
        ("3028.630", Some(302_863)),
        ("1.2e3", Some(120_000)),
        ("12345E-2", Some(12_345)),
        ("0.1", Some(10)),
        ("-5", Some(-500)),
        ("90071992547409.93", Some(9_007_199_254_740_993)),
        ("0.005", None),
        ("1e400", None),
        ("1e-999999999999", None),
        ("123456789012345678901234567890", None),
    ];
    for (text, wanted) in rows {
        assert_eq!(pence(text), wanted.map(Pence), "{text}");
    }
}

#[test]
fn a_package_and_its_table_give_the_same_grants() {
    let from = |name: &str| grants(&SourceFile::read(&data(name)).expect("a file")).expect("grants");
    let (package, table) = (from("grants.json"), from("grants.csv"));
    let without_origin = |list: &[Grant]| {
        list.iter()
            .map(|grant| format!("{:?}", Grant { origin: package[0].origin, ..grant.clone() }))
            .collect::<Vec<_>>()
    };
    assert_eq!(without_origin(&package), without_origin(&table));
    assert_eq!(package.len(), 4);
    assert_eq!(package[1].amount, Pence(302_863));
    assert_eq!(package[0].awarded, Day::new(2024, 5, 1).expect("a day"));
    assert_eq!(table[3].origin.place(), "Row 5");
}

#[test]
fn every_fault_of_a_package_is_listed_with_its_place() {
    let spoilt = [
        GOOD.replace("\"awardDate\": \"2024-05-01\"", "\"awardDate\": \"01/05/2024\""),
        GOOD.replace("\"id\": \"GB-CHC-1234567\", ", ""),
        GOOD.replace("1200.5", "\"1200.5\"").replace("\"GBP\"", "\"pounds\""),
        GOOD.replace("[{\"id\": \"GB-LAE-EXA\", \"name\": \"Example Borough Council\"}]", "[]"),
        "7".to_owned(),
    ];
    let spoilt: Vec<&str> = spoilt.iter().map(String::as_str).collect();
    assert_eq!(
        faults("g.json", &package(&spoilt)),
        [
            "grants[0].awardDate: '01/05/2024' is not a date of the standard: write year-month-day, 2024-05-01.",
            "grants[1].recipientOrganization[0].id: this is missing, and the standard requires it.",
            "grants[2].currency: 'pounds' must be a currency's three letters, like GBP.",
            "grants[2].amountAwarded: this is a text; enter a number without quotation marks.",
            "grants[3].fundingOrganization: this list is empty; the standard wants at least one.",
            "grants[4]: this is a number; a grant is an object.",
        ]
    );
}

#[test]
fn what_the_ledger_cannot_keep_is_listed_once_the_form_is_right() {
    let spoilt = [
        GOOD.to_owned(),
        GOOD.replace("\"GBP\"", "\"EUR\"").replace("example-1", "example-2"),
        GOOD.replace("1200.5", "0").replace("example-1", "example-3"),
        GOOD.replace("1200.5", "0.125").replace("example-1", "example 4"),
        GOOD.replace("Benches", "Chairs"),
    ];
    let spoilt: Vec<&str> = spoilt.iter().map(String::as_str).collect();
    assert_eq!(
        faults("g.json", &package(&spoilt)),
        [
            "grants[1].currency: the ledger is kept in pounds sterling: only GBP goes in.",
            "grants[2].amountAwarded: Enter an amount above £0.00.",
            "grants[3].amountAwarded: Enter pounds with at most two decimal places, like 3028.63.",
            "grants[3].id: Enter 1 to 120 characters without spaces.",
            "grants[4].id: grants[0] has this identifier too, with other contents.",
        ]
    );
}

#[test]
fn faults_of_a_table_name_the_row_and_the_heading() {
    let text = std::fs::read_to_string(data("grants.csv")).expect("a file");
    let spoilt = text
        .replace("2024-05-01,2024-06-01", "1 May 2024,2024-06-01")
        .replace("3028.63", "£3028.63")
        .replace(",GB-COH-09999999,", ",,");
    assert_eq!(
        faults("grants.csv", &spoilt),
        [
            "Row 2, Award Date: '1 May 2024' is not a date of the standard: write year-month-day, 2024-05-01.",
            "Row 3, Amount Awarded: '£3028.63' must be a number, like 2266 or 3028.63.",
            "Row 4, Recipient Org:Identifier: this is missing, and the standard requires it.",
        ]
    );
}

#[test]
fn a_file_that_is_no_package_gets_one_sentence() {
    let whole = package(&[GOOD, GOOD]);
    let deep = format!("{{\"grants\": [{}{}]}}", "[".repeat(100_000), "]".repeat(100_000));
    let rows = [
        ("g.json", &whole[..whole.len() / 2], "ends in the middle"),
        ("g.json", "{\"grants\": 3}", "`grants` must be a list of grants"),
        ("g.json", "{\"awards\": []}", "its list `grants` is missing"),
        ("g.json", "{\"grants\": []}", "holds no grant"),
        ("g.json", "[1, 2]", "a bare list in JSON"),
        ("g.json", "{\"grants\": [}", "no well-formed JSON: see line 1"),
        ("g.json", "Identifier,Title\n1,2\n", "no JSON, though its name ends in .json"),
        ("g.csv", "Name,Amount\nA,1\n", "lacks the headings Identifier, Title"),
        ("g.csv", "<html></html>", "a web page or XML document"),
        ("g.xlsx", "PK\x03\x04", "a workbook"),
    ];
    for (name, text, words) in rows {
        let sentence = sentence(name, text);
        assert!(sentence.contains(words), "{sentence}");
    }
    let long = format!("{{\"grants\": [[{}0]]}}", "0,".repeat(200_000));
    for text in [deep, long] {
        assert_eq!(
            faults("g.json", &text),
            ["grants[0]: this is nested more than 16 deep or longer than 262144 bytes."]
        );
    }
}

#[test]
fn a_table_that_was_cut_off_says_at_which_row() {
    let text = std::fs::read_to_string(data("grants.csv")).expect("a file");
    let cut = &text[..text.rfind("Row four").expect("the last row")];
    let faults = faults("grants.csv", cut);
    assert!(faults[0].starts_with("Row 5: this row has 3 cells and the headings are 19"), "{faults:?}");
}
