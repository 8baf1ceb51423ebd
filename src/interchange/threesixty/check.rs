//! Holds a grant to the standard's form, and says every fault with its place.
//!
//! Invariant: what passes has every required field, each of its kind; what does not has a fault for each thing wrong.

use super::form::{Field, Form, GRANT};
use super::node::Node;
use crate::domain::time::Day;
use crate::interchange::cells;
use crate::interchange::fault::Faults;

/// Where a grant stands in its file, and how places in it are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The item of this index, from 0, of a package.
    Item(usize),
    /// The row of this number, from 2, of a table.
    Row(usize),
}

impl Origin {
    /// The place of the grant itself: `grants[3]`, `Row 5`.
    pub fn place(self) -> String {
        match self {
            Self::Item(index) => format!("grants[{index}]"),
            Self::Row(number) => format!("Row {number}"),
        }
    }

    /// The place of one field of the grant itself.
    pub fn place_of(self, name: &'static str) -> String {
        let title = GRANT.iter().find(|field| field.name == name).map_or(name, |field| field.title);
        self.within(&[Step { name, title, index: None }])
    }

    fn within(self, steps: &[Step]) -> String {
        match self {
            Self::Item(_) => steps.iter().fold(self.place(), |place, step| match step.index {
                Some(index) => format!("{place}.{}[{index}]", step.name),
                None => format!("{place}.{}", step.name),
            }),
            Self::Row(_) => format!("{}, {}", self.place(), heading(steps)),
        }
    }
}

/// A step from a grant to one of its fields.
#[derive(Clone, Copy, Debug)]
struct Step {
    name: &'static str,
    title: &'static str,
    index: Option<usize>,
}

/// The heading of a field: titles with colons between them; the first of several has no number.
fn heading(steps: &[Step]) -> String {
    let parts = steps.iter().map(|step| match step.index {
        Some(index) if index > 0 => format!("{}:{index}", step.title),
        _ => step.title.to_owned(),
    });
    parts.collect::<Vec<_>>().join(":")
}

/// Checks one grant; whether nothing was wrong with it.
pub fn grant(node: &Node, origin: Origin, faults: &mut Faults) -> bool {
    let before = faults.count();
    let mut check = Check { origin, steps: Vec::new(), faults };
    if matches!(node, Node::Object(_)) {
        check.fields(node, GRANT);
        check.recipient(node);
    } else {
        check.fault(&format!("this is {}; a grant is an object.", node.called()));
    }
    faults.count() == before
}

struct Check<'a> {
    origin: Origin,
    steps: Vec<Step>,
    faults: &'a mut Faults,
}

