//! The local socket in a ledger's folder: how a command reaches the server that holds the ledger.
//!
//! One line of JSON asks: the arguments, with paths made absolute, and what the reader's terminal is like. Lines of
//! JSON answer: pieces of output and remarks, how far it is, and at last the exit code.
//!
//! Invariant: only the user who runs the server can ask (the socket is readable and writable by its owner alone, from
//! the moment it has its name).

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::args::Cli;
use super::exit::ExitCode;
use super::out::{Out, Progress};
use super::run;
use crate::app::ledger::Ledger;

/// The name of the socket in the ledger's folder.
pub const NAME: &str = "coledger.sock";
/// The longest request, in bytes.
const ASKED_MAX: u64 = 1024 * 1024;
/// How many commands a server runs at once.
const AT_ONCE_MAX: usize = 16;
/// How much output is sent in one piece, in bytes, before the line it is in ends.
const PIECE: usize = 16 * 1024;
/// How long a server waits for a client that neither reads nor writes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a client asks.
#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    program: String,
    arguments: Vec<String>,
    folder: PathBuf,
    width: Option<u16>,
    terminal: bool,
}

/// What a server answers, piece by piece.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Piece {
    Results(String),
    Remarks(String),
    Progress(String, u64, u64),
    Clear,
    Exit(u8),
}

/// What the client's side knows of its reader.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The columns of the terminal that results go to.
    pub width: Option<u16>,
    /// Whether remarks go to a terminal.
    pub terminal: bool,
}

/// Connects to the server of a folder; `None` where none listens.
pub fn connect(folder: &Path) -> Option<UnixStream> {
    UnixStream::connect(reachable(folder)?.path).ok()
}

/// The path of the socket, however deep the folder lies: the system allows about a hundred bytes only.
struct Reachable {
    path: PathBuf,
    _folder: Option<fs::File>,
}

fn reachable(folder: &Path) -> Option<Reachable> {
    let path = folder.join(NAME);
    if path.as_os_str().len() < 100 {
        return Some(Reachable { path, _folder: None });
    }
    let opened = fs::File::open(folder).ok()?;
    let number = std::os::fd::AsRawFd::as_raw_fd(&opened);
    Some(Reachable { path: PathBuf::from(format!("/proc/self/fd/{number}/{NAME}")), _folder: Some(opened) })
}

/// Has a server run a command, and writes what it answers.
///
/// # Errors
/// Where the connection breaks, or the output cannot be written.
pub fn ask(stream: UnixStream, arguments: &[String], reader: Reader, out: &mut Out<'_>) -> io::Result<ExitCode> {
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let folder = std::env::current_dir()?;
    let asked =
        Asked { program, arguments: arguments.to_vec(), folder, width: reader.width, terminal: reader.terminal };
    let mut line = serde_json::to_vec(&asked)?;
    line.push(b'\n');
    (&stream).write_all(&line)?;
    let mut answers = BufReader::new(stream);
    let mut line = String::new();
    while answers.read_line(&mut line)? > 0 {
        match serde_json::from_str(&line)? {
            Piece::Results(text) => out.results.write_all(text.as_bytes())?,
            Piece::Remarks(text) => out.remarks.write_all(text.as_bytes())?,
            Piece::Progress(what, done, total) => out.progress.show(&what, done, total),
            Piece::Clear => out.progress.clear(),
            Piece::Exit(code) => {
                out.results.flush()?;
                return Ok(ExitCode::from_code(code).unwrap_or(ExitCode::Internal));
            }
        }
        line.clear();
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server that holds the ledger stopped"))
}

/// Listens in a ledger's folder, for as long as it is kept.
pub struct Listening {
    folder: PathBuf,
    ending: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Release);
        // The listener waits for a caller: this one wakes it, and it sees that it is to end.
        let woken = connect(&self.folder).is_some();
        // Nobody is left to answer; a name that cannot be removed is found to be dead by the next who connects.
        let _ = fs::remove_file(self.folder.join(NAME));
        if let Some(accepting) = self.accepting.take().filter(|_| woken) {
            let _ = accepting.join();
        }
    }
}

/// Starts to answer commands on the ledger of a folder, which this process holds.
///
/// # Errors
/// Where the socket cannot be made.
pub fn listen(folder: &Path, ledger: Arc<Ledger>) -> io::Result<Listening> {
    let workshop = tempfile::Builder::new().prefix(".sock").rand_bytes(3).tempdir_in(folder)?;
    fs::set_permissions(workshop.path(), fs::Permissions::from_mode(0o700))?;
    let made = reachable(workshop.path()).ok_or(io::ErrorKind::NotFound)?;
    let listener = UnixListener::bind(&made.path)?;
    fs::set_permissions(workshop.path().join(NAME), fs::Permissions::from_mode(0o600))?;
    fs::rename(workshop.path().join(NAME), folder.join(NAME))?;
    let ending = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&ending);
    let accepting =
        thread::Builder::new().name("local commands".into()).spawn(move || accept(&listener, &ledger, &told))?;
    Ok(Listening { folder: folder.to_owned(), ending, accepting: Some(accepting) })
}

