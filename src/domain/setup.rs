//! Setting up: the ledger itself, its thresholds and strategies; rate cards have a file of their own.
//!
//! Invariant: the ledger is opened once and first; thresholds and rate cards hold from their effective day, whatever
//! the order in which they were entered.

use std::sync::Arc;

use jiff::tz::TimeZoneDatabase;

use super::books::Books;
use super::checks;
use super::command::{AdoptSettings, AdoptStrategy, Command, Context, OpenLedger};
use super::dated::Dated;
use super::decide::Decide;
use super::event::{Entry, Event, EventKind, LedgerOpened, SettingsAdopted, StrategyAdopted};
use super::evolve::Evolve;
use super::ids::{RateCardId, StrategyId};
use super::money::Pence;
use super::quantity::BasisPoints;
use super::rate_cards::RateCard;
use super::refusal::{Refusal, RefusalCode};
use super::text::Slug;
use super::time::Day;

/// The version of the formulas of this release; a figure names the version that it was computed by.
pub const FORMULA_VERSION: u32 = 1;

/// Counts of people smaller than this are suppressed where no thresholds say otherwise.
pub const SUPPRESS_BELOW: u32 = 5;

/// What was set up.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    ledger: Option<Arc<Ledger>>,
    settings: Dated<SettingsAdopted>,
    strategies: imbl::OrdMap<StrategyId, Arc<Strategy>>,
    pub(super) rate_cards: Dated<Arc<RateCard>>,
}

/// The ledger itself.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The day it was opened.
    pub opened_on: Day,
    /// What it was opened as.
    pub opened: LedgerOpened,
}

/// The thresholds in force on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Awards of this much or more need two persons.
    pub two_person_from: Option<Pence>,
    /// The limit of minimal financial assistance over three financial years.
    pub subsidy_limit: Option<Pence>,
    /// How far behind a target may be and still be amber.
    pub rag_tolerance_bp: Option<BasisPoints>,
    /// Counts of people smaller than this are suppressed.
    pub suppress_below: u32,
}

/// A strategy.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Its id.
    pub id: StrategyId,
    /// The day it was adopted.
    pub adopted_on: Day,
    /// What was adopted.
    pub adopted: StrategyAdopted,
}

impl Setup {
    /// The ledger, once it is open.
    pub fn ledger(&self) -> Option<&Ledger> {
        self.ledger.as_deref()
    }

    /// The thresholds in force on a day. What an adoption leaves out stays as it was.
    pub fn settings_on(&self, day: Day) -> Settings {
        let none = Settings {
            two_person_from: None,
            subsidy_limit: None,
            rag_tolerance_bp: None,
            suppress_below: SUPPRESS_BELOW,
        };
        let in_force = self.settings.iter().take_while(|(from, _, _)| *from <= day);
        in_force.fold(none, |before, (_, _, adopted)| Settings {
            two_person_from: adopted.two_person_from.or(before.two_person_from),
            subsidy_limit: adopted.subsidy_limit.or(before.subsidy_limit),
            rag_tolerance_bp: adopted.rag_tolerance_bp.or(before.rag_tolerance_bp),
            suppress_below: adopted.suppress_below.unwrap_or(before.suppress_below),
        })
    }

    /// The strategy with this id.
    pub fn strategy(&self, id: StrategyId) -> Option<&Strategy> {
        self.strategies.get(&id).map(Arc::as_ref)
    }

    /// Every strategy in the order of adoption.
    pub fn strategies(&self) -> impl DoubleEndedIterator<Item = &Strategy> {
        self.strategies.values().map(Arc::as_ref)
    }

    /// The rate card in force on a day: the latest effective on or before it, among equals the later in the log.
    pub fn card_on(&self, day: Day) -> Option<&Arc<RateCard>> {
        self.rate_cards.on(day)
    }

    /// Every rate card, by effective day and then by position in the log.
    pub fn rate_cards(&self) -> impl DoubleEndedIterator<Item = &Arc<RateCard>> {
        self.rate_cards.iter().map(|(_, _, card)| card)
    }

