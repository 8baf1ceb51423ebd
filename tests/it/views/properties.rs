//! What holds of every ledger: sums that add up, folds that agree, and the arithmetic done a second time.

use std::sync::Arc;

use coledger::domain::books::Books;
use coledger::domain::event::Entry;
use coledger::domain::evolve;
use coledger::domain::hours_rows::NewHours;
use coledger::domain::ids::{Position, ProjectId};
use coledger::domain::money::Pence;
use coledger::domain::time::{Day, FinancialYear, Instant};
use coledger::views::activity::{EntryFilter, Order, entries as entries_of};
use coledger::views::contributors::{GIVEN_LINES, contributions, organisation_shares};
use coledger::views::digest::figures_digest;
use coledger::views::dividends::{SharedDividend, all_dividends, shared_dividend};
use coledger::views::evidence::evidence;
use coledger::views::grouping::{Dimension, total};
use coledger::views::line::Line;
use coledger::views::question::Question;
use coledger::views::restatement::restatement;
use coledger::views::selection::Selection;
use coledger::views::totals::Totals;
use coledger::views::view::View;
use coledger::views::window::{Period, Window};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::reference::reference;
use crate::harness::decisions::day;
use crate::harness::random_ledger::{FIRST, Step, ledger, steps};
use crate::harness::views::{folded, grouped_by, same, same_books};

/// A window somewhere in the days of a random ledger, cut at some day or not.
fn window_of([from, length, cut]: [u16; 3]) -> Window {
    let from = Day(day(FIRST).0 + i32::from(from % 1_300) - 60);
    let to = Day(from.0 + i32::from(length % 900));
    let as_at = if cut.is_multiple_of(3) { Day(from.0 + i32::from(cut % 500) - 40) } else { to };
    Window::new(from, to, as_at)
}

fn projects(view: &View) -> Vec<ProjectId> {
    view.books.projects.iter().map(|project| project.id).collect()
}

fn figure(view: &View, project: ProjectId, window: Window) -> SharedDividend {
    shared_dividend(view, project, window, None).expect("the project")
}

/// Compares a figure with the arithmetic done again straight from the entries.
fn agrees(view: &View, entries: &[Entry], window: Window) {
    for project in projects(view) {
        let fast = figure(view, project, window);
        let slow = reference(entries, project, window);
        let shares = [Line::Partnership, Line::Organisations, Line::Community];
        for line in Line::ALL.iter().filter(|line| !(slow.unsplit && shares.contains(line))) {
            assert_eq!(fast.line(*line), slow.line(*line), "{} of {project} in {window}", line.name());
        }
        assert_eq!(fast.shares().is_none(), slow.unsplit, "whether there are shares of {project} in {window}");
        assert_eq!(fast.totals.match_public, slow.match_public);
        assert_eq!(fast.totals.pledges_cash, slow.cash_pledges);
        let (low, high) = fast.per_pound_range();
        assert_eq!((low.numerator.0, high.numerator.0), (slow.returned_low, slow.returned_high));
    }
}

/// Compares two views in what they hold and in what they answer.
fn same_answers(one: &View, other: &View, window: Window) {
    same_books(one, other);
    assert_eq!(figures_digest(one), figures_digest(other));
    assert_eq!(one.first_day(), other.first_day());
    let cards = other.books.setup.rate_cards().map(|card| Some(card.id));
    for card in cards.chain([None]) {
        assert_eq!(all_dividends(one, window, card), all_dividends(other, window, card));
    }
    for project in projects(other) {
        for line in Line::ALL {
            assert_eq!(evidence(one, project, window, *line, None), evidence(other, project, window, *line, None));
        }
    }
    for order in [Order::OldestFirst, Order::NewestFirst] {
        for reversed in [None, Some(true), Some(false)] {
            let filter = EntryFilter { reversed, ..EntryFilter::default() };
            let page = |view: &View| entries_of(view, &filter, None, usize::MAX, order);
            assert_eq!(page(one), page(other));
        }
    }
    assert!(one.books.hours.roles().eq(other.books.hours.roles()));
    for position in (1..=other.position.0).map(Position) {
        assert!(one.books.hours.decided_by(position).eq(other.books.hours.decided_by(position)));
    }
}

