//! A table in a text file: its delimiter, its headings, its rows with the numbers that a spreadsheet shows.
//!
//! Invariant: rows come one at a time and are bounded in number, length and cells, so that no table takes more
//! memory than a small multiple of its file.

use std::borrow::Cow;

use csv::{Position, ReaderBuilder, StringRecord};

use super::fault::FileError;

/// The most rows of a table, without its headings.
pub const ROWS_MAX: usize = 100_000;
/// The most columns of a table.
pub const COLUMNS_MAX: usize = 400;
/// The most bytes of one line of a table.
pub const LINE_MAX: usize = 1024 * 1024;

/// A table whose headings were read.
pub struct Sheet<'a> {
    reader: csv::Reader<&'a [u8]>,
    /// The headings, trimmed, in their order.
    pub headings: Vec<String>,
    number: usize,
    end: u64,
}

/// One row that is not blank.
pub struct Row {
    /// Its number in a spreadsheet: the headings are row 1.
    pub number: usize,
    cells: StringRecord,
}

impl Row {
    /// The cell of a column, trimmed; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).unwrap_or("").trim()
    }

    /// How many cells it has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }
}

/// A text whose every line ends in one line feed, as [`Sheet::open`] counts them.
pub fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') || !text.ends_with('\n') {
        Cow::Owned(format!("{}\n", text.trim_end().replace("\r\n", "\n").replace('\r', "\n")))
    } else {
        Cow::Borrowed(text)
    }
}

impl<'a> Sheet<'a> {
    /// Reads the headings of a table, of a text that went through [`with_line_feeds`].
    ///
    /// # Errors
    /// A sentence where a line is too long or there are too many columns.
    pub fn open(name: &str, text: &'a str) -> Result<Self, FileError> {
        let first = text.lines().next().unwrap_or("");
        if let Some(line) = text.split('\n').position(|line| line.len() > LINE_MAX) {
            let sentence = format!("{name}: line {} is longer than {LINE_MAX} characters; this is no table.", line + 1);
            return Err(FileError::Whole(sentence));
        }
        let delimiter = delimiter_of(first);
        let columns = first.bytes().filter(|byte| *byte == delimiter).count() + 1;
        if columns > COLUMNS_MAX {
            let sentence = format!("{name} has {columns} columns; a table for import has at most {COLUMNS_MAX}.");
            return Err(FileError::Whole(sentence));
        }
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let mut headings = StringRecord::new();
        reader.read_record(&mut headings).map_err(|error| unreadable(name, &error))?;
        let end = reader.position().line();
        let headings = headings.iter().map(|heading| heading.trim().to_owned()).collect();
        Ok(Self { reader, headings, number: 1, end })
    }

    /// The column of a heading, whatever its capitals.
    pub fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|known| known.eq_ignore_ascii_case(heading))
    }

    /// The next row that is not blank.
    ///
    /// # Errors
    /// A sentence where the table cannot be read further or has too many rows.
    pub fn next_row(&mut self, name: &str) -> Result<Option<Row>, FileError> {
        loop {
            let mut cells = StringRecord::new();
            if !self.reader.read_record(&mut cells).map_err(|error| unreadable(name, &error))? {
                return Ok(None);
            }
            self.number += 1 + self.blank_lines_before(&cells);
            if self.number > ROWS_MAX + 1 {
                let sentence = format!("{name} has more than {ROWS_MAX} rows. Split it into parts.");
                return Err(FileError::Whole(sentence));
            }
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Ok(Some(Row { number: self.number, cells }));
            }
        }
    }

    /// How many lines without any cell stood before a row: the reader skips them, a spreadsheet counts them.
    fn blank_lines_before(&mut self, cells: &StringRecord) -> usize {
        let end = self.reader.position().line();
        let inside: usize = cells.iter().map(|cell| cell.matches('\n').count()).sum();
        let lines = usize::try_from(end.saturating_sub(self.end)).unwrap_or(0);
        self.end = end;
        lines.saturating_sub(inside + 1)
    }
}

/// The delimiter of a table: whichever of comma, semicolon and tab the headings hold most of.
fn delimiter_of(headings: &str) -> u8 {
    let count = |delimiter: u8| headings.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

fn unreadable(name: &str, error: &csv::Error) -> FileError {
    let line = error.position().map_or(1, Position::line);
    FileError::Whole(format!("{name} cannot be read as a table from line {line} on. Save it as CSV (UTF-8) again."))
}
