//! What closing the books holds fast: a digest of every figure through the day that is closed.
//!
//! Invariant: the same view and day give the same digest, so that what was reported can be proved to have been this.

use sha2::{Digest as _, Sha256};

use crate::domain::quantity::Digest;
use crate::domain::time::{Day, FIRST_DAY};
use crate::views::dividends::all_dividends;
use crate::views::view::View;
use crate::views::window::Window;

/// The SHA-256 over every project's figures from its first day through a day: a line a project, its id and its sums.
pub fn figures_digest(view: &View, through: Day) -> Digest {
    let mut hash = Sha256::new();
    for (project, figure) in all_dividends(view, Window::new(FIRST_DAY, through, through), None) {
        let sums: Vec<String> = figure.totals.columns().iter().map(i64::to_string).collect();
        hash.update(format!("{project} {}\n", sums.join(" ")));
    }
    Digest(hash.finalize().into())
}
