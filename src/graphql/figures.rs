//! Figures of many projects: grouped, as series, and by who put in what.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, Union};

use super::dividend::{Behind, SharedDividend};
use super::eye::Eye;
use super::fault::{Code, Fault};
use super::room;
use super::scope::{AsAt, may_block};
use super::things::{Fund, Organisation};
use super::trail::read_some_id;
use super::units::{Duration, LineName, Money, PeriodName, Ratio, WindowShown, for_plotting};
use crate::domain::ids::{ProjectId, RateCardId};
use crate::domain::money::Pence;
use crate::domain::text::Slug;
use crate::domain::time::Day;
use crate::views::contributors::{Contribution as Given, Party as Giver, contributions};
use crate::views::dividends;
use crate::views::grouping::{Dimension, Group};
use crate::views::line::{Line, Unit};
use crate::views::question::{Question, ROWS_MAX};
use crate::views::selection::Selection;
use crate::views::series::{self, Measure, SeriesRow as Row};
use crate::views::window::Window;

/// The most projects that a selection may name.
const PROJECTS_MAX: usize = 1_000;

/// By what figures are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Dimension", remote = "Dimension")]
pub enum DimensionName {
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
    /// Financial years from 1 April.
    FinancialYear,
    /// Quarters of the financial year.
    Quarter,
    /// Calendar months.
    Month,
    /// The lines of the figure.
    Line,
}

/// Which projects a figure is about; what is absent does not narrow.
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "Selection")]
pub struct SelectionInput {
    /// Only these projects.
    pub projects: Option<Vec<ID>>,
    /// Only projects that this organisation leads or is a partner of.
    pub organisation: Option<ID>,
    /// Only projects that serve a priority of this strategy.
    pub strategy: Option<ID>,
    /// Only projects that serve the priority with this code.
    pub priority: Option<String>,
    /// Only projects that serve a priority of the theme with this name.
    pub theme: Option<String>,
    /// Only projects that serve this place.
    pub place: Option<String>,
    /// Only projects that were ever awarded a grant out of this fund.
    pub fund: Option<ID>,
}

impl SelectionInput {
    /// Reads the ids.
    ///
    /// # Errors
    /// A fault where one of them is none.
    pub fn read(self) -> Result<Selection, Fault> {
        let projects = self.projects.unwrap_or_default();
        if projects.len() > PROJECTS_MAX {
            let sentence = format!("Name at most {PROJECTS_MAX} projects; leave projects out to have all.");
            return Err(Fault::limit(Code::BadUserInput, sentence, PROJECTS_MAX));
        }
        let projects: Result<_, Fault> = projects.iter().map(|id| super::trail::read_id(id, "a project")).collect();
        Ok(Selection {
            projects: projects?,
            organisation: read_some_id(self.organisation.as_ref(), "an organisation")?,
            strategy: read_some_id(self.strategy.as_ref(), "a strategy")?,
            priority: self.priority.map(Slug::from),
            theme: self.theme,
            place: self.place.map(Slug::from),
            fund: read_some_id(self.fund.as_ref(), "a fund")?,
        })
    }
}

/// One row of grouped figures, and what it is a row of.
#[derive(Clone, Debug)]
pub struct DividendGroup {
    of: SharedDividends,
    group: Group,
}

/// One row of grouped figures.
#[Object(serial)]
impl DividendGroup {
    /// What it is known by: an id, a code, the first day of a period, the name of a line; `none` for what belongs
    /// nowhere.
    async fn key(&self) -> &str {
        &self.group.key
    }

    /// What people call it.
    async fn label(&self) -> &str {
        &self.group.label
    }

    /// The first day of its period, where the window was cut into periods with `per`; null elsewhere.
    async fn time(&self) -> Option<Day> {
        self.group.time
    }

    /// Its figure.
    async fn shared_dividend(&self) -> Result<SharedDividend, Fault> {
        self.of.eye.scope.check_time()?;
        Ok(self.of.figure(self.behind(), self.group.dividend))
    }
}

impl DividendGroup {
    /// Evidence is to be had of rows that are projects, or that are periods of all.
    fn behind(&self) -> Behind {
        let group_by = self.of.question.group_by;
        match self.group.key.parse() {
            Ok(project) if group_by == Dimension::Project => Behind::Project(project),
            _ if group_by.period().is_some() => Behind::Selected(Arc::clone(&self.of.question.selection)),
            _ => Behind::Parts,
        }
    }
}

/// Grouped figures, as a view computed them, and who asked for them how.
#[derive(Clone, Debug)]
pub struct SharedDividends {
    eye: Eye,
    question: Question,
    rows: Arc<[Group]>,
}

/// Grouped figures; the rows add up to the total on every line that is a sum.
#[Object(serial)]
impl SharedDividends {
    /// By what they are grouped.
    async fn group_by(&self) -> DimensionName {
        self.question.group_by.into()
    }

