//! The hot paths of the log: rendering, hashing, packing, reading back. Durable appends are measured by
//! `coledger bench`, which needs a disk.

use coledger::domain::event::{Actor, Captured, Entry, Event, HoursLogged, Role};
use coledger::domain::ids::{OrganisationId, Position, ProjectId};
use coledger::domain::time::{Day, Instant};
use coledger::log::chunk::{pack, unpack};
use coledger::log::line::{line_of, parse_line, write_line};
use coledger::log::merkle::Tree;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const ENTRIES: u64 = 640;

/// Hours as a group logs them, each a little different.
fn hours(position: u64, last: u64, recorded_at: Instant) -> Entry {
    let small = u32::try_from(position % 64).unwrap_or(0);
    Entry {
        position: Position(position),
        effective: Day(15_461 + i32::try_from(position / 500 % 700).unwrap_or(0)),
        recorded_at,
        commit: u32::try_from(last - position).unwrap_or(0),
        actor: Actor { name: "friends-of-the-wood".into(), role: Role::Logger },
        key: None,
        batch: None,
        late: None,
        illustrative: false,
        event: Event::HoursLogged(HoursLogged {
            project: ProjectId(Position(100 + u64::from(small % 40))),
            group: OrganisationId(Position(20 + u64::from(small % 17))),
            role: if small % 3 == 0 { "befriending".into() } else { "litter-picking".into() },
            people: 1 + small % 12,
            minutes_each: 30 + 15 * (small % 9),
            activity: (small % 4 == 0).then(|| "Sunday morning at the allotments".into()),
            captured: Captured::Phone,
            pledge: None,
        }),
    }
}

fn hot_paths(criterion: &mut Criterion) {
    let entries: Vec<_> = (1..=ENTRIES).map(|position| hours(position, ENTRIES, Instant(1))).collect();
    let lines: Vec<String> = entries.iter().map(line_of).collect();
    let chunks = pack(&entries).unwrap_or_default();
    let mut group = criterion.benchmark_group("log");
    group.throughput(Throughput::Elements(ENTRIES));
    group.bench_function("render lines", |bencher| {
        bencher.iter_batched_ref(
            Vec::new,
            |out| {
                for entry in &entries {
                    out.clear();
                    write_line(entry, out);
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("parse lines", |bencher| {
        bencher.iter(|| lines.iter().filter(|line| parse_line(line).is_ok()).count());
    });
    group.bench_function("hash lines into the tree", |bencher| {
        bencher.iter(|| {
            let mut tree = Tree::default();
            for line in &lines {
                tree.push(line.as_bytes());
            }
            tree.root()
        });
    });
    group.bench_function("pack chunks", |bencher| bencher.iter(|| pack(&entries)));
    group.bench_function("unpack chunks", |bencher| {
        bencher.iter(|| chunks.iter().flat_map(unpack).flatten().count());
    });
    group.finish();
}

criterion_group!(benches, hot_paths);
criterion_main!(benches);
