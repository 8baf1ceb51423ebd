//! The sums that every figure is made of: one column a thing that entries add to.
//!
//! Invariant: every column is a plain sum of what single entries add, so that the totals of two disjoint sets of
//! entries add up to the totals of both. Derived lines (invested, returned, ratios) are computed, never kept.

use crate::domain::money::Pence;

use super::line::Line;

macro_rules! totals {
    ($($(#[$doc:meta])* $column:ident,)+) => {
        /// Sums over entries, in pence or minutes.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Totals { $($(#[$doc])* pub $column: i64,)+ }

        impl Totals {
            /// The sums of both.
            pub fn plus(&self, other: &Self) -> Self {
                Self { $($column: self.$column.saturating_add(other.$column),)+ }
            }

            /// The sums of this without the other.
            pub fn less(&self, other: &Self) -> Self {
                Self { $($column: self.$column.saturating_sub(other.$column),)+ }
            }

            /// The columns, in their order.
            pub fn columns(&self) -> [i64; Self::COLUMNS.len()] {
                [$(self.$column),+]
            }

            /// The totals with these columns.
            pub fn from_columns(columns: [i64; Self::COLUMNS.len()]) -> Self {
                let [$($column),+] = columns;
                Self { $($column),+ }
            }

            /// The names of the columns.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),+];
        }
    };
}

totals! {
    /// Grant payments in cash less returns, in pence.
    grants,
    /// Contract payments, in pence.
    contracts,
    /// Rent forgone and offset, in pence.
    rent_in_kind,
    /// Other help in kind by public bodies, in pence.
    other_in_kind,
    /// Returns in the window of payments made before it, in pence.
    returns_of_earlier,
    /// Confirmed volunteers' time, in pence.
    volunteering,
    /// Confirmed volunteers' time, in minutes.
    volunteer_minutes,
    /// Confirmed deliveries and staff hours under pledges, in pence.
    pledges,
    /// The part of these that was delivered in cash, in pence.
    pledges_cash,
    /// Match funding received less returned, in pence.
    match_funding,
    /// The part of it from lotteries and other public bodies, in pence.
    match_public,
    /// Surplus reinvested, in pence.
    reinvested,
    /// What `returned` would be more at the low hourly rates, in pence; mostly negative.
    low_change,
    /// What `returned` would be more at the high hourly rates, in pence.
    high_change,
    /// The partnership's part, in pence.
    partnership,
    /// The organisations' part, in pence.
    organisations,
    /// The community's part, in pence.
    community,
    /// How many entries had something to split and no split in their rate card.
    unsplit,
    /// What a contract's community clause bought, in pence.
    contractual,
    /// Social value to the public purse, in pence.
    social_fiscal,
    /// Social value to people's and firms' incomes, in pence.
    social_economic,
    /// Social value to wellbeing, in pence.
    social_social,
    /// Confirmed minutes in a role without a rate.
    unvalued_minutes,
    /// Minutes neither confirmed nor rejected.
    awaiting_minutes,
    /// Deliveries neither confirmed nor disputed, in pence.
    awaiting_pledges,
    /// Awarded less paid and withdrawn, in pence.
    committed,
    /// Match funding promised and not yet received, in pence.
    match_secured,
    /// Pledged and not yet delivered, in pence.
    promised,
}

impl Totals {
    /// All public support.
    pub fn invested(&self) -> i64 {
        [self.grants, self.contracts, self.rent_in_kind, self.other_in_kind].into_iter().fold(0, i64::saturating_add)
    }

    /// All that others added.
    pub fn returned(&self) -> i64 {
        [self.volunteering, self.pledges, self.match_funding, self.reinvested].into_iter().fold(0, i64::saturating_add)
    }

    /// All social value.
    pub fn social_value(&self) -> i64 {
        [self.social_fiscal, self.social_economic, self.social_social].into_iter().fold(0, i64::saturating_add)
    }

    /// What a line comes to, in its unit.
    pub fn line(&self, line: Line) -> i64 {
        match line {
            Line::Grants => self.grants,
            Line::Contracts => self.contracts,
            Line::RentInKind => self.rent_in_kind,
            Line::OtherInKind => self.other_in_kind,
            Line::Invested => self.invested(),
            Line::ReturnsOfEarlier => self.returns_of_earlier,
            Line::Volunteering => self.volunteering,
            Line::VolunteerMinutes => self.volunteer_minutes,
            Line::Pledges => self.pledges,
            Line::MatchFunding => self.match_funding,
            Line::Reinvested => self.reinvested,
            Line::Returned => self.returned(),
            Line::Partnership => self.partnership,
            Line::Organisations => self.organisations,
            Line::Community => self.community,
            Line::Contractual => self.contractual,
            Line::SocialValue => self.social_value(),
            Line::UnvaluedMinutes => self.unvalued_minutes,
            Line::AwaitingMinutes => self.awaiting_minutes,
            Line::AwaitingPledges => self.awaiting_pledges,
            Line::Committed => self.committed,
            Line::MatchSecured => self.match_secured,
            Line::Promised => self.promised,
        }
    }

    /// These totals with every other line empty. A derived line keeps the columns that it is made of.
    pub fn only(&self, line: Line) -> Self {
        let none = Self::default();
        let Self { grants, contracts, rent_in_kind, other_in_kind, returns_of_earlier, .. } = *self;
        let Self { volunteering, volunteer_minutes, pledges, match_funding, reinvested, .. } = *self;
        let Self { partnership, organisations, community, contractual, .. } = *self;
        let Self { social_fiscal, social_economic, social_social, .. } = *self;
        let Self { unvalued_minutes, awaiting_minutes, awaiting_pledges, .. } = *self;
        let Self { committed, match_secured, promised, .. } = *self;
        match line {
            Line::Grants => Self { grants, ..none },
            Line::Contracts => Self { contracts, ..none },
            Line::RentInKind => Self { rent_in_kind, ..none },
            Line::OtherInKind => Self { other_in_kind, ..none },
            Line::Invested => Self { grants, contracts, rent_in_kind, other_in_kind, ..none },
            Line::ReturnsOfEarlier => Self { returns_of_earlier, ..none },
            Line::Volunteering => Self { volunteering, ..none },
            Line::VolunteerMinutes => Self { volunteer_minutes, ..none },
            Line::Pledges => Self { pledges, ..none },
            Line::MatchFunding => Self { match_funding, ..none },
            Line::Reinvested => Self { reinvested, ..none },
            Line::Returned => Self { volunteering, pledges, match_funding, reinvested, ..none },
            Line::Partnership => Self { partnership, ..none },
            Line::Organisations => Self { organisations, ..none },
            Line::Community => Self { community, ..none },
            Line::Contractual => Self { contractual, ..none },
            Line::SocialValue => Self { social_fiscal, social_economic, social_social, ..none },
            Line::UnvaluedMinutes => Self { unvalued_minutes, ..none },
            Line::AwaitingMinutes => Self { awaiting_minutes, ..none },
            Line::AwaitingPledges => Self { awaiting_pledges, ..none },
            Line::Committed => Self { committed, ..none },
            Line::MatchSecured => Self { match_secured, ..none },
            Line::Promised => Self { promised, ..none },
        }
    }

    /// What a line of money comes to.
    pub fn pence(&self, line: Line) -> Pence {
        Pence(self.line(line))
    }
}
