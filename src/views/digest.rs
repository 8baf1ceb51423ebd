//! A digest of every figure: what two folds of the same entries agree in.
//!
//! Invariant: it is taken over plain text that names every value, so that anybody can take it again.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::domain::quantity::Digest;
use crate::domain::time::{Day, FIRST_DAY, FinancialYear, LAST_DAY};

use super::dividends::all_dividends;
use super::line::Line;
use super::view::View;
use super::window::Window;

/// The digest of every figure of a view, by financial year.
pub fn figures_digest(view: &View) -> Digest {
    let mut text = format!("position {}\nrecordedAt {}\n", view.position, view.recorded_at);
    let last = view.figures.span(&view.books).map_or(FIRST_DAY, |(_, last)| last);
    for year in years_with_entries(view, last) {
        write_figures(&mut text, view, Window::year(year), &year.to_string());
    }
    let all = Window::new(FIRST_DAY, LAST_DAY, LAST_DAY);
    write_figures(&mut text, view, all, "all");
    of_text(&text)
}

/// The digest of every figure through a day, as the view knows it: what closing the books through that day holds fast.
pub fn closed_figures_digest(view: &View, through: Day) -> Digest {
    let mut text = format!("through {through}\n");
    write_figures(&mut text, view, Window::new(FIRST_DAY, through, through), "all");
    of_text(&text)
}

/// The financial years from the first that holds an entry that counts, or a day of rent, through a day.
fn years_with_entries(view: &View, through: Day) -> Vec<FinancialYear> {
    let Some(first) = view.first_day() else { return Vec::new() };
    let mut year = FinancialYear::of(first);
    let mut years = Vec::new();
    while year.first_day() <= through {
        years.push(year);
        year = year.next();
    }
    years
}

fn write_figures(text: &mut String, view: &View, window: Window, name: &str) {
    for (project, figure) in all_dividends(view, window, None) {
        let mut line = format!("{name} {project}");
        for of in Line::ALL {
            let _ = write!(line, " {}={}", of.name(), figure.line(*of));
        }
        let shares = if figure.shares().is_some() { "" } else { " shares=null" };
        let _ = writeln!(text, "{line}{shares}");
    }
}

fn of_text(text: &str) -> Digest {
    Digest(Sha256::digest(text.as_bytes()).into())
}
