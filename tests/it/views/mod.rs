//! Read models: the shared dividend to the penny, what stands behind it, and every other way of reading the ledger.

mod properties;
mod reference;
mod worked_example;
