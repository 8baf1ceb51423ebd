//! Figures read other ways: one party's statement, why a figure moved, and what was printed against what the ledger
//! computes.

use std::sync::Arc;

use async_graphql::{ComplexObject, Enum, ID, SimpleObject};

use super::dividend::{Behind, SharedDividend};
use super::entry::Entry;
use super::eye::Eye;
use super::fault::Fault;
use super::figures::{Contribution, Party};
use super::scalars::Minutes;
use super::scope::AsAt;
use super::things::Project;
use super::units::{Duration, LineName, Money, WindowShown};
use crate::domain::ids::{Position, ProjectId};
use crate::domain::money::Pence;
use crate::domain::time::Day;
use crate::views::claims::ClaimCheck;
use crate::views::line::{Line, Unit};
use crate::views::restatement::{Cause, RestatedEntry as Moved, RestatedLine as MovedLine};
use crate::views::statements;
use crate::views::window::Window;

/// What one party put into projects over a window, and what its share was.
#[derive(Clone, Debug, SimpleObject)]
pub struct DividendStatement {
    /// The party; of a merged organisation the one that it became.
    pub party: Option<Party>,
    /// The days it speaks of.
    pub window: WindowShown,
    /// All pounds that the party put in; what a contract bought is not among them.
    pub put_in: Money,
    /// All time that the party's volunteers gave.
    pub time: Duration,
    /// All that the party gained of the organisations' part; null where of some project no policy says so.
    pub gained: Option<Money>,
    /// A row for each project that the party put something into or gained from.
    pub rows: Vec<StatementRow>,
    /// What the answer knows.
    pub as_at: AsAt,
}

/// What a party put into one project, and what it gained there.
#[derive(Clone, Debug, SimpleObject)]
pub struct StatementRow {
    /// The project.
    pub project: Option<Project>,
    /// All pounds that the party put in there.
    pub put_in: Money,
    /// All time that the party's volunteers gave there.
    pub time: Duration,
    /// The same line by line; `shareBp` is each line's part of all that the party put in on that line there.
    pub lines: Vec<Contribution>,
    /// What the party gained of the organisations' part; null where no policy says so.
    pub gained: Option<Money>,
}

impl DividendStatement {
    /// A statement, as a view computed it.
    pub fn new(eye: &Eye, statement: &statements::DividendStatement) -> Self {
        Self {
            party: Party::of(eye, statement.party),
            window: statement.window.into(),
            put_in: statement.put_in().into(),
            time: Duration::of(statement.minutes()),
            gained: statement.gained().map(Money::from),
            rows: statement.rows.iter().map(|row| StatementRow::of(eye, row)).collect(),
            as_at: AsAt::of(eye),
        }
    }
}

impl StatementRow {
    fn of(eye: &Eye, row: &statements::StatementRow) -> Self {
        Self {
            project: Project::find(eye, row.project),
            put_in: row.put_in().into(),
            time: Duration::of(row.minutes()),
            lines: row.put_in.iter().map(|given| Contribution::of(eye, given, given.amount)).collect(),
            gained: row.gained.map(Money::from),
        }
    }
}

/// Why a figure moved: one window as known at two points, line by line. Lines that did not move are not among them.
#[derive(Clone, Debug, SimpleObject)]
pub struct Restatement {
    /// The days it speaks of.
    pub window: WindowShown,
    /// What was known before.
    pub before: AsAt,
    /// What was known after.
    pub after: AsAt,
    /// The lines that moved, project by project.
    pub lines: Vec<RestatedLine>,
}

/// One line of one project that moved.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct RestatedLine {
    /// The line.
    pub line: LineName,
    /// By how much it moved, in pence; null of a line that counts minutes.
    pub difference: Option<Money>,
    /// What it was, in pence; null of a line that counts minutes.
    pub before: Option<Money>,
    /// What it is, in pence; null of a line that counts minutes.
    pub after: Option<Money>,
    /// By how much it moved, in minutes; null of a line that counts money.
    pub minutes: Option<Minutes>,
    /// How many entries count differently.
    pub entry_count: u32,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    moved: Arc<MovedLine>,
}

/// Why an entry counts differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RestatementCause {
    /// It was not recorded yet.
    Recorded,
    /// It was reversed since.
    Reversed,
    /// It was confirmed, rejected or disputed since.
    Decided,
    /// It is valued or dated otherwise because of other entries: a rate card, a review of rent, a receipt.
    Restated,
}

/// An entry that counts differently.
#[derive(Clone, Debug, SimpleObject)]
pub struct RestatedEntry {
    /// The entry.
    pub entry: Option<Entry>,
    /// The day it happened, or from which it counts.
    pub day: Day,
    /// What it adds more than before, in pence; null of a line that counts minutes.
    pub difference: Option<Money>,
    /// What it adds more than before, in minutes; null of a line that counts money.
    pub minutes: Option<Minutes>,
    /// Why.
    pub cause: RestatementCause,
    /// The position of the entry that reversed or decided it, where it is known.
    pub by: Option<Position>,
}