    /// The rows, by key; where the window was cut into periods, by period and then by key, and every key has a row in
    /// every period.
    async fn rows(&self, context: &Context<'_>) -> Result<Vec<DividendGroup>, Fault> {
        room::take_rows(context, context.field(), self.rows.len())?;
        let row = |group: &Group| DividendGroup { of: self.clone(), group: group.clone() };
        Ok(self.rows.iter().map(row).collect())
    }

    /// The figure of all selected projects.
    async fn total(&self) -> Result<SharedDividend, Fault> {
        self.eye.scope.check_time()?;
        let total = may_block(|| self.question.total(&self.eye.view));
        Ok(self.figure(Behind::Selected(Arc::clone(&self.question.selection)), total))
    }

    /// What the answer knows.
    async fn as_at(&self) -> AsAt {
        AsAt::of(&self.eye)
    }
}

impl SharedDividends {
    /// The answer to a question, from a view.
    ///
    /// # Errors
    /// A fault where there would be more rows than anybody reads.
    pub(crate) fn of(eye: &Eye, question: Question) -> Result<Self, Fault> {
        let rows = may_block(|| question.rows(&eye.view)).map_err(|_| too_many_rows())?;
        Ok(Self { eye: eye.clone(), question, rows })
    }

    fn figure(&self, behind: Behind, figure: dividends::SharedDividend) -> SharedDividend {
        SharedDividend::new(&self.eye, behind, figure, self.question.rate_card)
    }
}

/// What a series shows: one line, or one ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RatioName {
    /// What others added for each £1 of public support.
    PerPound,
    /// The same without match funding from lotteries and other public bodies.
    PerPoundWithoutPublic,
    /// Match funding and cash pledges for each £1 of grants and contracts.
    CashLeverage,
}

/// What a series shows: give one of the two.
#[derive(Clone, Copy, Debug, InputObject)]
#[graphql(name = "Measure")]
pub struct MeasureInput {
    /// A line, in its unit.
    pub line: Option<LineName>,
    /// A ratio.
    pub ratio: Option<RatioName>,
}

impl MeasureInput {
    /// Reads what is wanted.
    ///
    /// # Errors
    /// A fault where none or both are given.
    pub fn read(self) -> Result<Measure, Fault> {
        match (self.line, self.ratio) {
            (Some(line), None) => Ok(Measure::Line(line.into())),
            (None, Some(RatioName::PerPound)) => Ok(Measure::PerPound),
            (None, Some(RatioName::PerPoundWithoutPublic)) => Ok(Measure::PerPoundWithoutPublic),
            (None, Some(RatioName::CashLeverage)) => Ok(Measure::CashLeverage),
            _ => {
                let sentence = "Give measure a line or a ratio: one of the two.";
                Err(Fault::new(Code::BadUserInput, sentence))
            }
        }
    }
}

/// The unit that a series counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SeriesUnit {
    /// Pounds sterling; `exact` is in pence.
    Pounds,
    /// Hours; `exact` is in minutes.
    Hours,
    /// A ratio; `exact` is the numerator in pence.
    Ratio,
}

/// One row of a series: scalars only, for charts and dashboards.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct SeriesRow {
    /// The first day of the period.
    pub time: Day,
    /// The period's name: `2012-05`, `2012-13 Q1`, `2012-13`.
    pub period: String,
    /// What the row is known by.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// The value in the series' unit, for plotting; null of a ratio that has none.
    pub value: Option<f64>,
    /// The exact value: pence or minutes; of a ratio its numerator in pence. A 64-bit whole number as a text.
    pub exact: String,
    /// Of a ratio, its denominator in pence, a 64-bit whole number as a text.
    pub denominator: Option<String>,
    /// The value as people write it.
    pub display: String,
    /// How many entries stand behind it.
    pub entry_count: u32,
}

impl SeriesRow {
    fn of(row: Row, measure: Measure, per: crate::views::window::Period) -> Self {
        let (value, display) = match (measure, row.ratio) {
            (Measure::Line(line), _) => shown(line, row.value),
            (_, ratio) => {
                let ratio = ratio.and_then(Ratio::of);
                let value = ratio.as_ref().and_then(|ratio| ratio.decimal.parse().ok());
                (value, ratio.map_or_else(|| "none".to_owned(), |ratio| ratio.decimal))
            }
        };
        Self {
            time: row.time,
            period: per.label(row.time),
            key: row.key,
            label: row.label,
            value,
            exact: row.value.to_string(),
            denominator: row.ratio.map(|ratio| ratio.denominator.0.to_string()),
            display,
            entry_count: u32::try_from(row.entry_count).unwrap_or(u32::MAX),
        }
    }
}

