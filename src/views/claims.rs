//! Figures that somebody printed, held against what the ledger computes for the same project and days.
//!
//! Invariant: nobody's words are changed; the ledger says what it has, and which of its lines comes closest.

use crate::domain::ids::Position;
use crate::domain::money::Pence;
use crate::domain::outcomes::Claim;
use crate::domain::time::{Day, FIRST_DAY};

use super::dividends::SharedDividend;
use super::grouping::total;
use super::line::{Line, Unit};
use super::selection::Selection;
use super::view::View;
use super::window::Window;

/// A printed figure beside the ledger's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimCheck {
    /// The entry that notes it.
    pub claim: Position,
    /// What the ledger computes for the project (or all projects) and the days that it speaks of.
    pub dividend: SharedDividend,
    /// The line of money that comes closest to the amount that was printed.
    pub closest: Option<Line>,
    /// By how much the printed amount exceeds that line; negative where it falls short.
    pub difference: Option<Pence>,
}

/// Every figure that somebody printed, in the order of the log, beside the ledger's as at a day.
pub fn claims(view: &View, as_at: Day) -> Vec<ClaimCheck> {
    view.books.outcomes.claims().map(|claim| check(view, claim, as_at)).collect()
}

fn check(view: &View, claim: &Claim, as_at: Day) -> ClaimCheck {
    let event = &claim.event;
    let window = Window::new(event.from.unwrap_or(FIRST_DAY), event.to.unwrap_or(as_at), as_at);
    let selection = event.project.map(Selection::project).unwrap_or_default();
    let dividend = total(view, &selection, window, None);
    let closest = event.amount.and_then(|amount| closest(&dividend, amount));
    let difference = closest.and_then(|line| Some(event.amount?.less(dividend.pence(line))));
    ClaimCheck { claim: claim.position, dividend, closest, difference }
}

/// The line of money whose sum is nearest to an amount; of two as near, the first as figures are shown.
fn closest(dividend: &SharedDividend, amount: Pence) -> Option<Line> {
    let lines = Line::ALL.iter().copied().filter(|line| line.unit() == Unit::Pence && dividend.line(*line) != 0);
    lines.min_by_key(|line| amount.0.abs_diff(dividend.line(*line)))
}
