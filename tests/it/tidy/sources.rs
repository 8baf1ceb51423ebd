//! The project's own files, read as text.

use std::fs;
use std::path::{Path, PathBuf};

/// One file: its path from the project's root, with forward slashes, and its text.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    /// Every line of code with its number from 1; comments are left out.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Every Rust file of the program and its tests.
pub(super) fn rust() -> Vec<Source> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches"] {
        collect(&root().join(folder), &mut files);
    }
    files.retain(|file| Path::new(&file.path).extension().is_some_and(|extension| extension == "rs"));
    assert!(files.len() > 30, "the sources were not found");
    files
}

/// Every file of text that the project publishes: sources, schema, golden files, pages and scripts.
pub(super) fn published() -> Vec<Source> {
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "schema", "snapshots", ".ci"] {
        collect(&root().join(folder), &mut files);
    }
    let entries = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    files.extend(entries.filter(|path| path.is_file()).filter_map(|path| read(&path)));
    // In a linked working tree git keeps a file of this name with a path of the machine.
    files.retain(|file| file.path != ".git");
    files
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, files: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.extend(read(&path));
        }
    }
}

/// A file's text; none where it is no text.
fn read(path: &Path) -> Option<Source> {
    let text = fs::read_to_string(path).ok()?;
    let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
    Some(Source { path, text })
}
