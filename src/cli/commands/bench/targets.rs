//! What must be reached, and what is aimed at. A measure without a row here is told and not judged.
//!
//! Invariant: judged is the ratio to the ceiling of the same run; without a ceiling, the value itself.

/// A bound on one measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    /// The measure's name.
    pub(super) name: &'static str,
    /// Whether more is better.
    pub(super) more: bool,
    /// What must be reached.
    pub(super) must: f64,
    /// What is aimed at.
    pub(super) aim: f64,
}

const fn at_least(name: &'static str, must: f64, aim: f64) -> Target {
    Target { name, more: true, must, aim }
}

const fn at_most(name: &'static str, must: f64, aim: f64) -> Target {
    Target { name, more: false, must, aim }
}

pub(super) const TARGETS: &[Target] = &[
    at_least("durable appends, 1 writer", 0.5, 0.8),
    at_least("durable appends, 8 writers", 0.6, 0.9),
    at_least("durable appends, 64 writers", 0.4, 0.8),
    at_least("durable appends, 512 writers", 0.65, 0.95),
    at_least("durable append over HTTP, 64 connections", 0.4, 0.8),
    at_most("durable append over HTTP, 1 connection, p50", 3.0, 2.0),
    at_least("project figure, 64 connections", 0.9, 2.5),
    at_most("project figure, p50, many entries beside few", 1.2, 1.0),
    at_least("town totals, 64 connections", 0.5, 1.0),
    at_least("rebuild of all views from the log, one core", 2e6, 5e6),
    at_most("start to first answer, with a saved view", 3.0, 1.0),
    at_most("start to first answer, from the log alone", 12.0, 5.0),
    at_most("memory over an empty ledger, in batches", 48.0, 20.0),
    at_most("memory over an empty ledger, one command each", 96.0, 32.0),
    at_most("disk, in batches", 120.0, 70.0),
    at_most("figure as known at an old position", 50.0, 5.0),
];

impl Target {
    /// The target of a measure.
    pub(super) fn of(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// What was met: the aim, the must, or neither.
    pub(super) fn met(&self, value: f64) -> &'static str {
        let reached = |bound: f64| if self.more { value >= bound } else { value <= bound };
        match (reached(self.aim), reached(self.must)) {
            (true, _) => "aim",
            (false, true) => "must",
            (false, false) => "missed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TARGETS, Target};

    #[test]
    fn a_target_is_met_from_its_own_side() {
        let (least, most) = (Target::of("durable appends, 1 writer").unwrap(), Target::of("disk, in batches").unwrap());
        assert_eq!([0.8, 0.5, 0.49, f64::NAN].map(|value| least.met(value)), ["aim", "must", "missed", "missed"]);
        assert_eq!([70.0, 120.0, 120.1, f64::NAN].map(|value| most.met(value)), ["aim", "must", "missed", "missed"]);
        assert!(TARGETS.iter().all(|target| target.met(target.aim) == "aim"));
    }
}
