//! What an open ledger takes: asked of a fresh process, so that nothing else is counted.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::app::ledger::Ledger;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;

/// Opens a ledger and prints what that took, as JSON.
pub(super) fn say(folder: &Path, out: &mut Out<'_>) -> Result<(), Failure> {
    let began = Instant::now();
    let ledger = Ledger::open(folder, &mut |_| {})?;
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    out.say(json!({"entries": ledger.view().position.0, "micros": micros, "residentBytes": resident()}))?;
    ledger.stop()?;
    Ok(())
}

/// What a fresh process says of a ledger: micros to open it, and resident bytes.
pub(super) fn ask(folder: &Path) -> Result<(u64, u64), Failure> {
    let answer = Command::new(std::env::current_exe()?).arg("bench").arg("--opened").arg(folder).output()?;
    let said: Value = serde_json::from_slice(&answer.stdout).map_err(|_| {
        Failure::new(ExitCode::Internal, format!("a fresh process could not open {}", folder.display()))
    })?;
    let number = |name: &str| said.get(name).and_then(Value::as_u64).unwrap_or(0);
    Ok((number("micros"), number("residentBytes")))
}

/// The resident bytes of this process; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    kib * 1024
}
