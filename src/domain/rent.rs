//! Rent in kind: premises let below the market rent. Agreed, reviewed, ended, and rent set against grants.
//!
//! Invariant: the charged rent is never above the market rent; the shares of one premises on one day are at most the
//! whole; no more rent is offset than is charged. The arithmetic by day stands in `rent_accrual.rs`.

use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{AgreeRentInKind, Context, EndRentInKind, ReviewRent};
use super::decide::Decide;
use super::event::{Entry, Event, Premises, RentInKindAgreed, RentInKindEnded, RentReviewed, Valuation};
use super::evolve::Evolve;
use super::grants::Offset;
use super::ids::{AgreementId, OrganisationId, Position, ProjectId};
use super::money::Pence;
use super::quantity::BasisPoints;
use super::refusal::{Refusal, RefusalCode};
use super::rent_accrual::{Segment, accrued, spread};
use super::time::{Day, LAST_DAY};

/// The rents that hold from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RentTerm {
    /// The first day.
    pub from: Day,
    /// The agreement or review that set them; of two for one day the later holds.
    pub position: Position,
    /// The market rent of the occupier's part, a year.
    pub market: Pence,
    /// The rent that is charged for it, a year.
    pub charged: Pence,
}

/// An agreement of rent in kind, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// The premises.
    pub premises: Premises,
    /// The public body that forgoes the rent.
    pub landlord: Option<OrganisationId>,
    /// The occupier.
    pub occupier: OrganisationId,
    /// The project it supports.
    pub project: ProjectId,
    /// The occupier's part of the premises.
    pub share_bp: BasisPoints,
    /// The first day that counts.
    pub began: Day,
    /// The last day of the term.
    pub term_ends: Option<Day>,
    /// The last day that counts, where it was ended, and the entry that ended it.
    pub ended: Option<(Day, Position)>,
    /// The rents, in the order of the log.
    pub terms: Vec<RentTerm>,
}

impl Agreement {
    /// The last day that counts; `None` where none is known.
    pub fn last_day(&self) -> Option<Day> {
        match (self.ended, self.term_ends) {
            (Some((ended, _)), Some(term)) => Some(ended.min(term)),
            (ended, term) => ended.map(|(day, _)| day).or(term),
        }
    }

    /// Whether a day counts.
    pub fn runs_on(&self, day: Day) -> bool {
        self.began <= day && self.last_day().is_none_or(|last| day <= last)
    }

    /// The rents that hold on a day; `None` where it does not count.
    pub fn rents_on(&self, day: Day) -> Option<&RentTerm> {
        let known = self.terms.iter().filter(|term| term.from <= day && self.runs_on(day));
        known.max_by_key(|term| (term.from, term.position))
    }

    /// The runs of days through which the rent forgone accrues, in their order.
    pub fn forgone_segments(&self) -> Vec<Segment> {
        self.segments(|term| term.market.less(term.charged))
    }

    /// The runs of days through which the charged rent accrues, in their order.
    pub fn charged_segments(&self) -> Vec<Segment> {
        self.segments(|term| term.charged)
    }

    /// The rent forgone in a window, both ends included.
    pub fn forgone(&self, from: Day, to: Day) -> Pence {
        accrued(&self.forgone_segments(), from, to)
    }

    /// The rent charged for a window, both ends included.
    pub fn charged(&self, from: Day, to: Day) -> Pence {
        accrued(&self.charged_segments(), from, to)
    }

    fn segments(&self, annual: fn(&RentTerm) -> Pence) -> Vec<Segment> {
        let last_day = self.last_day().unwrap_or(LAST_DAY);
        let mut terms = self.terms.clone();
        terms.sort_by_key(|term| (term.from, term.position));
        let ends = terms.iter().skip(1).map(|next| next.from.previous()).chain([LAST_DAY]);
        let run =
            |(term, end): (&RentTerm, Day)| Segment { from: term.from, to: end.min(last_day), annual: annual(term) };
        terms.iter().zip(ends).map(run).filter(|segment| segment.from <= segment.to).collect()
    }
}

/// All agreements of rent in kind that stand.
#[derive(Clone, Debug, Default)]
pub struct Rent {
    agreements: imbl::OrdMap<AgreementId, Arc<Agreement>>,
    of_projects: imbl::OrdSet<(ProjectId, AgreementId)>,
}

