//! The figures that the documents give, as they come out of the town's commands.

use coledger::domain::command::Command;
use coledger::domain::money::Pence;
use coledger::domain::time::FinancialYear;
use coledger::town::Step;

use super::rehearsal::{rehearsed, today};

fn commands() -> Vec<Step> {
    coledger::town::steps(today()).unwrap()
}

/// The sum of what `amount` finds, step by step.
fn sum(steps: &[Step], amount: impl Fn(&Step) -> Option<i64>) -> i64 {
    steps.iter().filter_map(amount).sum()
}

fn pounds(pounds: i64) -> i64 {
    pounds * 100
}

#[test]
fn thirty_nine_councillors_have_three_thousand_three_hundred_pounds_each() {
    let steps = commands();
    let of_seats = |step: &&Step| step.key.starts_with("town/budget/seat-") && step.key.ends_with("-2012");
    let seats: Vec<&Step> = steps.iter().filter(of_seats).collect();
    assert_eq!(seats.len(), 39);
    let mut total = 0;
    for step in seats {
        let Command::SetBudget(budget) = &step.command else { panic!("{}", step.key) };
        assert_eq!((budget.amount, budget.financial_year), (Pence(330_000), FinancialYear(2012)));
        assert!(!step.illustrative, "the documents give this figure");
        total += budget.amount.0;
    }
    assert_eq!(total, pounds(128_700));
}

#[test]
fn no_councillor_awards_more_than_the_budget() {
    // The rules refuse it; this looks at what is left.
    let (_, books) = rehearsed();
    for fund in books.funds.iter().filter(|fund| fund.name().starts_with("Local community budget")) {
        let left = books.funds.left(fund.id, FinancialYear(2012)).unwrap();
        assert!(left >= Pence::ZERO, "{}", fund.name());
    }
}

#[test]
fn wild_stevenage_turned_twenty_five_thousand_into_fifty_more_and_three_hundred_hours() {
    let steps = commands();
    let of = |step: &Step, start: &str| step.key.starts_with(&format!("town/{start}/wild"));
    let paid = sum(&steps, |step| match &step.command {
        Command::PayGrant(payment) if of(step, "payment") => Some(payment.amount.0),
        _ => None,
    });
    let received = sum(&steps, |step| match &step.command {
        Command::ReceiveMatch(receipt) if of(step, "match") => Some(receipt.amount.0),
        _ => None,
    });
    let minutes = sum(&steps, |step| match &step.command {
        Command::LogHours(hours) if of(step, "hours") => Some(i64::from(hours.people * hours.minutes_each)),
        _ => None,
    });
    assert_eq!((paid, received), (pounds(25_000), pounds(50_000)));
    assert_eq!(minutes / 60, 315);
}

#[test]
fn six_projects_share_more_than_half_a_million_pounds_of_government_money() {
    let steps = commands();
    let names = ["high-ropes", "ymca-space", "soresilient", "wild", "money", "ventures"];
    let awarded = sum(&steps, |step| match &step.command {
        Command::AwardGrant(award) if names.iter().any(|name| step.key == format!("town/grant/{name}")) => {
            Some(award.amount.0)
        }
        _ => None,
    });
    assert!(awarded > pounds(500_000), "{awarded}");
}

#[test]
fn swingate_house_is_shared_by_three_and_whole() {
    let steps = commands();
    let shares: Vec<u32> = steps
        .iter()
        .filter_map(|step| match &step.command {
            Command::AgreeRentInKind(rent) if rent.premises.name.as_str() == "Swingate House" => Some(rent.share_bp.0),
            _ => None,
        })
        .collect();
    assert_eq!(shares.len(), 3);
    assert_eq!(shares.iter().sum::<u32>(), 10_000);
}

