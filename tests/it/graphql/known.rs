//! Documents that were asked before: answered as if they never had been, and kept within bounds.

use std::sync::{Arc, LazyLock};

use async_graphql::parser::parse_query;
use async_graphql::{Response, ServerError, Variables};
use coledger::app::ledger::Ledger;
use coledger::graphql::cost::Cost;
use coledger::graphql::known::{Document, Known};
use coledger::graphql::schema::sdl;
use coledger::graphql::shape::Shape;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::{Answered, Call, wait};
use super::documents::{documents, variables};
use super::ledgers::{ask, data, endpoint, example};
use crate::harness::worked_example::{GROUP, PROJECT};

static LEDGER: LazyLock<Arc<Ledger>> = LazyLock::new(example);
static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape::of(sdl()));

/// An answer without the ids of its errors, which no two answers share, and without the sentences of the library, which
/// names now one and now another of several fields that are wrong.
fn told(answer: &Answered) -> (u16, Value) {
    let mut body = answer.json();
    for error in body.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
        error["extensions"].as_object_mut().unwrap().remove("id");
        if error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED" {
            error["message"].take();
        }
    }
    (answer.status.as_u16(), body)
}

fn call(query: &str, variables: &Value) -> Call {
    let call = Call::json(&json!({ "query": query, "variables": variables }));
    call.accept("application/graphql-response+json")
}

/// What an endpoint answers that has answered the same document before, well, and what one that has not.
fn again_and_first(query: &str, good: &Value, then: &Value) -> [(u16, Value); 2] {
    let warm = endpoint(&LEDGER);
    wait(async {
        let before = call(query, good).send(&warm).await;
        assert!(before.json().get("errors").is_none(), "{}", before.text());
        let again = call(query, then).send(&warm).await;
        let first = call(query, then).send(&endpoint(&LEDGER)).await;
        [told(&again), told(&first)]
    })
}

#[test]
fn every_document_is_answered_again_as_it_was_the_first_time() {
    for (name, document) in documents().into_iter().filter(|(name, _)| name != "follow-entries") {
        let mut variables = variables(&name);
        if name == "log-hours" {
            variables["dryRun"] = json!(true);
        }
        let [again, first] = again_and_first(&document, &variables, &variables);
        assert_eq!(again, first, "{name}");
        assert_eq!(again.0, 200, "{name}");
    }
}

#[test]
fn a_document_that_is_wrong_is_wrong_again() {
    let rows = [
        "{ ledger { name nothing } }",
        "query ($id: ID!) { project(id: $id) { title { pence } } }",
        "{ project(id: \"pr_000008q\") { title } } fragment nobody on Project { title }",
        "query ($unused: ID) { ledger { name } }",
    ];
    let warm = endpoint(&LEDGER);
    for query in rows {
        let answers: Vec<_> = (0..3)
            .map(|_| wait(async { told(&call(query, &json!({ "id": PROJECT.to_string() })).send(&warm).await) }))
            .collect();
        assert_eq!(answers[0].0, 400, "{query}");
        assert_eq!(answers[0].1["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED", "{query}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{query}");
    }
}

const LOG: &str = "mutation ($input: [LogHoursInput!]!) { logHours(input: $input, dryRun: true) {
  ... on HoursAccepted { dryRun } ... on Refused { code field row } } }";

fn hours() -> Value {
    json!({ "idempotencyKey": "k1", "effective": "2013-05-01", "project": PROJECT.to_string(),
        "group": GROUP.to_string(), "role": "general", "people": 3, "minutesEach": 60, "captured": "PHONE" })
}

fn hours_with(field: &str, value: Value) -> Value {
    let mut input = hours();
    input[field] = value;
    json!({ "input": [input] })
}

#[test]
fn the_values_of_variables_are_looked_at_every_time() {
    let without = |field: &str| {
        let mut input = hours();
        input.as_object_mut().unwrap().remove(field);
        json!({ "input": [input] })
    };
    let rows = [
        json!({}),
        json!({ "input": null }),
        json!({ "input": [null] }),
        json!({ "input": 5 }),
        json!({ "input": "text" }),
        json!({ "input": hours() }),
        without("role"),
        without("effective"),
        hours_with("nothing", json!(1)),
        hours_with("captured", json!("PIGEON")),
        hours_with("captured", json!(7)),
        hours_with("people", json!("three")),
        hours_with("people", json!(-1)),
        hours_with("people", json!(1.5)),
        hours_with("people", json!(99_999_999_999_u64)),
        hours_with("people", json!(null)),
        hours_with("project", json!(12)),
        hours_with("effective", json!("yesterday")),
        hours_with("effective", json!({})),
        hours_with("illustrative", json!("yes")),
    ];
    for then in rows {
        let [again, first] = again_and_first(LOG, &json!({ "input": [hours()] }), &then);
        assert_eq!(again, first, "{then}");
    }
}