impl Rent {
    /// Every agreement, in the order of the log.
    pub fn agreements(&self) -> impl Iterator<Item = &Arc<Agreement>> {
        self.agreements.values()
    }

    /// One agreement.
    pub fn agreement(&self, id: AgreementId) -> Option<&Arc<Agreement>> {
        self.agreements.get(&id)
    }

    /// The agreements that support a project, in the order of the log.
    pub fn of_project(&self, project: ProjectId) -> impl Iterator<Item = &Arc<Agreement>> {
        let own = (project, AgreementId(Position(0)))..=(project, AgreementId(Position(u64::MAX)));
        self.of_projects.range(own).filter_map(|(_, id)| self.agreements.get(id))
    }

    fn change(&mut self, id: AgreementId, change: impl FnOnce(&mut Agreement)) {
        if let Some(agreement) = self.agreements.get_mut(&id) {
            change(Arc::make_mut(agreement));
        }
    }
}

/// What was set against the rent of an agreement, spread by day over the period that each payment pays for: the part
/// in a window, both ends included.
pub fn offset_in(offsets: &[Offset], from: Day, to: Day) -> Pence {
    let parts = offsets.iter().map(|offset| spread(offset.amount, (offset.from, offset.to), from, to));
    parts.fold(Pence::ZERO, Pence::plus)
}

fn offsets_of(books: &Books, id: AgreementId) -> Vec<Offset> {
    books.grants.offsets_of(id).map(|(_, offset)| *offset).collect()
}

/// The run of days that a period makes with all offsets that overlap it, or one another, and what these add up to.
fn overlapping(offsets: &[Offset], mut from: Day, mut to: Day) -> (Day, Day, Pence) {
    let mut inside = 0;
    loop {
        let touching = |offset: &&Offset| offset.from <= to && from <= offset.to;
        let found: Vec<&Offset> = offsets.iter().filter(touching).collect();
        if found.len() == inside {
            return (from, to, found.iter().map(|offset| offset.amount).fold(Pence::ZERO, Pence::plus));
        }
        inside = found.len();
        from = found.iter().map(|offset| offset.from).fold(from, Day::min);
        to = found.iter().map(|offset| offset.to).fold(to, Day::max);
    }
}

/// The most that can still be set against the rent of a period: what is charged for it, less what is spread into it;
/// and no more over the whole run of overlapping periods than is charged for that.
fn offsettable(agreement: &Agreement, offsets: &[Offset], from: Day, to: Day) -> Pence {
    let (first, last, whole) = overlapping(offsets, from, to);
    let of_period = agreement.charged(from, to).less(offset_in(offsets, from, to));
    of_period.min(agreement.charged(first, last).less(whole)).max(Pence::ZERO)
}

/// Why an amount may not be set against the rent of a period: `None` where it may.
pub(crate) fn offset_fault(books: &Books, id: AgreementId, from: Day, to: Day, amount: Pence) -> Option<Refusal> {
    let agreement = match agreement_that_stands(books, id) {
        Ok(agreement) => agreement,
        Err(refusal) => return Some(refusal),
    };
    let most = offsettable(agreement, &offsets_of(books, id), from, to);
    let sentence = format!(
        "Set at most {} against this rent: no more than is charged from {from} to {to}, less what was offset before.",
        most.display()
    );
    (amount > most).then(|| Refusal::of(RefusalCode::OverRent, "amount", sentence))
}

fn agreement_that_stands(books: &Books, id: AgreementId) -> Result<&Arc<Agreement>, Refusal> {
    checks::found(books, id, books.rent.agreement(id), "agreement", "rent in kind agreement")
}

fn check_rents(market: Pence, charged: Pence) -> Result<(), Refusal> {
    if market <= Pence::ZERO {
        return Err(Refusal::of(RefusalCode::BadInput, "marketRent", "Enter the market rent of a year, above £0.00."));
    }
    if charged < Pence::ZERO {
        let sentence = "Enter the rent that is charged in a year: £0.00 or more.";
        return Err(Refusal::of(RefusalCode::BadInput, "chargedRent", sentence));
    }
    if charged > market {
        let sentence = format!("Enter a charged rent of at most the market rent of {}.", market.display());
        return Err(Refusal::of(RefusalCode::AboveMarketRent, "chargedRent", sentence));
    }
    Ok(())
}

