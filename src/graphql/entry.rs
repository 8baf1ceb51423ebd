//! An entry of the log, as people read it and as anybody can check it.

use std::ops::ControlFlow;
use std::sync::Arc;

use async_graphql::{ID, Object, SimpleObject};

use super::eye::Eye;
use super::fault::Fault;
use super::scalars::Minutes;
use super::units::{Duration, Money};
use crate::domain::event::{self, EVENT_VERSION, Event, EventKind, Role};
use crate::domain::ids::Position;
use crate::domain::money::Pence;
use crate::domain::time::{Day, Instant};
use crate::log::line;

/// Who acted.
#[derive(Clone, Debug, SimpleObject)]
pub struct Actor {
    /// The public name of the key that was used: a post or a group, never a person's.
    pub name: String,
    /// The role that was used.
    pub role: Role,
}

/// One field of what an entry says.
#[derive(Clone, Debug, SimpleObject)]
pub struct DataField {
    /// The field's name in the exported log.
    pub name: String,
    /// What it says: a text as it is, anything else as compact JSON.
    pub value: String,
}

/// An entry of the log: one fact, and who recorded it when.
#[derive(Clone, Debug)]
pub struct Entry {
    id: ID,
    eye: Eye,
    whole: Arc<event::Entry>,
}

impl Entry {
    /// An entry, as a view sees it.
    pub fn new(eye: &Eye, entry: event::Entry) -> Self {
        Self { id: entry.id().into(), eye: eye.clone(), whole: Arc::new(entry) }
    }

    /// The entry at a position, where the view has one.
    ///
    /// # Errors
    /// A fault where the log cannot be read.
    pub fn at(eye: &Eye, position: Position) -> Result<Option<Self>, Fault> {
        if position > eye.view.position {
            return Ok(None);
        }
        let entry = eye.scope.ledger.entry(position).map_err(super::scope::unread)?;
        Ok(entry.map(|entry| Self::new(eye, entry)))
    }

    /// The entries at these positions, which grow: read in one go where they lie close together.
    ///
    /// # Errors
    /// A fault where the log cannot be read.
    pub(crate) fn many(eye: &Eye, positions: &[Position]) -> Result<Vec<(Position, Self)>, Fault> {
        let (Some(first), Some(last)) = (positions.first().copied(), positions.last().copied()) else {
            return Ok(Vec::new());
        };
        let span = usize::try_from(last.0.saturating_sub(first.0)).unwrap_or(usize::MAX);
        if span > positions.len().saturating_mul(8) {
            let one = |position: &Position| Ok(Self::at(eye, *position)?.map(|entry| (*position, entry)));
            return positions.iter().filter_map(|position| one(position).transpose()).collect();
        }
        let (mut rows, mut wanted) = (Vec::with_capacity(positions.len()), positions.iter().peekable());
        let each = &mut |entry: event::Entry| {
            if wanted.next_if(|position| **position == entry.position).is_some() {
                rows.push((entry.position, Self::new(eye, entry)));
            }
            ControlFlow::Continue(())
        };
        eye.scope.ledger.log().scan(first, last, each).map_err(super::scope::unread)?;
        Ok(rows)
    }

    /// Where it stands in the log.
    pub(crate) fn place(&self) -> Position {
        self.whole.position
    }

    /// Its kind.
    pub(crate) fn kind_of(&self) -> EventKind {
        self.whole.event.kind()
    }

    /// What it says, read from its exported line, so that what is shown here is what anybody can check.
    fn said(&self) -> serde_json::Map<String, serde_json::Value> {
        let line: serde_json::Value = serde_json::from_str(&line::line_of(&self.whole)).unwrap_or_default();
        line.get("data").and_then(serde_json::Value::as_object).cloned().unwrap_or_default()
    }
}

/// An entry of the log: one fact, who recorded it, and when.
#[Object]
impl Entry {
    /// Its id: the prefix of its kind and its position, with a check character.
    pub async fn id(&self) -> &ID {
        &self.id
    }

    /// Its place in the log, from 1, without gaps: the only order there is.
    async fn position(&self) -> Position {
        self.whole.position
    }

    /// What kind of thing happened.
    #[graphql(name = "type")]
    async fn kind(&self) -> EventKind {
        self.whole.event.kind()
    }

    /// The version of that type.
    async fn version(&self) -> u32 {
        EVENT_VERSION
    }

    /// The day it happened.
    async fn effective(&self) -> Day {
        self.whole.effective
    }

    /// When its commit was appended: one instant for the whole commit.
    async fn recorded_at(&self) -> Instant {
        self.whole.recorded_at
    }

    /// How many entries of its commit follow this one; 0 ends the commit.
    async fn commit(&self) -> u32 {
        self.whole.commit
    }

    /// Who recorded it.
    async fn actor(&self) -> Actor {
        Actor { name: self.whole.actor.name.to_string(), role: self.whole.actor.role }
    }

    /// The import it came with.
    async fn batch(&self) -> Option<ID> {
        self.whole.batch.map(ID::from)
    }

    /// Why it came late, where it changed a figure inside closed books.
    async fn late(&self) -> Option<String> {
        self.whole.late.as_ref().map(ToString::to_string)
    }

    /// Whether its figure comes from no document and is there to show how the ledger works.
    async fn illustrative(&self) -> bool {
        self.whole.illustrative
    }

    /// The entry that reversed it; null while it stands.
    async fn reversed_by(&self) -> Option<ID> {
        self.eye.reversal(self.whole.position).map(ID::from)
    }

    /// What it says, field by field, as in the exported log.
    async fn data(&self) -> Vec<DataField> {
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        self.said().into_iter().map(|(name, value)| DataField { name, value: text(value) }).collect()
    }

    /// The project it is about.
    async fn project(&self) -> Option<ID> {
        let said = self.said();
        said.get("project").and_then(serde_json::Value::as_str).map(ID::from)
    }

    /// The amount it names, where it names one: awarded, paid, valued, changed.
    async fn amount(&self) -> Option<Money> {
        let said = self.said();
        let named = ["amount", "value", "change", "unpaid"].iter().find_map(|name| said.get(*name)?.as_str());
        named.and_then(|amount| amount.parse::<Pence>().ok()).map(Money::from)
    }

    /// The time it logs: people times minutes each.
    async fn duration(&self) -> Option<Duration> {
        let Event::HoursLogged(hours) = &self.whole.event else { return None };
        Some(Duration::of(i64::from(hours.people).saturating_mul(i64::from(hours.minutes_each))))
    }

    /// The same in minutes alone.
    async fn minutes(&self) -> Option<Minutes> {
        let Event::HoursLogged(hours) = &self.whole.event else { return None };
        Some(Minutes(i64::from(hours.people).saturating_mul(i64::from(hours.minutes_each))))
    }

    /// Its line in the exported log, to the byte: a leaf of the log's Merkle tree.
    async fn line(&self) -> String {
        line::line_of(&self.whole)
    }
}
