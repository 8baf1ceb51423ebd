//! Which layer may know which: `domain <- log <- views <- app <- { interchange, graphql, town } <- cli <- main`.

use super::sources::{Source, rust};

/// The layers, lowest first. Layers of one row are siblings and never import each other.
const LAYERS: &[&[&str]] =
    &[&["domain"], &["log"], &["views"], &["app"], &["interchange", "graphql", "town"], &["cli"]];

/// Crates that only some folders may name: what stands behind a seam.
const BEHIND_SEAMS: &[(&str, &[&str])] = &[
    ("sled", &["src/log/"]),
    ("bincode", &["src/log/", "src/views/snapshot"]),
    ("axum", &["src/graphql/", "src/cli/"]),
    ("async_graphql", &["src/graphql/", "src/cli/"]),
    ("hyper", &["src/graphql/"]),
    ("hyper_util", &["src/graphql/"]),
    ("prometheus_client", &["src/graphql/metrics.rs"]),
    ("clap", &["src/cli/", "src/main.rs"]),
    ("anyhow", &["src/cli/", "src/main.rs"]),
];

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&layer))
}

/// The layer that a file belongs to; none for the two roots, `lib.rs` and `main.rs`, which may know all.
fn layer_of(path: &str) -> Option<&str> {
    path.strip_prefix("src/")?.split_once('/').map(|(layer, _)| layer)
}

/// Every layer that a line names after `crate::`, alone or in braces.
fn named(line: &str) -> Vec<String> {
    let mut layers = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let names = rest.strip_prefix('{').map_or_else(|| vec![rest], |inside| outermost(inside));
        layers.extend(names.into_iter().map(first_word));
    }
    layers.retain(|name| rank(name).is_some());
    layers
}

/// The parts of a brace group that stand in no inner braces.
fn outermost(inside: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&inside[start..at]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    parts
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The code as one statement a string, so that an import over many lines is one.
fn statements(file: &Source) -> Vec<String> {
    let code: Vec<&str> = file.code().map(|(_, line)| line.trim()).collect();
    code.join(" ").split(';').map(str::to_owned).collect()
}

#[test]
fn every_folder_of_the_sources_is_a_layer() {
    for file in rust() {
        if let Some(layer) = layer_of(&file.path) {
            assert!(rank(layer).is_some(), "{}: name its layer's place among the arrows", file.path);
        }
    }
}

#[test]
fn arrows_point_one_way_only() {
    let mut breaches = Vec::new();
    for file in rust() {
        let Some(layer) = layer_of(&file.path) else { continue };
        for statement in statements(&file) {
            for other in named(&statement) {
                if other != layer && rank(&other) >= rank(layer) {
                    breaches.push(format!("{}: {layer} must not know {other}", file.path));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn what_stands_behind_a_seam_is_named_nowhere_else() {
    let mut breaches = Vec::new();
    for file in rust().iter().filter(|file| file.path.starts_with("src/")) {
        for (number, line) in file.code() {
            for (name, homes) in BEHIND_SEAMS {
                let named = line.contains(&format!("{name}::")) || line.contains(&format!("use {name}"));
                if named && !homes.iter().any(|home| file.path.starts_with(home)) {
                    breaches.push(format!("{}:{number}: {name} stays behind its seam", file.path));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn the_arrow_test_sees_imports_however_they_are_written() {
    assert_eq!(named("use crate::app::Ledger"), ["app"]);
    assert_eq!(named("use crate::{ domain::{money::Pence, log}, views::View }"), ["domain", "views"]);
    assert_eq!(named("let ledger = crate::log::open()"), ["log"]);
    assert!(named("use super::app").is_empty());
}
