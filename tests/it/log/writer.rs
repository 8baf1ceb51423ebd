//! The writer: who waits for what, and who hears what when the log breaks.

use std::sync::{Arc, Mutex};

use coledger::domain::event::{Entry, EventKind};
use coledger::domain::ids::Position;
use coledger::domain::time::Instant;
use coledger::log::clock::FakeClock;
use coledger::log::event_log::{Checkpoint, EventLog, LogError};
use coledger::log::memory_log::{CrashPoint, MemoryLog};
use coledger::log::sled_log::{Options, SledLog};
use coledger::log::writer::{Decided, Decider, Publish, Writer, WriterError};

use super::support::all;

/// Decides how many entries it is asked for; answers with the last position that it knows then.
#[derive(Default)]
struct Counting {
    last: u64,
    decided: Arc<Mutex<u64>>,
}

impl Decider for Counting {
    type Job = u32;
    type Answer = u64;
    type Sealed = u64;

    fn decide(&mut self, size: u32, recorded_at: Instant) -> Decided<u64> {
        assert!(size < 1000, "a job that makes the decider break");
        *self.decided.lock().unwrap() += 1;
        let entries: Vec<Entry> = (0..size)
            .map(|index| {
                self.last += 1;
                let entry = Entry::example(EventKind::HoursLogged);
                Entry { position: Position(self.last), recorded_at, commit: size - 1 - index, ..entry }
            })
            .collect();
        Decided { entries: entries.into(), answer: self.last }
    }

    fn seal(&mut self) -> u64 {
        self.last
    }
}

/// Notes what was published.
#[derive(Clone, Default)]
struct Published(Arc<Mutex<Vec<(u64, u64)>>>);

impl Publish<u64> for Published {
    type Replaced = ();

    fn publish(&mut self, sealed: u64, commits: &[Arc<[Entry]>], checkpoint: &Checkpoint) {
        assert_eq!(checkpoint.position.0, sealed);
        assert!(commits.iter().all(|commit| commit.last().is_some_and(|entry| entry.commit == 0)));
        let count = commits.iter().map(|commit| commit.len() as u64).sum();
        self.0.lock().unwrap().push((sealed, count));
    }
}

fn start(log: &Arc<MemoryLog>) -> (Writer<Counting>, Published) {
    let published = Published::default();
    let (log, clock) = (Arc::clone(log), Arc::new(FakeClock::at(Instant(1_000_000))));
    (Writer::start(log, clock, Counting::default(), published.clone()).unwrap(), published)
}

#[test]
fn an_answer_comes_only_when_what_it_rests_on_is_durable_and_published() {
    let log = Arc::new(MemoryLog::new().unwrap());
    let (writer, published) = start(&log);
    std::thread::scope(|scope| {
        for size in 0..16_u32 {
            let (log, writer, published) = (&log, &writer, &published);
            scope.spawn(move || {
                for _ in 0..40 {
                    let position = writer.submit(size % 4).blocking_recv().unwrap().unwrap();
                    assert!(log.last().0 >= position);
                    let last = published.0.lock().unwrap().last().map_or(0, |(sealed, _)| *sealed);
                    assert!(last >= position);
                }
            });
        }
    });
    let entries = all(&*log).unwrap();
    assert_eq!(entries.len(), 4 * 40 * (1 + 2 + 3));
    let ends = entries.windows(2).filter(|pair| pair[0].commit == 0);
    assert!(ends.into_iter().all(|pair| pair[0].recorded_at < pair[1].recorded_at), "though the clock stood still");
    assert_eq!(published.0.lock().unwrap().iter().map(|(_, count)| count).sum::<u64>(), entries.len() as u64);
    writer.stop().unwrap();
}

#[test]
fn stopping_finishes_what_was_handed_in_and_takes_nothing_more() {
    let log = Arc::new(MemoryLog::new().unwrap());
    let (writer, _) = start(&log);
    let answers: Vec<_> = (0..200).map(|_| writer.submit(3)).collect();
    writer.stop().unwrap();
    for (index, answer) in (1_u64..).zip(answers) {
        assert_eq!(answer.blocking_recv().unwrap(), Ok(index * 3));
    }
    assert_eq!(writer.submit(1).blocking_recv().unwrap(), Err(WriterError::Stopped));
}

#[test]
fn after_a_storage_error_nobody_is_told_that_it_worked() {
    for crash in [CrashPoint::BeforeWriting(3), CrashPoint::AfterWriting(3)] {
        let log = Arc::new(MemoryLog::breaking_at(crash).unwrap());
        let (writer, _) = start(&log);
        for position in 1..=3 {
            assert_eq!(writer.submit(1).blocking_recv().unwrap(), Ok(position));
        }
        let answers: Vec<_> = (0..20).map(|index| writer.submit(index % 2)).collect();
        for answer in answers {
            let error = answer.blocking_recv().unwrap().unwrap_err();
            assert!(error.to_string().contains("the disk went away"), "{error}");
        }
        assert!(writer.submit(1).blocking_recv().unwrap().is_err());
        assert!(writer.fault().unwrap().to_string().contains("the disk went away"));
        assert_eq!(log.last(), Position(3));
    }
}

#[test]
fn a_full_disk_refuses_jobs_before_they_are_decided_and_is_forgotten_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { room_floor: u64::MAX, ..Options::default() };
    let log: Arc<dyn EventLog> = Arc::new(SledLog::create_with(folder.path(), options).unwrap());
    let decider = Counting::default();
    let count = Arc::clone(&decider.decided);
    let writer = Writer::start(log, Arc::new(FakeClock::default()), decider, Published::default()).unwrap();
    for _ in 0..3 {
        let answer = writer.submit(1).blocking_recv().unwrap();
        assert!(matches!(answer, Err(WriterError::Log(LogError::NoRoom { .. }))));
    }
    assert_eq!((*count.lock().unwrap(), writer.fault()), (0, None));
}

#[test]
fn a_defect_of_the_decider_ends_the_writer_and_leaves_nobody_waiting() {
    let log = Arc::new(MemoryLog::new().unwrap());
    let (writer, _) = start(&log);
    assert_eq!(writer.submit(1).blocking_recv().unwrap(), Ok(1));
    let answers: Vec<_> = [1, 1000, 1].into_iter().map(|size| writer.submit(size)).collect();
    for answer in answers {
        if let Ok(Ok(position)) = answer.blocking_recv() {
            assert!(log.last().0 >= position);
        }
    }
    assert!(writer.submit(1).blocking_recv().unwrap().is_err());
    assert_eq!(all(&*log).unwrap().len() as u64, log.last().0);
}
