//! The targets of `tests/it/fuzzed`, for the fuzzer. What a target does and asserts stands there.

#[path = "../../tests/it/fuzzed/ledgers.rs"]
mod ledgers;
#[path = "../../tests/it/fuzzed/targets.rs"]
mod targets;

/// Gives an input to the target of a name.
pub fn run(name: &str, data: &[u8]) {
    let target = targets::ALL.iter().find(|(of, _)| *of == name).map(|(_, target)| target);
    target.expect("a target of this name")(data);
}
