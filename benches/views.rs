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

fn fold(name: &str, projects: u64) {
    let entries: Vec<Entry> = Load::new(MILLION, projects).collect();
    let began = Instant::now();
    let view = black_box(folded(&entries));
    let taken = began.elapsed();
    let per_second = u128::from(view.position.0) * 1_000_000 / taken.as_micros().max(1);
    println!("fold, {name}: {per_second} entries a second");
}

fn figures() {
    let entries: Vec<Entry> = Load::new(100_000, 1).collect();
    let view = folded(&entries);
    let card = view.books.setup.rate_cards().next().map(|card| card.id);
    let last = Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0));
    let (mut worst, mut sum, mut count) = (0.0_f64, 0.0_f64, 0_u32);
    for from in (FIRST.0..last.0).step_by(7) {
        for to in (from..last.0).step_by(41) {
            let began = Instant::now();
            black_box(shared_dividend(&view, project(0), Window::new(Day(from), Day(to), last), None));
            let taken = began.elapsed().as_secs_f64() * 1e6;
            worst = worst.max(taken);
            sum += taken;
            count += 1;
        }
    }
    println!(
        "figure of 100,000 entries: {:.1} us on average, {worst:.1} us at worst, {count} windows",
        sum / f64::from(count)
    );
    let began = Instant::now();
    black_box(shared_dividend(&view, project(0), Window::new(FIRST, last, last), card));
    println!("the same under a rate card that is named: {:.1} us", began.elapsed().as_secs_f64() * 1e6);
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
