//! Mutations: done, refused, tried, sent twice, sent with another content, and overtaken by somebody else.

use serde_json::{Value, json};

use super::client::wait;
use super::ledgers::{ask, data, empty, endpoint, example};
use crate::harness::worked_example::{FUND, GRANT, GROUP, PROJECT};

const PAY: &str =
    "mutation ($input: PayGrantInput!, $dryRun: Boolean! = false) { payGrant(input: $input, dryRun: $dryRun) {
  ... on GrantAccepted { position replayed dryRun grant { version paid { amount } } entries { type position } }
  ... on Refused { code message field current row } } }";
const LOG: &str = "mutation ($input: [LogHoursInput!]!) { logHours(input: $input) {
  ... on HoursAccepted { position replayed hours { id people status } entries { commit } }
  ... on Refused { code message field row others { row code field } } } }";

fn payment(key: &str, amount: &str) -> Value {
    json!({ "idempotencyKey": key, "effective": "2013-05-01", "grant": GRANT.to_string(), "amount": amount, "method": "CASH" })
}

fn hours(key: &str, people: u32, day: &str) -> Value {
    json!({ "idempotencyKey": key, "effective": day, "project": PROJECT.to_string(), "group": GROUP.to_string(),
        "role": "general", "people": people, "minutesEach": 60, "captured": "PHONE" })
}

#[test]
fn a_command_that_is_done_answers_with_the_thing_after_it() {
    let ledger = example();
    let found = wait(async { data(&endpoint(&ledger), PAY, json!({ "input": payment("k1", "150.00") })).await });
    let answer = &found["payGrant"];
    assert_eq!(answer["grant"]["paid"]["amount"], "24950.00");
    assert_eq!(answer["grant"]["version"], answer["position"]);
    assert_eq!(answer["entries"][0]["type"], "GrantPaid");
    assert_eq!(ledger.view().position.to_string(), answer["position"].as_str().unwrap());
}

#[test]
fn a_refusal_is_data_with_a_code_a_sentence_and_the_field() {
    let ledger = example();
    let before = ledger.view().position;
    let rows = [
        ("amount", json!("1,000"), "BAD_INPUT", "An amount is written in pounds and pence"),
        ("amount", json!("100000.00"), "OVER_AWARD", "200.00"),
        ("grant", json!("gr_0000000"), "BAD_INPUT", "An id is a prefix"),
        ("grant", json!("pr_000008q"), "BAD_INPUT", "gr_ is wanted"),
        ("effective", json!("1.5.2013"), "BAD_INPUT", "year-month-day"),
        ("expectedVersion", json!("1"), "VERSION_CONFLICT", "changed since you looked"),
        ("idempotencyKey", json!("with spaces"), "BAD_INPUT", "without spaces"),
        ("payee", json!("x".repeat(201)), "BAD_INPUT", "at most 200 characters"),
    ];
    for (field, value, code, words) in rows {
        let mut input = payment("k2", "1.00");
        input[field] = value.clone();
        let found = wait(async { data(&endpoint(&ledger), PAY, json!({ "input": input })).await });
        let refused = &found["payGrant"];
        assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some(code), Some(field)), "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(words), "{refused}");
    }
    assert_eq!(ledger.view().position, before);
}

#[test]
fn a_conflict_says_which_version_is_there_now() {
    let ledger = example();
    let mut input = payment("k3", "1.00");
    input["expectedVersion"] = json!("16");
    let found = wait(async { data(&endpoint(&ledger), PAY, json!({ "input": input })).await });
    let current = found["payGrant"]["current"].clone();
    input["expectedVersion"] = current;
    let found = wait(async { data(&endpoint(&ledger), PAY, json!({ "input": input })).await });
    assert!(found["payGrant"]["position"].is_string(), "{found}");
}

#[test]
fn the_same_key_and_content_is_answered_as_the_first_time() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let send =
        |key: &str, amount: &str| wait(async { data(&endpoint, PAY, json!({ "input": payment(key, amount) })).await });
    let first = send("k4", "50.00");
    let _ = send("k5", "25.00");
    let again = send("k4", "50.00");
    assert_eq!((&first["payGrant"]["replayed"], &again["payGrant"]["replayed"]), (&json!(false), &json!(true)));
    for part in ["position", "grant", "entries"] {
        assert_eq!(first["payGrant"][part], again["payGrant"][part], "{part}");
    }
    let other = send("k4", "51.00");
    assert_eq!(other["payGrant"]["code"], "KEY_REUSED");
}

#[test]
fn a_trial_says_what_would_happen_and_appends_nothing() {
    let ledger = example();
    let before = ledger.view().position;
    let variables = json!({ "input": payment("k6", "150.00"), "dryRun": true });
    let found = wait(async { data(&endpoint(&ledger), PAY, variables).await });
    assert_eq!(
        (&found["payGrant"]["dryRun"], &found["payGrant"]["grant"]["paid"]["amount"]),
        (&json!(true), &json!("24950.00"))
    );
    assert_eq!(ledger.view().position, before);
    let variables = json!({ "input": payment("k6", "99999.00"), "dryRun": true });
    let refused = wait(async { data(&endpoint(&ledger), PAY, variables).await });
    assert_eq!(refused["payGrant"]["code"], "OVER_AWARD");
}

