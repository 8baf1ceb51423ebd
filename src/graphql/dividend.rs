//! The shared dividend as GraphQL shows it: what public bodies put in, what others added, who gained, and the entries
//! behind every line.

use std::sync::Arc;

use async_graphql::{ID, Object, SimpleObject};

use super::connection::{self, Connection, Page};
use super::entry::Entry;
use super::eye::Eye;
use super::fault::{Code, Fault};
use super::figures::Contribution;
use super::scalars::Minutes;
use super::scope::AsAt;
use super::units::{Duration, LineName, Money, Range, Ratio, WindowShown};
use crate::domain::ids::{Position, ProjectId, RateCardId};
use crate::domain::money::Pence;
use crate::domain::time::Day;
use crate::views::dividends;
use crate::views::evidence::evidence;
use crate::views::line::{Line, Unit};
use crate::views::selection::Selection;

/// Reads the id of a rate card.
///
/// # Errors
/// A fault where it is none.
pub(crate) fn rate_card_id(id: &ID) -> Result<RateCardId, Fault> {
    id.parse().map_err(|_| Fault::new(Code::BadUserInput, "Give the id of a rate card, like rc_0000059."))
}

/// What public bodies put into projects.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Invested {
    /// Grant payments in cash less returns.
    pub grants: Money,
    /// Payments under contracts and service agreements.
    pub contracts: Money,
    /// Rent forgone by day, and grants paid by rent offset.
    pub rent_in_kind: Money,
    /// Officers' time, garages, equipment and waived fees.
    pub other_in_kind: Money,
    /// All of it.
    pub total: Money,
}

/// What others added.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Returned {
    /// Confirmed volunteers' time at the rate card.
    pub volunteering: Money,
    /// Confirmed deliveries and staff hours under pledges.
    pub pledges: Money,
    /// Money from funders outside the partnership, less what they took back.
    pub match_funding: Money,
    /// Surplus put back by operators.
    pub reinvested: Money,
    /// All of it.
    pub total: Money,
}

/// Who gained of what others added, attributed by policy; adds up to what others added, to the penny.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Shares {
    /// The partnership's part.
    pub partnership: Money,
    /// The organisations' part.
    pub organisations: Money,
    /// The community's part.
    pub community: Money,
}

/// Outcomes at the unit values of the rate card, by who gains. It stands beside what others added, never in it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct SocialValue {
    /// All of it.
    pub total: Money,
    /// The gain to the public purse.
    pub fiscal: Money,
    /// The gain to people's and firms' incomes.
    pub economic: Money,
    /// The gain to wellbeing.
    pub social: Money,
}

/// What waits for a group's confirmation, and counts nowhere until then.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Awaiting {
    /// Time logged, neither confirmed nor rejected.
    pub time: Duration,
    /// Deliveries neither confirmed nor disputed.
    pub pledges: Money,
}

/// An entry behind a line of a figure, with its part of it.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Evidence {
    /// The entry.
    pub entry: Entry,
    /// The day it happened, or from which it counts.
    pub day: Day,
    /// Its part of the line in pence; null of a line that counts minutes.
    pub value: Option<Money>,
    /// Its part of the line in minutes; null of a line that counts money.
    pub minutes: Option<Minutes>,
}

/// Whose entries stand behind a figure.
#[derive(Clone, Debug)]
pub(crate) enum Behind {
    /// Those of one project.
    Project(ProjectId),
    /// Those of all selected projects.
    Selected(Arc<Selection>),
    /// A part of some: none that could be shown.
    Parts,
}

/// A figure as a view computed it. What is shown of it is worked out where it is asked for.
#[derive(Clone, Debug)]
pub struct SharedDividend {
    eye: Eye,
    behind: Behind,
    figure: dividends::SharedDividend,
    card: Option<RateCardId>,
}

impl SharedDividend {
    /// The figure of a project, as a view computed it.
    pub(crate) fn new(eye: &Eye, behind: Behind, figure: dividends::SharedDividend, card: Option<RateCardId>) -> Self {
        Self { eye: eye.clone(), behind, figure, card }
    }

    fn money(&self, line: Line) -> Money {
        self.figure.pence(line).into()
    }

    fn time(&self, line: Line) -> Duration {
        Duration::of(self.figure.line(line))
    }

    /// The projects of the figure.
    fn projects(&self) -> Vec<ProjectId> {
        match &self.behind {
            Behind::Project(project) => vec![*project],
            Behind::Selected(selection) => selection.of(self.eye.books()).map(|project| project.id).collect(),
            Behind::Parts => Vec::new(),
        }
    }

    /// The entries behind a line, of every project of the figure, in the order of the log.
    fn behind(&self, line: Line) -> Vec<crate::views::evidence::Evidence> {
        let of = |project: &ProjectId| evidence(&self.eye.view, *project, self.figure.window, line, self.card);
        let mut rows: Vec<_> = self.projects().iter().flat_map(of).collect();
        rows.sort_by_key(|row| row.position);
        rows
    }
}

impl From<dividends::Shares> for Shares {
    fn from(shares: dividends::Shares) -> Self {
        Self {
            partnership: shares.partnership.into(),
            organisations: shares.organisations.into(),
            community: shares.community.into(),
        }
    }
}

impl From<dividends::SocialValue> for SocialValue {
    fn from(value: dividends::SocialValue) -> Self {
        Self {
            total: value.total.into(),
            fiscal: value.fiscal.into(),
            economic: value.economic.into(),
            social: value.social.into(),
        }
    }
}

