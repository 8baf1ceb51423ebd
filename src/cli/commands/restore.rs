//! `restore`: a ledger made again from an archive, and what is known to be missing from it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use super::import::count;
use crate::cli::args::{Cli, Format, Restore};
use crate::cli::exit::Failure;
use crate::cli::open;
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::ids::Position;
use crate::domain::quantity;
use crate::log::archive::restore::{self, Restored, Step, Wanted};

/// Makes the ledger, or only checks the archive.
///
/// # Errors
/// Where the folder is not empty, or the archive is damaged or does not hold what was asked for.
pub fn run(cli: &Cli, asked: &Restore, out: &mut Out<'_>) -> Result<(), Failure> {
    let (to, progress) = (asked.to.map(Position), &mut *out.progress);
    let mut shown = |step: Step| {
        let (what, position) = match step {
            Step::Checking(position) => ("checking", position),
            Step::Restoring(position) => ("restoring", position),
        };
        if position.0.is_multiple_of(1024) {
            progress.show(what, position.0, 0);
        }
    };
    let restored = if asked.check {
        restore::check(&asked.archive, to, &mut shown)?
    } else {
        let wanted = Wanted { to, instead_of: asked.instead_of.clone() };
        restore::restore(&asked.archive, open::folder(cli)?, &wanted, &mut shown)?
    };
    out.progress.clear();
    print(cli, asked, &restored, out)?;
    remark(&restored, asked, out)
}

fn print(cli: &Cli, asked: &Restore, restored: &Restored, out: &mut Out<'_>) -> Result<(), Failure> {
    let Restored { checkpoint, ends, acknowledged } = *restored;
    let (position, root) = (checkpoint.position, BASE64_STANDARD.encode(checkpoint.root.0));
    if out.format == Format::Table {
        let entries = quantity::entries(position.0);
        match &cli.data {
            Some(folder) if !asked.check => out.say(format_args!("{entries} in {}", folder.display()))?,
            _ => out.say(format_args!("{entries}: checksums, order, lines and roots hold"))?,
        }
        return Ok(out.say(format_args!("root {root}"))?);
    }
    if out.format == Format::Json {
        let acknowledged = acknowledged.map(|position| position.0);
        return Ok(out.say(json!({"position": position.0, "root": root, "ends": ends.0,
            "leftOut": restored.left_out(), "acknowledged": acknowledged, "missing": restored.missing()}))?);
    }
    let names = ["position", "root", "ends", "leftOut", "acknowledged", "missing"];
    let mut rows = Rows::under(&names.map(|name| column(name, "")));
    let acknowledged = acknowledged.map_or(Datum::Nothing, |position| count(position.0));
    let numbers = [count(restored.left_out()), acknowledged, count(restored.missing())];
    rows.rows.push([vec![count(position.0), root.into(), count(ends.0)], numbers.to_vec()].concat());
    Ok(rows.print(out)?)
}

/// Says what is not there, though it was acknowledged.
fn remark(restored: &Restored, asked: &Restore, out: &mut Out<'_>) -> Result<(), Failure> {
    let (position, ends) = (restored.checkpoint.position, restored.ends);
    if let Some(to) = asked.to.map(Position).filter(|to| *to > position) {
        out.remark(format_args!(
            "Position {to} lies inside a commit: the ledger ends with the commit before it, at position {position}."
        ))?;
    }
    if restored.left_out() > 0 && !asked.check {
        let left_out = quantity::counted(restored.left_out(), "entry was", "entries were");
        out.remark(format_args!("The archive ends at position {ends}: {left_out} left out, as was asked."))?;
    }
    if let Some(acknowledged) = restored.acknowledged.filter(|_| restored.missing() > 0) {
        let missing = quantity::counted(restored.missing(), "entry is", "entries are");
        out.remark(format_args!(
            "The archive ends at position {ends}, but position {acknowledged} was acknowledged: {missing} missing."
        ))?;
    }
    Ok(())
}