fn shown(line: Line, value: i64) -> (Option<f64>, String) {
    match line.unit() {
        Unit::Pence => (Some(for_plotting(value) / 100.0), Pence(value).display()),
        Unit::Minutes => (Some(for_plotting(value) / 60.0), Duration::of(value).display()),
    }
}

/// A measure, period by period and key by key, with nothing left out.
#[derive(Clone, Debug, SimpleObject)]
pub struct Series {
    /// What it counts in.
    pub unit: SeriesUnit,
    /// The rows, by period and then by key; every key has a row in every period.
    pub rows: Vec<SeriesRow>,
    /// The days it speaks of.
    pub window: WindowShown,
    /// What it knows.
    pub as_at: AsAt,
}

impl Series {
    /// A series, as a view computed it.
    ///
    /// # Errors
    /// A fault where it has more rows than anybody reads, or than the answer has room for.
    pub(crate) fn of(context: &Context<'_>, eye: &Eye, window: Window, series: series::Series) -> Result<Self, Fault> {
        if series.rows.len() > ROWS_MAX {
            return Err(too_many_rows());
        }
        for field in context.field().selection_set().filter(|field| field.name() == "rows") {
            room::take_rows(context, field, series.rows.len())?;
        }
        Ok(Self::new(eye, window, series))
    }

    fn new(eye: &Eye, window: Window, series: series::Series) -> Self {
        let (measure, per) = (series.measure, series.per);
        let unit = match measure {
            Measure::Line(line) if line.unit() == Unit::Minutes => SeriesUnit::Hours,
            Measure::Line(_) => SeriesUnit::Pounds,
            _ => SeriesUnit::Ratio,
        };
        let rows = series.rows.into_iter().map(|row| SeriesRow::of(row, measure, per)).collect();
        Self { unit, rows, window: window.into(), as_at: AsAt::of(eye) }
    }
}

fn too_many_rows() -> Fault {
    let sentence = format!("Ask for longer periods or fewer groups: the limit is {ROWS_MAX} rows.");
    Fault::limit(Code::TooManyRows, sentence, ROWS_MAX)
}

/// Refuses a window that would be cut into more periods than a series may have rows.
///
/// # Errors
/// A fault with the limit.
pub(crate) fn check_periods(window: Window, per: PeriodName) -> Result<(), Fault> {
    let days = usize::try_from(window.to.0.saturating_sub(window.from.0)).unwrap_or(0);
    let periods = days / 28;
    if per == PeriodName::Month && periods > 1_300 {
        let sentence = "Ask for at most 1,300 months at once, or for financial years.";
        return Err(Fault::limit(Code::TooManyRows, sentence, 1_300_u64));
    }
    Ok(())
}

/// Whoever puts in: a fund of the ledger or an organisation.
#[derive(Clone, Debug, Union)]
pub enum Party {
    /// A fund of the ledger.
    Fund(Fund),
    /// An organisation.
    Organisation(Organisation),
}

impl Party {
    /// A party, where the view has it.
    pub(crate) fn of(eye: &Eye, party: Giver) -> Option<Self> {
        match party {
            Giver::Fund(id) => Fund::find(eye, id).map(Self::Fund),
            Giver::Organisation(id) => Organisation::find(eye, id).map(Self::Organisation),
        }
    }
}

/// What one giver put in on one line.
#[derive(Clone, Debug, SimpleObject)]
pub struct Contribution {
    /// Who gave; null where the entry names nobody, as an opening balance does.
    pub party: Option<Party>,
    /// The line.
    pub line: LineName,
    /// The pounds.
    pub amount: Money,
    /// The time, of volunteering.
    pub time: Option<Duration>,
    /// The giver's part of that line, in basis points, rounded down; null where the line is not positive.
    pub share_bp: Option<u32>,
}

impl Contribution {
    /// What each giver put into a project.
    pub fn of_project(eye: &Eye, project: ProjectId, window: Window, card: Option<RateCardId>) -> Vec<Self> {
        let given = contributions(&eye.view, project, window, card);
        let sum =
            |line: Line| given.iter().filter(|row| row.line == line).fold(Pence::ZERO, |sum, row| sum.plus(row.amount));
        given.iter().map(|row| Self::of(eye, row, sum(row.line))).collect()
    }

    /// What one giver put in, as a part of a whole line.
    pub(crate) fn of(eye: &Eye, row: &Given, line: Pence) -> Self {
        let party = row.party.and_then(|party| Party::of(eye, party));
        let share = i128::from(row.amount.0).saturating_mul(10_000).checked_div(i128::from(line.0).max(0));
        Self {
            party,
            line: row.line.into(),
            amount: row.amount.into(),
            time: (row.line == Line::Volunteering).then(|| Duration::of(row.minutes)),
            share_bp: share.and_then(|share| u32::try_from(share).ok()),
        }
    }
}
