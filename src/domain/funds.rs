//! Funds: opened and changed, with the minimum and maximum that one award may take.
//!
//! Invariant: a budget is changed by `Funds::adjust` only, which notes at once whether it is overspent.
//! Look next at `budgets.rs` for what is set, carried and moved.

use std::sync::Arc;

use super::books::Books;
use super::budgets::{Budget, BudgetKey, Held};
use super::checks;
use super::command::{ChangeFund, Context, OpenFund};
use super::dated::Dated;
use super::decide::Decide;
use super::event::{Entry, Event, FundChanged, FundOpened};
use super::evolve::Evolve;
use super::ids::{FundId, OrganisationId, Position};
use super::money::Pence;
use super::refusal::{Refusal, RefusalCode};
use super::text::{Reference, Slug, Title, Words};
use super::time::{Day, FinancialYear};

/// Every fund that stands, and its budgets.
#[derive(Clone, Debug, Default)]
pub struct Funds {
    all: imbl::OrdMap<FundId, Arc<Fund>>,
    by_reference: imbl::HashMap<Reference, FundId>,
    budgets: imbl::OrdMap<BudgetKey, Arc<Budget>>,
    overspent: imbl::OrdSet<BudgetKey>,
}

/// One fund.
#[derive(Clone, Debug)]
pub struct Fund {
    /// Its id.
    pub id: FundId,
    /// The day it was opened.
    pub opened_on: Day,
    /// The public body whose money it is.
    pub owner: Option<OrganisationId>,
    /// The owner's own reference.
    pub reference: Option<Reference>,
    /// Its names.
    pub names: Dated<Title>,
    /// Who decided on it.
    pub holders: Dated<Title>,
    /// The purposes it was restricted to.
    pub purposes: Dated<Words>,
    /// The places it was restricted to.
    pub places: Dated<Slug>,
    /// The least that one award could take from it.
    pub minimums: Dated<Pence>,
    /// The most that one award could take from it.
    pub maximums: Dated<Pence>,
}

impl Fund {
    /// Its name.
    pub fn name(&self) -> &str {
        self.names.latest().map_or("", Title::as_str)
    }

    /// The least that one award may take from it on a day; before its opening, what held first.
    pub fn minimum_on(&self, day: Day) -> Option<Pence> {
        self.minimums.on(day.max(self.opened_on)).copied()
    }

    /// The most that one award may take from it on a day; before its opening, what held first.
    pub fn maximum_on(&self, day: Day) -> Option<Pence> {
        self.maximums.on(day.max(self.opened_on)).copied()
    }

    fn learn(&mut self, entry: &Entry, change: FundChanged) {
        self.names.insert_some(entry, change.name);
        self.holders.insert_some(entry, change.holder);
        self.purposes.insert_some(entry, change.purpose);
        self.places.insert_some(entry, change.place);
        self.minimums.insert_some(entry, change.minimum);
        self.maximums.insert_some(entry, change.maximum);
    }

    fn forget(&mut self, position: Position) {
        self.names.remove(position);
        self.holders.remove(position);
        self.purposes.remove(position);
        self.places.remove(position);
        self.minimums.remove(position);
        self.maximums.remove(position);
    }
}

impl Funds {
    /// The fund with this id.
    pub fn get(&self, id: FundId) -> Option<&Fund> {
        self.all.get(&id).map(Arc::as_ref)
    }

    /// Every fund in the order of opening.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Fund> {
        self.all.values().map(Arc::as_ref)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The fund with its owner's reference.
    pub fn by_reference(&self, reference: &Reference) -> Option<FundId> {
        self.by_reference.get(reference).copied()
    }

    /// The position of a fund in a financial year; nothing at all where nothing was said of it.
    pub fn budget(&self, fund: FundId, year: FinancialYear) -> Budget {
        self.budgets.get(&(fund, year)).map(|budget| Budget::clone(budget)).unwrap_or_default()
    }

    /// The positions of a fund, by financial year.
    pub fn budgets_of(&self, fund: FundId) -> impl DoubleEndedIterator<Item = (FinancialYear, &Budget)> {
        let all = (fund, FinancialYear(i16::MIN))..=(fund, FinancialYear(i16::MAX));
        self.budgets.range(all).map(|((_, year), budget)| (*year, budget.as_ref()))
    }

    /// What is left of a budget; `None`: no limit.
    pub fn left(&self, fund: FundId, year: FinancialYear) -> Option<Pence> {
        self.budgets.get(&(fund, year)).and_then(|budget| budget.left())
    }

