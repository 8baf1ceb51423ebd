//! The built program, as its users call it.

mod archives;
mod benched;
mod configured;
mod deployed;
mod dividends;
mod help;
mod imports;
mod ledgers;
mod load;
mod server;
mod serving;
mod socket;
mod stopping;
mod versions;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Request};
use serde_json::Value;

use crate::harness::worked_example::worked_example;

/// The program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_coledger");

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) results: String,
    pub(crate) remarks: String,
}

impl Ran {
    /// The results, of a run that succeeded.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}", self.remarks);
        self.results
    }

    /// The results as JSON, of a run that succeeded.
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}

/// A folder for one test.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder whose ledger is called `town` and is empty.
    pub(crate) fn with_ledger() -> Self {
        let bench = Self::new();
        bench.run(&["init", "--name", "Exampleton"]).ok();
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn town(&self) -> PathBuf {
        self.path("town")
    }

    /// Writes a file into the folder.
    pub(crate) fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, contents).unwrap();
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.folder.path()).env("COLEDGER_DATA", self.town());
        command.env_remove("COLUMNS").stdin(Stdio::null());
        command
    }

    /// Runs the program on the folder's ledger.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(&mut self.command(arguments))
    }

    /// The position of the ledger's last entry.
    pub(crate) fn size(&self) -> String {
        self.run(&["checkpoint"]).ok().lines().nth(1).unwrap().to_owned()
    }
}

pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), results: text(output.stdout), remarks: text(output.stderr) }
}

/// Makes the ledger of the worked example in a folder, and keeps it open.
pub(crate) fn worked_example_in(folder: &Path) -> Arc<Ledger> {
    let ledger = Ledger::create(folder).unwrap();
    for (number, asked) in worked_example().into_iter().enumerate() {
        let ask = Ask::on(asked.on, asked.command);
        let actor = asked.actor;
        ledger.submit_blocking(Request { actor, key: format!("row-{number}").into(), asks: vec![ask] }).unwrap();
    }
    Arc::new(ledger)
}
