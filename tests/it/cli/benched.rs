//! `bench` measures, judges, and writes its table where there is a place for it.

use std::fs;

use super::Bench;

const SMALL: &[&str] = &[
    "bench",
    "served",
    "history",
    "start",
    "rebuild",
    "disk",
    "memory",
    "--entries",
    "1000",
    "--large",
    "2000",
    "--seconds",
    "1",
];

#[test]
fn a_table_is_written_between_its_marks_and_says_what_was_met() {
    let bench = Bench::new();
    let file = bench.path("figures.md");
    let (begin, end) = ("<!-- measured by `coledger bench --write` -->", "<!-- end of what was measured -->");
    fs::write(&file, format!("# Before\n{begin}\nof last year\n{end}\nAfter.\n")).unwrap();
    let mut arguments = SMALL.to_vec();
    arguments.extend(["--write", file.to_str().unwrap(), "--format", "json"]);
    let rows = bench.run(&arguments).json();
    let named: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["measure"].as_str().unwrap()).collect();
    assert_eq!(named.len(), 19, "{named:?}");
    let judged = rows.as_array().unwrap().iter().filter(|row| row["must"] != serde_json::Value::Null);
    assert!(
        judged.map(|row| row["met"].as_str().unwrap()).all(|met| ["aim", "must", "missed"].contains(&met)),
        "{rows}"
    );
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# Before\n") && text.ends_with("\nAfter.\n") && !text.contains("last year"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("| ")).count(), 21, "{text}");
}

#[test]
fn a_file_without_a_place_for_the_table_is_refused_before_anything_is_measured() {
    let bench = Bench::new();
    let file = bench.file("figures.md", "nothing here\n");
    let mut arguments = SMALL.to_vec();
    arguments.extend(["--write", file.to_str().unwrap()]);
    let refused = bench.run(&arguments);
    assert_eq!(refused.code, 2, "{}", refused.remarks);
    assert!(refused.remarks.contains("Put these two lines"), "{}", refused.remarks);
    assert_eq!(fs::read_to_string(&file).unwrap(), "nothing here\n");
}