#[test]
fn a_part_that_was_not_looked_at_while_a_variable_was_missing_is_looked_at_once_it_is_there() {
    // Beside a variable that is not given, the library does not see in time that 5 is no text.
    let query = "query ($theme: String) { sharedDividends(groupBy: LINE, selection: { theme: $theme, priority: 5 },
      window: { from: \"2012-04-01\", to: \"2013-03-31\" }) { groupBy } }";
    let warm = endpoint(&LEDGER);
    for (variables, status) in [(json!({}), 200), (json!({ "theme": "a" }), 400), (json!({}), 200)] {
        let answers = [&warm, &endpoint(&LEDGER)]
            .map(|endpoint| wait(async { told(&call(query, &variables).send(endpoint).await) }));
        assert_eq!(answers[0], answers[1], "{variables}");
        assert_eq!(answers[0].0, status, "{variables}");
    }
}

#[test]
fn pages_are_counted_with_the_variables_of_each_request() {
    let query =
        "query ($n: Int) { projects(first: $n) { edges { node { grants(first: $n) { edges { node { id } } } } } } }";
    for (n, code) in [(1, None), (20, None), (1_000, Some("TOO_MANY_ROWS")), (1_001, Some("BAD_PAGE"))] {
        let [again, first] = again_and_first(query, &json!({ "n": 2 }), &json!({ "n": n }));
        assert_eq!(again, first, "{n}");
        assert_eq!(again.1["errors"][0]["extensions"]["code"].as_str(), code, "{n}");
    }
}

#[test]
fn a_variable_decides_anew_what_is_skipped() {
    let query = "query ($with: Boolean!) { ledger { name position: asAt @include(if: $with) { position } } }";
    for (with, there) in [(true, true), (false, false)] {
        let [again, first] = again_and_first(query, &json!({ "with": !with }), &json!({ "with": with }));
        assert_eq!(again, first);
        assert_eq!(again.1["data"]["ledger"].get("position").is_some(), there);
    }
    let [again, first] = again_and_first(query, &json!({ "with": true }), &json!({ "with": "yes" }));
    assert_eq!(again, first);
    assert_eq!(again.0, 400);
}

#[test]
fn another_operation_of_a_document_can_be_selected() {
    let query = "query A { ledger { name } } query B($id: ID!) { project(id: $id) { title } }";
    let warm = endpoint(&LEDGER);
    for (name, variables, status) in
        [("A", json!({}), 200), ("B", json!({ "id": PROJECT.to_string() }), 200), ("C", json!({}), 400)]
    {
        let body = json!({ "query": query, "operationName": name, "variables": variables });
        for _ in 0..2 {
            let call = Call::json(&body).accept("application/graphql-response+json");
            let answer = wait(async { call.send(&warm).await });
            assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
        }
    }
}

#[test]
fn a_document_that_was_asked_before_sees_what_was_appended_since() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "{ ledger { asAt { position } } sharedDividends(groupBy: LINE,
      window: { from: \"2012-04-01\", to: \"2014-03-31\" }) { asAt { position } rows { sharedDividend { awaiting { time { minutes } } } } } }";
    let seen = || wait(async { data(&endpoint, query, json!({})).await });
    let before = (seen(), seen());
    assert_eq!(before.0, before.1);
    let log = LOG.replace(", dryRun: true", "");
    wait(async { data(&endpoint, &log, json!({ "input": [hours()] })).await });
    let after = seen();
    assert_eq!(after["ledger"]["asAt"]["position"], ledger.view().position.to_string());
    assert_eq!(after["sharedDividends"]["asAt"], after["ledger"]["asAt"]);
    assert_ne!(before.0["sharedDividends"]["rows"], after["sharedDividends"]["rows"]);
}

/// Keeps a document as an endpoint does that found it valid.
fn keep(known: &Known, text: &str) {
    let document = Document::of(text, &parse_query(text).unwrap(), &Cost::default(), &SHAPE).unwrap();
    known.keep(document, &Response::default());
}

#[test]
fn what_was_not_executed_is_not_kept() {
    let known = Known::within(1 << 20);
    let text = "{ ledger { name } }";
    let document = Document::of(text, &parse_query(text).unwrap(), &Cost::default(), &SHAPE).unwrap();
    known.keep(document, &Response::from_errors(vec![ServerError::new("no such field", None)]));
    assert!(known.find(text).is_none());
    keep(&known, text);
    assert!(known.find(text).is_some());
    assert!(known.find("{ ledger { name} }").is_none(), "another text is another document");
}

#[test]
fn a_flood_of_documents_stays_within_bounds_and_leaves_what_is_asked_again() {
    let bound = 1 << 20;
    let known = Known::within(bound);
    let honest: Vec<String> = (0..4).map(|number| format!("query Honest{number} {{ ledger {{ name }} }}")).collect();
    for text in &honest {
        keep(&known, text);
        assert!(known.find(text).is_some());
    }
    for number in 0..5_000 {
        keep(&known, &format!("query Flood{number} {{ ledger {{ name }} }}"));
        assert!(known.bytes() <= bound as u64, "after {number}");
    }
    assert!(honest.iter().all(|text| known.find(text).is_some()));
    assert!(known.find("query Flood4000 { ledger { name } }").is_none());
}

#[test]
fn a_document_too_large_to_keep_is_not_kept() {
    let known = Known::within(10_000);
    let text = format!("{{ ledger {{ name }} }} # {}", "x".repeat(1_000));
    keep(&known, &text);
    assert!(known.find(&text).is_none());
}

/// Any JSON value, with the names and words that the schema knows more often than others.
fn any_value() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "PHONE",
        "CASH",
        "QUARTER",
        "THEME",
        "GRANTS",
        "2012-04-01",
        "2013-03-31",
        "7",
        "pr_000008q",
        "text",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..3_i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(1.5)),
        words.prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "from",
        "to",
        "asAtDay",
        "line",
        "ratio",
        "projects",
        "theme",
        "place",
        "position",
        "recordedAt",
        "kinds",
        "late",
        "nothing",
    ]);
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..4).prop_map(|fields| json!(fields)),
        ]
    })
}

