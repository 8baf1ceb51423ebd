//! Dividing amounts column by column.
//!
//! Invariant: the parts add up to what was divided.

use crate::domain::money::{Pence, split_by_amounts, split_by_largest_remainder};

use super::totals::Totals;

/// Divides every column of totals by amounts.
pub(crate) fn split_totals_by_amounts(totals: &Totals, weights: &[Pence]) -> Vec<Totals> {
    by_columns(totals, weights.len(), |amount| split_by_amounts(amount, weights))
}

/// Divides every column of totals by basis points, so that each adds up over the parts, and in each part the gains add
/// up to what was returned.
pub(crate) fn split_totals(totals: &Totals, weights: &[u32]) -> Vec<Totals> {
    let parts = by_columns(totals, weights.len(), |amount| split_by_largest_remainder(amount, weights));
    parts.into_iter().map(|part| settled(part, totals)).collect()
}

fn by_columns(totals: &Totals, parts: usize, divide: impl Fn(Pence) -> Vec<Pence>) -> Vec<Totals> {
    let mut columns = vec![[0; Totals::COLUMNS.len()]; parts];
    for (column, amount) in totals.columns().into_iter().enumerate() {
        for (part, share) in columns.iter_mut().zip(divide(Pence(amount))) {
            if let Some(cell) = part.get_mut(column) {
                *cell = share.0;
            }
        }
    }
    columns.into_iter().map(Totals::from_columns).collect()
}

/// Lets the community's part take up the pennies by which separately divided columns differ.
fn settled(mut part: Totals, whole: &Totals) -> Totals {
    part.unsplit = whole.unsplit;
    if whole.unsplit == 0 {
        part.community = part.returned().saturating_sub(part.partnership).saturating_sub(part.organisations);
    }
    part
}
