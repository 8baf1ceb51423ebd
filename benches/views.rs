//! How fast a ledger is folded, how fast a figure answers, and what an entry costs in memory.
//!
//! `cargo bench --bench views` prints plain numbers: targets are 1,000,000 entries a second, 1 ms a figure over any
//! window of 100,000 entries, and 64 bytes an entry of hours.

use std::hint::black_box;
use std::time::Instant;

use coledger::domain::event::Entry;
use coledger::domain::hours_rows::NewHours;
use coledger::domain::ids::Position;
use coledger::domain::quantity::Digest;
use coledger::domain::time::Day;
use coledger::views::dividends::shared_dividend;
use coledger::views::load::{DAYS, FIRST, Load, project};
use coledger::views::snapshot::{Stamp, restore, save};
use coledger::views::view::View;
use coledger::views::window::Window;

const MILLION: u64 = 1_000_000;
/// From which time on the system's own account of a thread is exact enough: it is kept by the tick.
const TICKS_US: f64 = 100_000.0;

fn main() {
    memory();
    fold("one hundred projects", 100);
    fold("one project", 1);
    figures();
    snapshots();
    past();
}

fn folded(entries: &[Entry]) -> View {
    let mut view = View::default();
    for entry in entries {
        view.apply(entry);
    }
    view
}

/// The best of some runs, in microseconds: what the machine does besides is not ours to measure.
fn best_us<T>(runs: u32, mut run: impl FnMut() -> T) -> f64 {
    let one = |_| {
        let (began, on_processor) = (Instant::now(), on_processor_us());
        black_box(run());
        let taken = began.elapsed().as_secs_f64() * 1e6;
        let on_processor = on_processor_us().zip(on_processor).map(|(after, before)| after - before);
        on_processor.filter(|_| taken > TICKS_US).unwrap_or(taken)
    };
    (0..runs).map(one).fold(f64::INFINITY, f64::min)
}

/// How long this thread was on a processor so far, in microseconds, where the system says so.
fn on_processor_us() -> Option<f64> {
    let waited = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = waited.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1e3)
}

fn fold(name: &str, projects: u64) {
    let entries: Vec<Entry> = Load::new(MILLION, projects).collect();
    let millions = f64::from(u32::try_from(entries.len()).unwrap_or(u32::MAX)) / 1e6;
    let taken = best_us(3, || folded(&entries));
    println!("fold, {name}: {:.2} million entries a second", millions * 1e6 / taken);
    let hours: Vec<(NewHours<'_>, &Entry)> =
        entries.iter().filter_map(|entry| NewHours::of(entry).map(|hours| (hours, entry))).collect();
    let count = f64::from(u32::try_from(hours.len()).unwrap_or(u32::MAX));
    let taken = best_us(3, || {
        let mut view = View::default();
        for (hours, entry) in &hours {
            view.apply_hours(hours, entry.recorded_at, entry.batch);
        }
        view
    });
    println!("fold of hours alone, {name}: {:.3} us an entry", taken / count);
}

/// Saving and restoring a view of a million hours.
fn snapshots() {
    let mut view = View::default();
    Load::new(MILLION, 100).for_each(|entry| view.apply(&entry));
    let stamp = Stamp { position: view.position, root: Digest::default() };
    let bytes = save(&view, stamp.root).unwrap_or_default();
    let saved = best_us(3, || save(&view, stamp.root));
    let restored = best_us(3, || restore(&bytes, stamp));
    let size = bytes.len().div_ceil(1_000_000);
    println!(
        "snapshot of a million hours: {size} bytes an entry, saved in {saved:.0} us, restored in {restored:.0} us"
    );
}

/// What was known at old positions of a ledger of a million hours, in a project of 100,000: view and figure, each time
/// as if it were the first.
fn past() {
    let mut view = View::default();
    Load::new(MILLION, 10).for_each(|entry| view.apply(&entry));
    let last = Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0));
    let window = Window::new(FIRST, last, last);
    for part in [1, 50, 99] {
        let position = Position(view.position.0 * part / 100);
        let taken = best_us(5, || {
            let past = view.known_at(position, view.recorded_at, None);
            shared_dividend(&past, project(0), window, None)
        });
        println!("figure as known at {part} % of a million hours, 100,000 in the project: {taken:.0} us");
    }
}

fn figures() {
    let entries: Vec<Entry> = Load::new(100_000, 1).collect();
    let view = folded(&entries);
    let card = view.books.setup.rate_cards().next().map(|card| card.id);
    let last = Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0));
    let starts = (FIRST.0..last.0).step_by(7);
    let windows = starts.flat_map(|from| (from..last.0).step_by(41).map(move |to| (Day(from), Day(to))));
    let taken: Vec<f64> = windows
        .map(|(from, to)| best_us(3, || shared_dividend(&view, project(0), Window::new(from, to, last), None)))
        .collect();
    let count = f64::from(u32::try_from(taken.len()).unwrap_or(1));
    let (sum, worst) = taken.iter().fold((0.0, 0.0_f64), |(sum, worst), us| (sum + us, worst.max(*us)));
    println!("figure of 100,000 entries: {:.1} us on average of {count} windows, {worst:.1} us at worst", sum / count);
    let named = best_us(10, || shared_dividend(&view, project(0), Window::new(FIRST, last, last), card));
    println!("the same of all entries under a rate card that is named: {named:.1} us");
}

/// Folds without keeping the entries, so that what is resident is the view.
fn memory() {
    let empty = resident();
    let mut view = View::default();
    for entry in Load::new(MILLION, 100) {
        view.apply(&entry);
    }
    let bytes = resident().saturating_sub(empty);
    println!("memory: {} bytes an entry of hours", bytes.div_ceil(MILLION));
    black_box(view);
}

/// The resident memory of this process, in bytes; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = status.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
