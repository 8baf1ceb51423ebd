//! Every cell of the worked example's table through GraphQL, and the ways in which figures can be asked for.

use coledger::graphql::limits::Limits;
use coledger::graphql::server;
use serde_json::{Value, json};

use super::client::{Call, wait};
use super::ledgers::{data, endpoint, example, finance};
use crate::harness::worked_example::PROJECT;

const QUERY: &str = "query ($project: ID!, $from: Date!, $to: Date!) { project(id: $project) {
  sharedDividend(window: { from: $from, to: $to }) {
    invested { grants { pence } contracts { pence } rentInKind { pence } otherInKind { pence } total { pence } }
    returnsOfEarlier { pence }
    returned { volunteering { pence } pledges { pence } matchFunding { pence } reinvested { pence } total { pence } }
    volunteerTime { minutes } unvaluedTime { minutes }
    perPound { decimal } perPoundWithoutPublic { decimal } cashLeverage { decimal }
    shares { partnership { pence } organisations { pence } community { pence } }
    contractual { pence } socialValue { total { pence } }
    awaiting { time { minutes } pledges { pence } } committed { pence }
  } } }";

/// The windows of the table's columns.
const WINDOWS: [(&str, &str); 7] = [
    ("2012-04-01", "2012-06-30"),
    ("2012-07-01", "2012-09-30"),
    ("2012-10-01", "2012-12-31"),
    ("2013-01-01", "2013-03-31"),
    ("2012-04-01", "2013-03-31"),
    ("2013-04-01", "2014-03-31"),
    ("2012-04-01", "2014-03-31"),
];

/// The table of the worked example, line by line, with the place of each line in the answer.
const TABLE: &[(&str, [&str; 7])] = &[
    ("/invested/grants/pence", ["1500000", "0", "900000", "-45000", "2355000", "0", "2355000"]),
    ("/invested/contracts/pence", ["0", "0", "0", "0", "0", "0", "0"]),
    ("/invested/rentInKind/pence", ["50635", "155278", "155280", "166698", "527891", "580000", "1107891"]),
    ("/invested/otherInKind/pence", ["37500", "0", "0", "0", "37500", "0", "37500"]),
    ("/invested/total/pence", ["1588135", "155278", "1055280", "121698", "2920391", "580000", "3500391"]),
    ("/returnsOfEarlier/pence", ["0", "0", "0", "45000", "0", "0", "0"]),
    ("/returned/volunteering/pence", ["33270", "51773", "0", "114597", "199640", "0", "199640"]),
    ("/volunteerTime/minutes", ["1800", "2175", "360", "6200", "10535", "0", "10535"]),
    ("/returned/pledges/pence", ["0", "0", "369210", "0", "369210", "0", "369210"]),
    ("/returned/matchFunding/pence", ["0", "3000000", "0", "1500000", "4500000", "500000", "5000000"]),
    ("/returned/reinvested/pence", ["0", "0", "0", "0", "0", "0", "0"]),
    ("/returned/total/pence", ["33270", "3051773", "369210", "1614597", "5068850", "500000", "5568850"]),
    ("/perPound/decimal", ["0.0209", "19.6536", "0.3499", "9.6858", "1.7357", "0.8621", "1.5909"]),
    ("/perPoundWithoutPublic/decimal", ["0.0209", "0.3334", "0.3499", "0.6875", "0.1948", "0.0000", "0.1625"]),
    ("/cashLeverage/decimal", ["0.0000", "null", "0.1667", "null", "1.9745", "null", "2.1868"]),
    ("/shares/partnership/pence", ["0", "750000", "0", "375000", "1125000", "125000", "1250000"]),
    ("/shares/organisations/pence", ["0", "1500000", "221526", "750000", "2471526", "250000", "2721526"]),
    ("/shares/community/pence", ["33270", "801773", "147684", "489597", "1472324", "125000", "1597324"]),
    ("/contractual/pence", ["0", "0", "21000", "0", "21000", "0", "21000"]),
    ("/socialValue/total/pence", ["0", "0", "0", "326880", "326880", "0", "326880"]),
    ("/unvaluedTime/minutes", ["0", "0", "360", "0", "360", "0", "360"]),
    ("/awaiting/time/minutes", ["0", "0", "0", "960", "960", "0", "960"]),
    ("/awaiting/pledges/pence", ["0", "0", "0", "50000", "50000", "0", "50000"]),
    ("/committed/pence", ["1000000", "1000000", "20000", "20000", "20000", "20000", "20000"]),
];

#[test]
fn every_cell_of_the_worked_example_is_answered() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    for (column, (from, to)) in WINDOWS.iter().enumerate() {
        let variables = json!({ "project": PROJECT.to_string(), "from": from, "to": to });
        let found = wait(async { data(&endpoint, QUERY, variables).await });
        let figure = &found["project"]["sharedDividend"];
        for (line, cells) in TABLE {
            let value = figure.pointer(line).and_then(Value::as_str).unwrap_or("null");
            assert_eq!(value, cells[column], "{line} from {from} to {to}");
        }
    }
}

