//! From a file to checked grants, or to the whole list of what is wrong with it.
//!
//! Invariant: grants come out only of a file without a fault. First the standard's form is checked, of every grant;
//! where it holds, what the ledger needs beyond it (pounds, organisations, no identifier twice).

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::check::{self, Origin};
use super::grant::Grant;
use super::node::{BYTES_MAX, DEPTH_MAX, Node};
use super::table::Columns;
use crate::interchange::fault::{Faults, FileError};
use crate::interchange::file::{Kind, SourceFile};
use crate::interchange::sheet::{Sheet, with_line_feeds};

/// The most grants of one file.
pub const GRANTS_MAX: usize = 100_000;

/// The grants of a file in the standard's JSON or spreadsheet form, in their order.
///
/// # Errors
/// One sentence where the file as a whole is not such a file; else every fault with its place.
pub fn grants(file: &SourceFile) -> Result<Vec<Grant>, FileError> {
    let text = file.text();
    let mut reading = Reading::default();
    match file.kind() {
        Kind::JsonObject => package(&file.name, &text, &mut reading)?,
        Kind::Text if !has_ending(&file.name, ".json") => table(&file.name, &text, &mut reading)?,
        kind => return Err(wrong_kind(&file.name, kind)),
    }
    reading.finish(&file.name)
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ending)
}

fn wrong_kind(name: &str, kind: Kind) -> FileError {
    let what = match kind {
        Kind::JsonList => "a bare list in JSON; the standard's package is an object, {\"grants\": [...]}",
        Kind::Other(called) => called,
        Kind::Text | Kind::JsonObject => "no JSON, though its name ends in .json; a table of grants is named .csv",
    };
    FileError::Whole(format!("{name} is {what}. Give a 360Giving file, as JSON or as CSV."))
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    grants: Vec<Grant>,
    form: Faults,
    beyond: Faults,
    seen: HashMap<[u8; 32], Origin>,
    count: usize,
}

impl Reading {
    fn take(&mut self, node: &Node, origin: Origin) {
        self.count += 1;
        if check::grant(node, origin, &mut self.form) {
            self.grants.extend(Grant::of(node, origin, &mut self.beyond));
        }
        if let Some(first) = self.seen.get(&node.digest()) {
            let sentence = format!("this is the same as {}, word for word. Take one of them out.", first.place());
            self.form.push(origin.place(), sentence);
        } else {
            self.seen.insert(node.digest(), origin);
        }
    }

    fn finish(mut self, name: &str) -> Result<Vec<Grant>, FileError> {
        if self.count == 0 {
            return Err(FileError::Whole(format!("{name} holds no grant; a 360Giving file holds at least one.")));
        }
        if !self.form.is_empty() {
            return Err(FileError::Contents(self.form));
        }
        repeated_ids(&self.grants, &mut self.beyond);
        if self.beyond.is_empty() { Ok(self.grants) } else { Err(FileError::Contents(self.beyond)) }
    }
}

fn repeated_ids(grants: &[Grant], faults: &mut Faults) {
    let mut seen: HashMap<&str, Origin> = HashMap::new();
    for grant in grants {
        if let Some(first) = seen.get(grant.id.as_str()) {
            let sentence = format!("{} has this identifier too, with other contents.", first.place());
            faults.push(grant.origin.place_of("id"), sentence);
        } else {
            seen.insert(&grant.id, grant.origin);
        }
    }
}

fn table(name: &str, text: &str, reading: &mut Reading) -> Result<(), FileError> {
    let text = with_line_feeds(text);
    let mut sheet = Sheet::open(name, &text)?;
    let columns = Columns::of(name, &sheet)?;
    while let Some(row) = sheet.next_row(name)? {
        let origin = Origin::Row(row.number);
        if row.width() == sheet.headings.len() {
            reading.take(&columns.tree(&row), origin);
        } else {
            let sentence = format!(
                "this row has {} cells and the headings are {}; the file may be cut off here.",
                row.width(),
                sheet.headings.len()
            );
            reading.count += 1;
            reading.form.push(origin.place(), sentence);
        }
    }
    Ok(())
}

fn package(name: &str, text: &str, reading: &mut Reading) -> Result<(), FileError> {
    let mut package = Package { reading, problem: None, found: false };
    let mut reader = serde_json::Deserializer::from_str(text);
    let outcome = reader.deserialize_map(&mut package).and_then(|()| reader.end());
    if let Some(problem) = package.problem {
        return Err(FileError::Whole(format!("{name}: {problem}")));
    }
    let found = package.found;
    outcome.map_err(|error| broken(name, &error))?;
    if found {
        Ok(())
    } else {
        Err(FileError::Whole(format!("{name} is JSON, but no 360Giving package: its list `grants` is missing.")))
    }
}

fn broken(name: &str, error: &serde_json::Error) -> FileError {
    let (line, column) = (error.line(), error.column());
    FileError::Whole(if error.is_eof() {
        format!("{name} ends in the middle, at line {line}: it was cut off. Fetch it again.")
    } else if error.is_data() {
        format!("{name} is JSON, but no 360Giving package: `grants` must be a list of grants (line {line}).")
    } else {
        format!("{name} is no well-formed JSON: see line {line}, column {column}. Export it again.")
    })
}

/// Reads a package grant by grant, so that only one of them is a tree at a time.
struct Package<'a> {
    reading: &'a mut Reading,
    problem: Option<String>,
    found: bool,
}

impl<'de> Visitor<'de> for &mut Package<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a package with a list of grants")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while let Some(name) = access.next_key::<String>()? {
            if name == "grants" {
                self.found = true;
                access.next_value_seed(Grants(&mut *self))?;
            } else {
                access.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The list of a package.
struct Grants<'a, 'b>(&'a mut Package<'b>);

impl<'de> serde::de::DeserializeSeed<'de> for Grants<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Grants<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of grants")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(raw) = access.next_element::<&'de RawValue>()? {
            let origin = Origin::Item(index);
            if index >= GRANTS_MAX {
                self.0.problem = Some(format!("there are more than {GRANTS_MAX} grants. Split it into parts."));
                return Err(serde::de::Error::custom("too many grants"));
            }
            if let Ok(node) = Node::of(raw) {
                self.0.reading.take(&node, origin);
            } else {
                let sentence = format!("this is nested more than {DEPTH_MAX} deep or longer than {BYTES_MAX} bytes.");
                self.0.reading.count += 1;
                self.0.reading.form.push(origin.place(), sentence);
            }
            index += 1;
        }
        Ok(())
    }
}
