//! The recorded run: this test binary again, with the recorder loaded before its C library.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::trace::{self, Step};

/// Names the folder that a child works in.
pub(super) const FOLDER: &str = "COLEDGER_POWER_FOLDER";
/// Names the file that a child writes what it knows into.
pub(super) const MARKS: &str = "COLEDGER_RECORD_MARKS";

/// Compiles the recorder; the C compiler is one of the things that building the program needs.
fn recorder(into: &Path) -> PathBuf {
    let library = into.join("recorder.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/recorder.c");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let flags = ["-shared", "-fPIC", "-O1", "-Wall", "-o"];
    let made = Command::new(compiler).args(flags).arg(&library).arg(source).arg("-lpthread").status().unwrap();
    assert!(made.success());
    library
}

/// Runs a test of this binary as a child and gives what it asked of the disk. Syncs of files whose path ends with
/// `hidden` are left out of the record.
pub(super) fn recorded(test: &str, hidden: &str) -> Vec<Step> {
    let workshop = tempfile::tempdir().unwrap();
    let below = workshop.path().join("watched");
    let record = workshop.path().join("record");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env("LD_PRELOAD", recorder(workshop.path()))
        .env("COLEDGER_RECORD", &record)
        .env("COLEDGER_RECORD_BELOW", &below)
        .env("COLEDGER_RECORD_HIDE", hidden)
        .env(MARKS, workshop.path().join("marks"))
        .env(FOLDER, below.join("ledger"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let steps = trace::read(&std::fs::read(record).unwrap(), &below);
    assert!(steps.iter().any(|step| matches!(step, Step::Sync { .. })), "the recorder saw nothing");
    steps
}
