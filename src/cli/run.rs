//! From arguments to an exit code.
//!
//! Invariant: every way out has a named code; nothing of a failure is lost on the way.

use std::io::{self, IsTerminal};

use clap::Parser;

use super::args::{Cli, Command, Export, Import};
use super::commands;
use super::exit::{ExitCode, Failure};
use super::open::{self, Found};
use super::out::{Bar, Out, Progress, Unseen};
use super::socket::{self, Reader};
use crate::app::ledger::Ledger;

/// Runs the program; its exit code.
pub fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let code = match Cli::try_parse() {
        Ok(mut cli) => {
            // Messages name whole paths, whoever runs the command; a folder that is gone leaves them as they were given.
            if let Ok(folder) = std::env::current_dir() {
                cli.resolve(&folder);
            }
            with_output(&cli, &arguments)
        }
        Err(error) => {
            // Help and version are results and go where results go; clap knows which is which.
            let _ = error.print();
            if error.use_stderr() { ExitCode::Usage } else { ExitCode::Done }
        }
    };
    std::process::ExitCode::from(code.code())
}

fn with_output(cli: &Cli, arguments: &[String]) -> ExitCode {
    let reader = Reader {
        width: io::stdout().is_terminal().then(|| terminal_width().unwrap_or(100)),
        terminal: io::stderr().is_terminal(),
    };
    let (mut unseen, mut bar) = (Unseen, Bar::default());
    let progress: &mut dyn Progress = if reader.terminal { &mut bar } else { &mut unseen };
    let (mut results, mut remarks) = (io::BufWriter::new(io::stdout().lock()), io::stderr());
    let mut out =
        Out { results: &mut results, remarks: &mut remarks, progress, format: cli.format, width: reader.width };
    let outcome = dispatch(cli, arguments, reader, &mut out);
    let code = finish(outcome, &mut out);
    match out.results.flush() {
        Ok(()) => code,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(_) => ExitCode::Storage,
    }
}

/// The columns of the terminal that results go to, where it says so.
fn terminal_width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(size.ws_col).filter(|columns| *columns >= 20)
}

/// Says what went wrong, and with which code to end.
fn finish(outcome: Result<ExitCode, Failure>, out: &mut Out<'_>) -> ExitCode {
    out.progress.clear();
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            // Where remarks cannot be written, the code still says it.
            let _ = write!(out.remarks, "{}", failure.faults);
            if !failure.message.is_empty() {
                let _ = writeln!(out.remarks, "{}", failure.message);
            }
            failure.code
        }
    }
}

fn dispatch(cli: &Cli, arguments: &[String], reader: Reader, out: &mut Out<'_>) -> Result<ExitCode, Failure> {
    match &cli.command {
        Command::Init(init) => commands::init::run(cli, init, out)?,
        Command::Serve(serve) => commands::serve::run(cli, serve, out)?,
        Command::Demo(demo) => commands::demo::run(cli, demo, out)?,
        Command::Bench(bench) => commands::bench::run(bench, out)?,
        Command::Schema => commands::schema::run(out)?,
        Command::Restore(restore) => commands::restore::run(cli, restore, out)?,
        Command::Import(Import::Log(import)) => commands::import::log(cli, import, out)?,
        _ => return on_folder(cli, arguments, reader, out),
    }
    Ok(ExitCode::Done)
}

/// Runs a command on the ledger of a folder, here or with the server that holds it.
fn on_folder(cli: &Cli, arguments: &[String], reader: Reader, out: &mut Out<'_>) -> Result<ExitCode, Failure> {
    match open::find(open::folder(cli)?, out)? {
        Found::There(stream) => Ok(socket::ask(stream, arguments, reader, out)?),
        Found::Here(ledger) => {
            let code = on_ledger(cli, &ledger, out);
            ledger.stop()?;
            Ok(code)
        }
    }
}

/// Runs a command on an open ledger.
pub fn on_ledger(cli: &Cli, ledger: &Ledger, out: &mut Out<'_>) -> ExitCode {
    let outcome = match &cli.command {
        Command::Import(Import::Threesixty(import)) => commands::import::grants(cli, import, ledger, out),
        Command::Import(Import::Hours(import)) => commands::import::hours(cli, import, ledger, out),
        Command::Export(Export::Log(export)) => commands::export::log(export, ledger, out),
        Command::Dividends(dividends) => commands::dividends::run(dividends, ledger, out),
        Command::Statement(statement) => commands::statement::run(statement, ledger, out),
        Command::Funds(funds) => commands::funds::run(funds, ledger, out),
        Command::Entries(entries) => commands::entries::run(entries, ledger, out),
        Command::Verify => commands::verify::run(ledger, out),
        Command::Backup(backup) => commands::backup::run(cli, backup, ledger, out),
        Command::Checkpoint => commands::checkpoint::run(ledger, out),
        Command::Init(_)
        | Command::Serve(_)
        | Command::Demo(_)
        | Command::Bench(_)
        | Command::Schema
        | Command::Restore(_)
        | Command::Import(Import::Log(_)) => {
            Err(Failure::new(ExitCode::Usage, "This command works without a server. Run it on another folder."))
        }
    };
    finish(outcome.map(|()| ExitCode::Done), out)
}