fn money(line: Line, value: i64) -> Option<Money> {
    (line.unit() == Unit::Pence).then(|| Pence(value).into())
}

fn minutes(line: Line, value: i64) -> Option<Minutes> {
    (line.unit() == Unit::Minutes).then_some(Minutes(value))
}

impl Restatement {
    /// A restatement, as views computed it; the later view is the one that answers.
    pub fn new(before: &Eye, after: &Eye, window: Window, lines: Vec<MovedLine>) -> Self {
        let lines = lines.into_iter().map(|line| RestatedLine::of(after, line)).collect();
        Self { window: window.into(), before: AsAt::of(before), after: AsAt::of(after), lines }
    }
}

impl RestatedLine {
    fn of(eye: &Eye, moved: MovedLine) -> Self {
        let line = moved.line;
        Self {
            line: line.into(),
            difference: money(line, moved.difference()),
            before: money(line, moved.before),
            after: money(line, moved.after),
            minutes: minutes(line, moved.difference()),
            entry_count: u32::try_from(moved.entries.len()).unwrap_or(u32::MAX),
            eye: eye.clone(),
            moved: Arc::new(moved),
        }
    }

    fn entry(&self, moved: &Moved) -> Result<RestatedEntry, Fault> {
        let difference = moved.after.saturating_sub(moved.before);
        let (cause, by) = match moved.cause {
            Cause::Recorded => (RestatementCause::Recorded, None),
            Cause::Reversed(by) => (RestatementCause::Reversed, by),
            Cause::Decided(by) => (RestatementCause::Decided, Some(by)),
            Cause::Restated => (RestatementCause::Restated, None),
        };
        Ok(RestatedEntry {
            entry: Entry::at(&self.eye, moved.position)?,
            day: moved.day,
            difference: money(self.moved.line, difference),
            minutes: minutes(self.moved.line, difference),
            cause,
            by,
        })
    }
}

#[ComplexObject]
impl RestatedLine {
    /// The project.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.moved.project)
    }

    /// The entries that count differently, in the order of the log; their differences add up to the line's.
    async fn entries(
        &self,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
    ) -> Result<Vec<RestatedEntry>, Fault> {
        let size = super::cost::page_size(first.map(i64::from), None, &self.eye.scope.limits)?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.moved.entries.iter().take(size).map(|moved| self.entry(moved)).collect()
    }
}

/// A figure that somebody printed, beside what the ledger computes for the same project and days.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Claim {
    /// The id of the entry that notes it.
    pub id: ID,
    /// What was printed.
    pub words: String,
    /// Where it was printed.
    pub printed_in: String,
    /// The day it was printed.
    pub day: Day,
    /// The amount claimed.
    pub amount: Option<Money>,
    /// The number claimed, where it is no money: an exact decimal number.
    pub value: Option<String>,
    /// The unit of that number.
    pub unit: Option<String>,
    /// The line of the ledger that comes closest to the amount; null where no amount was printed.
    pub closest: Option<LineName>,
    /// By how much the printed amount exceeds that line; negative where it falls short.
    pub difference: Option<Money>,
    /// What the ledger computes.
    pub shared_dividend: SharedDividend,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    project: Option<ProjectId>,
}

impl Claim {
    /// Every claim, in the order of the log.
    pub fn all(eye: &Eye, as_at: Day) -> Vec<Self> {
        let checks = crate::views::claims::claims(&eye.view, as_at);
        let printed = eye.books().outcomes.claims();
        printed.zip(&checks).map(|(printed, check)| Self::of(eye, printed, check)).collect()
    }

    fn of(eye: &Eye, printed: &crate::domain::outcomes::Claim, check: &ClaimCheck) -> Self {
        let said = &printed.event;
        let behind = said.project.map_or_else(|| Behind::Selected(Arc::default()), Behind::Project);
        Self {
            id: eye.id_at(printed.position).map(ID::from).unwrap_or_default(),
            words: said.words.to_string(),
            printed_in: said.printed_in.to_string(),
            day: printed.day,
            amount: said.amount.map(Money::from),
            value: said.value.map(|value| value.to_string()),
            unit: said.unit.as_ref().map(ToString::to_string),
            closest: check.closest.map(LineName::from),
            difference: check.difference.map(Money::from),
            shared_dividend: SharedDividend::new(eye, behind, check.dividend, None),
            eye: eye.clone(),
            project: said.project,
        }
    }
}

#[ComplexObject]
impl Claim {
    /// The project it speaks of; null where it speaks of all.
    async fn project(&self) -> Option<Project> {
        Project::find(&self.eye, self.project?)
    }
}
