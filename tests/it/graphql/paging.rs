//! Pages: walking a list forwards and backwards by any page sizes gives the same list, whatever is appended meanwhile.

use std::sync::Arc;

use coledger::app::ledger::Ledger;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::client::wait;
use super::ledgers::{ask, data, endpoint, example, finance};

const FORWARDS: &str = "query ($size: Int!, $cursor: String, $filter: EntryFilter) {
  entries(first: $size, after: $cursor, filter: $filter) { ...Page } } ";
const BACKWARDS: &str = "query ($size: Int!, $cursor: String, $filter: EntryFilter) {
  entries(last: $size, before: $cursor, filter: $filter) { ...Page } } ";
const PAGE: &str = "fragment Page on EntryConnection { totalCount edges { cursor node { position } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";

/// Appends one more entry.
fn append(ledger: &Arc<Ledger>, number: usize) {
    use coledger::app::request::{Ask, Request};
    use coledger::domain::command::OpenFund;
    let command = OpenFund {
        name: format!("Fund {number}").as_str().into(),
        holder: None,
        owner: None,
        purpose: None,
        place: None,
        minimum: None,
        maximum: None,
        reference: None,
    };
    let key = format!("more-{number}").into();
    ledger.submit_blocking(Request { actor: finance(), key, asks: vec![Ask::now(command)] }).unwrap();
}

/// Walks a whole list page by page, while another entry is appended after each page.
fn walk(ledger: &Arc<Ledger>, forwards: bool, sizes: &[usize], filter: &Value) -> Vec<u64> {
    let endpoint = endpoint(ledger);
    let query = if forwards { FORWARDS } else { BACKWARDS }.to_owned() + PAGE;
    let (mut cursor, mut walked, mut pages) = (Value::Null, Vec::new(), 0);
    loop {
        let size = sizes[pages % sizes.len()];
        let variables = json!({ "size": size, "cursor": cursor, "filter": filter });
        let found = wait(async { data(&endpoint, &query, variables).await });
        let page = &found["entries"];
        let rows = page["edges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|edge| edge["node"]["position"].as_str().unwrap().parse().unwrap());
        if forwards {
            walked.extend(rows);
        } else {
            walked.splice(0..0, rows.collect::<Vec<u64>>());
        }
        let (more, next) = if forwards { ("hasNextPage", "endCursor") } else { ("hasPreviousPage", "startCursor") };
        if page["pageInfo"][more] == false {
            return walked;
        }
        cursor = page["pageInfo"][next].clone();
        append(ledger, pages + usize::from(forwards) * 1000);
        pages += 1;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn walking_by_any_page_sizes_gives_the_list_as_it_was(sizes in prop::collection::vec(1_usize..20, 1..4), hours in any::<bool>()) {
        let filter = if hours { json!({ "types": ["HoursLogged", "HoursConfirmed"] }) } else { json!({}) };
        let ledger = example();
        let there = ledger.view().position.0;
        let forwards = walk(&ledger, true, &sizes, &filter);
        let all: Vec<u64> = if hours { forwards.clone() } else { (1..=there).collect() };
        prop_assert_eq!(&forwards, &all);
        let backwards = walk(&example(), false, &sizes, &filter);
        prop_assert_eq!(&backwards, &all);
    }
}

#[test]
fn pages_of_things_walk_too_and_know_their_number() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "query ($after: String) { organisations(first: 2, after: $after) {
      totalCount edges { node { name } } pageInfo { hasNextPage endCursor } } }";
    let (mut names, mut after) = (Vec::new(), Value::Null);
    loop {
        let found = wait(async { data(&endpoint, query, json!({ "after": after })).await });
        let page = &found["organisations"];
        assert_eq!(page["totalCount"], 5);
        names.extend(
            page["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["name"].as_str().unwrap().to_owned()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(names.len(), 5);
    assert_eq!(names.first().map(String::as_str), Some("Exampleton Council"));
}

#[test]
fn a_text_that_is_no_cursor_is_refused() {
    let ledger = example();
    for cursor in ["", "x", "MS4x", "MS54LnkK", "////"] {
        let query = "query ($after: String) { entries(first: 1, after: $after) { edges { cursor } } }";
        let answer = wait(async { ask(&endpoint(&ledger), query, json!({ "after": cursor })).await });
        assert_eq!(answer.code(), "BAD_PAGE", "{cursor}");
    }
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "{ projects(first: 1) { pageInfo { endCursor } } }";
    let found = wait(async { data(&endpoint, query, json!({})).await });
    let cursor = found["projects"]["pageInfo"]["endCursor"].clone();
    let query = "query ($after: String) { funds(first: 1, after: $after) { totalCount } }";
    let answer = wait(async { ask(&endpoint, query, json!({ "after": cursor })).await });
    assert_eq!(answer.code(), "BAD_PAGE", "{}", answer.text());
}

#[test]
fn an_id_that_is_none_is_refused_with_the_id() {
    let ledger = example();
    for id in ["", "42", "pr_000008x", "nothing_0000000"] {
        let answer = wait(async {
            ask(&endpoint(&ledger), "query ($id: ID!) { project(id: $id) { id } }", json!({ "id": id })).await
        });
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{id}: {}", answer.text());
    }
}
