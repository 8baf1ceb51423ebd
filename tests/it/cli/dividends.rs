//! The worked example of the arithmetic, cell by cell, as `coledger dividends` prints it.

use serde_json::{Value, json};

use super::{Bench, worked_example_in};

/// The windows: four quarters, two financial years, to date.
const WINDOWS: [(&str, &str); 7] = [
    ("2012-04-01", "2012-06-30"),
    ("2012-07-01", "2012-09-30"),
    ("2012-10-01", "2012-12-31"),
    ("2013-01-01", "2013-03-31"),
    ("2012-04-01", "2013-03-31"),
    ("2013-04-01", "2014-03-31"),
    ("2012-04-01", "2014-03-31"),
];

/// The figures in pence or minutes, a column a window.
const FIGURES: [(&str, [i64; 7]); 18] = [
    ("grants", [1_500_000, 0, 900_000, -45_000, 2_355_000, 0, 2_355_000]),
    ("contracts", [0, 0, 0, 0, 0, 0, 0]),
    ("rentInKind", [50_635, 155_278, 155_280, 166_698, 527_891, 580_000, 1_107_891]),
    ("otherInKind", [37_500, 0, 0, 0, 37_500, 0, 37_500]),
    ("invested", [1_588_135, 155_278, 1_055_280, 121_698, 2_920_391, 580_000, 3_500_391]),
    ("returnsOfEarlier", [0, 0, 0, 45_000, 0, 0, 0]),
    ("volunteering", [33_270, 51_773, 0, 114_597, 199_640, 0, 199_640]),
    ("volunteerMinutes", [1_800, 2_175, 360, 6_200, 10_535, 0, 10_535]),
    ("pledges", [0, 0, 369_210, 0, 369_210, 0, 369_210]),
    ("matchFunding", [0, 3_000_000, 0, 1_500_000, 4_500_000, 500_000, 5_000_000]),
    ("reinvested", [0, 0, 0, 0, 0, 0, 0]),
    ("returned", [33_270, 3_051_773, 369_210, 1_614_597, 5_068_850, 500_000, 5_568_850]),
    ("contractual", [0, 0, 21_000, 0, 21_000, 0, 21_000]),
    ("socialValue", [0, 0, 0, 326_880, 326_880, 0, 326_880]),
    ("unvaluedMinutes", [0, 0, 360, 0, 360, 0, 360]),
    ("awaitingMinutes", [0, 0, 0, 960, 960, 0, 960]),
    ("awaitingPledges", [0, 0, 0, 50_000, 50_000, 0, 50_000]),
    ("committed", [1_000_000, 1_000_000, 20_000, 20_000, 20_000, 20_000, 20_000]),
];

/// The ratios; an empty text is null.
const RATIOS: [(&str, [&str; 7]); 3] = [
    ("perPound", ["0.0209", "19.6536", "0.3499", "9.6858", "1.7357", "0.8621", "1.5909"]),
    ("perPoundWithoutPublic", ["0.0209", "0.3334", "0.3499", "0.6875", "0.1948", "0.0000", "0.1625"]),
    ("cashLeverage", ["0.0000", "", "0.1667", "", "1.9745", "", "2.1868"]),
];

/// Who gained.
const SHARES: [(&str, [i64; 7]); 3] = [
    ("partnership", [0, 750_000, 0, 375_000, 1_125_000, 125_000, 1_250_000]),
    ("organisations", [0, 1_500_000, 221_526, 750_000, 2_471_526, 250_000, 2_721_526]),
    ("community", [33_270, 801_773, 147_684, 489_597, 1_472_324, 125_000, 1_597_324]),
];

/// What the command has to print of a window, all of it and nothing else.
fn wanted(window: usize) -> Value {
    let mut wanted = json!({"title": "Wild Exampleton"});
    for (name, row) in FIGURES {
        wanted[name] = json!(row[window]);
    }
    for (name, row) in RATIOS {
        wanted[name] = if row[window].is_empty() { Value::Null } else { json!(row[window]) };
    }
    for (name, row) in SHARES {
        wanted["shares"][name] = json!(row[window]);
    }
    wanted
}

fn example() -> Bench {
    let bench = Bench::new();
    worked_example_in(&bench.town()).stop().unwrap();
    bench
}

#[test]
fn every_cell_of_the_worked_example_is_printed() {
    let bench = example();
    for (number, (from, to)) in WINDOWS.into_iter().enumerate() {
        let mut printed = bench.run(&["dividends", "--from", from, "--to", to, "--format", "json"]).json();
        let projects = printed.as_array_mut().unwrap();
        assert_eq!(projects.len(), 1);
        let id = projects[0].as_object_mut().unwrap().remove("project").unwrap();
        assert!(id.as_str().unwrap().starts_with("pr_"), "{id}");
        assert_eq!(projects[0], wanted(number), "{from} to {to}");
    }
}

#[test]
fn a_table_shows_the_window_and_a_spreadsheet_the_exact_figures() {
    let bench = example();
    let window = ["dividends", "--from", "2012-04-01", "--to", "2013-03-31"];
    let shown = bench.run(&window);
    assert!(shown.remarks.contains("2012-04-01 to 2013-03-31"), "{}", shown.remarks);
    assert!(shown.ok().contains("£29,203.91"));
    let csv = bench.run(&[&window[..], &["--format", "csv"]].concat()).ok();
    let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').split("\r\n").collect();
    assert!(rows[0].starts_with("project,title,grants,contracts,rentInKind"), "{csv}");
    assert!(rows[1].contains(",Wild Exampleton,23550.00,0.00,5278.91,375.00,29203.91,"), "{csv}");
}

#[test]
fn what_was_known_at_a_position_is_what_is_printed() {
    let bench = example();
    let window = ["dividends", "--from", "2012-04-01", "--to", "2013-03-31", "--format", "json"];
    let early = bench.run(&[&window[..], &["--as-known-at", "17"]].concat()).json();
    assert_eq!(early[0]["grants"], 1_500_000);
    let now = bench.run(&[&window[..], &["--project", "Wild Exampleton"]].concat()).json();
    assert_eq!(now[0]["grants"], 2_355_000);
}
