//! Golden files of every event: the exported line, the schema. They are for ever from release 1.0.0 on.

use coledger::domain::event::{Entry, EventKind};
use coledger::log::chunk::{pack, unpack};
use coledger::log::line::line_of;
use coledger::log::schema::schema_of;

use super::support::assert_golden;

#[test]
fn every_event_has_the_line_that_it_had() {
    for kind in EventKind::ALL {
        let line = line_of(&Entry::example(*kind)) + "\n";
        assert_golden(&format!("snapshots/events/{}.v1.jsonl", kind.name()), &line);
    }
}

#[test]
fn every_event_has_its_schema_in_the_folder() {
    for kind in EventKind::ALL {
        assert_golden(&format!("schema/events/{}.v1.json", kind.name()), &schema_of(*kind));
    }
}

#[test]
fn every_event_has_the_stored_bytes_that_it_had() {
    for kind in EventKind::ALL {
        let chunks = pack(&[Entry::example(*kind)]).unwrap();
        let hex = chunks[0].value.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_golden(&format!("snapshots/events/{}.v1.hex", kind.name()), &(hex + "\n"));
        assert_eq!(unpack(&chunks[0]).unwrap(), [Entry::example(*kind)]);
    }
}

#[test]
fn there_is_no_golden_file_of_an_event_that_is_gone() {
    for (folder, endings) in
        [("snapshots/events", [".v1.hex", ".v1.jsonl"]), ("schema/events", [".v1.json", ".v1.json"])]
    {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for file in std::fs::read_dir(folder).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            let kind = endings.iter().find_map(|ending| name.strip_suffix(ending));
            assert!(kind.and_then(EventKind::from_name).is_some(), "{name} belongs to no event");
        }
    }
}
