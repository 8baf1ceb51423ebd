//! Dividing amounts by weights that are amounts themselves.
//!
//! Invariant: the parts add up to what was divided.

use crate::domain::money::split_by_largest_remainder;
use crate::domain::money::Pence;

use super::totals::Totals;

/// Divides an amount by weights, by largest remainder, ties to the earlier. Negative weights count as nothing; where
/// all are nothing, so is every part.
pub(crate) fn split_by_amounts(amount: i64, weights: &[i64]) -> Vec<i64> {
    let total: i128 = weights.iter().map(|weight| i128::from((*weight).max(0))).sum();
    if total == 0 {
        return vec![0; weights.len()];
    }
    let size = i128::from(amount).abs();
    let shares = weights.iter().map(|weight| size * i128::from((*weight).max(0)));
    let mut parts: Vec<(i128, i128)> = shares.map(|share| (share / total, share % total)).collect();
    let left = size - parts.iter().map(|(whole, _)| whole).sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(parts.get(*index).map_or(0, |(_, remainder)| *remainder)));
    for index in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some((whole, _)) = parts.get_mut(index) {
            *whole += 1;
        }
    }
    let sign = if amount < 0 { -1 } else { 1 };
    parts.into_iter().map(|(whole, _)| i64::try_from(whole * sign).unwrap_or(amount)).collect()
}

/// Divides every column of totals by basis points, so that each adds up over the parts, and in each part the gains add
/// up to what was returned.
pub(crate) fn split_totals(totals: &Totals, weights: &[u32]) -> Vec<Totals> {
    let mut parts = vec![[0; Totals::COLUMNS.len()]; weights.len()];
    for (column, amount) in totals.columns().into_iter().enumerate() {
        for (part, share) in parts.iter_mut().zip(split_by_largest_remainder(Pence(amount), weights)) {
            if let Some(cell) = part.get_mut(column) {
                *cell = share.0;
            }
        }
    }
    parts.into_iter().map(|columns| settled(Totals::from_columns(columns), totals)).collect()
}

/// Lets the community's part take up the pennies by which separately divided columns differ.
fn settled(mut part: Totals, whole: &Totals) -> Totals {
    part.unsplit = whole.unsplit;
    if whole.unsplit == 0 {
        part.community = part.returned().saturating_sub(part.partnership).saturating_sub(part.organisations);
    }
    part
}
