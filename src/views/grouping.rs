//! Figures by project, theme, priority, place, lead, fund or line: the rows of one window.
//!
//! Invariant: rows add up to the figure of all on every line that is a sum, by any dimension: what belongs to several
//! places is divided by largest remainder, and what belongs nowhere has a row of its own.

use std::collections::BTreeMap;

use crate::domain::books::Books;
use crate::domain::event::{Event, PriorityLink};
use crate::domain::ids::{FundId, RateCardId};
use crate::domain::money::Pence;
use crate::domain::projects::Project;
use crate::domain::text::Title;
use crate::domain::time::Day;

use super::contributors::funding_behind;
use super::dividends::{SharedDividend, named_card, shared_dividend};
use super::line::Line;
use super::parts;
use super::pricing::Pricing;
use super::selection::{Selection, theme_of};
use super::split::{split_totals, split_totals_by_amounts};
use super::totals::Totals;
use super::view::View;
use super::window::{Period, Window};

/// By what figures are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Each project.
    Project,
    /// The theme of each project's main priority.
    Theme,
    /// Each project's main priority.
    Priority,
    /// The places that projects serve, by basis points.
    Place,
    /// The organisation that leads.
    Lead,
    /// The fund that pays grants; all else has a row of its own.
    Fund,
    /// Financial years.
    FinancialYear,
    /// Quarters of the financial year.
    Quarter,
    /// Calendar months.
    Month,
    /// The lines of the figure.
    Line,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: &'static [Self] = &[
        Self::Project,
        Self::Theme,
        Self::Priority,
        Self::Place,
        Self::Lead,
        Self::Fund,
        Self::FinancialYear,
        Self::Quarter,
        Self::Month,
        Self::Line,
    ];

    /// The period that the dimension is, where it is one.
    pub fn period(self) -> Option<Period> {
        match self {
            Self::FinancialYear => Some(Period::FinancialYear),
            Self::Quarter => Some(Period::Quarter),
            Self::Month => Some(Period::Month),
            _ => None,
        }
    }
}

/// The key of the row for whatever belongs nowhere.
pub const NOWHERE: &str = "none";
/// The key where there is but one row.
pub(super) const ALL: &str = "all";

/// One row of grouped figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The first day of the row's period, where the window was cut into some.
    pub time: Option<Day>,
    /// What it is known by: an id, a code, a period's first day, a line's name.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Its figure.
    pub dividend: SharedDividend,
}

/// The rows of a dimension of things over one window, by key; without a dimension, one row of everything.
pub(super) fn rows(
    view: &View,
    selection: &Selection,
    window: Window,
    group_by: Option<Dimension>,
    rate_card: Option<RateCardId>,
) -> Vec<Group> {
    match group_by {
        Some(Dimension::Line) => by_line(&total(view, selection, window, rate_card)),
        Some(things) => by_things(view, selection, window, things, rate_card),
        None => {
            let dividend = total(view, selection, window, rate_card);
            vec![Group { time: None, key: ALL.to_owned(), label: "All".to_owned(), dividend }]
        }
    }
}

/// The figure of all selected projects together.
pub fn total(view: &View, selection: &Selection, window: Window, rate_card: Option<RateCardId>) -> SharedDividend {
    let empty = SharedDividend { rate_card: named_card(view, window, rate_card), ..SharedDividend::empty(window) };
    let figures = selection.of(&view.books).filter_map(|it| shared_dividend(view, it.id, window, rate_card));
    figures.fold(empty, |sum, figure| sum.plus(&figure))
}

/// A row a line, in which all other lines are empty. Invested and returned are sums of rows and have none.
fn by_line(total: &SharedDividend) -> Vec<Group> {
    let rows = Line::ALL.iter().filter(|line| !matches!(line, Line::Invested | Line::Returned));
    let row = |line: &Line| Group {
        time: None,
        key: line.name().to_owned(),
        label: line.label().to_owned(),
        dividend: SharedDividend { totals: total.totals.only(*line), ..*total },
    };
    rows.map(row).collect()
}

fn by_things(
    view: &View,
    selection: &Selection,
    window: Window,
    group_by: Dimension,
    rate_card: Option<RateCardId>,
) -> Vec<Group> {
    let mut rows: BTreeMap<String, Group> = BTreeMap::new();
    let card = named_card(view, window, rate_card);
    for project in selection.of(&view.books) {
        for (key, label, totals) in portions(view, project, window, group_by, rate_card) {
            let dividend = SharedDividend { rate_card: card, totals, ..SharedDividend::empty(window) };
            match rows.get_mut(&key) {
                Some(row) => row.dividend = row.dividend.plus(&dividend),
                None => drop(rows.insert(key.clone(), Group { time: None, key, label, dividend })),
            }
        }
    }
    rows.into_values().collect()
}

/// A key, a label, and a part of a project's figure.
type Portion = (String, String, Totals);