/// A shared dividend: for a window of days, what public bodies put in, what others added, and who gained.
#[Object(serial)]
impl SharedDividend {
    /// The days it speaks of, and the day it is drawn up at.
    async fn window(&self) -> WindowShown {
        self.figure.window.into()
    }

    /// What it knows.
    async fn as_at(&self) -> AsAt {
        AsAt::of(&self.eye)
    }

    /// The rate card that was asked for, or the one in force on the last day that counts; null where there is none.
    async fn rate_card(&self) -> Option<ID> {
        self.figure.rate_card.map(ID::from)
    }

    /// What public bodies put in.
    async fn invested(&self) -> Invested {
        Invested {
            grants: self.money(Line::Grants),
            contracts: self.money(Line::Contracts),
            rent_in_kind: self.money(Line::RentInKind),
            other_in_kind: self.money(Line::OtherInKind),
            total: self.money(Line::Invested),
        }
    }

    /// What others added.
    async fn returned(&self) -> Returned {
        Returned {
            volunteering: self.money(Line::Volunteering),
            pledges: self.money(Line::Pledges),
            match_funding: self.money(Line::MatchFunding),
            reinvested: self.money(Line::Reinvested),
            total: self.money(Line::Returned),
        }
    }

    /// Returns in the window of payments made before it; ratios count them as put in.
    async fn returns_of_earlier(&self) -> Money {
        self.money(Line::ReturnsOfEarlier)
    }

    /// What others added for each £1 of public support; null where nothing was put in.
    async fn per_pound(&self) -> Option<Ratio> {
        Ratio::of(self.figure.per_pound())
    }

    /// The same without match funding from lotteries and other public bodies.
    async fn per_pound_without_public(&self) -> Option<Ratio> {
        Ratio::of(self.figure.per_pound_without_public())
    }

    /// Match funding and cash pledges for each £1 of grants and contracts; null where none was paid.
    async fn cash_leverage(&self) -> Option<Ratio> {
        Ratio::of(self.figure.cash_leverage())
    }

    /// What `perPound` would be under the low and the high hourly rates.
    async fn per_pound_range(&self) -> Range {
        let (low, high) = self.figure.per_pound_range();
        Range { low: Ratio::of(low), high: Ratio::of(high) }
    }

    /// Who gained; null where no policy decided the split.
    async fn shares(&self) -> Option<Shares> {
        self.figure.shares().map(Shares::from)
    }

    /// Confirmed volunteers' time, valued or not.
    async fn volunteer_time(&self) -> Duration {
        self.time(Line::VolunteerMinutes)
    }

    /// Confirmed time in a role for which there is no rate.
    async fn unvalued_time(&self) -> Duration {
        self.time(Line::UnvaluedMinutes)
    }

    /// What a contract's community clause bought; it is never in what others added.
    async fn contractual(&self) -> Money {
        self.money(Line::Contractual)
    }

    /// Outcomes at unit values.
    async fn social_value(&self) -> SocialValue {
        self.figure.social_value().into()
    }

    /// What waits for confirmation.
    async fn awaiting(&self) -> Awaiting {
        Awaiting { time: self.time(Line::AwaitingMinutes), pledges: self.money(Line::AwaitingPledges) }
    }

    /// Awarded and not yet paid at the end of the window.
    async fn committed(&self) -> Money {
        self.money(Line::Committed)
    }

    /// Match funding promised and not yet received at the end of the window.
    async fn match_secured(&self) -> Money {
        self.money(Line::MatchSecured)
    }

    /// Pledged and not yet delivered at the end of the window.
    async fn promised(&self) -> Money {
        self.money(Line::Promised)
    }

    /// What one line comes to, in pence; null of a line that counts minutes.
    async fn line(&self, #[graphql(desc = "The line.")] name: LineName) -> Option<Money> {
        let line = Line::from(name);
        (line.unit() == Unit::Pence).then(|| self.figure.pence(line).into())
    }

    /// Who put in what, line by line: the givers of a line add up to it.
    async fn contributors(&self) -> Result<Vec<Contribution>, Fault> {
        self.eye.scope.check_time()?;
        let of = |project: &ProjectId| Contribution::of_project(&self.eye, *project, self.figure.window, self.card);
        Ok(self.projects().iter().flat_map(of).collect())
    }

    /// The entries behind one line, in the order of the log; their values add up to it.
    async fn evidence(
        &self,
        #[graphql(desc = "The line.")] line: LineName,
        #[graphql(desc = "The first so many rows.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows.")] last: Option<i32>,
        #[graphql(desc = "Only rows before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Evidence>, Fault> {
        self.eye.scope.check_time()?;
        let page = Page::of(first, after, last, before, &self.eye.scope.limits)?;
        let rows = self.behind(line.into());
        let cut = page.cut(&rows.iter().map(|row| row.position).collect::<Vec<_>>())?;
        let unit = Line::from(line).unit();
        let node = |position: Position| {
            let row = rows.iter().find(|row| row.position == position)?;
            let entry = Entry::at(&self.eye, position).ok()??;
            let value = (unit == Unit::Pence).then(|| Pence(row.value).into());
            let minutes = (unit == Unit::Minutes).then_some(Minutes(row.value));
            Some(Evidence { entry, day: row.day, value, minutes })
        };
        Ok(connection::of(self.eye.view.position, &cut, node))
    }
}
