//! The words of the command line.
//!
//! Invariant: every command has an example in its `--help`; golden files hold what is printed.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use super::exit::HELP;

/// The heading of the options that every command has.
const EVERYWHERE: &str = "Options of every command";

/// A co-operative ledger for towns: one append-only log, and the shared dividend of every project computed from it.
#[derive(Clone, Debug, Parser)]
#[command(name = "coledger", version, after_help = HELP, max_term_width = 100)]
pub struct Cli {
    /// The folder of the ledger.
    #[arg(long, global = true, help_heading = EVERYWHERE, env = "COLEDGER_DATA", value_name = "DIR", hide_env_values = true)]
    pub data: Option<PathBuf>,
    /// How to print.
    #[arg(long, global = true, help_heading = EVERYWHERE, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub format: Format,
    /// Who acts: the name of a post or group, never of a person.
    #[arg(long, global = true, help_heading = EVERYWHERE, default_value = "local", value_name = "NAME")]
    pub actor: String,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For spreadsheets: UTF-8 with byte order mark, CRLF.
    Csv,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Make an empty ledger in a new folder
    #[command(after_help = "Example:\n  coledger init --data town --name \"Example Town\"")]
    Init(Init),
    /// Serve a ledger on this machine: GraphQL, and a page to try it
    #[command(
        after_help = "Example:\n  coledger serve --data town\n  coledger serve --config coledger.toml\n\nThere is no access control yet, so only this machine's own address is served."
    )]
    Serve(Serve),
    /// Make the ledger of an example town, serve it, and say what to try
    #[command(after_help = "Example:\n  coledger demo\n  coledger demo --data example --no-serve")]
    Demo(Demo),
    /// Take a file into the ledger
    #[command(subcommand)]
    Import(Import),
    /// Write a file from the ledger
    #[command(subcommand)]
    Export(Export),
    /// Print the shared dividend of every project
    #[command(
        after_help = "Example:\n  coledger dividends --data town --from 2012-04-01 --to 2013-03-31 --format json"
    )]
    Dividends(Dividends),
    /// Print what one organisation or fund put in and what its share was
    #[command(
        after_help = "Example:\n  coledger statement \"Friends of the Green\" --data town --from 2012-04-01 --to 2013-03-31"
    )]
    Statement(Statement),
    /// Print funds: budget, awarded, paid, returned, left
    #[command(after_help = "Example:\n  coledger funds --data town --year 2012-13")]
    Funds(Funds),
    /// Print entries of the log
    #[command(after_help = "Example:\n  coledger entries --data town --type GrantAwarded --limit 20")]
    Entries(Entries),
    /// Check a ledger: checksums, chain, root, and every figure computed twice
    #[command(after_help = "Example:\n  coledger verify --data town")]
    Verify,
    /// Copy the log into an archive, from which the ledger can be made again
    #[command(
        after_help = "Example:\n  coledger backup /media/disk/town --data town\n\nWorks while a server holds the ledger. Run again, it copies only what is new. For a copy that\nfollows the ledger all the time: coledger serve --archive DIR"
    )]
    Backup(Backup),
    /// Make the ledger of an archive again, up to any position
    #[command(
        after_help = "Examples:\n  coledger restore /media/disk/town --data town\n  coledger restore /media/disk/town --data town-in-march --to 18233\n  coledger restore /media/disk/town --check\n\nAfter a loss, move what is left of the ledger aside, and say where it is:\n  mv town town.lost\n  coledger restore /media/disk/town --data town --instead-of town.lost"
    )]
    Restore(Restore),
    /// Print the checkpoint: origin, size and root of the log
    #[command(after_help = "Example:\n  coledger checkpoint --data town")]
    Checkpoint,
    /// Measure this machine: appends against a plain file, folding, queries, memory
    #[command(
        after_help = "Examples:\n  coledger bench\n  coledger bench appends --seconds 6\n\nWorks in a folder of its own below the one that it is started in, and removes it."
    )]
    Bench(Bench),
    /// Print the GraphQL schema
    #[command(after_help = "Example:\n  coledger schema > schema.graphql")]
    Schema,
}

/// Make an empty ledger.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// The name of the ledger, as people know it; the folder's name if not given.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The time zone that days are reckoned in.
    #[arg(long, default_value = "Europe/London", value_name = "ZONE")]
    pub time_zone: String,
    /// The organisation identifier of whoever publishes the ledger's data, like GB-LAE-EXA.
    #[arg(long, value_name = "ID", requires = "publisher_name")]
    pub publisher_id: Option<String>,
    /// The name of whoever publishes the ledger's data.
    #[arg(long, value_name = "NAME", requires = "publisher_id")]
    pub publisher_name: Option<String>,
    /// The publisher's 360Giving prefix.
    #[arg(long, value_name = "PREFIX", requires = "publisher_id")]
    pub publisher_prefix: Option<String>,
}

