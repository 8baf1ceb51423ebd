//! The ledger itself: what it is, what it knows, and what may be asked of it.

use async_graphql::{ComplexObject, ID, SimpleObject};

use super::eye::Eye;
use super::limits::Limits;
use super::scalars::PenceText;
use super::scope::AsAt;
use super::units::Money;
use crate::domain::event::Currency;
use crate::domain::rate_cards::RateCard;
use crate::domain::setup::{FORMULA_VERSION, Strategy};
use crate::domain::time::Day;

/// The ledger.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub struct Ledger {
    /// Its name; empty until it is opened.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
    /// The time zone that days are reckoned in.
    pub time_zone: String,
    /// The day it was opened; null until then.
    pub opened_on: Option<Day>,
    /// The day it is for the ledger.
    pub today: Day,
    /// What this answer knows.
    pub as_at: AsAt,
    /// The version of the formulas that figures are computed by.
    pub formula: u32,
    /// How much it holds.
    pub counts: Counts,
    /// What may be asked of it at once.
    pub limits: LimitsShown,
    #[graphql(skip)]
    eye: Eye,
}

/// How much a ledger holds.
#[derive(Clone, Debug, SimpleObject)]
pub struct Counts {
    /// Entries.
    pub entries: u32,
    /// Projects, closed ones too.
    pub projects: u32,
    /// Organisations, merged and closed ones too.
    pub organisations: u32,
    /// Funds.
    pub funds: u32,
    /// Grants.
    pub grants: u32,
    /// Entries of hours.
    pub hours: u32,
}

/// What may be asked at once; a request that asks for more is refused with the limit.
#[derive(Clone, Debug, SimpleObject)]
pub struct LimitsShown {
    /// The most bytes of a request body.
    pub body_bytes: u32,
    /// The most bytes of a GraphQL document.
    pub document_bytes: u32,
    /// The most fields inside one another.
    pub depth: u32,
    /// The most fields inside one another in a question about the schema.
    pub introspection_depth: u32,
    /// The most selections, every use of a fragment counted.
    pub fields: u32,
    /// The most aliases.
    pub aliases: u32,
    /// The most directives.
    pub directives: u32,
    /// The most rows that an answer could hold, page size times page size.
    pub rows: u32,
    /// The most values that an answer could hold: every field of every row.
    pub values: u32,
    /// The rows of a page where nobody says how many.
    pub page_default: u32,
    /// The most rows of one page.
    pub page_max: u32,
    /// The most mutations of one request.
    pub mutations: u32,
    /// The longest that a request may take, in seconds.
    pub request_seconds: u32,
    /// The most requests that are answered at once.
    pub in_flight: u32,
    /// The most subscriptions that are open at once.
    pub subscribers: u32,
    /// The most connections that are open at once.
    pub connections: u32,
    /// How long a connection may take to send the head of its next request, idleness included, in seconds.
    pub head_seconds: u32,
    /// How long a body may take to arrive, in seconds.
    pub body_seconds: u32,
    /// How long an answer may take to be read, streams left out, in seconds.
    pub answer_seconds: u32,
}

fn short<N: TryInto<u32>>(number: N) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

impl LimitsShown {
    fn of(limits: &Limits) -> Self {
        Self {
            body_bytes: short(limits.body_bytes),
            document_bytes: short(limits.document_bytes),
            depth: short(limits.depth),
            introspection_depth: short(limits.introspection_depth),
            fields: short(limits.fields),
            aliases: short(limits.aliases),
            directives: short(limits.directives),
            rows: short(limits.rows),
            values: short(limits.values),
            page_default: short(limits.page_default),
            page_max: short(limits.page_max),
            mutations: short(limits.mutations),
            request_seconds: short(limits.request_time.as_secs()),
            in_flight: short(limits.in_flight),
            subscribers: short(limits.subscribers),
            connections: short(limits.connections),
            head_seconds: short(limits.head_time.as_secs()),
            body_seconds: short(limits.body_time.as_secs()),
            answer_seconds: short(limits.answer_time.as_secs()),
        }
    }
}

/// A strategy, with its themes and priorities.
#[derive(Clone, Debug, SimpleObject)]
pub struct StrategyShown {
    /// Its id.
    pub id: ID,
    /// Its title.
    pub title: String,
    /// The first day it covers.
    pub from: Day,
    /// The last day it covers.
    pub to: Day,
    /// Its themes.
    pub themes: Vec<ThemeShown>,
}

/// A theme of a strategy.
#[derive(Clone, Debug, SimpleObject)]
pub struct ThemeShown {
    /// Its name.
    pub name: String,
    /// Its priorities.
    pub priorities: Vec<PriorityShown>,
}

/// A priority of a theme.
#[derive(Clone, Debug, SimpleObject)]
pub struct PriorityShown {
    /// Its code, unique within the strategy.
    pub code: String,
    /// Its title.
    pub title: String,
}

impl StrategyShown {
    fn of(strategy: &Strategy) -> Self {
        let priority = |priority: &crate::domain::event::Priority| PriorityShown {
            code: priority.code.to_string(),
            title: priority.title.to_string(),
        };
        let theme = |theme: &crate::domain::event::Theme| ThemeShown {
            name: theme.name.to_string(),
            priorities: theme.priorities.iter().map(priority).collect(),
        };
        Self {
            id: strategy.id.into(),
            title: strategy.title().to_owned(),
            from: strategy.adopted.from,
            to: strategy.adopted.to,
            themes: strategy.adopted.themes.iter().map(theme).collect(),
        }
    }
}