#[test]
fn the_entries_behind_every_line_add_up_to_it() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "query ($project: ID!, $line: Line!) { project(id: $project) {
      sharedDividend(window: { from: \"2012-04-01\", to: \"2013-03-31\" }) {
        line(name: $line) { pence }
        evidence(line: $line, first: 1000) { edges { node { value { pence } minutes entry { position } } } } } } }";
    for line in [
        "GRANTS",
        "RENT_IN_KIND",
        "VOLUNTEERING",
        "PLEDGES",
        "MATCH_FUNDING",
        "COMMUNITY",
        "VOLUNTEER_MINUTES",
        "COMMITTED",
    ] {
        let variables = json!({ "project": PROJECT.to_string(), "line": line });
        let found = wait(async { data(&endpoint, query, variables).await });
        let figure = &found["project"]["sharedDividend"];
        let number = |value: &Value| value.as_str().unwrap().parse::<i64>().unwrap();
        let edges = figure["evidence"]["edges"].as_array().unwrap();
        let part = |edge: &Value| {
            let node = &edge["node"];
            number(if line == "VOLUNTEER_MINUTES" { &node["minutes"] } else { &node["value"]["pence"] })
        };
        let sum: i64 = edges.iter().map(part).sum();
        let whole = if line == "VOLUNTEER_MINUTES" { 10_535 } else { number(&figure["line"]["pence"]) };
        assert_eq!((sum, edges.is_empty()), (whole, false), "{line}");
    }
}

#[test]
fn what_was_known_at_an_earlier_position_can_be_asked_for() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "query ($project: ID!, $at: Position!) { project(id: $project) {
      sharedDividend(window: { from: \"2012-04-01\", to: \"2013-03-31\" }, asKnownAt: { position: $at }) {
        asAt { position } invested { grants { pence } } } } }";
    for (at, grants) in [("15", "0"), ("16", "1500000")] {
        let variables = json!({ "project": PROJECT.to_string(), "at": at });
        let found = wait(async { data(&endpoint, query, variables).await });
        let figure = &found["project"]["sharedDividend"];
        assert_eq!(
            (figure["asAt"]["position"].as_str(), figure["invested"]["grants"]["pence"].as_str()),
            (Some(at), Some(grants))
        );
    }
}

#[test]
fn quarters_of_a_series_add_up_to_the_year() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "query ($per: Period!) { series(measure: { line: RETURNED }, groupBy: LINE, per: $per,
      window: { from: \"2012-04-01\", to: \"2013-03-31\" }) { rows { time period key __text: label __value: value exact entryCount } } }";
    let sum = |per: &str| {
        let found = wait(async { data(&endpoint, query, json!({ "per": per })).await });
        let rows = found["series"]["rows"].as_array().unwrap().clone();
        rows.iter().map(|row| row["exact"].as_str().unwrap().parse::<i64>().unwrap()).sum::<i64>()
    };
    assert_eq!([sum("MONTH"), sum("QUARTER"), sum("FINANCIAL_YEAR")], [5_068_850; 3]);
}

#[test]
fn a_statement_reads_the_same_figures_the_other_way() {
    let ledger = example();
    let query = "query ($party: ID!) { statement(party: $party, window: { from: \"2012-04-01\", to: \"2013-03-31\" }) {
      party { ... on Organisation { name } ... on Fund { name } } putIn { amount } time { minutes } gained { amount }
      rows { project { title } lines { line amount { amount } } } } }";
    let ask = |party: String| wait(async { data(&endpoint(&ledger), query, json!({ "party": party })).await });
    let lottery = ask(crate::harness::worked_example::LOTTERY.to_string());
    assert_eq!(lottery["statement"]["putIn"]["amount"], "45000.00", "{lottery}");
    let fund = ask(crate::harness::worked_example::FUND.to_string());
    assert_eq!(fund["statement"]["rows"][0]["lines"][0]["line"], "GRANTS", "{fund}");
    let group = ask(crate::harness::worked_example::GROUP.to_string());
    assert_eq!(group["statement"]["gained"]["amount"], "24715.26", "{group}");
    assert_eq!(group["statement"]["time"]["minutes"], "10535");
}

