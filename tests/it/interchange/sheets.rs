//! Files and tables, before anybody knows what they mean.

use std::fs::File;
use std::io::Write as _;

use coledger::interchange::fault::FileError;
use coledger::interchange::file::{FILE_MAX, Kind, SourceFile};
use coledger::interchange::sheet::{COLUMNS_MAX, LINE_MAX, ROWS_MAX, Sheet, with_line_feeds};

fn rows(text: &str) -> Vec<(usize, String)> {
    let text = with_line_feeds(text);
    let mut sheet = Sheet::open("t.csv", &text).expect("a table");
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row("t.csv").expect("a row") {
        rows.push((row.number, row.cell(0).to_owned()));
    }
    rows
}

#[test]
fn rows_have_the_numbers_that_a_spreadsheet_shows() {
    let owned = |list: &[(usize, &str)]| list.iter().map(|(n, t)| (*n, (*t).to_owned())).collect::<Vec<_>>();
    assert_eq!(rows("a,b\n1,2\n3,4\n"), owned(&[(2, "1"), (3, "3")]));
    assert_eq!(rows("a,b\n1,2\n\n3,4\n"), owned(&[(2, "1"), (4, "3")]));
    assert_eq!(rows("a,b\n\"1\nmore\",2\n3,4\n"), owned(&[(2, "1\nmore"), (3, "3")]));
    assert_eq!(rows("a,b\r\n,\r\n3,4\r\n,\r\n\r\n"), owned(&[(3, "3")]));
    assert_eq!(rows("a,b\r\n1,2\n\r\n3,4"), owned(&[(2, "1"), (4, "3")]));
    assert_eq!(rows("a;b\n1;2\n"), owned(&[(2, "1")]));
    assert_eq!(rows("a\tb\n1\t2\n"), owned(&[(2, "1")]));
}

#[test]
fn a_table_beyond_its_limits_is_refused_in_words() {
    let wide = vec!["a"; COLUMNS_MAX + 1].join(",");
    let long = format!("a,b\n{}\n", "x".repeat(LINE_MAX + 1));
    let many = format!("a\n{}", "1\n".repeat(ROWS_MAX + 1));
    for (text, words) in [(wide, "columns"), (long, "line 2 is longer"), (many, "more than 100000 rows")] {
        let read = Sheet::open("t.csv", &text).and_then(|mut sheet| {
            while sheet.next_row("t.csv")?.is_some() {}
            Ok(())
        });
        let sentence = read.expect_err("a refusal").to_string();
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[test]
fn a_file_is_known_by_its_bytes_and_read_in_either_encoding() {
    let rows: &[(&[u8], Kind)] = &[
        (b" \n{\"grants\": []}", Kind::JsonObject),
        (b"\xEF\xBB\xBF[1]", Kind::JsonList),
        (b"a,b\n1,2", Kind::Text),
        (b"\x89PNG\r\n\x1A\n", Kind::Other("a picture (PNG)")),
        (b"PK\x03\x04rest", Kind::Other("a workbook or other zipped file (XLSX, ODS, ZIP)")),
        (b"<!DOCTYPE html>", Kind::Other("a web page or XML document")),
        (b"a\0b", Kind::Other("a binary file")),
    ];
    for (bytes, kind) in rows {
        assert_eq!(SourceFile::of("f", bytes.to_vec()).expect("a file").kind(), *kind);
    }
    assert_eq!(SourceFile::of("f", b"\xEF\xBB\xBFcaf\xC3\xA9".to_vec()).expect("a file").text(), "café");
    assert_eq!(SourceFile::of("f", b"caf\xE9 \x96 \x80".to_vec()).expect("a file").text(), "café – €");
}

#[test]
fn a_file_that_is_empty_missing_a_folder_or_too_large_gets_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    File::create(path("blank")).and_then(|mut file| file.write_all(b" \n\t \r\n")).expect("a file");
    // A gigabyte that takes no room on disk: refused by its size, before a byte is read.
    File::create(path("huge")).and_then(|file| file.set_len(1 << 30)).expect("a file");
    let sentence = |name: &str| SourceFile::read(&path(name)).expect_err("a refusal");
    assert!(matches!(sentence("none"), FileError::Missing(_)));
    assert!(sentence("blank").to_string().contains("is empty"));
    assert!(sentence("huge").to_string().contains("1,073,741,824 bytes"), "{}", sentence("huge"));
    assert!(matches!(SourceFile::read(folder.path()), Err(FileError::Whole(_))));
    assert_eq!(FILE_MAX, 67_108_864);
}