/// An address and port as they are written on the command line.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write a number address and a port, like 127.0.0.1:4000 or [::1]:4000")
}

/// Serve a ledger.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// The address to listen on: one of this machine's own [default: 127.0.0.1:4000]
    #[arg(long, env = "COLEDGER_LISTEN", hide_env_values = true, value_name = "ADDR", value_parser = address)]
    pub listen: Option<SocketAddr>,
    /// Copy the log into this archive all the time, a second behind at most.
    #[arg(long, env = "COLEDGER_ARCHIVE", hide_env_values = true, value_name = "DIR")]
    pub archive: Option<PathBuf>,
    /// Read settings from this file (docs/OPERATING.md lists them). Flags and the environment go before it.
    #[arg(long, env = "COLEDGER_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Only check the settings, and print what holds.
    #[arg(long)]
    pub check_config: bool,
    /// From which level on to log [default: info]
    #[arg(long, env = "COLEDGER_LOG_LEVEL", hide_env_values = true, value_enum, value_name = "LEVEL")]
    pub log_level: Option<LogLevel>,
    /// How to log [default: text]
    #[arg(long, env = "COLEDGER_LOG_FORMAT", hide_env_values = true, value_enum, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// How lines of the program's own running are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs, an object a line.
    Json,
}

/// From which level on the program's own running is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Defects, and what ends the taking of commands.
    Error,
    /// What somebody should look at, too.
    Warn,
    /// Starts and stops, too.
    Info,
    /// A line for every request, too.
    Debug,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        word(self, out)
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        word(self, out)
    }
}

/// Writes a value by its name on the command line.
fn word(value: &impl ValueEnum, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    value.to_possible_value().map_or(Ok(()), |value| out.write_str(value.get_name()))
}

/// Copy the log.
#[derive(Clone, Debug, Args)]
pub struct Backup {
    /// The folder of the archive: one that is empty or does not exist yet, or an archive of this ledger.
    #[arg(value_name = "ARCHIVE")]
    pub archive: PathBuf,
    /// The position to copy up to; the last if not given.
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(u64).range(1..))]
    pub to: Option<u64>,
}

/// Make a ledger again.
#[derive(Clone, Debug, Args)]
pub struct Restore {
    /// The folder of the archive.
    #[arg(value_name = "ARCHIVE")]
    pub archive: PathBuf,
    /// The position to restore up to; all if not given.
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(u64).range(1..))]
    pub to: Option<u64>,
    /// The folder of the ledger that was lost: says what it had acknowledged and is not in the archive.
    #[arg(long, value_name = "DIR")]
    pub instead_of: Option<PathBuf>,
    /// Only read and check the archive.
    #[arg(long, conflicts_with = "instead_of")]
    pub check: bool,
}

/// Make the example town.
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Only make the ledger.
    #[arg(long)]
    pub no_serve: bool,
    /// The address to listen on: one of this machine's own.
    #[arg(long, default_value = "127.0.0.1:4000", value_name = "ADDR", value_parser = address)]
    pub listen: SocketAddr,
}

/// Take a file in.
#[derive(Clone, Debug, Subcommand)]
pub enum Import {
    /// Grants in the 360Giving form, as JSON or as its spreadsheet CSV
    #[command(
        name = "360giving",
        after_help = "Example:\n  coledger import 360giving grants.json --data town\n\nThe same file again adds nothing. A grant that stands with another amount is reported, never overwritten."
    )]
    Threesixty(ImportFile),
    /// Volunteer hours from a spreadsheet saved as CSV
    #[command(
        after_help = "Example:\n  coledger import hours hours.csv --data town\n\nHeadings: group, project, date, role, people, hours each (or minutes each), activity.\nAll rows go in as one commit, or none does. Groups and projects have to exist already."
    )]
    Hours(ImportHours),
    /// An exported log, into a folder that holds no ledger
    #[command(after_help = "Example:\n  coledger import log town.jsonl --data copy")]
    Log(ImportLog),
}

