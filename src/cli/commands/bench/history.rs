//! A figure as it was known at old positions, each asked for the first time.

use std::path::Path;
use std::time::Instant;

use super::compared::Compared;
use super::report::Report;
use crate::app::history::AsKnownAt;
use crate::app::ledger::Ledger;
use crate::cli::exit::Failure;
use crate::domain::event::Entry;
use crate::domain::ids::Position;
use crate::domain::time::Day;
use crate::log::event_log::EventLog;
use crate::log::sled_log::SledLog;
use crate::views::dividends::shared_dividend;
use crate::views::load::{DAYS, FIRST, Load, project};
use crate::views::window::Window;

/// How many projects share the entries: with a million, each has a hundred thousand.
const PROJECTS: u64 = 10;
/// How many old positions are asked for, from the latest to the earliest, so that none spares another anything.
const POSITIONS: u64 = 24;
/// How many entries are appended at once.
const GROUP: usize = 4_096;

/// Measures figures of the past, of a ledger of so many hours, confirmed by the hundred.
pub(super) fn measure(workshop: &Path, hours: u64, report: &mut Report<'_>) -> Result<(), Failure> {
    let folder = workshop.join("history");
    let log = SledLog::create(&folder)?;
    let mut load = Load::new(hours, PROJECTS);
    loop {
        let group: Vec<Entry> = load.by_ref().take(GROUP).collect();
        if group.is_empty() {
            break;
        }
        log.append(&group)?;
    }
    log.stop()?;
    drop(log);
    let ledger = Ledger::open(&folder, &mut |_| {})?;
    let last = Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0));
    let window = Window::new(FIRST, last, last);
    let mut rounds = Vec::new();
    for part in (1..=POSITIONS).rev() {
        let position = Position(ledger.view().position.0 * part / (POSITIONS + 1));
        let began = Instant::now();
        let past = ledger.as_known_at(AsKnownAt::Position(position))?;
        std::hint::black_box(shared_dividend(&past, project(0), window, None));
        rounds.push((began.elapsed().as_secs_f64() * 1e3, None));
    }
    ledger.stop()?;
    report.add(Compared { name: "figure as known at an old position".to_owned(), unit: "ms", rounds });
    Ok(())
}
