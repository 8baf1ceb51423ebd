//! The standard's spreadsheet form: headings are titles of fields, with colons between a thing and its field.
//!
//! Invariant: a row becomes the tree that the JSON form of the same grant would be, so both are held to one check.

use super::form::{Field, Form, GRANT};
use super::node::Node;
use crate::interchange::fault::FileError;
use crate::interchange::sheet::{Row, Sheet};

/// The headings without which no row can be a grant, in the standard's order.
pub const REQUIRED: [&str; 10] = [
    "Identifier",
    "Title",
    "Description",
    "Currency",
    "Amount Awarded",
    "Award Date",
    "Recipient Org:Identifier",
    "Recipient Org:Name",
    "Funding Org:Identifier",
    "Funding Org:Name",
];

/// What the columns of a table mean; a heading that the standard does not know means nothing and is left alone.
pub struct Columns {
    /// For each column its path of fields, each with the place in its list.
    paths: Vec<Option<Vec<Step>>>,
}

/// A step of a path: the field, and its place in a list of several.
#[derive(Clone, Copy)]
struct Step {
    field: &'static Field,
    index: usize,
}

impl Columns {
    /// Understands the headings of a table.
    ///
    /// # Errors
    /// A sentence where a required heading is missing, with the list of those that are wanted.
    pub fn of(name: &str, sheet: &Sheet<'_>) -> Result<Self, FileError> {
        let individuals = sheet.column("Recipient Ind:Identifier").is_some();
        let wanted = |heading: &&&str| !(individuals && heading.starts_with("Recipient Org"));
        let missing: Vec<&str> =
            REQUIRED.iter().filter(wanted).filter(|heading| sheet.column(heading).is_none()).copied().collect();
        if !missing.is_empty() {
            return Err(FileError::Whole(format!(
                "{name}: the first row lacks the heading{} {}. A table of grants has at least these headings: {}.",
                if missing.len() == 1 { "" } else { "s" },
                missing.join(", "),
                REQUIRED.join(", ")
            )));
        }
        Ok(Self { paths: sheet.headings.iter().map(|heading| path(heading)).collect() })
    }

    /// The tree of one row. Blank cells are absent; a recipient and a funder are always looked for.
    pub fn tree(&self, row: &Row) -> Node {
        let mut grant = Node::Object(Vec::new());
        for (column, path) in self.paths.iter().enumerate() {
            let cell = row.cell(column);
            if let Some(path) = path.as_deref().filter(|_| !cell.is_empty()) {
                put(&mut grant, path, cell);
            }
        }
        keep_description(&mut grant);
        for name in ["recipientOrganization", "fundingOrganization"] {
            let person = name.starts_with("recipient") && grant.get("recipientIndividual").is_some();
            if grant.get(name).is_none() && !person {
                set(&mut grant, name, Node::List(vec![Node::Object(Vec::new())]));
            }
        }
        grant
    }
}

/// A description that is blank is there and says nothing; its heading is required, its words are not.
fn keep_description(grant: &mut Node) {
    if grant.get("description").is_none() {
        set(grant, "description", Node::Text(String::new()));
    }
}

fn set(object: &mut Node, name: &str, value: Node) {
    if let Node::Object(fields) = object {
        fields.push((name.to_owned(), value));
    }
}

/// The path of a heading, whatever its capitals: `Recipient Org:1:Name`, or its JSON pointer.
fn path(heading: &str) -> Option<Vec<Step>> {
    let mut fields = GRANT;
    let mut steps: Vec<Step> = Vec::new();
    for part in heading.split([':', '/']).map(str::trim) {
        if let (Ok(index), Some(step)) = (part.parse::<usize>(), steps.last_mut()) {
            step.index = Some(index).filter(|index| *index < 100)?;
            continue;
        }
        let known = |field: &&Field| field.title.eq_ignore_ascii_case(part) || field.name.eq_ignore_ascii_case(part);
        let field = fields.iter().find(known)?;
        fields = match field.form {
            Form::Object(inner) | Form::List(inner) | Form::Some(inner) => inner,
            _ => &[],
        };
        steps.push(Step { field, index: 0 });
    }
    fields.is_empty().then_some(steps)
}

/// Puts a cell at the end of a path.
fn put(node: &mut Node, path: &[Step], cell: &str) {
    let Some((step, rest)) = path.split_first() else { return };
    let Node::Object(fields) = node else { return };
    let at = fields.iter().position(|(name, _)| name == step.field.name).unwrap_or_else(|| {
        fields.push((step.field.name.to_owned(), empty(step.field.form)));
        fields.len() - 1
    });
    let Some((_, value)) = fields.get_mut(at) else { return };
    match step.field.form {
        Form::Object(_) => put(value, rest, cell),
        Form::List(_) | Form::Some(_) => {
            let Node::List(items) = value else { return };
            while items.len() <= step.index {
                items.push(Node::Object(Vec::new()));
            }
            if let Some(item) = items.get_mut(step.index) {
                put(item, rest, cell);
            }
        }
        form => *value = leaf(form, cell),
    }
}

fn empty(form: Form) -> Node {
    match form {
        Form::List(_) | Form::Some(_) => Node::List(Vec::new()),
        _ => Node::Object(Vec::new()),
    }
}

/// The value of a cell. A number is one only where it is written like one; else it stays a text, and the check says so.
fn leaf(form: Form, cell: &str) -> Node {
    match form {
        Form::Number | Form::Count if is_number(cell) => Node::Number(cell.to_owned()),
        Form::Texts => Node::List(cell.split(';').map(|part| Node::Text(part.trim().to_owned())).collect()),
        _ => Node::Text(cell.to_owned()),
    }
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(part)
}
