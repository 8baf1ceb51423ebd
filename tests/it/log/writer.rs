//! The writer: who waits for what, and who hears what when the log breaks.

use std::future::Future as _;
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake};
use std::time::Duration;

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

/// Notes what was published: the last position, and how many entries.
#[derive(Clone, Default)]
struct Published {
    groups: Arc<Mutex<Vec<(u64, u64)>>>,
    /// The first group waits until this is opened.
    gate: Arc<Mutex<Option<Receiver<()>>>>,
    /// Breaks at this position.
    breaks_at: Option<u64>,
    /// What everything that was replaced holds.
    replaced: Arc<()>,
}

impl Published {
    /// Holds the first group until the other end is told, or gone.
    fn gated() -> (Self, Sender<()>) {
        let (open, gate) = channel();
        (Self { gate: Arc::new(Mutex::new(Some(gate))), ..Self::default() }, open)
    }
}

impl Publish<u64> for Published {
    type Replaced = Arc<()>;

    fn publish(&mut self, sealed: u64, commits: &[Arc<[Entry]>], checkpoint: &Checkpoint) -> Arc<()> {
        assert_eq!(checkpoint.position.0, sealed);
        assert!(commits.iter().all(|commit| commit.last().is_some_and(|entry| entry.commit == 0)));
        let count = commits.iter().map(|commit| commit.len() as u64).sum();
        self.groups.lock().unwrap().push((sealed, count));
        assert!(self.breaks_at != Some(sealed), "a publisher that breaks");
        if let Some(gate) = self.gate.lock().unwrap().take() {
            let _ = gate.recv();
        }
        Arc::clone(&self.replaced)
    }
}

fn start(log: &Arc<MemoryLog>) -> (Writer<Counting>, Published) {
    let published = Published::default();
    (start_with(log, &published), published)
}

fn start_with(log: &Arc<MemoryLog>, published: &Published) -> Writer<Counting> {
    let (log, clock) = (Arc::clone(log), Arc::new(FakeClock::at(Instant(1_000_000))));
    Writer::start(log, clock, Counting::default(), published.clone()).unwrap()
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
                    let last = published.groups.lock().unwrap().last().map_or(0, |(sealed, _)| *sealed);
                    assert!(last >= position);
                }
            });
        }
    });
    let entries = all(&*log).unwrap();
    assert_eq!(entries.len(), 4 * 40 * (1 + 2 + 3));
    let ends = entries.windows(2).filter(|pair| pair[0].commit == 0);
    assert!(ends.into_iter().all(|pair| pair[0].recorded_at < pair[1].recorded_at), "though the clock stood still");
    assert_eq!(published.groups.lock().unwrap().iter().map(|(_, count)| count).sum::<u64>(), entries.len() as u64);
    writer.stop().unwrap();
}

#[test]
fn what_comes_while_a_group_is_made_durable_is_one_group_and_stopping_waits_for_both() {
    for _ in 0..20 {
        let log = Arc::new(MemoryLog::new().unwrap());
        let (published, open) = Published::gated();
        let writer = start_with(&log, &published);
        let first = writer.submit(1);
        while published.groups.lock().unwrap().is_empty() {
            std::thread::yield_now();
        }
        let others: Vec<_> = (0..3).map(|_| writer.submit(1)).collect();
        std::thread::scope(|scope| {
            scope.spawn(|| writer.stop().unwrap());
            open.send(()).unwrap();
        });
        assert_eq!(first.blocking_recv().unwrap(), Ok(1));
        let answers: Vec<_> = others.into_iter().map(|answer| answer.blocking_recv().unwrap()).collect();
        assert_eq!(answers, [Ok(2), Ok(3), Ok(4)]);
        assert_eq!(*published.groups.lock().unwrap(), [(1, 1), (4, 3)]);
    }
}

