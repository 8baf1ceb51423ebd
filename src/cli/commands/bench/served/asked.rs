//! The questions that are measured, as a caller sends them: documents, and variables that differ from request to
//! request.
//!
//! Invariant: the documents are the same text for the ledger and for the ceiling, and what is asked of one project or
//! one window follows from the request's number alone, so that both sides are asked the same.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::load;
use super::client::Ask;
use crate::domain::ids::ProjectId;
use crate::domain::time::Day;
use crate::views::grouping::Dimension;
use crate::views::load::{DAYS, FIRST, project};
use crate::views::question::Question;
use crate::views::window::{Period, Window};

/// One project's figure over a window: twelve values.
const FIGURE: &str = "query Figure($project: ID!, $from: Date!, $to: Date!) {
  project(id: $project) {
    sharedDividend(window: { from: $from, to: $to }) {
      invested { grants { pence } contracts { pence } rentInKind { pence } total { pence } }
      returned { volunteering { pence } pledges { pence } matchFunding { pence } total { pence } }
      volunteerTime { minutes }
      awaiting { time { minutes } }
      perPound { decimal }
      cashLeverage { decimal }
    }
  }
}";

/// The town by theme and quarter: rows of eleven values.
const TOWN: &str = "query Town($from: Date!, $to: Date!) {
  sharedDividends(window: { from: $from, to: $to }, groupBy: THEME, per: QUARTER) {
    rows {
      key
      label
      time
      sharedDividend {
        invested { total { pence } }
        returned { volunteering { pence } pledges { pence } matchFunding { pence } total { pence } }
        volunteerTime { minutes }
        contractual { pence }
        perPound { decimal }
      }
    }
  }
}";

/// One entry of hours, and where it came to stand.
const LOG: &str = "mutation LogHours($input: [LogHoursInput!]!) {
  logHours(input: $input) {
    ... on HoursAccepted { position replayed }
    ... on Refused { code message }
  }
}";

/// How many different questions are asked in turn.
const QUESTIONS: u64 = 1_000;
/// What an answer with the totals of the town says.
const ROWS: &[u8] = b"\"rows\":[{";

fn body(query: &str, variables: &Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

/// The figures of so many projects in turn, over windows of every length within the three years of the load.
pub(super) fn figures(projects: u64) -> Ask {
    let day = |number: u64| Day(FIRST.0 + i32::try_from(number % u64::from(DAYS)).unwrap_or(0));
    let body = |number: u64| {
        let (one, other) = (day(number * 7_919), day(number * 6_101 + 331));
        let (from, to) = (one.min(other).to_string(), one.max(other).to_string());
        let project = project(number * 31 % projects.max(1)).to_string();
        body(FIGURE, &json!({ "project": project, "from": from, "to": to }))
    };
    let bodies: Vec<String> = (0..QUESTIONS).map(body).collect();
    let body = move |number| {
        let turn = usize::try_from(number % QUESTIONS).unwrap_or(0);
        bodies.get(turn).cloned().unwrap_or_default()
    };
    Ask { body: Arc::new(body), wanted: b"" }
}

/// The totals of the town over the three years, the same question again and again: remembered after the first time.
pub(super) fn town() -> Ask {
    let body = body(TOWN, &json!({ "from": "2012-04-01", "to": "2015-03-31" }));
    Ask { body: Arc::new(move |_| body.clone()), wanted: ROWS }
}

/// The same over ever other windows, which begin and end within a month of each other; none is asked again before a
/// thousand others were. They share the quarters between their first and their last.
pub(super) fn town_anew() -> Ask {
    let body = |number: u64| {
        let (from, to) = town_days(number);
        body(TOWN, &json!({ "from": from.to_string(), "to": to.to_string() }))
    };
    Ask { body: Arc::new(body), wanted: ROWS }
}

/// The question that [`town_anew`] asks.
pub(super) fn town_question(number: u64) -> Question {
    let (from, to) = town_days(number);
    let (group_by, per) = (Dimension::Theme, Some(Period::Quarter));
    Question { selection: Arc::default(), window: Window::new(from, to, to), group_by, per, rate_card: None }
}

fn town_days(number: u64) -> (Day, Day) {
    let later = |day: Day, days: u64| Day(day.0 + i32::try_from(days).unwrap_or(0));
    let last = Day(FIRST.0 + i32::try_from(DAYS).unwrap_or(0) - 32);
    (later(FIRST, number % 33), later(last, number / 33 % 31))
}

/// Entries of hours, each under a key of its own.
pub(super) fn hours(project: ProjectId, group: String) -> Ask {
    let project = project.to_string();
    let body = move |number: u64| {
        let day = Day(load::FIRST_DAY.0 + i32::try_from(number % load::DAYS).unwrap_or(0));
        let input = json!({
            "idempotencyKey": format!("hours-{number}"), "effective": day.to_string(), "project": project,
            "group": group, "role": "general", "people": 1 + number % 40, "minutesEach": 10 + number % 470,
            "captured": "IMPORT", "meant": true,
        });
        body(LOG, &json!({ "input": [input] }))
    };
    Ask { body: Arc::new(body), wanted: b"\"replayed\":false" }
}
