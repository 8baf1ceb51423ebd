//! Read models: deterministic folds of entries. No clock, no side effects, and nothing here decides a rule.
//!
//! Start at [`view::View`], one position of everything; the figure itself is in [`dividends`].

pub mod dividends;
pub mod line;
pub mod ratio;
pub mod totals;
pub mod view;
pub mod window;
