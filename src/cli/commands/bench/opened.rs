//! What an open ledger takes: asked of a fresh process, so that nothing else is counted.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::appends::per_second;
use super::load;
use crate::app::ledger::Ledger;
use crate::cli::args::Bench;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::domain::ids::Position;
use crate::domain::time::Day;
use crate::log::event_log::Item;
use crate::views::dividends::shared_dividend;
use crate::views::view::View;
use crate::views::window::Window;

/// What a fresh process says of a ledger.
pub(super) struct Opened {
    /// The first answer.
    pub(super) figure: i64,
    /// How long it took from starting the process until the first answer was read.
    pub(super) answered: Duration,
    /// What the process holds in memory once it takes commands, in bytes.
    pub(super) resident: u64,
    /// Entries a second at which the views were built again on one thread; 0 where that was not asked.
    pub(super) rebuilt: f64,
}

/// The minutes of the first project over all days of the load, confirmed or not: the answer that is asked for.
pub(super) fn figure(ledger: &Ledger) -> i64 {
    let last = Day(load::FIRST_DAY.0.saturating_add(i32::try_from(load::DAYS).unwrap_or(i32::MAX)));
    let window = Window::new(load::FIRST_DAY, last, last);
    let figure = shared_dividend(&ledger.view(), load::project(0), window, None);
    figure.map_or(0, |figure| figure.totals.volunteer_minutes + figure.totals.awaiting_minutes)
}

/// Opens a ledger and prints what that took, as lines of JSON.
pub(super) fn say(folder: &Path, args: &Bench, out: &mut Out<'_>) -> Result<(), Failure> {
    let ledger = Ledger::open(folder, &mut |_| {})?;
    out.say(json!({"figure": figure(&ledger)}))?;
    out.results.flush()?;
    // The first command waits for the keys of the earlier ones: then all is there.
    ledger.submit_blocking(load::town())?;
    out.say(json!({"residentBytes": resident()}))?;
    if args.rebuild {
        out.say(json!({"rebuiltPerSecond": rebuild(&ledger)?}))?;
    }
    ledger.stop()?;
    Ok(())
}

/// Folds the whole log into a new view on this thread alone.
fn rebuild(ledger: &Ledger) -> Result<f64, Failure> {
    let (began, mut view, last) = (Instant::now(), View::default(), ledger.view().position);
    ledger.log().fold(Position(1), last, &mut |item| match item {
        Item::Hours { hours, recorded_at, batch, .. } => view.apply_hours(&hours, recorded_at, batch),
        Item::Other(entry) => view.apply(&entry),
    })?;
    Ok(per_second(view.position.0, began.elapsed()))
}

/// Asks a fresh process.
pub(super) fn ask(folder: &Path, anew: bool) -> Result<Opened, Failure> {
    let failed = || Failure::new(ExitCode::Internal, format!("a fresh process could not open {}", folder.display()));
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["bench", "--opened"]).arg(folder).args(anew.then_some("--rebuild"));
    let began = Instant::now();
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(process.stdout.take().ok_or_else(failed)?).lines();
    let mut next = || lines.next().and_then(|line| serde_json::from_str::<Value>(&line.ok()?).ok()).unwrap_or_default();
    let first = next();
    let answered = began.elapsed();
    let (second, third) = (next(), next());
    let ended = process.wait()?;
    let figure = first.get("figure").and_then(Value::as_i64).filter(|_| ended.success()).ok_or_else(failed)?;
    let resident = second.get("residentBytes").and_then(Value::as_u64).unwrap_or(0);
    let rebuilt = third.get("rebuiltPerSecond").and_then(Value::as_f64).unwrap_or(0.0);
    Ok(Opened { figure, answered, resident, rebuilt })
}

/// The resident bytes of this process; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    kib * 1024
}
