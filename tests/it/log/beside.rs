//! Readers beside a writer whose commits go to the store one by one.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use coledger::domain::event::Entry;
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::event_log::EventLog;
use coledger::log::sled_log::SledLog;

use super::kill::event_at;

const ENTRIES: u64 = 1_500;

#[test]
fn whoever_reads_beside_single_appends_sees_whole_prefixes() {
    let folder = tempfile::tempdir().unwrap();
    let log = SledLog::create(folder.path()).unwrap();
    let done = AtomicBool::new(false);
    let read = || {
        let mut times = 0;
        while !done.load(Ordering::Relaxed) {
            let known = log.last();
            let mut next = 1;
            let mut each = |entry: Entry| {
                assert_eq!(entry.event, event_at(next).event);
                next += 1;
                ControlFlow::Continue(())
            };
            log.scan(Position(1), Position(u64::MAX), &mut each).unwrap();
            assert!(next > known.0);
            times += 1;
        }
        times
    };
    std::thread::scope(|scope| {
        let readers = [scope.spawn(read), scope.spawn(read)];
        for position in 1..=ENTRIES {
            let recorded_at = Instant(i64::try_from(position).unwrap());
            let entry = Entry { position: Position(position), recorded_at, commit: 0, ..event_at(position) };
            log.append(&[entry]).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() > 1));
    });
    assert_eq!(log.verify().unwrap().position, Position(ENTRIES));
}
