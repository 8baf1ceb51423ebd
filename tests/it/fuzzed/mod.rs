//! What is fuzzed: one function a target, and their corpora replayed. The folder `fuzz` runs them on random input.

mod ledgers;
#[cfg(test)]
mod replay;
mod targets;
