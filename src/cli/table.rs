//! Rows of results, printed for people, programs or spreadsheets.
//!
//! Invariant: the three forms hold the same values. In CSV no text can be taken for a formula, and no number is
//! changed to prevent it.

use std::io::{self, Write};

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use serde_json::{Map, Value, json};

use super::args::Format;
use super::out::Out;
use crate::domain::money::{Pence, grouped};

/// A line under the headings, and none elsewhere.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// A text.
    Text(String),
    /// An amount of money.
    Money(Pence),
    /// A whole number.
    Number(i64),
    /// A decimal number, as text.
    Decimal(String),
    /// Yes or no.
    Flag(bool),
    /// Nothing.
    Nothing,
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Datum {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Datum>> From<Option<T>> for Datum {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// A column: its name in JSON and CSV, and its heading for people; without a heading people do not see it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in JSON and CSV.
    pub name: &'static str,
    /// Its heading for people.
    pub heading: &'static str,
}

/// A column.
pub const fn column(name: &'static str, heading: &'static str) -> Column {
    Column { name, heading }
}

/// Rows under columns.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each as wide as the columns.
    pub rows: Vec<Vec<Datum>>,
}

impl Rows {
    /// No rows under columns.
    pub fn under(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Prints the rows in the form that was asked for.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn print(&self, out: &mut Out<'_>) -> io::Result<()> {
        out.progress.clear();
        match out.format {
            Format::Table => self.print_table(out.results, out.width),
            Format::Json => self.print_json(out.results),
            Format::Csv => self.print_csv(out.results),
        }
    }

    /// Prints the only row: in JSON the object itself, not a list of it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn print_one(&self, out: &mut Out<'_>) -> io::Result<()> {
        match self.rows.first().filter(|_| out.format == Format::Json) {
            Some(row) => out.say(self.object(row)),
            None => self.print(out),
        }
    }

    fn print_table(&self, out: &mut dyn Write, width: Option<u16>) -> io::Result<()> {
        let shown: Vec<usize> = (0..self.columns.len()).filter(|index| self.heading(*index).is_some()).collect();
        let mut table = Table::new();
        table.load_style(STYLE).set_header(shown.iter().filter_map(|index| self.heading(*index)));
        if let Some(width) = width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        for row in &self.rows {
            table.add_row(shown.iter().filter_map(|index| row.get(*index)).map(cell));
        }
        writeln!(out, "{}", table.trim_fmt())
    }

    fn heading(&self, index: usize) -> Option<&'static str> {
        self.columns.get(index).map(|column| column.heading).filter(|heading| !heading.is_empty())
    }

    fn print_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let rows: Vec<Value> = self.rows.iter().map(|row| self.object(row)).collect();
        serde_json::to_writer_pretty(&mut *out, &rows)?;
        writeln!(out)
    }

    fn object(&self, row: &[Datum]) -> Value {
        let named = self.columns.iter().zip(row).map(|(column, datum)| (column.name.to_owned(), datum.json()));
        Value::Object(named.collect::<Map<_, _>>())
    }

    fn print_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"\xEF\xBB\xBF")?;
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Datum::csv))?;
        }
        writer.flush()
    }
}

fn cell(datum: &Datum) -> Cell {
    let cell = Cell::new(datum.shown());
    match datum {
        Datum::Money(_) | Datum::Number(_) | Datum::Decimal(_) => cell.set_alignment(CellAlignment::Right),
        _ => cell,
    }
}

impl Datum {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Decimal(text) => text.clone(),
            Self::Money(amount) => amount.display(),
            Self::Number(number) if *number < 0 => format!("-{}", grouped(number.unsigned_abs())),
            Self::Number(number) => grouped(number.unsigned_abs()),
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) | Self::Nothing => String::new(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) | Self::Decimal(text) => json!(text),
            Self::Money(amount) => json!(amount.0),
            Self::Number(number) => json!(number),
            Self::Flag(flag) => json!(flag),
            Self::Nothing => Value::Null,
        }
    }

    fn csv(&self) -> String {
        match self {
            Self::Text(text) => safe(text),
            Self::Decimal(text) => text.clone(),
            Self::Money(amount) => amount.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Nothing => String::new(),
        }
    }
}

/// A text that no spreadsheet takes for a formula.
pub fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}
