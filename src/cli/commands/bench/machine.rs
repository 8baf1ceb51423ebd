//! How fast the machine itself is at this moment, beside measures that have no ceiling.
//!
//! Invariant: nothing of the ledger runs in here. On a shared machine the memory may answer several times slower than an
//! hour ago; what walks through much of it is slower by then, and a reader has to see why.

use std::hint::black_box;
use std::time::Instant;

/// How many places the memory has that is read: 128 MiB of four bytes each, more than a processor keeps near it.
const PLACES: u32 = 1 << 25;
/// How many reads are timed.
const READS: u32 = 1_000_000;

/// How long one read of memory takes, in nanoseconds, when every read says where the next one goes.
///
/// The places follow each other as a linear congruential generator of full period says (Numerical Recipes' constants),
/// so that neither the processor nor the system can guess the next one.
pub(super) fn random_read() -> f64 {
    let next: Vec<u32> =
        (0..PLACES).map(|at| at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % PLACES).collect();
    let started = Instant::now();
    let reached = (0..READS).fold(0, |at: usize, _| next.get(at).map_or(0, |next| *next as usize));
    let taken = started.elapsed();
    black_box(reached);
    taken.as_secs_f64() * 1e9 / f64::from(READS)
}
