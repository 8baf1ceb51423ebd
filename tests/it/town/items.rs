//! Everything that the example town is meant to hold, each with the steps that show it.

use coledger::domain::command::Command;
use coledger::domain::event::PledgeKind;
use coledger::town::Step;

use super::rehearsal::rehearsed;

/// What the town should hold, how a step's key that shows it begins, and how many such steps there are at least.
const ITEMS: &[(&str, &str, usize)] = &[
    ("a strategy", "strategy/third", 1),
    ("Wild Stevenage's grant", "grant/wild", 1),
    ("the lottery money that it helped to win", "secured/wild", 1),
    ("the hours of its volunteers", "hours/wild-", 12),
    ("Money Money Money", "grant/money", 1),
    ("Ventures", "grant/ventures", 1),
    ("the high ropes course", "grant/high-ropes", 1),
    ("YMCA Space", "grant/ymca-space", 1),
    ("SoResilient", "grant/soresilient", 1),
    ("thirty-nine local community budgets", "fund/seat-", 39),
    ("awards from them", "grant/lcb-", 40),
    ("the Youth Mayor's budget", "fund/youth-mayor", 1),
    ("the fund for volunteering", "budget/volunteering-2012", 1),
    ("the health and wellbeing fund", "budget/wellbeing-2012", 1),
    ("Swingate House and its three occupiers", "agreement/swingate-", 3),
    ("fourteen community centres", "agreement/centre-", 14),
    ("a garage", "agreement/garage-", 1),
    ("a contract with apprenticeships pledged", "pledge/apprenticeships", 1),
    ("businesses that release staff", "hours/release-", 2),
    ("Friends of Mobbsbury Wood, who log hours", "hours/mobbsbury-", 36),
    ("Smokebusters' promises as an indicator", "measured/promises-", 1),
    ("the fun bus", "grant/fun-bus-", 3),
    ("taxi marshals", "contract/marshals", 1),
    ("Street Pastors", "hours/street-pastors-", 36),
    ("environmental action days", "hours/action-days-", 9),
    ("the allotments handed over", "handover/allotments", 1),
    ("the Healthy Hub's counts", "outcome/hub-", 5),
    ("Stevenage Against Domestic Abuse", "outcome/sada-supported", 1),
    ("the youth conference's money returned", "return/youth-conference", 1),
    ("the advice bureau's contract of three years", "contract/debt-advice", 1),
    ("Stevenage Leisure's reinvested surplus", "surplus/leisure-", 3),
    ("debt clients", "outcome/debtors", 1),
    ("young entrepreneurs", "outcome/entrepreneurs", 1),
    ("families, preventions and court interventions", "outcome/", 3),
    ("town indicators with their years", "measured/", 30),
    ("targets", "target/", 5),
    ("claims as printed", "claim/", 10),
    ("books closed", "closing/", 2),
    ("a late entry", "hours/toddlers-found", 1),
    ("a reversed duplicate", "reversal/hours/", 1),
    ("a rate card with its sources", "ratecard/", 2),
    ("hours of many groups, month after month", "hours/", 200),
];

#[test]
fn every_item_of_the_town_is_there() {
    let (steps, _) = rehearsed();
    for (item, start, least) in ITEMS {
        let start = format!("town/{start}");
        let count = steps.iter().filter(|step| step.key.starts_with(&start)).count();
        assert!(count >= *least, "{item}: {count} steps begin with {start}, {least} are wanted");
    }
}

fn one<'steps>(steps: &'steps [Step], key: &str) -> &'steps Command {
    &steps.iter().find(|step| step.key == key).expect(key).command
}

#[test]
fn the_strategy_has_three_themes_and_nine_priorities() {
    let (steps, _) = rehearsed();
    let Command::AdoptStrategy(strategy) = one(&steps, "town/strategy/third") else { panic!("a strategy") };
    let priorities: Vec<usize> = strategy.themes.iter().map(|theme| theme.priorities.len()).collect();
    assert_eq!(priorities, [4, 2, 3]);
}

#[test]
fn six_apprenticeships_are_pledged_under_the_contract() {
    let (steps, _) = rehearsed();
    let Command::MakePledge(pledge) = one(&steps, "town/pledge/apprenticeships") else { panic!("a pledge") };
    assert_eq!((pledge.kind, pledge.quantity), (PledgeKind::Places, Some(6)));
    assert!(pledge.contract.is_some());
}

#[test]
fn the_advice_contract_runs_for_three_years() {
    let (steps, _) = rehearsed();
    let Command::AgreeContract(contract) = one(&steps, "town/contract/debt-advice") else { panic!("a contract") };
    assert_eq!((contract.starts.to_string(), contract.ends.to_string()), ("2011-04-01".into(), "2014-03-31".into()));
}

#[test]
fn posts_act_and_never_persons() {
    let (steps, _) = rehearsed();
    for step in steps {
        let name = step.actor.name.as_str();
        let post = ["-keeper", "-officer", "-logger", "-certifier", "-giver"].iter().any(|end| name.ends_with(end));
        assert!(post, "{name}");
    }
}