/// The parts of a project's figure that go to the rows of a dimension.
pub(crate) fn portions(
    view: &View,
    project: &Project,
    window: Window,
    group_by: Dimension,
    rate_card: Option<RateCardId>,
) -> Vec<Portion> {
    if group_by == Dimension::Fund {
        return by_fund(view, project, window, rate_card);
    }
    let Some(figure) = shared_dividend(view, project.id, window, rate_card) else { return Vec::new() };
    let books = &view.books;
    let (key, label) = match group_by {
        Dimension::Place => return by_place(project, window, &figure.totals),
        Dimension::Theme => theme_row(books, project, window),
        Dimension::Priority => priority_row(books, project, window),
        Dimension::Lead => lead_row(books, project, window),
        _ => (project.id.to_string(), project.title().to_owned()),
    };
    vec![(key, label, figure.totals)]
}

/// The main priority that a project served at the window's end: the one marked so, or else the first.
fn main_priority(project: &Project, window: Window) -> Option<&PriorityLink> {
    let links = project.priorities_on(window.end());
    links.iter().find(|link| link.primary).or_else(|| links.first())
}

fn theme_row(books: &Books, project: &Project, window: Window) -> (String, String) {
    match main_priority(project, window).map(|link| theme_of(books, link.strategy, &link.priority)) {
        Some(theme) if !theme.is_empty() => (theme.clone(), theme),
        _ => (NOWHERE.to_owned(), "No theme".to_owned()),
    }
}

fn priority_row(books: &Books, project: &Project, window: Window) -> (String, String) {
    let Some(link) = main_priority(project, window) else { return (NOWHERE.to_owned(), "No priority".to_owned()) };
    let themes = books.setup.strategy(link.strategy).map(|strategy| strategy.adopted.themes.as_slice());
    let priorities = themes.unwrap_or_default().iter().flat_map(|theme| &theme.priorities);
    let title = priorities.into_iter().find(|priority| priority.code == link.priority).map(|found| &found.title);
    let label = title.map_or_else(|| link.priority.to_string(), Title::to_string);
    (format!("{}/{}", link.strategy, link.priority), label)
}

fn lead_row(books: &Books, project: &Project, window: Window) -> (String, String) {
    match project.lead_on(window.end()).map(|lead| books.organisations.resolve(lead)) {
        Some(lead) => (lead.to_string(), books.organisations.name(lead)),
        None => (NOWHERE.to_owned(), "No lead".to_owned()),
    }
}

fn by_place(project: &Project, window: Window, totals: &Totals) -> Vec<Portion> {
    let places = project.places_on(window.end());
    if places.is_empty() {
        return vec![(NOWHERE.to_owned(), "No place".to_owned(), *totals)];
    }
    let weights: Vec<u32> = places.iter().map(|share| share.share_bp.0).collect();
    let parts = split_totals(totals, &weights);
    let name = |place: &str| (place.to_owned(), place.replace('-', " "));
    places
        .iter()
        .map(|share| name(share.place.as_str()))
        .zip(parts)
        .map(|((key, label), part)| (key, label, part))
        .collect()
}

/// Grants by the funds that pay them; whatever no fund pays has a row of its own.
fn by_fund(view: &View, project: &Project, window: Window, rate_card: Option<RateCardId>) -> Vec<Portion> {
    let mut rows: BTreeMap<String, (String, Totals)> = BTreeMap::new();
    let pricing = Pricing::under(&view.books, rate_card);
    parts::of_figure(view, project.id, window, &pricing, |part| {
        for (key, label, totals) in funded(&view.books, &part) {
            let row = rows.entry(key).or_insert((label, Totals::default()));
            row.1 = row.1.plus(&totals);
        }
    });
    rows.into_iter().map(|(key, (label, totals))| (key, label, totals)).collect()
}

fn funded(books: &Books, part: &parts::Part) -> Vec<Portion> {
    let funding = funding_behind(books, part.position);
    let weights: Vec<Pence> = funding.iter().map(|(_, weight)| *weight).collect();
    let shares = match books.entry(part.position).map(|entry| &entry.event) {
        Some(Event::GrantAwarded(_) | Event::GrantVaried(_)) => weights.iter().copied().map(promised).collect(),
        _ => split_totals_by_amounts(&part.totals, &weights),
    };
    let rest = shares.iter().fold(part.totals, |rest, share| rest.less(share));
    let row = |((fund, _), totals): (&(FundId, Pence), Totals)| (fund.to_string(), books.funds.name(*fund), totals);
    let nobody = (NOWHERE.to_owned(), "No fund".to_owned(), rest);
    funding.iter().zip(shares).map(row).chain((rest != Totals::default()).then_some(nobody)).collect()
}

/// What a fund promises of an award or takes back of it in a variation, to the penny as it was said.
fn promised(amount: Pence) -> Totals {
    Totals { committed: amount.0, ..Totals::default() }
}
