//! Golden files of every event: the exported line, the schema. They are for ever from release 1.0.0 on.

use coledger::domain::event::{Entry, EventKind};
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