#[test]
fn hours_are_logged_together_or_not_at_all() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let send = |rows: Vec<Value>| wait(async { data(&endpoint, LOG, json!({ "input": rows })).await });
    let three = send((1..=3).map(|people| hours("h1", people, "2013-05-01")).collect());
    let logged = three["logHours"]["hours"].as_array().unwrap();
    assert_eq!(logged.iter().map(|row| row["people"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let commits =
        three["logHours"]["entries"].as_array().unwrap().iter().map(|entry| entry["commit"].as_u64().unwrap());
    assert_eq!(commits.collect::<Vec<_>>(), [2, 1, 0]);
    let before = ledger.view().position;
    let refused = send(vec![hours("h2", 1, "2013-05-02"), hours("h2", 0, "2013-05-02"), hours("h2", 2, "2013-05-02")]);
    assert_eq!(
        (&refused["logHours"]["row"], &refused["logHours"]["field"]),
        (&json!(1), &json!("people")),
        "{refused}"
    );
    let several = [1, 0, 2, 0].map(|people| hours("h5", people, "2013-05-02"));
    let several = send(several.to_vec());
    assert_eq!(several["logHours"]["row"], json!(1), "{several}");
    let other = json!([{ "row": 3, "code": "BAD_INPUT", "field": "people" }]);
    assert_eq!(several["logHours"]["others"], other, "{several}");
    let mixed = send(vec![hours("h3", 1, "2013-05-02"), hours("h4", 2, "2013-05-02")]);
    assert_eq!((&mixed["logHours"]["row"], &mixed["logHours"]["field"]), (&json!(1), &json!("idempotencyKey")));
    assert_eq!(ledger.view().position, before);
}

#[test]
fn a_correction_is_a_reversal_and_its_replacement_in_one_commit() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let send = |input: Value| wait(async { data(&endpoint, LOG, json!({ "input": [input] })).await });
    let wrong = send(hours("c1", 40, "2013-05-03"));
    let mut right = hours("c2", 4, "2013-05-03");
    right["corrects"] = wrong["logHours"]["hours"][0]["id"].clone();
    right["correctionNote"] = json!("four people, not forty");
    let right = send(right);
    assert_eq!(right["logHours"]["entries"].as_array().unwrap().len(), 2, "{right}");
    assert_eq!(right["logHours"]["hours"][0]["people"], 4);
    let query = "query ($id: ID!) { node(id: $id) { id ... on HoursEntry { status } } }";
    let id = wrong["logHours"]["hours"][0]["id"].clone();
    let found = wait(async { data(&endpoint, query, json!({ "id": id })).await });
    assert_eq!(found["node"]["status"], "REVERSED");
}

#[test]
fn a_ledger_is_opened_and_filled_through_the_interface_alone() {
    let ledger = empty();
    let endpoint = endpoint(&ledger);
    let open = "mutation { openLedger(input: { idempotencyKey: \"o1\", name: \"Exampleton\", currency: GBP,
      timeZone: \"Europe/London\" }) { __typename ... on Refused { message } ... on EntryAccepted { about } } }";
    let found = wait(async { data(&endpoint, open, json!({})).await });
    assert_eq!(found["openLedger"]["__typename"], "EntryAccepted", "{found}");
    let register = "mutation { registerOrganisation(input: { idempotencyKey: \"o2\", name: \"Friends of the Wood\",
      kinds: [VOLUNTARY] }) { ... on OrganisationAccepted { organisation { id name kinds } } ... on Refused { message } } }";
    let found = wait(async { data(&endpoint, register, json!({})).await });
    assert_eq!(found["registerOrganisation"]["organisation"]["kinds"], json!(["VOLUNTARY"]), "{found}");
    let open_fund = "mutation { openFund(input: { idempotencyKey: \"o3\", name: \"Community fund\" }) {
      ... on FundAccepted { fund { id name budgets { left { display } } } } ... on Refused { message } } }";
    let found = wait(async { data(&endpoint, open_fund, json!({})).await });
    assert_eq!(found["openFund"]["fund"]["name"], "Community fund", "{found}");
}

#[test]
fn mutations_of_one_request_run_in_their_order_each_as_a_commit() {
    let ledger = example();
    let query = "mutation ($a: SetBudgetInput!, $b: SetBudgetInput!) {
      a: setBudget(input: $a) { ... on FundAccepted { position } ... on Refused { code } }
      b: setBudget(input: $b) { ... on FundAccepted { position } ... on Refused { code } } }";
    let budget = |key: &str, amount: &str| json!({ "idempotencyKey": key, "fund": FUND.to_string(), "financialYear": "2013-14", "amount": amount });
    let variables = json!({ "a": budget("b1", "10.00"), "b": budget("b2", "20.00") });
    let found = wait(async { data(&endpoint(&ledger), query, variables).await });
    let position = |name: &str| found[name]["position"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(position("a") + 1, position("b"), "{found}");
}

#[test]
fn what_does_not_fit_the_schema_is_an_error_before_anything_happens() {
    let ledger = example();
    let before = ledger.view().position;
    let rows = [
        json!({ "input": { "idempotencyKey": "x" } }),
        json!({ "input": payment("x", "1.00"), "dryRun": "yes" }),
        json!({ "input": null }),
        json!({ "input": { "unknown": 1 } }),
    ];
    for variables in rows {
        let answer = wait(async { ask(&endpoint(&ledger), PAY, variables.clone()).await });
        assert!(!answer.code().is_empty(), "{variables}: {}", answer.text());
    }
    assert_eq!(ledger.view().position, before);
}