#[test]
fn why_a_figure_moved_is_told_entry_by_entry() {
    let ledger = example();
    let query =
        "query ($from: AsKnownAt!) { restatement(window: { from: \"2012-04-01\", to: \"2013-03-31\" }, from: $from) {
      before { position } after { position }
      lines { line difference { pence } minutes entryCount project { title }
        entries(first: 100) { difference { pence } minutes cause entry { position } } } } }";
    let found = wait(async { data(&endpoint(&ledger), query, json!({ "from": { "position": "40" } })).await });
    let lines = found["restatement"]["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["line"] == "MATCH_FUNDING"), "{found}");
    let number = |value: &Value| value.as_str().unwrap().parse::<i64>().unwrap();
    for line in lines {
        let whole =
            if line["minutes"].is_null() { number(&line["difference"]["pence"]) } else { number(&line["minutes"]) };
        let part = |entry: &Value| {
            if entry["minutes"].is_null() { number(&entry["difference"]["pence"]) } else { number(&entry["minutes"]) }
        };
        let sum: i64 = line["entries"].as_array().unwrap().iter().map(part).sum();
        assert_eq!(sum, whole, "{line}");
    }
}

#[test]
fn figures_are_refused_in_words_where_they_cannot_be() {
    let ledger = example();
    let rows = [
        (
            "{ statement(party: \"pr_000008q\", window: { from: \"2012-04-01\", to: \"2013-03-31\" }) { rows { project { id } } } }",
            "of a fund or of an organisation",
        ),
        (
            "{ series(measure: {}, groupBy: PROJECT, per: MONTH, window: { from: \"2012-04-01\", to: \"2013-03-31\" }) { unit } }",
            "a line or a ratio",
        ),
        (
            "{ series(measure: { line: RETURNED }, groupBy: PROJECT, per: MONTH, window: { from: \"1900-01-01\", to: \"2199-12-31\" }) { unit } }",
            "1,300 months",
        ),
        (
            "{ ledger(asKnownAt: { position: \"1\", recordedAt: \"2014-04-01T09:00:00.000000Z\" }) { name } }",
            "one of the two",
        ),
        (
            "{ sharedDividends(window: { from: \"2012-02-30\", to: \"2013-03-31\" }, groupBy: LINE) { rows { key } } }",
            "a date is written year-month-day",
        ),
        (
            "{ restatement(window: { from: \"2012-04-01\", to: \"2013-03-31\" }, from: { position: \"9\" }, to: { position: \"2\" }) { lines { line } } }",
            "the earlier of the two",
        ),
    ];
    for (query, words) in rows {
        let answer = wait(async { super::ledgers::ask(&endpoint(&ledger), query, json!({})).await });
        assert!(answer.sentence().contains(words), "{query}: {}", answer.text());
        assert!(!answer.code().is_empty(), "{}", answer.text());
    }
}

#[test]
fn every_dimension_adds_up_to_the_total() {
    let ledger = example();
    let query = "query ($by: Dimension!) { sharedDividends(window: { from: \"2012-04-01\", to: \"2013-03-31\" }, groupBy: $by) {
      total { ...F } rows { key label sharedDividend { ...F } } } }
      fragment F on SharedDividend { invested { total { pence } } returned { total { pence } } socialValue { total { pence } } }";
    for by in ["PROJECT", "THEME", "PRIORITY", "PLACE", "LEAD", "FUND", "FINANCIAL_YEAR", "QUARTER", "MONTH", "LINE"] {
        let found = wait(async { data(&endpoint(&ledger), query, json!({ "by": by })).await });
        for line in ["/invested/total/pence", "/returned/total/pence", "/socialValue/total/pence"] {
            let value = |figure: &Value| figure.pointer(line).unwrap().as_str().unwrap().parse::<i64>().unwrap();
            let rows = found["sharedDividends"]["rows"].as_array().unwrap();
            let sum: i64 = rows.iter().map(|row| value(&row["sharedDividend"])).sum();
            assert_eq!(sum, value(&found["sharedDividends"]["total"]), "{by} {line}");
        }
    }
}

#[test]
fn figures_can_be_grouped_and_cut_into_periods_in_one_answer() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let query = "query ($by: Dimension!, $per: Period!, $from: Date!, $to: Date!) {
      cut: sharedDividends(window: { from: $from, to: $to }, groupBy: $by, per: $per) { rows { time key label sharedDividend { ...F } } }
      whole: sharedDividends(window: { from: $from, to: $to }, groupBy: $by) { rows { time key label } total { ...F } } }
      fragment F on SharedDividend { window { from to } invested { total { pence } } returned { total { pence } } }";
    let ask = |by: &str, from: &str, to: &str| {
        let variables = json!({ "by": by, "per": "QUARTER", "from": from, "to": to });
        wait(async { data(&endpoint, query, variables).await })
    };
    let quarters = &WINDOWS[..4];
    for by in ["PROJECT", "THEME", "PRIORITY", "PLACE", "LEAD", "FUND", "LINE"] {
        let year = ask(by, "2012-04-01", "2013-03-31");
        let rows = year["cut"]["rows"].as_array().unwrap();
        let keys = rows.len() / quarters.len();
        assert_eq!(rows.len(), quarters.len() * keys, "{by}: every key in every quarter");
        assert!(year["whole"]["rows"].as_array().unwrap().iter().all(|row| row["time"].is_null()));
        for (quarter, rows) in quarters.iter().zip(rows.chunks(keys)) {
            assert!(rows.iter().all(|row| row["time"] == quarter.0), "{by}");
            assert!(rows.iter().all(|row| row["sharedDividend"]["window"]["to"] == quarter.1), "{by}");
            let total = ask(by, quarter.0, quarter.1);
            for line in ["/invested/total/pence", "/returned/total/pence"] {
                let value = |figure: &Value| figure.pointer(line).unwrap().as_str().unwrap().parse::<i64>().unwrap();
                let sum: i64 = rows.iter().map(|row| value(&row["sharedDividend"])).sum();
                assert_eq!(sum, value(&total["whole"]["total"]), "{by} {line} from {}", quarter.0);
            }
        }
    }
}

