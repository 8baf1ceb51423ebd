//! The measurements, and the table of them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::served::{Compared, Plan};
use super::{load, opened, plain::PlainLog, served};
use crate::app::ledger::Ledger;
use crate::app::request::COMMIT_MAX;
use crate::cli::args::Bench;
use crate::cli::exit::Failure;
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::time::Day;
use crate::log::clock::SystemClock;
use crate::views::dividends::shared_dividend;
use crate::views::view::View;
use crate::views::window::Window;

/// The numbers of writers that append at once.
const WRITERS: [u64; 4] = [1, 8, 64, 512];
/// How many windows are asked for.
const QUERIES: u32 = 1_000;
/// How many rounds each side of a comparison over HTTP has.
const ROUNDS: u64 = 9;
/// How many entries are made at once, to be folded.
const BLOCK: usize = 10_000;

/// Measures this machine.
///
/// # Errors
/// Where the disk or a ledger fails.
pub fn run(args: &Bench, out: &mut Out<'_>) -> Result<(), Failure> {
    if let Some(folder) = &args.opened {
        return opened::say(folder, out);
    }
    let mut rows = Rows::under(&[
        column("measure", "Measure"),
        column("value", "Value"),
        column("unit", "Unit"),
        column("ceiling", "Ceiling"),
        column("ratio", "Ratio"),
        column("spread", "Lowest to highest"),
    ]);
    let workshop = tempfile::Builder::new().prefix("coledger-bench-").tempdir_in(std::env::current_dir()?)?;
    for writers in WRITERS {
        out.progress.show(&format!("appending, {writers} writers"), writers, 0);
        rows.rows.push(appends(workshop.path(), writers, Duration::from_secs(args.seconds))?);
    }
    out.progress.show("folding", 0, 0);
    let view = fold(args.entries, &mut rows)?;
    queries(&view, &mut rows);
    drop(view);
    out.progress.show("asking over HTTP", 0, 0);
    over_http(workshop.path(), args, &mut rows)?;
    out.progress.show("filling a ledger", 0, 0);
    memory(workshop.path(), args.entries, &mut rows)?;
    if cfg!(debug_assertions) {
        out.remark("This is a debug build: a release build (cargo run --release) is several times faster.")?;
    }
    Ok(rows.print(out)?)
}

fn row(measure: String, value: f64, unit: &str) -> Vec<Datum> {
    vec![measure.into(), decimal(value), unit.into(), Datum::Nothing, Datum::Nothing, Datum::Nothing]
}

fn decimal(value: f64) -> Datum {
    Datum::Decimal(if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.3}") })
}

/// Durable appends a second through the log and through a plain file, by the same writer.
fn appends(workshop: &Path, writers: u64, time: Duration) -> Result<Vec<Datum>, Failure> {
    let folder = tempfile::tempdir_in(workshop)?;
    let plain = Ledger::over(Arc::new(PlainLog::create(folder.path())?), Arc::new(SystemClock))?;
    let plain = rate(&Arc::new(plain), writers, time)?;
    let sled = rate(&Arc::new(Ledger::create(&folder.path().join("ledger"))?), writers, time)?;
    let mut row = row(format!("durable appends, {writers} writers"), sled, "entries/s");
    row.truncate(3);
    row.push(decimal(plain));
    row.push(decimal(sled / plain));
    row.push(Datum::Nothing);
    Ok(row)
}

