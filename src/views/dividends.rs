//! The shared dividend of one project over one window: what public bodies put in, what others added, who gained.
//!
//! Invariant: a figure is a pure function of one view, one window and one choice of rate card; every line of it is the
//! sum of what `evidence` lists for that line.

use crate::domain::ids::{ProjectId, RateCardId};
use crate::domain::money::Pence;

use super::line::Line;
use super::parts;
use super::pricing::Pricing;
use super::ratio::Ratio;
use super::totals::Totals;
use super::view::View;
use super::window::Window;

/// Who gained of what others added, attributed by policy; adds up to `returned` to the penny.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shares {
    /// The partnership's part.
    pub partnership: Pence,
    /// The organisations' part.
    pub organisations: Pence,
    /// The community's part.
    pub community: Pence,
}

/// Outcomes at the unit values of the rate card, by who gains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SocialValue {
    /// All of it.
    pub total: Pence,
    /// The gain to the public purse.
    pub fiscal: Pence,
    /// The gain to people's and firms' incomes.
    pub economic: Pence,
    /// The gain to wellbeing.
    pub social: Pence,
}

/// A shared dividend: every line in pence or minutes, the ratios, and what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedDividend {
    /// The days it speaks of and the day it is drawn up at.
    pub window: Window,
    /// The rate card that was asked for, or else the one in force on the last day that counts.
    pub rate_card: Option<RateCardId>,
    /// The sums; read lines with [`SharedDividend::line`] or [`SharedDividend::pence`].
    pub totals: Totals,
}

impl SharedDividend {
    /// A figure with nothing in it.
    pub fn empty(window: Window) -> Self {
        Self { window, rate_card: None, totals: Totals::default() }
    }

    /// What a line comes to, in its unit.
    pub fn line(&self, line: Line) -> i64 {
        self.totals.line(line)
    }

    /// What a line of money comes to.
    pub fn pence(&self, line: Line) -> Pence {
        self.totals.pence(line)
    }

    /// All public support.
    pub fn invested(&self) -> Pence {
        self.pence(Line::Invested)
    }

    /// All that others added.
    pub fn returned(&self) -> Pence {
        self.pence(Line::Returned)
    }

    /// What ratios divide by: what was put in, with what came back of earlier windows' payments.
    pub fn base(&self) -> Pence {
        self.invested().plus(Pence(self.totals.returns_of_earlier))
    }

    /// What others added for each pound of public support.
    pub fn per_pound(&self) -> Ratio {
        Ratio::new(self.returned(), self.base())
    }

    /// The same without match funding from lotteries and other public bodies.
    pub fn per_pound_without_public(&self) -> Ratio {
        Ratio::new(self.returned().less(Pence(self.totals.match_public)), self.base())
    }

    /// Match funding and cash pledges for each pound of grants and contracts.
    pub fn cash_leverage(&self) -> Ratio {
        let won = Pence(self.totals.match_funding).plus(Pence(self.totals.pledges_cash));
        let paid = Pence(self.totals.grants).plus(Pence(self.totals.contracts));
        Ratio::new(won, paid.plus(Pence(self.totals.returns_of_earlier)))
    }

    /// What `per_pound` would be at the low and at the high hourly rates.
    pub fn per_pound_range(&self) -> (Ratio, Ratio) {
        let low = self.returned().plus(Pence(self.totals.low_change));
        let high = self.returned().plus(Pence(self.totals.high_change));
        (Ratio::new(low, self.base()), Ratio::new(high, self.base()))
    }

    /// Who gained; `None` where a rate card in force names no split and there was something to split.
    pub fn shares(&self) -> Option<Shares> {
        (self.totals.unsplit == 0).then_some(Shares {
            partnership: Pence(self.totals.partnership),
            organisations: Pence(self.totals.organisations),
            community: Pence(self.totals.community),
        })
    }

    /// Outcomes at unit values, by who gains.
    pub fn social_value(&self) -> SocialValue {
        SocialValue {
            total: Pence(self.totals.social_value()),
            fiscal: Pence(self.totals.social_fiscal),
            economic: Pence(self.totals.social_economic),
            social: Pence(self.totals.social_social),
        }
    }

    /// The figure of both sets of projects in the same window.
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            window: self.window,
            rate_card: self.rate_card.or(other.rate_card),
            totals: self.totals.plus(&other.totals),
        }
    }
}

/// The shared dividend of a project; `None` where no project stands with this id. A rate card, where one is named,
/// prices every entry; otherwise each is priced by the card in force on its day.
pub fn shared_dividend(
    view: &View,
    project: ProjectId,
    window: Window,
    rate_card: Option<RateCardId>,
) -> Option<SharedDividend> {
    view.books.projects.get(project)?;
    Some(dividend_of(view, project, window, rate_card))
}

/// Every project ever opened, in the order of the log, each with its shared dividend.
pub fn all_dividends(view: &View, window: Window, rate_card: Option<RateCardId>) -> Vec<(ProjectId, SharedDividend)> {
    let ids = view.books.projects.iter().map(|project| project.id);
    ids.map(|id| (id, dividend_of(view, id, window, rate_card))).collect()
}

/// The rate card that a figure names: the one asked for where it stands, or else the one in force on the last day that
/// counts.
pub(crate) fn named_card(view: &View, window: Window, rate_card: Option<RateCardId>) -> Option<RateCardId> {
    let standing = rate_card.filter(|id| view.books.setup.rate_card(*id).is_some());
    standing.or_else(|| view.books.setup.card_on(window.end()).map(|card| card.id))
}

fn dividend_of(view: &View, project: ProjectId, window: Window, rate_card: Option<RateCardId>) -> SharedDividend {
    let pricing = Pricing::under(&view.books, rate_card);
    let mut totals;
    if pricing.is_fixed() {
        totals = view.figures.sum_under(&pricing, project, window.from, window.end());
    } else {
        totals = view.figures.sum(&view.books, project, window.from, window.end());
    }
    totals.committed = view.figures.committed(&view.books, project, window.end());
    parts::beside_days(view, project, window, |part| totals = totals.plus(&part.totals));
    SharedDividend { window, rate_card: named_card(view, window, rate_card), totals }
}
