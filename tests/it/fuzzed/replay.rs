//! The corpora, replayed: what fuzzing once found interesting, and every input that was ever a defect.

use std::fs;
use std::path::{Path, PathBuf};

use super::targets::ALL;

/// The most bytes of all corpora.
const ALL_BYTES: usize = 300_000;

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(path)
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_input_of_every_corpus_is_answered() {
    let mut bytes = 0;
    for (name, target) in ALL {
        let corpus = folder("corpus").join(name);
        let inputs = names(&corpus);
        assert!(inputs.len() >= 10, "{}: {} inputs", corpus.display(), inputs.len());
        for input in inputs {
            println!("{name}/{input}");
            let data = fs::read(corpus.join(input)).unwrap();
            bytes += data.len();
            target(&data);
        }
    }
    println!("{bytes} bytes");
    assert!(bytes < ALL_BYTES, "{bytes} bytes of corpora");
}

#[test]
fn every_target_has_a_corpus_and_a_program_and_nothing_else_has() {
    let mut expected: Vec<_> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    expected.sort();
    assert_eq!(names(&folder("corpus")), expected);
    let files: Vec<_> = expected.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names(&folder("fuzz_targets")), files);
    for name in &expected {
        let program = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(program.contains(&format!("\"{name}\"")), "{name}.rs runs another target");
    }
}
