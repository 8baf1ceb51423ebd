//! Read models: deterministic folds of entries. No clock, no side effects, and nothing here decides a rule.
//!
//! Start at [`view::View`], one position of everything; the figure itself is in [`dividends`], what stands behind it in
//! [`evidence`], figures by anything else than project in [`question`] and [`series`].

pub mod about;
pub mod activity;
pub mod claims;
pub mod contributors;
mod day_totals;
pub mod digest;
pub mod dividends;
pub mod evidence;
pub mod figures;
pub mod funds;
pub mod grouping;
mod hours_pricing;
pub mod line;
pub mod load;
mod memo;
pub mod organisations;
pub mod parts;
mod past;
mod pricing;
pub mod question;
pub mod ratio;
pub mod restatement;
pub mod selection;
pub mod series;
pub mod snapshot;
mod snapshot_rows;
mod split;
pub mod statements;
mod sums;
pub mod targets;
pub mod totals;
pub mod view;
pub mod window;
