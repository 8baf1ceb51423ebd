//! Every cell of the worked example's table.

use coledger::domain::time::{Day, FinancialYear};
use coledger::views::dividends::{SharedDividend, shared_dividend};
use coledger::views::evidence::evidence;
use coledger::views::line::Line;
use coledger::views::ratio::Ratio;
use coledger::views::window::Window;

use crate::harness::decisions::day;
use crate::harness::views::view_of;
use crate::harness::worked_example::{PROJECT, worked_example};

/// The columns: four quarters, two financial years, and all to date.
fn windows() -> Vec<Window> {
    let quarter = |from: &str, to: &str| Window::new(day(from), day(to), day(to));
    vec![
        quarter("2012-04-01", "2012-06-30"),
        quarter("2012-07-01", "2012-09-30"),
        quarter("2012-10-01", "2012-12-31"),
        quarter("2013-01-01", "2013-03-31"),
        Window::year(FinancialYear(2012)),
        Window::year(FinancialYear(2013)),
        quarter("2012-04-01", "2014-03-31"),
    ]
}

fn figures() -> Vec<SharedDividend> {
    let (view, _) = view_of(&worked_example());
    windows().into_iter().map(|window| shared_dividend(&view, PROJECT, window, None).expect("the project")).collect()
}

/// The table, line by line, in pence and minutes. Long because it is a table.
const TABLE: &[(Line, [i64; 7])] = &[
    (Line::Grants, [1_500_000, 0, 900_000, -45_000, 2_355_000, 0, 2_355_000]),
    (Line::Contracts, [0; 7]),
    (Line::RentInKind, [50_635, 155_278, 155_280, 166_698, 527_891, 580_000, 1_107_891]),
    (Line::OtherInKind, [37_500, 0, 0, 0, 37_500, 0, 37_500]),
    (Line::Invested, [1_588_135, 155_278, 1_055_280, 121_698, 2_920_391, 580_000, 3_500_391]),
    (Line::ReturnsOfEarlier, [0, 0, 0, 45_000, 0, 0, 0]),
    (Line::Volunteering, [33_270, 51_773, 0, 114_597, 199_640, 0, 199_640]),
    (Line::VolunteerMinutes, [1_800, 2_175, 360, 6_200, 10_535, 0, 10_535]),
    (Line::Pledges, [0, 0, 369_210, 0, 369_210, 0, 369_210]),
    (Line::MatchFunding, [0, 3_000_000, 0, 1_500_000, 4_500_000, 500_000, 5_000_000]),
    (Line::Reinvested, [0; 7]),
    (Line::Returned, [33_270, 3_051_773, 369_210, 1_614_597, 5_068_850, 500_000, 5_568_850]),
    (Line::Partnership, [0, 750_000, 0, 375_000, 1_125_000, 125_000, 1_250_000]),
    (Line::Organisations, [0, 1_500_000, 221_526, 750_000, 2_471_526, 250_000, 2_721_526]),
    (Line::Community, [33_270, 801_773, 147_684, 489_597, 1_472_324, 125_000, 1_597_324]),
    (Line::Contractual, [0, 0, 21_000, 0, 21_000, 0, 21_000]),
    (Line::SocialValue, [0, 0, 0, 326_880, 326_880, 0, 326_880]),
    (Line::UnvaluedMinutes, [0, 0, 360, 0, 360, 0, 360]),
    (Line::AwaitingMinutes, [0, 0, 0, 960, 960, 0, 960]),
    (Line::AwaitingPledges, [0, 0, 0, 50_000, 50_000, 0, 50_000]),
    (Line::Committed, [1_000_000, 1_000_000, 20_000, 20_000, 20_000, 20_000, 20_000]),
];

#[test]
fn every_line_of_the_worked_example_is_as_computed_by_hand() {
    let figures = figures();
    for (line, cells) in TABLE {
        let computed: Vec<i64> = figures.iter().map(|figure| figure.line(*line)).collect();
        assert_eq!(computed, cells, "{}", line.name());
    }
}

#[test]
fn every_ratio_of_the_worked_example_is_as_computed_by_hand() {
    let figures = figures();
    let row = |ratio: fn(&SharedDividend) -> Ratio| -> Vec<String> {
        figures.iter().map(|figure| ratio(figure).decimal().unwrap_or_else(|| "null".to_owned())).collect()
    };
    let per_pound = ["0.0209", "19.6536", "0.3499", "9.6858", "1.7357", "0.8621", "1.5909"];
    let without_public = ["0.0209", "0.3334", "0.3499", "0.6875", "0.1948", "0.0000", "0.1625"];
    let leverage = ["0.0000", "null", "0.1667", "null", "1.9745", "null", "2.1868"];
    assert_eq!(row(SharedDividend::per_pound), per_pound);
    assert_eq!(row(SharedDividend::per_pound_without_public), without_public);
    assert_eq!(row(SharedDividend::cash_leverage), leverage);
}

#[test]
fn what_stands_behind_each_cell_adds_up_to_it() {
    let (view, _) = view_of(&worked_example());
    for window in windows() {
        let figure = shared_dividend(&view, PROJECT, window, None).expect("the project");
        for line in Line::ALL {
            let behind: i64 = evidence(&view, PROJECT, window, *line, None).iter().map(|row| row.value).sum();
            assert_eq!(behind, figure.line(*line), "{} of {window}", line.name());
        }
    }
}

#[test]
fn a_window_with_no_day_in_it_holds_nothing_but_balances() {
    let (view, _) = view_of(&worked_example());
    let window = Window::new(day("2013-01-01"), day("2013-12-31"), day("2012-12-31"));
    let figure = shared_dividend(&view, PROJECT, window, None).expect("the project");
    let sums = Line::ALL.iter().filter(|line| !line.is_balance());
    assert!(sums.map(|line| figure.line(*line)).all(|value| value == 0));
    assert_eq!(figure.line(Line::Committed), 20_000);
}

#[test]
fn a_project_that_was_never_opened_has_no_figure() {
    let (view, _) = view_of(&worked_example());
    let window = Window::new(Day(0), Day(40_000), Day(40_000));
    let nowhere = coledger::domain::ids::ProjectId(coledger::domain::ids::Position(3));
    assert!(shared_dividend(&view, nowhere, window, None).is_none());
}
