//! Rules about files one by one.

use super::sources::{Source, published, rust};

/// The most lines of a file.
const LONGEST: usize = 600;

/// Files that may be longer, each with its reason.
const LONGER: &[(&str, &str)] = &[("src/domain/catalogue.rs", "a table: the whole vocabulary, and no logic")];

fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn no_file_is_longer_than_a_person_reads_at_once() {
    let longer = |file: &Source| LONGER.iter().any(|(path, _)| *path == file.path);
    let lines = |file: &Source| file.text.lines().count();
    let files = rust();
    let too_long = files.iter().filter(|file| lines(file) > LONGEST && !longer(file));
    none(&too_long.map(|file| format!("{}: {} lines", file.path, lines(file))).collect::<Vec<_>>());
}

#[test]
fn every_file_opens_with_what_it_owns() {
    let files = rust();
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    none(&silent.map(|file| format!("{}: begin it with //!", file.path)).collect::<Vec<_>>());
}

#[test]
fn a_mod_file_holds_declarations_only() {
    let mut breaches = Vec::new();
    for file in rust().iter().filter(|file| file.path.starts_with("src/") && file.path.ends_with("/mod.rs")) {
        for (number, line) in file.code() {
            let word = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
            let word = word.trim_start_matches("pub ").split_whitespace().next().unwrap_or("");
            if matches!(word, "fn" | "struct" | "enum" | "trait" | "impl" | "macro_rules!" | "const" | "static") {
                breaches.push(format!("{}:{number}: {line}", file.path));
            }
        }
    }
    none(&breaches);
}

#[test]
fn no_word_is_left_that_only_its_writer_needs() {
    // Written apart, so that this file does not find itself.
    let words =
        [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"], ["dbg", "!("], ["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"]];
    let words = words.map(|halves| halves.concat());
    let mut breaches = Vec::new();
    for file in published() {
        for (index, line) in file.text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                breaches.push(format!("{}:{}: {word}", file.path, index + 1));
            }
        }
    }
    none(&breaches);
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let mut breaches = Vec::new();
    for file in rust() {
        for (number, line) in file.code() {
            let trimmed = line.trim_start();
            if ["#[allow", "#![allow", "#[ignore", "#[should_panic"].iter().any(|start| trimmed.starts_with(start)) {
                breaches.push(format!("{}:{number}: {line}", file.path));
            }
        }
    }
    none(&breaches);
}
