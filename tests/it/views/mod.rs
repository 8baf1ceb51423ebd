//! Read models: the shared dividend to the penny, what stands behind it, and every other way of reading the ledger.

mod activity;
mod dated;
mod heavy;
mod months;
mod progress;
mod properties;
mod readings;
mod reference;
mod rules;
mod snapshots;
mod worked_example;
