//! Documents that are broken in any way get an answer in words: a panic is a defect.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::wait;
use super::documents::documents;
use super::ledgers::{ask, endpoint, example};

static DOCUMENTS: LazyLock<Vec<String>> =
    LazyLock::new(|| documents().into_iter().map(|(_, document)| document).collect());

/// Pieces that are put where they do not belong.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "!",
    "$",
    "@",
    "...",
    "on",
    "\"",
    "\"\"\"",
    "#",
    ":",
    "=",
    "null",
    "-1",
    "1e999",
    "\\u{0}",
    "é",
    "$x: [[Int!]!]! = [[1]]",
    "@skip(if: true)",
    "@include(if: $none)",
    "__typename",
    "__schema { types { name } }",
    "fragment f on Query { ...f }",
    "...f",
    "query",
    "mutation",
    "subscription",
    "first: 99999999999999999999",
    "filter: { types: [Nothing] }",
    "window: null",
    "id: 5",
    "input: []",
    "$from: Nothing = 1",
    "99",
    "true",
    "{}",
];

/// A document with a part cut out and a piece put in.
fn mangled() -> impl Strategy<Value = String> {
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..40, 0..PIECES.len());
    (any::<prop::sample::Index>(), prop::collection::vec(cut, 1..4)).prop_map(|(which, cuts)| {
        let mut text: Vec<char> = which.get(&DOCUMENTS).chars().collect();
        for (from, _, length, piece) in cuts {
            let from = from.index(text.len());
            let to = (from + length).min(text.len());
            text.splice(from..to, PIECES[piece].chars());
        }
        text.into_iter().collect()
    })
}

/// Any JSON, not too large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(Value::from),
        Just(json!("2012-04-01")),
        Just(json!("pr_000008q")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let names = prop_oneof![
            Just("input"),
            Just("idempotencyKey"),
            Just("project"),
            Just("amount"),
            Just("people"),
            Just("from")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..6).prop_map(|map| map
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mangled_document_gets_an_answer_in_words(document in mangled()) {
        static LEDGER: LazyLock<std::sync::Arc<coledger::app::ledger::Ledger>> = LazyLock::new(example);
        let endpoint = endpoint(&LEDGER);
        let answer = wait(async { ask(&endpoint, &document, json!({ "from": "2012-04-01" })).await });
        let body = answer.json();
        prop_assert!(body["data"].is_object() || body["errors"][0]["extensions"]["code"].is_string(), "{}", body);
        prop_assert_ne!(answer.code(), "INTERNAL_SERVER_ERROR");
    }

    #[test]
    fn any_variables_get_an_answer_in_words(variables in any_json(), log in any::<bool>()) {
        static LEDGER: LazyLock<std::sync::Arc<coledger::app::ledger::Ledger>> = LazyLock::new(example);
        let name = if log { "log-hours" } else { "award-a-grant" };
        let (_, document) = documents().into_iter().find(|(known, _)| known == name).unwrap();
        let endpoint = endpoint(&LEDGER);
        let answer = wait(async { ask(&endpoint, &document, json!({ "input": variables })).await });
        let body = answer.json();
        prop_assert!(body["data"].is_object() || body["errors"][0]["extensions"]["code"].is_string(), "{}", body);
        prop_assert_ne!(answer.code(), "INTERNAL_SERVER_ERROR");
    }
}
