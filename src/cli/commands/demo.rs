//! `demo`: the example town, founded by commands, served, with three queries to paste.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::import::actor;
use super::serve;
use crate::app::ledger::Ledger;
use crate::app::request::{Ask, Request, SubmitError};
use crate::cli::args::{Cli, Demo, LogFormat, LogLevel};
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::open;
use crate::cli::out::Out;
use crate::cli::telemetry;
use crate::domain::ids::Position;
use crate::domain::quantity;
use crate::domain::text::Reference;
use crate::graphql::limits::Limits;
use crate::graphql::page::EXAMPLES;
use crate::town::{self, Step, TownError};

/// The documents that are offered to be pasted, by their names in `schema/documents`.
pub const QUERIES: [&str; 3] = ["shared-dividends", "where-a-figure-comes-from", "newest-entries"];

/// Makes the town and, unless told otherwise, serves it.
///
/// # Errors
/// Where the folder holds something, or the address cannot be had.
pub fn run(cli: &Cli, demo: &Demo, out: &mut Out<'_>) -> Result<(), Failure> {
    let listener = if demo.no_serve { None } else { Some(serve::listen(demo.listen)?) };
    let place = Place::of(cli)?;
    let folder = place.folder().to_owned();
    let ledger = Ledger::create(&folder)?;
    let steps = found(&ledger, out)?;
    out.say(format_args!(
        "The example town, {steps} steps, {}, in {}",
        quantity::entries(ledger.view().position.0),
        folder.display()
    ))?;
    match listener {
        None => {
            ledger.stop()?;
            place.keep();
            out.say(format_args!("Serve it: coledger serve --data {}", open::quoted(&folder)))?;
            Ok(())
        }
        Some(listener) => {
            telemetry::start(LogLevel::Warn, LogFormat::Text);
            let (ledger, actor) = (Arc::new(ledger), actor(cli)?);
            serve::until_stopped(&folder, &ledger, &actor, listener, Limits::default(), out, &to_paste())
        }
    }
}

/// Where the town is made.
enum Place {
    Named(PathBuf),
    Temporary(tempfile::TempDir, PathBuf),
}

impl Place {
    fn of(cli: &Cli) -> Result<Self, Failure> {
        if let Some(folder) = &cli.data {
            return Ok(Self::Named(folder.clone()));
        }
        let temporary = tempfile::Builder::new().prefix("coledger-demo-").tempdir()?;
        let folder = temporary.path().join("town");
        Ok(Self::Temporary(temporary, folder))
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Named(folder) | Self::Temporary(_, folder) => folder,
        }
    }

    /// Leaves a temporary folder where it is: somebody wants to look at it.
    fn keep(self) {
        if let Self::Temporary(temporary, _) = self {
            let _ = temporary.keep();
        }
    }
}

/// Enters the town, step by step; how many there were.
fn found(ledger: &Ledger, out: &mut Out<'_>) -> Result<usize, Failure> {
    let mut entered = 0_u64;
    let progress = &mut *out.progress;
    let steps = town::found(&mut |step: &Step| {
        entered += 1;
        progress.show("founding the town", entered, 0);
        submit(ledger, step)
    });
    out.progress.clear();
    steps.map_err(|error| match error {
        TownError::NotAccepted { key, why } => {
            let failure = Failure::from(why);
            Failure { message: format!("{key}: {}", failure.message), ..failure }
        }
        TownError::Unknown { key, label } => Failure::new(
            ExitCode::Internal,
            format!("{key} names {label}, which is not there. This is a fault of the program."),
        ),
    })
}

fn submit(ledger: &Ledger, step: &Step) -> Result<Position, SubmitError> {
    let ask = Ask {
        illustrative: step.illustrative,
        late: step.late.clone(),
        ..Ask::on(step.effective, step.command.clone())
    };
    let request = Request { actor: step.actor.clone(), key: Reference::from(step.key.as_str()), asks: vec![ask] };
    let receipt = ledger.submit_blocking(request)?;
    Ok(receipt.first().unwrap_or(receipt.position))
}

/// Three queries that answer on the example town, to be pasted into its GraphQL page.
fn to_paste() -> String {
    let mut text = "\nThree queries to paste there:\n".to_owned();
    for example in QUERIES.iter().filter_map(|name| EXAMPLES.iter().find(|example| example.name == *name)) {
        text.push('\n');
        text.push_str(example.document);
    }
    text.push('\n');
    text
}