#[test]
fn a_row_of_a_period_opens_down_to_its_entries() {
    let ledger = example();
    let query =
        "{ sharedDividends(window: { from: \"2012-04-01\", to: \"2013-03-31\" }, groupBy: PROJECT, per: QUARTER) {
      rows { key time sharedDividend { line(name: GRANTS) { pence }
        evidence(line: GRANTS, first: 100) { edges { node { value { pence } } } } } } } }";
    let found = wait(async { data(&endpoint(&ledger), query, json!({})).await });
    let number = |value: &Value| value.as_str().unwrap().parse::<i64>().unwrap();
    for row in found["sharedDividends"]["rows"].as_array().unwrap() {
        let figure = &row["sharedDividend"];
        let edges = figure["evidence"]["edges"].as_array().unwrap();
        let sum: i64 = edges.iter().map(|edge| number(&edge["node"]["value"]["pence"])).sum();
        assert_eq!(sum, number(&figure["line"]["pence"]), "{row}");
    }
}

#[test]
fn more_rows_than_anybody_reads_are_refused_with_the_limit() {
    let ledger = example();
    let query = "{ sharedDividends(window: { from: \"1930-04-01\", to: \"2013-03-31\" }, groupBy: LINE, per: MONTH) { rows { key } } }";
    let answer = wait(async { super::ledgers::ask(&endpoint(&ledger), query, json!({})).await });
    assert_eq!(answer.code(), "TOO_MANY_ROWS", "{}", answer.text());
    assert!(answer.sentence().contains("10000 rows"), "{}", answer.text());
}

/// What a document could come to is known before it is executed, but for grouped rows: those take their room once they
/// were computed, and before they are made.
#[test]
fn an_answer_of_too_many_values_is_refused_before_it_is_made() {
    let ledger = example();
    let ask = |document: &str, limits: &Limits| {
        let endpoint = server::endpoint(&ledger, finance(), limits.clone());
        wait(async { Call::query(document).send(&endpoint).await })
    };
    let months = r#"{ sharedDividends(window: { from: "2000-01-01", to: "2019-12-31" }, groupBy: PROJECT, per: MONTH) {
        rows { key sharedDividend { perPound { decimal } } } } }"#;
    let series = r#"{ series(window: { from: "2000-01-01", to: "2019-12-31" }, groupBy: PROJECT, per: MONTH,
        measure: { line: GRANTS }) { rows { key value } } }"#;
    for document in [months, series] {
        let roomy = ask(document, &Limits::default());
        assert!(roomy.json().get("errors").is_none(), "{}", roomy.text());
        let tight = ask(document, &Limits { values: 300, ..Limits::default() });
        assert_eq!(tight.code(), "TOO_MANY_ROWS", "{}", tight.text());
        let poor = ask(document, &Limits { answered_bytes: 32 * 1024, ..Limits::default() });
        assert!(poor.code() == "TOO_MANY_ROWS" && poor.text().contains("32768 bytes"), "{}", poor.text());
    }
    let wide = ask(
        "{ projects(first: 1000) { edges { node { id title kind } } } }",
        &Limits { values: 3_000, ..Limits::default() },
    );
    assert_eq!(wide.code(), "TOO_MANY_ROWS", "{}", wide.text());
}

#[test]
fn more_projects_than_anybody_names_are_refused() {
    let endpoint = server::endpoint(&example(), finance(), Limits::default());
    let document = r#"query ($projects: [ID!]) { sharedDividends(window: { from: "2012-04-01", to: "2013-03-31" }, groupBy: THEME,
        selection: { projects: $projects }) { rows { key } } }"#;
    let variables = serde_json::json!({ "projects": vec!["pr_00001wy"; 1_001] });
    let answer = wait(crate::graphql::ledgers::ask(&endpoint, document, variables));
    assert!(answer.text().contains("Name at most 1000 projects"), "{}", answer.text());
}
