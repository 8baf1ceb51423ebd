//! A request sees one position of the log from beginning to end.

use std::sync::Arc;

use coledger::app::request::{Ask, Request};
use coledger::domain::command::LogHours;
use coledger::domain::event::Captured;
use serde_json::{Value, json};

use super::client::wait;
use super::ledgers::{ask, data, endpoint, example, finance};
use crate::harness::worked_example::{GROUP, PROJECT};

fn hours(number: u32) -> Ask {
    Ask::now(LogHours {
        project: PROJECT,
        group: GROUP,
        role: "general".into(),
        people: number % 100 + 1,
        minutes_each: number / 100 + 1,
        activity: None,
        captured: Captured::Phone,
        pledge: None,
        meant: true,
    })
}

#[test]
fn a_window_turned_round_and_a_position_to_come_are_refused_and_not_answered_with_other_figures() {
    let endpoint = endpoint(&example());
    let window = "window: { from: \"2013-01-01\", to: \"2012-01-01\" }";
    let rows = [
        (format!("{{ sharedDividends({window}, groupBy: PROJECT) {{ rows {{ key }} }} }}"), "Turn the window round"),
        ("{ entries(asKnownAt: { position: \"99999\" }) { totalCount } }".to_owned(), "the ledger ends there"),
    ];
    for (query, words) in rows {
        let answer = wait(async { ask(&endpoint, &query, json!({})).await });
        assert_eq!(answer.code(), "BAD_USER_INPUT", "{query}: {}", answer.text());
        assert!(answer.text().contains(words), "{query}: {}", answer.text());
    }
}

#[test]
fn a_query_that_runs_while_10000_entries_are_appended_sees_one_position() {
    let ledger = example();
    let endpoint = endpoint(&ledger);
    let writer = {
        let ledger = Arc::clone(&ledger);
        std::thread::spawn(move || {
            for batch in 0..100_u32 {
                let asks = (0..100).map(|row| hours(batch * 100 + row)).collect();
                let request = Request { actor: finance(), key: format!("w-{batch}").into(), asks };
                ledger.submit_blocking(request).unwrap();
            }
        })
    };
    let query = "query ($project: ID!) {
      first: ledger { asAt { position } counts { entries hours } }
      project(id: $project) { sharedDividend(window: { from: \"2012-04-01\", to: \"2014-04-01\" }) { asAt { position } awaiting { time { minutes } } } }
      hours(first: 1000) { totalCount }
      entries(last: 1) { totalCount edges { node { position } } }
      last: ledger { asAt { position } counts { entries hours } } }";
    let mut seen = Vec::new();
    while seen.last() != Some(&10_052_u64) {
        let found = wait(async { data(&endpoint, query, json!({ "project": PROJECT.to_string() })).await });
        let at = |pointer: &str| found.pointer(pointer).cloned().unwrap_or(Value::Null);
        let position = at("/first/asAt/position");
        assert_eq!(at("/first"), at("/last"));
        assert_eq!(at("/project/sharedDividend/asAt/position"), position);
        assert_eq!(at("/entries/edges/0/node/position"), position);
        let number: u64 = position.as_str().unwrap().parse().unwrap();
        assert_eq!(at("/entries/totalCount"), json!(number));
        assert_eq!(at("/hours/totalCount"), json!(number - 52 + 9));
        seen.push(number);
    }
    writer.join().unwrap();
    assert!(seen.windows(2).all(|pair| pair[0] <= pair[1]));
}