/// A file to take in.
#[derive(Clone, Debug, Args)]
pub struct ImportFile {
    /// The file.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The reason, where the file changes figures dated inside closed books.
    #[arg(long, value_name = "REASON")]
    pub late: Option<String>,
    /// Say what would happen and append nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// A sheet of hours to take in.
#[derive(Clone, Debug, Args)]
pub struct ImportHours {
    /// The file and its terms.
    #[command(flatten)]
    pub file: ImportFile,
    /// Rows that say the same as another row or entry are meant.
    #[arg(long)]
    pub meant: bool,
}

/// An exported log to take in.
#[derive(Clone, Debug, Args)]
pub struct ImportLog {
    /// The file.
    #[arg(value_name = "FILE.jsonl")]
    pub file: PathBuf,
}

/// Write a file.
#[derive(Clone, Debug, Subcommand)]
pub enum Export {
    /// The whole log, one entry a line, exactly as it is hashed
    #[command(after_help = "Example:\n  coledger export log --data town --output town.jsonl")]
    Log(ExportLog),
}

/// Write the log.
#[derive(Clone, Debug, Args)]
pub struct ExportLog {
    /// The file to write, instead of standard output. It must not exist yet.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The days that a figure speaks of, and when it was known.
#[derive(Clone, Debug, Args)]
pub struct WindowArgs {
    /// The first day; if not given, the first day that the ledger speaks of.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// The last day; if not given, the as-at day.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// The day that the figure is drawn up at; today if not given.
    #[arg(long, value_name = "DAY")]
    pub as_at: Option<String>,
    /// The position of the log up to which entries were known; all if not given.
    #[arg(long, value_name = "POSITION")]
    pub as_known_at: Option<u64>,
}

/// Print shared dividends.
#[derive(Clone, Debug, Args)]
pub struct Dividends {
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
    /// One project only, by its id, reference or title.
    #[arg(long, value_name = "ID")]
    pub project: Option<String>,
}

/// Print a statement.
#[derive(Clone, Debug, Args)]
pub struct Statement {
    /// The organisation or fund, by its id, organisation identifier, reference or name.
    #[arg(value_name = "ORGANISATION")]
    pub party: String,
    /// The window.
    #[command(flatten)]
    pub window: WindowArgs,
}

/// Print funds.
#[derive(Clone, Debug, Args)]
pub struct Funds {
    /// One financial year only, like 2012-13.
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// The position of the log up to which entries were known; all if not given.
    #[arg(long, value_name = "POSITION")]
    pub as_known_at: Option<u64>,
}

/// The most entries that are printed at once. For more, export the log.
pub const LIMIT_MAX: u64 = 10_000;

/// Print entries.
#[derive(Clone, Debug, Args)]
pub struct Entries {
    /// One type of entry only, like `GrantAwarded`.
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Only entries about this thing, by its id.
    #[arg(long, value_name = "ID")]
    pub about: Option<String>,
    /// Only entries of this day or later.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Only entries of this day or earlier.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Only entries after this position.
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    pub after: u64,
    /// How many entries at most: up to 10,000. For more, export the log.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=LIMIT_MAX))]
    pub limit: u64,
}

/// Measure this machine.
#[derive(Clone, Debug, Args)]
pub struct Bench {
    /// What to measure; everything where none is named.
    #[arg(value_name = "SECTION")]
    pub sections: Vec<Section>,
    /// How many entries of hours the ledger has that is asked over HTTP and about the past.
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    pub entries: u64,
    /// How many entries of hours the large ledger has, which is started, rebuilt and weighed.
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(1_000..=20_000_000))]
    pub large: u64,
    /// How many seconds each side of a comparison in process has.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    pub seconds: u64,
    /// Write the table into this file too, between the two marks that it has for it.
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
    /// Open the ledger of a folder and say what that took: the bench asks itself this.
    #[arg(long, hide = true, value_name = "DIR")]
    pub opened: Option<PathBuf>,
    /// Build its views again as well.
    #[arg(long, hide = true, requires = "opened")]
    pub rebuild: bool,
}

/// What a bench measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Section {
    /// Durable appends in process.
    Appends,
    /// Appends and figures over HTTP.
    Served,
    /// Figures as they were known at old positions.
    History,
    /// From starting the program to its first answer.
    Start,
    /// Building all views again from the log.
    Rebuild,
    /// What a large ledger takes on its disk.
    Disk,
    /// What a large ledger takes in memory.
    Memory,
}

impl Cli {
    /// Makes every path absolute, as seen from a folder: a server that runs the command stands elsewhere.
    pub fn resolve(&mut self, folder: &Path) {
        let absolute = |path: &mut PathBuf| *path = folder.join(&path);
        self.data.iter_mut().for_each(absolute);
        match &mut self.command {
            Command::Import(Import::Threesixty(import)) => absolute(&mut import.file),
            Command::Import(Import::Hours(import)) => absolute(&mut import.file.file),
            Command::Import(Import::Log(import)) => absolute(&mut import.file),
            Command::Serve(serve) => serve.archive.iter_mut().chain(&mut serve.config).for_each(absolute),
            Command::Backup(backup) => absolute(&mut backup.archive),
            Command::Restore(restore) => {
                absolute(&mut restore.archive);
                restore.instead_of.iter_mut().for_each(absolute);
            }
            Command::Export(Export::Log(export)) => export.output.iter_mut().for_each(absolute),
            _ => {}
        }
    }
}
