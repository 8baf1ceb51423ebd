//! The worked documents of schema/documents: each is executed over the worked example and has a golden answer.

use std::path::{Path, PathBuf};

use coledger::graphql::page::EXAMPLES;
use serde_json::{Value, json};

use super::client::wait;
use super::ledgers::{ask, data, endpoint, example};
use crate::harness::worked_example::{FUND, GROUP, PROJECT};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn documents() -> Vec<(String, String)> {
    let mut documents: Vec<(String, String)> = std::fs::read_dir(root().join("schema/documents"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect();
    documents.sort();
    documents
}

/// Compares with a golden file; set `UPDATE_GOLDEN=1` to write it anew.
fn assert_golden(name: &str, found: &Value) {
    let path: PathBuf = root().join("snapshots/graphql").join(format!("{name}.json"));
    let text = format!("{found:#}\n");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "{} differs; the answer is now:\n{text}", path.display());
}

/// The variables of the documents that need some.
pub(crate) fn variables(name: &str) -> Value {
    let input = json!({ "idempotencyKey": "doc-1", "effective": "2013-03-01", "project": PROJECT.to_string() });
    let mut input = input.as_object().unwrap().clone();
    let more = match name {
        "log-hours" => {
            json!({ "group": GROUP.to_string(), "role": "general", "people": 4, "minutesEach": 90, "captured": "PHONE" })
        }
        "award-a-grant" => json!({ "recipient": GROUP.to_string(), "amount": "500.00",
            "funding": [{ "fund": FUND.to_string(), "budgetYear": "2012-13", "amount": "500.00" }] }),
        _ => return json!({}),
    };
    input.extend(more.as_object().unwrap().clone());
    if name == "log-hours" { json!({ "input": [input] }) } else { json!({ "input": input, "dryRun": true }) }
}

#[test]
fn every_document_has_its_golden_answer() {
    for (name, document) in documents().into_iter().filter(|(name, _)| name != "follow-entries") {
        let ledger = example();
        let found = wait(async { data(&endpoint(&ledger), &document, variables(&name)).await });
        assert_golden(&name, &found);
    }
}

#[test]
fn a_subscription_is_sent_to_its_own_address() {
    let (_, document) = documents().into_iter().find(|(name, _)| name == "follow-entries").unwrap();
    let ledger = example();
    let answer = wait(async { ask(&endpoint(&ledger), &document, json!({})).await });
    assert!(answer.sentence().contains("/graphql/stream"), "{}", answer.text());
}

#[test]
fn the_page_offers_documents_that_begin_with_a_sentence() {
    for example in EXAMPLES {
        assert!(example.document.starts_with("# "), "{}", example.name);
        assert!(example.document.contains("\nquery "), "{}", example.name);
    }
}
