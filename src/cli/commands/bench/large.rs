//! A large ledger: what it takes to start it, to rebuild its views, and to keep it in memory and on disk.
//!
//! Invariant: it is filled as a caller would fill it, with commands; and it is opened by fresh processes, so that nothing
//! else is counted. Its files are in the system's cache, as after a restart of the program alone.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use super::appends::submit;
use super::compared::Compared;
use super::opened::{self, Opened};
use super::report::Report;
use super::{load, machine, run::Wanted};
use crate::app::ledger::Ledger;
use crate::app::request::COMMIT_MAX;
use crate::cli::args::Section;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;

/// How many callers fill a ledger in batches, and one command at a time.
const BATCHERS: u64 = 4;
const SINGLES: u64 = 512;
/// How often each start and each rebuild is measured.
const STARTS: usize = 3;

/// Measures what is wanted of a large ledger.
pub(super) fn measure(
    workshop: &Path,
    hours: u64,
    wanted: &Wanted<'_>,
    report: &mut Report<'_>,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    let (empty, batches, singles) = (workshop.join("empty"), workshop.join("batches"), workshop.join("singles"));
    out.progress.show("filling a large ledger in batches", hours, 0);
    fill(&empty, 0, Filling::Batches)?;
    let figure = fill(&batches, hours, Filling::Batches)?;
    if wanted.is(Section::Disk) {
        disk(&batches, hours, report)?;
    }
    let without = opened::ask(&empty, false)?;
    out.progress.show("starting a large ledger", hours, 0);
    let rounds = (0..STARTS).map(|_| right(opened::ask(&batches, false)?, figure)).collect::<Result<Vec<_>, _>>()?;
    if wanted.is(Section::Start) {
        report.add(seconds("start to first answer, with a saved view", &rounds));
        let rounds =
            (0..STARTS).map(|_| right(from_the_log_alone(&batches)?, figure)).collect::<Result<Vec<_>, _>>()?;
        report.add(seconds("start to first answer, from the log alone", &rounds));
    }
    if wanted.is(Section::Rebuild) {
        out.progress.show("rebuilding the views of a large ledger", hours, 0);
        rebuild(&batches, report)?;
    }
    fs::remove_dir_all(&batches)?;
    if wanted.is(Section::Memory) {
        report.add(memory("memory over an empty ledger, in batches", &rounds, &without, hours));
        out.progress.show("filling a large ledger, one command each", hours, 0);
        let figure = fill(&singles, hours, Filling::Singles)?;
        let rounds = [right(opened::ask(&singles, false)?, figure)?];
        report.add(memory("memory over an empty ledger, one command each", &rounds, &without, hours));
        fs::remove_dir_all(&singles)?;
    }
    Ok(())
}

/// Rebuilds all views, and times the machine's memory before each round: a fold walks through much of it.
fn rebuild(folder: &Path, report: &mut Report<'_>) -> Result<(), Failure> {
    let (mut reads, mut rebuilds) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        reads.push((machine::random_read(), None));
        rebuilds.push((opened::ask(folder, true)?.rebuilt, None));
    }
    let name = "rebuild of all views from the log, one core".to_owned();
    report.add(Compared { name, unit: "entries/s", rounds: rebuilds });
    let name = "the machine: a read at a random place in memory".to_owned();
    report.add(Compared { name, unit: "ns", rounds: reads });
    Ok(())
}

#[derive(Clone, Copy)]
enum Filling {
    Batches,
    Singles,
}

/// Makes a ledger of so many hours, and says its first project's figure.
fn fill(folder: &Path, hours: u64, filling: Filling) -> Result<i64, Failure> {
    let ledger = Arc::new(Ledger::create(folder)?);
    ledger.submit_blocking(load::town())?;
    let (callers, most) = match filling {
        Filling::Batches => (BATCHERS, COMMIT_MAX as u64),
        Filling::Singles => (SINGLES, 1),
    };
    submit(&ledger, callers, move |number| {
        let first = number * most;
        let asks: Vec<_> = (first..hours.min(first + most)).map(load::hours).collect();
        (!asks.is_empty()).then(|| load::request(format!("hours-{number}"), asks))
    })?;
    let figure = opened::figure(&ledger);
    ledger.stop()?;
    Ok(figure)
}

/// Opens a ledger that has neither saved views nor hashes.
fn from_the_log_alone(folder: &Path) -> Result<Opened, Failure> {
    fs::remove_dir_all(folder.join("views"))?;
    fs::remove_file(folder.join("tiles"))?;
    opened::ask(folder, false)
}

/// A start whose first answer is not the right one is worth nothing.
fn right(opened: Opened, figure: i64) -> Result<Opened, Failure> {
    if opened.figure == figure {
        return Ok(opened);
    }
    Err(Failure::new(ExitCode::Internal, format!("a fresh process answered {} instead of {figure}", opened.figure)))
}

fn seconds(name: &str, rounds: &[Opened]) -> Compared {
    let rounds = rounds.iter().map(|opened| (opened.answered.as_secs_f64(), None)).collect();
    Compared { name: name.to_owned(), unit: "s", rounds }
}

#[expect(clippy::cast_precision_loss, reason = "bytes of a measurement, printed to three digits")]
fn memory(name: &str, rounds: &[Opened], without: &Opened, hours: u64) -> Compared {
    let bytes = |opened: &Opened| opened.resident.saturating_sub(without.resident) as f64 / hours as f64;
    Compared { name: name.to_owned(), unit: "bytes/entry", rounds: rounds.iter().map(|it| (bytes(it), None)).collect() }
}

/// What the log, its hashes and its watermark take, and what saved views take beside them.
#[expect(clippy::cast_precision_loss, reason = "bytes of a measurement, printed to three digits")]
fn disk(folder: &Path, hours: u64, report: &mut Report<'_>) -> Result<(), Failure> {
    let views = taken(&folder.join("views"))?;
    let log = taken(folder)?.saturating_sub(views);
    report.add(Compared::once("disk, in batches", log as f64 / hours as f64, "bytes/entry"));
    report.add(Compared::once("disk for saved views", views as f64 / hours as f64, "bytes/entry"));
    Ok(())
}

/// What the files below a folder take on their disk.
fn taken(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for file in fs::read_dir(folder)? {
        let file = file?;
        let about = file.metadata()?;
        bytes += if about.is_dir() { taken(&file.path())? } else { about.blocks() * 512 };
    }
    Ok(bytes)
}