fn check_valuation(valuation: Option<&Valuation>, today: Day) -> Result<(), Refusal> {
    match valuation {
        Some(valuation) if valuation.on > today => {
            let sentence = format!("Enter the day of valuation: not after today, {today}.");
            Err(Refusal::of(RefusalCode::InTheFuture, "valuation", sentence))
        }
        _ => Ok(()),
    }
}

/// Two premises are one where their property reference numbers are, or, lacking one, their names.
fn same_premises(one: &Premises, other: &Premises) -> bool {
    match (&one.uprn, &other.uprn) {
        (Some(one), Some(other)) => one == other,
        _ => one.name.as_str().trim().to_lowercase() == other.name.as_str().trim().to_lowercase(),
    }
}

/// Refuses a share of premises that, with all others, is more than the whole on some day. The sum only rises on a first
/// day, so that those are looked at.
fn check_share(books: &Books, of: &Agreement) -> Result<(), Refusal> {
    let others: Vec<&Arc<Agreement>> = books
        .rent
        .agreements()
        .filter(|other| other.id != of.id && same_premises(&other.premises, &of.premises))
        .collect();
    let taken = |day: Day| others.iter().filter(|other| other.runs_on(day)).map(|other| other.share_bp.0).sum::<u32>();
    let days = others.iter().map(|other| other.began).chain([of.began]).filter(|day| of.runs_on(*day));
    let Some((taken, day)) = days.map(|day| (taken(day), day)).max_by_key(|(taken, _)| *taken) else { return Ok(()) };
    if taken.saturating_add(of.share_bp.0) <= BasisPoints::WHOLE.0 {
        return Ok(());
    }
    let left = BasisPoints::WHOLE.0.saturating_sub(taken);
    let sentence = format!("Enter a share of at most {left} basis points: {taken} of these premises are let on {day}.");
    Err(Refusal::of(RefusalCode::PremisesOverfull, "shareBp", sentence))
}

/// Refuses an agreement by which less would be charged anywhere than is offset.
fn check_offsets(books: &Books, agreement: &Agreement) -> Result<(), Refusal> {
    let offsets = offsets_of(books, agreement.id);
    let fits = offsets.iter().all(|offset| {
        let (first, last, whole) = overlapping(&offsets, offset.from, offset.to);
        whole <= agreement.charged(first, last)
    });
    if fits {
        return Ok(());
    }
    let sentence = "Reverse the rent offsets first: more rent was set against grants than would then be charged.";
    Err(Refusal::of(RefusalCode::OverRent, "agreement", sentence))
}

fn agreement_of(event: &RentInKindAgreed, position: Position, began: Day) -> Agreement {
    let term = RentTerm { from: began, position, market: event.market_rent, charged: event.charged_rent };
    Agreement {
        id: AgreementId(position),
        premises: event.premises.clone(),
        landlord: event.landlord,
        occupier: event.occupier,
        project: event.project,
        share_bp: event.share_bp,
        began,
        term_ends: event.term_ends,
        ended: None,
        terms: vec![term],
    }
}

impl Decide for AgreeRentInKind {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        if self.share_bp == BasisPoints(0) {
            let sentence = "Enter the occupier's share of the premises: 1 to 10000 basis points.";
            return Err(Refusal::of(RefusalCode::BadInput, "shareBp", sentence));
        }
        check_rents(self.market_rent, self.charged_rent)?;
        check_valuation(self.valuation.as_ref(), context.today)?;
        if let Some(last) = self.term_ends.filter(|last| *last < context.effective) {
            let sentence =
                format!("Enter a last day of the term on or after {}: {last} is earlier.", context.effective);
            return Err(Refusal::of(RefusalCode::TooEarly, "termEnds", sentence));
        }
        if let Some(landlord) = self.landlord {
            let organisation = checks::open_organisation(books, landlord, "landlord", context)?;
            if !organisation.is_public_body(context.effective) {
                let sentence = format!("Choose a public body: {} is none.", organisation.name());
                return Err(Refusal::of(RefusalCode::WrongKind, "landlord", sentence));
            }
        }
        checks::open_organisation(books, self.occupier, "occupier", context)?;
        checks::begun_project(books, self.project, "project", context)?;
        let event = RentInKindAgreed {
            premises: self.premises.clone(),
            landlord: self.landlord,
            occupier: self.occupier,
            project: self.project,
            share_bp: self.share_bp,
            market_rent: self.market_rent,
            charged_rent: self.charged_rent,
            valuation: self.valuation.clone(),
            term_ends: self.term_ends,
        };
        check_share(books, &agreement_of(&event, books.next_position(), context.effective))?;
        Ok(vec![event.into()])
    }
}