/// Compares what a ledger says of each of its earlier positions with a fold from scratch; with the help of a view of a
/// position before, and without.
fn knows_every_prefix(steps: &[Step], window: Window) {
    let (present, entries) = ledger(steps);
    let mut before = present.known_at(Position(0), Instant::default(), None);
    assert_eq!(figures_digest(&before), figures_digest(&View::default()));
    for (index, entry) in entries.iter().enumerate() {
        let then = folded(entries.iter().take(index + 1));
        let known = present.known_at(entry.position, entry.recorded_at, None);
        same_answers(&known, &then, window);
        if index % 7 == 0 {
            before = present.known_at(entry.position, entry.recorded_at, Some(&before));
            same_answers(&before, &then, window);
        }
    }
}

/// The lines that belong to a figure without shares too.
fn certain(dividend: &SharedDividend) -> impl Iterator<Item = Line> {
    let shares = [Line::Partnership, Line::Organisations, Line::Community];
    let unsplit = dividend.shares().is_none();
    Line::ALL.iter().copied().filter(move |line| !(unsplit && shares.contains(line)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn figures_are_what_the_arithmetic_gives_straight_from_the_entries(
        steps in steps(120),
        windows in prop::collection::vec(any::<[u16; 3]>(), 4),
    ) {
        let (view, entries) = ledger(&steps);
        for window in windows {
            agrees(&view, &entries, window_of(window));
        }
    }

    #[test]
    fn parts_of_a_window_add_up_to_it(steps in steps(120), window in any::<[u16; 3]>()) {
        let (view, _) = ledger(&steps);
        let whole = window_of(window);
        for period in Period::ALL {
            for project in projects(&view) {
                let parts = whole.periods(*period).into_iter().map(|(_, part)| figure(&view, project, part));
                let sum = parts.fold(Totals::default(), |sum, part| sum.plus(&part.totals));
                let total = figure(&view, project, whole).totals;
                for line in Line::ALL.iter().filter(|line| line.adds_up_over_time()) {
                    prop_assert_eq!(sum.line(*line), total.line(*line), "{} by {:?}", line.name(), period);
                }
            }
        }
    }

    #[test]
    fn shares_add_up_to_what_was_returned(steps in steps(120), window in any::<[u16; 3]>()) {
        let (view, _) = ledger(&steps);
        let window = window_of(window);
        for project in projects(&view) {
            let figure = figure(&view, project, window);
            let Some(shares) = figure.shares() else { continue };
            let sum = shares.partnership.plus(shares.organisations).plus(shares.community);
            prop_assert_eq!(sum, figure.returned());
            let partners = organisation_shares(&view, project, window, None).expect("shares");
            let of_partners = partners.iter().map(|(_, share)| *share).fold(Pence::ZERO, Pence::plus);
            prop_assert_eq!(of_partners, shares.organisations);
        }
    }

    #[test]
    fn evidence_and_givers_add_up_to_every_line(steps in steps(120), window in any::<[u16; 3]>()) {
        let (view, _) = ledger(&steps);
        let window = window_of(window);
        for project in projects(&view) {
            let figure = figure(&view, project, window);
            for line in Line::ALL {
                let rows = evidence(&view, project, window, *line, None);
                prop_assert!(rows.is_sorted_by(|one, next| one.position < next.position));
                let sum: i64 = rows.iter().map(|row| row.value).sum();
                prop_assert_eq!(sum, figure.line(*line), "{}", line.name());
            }
            let given = contributions(&view, project, window, None);
            for line in GIVEN_LINES {
                let sum: i64 = given.iter().filter(|row| row.line == *line).map(|row| row.amount.0).sum();
                prop_assert_eq!(sum, figure.line(*line), "{}", line.name());
            }
        }
    }

    #[test]
    fn groups_add_up_to_their_total_by_every_dimension(steps in steps(100), window in any::<[u16; 3]>()) {
        let (view, _) = ledger(&steps);
        let window = window_of(window);
        for dimension in Dimension::ALL {
            let question = grouped_by(*dimension, None, window);
            let (rows, total) = (question.rows(&view).unwrap(), question.total(&view));
            let sum = rows.iter().fold(Totals::default(), |sum, group| sum.plus(&group.dividend.totals));
            for line in certain(&total).filter(|line| dimension.period().is_none() || line.adds_up_over_time()) {
                prop_assert_eq!(sum.line(line), total.line(line), "{} by {:?}", line.name(), dimension);
            }
        }
    }

    #[test]
    fn groups_of_a_period_add_up_to_its_total_and_none_is_left_out(steps in steps(100), window in any::<[u16; 3]>()) {
        let (view, _) = ledger(&steps);
        let (window, all) = (window_of(window), Selection::default());
        for (dimension, per) in Dimension::ALL.iter().flat_map(|it| Period::ALL.iter().map(move |per| (*it, *per))) {
            let cut = grouped_by(dimension, Some(per), window).rows(&view).unwrap();
            let periods = window.periods(per);
            let keys = cut.len() / periods.len();
            prop_assert_eq!(cut.len(), periods.len() * keys);
            for (index, (first, part)) in periods.into_iter().enumerate() {
                let rows = &cut[index * keys..(index + 1) * keys];
                prop_assert!(rows.iter().all(|row| row.time == Some(first) && row.dividend.window == part));
                prop_assert!(rows.iter().zip(cut.iter()).all(|(row, as_in_the_first)| row.key == as_in_the_first.key));
                let whole = total(&view, &all, part, None);
                let sum = rows.iter().fold(Totals::default(), |sum, row| sum.plus(&row.dividend.totals));
                for line in certain(&whole) {
                    prop_assert_eq!(sum.line(line), whole.line(line), "{} by {:?} in {}", line.name(), dimension, part);
                }
            }
        }
    }

    #[test]
    fn a_view_that_was_asked_before_answers_the_same_and_a_later_one_anew(
        steps in steps(100),
        window in any::<[u16; 3]>(),
    ) {
        let (_, entries) = ledger(&steps);
        let mut view = View::default();
        for entry in &entries {
            view.apply(entry);
            for per in [None, Some(Period::Quarter)] {
                let question = grouped_by(Dimension::Project, per, window_of(window));
                let first = question.rows(&view).unwrap();
                let again = question.rows(&view).unwrap();
                prop_assert!(per.is_some() || Arc::ptr_eq(&first, &again));
                prop_assert_eq!(&first, &again);
                prop_assert_eq!(&first, &question.rows(&view.clone()).unwrap());
                prop_assert_eq!(question.total(&view), question.total(&view.clone()));
            }
        }
    }

    #[test]
    fn what_a_view_remembers_belongs_to_its_question(steps in steps(100), window in any::<[u16; 3]>()) {
        let (view, _) = ledger(&steps);
        let card = view.books.setup.rate_cards().next().map(|card| card.id);
        let selections = std::iter::once(Selection::default()).chain(projects(&view).into_iter().map(Selection::project));
        for selection in selections.map(Arc::new) {
            for (group_by, rate_card) in [(Dimension::Line, None), (Dimension::Project, None), (Dimension::Line, card)] {
                let asked = grouped_by(group_by, None, window_of(window));
                let question = Question { selection: Arc::clone(&selection), rate_card, ..asked };
                prop_assert_eq!(question.rows(&view), question.rows(&view.clone()));
                prop_assert_eq!(question.total(&view), question.total(&view.clone()));
            }
        }
    }

    #[test]
    fn a_figure_under_the_card_that_was_in_force_all_along_is_the_same(
        steps in steps(100),
        window in any::<[u16; 3]>(),
    ) {
        let (view, entries) = ledger(&steps);
        let window = window_of(window);
        let last = view.books.setup.rate_cards().last().map(|card| card.id);
        let (Some(card), Some(from)) = (last, view.books.setup.rate_cards().last().map(|card| card.effective)) else {
            return Ok(());
        };
        let since = Window { from: window.from.max(from), ..window };
        for (project, figure) in all_dividends(&view, since, None) {
            let under = shared_dividend(&view, project, since, Some(card)).expect("the project");
            prop_assert_eq!(under.totals, figure.totals);
        }
        prop_assert!(!entries.is_empty());
    }

    #[test]
    fn every_prefix_folds_to_the_same_view_step_by_step_and_from_scratch(steps in steps(70)) {
        let (_, entries) = ledger(&steps);
        let mut growing = View::default();
        for (index, entry) in entries.iter().enumerate() {
            growing.apply(entry);
            let scratch = folded(entries.iter().take(index + 1));
            prop_assert_eq!(&growing.figures, &scratch.figures, "at position {}", entry.position);
            prop_assert_eq!(&growing.activity, &scratch.activity);
            prop_assert_eq!(figures_digest(&growing), figures_digest(&scratch));
        }
    }

    #[test]
    fn hours_fold_the_same_with_and_without_their_entries(steps in steps(120)) {
        let (whole, entries) = ledger(&steps);
        let (mut view, mut books) = (View::default(), Books::default());
        for entry in &entries {
            evolve(&mut books, entry);
            match NewHours::of(entry) {
                Some(hours) => view.apply_hours(&hours, entry.recorded_at, entry.batch),
                None => view.apply(entry),
            }
        }
        same(&view, &whole);
        prop_assert!(view.books.hours.iter().eq(books.hours.iter()));
        prop_assert_eq!(&view.books.kept, &books.kept);
        prop_assert_eq!((view.books.position, view.books.recorded_at), (books.position, books.recorded_at));
    }

    #[test]
    fn a_restatement_lists_every_entry_by_which_a_line_moved(
        steps in steps(100),
        window in any::<[u16; 3]>(),
        at in any::<prop::sample::Index>(),
    ) {
        let (after, entries) = ledger(&steps);
        let window = window_of(window);
        let before = folded(entries.iter().take(at.index(entries.len()) + 1));
        let restated = restatement(&before, &after, &Selection::default(), window);
        for project in projects(&after) {
            let now = figure(&after, project, window);
            let then = shared_dividend(&before, project, window, None).unwrap_or(SharedDividend::empty(window));
            for line in Line::ALL.iter().filter(|line| !matches!(line, Line::Invested | Line::Returned)) {
                let row = restated.iter().find(|row| row.project == project && row.line == *line);
                let moved: i64 = row.map_or(0, |row| row.entries.iter().map(|entry| entry.after - entry.before).sum());
                prop_assert_eq!(moved, now.line(*line) - then.line(*line), "{}", line.name());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_known_at_a_position_is_what_was_folded_up_to_it(
        steps in steps(90),
        window in any::<[u16; 3]>(),
    ) {
        knows_every_prefix(&steps, window_of(window));
    }

    #[test]
    fn hours_that_were_decided_undone_and_decided_again_are_known_as_they_were(
        steps in steps(120),
        window in any::<[u16; 3]>(),
    ) {
        // Hours, decisions on them and reversals only: kinds 18, 23, 26 and 39 of a random ledger, and rate cards.
        let kinds = [18, 18, 18, 23, 23, 26, 39, 39, 39, 2];
        let often = |[kind, a, b, c, amount, when]: Step| [kinds[usize::from(kind % 10)], a, b, c, amount, when];
        let steps: Vec<Step> = steps.into_iter().map(often).collect();
        knows_every_prefix(&steps, window_of(window));
    }
}

#[test]
fn random_ledgers_hold_something_on_every_line() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let all: Vec<Step> = (0..3)
        .flat_map(|_| prop::collection::vec(any::<Step>(), 400).new_tree(&mut runner).expect("steps").current())
        .collect();
    let (view, entries) = ledger(&all);
    let year = Window::new(day(FIRST), FinancialYear(2013).last_day(), FinancialYear(2013).last_day());
    let total = all_dividends(&view, year, None).iter().fold(Totals::default(), |sum, (_, it)| sum.plus(&it.totals));
    for line in Line::ALL.iter().filter(|line| **line != Line::ReturnsOfEarlier) {
        assert_ne!(total.line(*line), 0, "{} of {} entries", line.name(), entries.len());
    }
}
