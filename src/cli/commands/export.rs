//! `export log`: the log as lines, to standard output or to a new file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::app::ledger::Ledger;
use crate::cli::args::ExportLog;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::domain::ids::Position;
use crate::domain::quantity;
use crate::interchange::jsonl;

/// Writes the log up to the position that is the last now.
///
/// # Errors
/// Where the file exists, or cannot be written.
pub fn log(args: &ExportLog, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let last = ledger.view().position;
    let Out { results, progress, .. } = out;
    let mut shown = |position: Position| {
        if position.0.is_multiple_of(1024) {
            progress.show("exporting", position.0, last.0);
        }
    };
    match &args.output {
        None => jsonl::export(ledger.log(), last, *results, &mut shown)?,
        Some(path) => {
            to_file(path, &mut |file| Ok(jsonl::export(ledger.log(), last, file, &mut shown)?))?;
            out.remark(format_args!("{} in {}", quantity::entries(last.0), path.display()))?;
        }
    }
    out.progress.clear();
    Ok(())
}

/// Writes a new file that appears whole or not at all.
fn to_file(path: &Path, write: &mut dyn FnMut(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        let message = format!("There is no folder {}. Make it, or name a file in another.", folder.display());
        return Err(Failure::not_found(message));
    }
    let mut made = tempfile::NamedTempFile::new_in(folder)?;
    write(&mut BufWriter::new(made.as_file_mut()))?;
    made.as_file().sync_all()?;
    let kept = made.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => {
            let message = format!("{} exists already. Name a new file.", path.display());
            Failure::new(ExitCode::Refused, message)
        }
        _ => error.error.into(),
    })?;
    kept.sync_all()?;
    Ok(File::open(folder)?.sync_all()?)
}
