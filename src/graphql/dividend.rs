//! The shared dividend as GraphQL shows it: what public bodies put in, what others added, who gained, and the entries
//! behind every line.

use async_graphql::{ComplexObject, ID, SimpleObject};

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

/// Reads the id of a rate card.
///
/// # Errors
/// A fault where it is none.
pub(crate) fn rate_card_id(id: &ID) -> Result<RateCardId, Fault> {
    id.parse().map_err(|_| Fault::new(Code::BadUserInput, "Give the id of a rate card, like rc_0000059."))
}

/// What public bodies put into projects.
#[derive(Clone, Debug, SimpleObject)]
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
pub struct Awaiting {
    /// Time logged, neither confirmed nor rejected.
    pub time: Duration,
    /// Deliveries neither confirmed nor disputed.
    pub pledges: Money,
}

/// An entry behind a line of a figure, with its part of it.
#[derive(Clone, Debug, SimpleObject)]
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

/// A shared dividend: for a window of days, what public bodies put in, what others added, and who gained.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct SharedDividend {
    /// The days it speaks of, and the day it is drawn up at.
    pub window: WindowShown,
    /// What it knows.
    pub as_at: AsAt,
    /// The rate card that was asked for, or the one in force on the last day that counts; null where there is none.
    pub rate_card: Option<ID>,
    /// What public bodies put in.
    pub invested: Invested,
    /// What others added.
    pub returned: Returned,
    /// Returns in the window of payments made before it; ratios count them as put in.
    pub returns_of_earlier: Money,
    /// What others added for each £1 of public support; null where nothing was put in.
    pub per_pound: Option<Ratio>,
    /// The same without match funding from lotteries and other public bodies.
    pub per_pound_without_public: Option<Ratio>,
    /// Match funding and cash pledges for each £1 of grants and contracts; null where none was paid.
    pub cash_leverage: Option<Ratio>,
    /// What `perPound` would be under the low and the high hourly rates.
    pub per_pound_range: Range,
    /// Who gained; null where no policy decided the split.
    pub shares: Option<Shares>,
    /// Confirmed volunteers' time, valued or not.
    pub volunteer_time: Duration,
    /// Confirmed time in a role for which there is no rate.
    pub unvalued_time: Duration,
    /// What a contract's community clause bought; it is never in what others added.
    pub contractual: Money,
    /// Outcomes at unit values.
    pub social_value: SocialValue,
    /// What waits for confirmation.
    pub awaiting: Awaiting,
    /// Awarded and not yet paid at the end of the window.
    pub committed: Money,
    /// Match funding promised and not yet received at the end of the window.
    pub match_secured: Money,
    /// Pledged and not yet delivered at the end of the window.
    pub promised: Money,
    #[graphql(skip)]
    eye: Eye,
    #[graphql(skip)]
    projects: Vec<ProjectId>,
    #[graphql(skip)]
    figure: dividends::SharedDividend,
    #[graphql(skip)]
    card: Option<RateCardId>,
}

impl SharedDividend {
    /// A figure of some projects, as a view computed it.
    pub fn new(eye: &Eye, projects: &[ProjectId], figure: dividends::SharedDividend, card: Option<RateCardId>) -> Self {
        let money = |line: Line| Money::from(figure.pence(line));
        let time = |line: Line| Duration::of(figure.line(line));
        let (low, high) = figure.per_pound_range();
        Self {
            window: figure.window.into(),
            as_at: AsAt::of(eye),
            rate_card: figure.rate_card.map(ID::from),
            invested: Invested {
                grants: money(Line::Grants),
                contracts: money(Line::Contracts),
                rent_in_kind: money(Line::RentInKind),
                other_in_kind: money(Line::OtherInKind),
                total: money(Line::Invested),
            },
            returned: Returned {
                volunteering: money(Line::Volunteering),
                pledges: money(Line::Pledges),
                match_funding: money(Line::MatchFunding),
                reinvested: money(Line::Reinvested),
                total: money(Line::Returned),
            },
            returns_of_earlier: money(Line::ReturnsOfEarlier),
            per_pound: Ratio::of(figure.per_pound()),
            per_pound_without_public: Ratio::of(figure.per_pound_without_public()),
            cash_leverage: Ratio::of(figure.cash_leverage()),
            per_pound_range: Range { low: Ratio::of(low), high: Ratio::of(high) },
            shares: figure.shares().map(Shares::from),
            volunteer_time: time(Line::VolunteerMinutes),
            unvalued_time: time(Line::UnvaluedMinutes),
            contractual: money(Line::Contractual),
            social_value: figure.social_value().into(),
            awaiting: Awaiting { time: time(Line::AwaitingMinutes), pledges: money(Line::AwaitingPledges) },
            committed: money(Line::Committed),
            match_secured: money(Line::MatchSecured),
            promised: money(Line::Promised),
            eye: eye.clone(),
            projects: projects.to_vec(),
            figure,
            card,
        }
    }

    /// The entries behind a line, of every project of the figure, in the order of the log.
    fn behind(&self, line: Line) -> Vec<crate::views::evidence::Evidence> {
        let of = |project: &ProjectId| evidence(&self.eye.view, *project, self.figure.window, line, self.card);
        let mut rows: Vec<_> = self.projects.iter().flat_map(of).collect();
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

#[ComplexObject]
impl SharedDividend {
    /// What one line comes to, in pence; null of a line that counts minutes.
    async fn line(&self, #[graphql(desc = "The line.")] name: LineName) -> Option<Money> {
        let line = Line::from(name);
        (line.unit() == Unit::Pence).then(|| self.figure.pence(line).into())
    }

    /// Who put in what, line by line: the givers of a line add up to it.
    async fn contributors(&self) -> Vec<Contribution> {
        let of = |project: &ProjectId| Contribution::of_project(&self.eye, *project, self.figure.window, self.card);
        self.projects.iter().flat_map(of).collect()
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
