//! The dividend statement of one party: what it put in, where, and what its share was.
//!
//! Invariant: nothing is computed here that the figures do not say; a statement is the same figures read the other way.

use crate::domain::ids::ProjectId;
use crate::domain::money::Pence;

use super::contributors::{Contribution, Party, contributions, organisation_shares};
use super::line::Line;
use super::view::View;
use super::window::Window;

/// What a party put into one project, and what it gained there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// The project.
    pub project: ProjectId,
    /// What the party put in, by line.
    pub put_in: Vec<Contribution>,
    /// What the party gained of the organisations' part; `None` where no policy says so.
    pub gained: Option<Pence>,
}

/// The dividend statement of one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DividendStatement {
    /// The party.
    pub party: Party,
    /// The days it speaks of and the day it is drawn up at.
    pub window: Window,
    /// A row for each project that the party put something into or gained from.
    pub rows: Vec<StatementRow>,
}

impl StatementRow {
    /// All pounds that the party put in, on whatever line; what a contract bought is not among them.
    pub fn put_in(&self) -> Pence {
        let counted = self.put_in.iter().filter(|row| row.line != Line::Contractual);
        counted.map(|row| row.amount).fold(Pence::ZERO, Pence::plus)
    }

    /// All minutes that the party's volunteers gave.
    pub fn minutes(&self) -> i64 {
        self.put_in.iter().map(|row| row.minutes).fold(0, i64::saturating_add)
    }
}

impl DividendStatement {
    /// All pounds that the party put in.
    pub fn put_in(&self) -> Pence {
        self.rows.iter().map(StatementRow::put_in).fold(Pence::ZERO, Pence::plus)
    }

    /// All minutes that the party's volunteers gave.
    pub fn minutes(&self) -> i64 {
        self.rows.iter().map(StatementRow::minutes).fold(0, i64::saturating_add)
    }

    /// All that the party gained; `None` where of some project no policy says so.
    pub fn gained(&self) -> Option<Pence> {
        self.rows.iter().try_fold(Pence::ZERO, |sum, row| Some(sum.plus(row.gained?)))
    }

    /// What the party put in on a line.
    pub fn line(&self, line: Line) -> Pence {
        let rows = self.rows.iter().flat_map(|row| &row.put_in).filter(|row| row.line == line);
        rows.map(|row| row.amount).fold(Pence::ZERO, Pence::plus)
    }
}

/// The dividend statement of a party over a window, each entry priced by the rate card in force on its day. An
/// organisation that was merged is read as the one it became.
pub fn statement(view: &View, party: Party, window: Window) -> DividendStatement {
    let party = match party {
        Party::Organisation(id) => Party::Organisation(view.books.organisations.resolve(id)),
        Party::Fund(_) => party,
    };
    let rows = view.books.projects.iter().filter_map(|project| row(view, party, project.id, window));
    DividendStatement { party, window, rows: rows.collect() }
}

fn row(view: &View, party: Party, project: ProjectId, window: Window) -> Option<StatementRow> {
    let mut put_in = contributions(view, project, window, None);
    put_in.retain(|row| row.party == Some(party));
    let gained = gained(view, party, project, window);
    let something = !put_in.is_empty() || gained.is_some_and(|gained| gained != Pence::ZERO);
    something.then_some(StatementRow { project, put_in, gained })
}

fn gained(view: &View, party: Party, project: ProjectId, window: Window) -> Option<Pence> {
    let Party::Organisation(organisation) = party else { return Some(Pence::ZERO) };
    let shares = organisation_shares(view, project, window, None)?;
    Some(shares.iter().find(|(id, _)| *id == organisation).map_or(Pence::ZERO, |(_, share)| *share))
}
