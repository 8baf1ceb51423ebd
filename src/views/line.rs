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
    ($($(#[$doc:meta])* $Variant:ident = $name:literal $label:literal $Unit:ident,)+) => {
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

            /// What people call the line.
            pub fn label(self) -> &'static str {
                match self { $(Self::$Variant => $label,)+ }
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
    Grants = "grants" "Grants" Pence,
    /// Payments under contracts and service agreements.
    Contracts = "contracts" "Contracts" Pence,
    /// Rent forgone, and grants paid by rent offset.
    RentInKind = "rentInKind" "Rent in kind" Pence,
    /// Officers' time, garages, equipment and waived fees.
    OtherInKind = "otherInKind" "Other help in kind" Pence,
    /// All public support: the four lines before.
    Invested = "invested" "Public support" Pence,
    /// Returns in the window of payments made before it.
    ReturnsOfEarlier = "returnsOfEarlier" "Returns of earlier payments" Pence,
    /// Confirmed volunteers' time, valued.
    Volunteering = "volunteering" "Volunteering" Pence,
    /// Confirmed volunteers' time, in minutes, valued or not.
    VolunteerMinutes = "volunteerMinutes" "Volunteers' time" Minutes,
    /// Confirmed deliveries and staff hours under pledges.
    Pledges = "pledges" "Pledges" Pence,
    /// Money from funders outside the partnership, less what they took back.
    MatchFunding = "matchFunding" "Match funding" Pence,
    /// Surplus put back by operators.
    Reinvested = "reinvested" "Reinvested surplus" Pence,
    /// All that others added.
    Returned = "returned" "Added by others" Pence,
    /// The partnership's part of what others added.
    Partnership = "partnership" "The partnership's gain" Pence,
    /// The organisations' part.
    Organisations = "organisations" "The organisations' gain" Pence,
    /// The community's part.
    Community = "community" "The community's gain" Pence,
    /// What a contract's community clause bought; never in what others added.
    Contractual = "contractual" "Bought by contract clauses" Pence,
    /// Outcomes at the unit values of the rate card.
    SocialValue = "socialValue" "Social value" Pence,
    /// Confirmed minutes in a role without a rate.
    UnvaluedMinutes = "unvaluedMinutes" "Time without a rate" Minutes,
    /// Minutes logged, neither confirmed nor rejected.
    AwaitingMinutes = "awaitingMinutes" "Time not confirmed yet" Minutes,
    /// Deliveries neither confirmed nor disputed.
    AwaitingPledges = "awaitingPledges" "Pledges not confirmed yet" Pence,
    /// Awarded and not yet paid at the end of the window.
    Committed = "committed" "Awarded, not yet paid" Pence,
    /// Match funding promised and not yet received at the end of the window.
    MatchSecured = "matchSecured" "Match funding promised" Pence,
    /// Pledged and not yet delivered at the end of the window.
    Promised = "promised" "Pledged, not yet delivered" Pence,
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