impl Check<'_> {
    fn fault(&mut self, sentence: &str) {
        let place = if self.steps.is_empty() { self.origin.place() } else { self.origin.within(&self.steps) };
        self.faults.push(place, sentence);
    }

    fn fields(&mut self, node: &Node, fields: &'static [Field]) {
        for field in fields {
            self.steps.push(Step { name: field.name, title: field.title, index: None });
            match node.get(field.name) {
                None if field.required => self.fault("this is missing, and the standard requires it."),
                None => {}
                Some(Node::Nothing) if field.nullable => {}
                Some(value) => self.value(value, field.form),
            }
            self.steps.pop();
        }
    }

    /// Exactly one kind of recipient is wanted.
    fn recipient(&mut self, node: &Node) {
        let organisation = node.get("recipientOrganization").is_some();
        let person = node.get("recipientIndividual").is_some();
        let sentence = match (organisation, person) {
            (false, false) => "this is missing: say who receives the grant.",
            (true, true) => {
                "the grant has a person for its recipient as well; the standard allows only one of the two."
            }
            _ => return,
        };
        self.steps.push(Step { name: "recipientOrganization", title: "Recipient Org", index: None });
        self.fault(sentence);
        self.steps.pop();
    }

    fn value(&mut self, value: &Node, form: Form) {
        match form {
            Form::Object(fields) => self.object(value, fields),
            Form::List(fields) => self.list(value, fields, 0),
            Form::Some(fields) => self.list(value, fields, 1),
            Form::Texts => self.texts(value),
            Form::Number | Form::Count => self.number(value, matches!(form, Form::Count)),
            _ => match value {
                Node::Text(text) => self.word(text, form),
                other => self.fault(&format!("this is {}; enter a text in quotation marks.", other.called())),
            },
        }
    }

    fn object(&mut self, value: &Node, fields: &'static [Field]) {
        if matches!(value, Node::Object(_)) {
            self.fields(value, fields);
        } else {
            self.fault(&format!("this is {}; the standard wants an object here.", value.called()));
        }
    }

    fn list(&mut self, value: &Node, fields: &'static [Field], least: usize) {
        let Node::List(items) = value else {
            return self.fault(&format!("this is {}; the standard wants a list here.", value.called()));
        };
        if items.len() < least {
            self.fault("this list is empty; the standard wants at least one.");
        }
        for (index, item) in items.iter().enumerate() {
            self.at(index);
            self.object(item, fields);
        }
    }

    fn texts(&mut self, value: &Node) {
        let Node::List(items) = value else {
            return self.fault(&format!("this is {}; the standard wants a list here.", value.called()));
        };
        for (index, item) in items.iter().enumerate() {
            self.at(index);
            self.value(item, Form::Text);
        }
    }

    /// Says which item of the list at hand is looked at.
    fn at(&mut self, index: usize) {
        if let Some(step) = self.steps.last_mut() {
            step.index = Some(index);
        }
    }

    fn number(&mut self, value: &Node, count: bool) {
        match value {
            Node::Number(text) if count && text.starts_with('-') => self.fault("enter a number that is not negative."),
            Node::Number(_) => {}
            Node::Text(text) if matches!(self.origin, Origin::Row(_)) => {
                self.fault(&format!("'{}' must be a number, like 2266 or 3028.63.", short(text)));
            }
            other => self.fault(&format!("this is {}; enter a number without quotation marks.", other.called())),
        }
    }

    fn word(&mut self, text: &str, form: Form) {
        if let Some(wanted) = wanted(text, form) {
            self.fault(&format!("'{}' {wanted}", short(text)));
        }
    }
}

/// What a text should have been, where it does not have its form.
fn wanted(text: &str, form: Form) -> Option<String> {
    let (fits, wanted) = match form {
        Form::Date => (day(text).is_some(), "is not a date of the standard"),
        Form::LooseDate => (day(text).is_some() || month_or_year(text), "is not a date, month or year of the standard"),
        Form::DateTime => (instant(text), "is not a date with time and zone, like 2015-03-14T00:00:00Z."),
        Form::Address => (address(text), "is not a web address with its scheme, like https://example.org/grants."),
        Form::YesNo => (matches!(text, "Yes" | "No"), "must be Yes or No."),
        Form::Country => (letters(text, 2), "must be a country's two letters, like GB."),
        Form::Currency => (letters(text, 3), "must be a currency's three letters, like GBP."),
        _ => (true, ""),
    };
    if fits {
        return None;
    }
    if !matches!(form, Form::Date | Form::LooseDate) {
        return Some(wanted.to_owned());
    }
    let example = cells::day(text).map_or_else(|| "like 2014-07-24".to_owned(), |day| day.to_string());
    Some(format!("{wanted}: write year-month-day, {example}."))
}

/// The day of a date, or of a date with time and zone: the standard says that its time is never significant.
pub fn day(text: &str) -> Option<Day> {
    if text.len() == 10 {
        return text.parse().ok();
    }
    if instant(text) { text.get(..10).and_then(|date| date.parse().ok()) } else { None }
}

fn instant(text: &str) -> bool {
    text.len() > 10 && text.parse::<jiff::Timestamp>().is_ok()
}

fn month_or_year(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() == 4 && digits) || text.parse::<crate::domain::time::Month>().is_ok()
}

fn address(text: &str) -> bool {
    let scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    let rest = |rest: &str| !rest.is_empty() && !rest.chars().any(|c| c.is_whitespace() || c.is_control());
    text.split_once(':').is_some_and(|(before, after)| scheme(before) && rest(after))
}

fn letters(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The beginning of a text, for a sentence.
fn short(text: &str) -> String {
    let beginning: String = text.chars().take(40).collect();
    if beginning.len() < text.len() { format!("{beginning}…") } else { beginning }
}
