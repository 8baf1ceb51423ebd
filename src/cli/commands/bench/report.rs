//! What was measured, as a table on the terminal and in a file.
//!
//! Invariant: both hold the same rows. In a file, only what stands between the two marks is replaced.

use std::fs;
use std::path::Path;

use super::compared::Compared;
use super::targets::Target;
use crate::cli::args::Bench;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::cli::table::{Column, Datum, Rows, column};
use crate::domain::money::grouped;

/// The lines between which a file is written.
const MARKS: [&str; 2] = ["<!-- measured by `coledger bench --write` -->", "<!-- end of what was measured -->"];

const COLUMNS: [Column; 9] = [
    column("measure", "Measure"),
    column("value", "Value"),
    column("unit", "Unit"),
    column("ceiling", "Ceiling"),
    column("ratio", "Ratio"),
    column("spread", "Lowest to highest"),
    column("must", "Must"),
    column("aim", "Aim"),
    column("met", "Met"),
];

/// What was measured so far.
pub(super) struct Report<'a> {
    args: &'a Bench,
    measures: Vec<Compared>,
}

impl<'a> Report<'a> {
    /// An empty one.
    ///
    /// # Errors
    /// Where the file that it is to be written into has no place for it: said before anything is measured.
    pub(super) fn new(args: &'a Bench) -> Result<Self, Failure> {
        if let Some(file) = &args.write {
            around(file)?;
        }
        Ok(Self { args, measures: Vec::new() })
    }

    /// Notes a measure.
    pub(super) fn add(&mut self, measure: Compared) {
        self.measures.push(measure);
    }

    /// Prints the table, and writes it into the file that was named.
    ///
    /// # Errors
    /// Where the output or the file cannot be written.
    pub(super) fn show(&self, out: &mut Out<'_>) -> Result<(), Failure> {
        let mut rows = Rows::under(&COLUMNS);
        rows.rows = self.measures.iter().map(|measure| row(measure).map(datum).to_vec()).collect();
        rows.print(out)?;
        let Some(file) = &self.args.write else { return Ok(()) };
        let ((before, after), [begin, end]) = (around(file)?, MARKS);
        fs::write(file, format!("{before}{begin}\n\n{}\n{}\n{end}{after}", settings(self.args), self.markdown()))?;
        Ok(())
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let head = line(&COLUMNS.map(|column| column.heading.to_lowercase()));
        let rows = self.measures.iter().map(|measure| line(&row(measure)));
        [head, line(&COLUMNS.map(|_| "---".to_owned()))].into_iter().chain(rows).collect()
    }
}

/// What stands before and after the table in a file.
fn around(file: &Path) -> Result<(String, String), Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::new(ExitCode::Usage, format!("{} cannot be read: {error}.", file.display())))?;
    let [begin, end] = MARKS;
    let parts = text.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) = parts.ok_or_else(|| {
        let wanted = format!(
            "{} has no place for the table. Put these two lines where it is to stand:\n{begin}\n{end}",
            file.display()
        );
        Failure::new(ExitCode::Usage, wanted)
    })?;
    Ok((before.to_owned(), after.to_owned()))
}

/// The cells of a measure.
fn row(measure: &Compared) -> [String; COLUMNS.len()] {
    let [lowest, judged, highest] = measure.judged();
    let target = Target::of(&measure.name);
    let bound = |bound: fn(&Target) -> f64| {
        target
            .map(|target| format!("{}{}", number(bound(target)), if target.more { "" } else { " at most" }))
            .unwrap_or_default()
    };
    let spread =
        if measure.rounds.len() > 1 { format!("{} to {}", number(lowest), number(highest)) } else { String::new() };
    let ceiling = measure.ceiling();
    [
        measure.name.clone(),
        number(measure.ours()),
        measure.unit.to_owned(),
        ceiling.map(number).unwrap_or_default(),
        ceiling.map(|_| number(judged)).unwrap_or_default(),
        spread,
        bound(|target| target.must),
        bound(|target| target.aim),
        target.map(|target| target.met(judged).to_owned()).unwrap_or_default(),
    ]
}

fn datum(cell: String) -> Datum {
    match (cell.is_empty(), cell.replace(',', "").parse::<f64>().is_ok()) {
        (true, _) => Datum::Nothing,
        (false, true) => Datum::Decimal(cell.replace(',', "")),
        (false, false) => Datum::Text(cell),
    }
}

/// A number with three digits at least.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measure that is printed whole is far from the largest number"
)]
fn number(value: f64) -> String {
    match value {
        value if !value.is_finite() => "none".to_owned(),
        value if value >= 100.0 => grouped(value.round() as u64),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

/// On what, and how, it was measured.
fn settings(args: &Bench) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kib = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok());
    let gib = kib.unwrap_or(0_u64) >> 20;
    let build = if cfg!(debug_assertions) { "a debug build" } else { "a release build" };
    format!(
        "Coledger {}, {build}; {cores} cores, {gib} GiB of memory, {} {}, {} below the folder that was measured in. {} entries, {} in the large ledger; {} s for each side of a comparison in process.\n",
        env!("CARGO_PKG_VERSION"),
        read("/proc/sys/kernel/ostype").trim(),
        read("/proc/sys/kernel/osrelease").trim(),
        file_system(&read("/proc/self/mounts")),
        grouped(args.entries),
        grouped(args.large),
        args.seconds,
    )
}

/// The kind of the file system of the present folder, from the system's list of mounts.
fn file_system(mounts: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((Path::new(words.next()?), words.next()?))
    });
    let found = mounts.filter(|(at, _)| here.starts_with(at)).max_by_key(|(at, _)| at.as_os_str().len());
    found.map_or("an unknown file system", |(_, kind)| kind).to_owned()
}
