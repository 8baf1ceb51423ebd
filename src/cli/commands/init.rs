//! `init`: an empty ledger in a new folder.

use std::path::Path;

use super::import::actor;
use crate::app::ledger::Ledger;
use crate::app::request::{Ask, Request};
use crate::cli::args::{Cli, Init};
use crate::cli::exit::Failure;
use crate::cli::open;
use crate::cli::out::Out;
use crate::domain::command::OpenLedger;
use crate::domain::event::{Currency, Publisher};
use crate::domain::text::{Reference, Title};

/// Makes the ledger and opens its log with `LedgerOpened`.
///
/// # Errors
/// Where the folder holds one already, or a rule is not met.
pub fn run(cli: &Cli, init: &Init, out: &mut Out<'_>) -> Result<(), Failure> {
    let folder = open::folder(cli)?;
    let request =
        Request { actor: actor(cli)?, key: Reference::from("init"), asks: vec![Ask::now(command(init, folder))] };
    check(&request)?;
    let ledger = Ledger::create(folder)?;
    ledger.submit_blocking(request)?;
    ledger.stop()?;
    let (shown, quoted) = (folder.display(), open::quoted(folder));
    out.say(format_args!("Made a ledger in {shown}. Serve it: coledger serve --data {quoted}"))?;
    Ok(())
}

/// Finds out what a rule would refuse before a folder is made.
fn check(request: &Request) -> Result<(), Failure> {
    let trial = Ledger::in_memory(std::sync::Arc::new(crate::log::clock::SystemClock))?;
    trial.dry_run(request).map_err(crate::app::request::SubmitError::Refused)?;
    Ok(())
}

fn command(init: &Init, folder: &Path) -> OpenLedger {
    let called = folder.file_name().map_or_else(|| "Ledger".to_owned(), |name| name.to_string_lossy().into_owned());
    let publisher = init.publisher_id.as_deref().zip(init.publisher_name.as_deref()).map(|(id, name)| Publisher {
        prefix: init.publisher_prefix.as_deref().map(Reference::from),
        org_id: Reference::from(id),
        name: Title::from(name),
    });
    OpenLedger {
        name: Title::from(init.name.as_deref().unwrap_or(&called)),
        currency: Currency::Gbp,
        publisher,
        time_zone: Reference::from(init.time_zone.as_str()),
    }
}