const EVERY_KIND: &str =
    "query ($measure: Measure!, $by: Dimension!, $per: Period!, $window: Window!, $some: Selection,
    $at: AsKnownAt, $from: Date = \"2012-04-01\", $to: Date!, $line: Line!, $n: Int, $id: ID!) {
  series(measure: $measure, groupBy: $by, per: $per, window: $window, selection: $some, asKnownAt: $at) { unit }
  project(id: $id) { sharedDividend(window: { from: $from, to: $to }) { line(name: $line) { pence }
    evidence(line: $line, first: $n) { totalCount } } } }";

fn every_kind() -> Value {
    json!({ "measure": { "line": "GRANTS" }, "by": "THEME", "per": "QUARTER", "line": "GRANTS", "n": 3,
        "window": { "from": "2012-04-01", "to": "2013-03-31" }, "to": "2013-03-31", "id": PROJECT.to_string() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn with_any_variables_a_known_document_is_answered_as_a_new_one(
        changes in prop::collection::vec((prop::sample::select(vec![
            "measure", "by", "per", "window", "some", "at", "from", "to", "line", "n", "id",
        ]), any_value()), 1..3),
    ) {
        let mut then = every_kind();
        for (name, value) in changes {
            then[name] = value;
        }
        let [again, first] = again_and_first(EVERY_KIND, &every_kind(), &then);
        prop_assert_eq!(again, first, "{}", then);
    }

    #[test]
    fn any_hours_are_answered_as_by_a_new_document(
        field in prop::sample::select(vec![
            "idempotencyKey", "effective", "project", "group", "role", "people", "minutesEach", "captured", "pledge",
            "meant", "late", "corrects", "nothing",
        ]),
        value in any_value(),
    ) {
        let [again, first] = again_and_first(LOG, &json!({ "input": [hours()] }), &hours_with(field, value));
        prop_assert_eq!(again, first);
    }
}

#[test]
fn variables_that_do_not_fit_are_left_to_the_library() {
    let text = "query ($id: ID!) { project(id: $id) { title } }";
    let document = Document::of(text, &parse_query(text).unwrap(), &Cost::default(), &SHAPE).unwrap();
    let fits = |variables: Value| document.is_valid_with(&Variables::from_json(variables), &SHAPE);
    assert!(fits(json!({ "id": "pr_000008q" })));
    assert!(!fits(json!({ "id": null })));
    assert!(!fits(json!({ "id": ["pr_000008q"] })));
}

#[test]
fn a_document_that_cannot_be_known_is_asked_of_the_library_every_time() {
    let rows = [
        "query A { ledger { name } } query B { ledger { name } }",
        "query ($name: String!) { __type(name: $name) { name } }",
        "query ($on: Boolean!) { ledger @nothing(on: $on) { name } }",
        "query ($id: ID!) { nothing(id: $id) { name } }",
    ];
    for text in rows {
        assert!(Document::of(text, &parse_query(text).unwrap(), &Cost::default(), &SHAPE).is_none(), "{text}");
    }
    let endpoint = endpoint(&LEDGER);
    let answer = wait(async { ask(&endpoint, rows[1], json!({ "name": "Ledger" })).await });
    assert_eq!(answer.json()["data"]["__type"]["name"], "Ledger");
}
