//! What README.md promises, held against the program.

use std::sync::Arc;

use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Request};
use coledger::domain::ids::Position;
use coledger::graphql::page::EXAMPLES;
use coledger::log::clock::FakeClock;
use coledger::town;
use serde_json::json;

use super::ledgers::{data, endpoint};

const README: &str = include_str!("../../../README.md");

/// The example town, in memory.
fn example_town() -> Arc<Ledger> {
    let clock = FakeClock::at("2026-04-01T09:00:00.000000Z".parse().unwrap());
    let ledger = Arc::new(Ledger::in_memory(Arc::new(clock)).unwrap());
    town::found(&mut |step| {
        let (late, command) = (step.late.clone(), step.command.clone());
        let ask = Ask { illustrative: step.illustrative, late, ..Ask::on(step.effective, command) };
        let request = Request { actor: step.actor.clone(), key: step.key.as_str().into(), asks: vec![ask] };
        ledger.submit_blocking(request).map(|receipt| receipt.first().unwrap_or(Position(0)))
    })
    .unwrap();
    ledger
}

#[test]
fn its_three_queries_are_the_documents_and_answer_as_it_says() {
    let endpoint = endpoint(&example_town());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for name in ["shared-dividends", "where-a-figure-comes-from", "newest-entries"] {
        let example = EXAMPLES.iter().find(|example| example.name == name).unwrap();
        let query: Vec<&str> = example.document.lines().filter(|line| !line.starts_with('#')).collect();
        let query = query.join("\n");
        assert!(README.contains(&format!("```graphql\n{}\n```", query.trim())), "README.md lacks {name} as it is");
        let answer = runtime.block_on(data(&endpoint, &query, json!({})));
        if name == "shared-dividends" {
            let total = &answer["sharedDividends"]["total"];
            let said = format!(
                "{} of public support, {} added by others",
                total["invested"]["total"]["display"].as_str().unwrap(),
                total["returned"]["total"]["display"].as_str().unwrap()
            );
            assert!(README.contains(&said), "README.md should say: {said}, {}", total["perPound"]["decimal"]);
        }
    }
}