    /// The rate card with this id.
    pub fn rate_card(&self, id: RateCardId) -> Option<&Arc<RateCard>> {
        self.rate_cards().find(|card| card.id == id)
    }
}

impl Strategy {
    /// Its title.
    pub fn title(&self) -> &str {
        self.adopted.title.as_str()
    }

    /// Whether one of its themes has a priority with this code.
    pub fn has_priority(&self, code: &Slug) -> bool {
        self.adopted.themes.iter().flat_map(|theme| &theme.priorities).any(|priority| priority.code == *code)
    }
}

/// Refuses whatever comes before the ledger is open.
pub(crate) fn check_opened(books: &Books, command: &Command) -> Result<(), Refusal> {
    if books.setup.ledger.is_some() || matches!(command, Command::OpenLedger(_)) {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::NotFound, "Open the ledger first."))
}

impl Decide for OpenLedger {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        if TimeZoneDatabase::bundled().get(self.time_zone.as_str()).is_err() {
            let message = "Enter a time zone by its name, like Europe/London.";
            return Err(Refusal::of(RefusalCode::BadInput, "timeZone", message));
        }
        checks::happened(context)?;
        if let Some(ledger) = books.setup.ledger() {
            let message = format!("Use the ledger that is open: {}.", ledger.opened.name);
            return Err(Refusal::new(RefusalCode::AlreadyExists, message));
        }
        let Self { name, currency, publisher, time_zone } = self.clone();
        Ok(vec![LedgerOpened { name, currency, publisher, time_zone, formula: FORMULA_VERSION }.into()])
    }
}

impl Evolve for LedgerOpened {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.setup.ledger = Some(Arc::new(Ledger { opened_on: entry.effective, opened: self.clone() }));
    }

    fn may_reverse(&self, _: &Books, _: &Entry) -> Result<(), Refusal> {
        Err(checks::never_reversed(EventKind::LedgerOpened))
    }

    fn undo(&self, _: &mut Books, _: &Entry) {}
}

impl Decide for AdoptSettings {
    /// The effective day may lie ahead: that is when they begin to hold.
    fn decide(&self, _: &Books, _: &Context) -> Result<Vec<Event>, Refusal> {
        let Self { two_person_from, subsidy_limit, rag_tolerance_bp, suppress_below } = self.clone();
        for (amount, field) in [(two_person_from, "twoPersonFrom"), (subsidy_limit, "subsidyLimit")] {
            checks::not_negative(amount.unwrap_or_default(), field)?;
        }
        let amounts_none = two_person_from.is_none() && subsidy_limit.is_none();
        if amounts_none && rag_tolerance_bp.is_none() && suppress_below.is_none() {
            return Err(checks::nothing_changes());
        }
        Ok(vec![SettingsAdopted { two_person_from, subsidy_limit, rag_tolerance_bp, suppress_below }.into()])
    }
}

impl Evolve for SettingsAdopted {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.setup.settings.insert(entry, self.clone());
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.setup.settings.remove(entry.position);
    }
}

impl Decide for AdoptStrategy {
    fn decide(&self, _: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::runs_forward(Some(self.from), Some(self.to), "to")?;
        let priorities = self.themes.iter().flat_map(|theme| &theme.priorities);
        checks::distinct(&priorities.map(|priority| priority.code.clone()).collect::<Vec<_>>(), "themes")?;
        checks::happened(context)?;
        let Self { title, from, to, themes } = self.clone();
        Ok(vec![StrategyAdopted { title, from, to, themes }.into()])
    }
}

impl Evolve for StrategyAdopted {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = StrategyId(entry.position);
        let strategy = Strategy { id, adopted_on: entry.effective, adopted: self.clone() };
        books.setup.strategies.insert(id, Arc::new(strategy));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.setup.strategies.remove(&StrategyId(entry.position));
    }
}