impl Evolve for RentInKindAgreed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let agreement = agreement_of(self, entry.position, entry.effective);
        books.rent.of_projects.insert((self.project, agreement.id));
        books.rent.agreements.insert(agreement.id, Arc::new(agreement));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.rent.agreements.remove(&AgreementId(entry.position));
        books.rent.of_projects.remove(&(self.project, AgreementId(entry.position)));
    }
}

/// Refuses a day on which an agreement does not run, or runs no more.
fn check_runs(agreement: &Agreement, day: Day) -> Result<(), Refusal> {
    if day < agreement.began {
        let sentence = format!("Enter a day on or after {}: the agreement began then.", agreement.began);
        return Err(Refusal::of(RefusalCode::TooEarly, "effective", sentence));
    }
    match agreement.last_day().filter(|last| *last < day) {
        Some(last) => {
            let sentence = format!("Enter a day on or before {last}: it is the last day of this agreement.");
            Err(Refusal::of(RefusalCode::Closed, "effective", sentence))
        }
        None => Ok(()),
    }
}

impl Decide for ReviewRent {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let agreement = agreement_that_stands(books, self.agreement)?;
        check_runs(agreement, context.effective)?;
        check_rents(self.market_rent, self.charged_rent)?;
        check_valuation(self.valuation.as_ref(), context.today)?;
        let event = RentReviewed {
            agreement: self.agreement,
            market_rent: self.market_rent,
            charged_rent: self.charged_rent,
            valuation: self.valuation.clone(),
        };
        let mut reviewed = Agreement::clone(agreement);
        reviewed.terms.push(term_of(&event, books.next_position(), context.effective));
        check_offsets(books, &reviewed)?;
        Ok(vec![event.into()])
    }
}

fn term_of(event: &RentReviewed, position: Position, from: Day) -> RentTerm {
    RentTerm { from, position, market: event.market_rent, charged: event.charged_rent }
}

fn without_term(agreement: &mut Agreement, position: Position) {
    agreement.terms.retain(|term| term.position != position);
}

impl Evolve for RentReviewed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let term = term_of(self, entry.position, entry.effective);
        books.rent.change(self.agreement, |agreement| agreement.terms.push(term));
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        let mut before = Agreement::clone(agreement_that_stands(books, self.agreement)?);
        without_term(&mut before, entry.position);
        check_offsets(books, &before)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.rent.change(self.agreement, |agreement| without_term(agreement, entry.position));
    }
}

impl Decide for EndRentInKind {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        let agreement = agreement_that_stands(books, self.agreement)?;
        if let Some((day, _)) = agreement.ended {
            let sentence = format!("This agreement was ended already: {day} is its last day.");
            return Err(Refusal::of(RefusalCode::Closed, "agreement", sentence));
        }
        check_runs(agreement, context.effective)?;
        let mut ended = Agreement::clone(agreement);
        ended.ended = Some((context.effective, books.next_position()));
        check_offsets(books, &ended)?;
        Ok(vec![RentInKindEnded { agreement: self.agreement, reason: self.reason.clone() }.into()])
    }
}

impl Evolve for RentInKindEnded {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let ended = Some((entry.effective, entry.position));
        books.rent.change(self.agreement, |agreement| agreement.ended = ended);
    }

    fn may_reverse(&self, books: &Books, _: &Entry) -> Result<(), Refusal> {
        let mut running = Agreement::clone(agreement_that_stands(books, self.agreement)?);
        running.ended = None;
        check_share(books, &running)
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.rent.change(self.agreement, |agreement| agreement.ended = None);
    }
}