/// Entries a second with so many tasks that each submit one after the other.
fn rate(ledger: &Arc<Ledger>, writers: u64, time: Duration) -> Result<f64, Failure> {
    ledger.submit_blocking(load::town())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let appended = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let (ledger, appended) = (Arc::clone(ledger), Arc::clone(&appended));
            runtime.spawn(async move {
                let mut number = writer;
                while began.elapsed() < time {
                    let request = load::request(format!("hours-{number}"), vec![load::hours(number)]);
                    ledger.submit(request).await?;
                    appended.fetch_add(1, Ordering::Relaxed);
                    number += writers;
                }
                Ok::<(), crate::app::ledger::SubmitError>(())
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).map_err(std::io::Error::other)??;
    }
    let elapsed = began.elapsed();
    ledger.stop()?;
    Ok(per_second(appended.load(Ordering::Relaxed), elapsed))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a measurement, printed to three digits")]
fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Folds entries of hours that were made before, so that only the fold is measured.
fn fold(entries: u64, rows: &mut Rows) -> Result<View, Failure> {
    let source = Ledger::in_memory(Arc::new(SystemClock))?;
    let town = source.dry_run(&load::town()).map_err(crate::app::ledger::SubmitError::Refused)?;
    let mut view = View::default();
    for entry in &*town.entries {
        view.apply(entry);
    }
    let mut spent = Duration::ZERO;
    for first in (0..entries).step_by(BLOCK) {
        let block: Vec<Entry> = (first..entries.min(first + BLOCK as u64))
            .map(|number| load::entry(number, Position(town.position.0 + 1 + number)))
            .collect();
        let began = Instant::now();
        for entry in &block {
            view.apply(entry);
        }
        spent += began.elapsed();
    }
    rows.rows.push(row("fold of hours".to_owned(), per_second(entries, spent), "entries/s"));
    Ok(view)
}

/// Asks for the dividend of the first project over windows of every kind.
fn queries(view: &View, rows: &mut Rows) {
    let days = u32::try_from(load::DAYS).unwrap_or(u32::MAX);
    let day = |number: u32| Day(load::FIRST_DAY.0 + i32::try_from(number % days).unwrap_or(0));
    let mut slowest = Duration::ZERO;
    let began = Instant::now();
    for number in 0..QUERIES {
        let (one, other) = (day(number * 7), day(number * 13));
        let window = Window::new(one.min(other), one.max(other), one.max(other));
        let asked = Instant::now();
        std::hint::black_box(shared_dividend(view, load::project(0), window, None));
        slowest = slowest.max(asked.elapsed());
    }
    let mean = began.elapsed() / QUERIES;
    rows.rows.push(row("shared dividend of one project, mean".to_owned(), mean.as_secs_f64() * 1e6, "microseconds"));
    rows.rows.push(row(
        "shared dividend of one project, slowest".to_owned(),
        slowest.as_secs_f64() * 1e6,
        "microseconds",
    ));
}

/// Appends and figures over HTTP, beside what HTTP and GraphQL take by themselves.
fn over_http(workshop: &Path, args: &Bench, rows: &mut Rows) -> Result<(), Failure> {
    let plan = Plan {
        workshop,
        entries: args.entries,
        few: args.entries / 10,
        many: args.entries.saturating_mul(10),
        rounds: ROUNDS,
        time: Duration::from_secs(args.seconds) / 4,
    };
    served::measures(&plan, &mut |compared: Compared| {
        let [lowest, ratio, highest] = compared.ratios();
        let mut row = row(compared.name.clone(), compared.ours(), compared.unit);
        row.truncate(3);
        row.extend([decimal(compared.ceiling()), decimal(ratio), format!("{lowest:.2} to {highest:.2}").into()]);
        rows.rows.push(row);
    })
}

/// What an open ledger of so many hours takes, over an empty one.
#[expect(clippy::cast_precision_loss, reason = "bytes and microseconds of a measurement, printed to three digits")]
fn memory(workshop: &Path, entries: u64, rows: &mut Rows) -> Result<(), Failure> {
    let folder = tempfile::tempdir_in(workshop)?;
    let path = folder.path().join("ledger");
    let ledger = Ledger::create(&path)?;
    ledger.submit_blocking(load::town())?;
    let empty = Ledger::create(&folder.path().join("empty"))?;
    empty.submit_blocking(load::town())?;
    empty.stop()?;
    drop(empty);
    for first in (0..entries).step_by(COMMIT_MAX) {
        let asks = (first..entries.min(first + COMMIT_MAX as u64)).map(load::hours).collect();
        ledger.submit_blocking(load::request(format!("block-{first}"), asks))?;
    }
    ledger.stop()?;
    drop(ledger);
    let (_, without) = opened::ask(&folder.path().join("empty"))?;
    let (micros, with) = opened::ask(&path)?;
    rows.rows.push(row("opening a ledger of hours".to_owned(), entries as f64 / (micros as f64 / 1e6), "entries/s"));
    let bytes = with.saturating_sub(without) as f64 / entries as f64;
    rows.rows.push(row("resident memory over an empty ledger".to_owned(), bytes, "bytes/entry"));
    Ok(())
}
