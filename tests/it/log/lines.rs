//! Exported lines: what is written reads back, and nothing else does.

use coledger::domain::command::Command;
use coledger::domain::event::{Entry, EventKind};
use coledger::domain::ids::EntryId;
use coledger::domain::ids::Position;
use coledger::domain::time::{Day, Instant};
use coledger::log::json::{push_day, push_instant};
use coledger::log::line::{Asked, command_digest, command_json, line_of, parse_line};
use proptest::prelude::*;

use super::support::Seeded;

proptest! {
    #[test]
    fn a_line_of_any_event_reads_back_as_the_same_entry(seed: u64) {
        let mut seeded = Seeded(seed);
        for kind in EventKind::ALL {
            let entry = Entry::random(*kind, &mut |limit| seeded.below(limit));
            let line = line_of(&entry);
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(parse_line(&line), Ok(entry), "{}", line);
        }
    }

    #[test]
    fn a_line_is_json_and_serde_reads_the_same_words(seed: u64) {
        let mut seeded = Seeded(seed);
        for kind in EventKind::ALL {
            let line = line_of(&Entry::random(*kind, &mut |limit| seeded.below(limit)));
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            prop_assert_eq!(serde_json::to_string(&value).unwrap(), line);
        }
    }

    #[test]
    fn days_and_instants_are_written_as_the_domain_displays_them(day in -25_567..84_006_i32, micros in 0..4_000_000_000_000_000_i64) {
        let mut out = Vec::new();
        push_day(&mut out, i64::from(day));
        prop_assert_eq!(String::from_utf8(out).unwrap(), Day(day).to_string());
        let mut out = Vec::new();
        push_instant(&mut out, Instant(micros));
        prop_assert_eq!(String::from_utf8(out).unwrap(), format!("\"{}\"", Instant(micros)));
    }

    #[test]
    fn an_id_reads_back_as_the_same_id(position in 1..1_u64 << 50, kind in 0..EventKind::ALL.len()) {
        let id = EntryId { kind: EventKind::ALL[kind], position: Position(position) };
        prop_assert_eq!(id.to_string().parse(), Ok(id));
    }
}

fn example() -> String {
    line_of(&Entry::example(EventKind::RentReviewed))
}

#[test]
fn a_line_that_is_not_as_it_would_be_written_is_refused_with_its_place() {
    let rows: &[(&str, &str, &str)] = &[
        (
            r#""type":"RentReviewed""#,
            r#""type":"RentRaised""#,
            "type: RentRaised is no type of event that this release knows",
        ),
        (r#""version":1"#, r#""version":2"#, "version: this release reads version 1 of RentReviewed, not version 2"),
        (r#""position":1234,"#, r#""position":1235,"#, "id: the id of this type at this position is"),
        (r#""position":1234,"#, "", "position: this field is missing or out of order"),
        (r#""position":1234,"#, r#""position":0,"#, "position: a position lies between 1 and 4294967295"),
        (
            r#""position":1234,"#,
            r#""position":01234,"#,
            "from byte 13 on this is not in the one form that such a line has",
        ),
        (r#""illustrative":true,"#, r#""illustrative":false,"#, "illustrative: this is true, or left out"),
        (r#""marketRent":"25000.00""#, r#""marketRent":25000"#, "data.marketRent: a text in quotes is wanted here"),
        (r#""marketRent":"25000.00""#, r#""marketRent":"25000""#, "from byte "),
        (
            r#""marketRent":"25000.00""#,
            r#""marketRent":"25000.0""#,
            "data.marketRent: an amount has no decimal places or two",
        ),
        (
            r#""marketRent":"25000.00","chargedRent":"25000.00""#,
            r#""chargedRent":"25000.00","marketRent":"25000.00""#,
            "data.marketRent: this field is missing or out of order",
        ),
        (r#""data":{"#, r#""data":{"colour":"red","#, "data.agreement: this field is missing or out of order"),
        (r#""data":{"#, r#""colour":"red","data":{"#, "data: this field is missing or out of order"),
        (r#""effective":"2012-05-01""#, r#""effective":"2012-02-30""#, "effective: a date is written year-month-day"),
        (".000007Z", ".0007Z", "from byte "),
        (".000007Z", ".000007+00:00", "recordedAt: an instant is written in UTC"),
        (r#""role":"FINANCE""#, r#""role":"finance""#, "actor.role: finance is none of LOGGER, CERTIFIER"),
        (r#""name":"grants-officer""#, r#""name":"Grants Officer""#, "actor.name: Enter 1 to 60 lower-case letters"),
        ("café", "caf\\u00e9", "late: a text ends with a quote"),
        ("{\"position\"", "{ \"position\"", "position: this field is missing or out of order"),
        ("}}}", "}}} ", "from byte "),
        ("}}}", "}}", "the object does not end here with a curly bracket"),
        ("}}}", ",\"colour\":1}}}", "data.valuation: the field colour is unknown here, comes twice or is out of order"),
    ];
    for (from, to, sentence) in rows {
        let line = example();
        assert!(line.contains(from), "{from} is not in {line}");
        let fault = parse_line(&line.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(fault.contains(sentence), "{to}: {fault}");
    }
}

#[test]
fn any_single_changed_byte_of_a_line_is_refused_or_changes_the_entry() {
    let line = example();
    let entry = parse_line(&line).unwrap();
    for at in 0..line.len() {
        for byte in [b'0', b'"', b' ', b'}', b'\\', b'x'] {
            let mut bytes = line.clone().into_bytes();
            if bytes[at] == byte {
                continue;
            }
            bytes[at] = byte;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            if let Ok(other) = parse_line(&text) {
                assert_ne!(other, entry);
                assert_eq!(line_of(&other), text);
            }
        }
    }
}

fn asked(command: &Command) -> Asked<'_> {
    Asked { command, effective: Some(Day(15_461)), batch: None, illustrative: false, late: None }
}

#[test]
fn a_commands_digest_changes_with_its_content() {
    let commands = Command::examples();
    let digests: std::collections::HashSet<_> =
        commands.iter().map(|command| command_digest([asked(command)])).collect();
    assert_eq!(digests.len(), commands.len());
    let asked = asked(&commands[0]);
    assert_ne!(command_digest([asked]), command_digest([Asked { effective: Some(Day(15_460)), ..asked }]));
    assert_ne!(command_digest([asked]), command_digest([Asked { effective: None, ..asked }]));
    assert_ne!(command_digest([asked]), command_digest([Asked { illustrative: true, ..asked }]));
}

#[test]
fn a_commands_canonical_content_reads_as_a_line_does() {
    let hours = Command::examples().into_iter().find(|command| command.name() == "LogHours").unwrap();
    let json = command_json(&asked(&hours));
    assert!(json.starts_with(r#"{"command":"LogHours","effective":"2012-05-01","data":{"project":"#), "{json}");
    assert!(json.ends_with(r#","meant":true}}"#), "{json}");
}
