//! Money, time and ratios as GraphQL shows them: exact numbers to compute with, and words to show.

use async_graphql::{Enum, InputObject, Object, SimpleObject};

use super::fault::{Code, Fault};
use super::scalars::{Minutes, PenceText};
use crate::domain::money::{Pence, grouped};
use crate::domain::time::Day;
use crate::views::line::Line;
use crate::views::ratio;
use crate::views::window;

/// An amount of money. Its forms are written only where they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Money(Pence);

/// An amount of money in pounds sterling, net of recoverable VAT.
#[Object(serial)]
impl Money {
    /// The amount in pence, exact.
    async fn pence(&self) -> PenceText {
        PenceText(self.0.0)
    }

    /// The amount in pounds with two decimal places, exact: `1234.56`.
    async fn amount(&self) -> String {
        self.0.to_string()
    }

    /// The amount as people write it: `£1,234.56`.
    async fn display(&self) -> String {
        self.0.display()
    }

    /// The amount in pounds as a floating-point number, for plotting only.
    async fn pounds(&self) -> f64 {
        for_plotting(self.0.0) / 100.0
    }
}

impl From<Pence> for Money {
    fn from(pence: Pence) -> Self {
        Self(pence)
    }
}

#[expect(clippy::cast_precision_loss, reason = "what is plotted needs no more than 52 bits")]
pub(crate) fn for_plotting(number: i64) -> f64 {
    number as f64
}

/// A length of time in minutes. Its forms are written only where they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Duration(i64);

/// A length of time, people times minutes each.
#[Object(serial)]
impl Duration {
    /// The time in minutes, exact.
    async fn minutes(&self) -> Minutes {
        Minutes(self.0)
    }

    /// The time in hours as a floating-point number, for plotting only.
    async fn hours(&self) -> f64 {
        for_plotting(self.0) / 60.0
    }

    /// The time as people write it: `175 h 35 min`.
    #[graphql(name = "display")]
    async fn shown(&self) -> String {
        self.display()
    }
}

impl Duration {
    /// A length of time in minutes.
    pub fn of(minutes: i64) -> Self {
        Self(minutes)
    }

    /// The time as people write it.
    pub(crate) fn display(self) -> String {
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{} h {:02} min", grouped(size / 60), size % 60)
    }
}

/// One amount for each pound of another, with both sides of the fraction, so that nobody averages ratios.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Ratio {
    /// What is divided.
    pub numerator: Money,
    /// What it is divided by.
    pub denominator: Money,
    /// The ratio with 4 decimal places, half to even: `1.7357`.
    pub decimal: String,
}

impl Ratio {
    /// A ratio; `None` where its divisor is not positive.
    pub fn of(ratio: ratio::Ratio) -> Option<Self> {
        let decimal = ratio.decimal()?;
        Some(Self { numerator: ratio.numerator.into(), denominator: ratio.denominator.into(), decimal })
    }
}

/// The lowest and the highest that a ratio could be.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Range {
    /// The ratio at the low hourly rates; null where there is none.
    pub low: Option<Ratio>,
    /// The ratio at the high hourly rates; null where there is none.
    pub high: Option<Ratio>,
}

/// A window of days, both ends included.
#[derive(Clone, Copy, Debug, InputObject)]
#[graphql(name = "Window")]
pub struct WindowInput {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The day that the figure is drawn up at; nothing after it counts. Today unless said.
    pub as_at_day: Option<Day>,
}

impl WindowInput {
    /// The window, drawn up today unless another day was said.
    ///
    /// # Errors
    /// A fault where it ends before it begins: its figures would be nothing, and look like an answer.
    pub fn on(self, today: Day) -> Result<window::Window, Fault> {
        if self.to < self.from {
            let sentence = format!("Turn the window round: it is from {}, and to {} before it.", self.from, self.to);
            return Err(Fault::new(Code::BadUserInput, sentence));
        }
        Ok(window::Window::new(self.from, self.to, self.as_at_day.unwrap_or(today)))
    }
}

/// The days that a figure speaks of.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub struct WindowShown {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The day that the figure is drawn up at; nothing after it counts.
    pub as_at_day: Day,
}

impl From<window::Window> for WindowShown {
    fn from(window: window::Window) -> Self {
        Self { from: window.from, to: window.to, as_at_day: window.as_at }
    }
}

macro_rules! measures {
    ($($(#[$doc:meta])* $Variant:ident,)+) => {
        /// A line of a shared dividend.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[graphql(name = "Line")]
        pub enum LineName { $($(#[$doc])* $Variant,)+ }

        impl From<LineName> for Line {
            fn from(name: LineName) -> Self {
                match name { $(LineName::$Variant => Self::$Variant,)+ }
            }
        }

        impl From<Line> for LineName {
            fn from(line: Line) -> Self {
                match line { $(Line::$Variant => Self::$Variant,)+ }
            }
        }
    };
}

measures! {
    /// Grant payments in cash less returns.
    Grants,
    /// Payments under contracts and service agreements.
    Contracts,
    /// Rent forgone, and grants paid by rent offset.
    RentInKind,
    /// Officers' time, garages, equipment and waived fees, given by public bodies.
    OtherInKind,
    /// All public support: the four lines before.
    Invested,
    /// Returns in the window of payments made before it.
    ReturnsOfEarlier,
    /// Confirmed volunteers' time, valued at the rate card.
    Volunteering,
    /// Confirmed volunteers' time in minutes, valued or not.
    VolunteerMinutes,
    /// Confirmed deliveries and staff hours under pledges.
    Pledges,
    /// Money from funders outside the partnership, less what they took back.
    MatchFunding,
    /// Surplus put back by operators.
    Reinvested,
    /// All that others added: the four lines before, without minutes.
    Returned,
    /// The partnership's part of what others added.
    Partnership,
    /// The organisations' part.
    Organisations,
    /// The community's part.
    Community,
    /// What a contract's community clause bought; never in what others added.
    Contractual,
    /// Outcomes at the unit values of the rate card.
    SocialValue,
    /// Confirmed minutes in a role without a rate.
    UnvaluedMinutes,
    /// Minutes logged, neither confirmed nor rejected.
    AwaitingMinutes,
    /// Deliveries neither confirmed nor disputed.
    AwaitingPledges,
    /// Awarded and not yet paid at the end of the window.
    Committed,
    /// Match funding promised and not yet received at the end of the window.
    MatchSecured,
    /// Pledged and not yet delivered at the end of the window.
    Promised,
}

/// What a window is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Period")]
pub enum PeriodName {
    /// Calendar months.
    Month,
    /// Quarters of the financial year: from 1 April, 1 July, 1 October and 1 January.
    Quarter,
    /// Financial years from 1 April.
    FinancialYear,
}

impl From<PeriodName> for window::Period {
    fn from(name: PeriodName) -> Self {
        match name {
            PeriodName::Month => Self::Month,
            PeriodName::Quarter => Self::Quarter,
            PeriodName::FinancialYear => Self::FinancialYear,
        }
    }
}