    /// The first budget that is overspent, and more so than before, with how much it is overspent by. Of a trial run.
    /// A budget may be overspent by a penny before: returns are divided by largest remainder, and with a larger return a
    /// budget's part of it can be smaller.
    pub(crate) fn overspent_since(&self, before: &Self) -> Option<(BudgetKey, Pence)> {
        self.overspent.iter().find_map(|(fund, year)| {
            let left = self.left(*fund, *year)?;
            let worse = before.left(*fund, *year).is_none_or(|before| left < before);
            worse.then_some(((*fund, *year), Pence::ZERO.less(left)))
        })
    }

    /// The name of a fund, for sentences.
    pub fn name(&self, id: FundId) -> String {
        self.get(id).map_or_else(|| id.to_string(), |fund| fund.name().to_owned())
    }

    fn update(&mut self, id: FundId, change: impl FnOnce(&mut Fund)) {
        if let Some(fund) = self.all.get_mut(&id) {
            change(Arc::make_mut(fund));
        }
    }

    /// Changes one budget and notes whether it is overspent then.
    pub(crate) fn adjust(&mut self, key: BudgetKey, change: impl FnOnce(&mut Budget)) {
        let budget = self.budgets.entry(key).or_default();
        change(Arc::make_mut(budget));
        if budget.left().is_some_and(|left| left < Pence::ZERO) {
            self.overspent.insert(key);
        } else {
            self.overspent.remove(&key);
        }
    }

    /// Replaces what one grant or proposal holds of budgets.
    pub(crate) fn hold(&mut self, before: &[(BudgetKey, Held)], after: &[(BudgetKey, Held)]) {
        for (key, held) in before {
            self.adjust(*key, |budget| budget.held = budget.held.less(*held));
        }
        for (key, held) in after {
            self.adjust(*key, |budget| budget.held = budget.held.plus(*held));
        }
    }
}

/// A fund that exists.
pub(crate) fn fund<'books>(books: &'books Books, id: FundId, field: &str) -> Result<&'books Fund, Refusal> {
    checks::found(books, id, books.funds.get(id), field, "fund")
}

/// Refuses a minimum above the maximum.
fn check_limits(minimum: Option<Pence>, maximum: Option<Pence>) -> Result<(), Refusal> {
    checks::not_negative(minimum.unwrap_or_default(), "minimum")?;
    if let Some(maximum) = maximum {
        checks::positive(maximum, "maximum")?;
    }
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) if minimum > maximum => {
            let message = format!("Enter {} or more: the minimum is not above the maximum.", minimum.display());
            Err(Refusal::of(RefusalCode::BadInput, "maximum", message))
        }
        _ => Ok(()),
    }
}

impl Decide for OpenFund {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        check_limits(self.minimum, self.maximum)?;
        checks::happened(context)?;
        if let Some(owner) = self.owner {
            checks::open_organisation(books, owner, "owner", context)?;
        }
        let owner_of_reference = self.reference.as_ref().and_then(|reference| books.funds.by_reference(reference));
        checks::reference_free(books, owner_of_reference)?;
        let Self { name, holder, owner, purpose, place, minimum, maximum, reference } = self.clone();
        Ok(vec![FundOpened { name, holder, owner, purpose, place, minimum, maximum, reference }.into()])
    }
}

impl Evolve for FundOpened {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = FundId(entry.position);
        let mut fund = Fund {
            id,
            opened_on: entry.effective,
            owner: self.owner,
            reference: self.reference.clone(),
            names: Dated::default(),
            holders: Dated::default(),
            purposes: Dated::default(),
            places: Dated::default(),
            minimums: Dated::default(),
            maximums: Dated::default(),
        };
        let Self { name, holder, purpose, place, minimum, maximum, .. } = self.clone();
        fund.learn(entry, FundChanged { fund: id, name: Some(name), holder, purpose, place, minimum, maximum });
        books.funds.all.insert(id, Arc::new(fund));
        if let Some(reference) = &self.reference {
            books.funds.by_reference.insert(reference.clone(), id);
        }
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.funds.all.remove(&FundId(entry.position));
        if let Some(reference) = &self.reference {
            books.funds.by_reference.remove(reference);
        }
    }
}

impl Decide for ChangeFund {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let current = fund(books, self.fund, "fund")?;
        checks::not_before(context, current.opened_on, "the fund was opened")?;
        let words_none = self.name.is_none() && self.holder.is_none() && self.purpose.is_none();
        if words_none && self.place.is_none() && self.minimum.is_none() && self.maximum.is_none() {
            return Err(checks::nothing_changes());
        }
        let day = context.effective;
        check_limits(self.minimum.or(current.minimum_on(day)), self.maximum.or(current.maximum_on(day)))?;
        let Self { fund, name, holder, purpose, place, minimum, maximum } = self.clone();
        Ok(vec![FundChanged { fund, name, holder, purpose, place, minimum, maximum }.into()])
    }
}

impl Evolve for FundChanged {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.funds.update(self.fund, |fund| fund.learn(entry, self.clone()));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.funds.update(self.fund, |fund| fund.forget(entry.position));
    }
}
