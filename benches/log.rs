//! The hot paths of the log: rendering, hashing, packing, reading back. Durable appends are measured by
//! `coledger bench`, which needs a disk.

use coledger::domain::time::Instant;
use coledger::log::bench::hours;
use coledger::log::chunk::{pack, unpack};
use coledger::log::line::{line_of, parse_line, write_line};
use coledger::log::merkle::Tree;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const ENTRIES: u64 = 640;

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