#[test]
fn of_what_was_replaced_one_stays_until_another_comes_or_nothing_comes() {
    let log = Arc::new(MemoryLog::new().unwrap());
    let (writer, published) = start(&log);
    let held = || Arc::strong_count(&published.replaced);
    let rest = held();
    let answered = |position| {
        assert_eq!(writer.submit(1).blocking_recv().unwrap(), Ok(position));
        held()
    };
    let after: Vec<_> = (1..=100).map(answered).collect();
    assert!(after.iter().all(|held| *held <= rest + 2), "that of the group before is on its way out at most");
    assert!(after.iter().any(|held| *held > rest), "it went with the answers");
    let begun = std::time::Instant::now();
    while held() > rest {
        assert!(begun.elapsed() < Duration::from_secs(60), "what was replaced stays");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(writer.submit(1).blocking_recv().unwrap(), Ok(101));
}

/// Tells that an answer came, and holds up whoever brings it until the gate is opened.
struct Held {
    told: Sender<()>,
    gate: Mutex<Receiver<()>>,
}

impl Wake for Held {
    fn wake(self: Arc<Self>) {
        self.told.send(()).unwrap();
        let _ = self.gate.lock().unwrap().recv();
    }
}

#[test]
fn no_answer_leaves_before_those_of_the_group_before_it() {
    let log = Arc::new(MemoryLog::new().unwrap());
    let (published, open) = Published::gated();
    let writer = start_with(&log, &published);
    let mut first = pin!(writer.submit(1));
    let ((told, telling), (go_on, gate)) = (channel(), channel());
    let held = Arc::new(Held { told, gate: Mutex::new(gate) });
    assert!(first.as_mut().poll(&mut Context::from_waker(&held.into())).is_pending());
    let second = writer.submit(1);
    open.send(()).unwrap();
    // The disk is free, and the first answer on its way.
    telling.recv().unwrap();
    let mut third = writer.submit(1);
    // That nothing comes can only be waited for: by mistake this passes, it never fails.
    std::thread::sleep(Duration::from_millis(50));
    assert!(third.try_recv().is_err(), "a later answer came before an earlier one");
    go_on.send(()).unwrap();
    assert_eq!(second.blocking_recv().unwrap(), Ok(2));
    assert_eq!(third.blocking_recv().unwrap(), Ok(3));
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
fn more_goes_through_than_one_group_takes() {
    let log = Arc::new(MemoryLog::new().unwrap());
    let (writer, published) = start(&log);
    let answers: Vec<_> = (0..60).map(|_| writer.submit(900)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for (index, answer) in (1_u64..).zip(answers) {
        let answer = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(60), answer).await });
        assert_eq!(answer.expect("the writer stands still").unwrap(), Ok(index * 900));
    }
    assert!(published.groups.lock().unwrap().iter().all(|(_, count)| *count < 16_384 + 900));
}

#[test]
fn after_a_storage_error_nobody_is_told_that_it_worked() {
    let crashes = [CrashPoint::BeforeWriting(3), CrashPoint::AfterWriting(3)];
    for (crash, jobs) in crashes.into_iter().flat_map(|crash| [(crash, 1), (crash, 20)]) {
        let log = Arc::new(MemoryLog::breaking_at(crash).unwrap());
        let (writer, _) = start(&log);
        for position in 1..=3 {
            assert_eq!(writer.submit(1).blocking_recv().unwrap(), Ok(position));
        }
        let answers: Vec<_> = (0..jobs).map(|index| writer.submit((index + jobs) % 2)).collect();
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

#[test]
fn a_defect_of_the_publisher_ends_the_writer_and_leaves_nobody_waiting() {
    for breaks_at in [1, 2, 40] {
        let log = Arc::new(MemoryLog::new().unwrap());
        let writer = start_with(&log, &Published { breaks_at: Some(breaks_at), ..Published::default() });
        for position in 1..breaks_at {
            assert_eq!(writer.submit(1).blocking_recv().unwrap(), Ok(position));
        }
        assert!(writer.submit(1).blocking_recv().is_err(), "nobody is told that it worked");
        while writer.fault().is_none() {
            std::thread::yield_now();
        }
        assert!(writer.submit(1).blocking_recv().unwrap().is_err());
    }
}
