//! The lines of a shared dividend, by name.
//!
//! Invariant: a line's name never changes once released; it is what files, schema and the command line call it.

/// What a line counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Pence.
    Pence,
    /// Minutes.
    Minutes,
}

macro_rules! lines {
    ($($(#[$doc:meta])* $Variant:ident = $name:literal $Unit:ident,)+) => {
        /// One line of a shared dividend.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Line { $($(#[$doc])* $Variant,)+ }

        impl Line {
            /// Every line, in the order in which a figure is shown.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The line's name in files, schema and on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)+ }
            }

            /// The line with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$Variant),)+ _ => None }
            }

            /// What the line counts in.
            pub fn unit(self) -> Unit {
                match self { $(Self::$Variant => Unit::$Unit,)+ }
            }
        }
    };
}

lines! {
    /// Grant payments in cash less returns.
    Grants = "grants" Pence,
    /// Payments under contracts and service agreements.
    Contracts = "contracts" Pence,
    /// Rent forgone, and grants paid by rent offset.
    RentInKind = "rentInKind" Pence,
    /// Officers' time, garages, equipment and waived fees.
    OtherInKind = "otherInKind" Pence,
    /// All public support: the four lines before.
    Invested = "invested" Pence,
    /// Returns in the window of payments made before it.
    ReturnsOfEarlier = "returnsOfEarlier" Pence,
    /// Confirmed volunteers' time, valued.
    Volunteering = "volunteering" Pence,
    /// Confirmed volunteers' time, in minutes, valued or not.
    VolunteerMinutes = "volunteerMinutes" Minutes,
    /// Confirmed deliveries and staff hours under pledges.
    Pledges = "pledges" Pence,
    /// Money from funders outside the partnership, less what they took back.
    MatchFunding = "matchFunding" Pence,
    /// Surplus put back by operators.
    Reinvested = "reinvested" Pence,
    /// All that others added.
    Returned = "returned" Pence,
    /// The partnership's part of what others added.
    Partnership = "partnership" Pence,
    /// The organisations' part.
    Organisations = "organisations" Pence,
    /// The community's part.
    Community = "community" Pence,
    /// What a contract's community clause bought; never in what others added.
    Contractual = "contractual" Pence,
    /// Outcomes at the unit values of the rate card.
    SocialValue = "socialValue" Pence,
    /// Confirmed minutes in a role without a rate.
    UnvaluedMinutes = "unvaluedMinutes" Minutes,
    /// Minutes logged, neither confirmed nor rejected.
    AwaitingMinutes = "awaitingMinutes" Minutes,
    /// Deliveries neither confirmed nor disputed.
    AwaitingPledges = "awaitingPledges" Pence,
    /// Awarded and not yet paid at the end of the window.
    Committed = "committed" Pence,
    /// Match funding promised and not yet received at the end of the window.
    MatchSecured = "matchSecured" Pence,
    /// Pledged and not yet delivered at the end of the window.
    Promised = "promised" Pence,
}

impl Line {
    /// Whether the line is a balance at the window's end, which quarters do not add up to.
    pub fn is_balance(self) -> bool {
        matches!(self, Self::Committed | Self::MatchSecured | Self::Promised)
    }

    /// Whether the figures of adjoining windows add up to the figure of both.
    pub fn adds_up_over_time(self) -> bool {
        !self.is_balance() && self != Self::ReturnsOfEarlier
    }
}