fn accept(listener: &UnixListener, ledger: &Arc<Ledger>, ending: &AtomicBool) {
    let busy = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        if ending.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else {
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        if busy.fetch_add(1, Ordering::AcqRel) >= AT_ONCE_MAX {
            refuse(&stream, "The server runs as many commands as it can. Try again in a moment.\n");
            busy.fetch_sub(1, Ordering::AcqRel);
            continue;
        }
        let (ledger, count) = (Arc::clone(ledger), Arc::clone(&busy));
        let answering = thread::Builder::new().name("local command".into()).spawn(move || {
            let _count = Leave(count);
            // A client that went away is no fault of the server's.
            let _ = answer(&stream, &ledger);
        });
        if answering.is_err() {
            busy.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// Counts a command as done, however it ends.
struct Leave(Arc<AtomicUsize>);

impl Drop for Leave {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn refuse(stream: &UnixStream, sentence: &str) {
    let answers = Answers(Arc::new(Mutex::new(stream)));
    let _ = answers.send(&Piece::Remarks(sentence.to_owned()));
    let _ = answers.send(&Piece::Exit(ExitCode::Unavailable.code()));
}

fn answer(stream: &UnixStream, ledger: &Ledger) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(stream.take(ASKED_MAX)).read_line(&mut line)?;
    let asked: Asked = serde_json::from_str(&line)?;
    if asked.program != env!("CARGO_PKG_VERSION") {
        let this = env!("CARGO_PKG_VERSION");
        refuse(stream, &format!("The server is coledger {this} and this is {}. Use one version.\n", asked.program));
        return Ok(());
    }
    let answers = Answers(Arc::new(Mutex::new(stream)));
    let mut results = Sink { answers: &answers, piece: Piece::Results, waiting: Vec::new() };
    let mut remarks = Sink { answers: &answers, piece: Piece::Remarks, waiting: Vec::new() };
    let mut progress = Sent { answers: &answers, wanted: asked.terminal, last: 0 };
    let code = perform(&asked, ledger, &mut results, &mut remarks, &mut progress);
    results.flush()?;
    remarks.flush()?;
    answers.send(&Piece::Exit(code.code()))
}

fn perform(
    asked: &Asked,
    ledger: &Ledger,
    results: &mut dyn Write,
    remarks: &mut dyn Write,
    progress: &mut dyn Progress,
) -> ExitCode {
    let mut cli = match <Cli as clap::Parser>::try_parse_from(&asked.arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = write!(remarks, "{error}");
            return ExitCode::Usage;
        }
    };
    cli.resolve(&asked.folder);
    let mut out = Out { results, remarks, progress, format: cli.format, width: asked.width };
    run::on_ledger(&cli, ledger, &mut out)
}

/// The way back to a client.
struct Answers<'a>(Arc<Mutex<&'a UnixStream>>);

impl Answers<'_> {
    fn send(&self, piece: &Piece) -> io::Result<()> {
        let mut line = serde_json::to_vec(piece)?;
        line.push(b'\n');
        let mut stream = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.write_all(&line)
    }
}

/// Output that goes to a client in pieces of whole lines.
struct Sink<'a> {
    answers: &'a Answers<'a>,
    piece: fn(String) -> Piece,
    waiting: Vec<u8>,
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE && self.waiting.ends_with(b"\n") {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let whole = match std::str::from_utf8(&self.waiting) {
            Ok(_) => self.waiting.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.waiting.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut self.waiting, rest)).map_err(io::Error::other)?;
        self.answers.send(&(self.piece)(text))
    }
}

/// Progress that goes to a client, a hundred times at most.
struct Sent<'a> {
    answers: &'a Answers<'a>,
    wanted: bool,
    last: u64,
}

impl Progress for Sent<'_> {
    fn show(&mut self, what: &str, done: u64, total: u64) {
        let step = (total / 100).max(1_000);
        if self.wanted && (done >= self.last + step || done < self.last) {
            self.last = done;
            // Progress that nobody sees is not worth failing for; the results will show that the client left.
            let _ = self.answers.send(&Piece::Progress(what.to_owned(), done, total));
        }
    }

    fn clear(&mut self) {
        if self.wanted {
            let _ = self.answers.send(&Piece::Clear);
        }
    }
}
