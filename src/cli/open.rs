//! Opening the ledger of a folder, or finding the server that holds it.
//!
//! Invariant: a folder that is held is not waited for longer than [`PATIENCE`].

use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::args::Cli;
use super::exit::{ExitCode, Failure};
use super::out::Out;
use super::socket;
use crate::app::ledger::Ledger;
use crate::log::archive::error::ArchiveError;
use crate::log::event_log::LogError;

/// How long a command waits for another that has the ledger open for a moment.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Where a ledger was found.
pub enum Found {
    /// In its folder; this process holds it now.
    Here(Box<Ledger>),
    /// With a server.
    There(UnixStream),
}

/// The folder that was named.
///
/// # Errors
/// Where none was.
pub fn folder(cli: &Cli) -> Result<&Path, Failure> {
    cli.data
        .as_deref()
        .ok_or_else(|| Failure::new(ExitCode::Usage, "Name the ledger's folder: --data DIR, or set COLEDGER_DATA."))
}

/// Opens the ledger of a folder, or finds the server that holds it.
///
/// # Errors
/// Where there is none, it is damaged, or somebody else holds it too long.
pub fn find(folder: &Path, out: &mut Out<'_>) -> Result<Found, Failure> {
    check_folder(folder)?;
    let began = Instant::now();
    loop {
        if let Some(stream) = socket::connect(folder) {
            return Ok(Found::There(stream));
        }
        match open(folder, out) {
            Ok(ledger) => return Ok(Found::Here(Box::new(ledger))),
            Err(LogError::Held(_)) if began.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opens the ledger of a folder that no server holds.
///
/// # Errors
/// As the log says.
pub fn open(folder: &Path, out: &mut Out<'_>) -> Result<Ledger, LogError> {
    let progress = &mut *out.progress;
    let opened = Ledger::open(folder, &mut |position| progress.show("opening", position.0, 0));
    out.progress.clear();
    opened
}

/// A folder as a shell takes it: in quotes where it holds more than plain letters.
pub fn quoted(folder: &Path) -> String {
    let text = folder.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+:@,".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn check_folder(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let shown = folder.display();
    Err(Failure::not_found(format!("There is no ledger in {shown}. Make one: coledger init --data {}", quoted(folder))))
}

/// What a fault of the log comes to on the command line.
pub fn failure_of(error: &LogError) -> Failure {
    let code = match error {
        LogError::NoLedger(_) => ExitCode::NotFound,
        LogError::AlreadyThere(_) => ExitCode::Refused,
        LogError::Held(_) => ExitCode::Unavailable,
        LogError::Format(_) => ExitCode::OtherRelease,
        LogError::Damaged(_) | LogError::Shorter { .. } | LogError::OtherHistory(_) | LogError::NoWatermark { .. } => {
            ExitCode::Damaged
        }
        _ => ExitCode::Storage,
    };
    Failure::new(code, sentence(&error.to_string()))
}

/// What a fault of an archive comes to on the command line.
pub fn failure_of_archive(error: &ArchiveError) -> Failure {
    let code = match error {
        ArchiveError::Log(error) => return failure_of(error),
        ArchiveError::NoArchive(_)
        | ArchiveError::NoParent(_)
        | ArchiveError::Beyond { .. }
        | ArchiveError::Before(_)
        | ArchiveError::Nothing(_)
        | ArchiveError::Unknown { .. } => ExitCode::NotFound,
        ArchiveError::Held(_) => ExitCode::Unavailable,
        ArchiveError::Format(_) => ExitCode::OtherRelease,
        ArchiveError::Damaged { .. } => ExitCode::Damaged,
        ArchiveError::Gone(_) | ArchiveError::Storage { .. } => ExitCode::Storage,
        _ => ExitCode::Refused,
    };
    Failure::new(code, sentence(&error.to_string()))
}

/// A fragment as a sentence: a capital at its beginning, a full stop at its end.
pub fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if fragment.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}
