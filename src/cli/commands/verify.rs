//! `verify`: believes nothing of a ledger, and says what was found.

use std::ops::ControlFlow;

use serde_json::json;

use crate::app::ledger::Ledger;
use crate::app::snapshots::Snapshots;
use crate::cli::args::Format;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::ids::Position;
use crate::domain::quantity;
use crate::views::digest::figures_digest;
use crate::views::view::View;

/// Reads the whole log again, and folds every figure again from nothing.
///
/// # Errors
/// What is damaged.
pub fn run(ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let present = ledger.view();
    out.progress.show("checking the log", 0, 0);
    let checkpoint = ledger.log().verify()?;
    let again = fold(ledger, present.position, out)?;
    let figures = figures_digest(&again);
    if figures != figures_digest(&present) {
        let message = "The figures in use are not those that the log comes to. Stop the server and start it again.";
        return Err(Failure::new(ExitCode::Damaged, message));
    }
    out.progress.clear();
    let (entries, root) = (checkpoint.position, checkpoint.root);
    match out.format {
        Format::Json => {
            out.say(json!({"entries": entries.0, "root": root.to_string(), "figures": figures.to_string()}))?;
        }
        Format::Csv => {
            let mut rows = Rows::under(&["entries", "root", "figures"].map(|name| column(name, "")));
            let size = Datum::Decimal(entries.to_string());
            rows.rows.push(vec![size, root.to_string().into(), figures.to_string().into()]);
            rows.print(out)?;
        }
        Format::Table => {
            out.say(format_args!(
                "{}: checksums, order, lines and root hold; all figures fold to the same",
                quantity::entries(entries.0)
            ))?;
            out.say(format_args!("root    {root}\nfigures {figures}"))?;
        }
    }
    Ok(())
}

/// Every figure up to a position, from nothing.
fn fold(ledger: &Ledger, to: Position, out: &mut Out<'_>) -> Result<View, Failure> {
    let mut view = View::default();
    let mut wrong = None;
    let saved = ledger.snapshots().map(Snapshots::positions).unwrap_or_default();
    ledger.log().scan(Position(1), to, &mut |entry| {
        view.apply(&entry);
        if saved.contains(&entry.position) && differs(ledger, &view) {
            wrong = Some(entry.position);
            return ControlFlow::Break(());
        }
        if entry.position.0.is_multiple_of(1024) {
            out.progress.show("folding every figure again", entry.position.0, to.0);
        }
        ControlFlow::Continue(())
    })?;
    match wrong {
        None => Ok(view),
        Some(position) => {
            let message = format!("The snapshot views/{position}.view holds other figures than the log. Delete it.");
            Err(Failure::new(ExitCode::Damaged, message))
        }
    }
}

/// Whether the view that was saved at this position shows other figures. One that would not be used does not count.
fn differs(ledger: &Ledger, view: &View) -> bool {
    let saved = ledger.snapshots().and_then(|saved| saved.restored(ledger.log(), view.position).ok().flatten());
    saved.is_some_and(|saved| figures_digest(&saved) != figures_digest(view))
}
