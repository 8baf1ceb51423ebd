//! Durable appends in process: the log beside a plain file, both driven by the same writer with the same commands.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::compared::Compared;
use super::load;
use super::plain::PlainLog;
use super::report::Report;
use crate::app::ledger::Ledger;
use crate::app::request::{Request, SubmitError};
use crate::cli::exit::Failure;
use crate::log::clock::SystemClock;

/// The numbers of writers that append at once.
pub(super) const WRITERS: [u64; 4] = [1, 8, 64, 512];
/// How many rounds each side has; they take turns.
const ROUNDS: u32 = 3;

/// Measures appends by so many writers.
pub(super) fn measure(workshop: &Path, writers: u64, time: Duration, report: &mut Report<'_>) -> Result<(), Failure> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir_in(workshop)?;
        let plain = Ledger::over(Arc::new(PlainLog::create(folder.path())?), Arc::new(SystemClock))?;
        let plain = rate(&Arc::new(plain), writers, time / ROUNDS)?;
        let sled = rate(&Arc::new(Ledger::create(&folder.path().join("ledger"))?), writers, time / ROUNDS)?;
        rounds.push((sled, Some(plain)));
    }
    let name = format!("durable appends, {writers} writer{}", if writers == 1 { "" } else { "s" });
    report.add(Compared { name, unit: "entries/s", rounds });
    Ok(())
}

/// Entries a second with so many writers.
fn rate(ledger: &Arc<Ledger>, writers: u64, time: Duration) -> Result<f64, Failure> {
    ledger.submit_blocking(load::town())?;
    let began = Instant::now();
    let one = |number| load::request(format!("hours-{number}"), vec![load::hours(number)]);
    let appended = submit(ledger, writers, move |number| (began.elapsed() < time).then(|| one(number)))?;
    let elapsed = began.elapsed();
    ledger.stop()?;
    Ok(per_second(appended, elapsed))
}

/// Submits requests from so many tasks, each one after the other, until there are no more; says how many there were.
pub(super) fn submit(
    ledger: &Arc<Ledger>,
    writers: u64,
    request: impl Fn(u64) -> Option<Request> + Clone + Send + 'static,
) -> Result<u64, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let submitted = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let (ledger, submitted, request) = (Arc::clone(ledger), Arc::clone(&submitted), request.clone());
            runtime.spawn(async move {
                let mut number = writer;
                while let Some(request) = request(number) {
                    ledger.submit(request).await?;
                    submitted.fetch_add(1, Ordering::Relaxed);
                    number += writers;
                }
                Ok::<(), SubmitError>(())
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).map_err(std::io::Error::other)??;
    }
    Ok(submitted.load(Ordering::Relaxed))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a measurement, printed to three digits")]
pub(super) fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