#[test]
fn outcomes_are_the_documented_ones() {
    let expected = [
        ("prevented", 360),
        ("families", 25),
        ("court", 173),
        ("debtors", 300),
        ("entrepreneurs", 80),
        ("hub-walk-ins", 528),
        ("hub-referrals", 820),
        ("hub-visitors", 12_307),
        ("hub-passed-on", 241),
        ("hub-signposted", 287),
        ("sada-supported", 85),
    ];
    let steps = commands();
    for (name, quantity) in expected {
        let step = steps.iter().find(|step| step.key == format!("town/outcome/{name}")).expect(name);
        let Command::ReportOutcome(outcome) = &step.command else { panic!("{name}") };
        assert_eq!(outcome.quantity, quantity, "{name}");
        assert!(!step.illustrative, "{name}");
        assert_eq!(outcome.included_in.is_some(), ["families", "court"].contains(&name), "{name}");
    }
}

#[test]
fn indicators_are_the_documented_ones() {
    let expected = [
        ("anti-social-behaviour", "2011-03-31", "5177"),
        ("anti-social-behaviour", "2012-03-31", "4810"),
        ("crime-change", "2012-03-31", "-7.4"),
        ("gcse-five-good", "2008-12-31", "56.8"),
        ("gcse-five-good", "2011-12-31", "77"),
        ("businesses-asked", "2012-09-30", "394"),
        ("businesses-supporting-groups", "2012-09-30", "147"),
        ("smoke-free-promises", "2012-09-30", "600"),
    ];
    let steps = commands();
    for (indicator, to, value) in expected {
        let found = steps.iter().any(|step| match &step.command {
            Command::MeasureIndicator(measured) => {
                measured.indicator.as_str() == indicator
                    && measured.period_to.to_string() == to
                    && measured.value.to_string() == value
                    && !step.illustrative
            }
            _ => false,
        });
        assert!(found, "{indicator} to {to}");
    }
}

#[test]
fn claims_stand_as_they_were_printed() {
    let money = [
        ("five-years", 2_800_000),
        ("per-year", 1_000_000),
        ("budgets-last-year", 160_000),
        ("budgets-total", 128_700),
    ];
    let steps = commands();
    for (name, expected) in money {
        let step = steps.iter().find(|step| step.key == format!("town/claim/{name}")).expect(name);
        let Command::PublishClaim(claim) = &step.command else { panic!("{name}") };
        assert_eq!(claim.amount, Some(Pence(pounds(expected))), "{name}");
    }
    let share = steps.iter().find(|step| step.key == "town/claim/business-share").unwrap();
    let Command::PublishClaim(claim) = &share.command else { panic!("a claim") };
    assert_eq!(claim.value.unwrap().to_string(), "39");
}

#[test]
fn a_conference_under_budget_hands_money_back() {
    let steps = commands();
    let amount = |key: &str| match &steps.iter().find(|step| step.key == key).expect(key).command {
        Command::PayGrant(payment) => payment.amount,
        Command::ReturnGrant(back) => back.amount,
        other => panic!("{other:?}"),
    };
    assert!(amount("town/return/youth-conference") < amount("town/payment/youth-conference"));
}

#[test]
fn money_that_no_document_gives_is_marked_illustrative() {
    let documented = ["town/grant/wild", "town/payment/wild-2010-08-02", "town/payment/wild-2011-05-09"];
    for step in commands() {
        let money = matches!(
            step.command,
            Command::AwardGrant(_)
                | Command::PayGrant(_)
                | Command::ReturnGrant(_)
                | Command::AgreeContract(_)
                | Command::PayContract(_)
                | Command::AgreeRentInKind(_)
                | Command::ReviewRent(_)
                | Command::GiveInKind(_)
                | Command::DeliverPledge(_)
                | Command::ReceiveMatch(_)
                | Command::ReinvestSurplus(_)
                | Command::ReceiveIntoFund(_)
                | Command::LogHours(_)
                | Command::AdoptRateCard(_)
        );
        if money {
            assert_eq!(step.illustrative, !documented.contains(&step.key.as_str()), "{}", step.key);
        }
    }
}
