//! What of a published text may stand in the ledger.
//!
//! Invariant: a text goes in as it is or not at all. Nothing is shortened or rewritten; what stays out is said, and
//! stands in the published file, whose digest the ledger keeps.

use crate::domain::privacy;
use crate::domain::text::{Title, Words};

/// The lists of organisation identifiers that grants in Britain use, and the standard's own prefix.
const LISTS: [&str; 20] = [
    "360G-",
    "GB-CHC-",
    "GB-SC-",
    "GB-NIC-",
    "GB-COH-",
    "GB-LAE-",
    "GB-LAS-",
    "GB-PLA-",
    "GB-LANI-",
    "GB-MPR-",
    "GB-REV-",
    "GB-EDU-",
    "GB-UKPRN-",
    "GB-NHS-",
    "GB-GOR-",
    "GB-GOV-",
    "GB-SHPE-",
    "GB-CASC-",
    "GB-ROR-",
    "XI-",
];

/// Whether an organisation identifier begins with a list that is known.
pub fn of_known_list(id: &str) -> bool {
    LISTS.iter().any(|list| id.starts_with(list))
}

/// The text as a title, or another in its place and a sentence that says so.
pub fn title_or(text: &str, other: &str, called: &str) -> (Title, Option<String>) {
    let title = Title::from(text);
    match title.fault().or_else(|| privacy::private_detail(text)) {
        None => (title, None),
        Some(_) => (Title::from(other), Some(left_out(text, called, &format!("\"{other}\" stands in its place")))),
    }
}

/// The text as a title, or nothing and, unless it was blank, a sentence that says so.
pub fn title_or_none(text: Option<&str>, called: &str) -> (Option<Title>, Option<String>) {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return (None, None) };
    let title = Title::from(text);
    match title.fault().or_else(|| privacy::private_detail(text)) {
        None => (Some(title), None),
        Some(_) => (None, Some(left_out(text, called, "nothing stands in its place"))),
    }
}

/// The text as a few sentences, or nothing and, unless it was blank, a sentence that says so.
pub fn words_or_none(text: &str) -> (Option<Words>, Option<String>) {
    if text.trim().is_empty() {
        return (None, None);
    }
    let words = Words::from(text);
    match words.fault().or_else(|| privacy::private_detail(text)) {
        None => (Some(words), None),
        Some(_) => (None, Some(left_out(text, "description", "the award has no purpose in the ledger"))),
    }
}

/// Says that a text was left out and why, without repeating it.
fn left_out(text: &str, called: &str, instead: &str) -> String {
    let why = if privacy::private_detail(text).is_some() {
        "holds details of a person or account".to_owned()
    } else {
        format!("has {} characters or some that cannot be kept", text.chars().count())
    };
    format!("the {called} {why} and was left out; {instead}.")
}
