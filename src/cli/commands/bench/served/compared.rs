//! One measure and its ceiling, round by round.
//!
//! Invariant: what is told of the rounds is the middle one, and of their ratios the lowest and the highest too, so that
//! a noisy machine shows.

/// One measure and its ceiling.
pub(in super::super) struct Compared {
    /// What was measured.
    pub(in super::super) name: String,
    /// In which unit.
    pub(in super::super) unit: &'static str,
    /// Ours and the ceiling's value of each round.
    pub(in super::super) rounds: Vec<(f64, f64)>,
}

impl Compared {
    /// Our value.
    pub(in super::super) fn ours(&self) -> f64 {
        middle(&sorted(self.rounds.iter().map(|(ours, _)| *ours)))
    }

    /// The ceiling's value.
    pub(in super::super) fn ceiling(&self) -> f64 {
        middle(&sorted(self.rounds.iter().map(|(_, ceiling)| *ceiling)))
    }

    /// Ours divided by the ceiling's: the lowest, the middle and the highest of the rounds.
    pub(in super::super) fn ratios(&self) -> [f64; 3] {
        let ratios = sorted(self.rounds.iter().map(|(ours, ceiling)| ours / ceiling));
        let end = |ratio: Option<&f64>| ratio.copied().unwrap_or(f64::NAN);
        [end(ratios.first()), middle(&ratios), end(ratios.last())]
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
