//! The sections of a bench.

use std::path::Path;
use std::time::Duration;

use super::report::Report;
use super::served::{self, Plan};
use super::{appends, history, large, opened};
use crate::cli::args::{Bench, Section};
use crate::cli::exit::Failure;
use crate::cli::out::Out;

/// How many rounds each side of a comparison over HTTP has.
const ROUNDS: u64 = 9;

/// The sections that were asked for; all of them where none was named.
pub(super) struct Wanted<'a>(&'a [Section]);

impl Wanted<'_> {
    pub(super) fn is(&self, section: Section) -> bool {
        self.0.is_empty() || self.0.contains(&section)
    }
}

/// Measures this machine.
///
/// # Errors
/// Where the disk or a ledger fails.
pub fn run(args: &Bench, out: &mut Out<'_>) -> Result<(), Failure> {
    if let Some(folder) = &args.opened {
        return opened::say(folder, args, out);
    }
    let mut report = Report::new(args)?;
    let workshop = tempfile::Builder::new().prefix("coledger-bench-").tempdir_in(std::env::current_dir()?)?;
    measure(workshop.path(), args, &mut report, out)?;
    if cfg!(debug_assertions) {
        out.remark("This is a debug build: a release build (cargo run --release) is several times faster.")?;
    }
    report.show(out)
}

fn measure(workshop: &Path, args: &Bench, report: &mut Report<'_>, out: &mut Out<'_>) -> Result<(), Failure> {
    let wanted = Wanted(&args.sections);
    if wanted.is(Section::Appends) {
        for writers in appends::WRITERS {
            out.progress.show(&format!("appending, {writers} writers"), writers, 0);
            appends::measure(workshop, writers, Duration::from_secs(args.seconds), report)?;
        }
    }
    if wanted.is(Section::Served) {
        out.progress.show("asking over HTTP", 0, 0);
        served::measures(&plan(workshop, args), &mut |measure| report.add(measure))?;
    }
    if wanted.is(Section::History) {
        out.progress.show("asking for the past", 0, 0);
        history::measure(workshop, args.entries, report)?;
    }
    if [Section::Rebuild, Section::Start, Section::Memory, Section::Disk].into_iter().any(|section| wanted.is(section))
    {
        large::measure(workshop, args.large, &wanted, report, out)?;
    }
    Ok(())
}

fn plan<'a>(workshop: &'a Path, args: &Bench) -> Plan<'a> {
    Plan {
        workshop,
        entries: args.entries,
        few: args.entries / 10,
        many: args.entries.saturating_mul(10),
        rounds: ROUNDS,
        time: Duration::from_secs(args.seconds) / 4,
    }
}