/// A rate card: what hours and outcomes are worth from a day on, and who decided it.
#[derive(Clone, Debug, SimpleObject)]
pub struct RateCardShown {
    /// Its id.
    pub id: ID,
    /// Its name.
    pub name: String,
    /// The day from which it prices entries.
    pub effective: Day,
    /// Who owns it.
    pub owner: String,
    /// The minute that decided it.
    pub minute: Option<String>,
    /// Where its values come from.
    pub source: String,
    /// What an hour is worth, by role.
    pub hour_rates: Vec<HourRateShown>,
    /// What one unit of an outcome is worth, by indicator.
    pub unit_values: Vec<UnitValueShown>,
    /// Whether a policy decided who gains.
    pub has_winners: bool,
}

/// What an hour in one role is worth.
#[derive(Clone, Debug, SimpleObject)]
pub struct HourRateShown {
    /// The role.
    pub role: String,
    /// The rate that figures use, an hour.
    pub per_hour: Money,
    /// The low rate, for the range.
    pub low: Option<Money>,
    /// The high rate, for the range.
    pub high: Option<Money>,
}

/// What one unit of an outcome is worth.
#[derive(Clone, Debug, SimpleObject)]
pub struct UnitValueShown {
    /// The indicator.
    pub indicator: String,
    /// The value of one unit, in pence.
    pub value: PenceText,
    /// The part that would have happened anyway, in basis points.
    pub deadweight_bp: u32,
    /// The part that is owed to the project, in basis points.
    pub attribution_bp: u32,
    /// To whom it is a gain.
    pub gain: crate::domain::event::Gain,
    /// Where the value comes from.
    pub source: String,
}

impl RateCardShown {
    fn of(card: &RateCard) -> Self {
        let rate = |rate: &crate::domain::event::HourRate| HourRateShown {
            role: rate.role.to_string(),
            per_hour: rate.per_hour.into(),
            low: rate.low.map(Money::from),
            high: rate.high.map(Money::from),
        };
        let value = |value: &crate::domain::event::UnitValue| UnitValueShown {
            indicator: value.indicator.to_string(),
            value: PenceText(value.value.0),
            deadweight_bp: value.deadweight_bp.0,
            attribution_bp: value.attribution_bp.0,
            gain: value.gain,
            source: value.source.to_string(),
        };
        Self {
            id: card.id.into(),
            name: card.adopted.name.to_string(),
            effective: card.effective,
            owner: card.adopted.owner.to_string(),
            minute: card.adopted.minute.as_ref().map(ToString::to_string),
            source: card.adopted.source.to_string(),
            hour_rates: card.adopted.hour_rates.iter().map(rate).collect(),
            unit_values: card.adopted.unit_values.iter().map(value).collect(),
            has_winners: card.adopted.winners.is_some(),
        }
    }
}

/// The size of the log and the root over its lines, at the position of the answer.
#[derive(Clone, Debug, SimpleObject)]
pub struct CheckpointShown {
    /// The position of the last entry.
    pub position: crate::domain::ids::Position,
    /// The RFC 6962 root over the exported lines, as 64 hexadecimal digits.
    pub root_hash: String,
}

impl Ledger {
    /// The ledger, as a view knows it.
    pub fn new(eye: &Eye) -> Self {
        let books = eye.books();
        let opened = books.setup.ledger();
        Self {
            name: opened.map(|ledger| ledger.opened.name.to_string()).unwrap_or_default(),
            currency: opened.map_or(Currency::Gbp, |ledger| ledger.opened.currency),
            time_zone: opened.map(|ledger| ledger.opened.time_zone.to_string()).unwrap_or_default(),
            opened_on: opened.map(|ledger| ledger.opened_on),
            today: eye.scope.today,
            as_at: AsAt::of(eye),
            formula: FORMULA_VERSION,
            counts: Counts {
                entries: short(eye.view.position.0),
                projects: short(books.projects.len()),
                organisations: short(books.organisations.len()),
                funds: short(books.funds.len()),
                grants: short(books.grants.len()),
                hours: short(books.hours.len()),
            },
            limits: LimitsShown::of(&eye.scope.limits),
            eye: eye.clone(),
        }
    }
}

#[ComplexObject]
impl Ledger {
    /// The day through which its books are closed; null while none were.
    async fn closed_through(&self) -> Option<Day> {
        self.eye.books().governance.closed_through()
    }

    /// Its strategies, in the order of the log.
    async fn strategies(&self) -> Vec<StrategyShown> {
        self.eye.books().setup.strategies().map(StrategyShown::of).collect()
    }

    /// Its rate cards, by the day from which they price entries.
    async fn rate_cards(&self) -> Vec<RateCardShown> {
        self.eye.books().setup.rate_cards().map(|card| RateCardShown::of(card)).collect()
    }

    /// How many entries there are and the root over their lines, unsigned for now: what an export is checked against.
    async fn checkpoint(&self) -> async_graphql::Result<CheckpointShown> {
        Ok(CheckpointShown { position: self.eye.view.position, root_hash: self.eye.root_hash()? })
    }
}
