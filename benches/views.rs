//! How fast a ledger is folded, how fast a figure answers, and what an entry costs in memory.
//!
//! `cargo bench --bench views` prints plain numbers: targets are 1,000,000 entries a second, 1 ms a figure over any
//! window of 100,000 entries, and 64 bytes an entry of hours.

use std::hint::black_box;
use std::time::Instant;

use coledger::domain::event::Entry;
use coledger::domain::time::Day;
use coledger::views::dividends::shared_dividend;
use coledger::views::load::{DAYS, FIRST, Load, project};
use coledger::views::view::View;
use coledger::views::window::Window;

const MILLION: u64 = 1_000_000;

fn main() {
    memory();
    fold("one hundred projects", 100);
    fold("one project", 1);
    figures();
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
        let began = Instant::now();
        black_box(run());
        began.elapsed().as_secs_f64() * 1e6
    };
    (0..runs).map(one).fold(f64::INFINITY, f64::min)
}

fn fold(name: &str, projects: u64) {
    let entries: Vec<Entry> = Load::new(MILLION, projects).collect();
    let millions = f64::from(u32::try_from(entries.len()).unwrap_or(u32::MAX)) / 1e6;
    let taken = best_us(3, || folded(&entries));
    println!("fold, {name}: {:.2} million entries a second", millions * 1e6 / taken);
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
