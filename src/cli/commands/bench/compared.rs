//! One measure, round by round, and its ceiling where there is one.
//!
//! Invariant: what is told of the rounds is the middle one, and the lowest and the highest too, so that a noisy machine
//! shows.

/// One measure.
pub(super) struct Compared {
    /// What was measured; see `targets.rs`.
    pub(super) name: String,
    /// In which unit.
    pub(super) unit: &'static str,
    /// Our value of each round, and the ceiling's.
    pub(super) rounds: Vec<(f64, Option<f64>)>,
}

impl Compared {
    /// Measured once, beside nothing.
    pub(super) fn once(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), unit, rounds: vec![(value, None)] }
    }

    /// Our value.
    pub(super) fn ours(&self) -> f64 {
        middle(&sorted(self.rounds.iter().map(|(ours, _)| *ours)))
    }

    /// The ceiling's value.
    pub(super) fn ceiling(&self) -> Option<f64> {
        let values = sorted(self.rounds.iter().filter_map(|(_, ceiling)| *ceiling));
        (!values.is_empty()).then(|| middle(&values))
    }

    /// What is judged, lowest, middle and highest of the rounds: ours divided by the ceiling's, or ours where there is
    /// none.
    pub(super) fn judged(&self) -> [f64; 3] {
        let values = sorted(self.rounds.iter().map(|(ours, ceiling)| ours / ceiling.unwrap_or(1.0)));
        let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
        [end(values.first()), middle(&values), end(values.last())]
    }
}

/// The values, smallest first.
pub(super) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The middle one of sorted values; no number where there are none.
pub(super) fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
