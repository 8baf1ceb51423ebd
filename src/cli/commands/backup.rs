//! `backup`: the log copied into an archive, while everything goes on.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::import::count;
use crate::app::archiving;
use crate::app::ledger::Ledger;
use crate::cli::args::{Backup, Cli, Format};
use crate::cli::exit::Failure;
use crate::cli::out::Out;
use crate::cli::table::{Rows, column};
use crate::domain::ids::Position;
use crate::domain::quantity;
use crate::log::archive::error::ArchiveError;

/// Brings an archive up to a position.
///
/// # Errors
/// Where the position is past the end, or the archive is another's, damaged, or cannot be written.
pub fn run(cli: &Cli, backup: &Backup, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let (last, to) = (ledger.log().last(), backup.to.map(Position));
    if to.is_some_and(|to| to > last) {
        let message = format!("The ledger ends at position {last}. Name that or an earlier one.");
        return Err(Failure::not_found(message));
    }
    if let Some(folder) = &cli.data {
        check_outside(folder, &backup.archive)?;
    }
    let progress = &mut *out.progress;
    let made = ledger.backup(&backup.archive, to, &mut |done, total| progress.show("copying", done.0, total.0))?;
    out.progress.clear();
    print(&made, backup, out)?;
    remark(made.checkpoint.position, to, out)
}

/// That an archive does not lie in the folder of its own ledger, nor the ledger in it.
///
/// # Errors
/// Where it does.
pub fn check_outside(ledger: &Path, archive: &Path) -> Result<(), Failure> {
    let whole = |path: &Path| {
        let known = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
        known.map_or_else(
            || path.to_owned(),
            |(above, real)| path.strip_prefix(above).map_or_else(|_| path.to_owned(), |rest| real.join(rest)),
        )
    };
    let (ledger, real) = (whole(ledger), whole(archive));
    if real.starts_with(&ledger) || ledger.starts_with(&real) {
        return Err(ArchiveError::Inside(archive.to_owned()).into());
    }
    Ok(())
}

fn print(made: &archiving::Backup, backup: &Backup, out: &mut Out<'_>) -> Result<(), Failure> {
    let (position, root) = (made.checkpoint.position, BASE64_STANDARD.encode(made.checkpoint.root.0));
    match out.format {
        Format::Json => {
            let (copied, bytes) = (made.copied, made.bytes);
            out.say(json!({"position": position.0, "root": root, "copied": copied, "bytes": bytes}))?;
        }
        Format::Csv => {
            let mut rows = Rows::under(&["position", "root", "copied", "bytes"].map(|name| column(name, "")));
            rows.rows.push(vec![count(position.0), root.into(), count(made.copied), count(made.bytes)]);
            rows.print(out)?;
        }
        Format::Table => {
            let (copied, bytes) = (made.copied, made.bytes);
            out.say(format_args!("{} in {}", quantity::entries(position.0), backup.archive.display()))?;
            out.say(format_args!("{copied} new, {bytes} bytes written\nroot {root}"))?;
        }
    }
    Ok(())
}

/// Says where the archive ends elsewhere than was asked.
fn remark(position: Position, to: Option<Position>, out: &mut Out<'_>) -> Result<(), Failure> {
    match to {
        Some(to) if to < position => {
            out.remark(format_args!(
                "The archive held position {position} already; nothing is taken out of an archive."
            ))?;
        }
        Some(to) if to > position => {
            out.remark(format_args!(
                "Position {to} lies inside a commit: the archive ends with the commit before it, at position {position}."
            ))?;
        }
        _ => {}
    }
    Ok(())
}
