//! The days and the point of knowledge that a figure was asked for.

use std::sync::Arc;

use crate::app::history::AsKnownAt;
use crate::app::ledger::Ledger;
use crate::cli::args::WindowArgs;
use crate::cli::exit::{ExitCode, Failure};
use crate::domain::ids::Position;
use crate::domain::time::Day;
use crate::interchange::cells;
use crate::views::view::View;
use crate::views::window::Window;

/// The window that was asked for. Without a first day it begins with the ledger, without a last it ends at the as-at day.
///
/// # Errors
/// Where a day cannot be read, or the first is after the last.
pub fn window(args: &WindowArgs, today: Day, view: &View) -> Result<Window, Failure> {
    let as_at = day("--as-at", args.as_at.as_deref())?.unwrap_or(today);
    let to = day("--to", args.to.as_deref())?.unwrap_or(as_at);
    let from = day("--from", args.from.as_deref())?.unwrap_or_else(|| view.first_day().unwrap_or(to).min(to));
    in_order(from, to)?;
    Ok(Window::new(from, to, as_at))
}

/// Whether two days are a beginning and an end.
///
/// # Errors
/// Where the first is after the last.
pub fn in_order(from: Day, to: Day) -> Result<(), Failure> {
    if from <= to {
        return Ok(());
    }
    Err(Failure::new(ExitCode::Usage, format!("--from {from} is after --to {to}. Turn them round.")))
}

/// A day of the command line.
///
/// # Errors
/// Where it cannot be read.
pub fn day(option: &str, text: Option<&str>) -> Result<Option<Day>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || {
        let message = format!("{option} '{text}' is no day. Write it like 2012-04-01.");
        Failure::new(ExitCode::Usage, message)
    };
    cells::day(text).map(Some).ok_or_else(wrong)
}

/// The view as known at a position, or now.
///
/// # Errors
/// Where the position is past the end, or the log cannot be read.
pub fn view(ledger: &Ledger, as_known_at: Option<u64>) -> Result<Arc<View>, Failure> {
    let Some(position) = as_known_at else { return Ok(ledger.view()) };
    let last = ledger.view().position;
    if Position(position) > last {
        let message = format!("The ledger ends at position {last}. Name that or an earlier one.");
        return Err(Failure::not_found(message));
    }
    Ok(ledger.as_known_at(AsKnownAt::Position(Position(position)))?)
}
