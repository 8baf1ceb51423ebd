//! Random ledgers that obey every rule: numbers are read as commands about what the ledger holds by then, each is
//! decided like any other, and whatever is refused is left out.
//!
//! The same numbers give the same ledger, so that a failing case shrinks and can be told to somebody else.

use coledger::domain::books::Books;
use coledger::domain::command::{
    AdoptRateCard, AgreeRentInKind, AwardGrant, BringForward, ChangeProject, Command, ConfirmDelivery, ConfirmHours,
    DeliverPledge, DisputeDelivery, EndRentInKind, GiveInKind, LogHours, MakePledge, OpenProject, PayContract,
    PayGrant, ReceiveMatch, ReinvestSurplus, RejectHours, ReportOutcome, ReturnGrant, ReturnMatch, ReverseEntry,
    ReviewRent, SecureMatch, VaryGrant, WithdrawGrant, WithdrawPledge,
};
use coledger::domain::event::{
    Captured, Entry, Event, EventKind, FundingShare, Gain, HourRate, InKindKind, MatchSource, OpeningLine,
    OrganisationKind, PartnerShare, PaymentMethod, PlaceShare, PledgeKind, Premises, ReversalCode, UnitValue,
};
use coledger::domain::hours_rows::{HoursRow, HoursState};
use coledger::domain::ids::{EntryId, FundId, OrganisationId, OutcomeId, PledgeId, Position, ProjectId, ThingId};
use coledger::domain::money::Pence;
use coledger::domain::pledges::DeliveryState;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode;
use coledger::domain::time::{Day, FinancialYear};
use coledger::views::view::View;
use proptest::prelude::*;

use super::decisions::{
    Asked, agree_contract, award, day, on, open_fund, open_ledger, open_project, pay, rate_card, register, split,
    winners,
};
use super::views::record;

/// The numbers that one step of a random ledger is made of.
pub(crate) type Step = [u16; 6];

/// Steps for a ledger of up to so many commands, beyond its setting up.
pub(crate) fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<Step>(), 0..most)
}

/// The organisations that every random ledger has.
pub(crate) const COUNCIL: OrganisationId = OrganisationId(Position(2));
/// Two groups that run projects.
pub(crate) const GROUPS: [OrganisationId; 2] = [OrganisationId(Position(3)), OrganisationId(Position(4))];
const FUNDER: OrganisationId = OrganisationId(Position(5));
const BUSINESS: OrganisationId = OrganisationId(Position(6));
const FUNDS: [FundId; 2] = [FundId(Position(7)), FundId(Position(8))];
/// The project that every random ledger begins with; others may follow.
pub(crate) const PROJECT: ProjectId = ProjectId(Position(9));
/// The first day on which anything happens.
pub(crate) const FIRST: &str = "2011-01-01";

const ROLES: [&str; 4] = ["general", "skilled", "professional", "mentor"];

/// A random ledger: its view, and the entries that it was folded from.
pub(crate) fn ledger(steps: &[Step]) -> (View, Vec<Entry>) {
    let mut view = View::default();
    let mut entries = Vec::new();
    for asked in setting_up() {
        entries.extend(record(&mut view, &asked).expect("setting up is accepted"));
    }
    for step in steps {
        if let Some(asked) = command(&view.books, *step) {
            entries.extend(sooner_or_later(&mut view, asked));
        }
    }
    (view, entries)
}

/// Records a command on its day, or on a later one where that was too early; nothing where it is refused.
fn sooner_or_later(view: &mut View, mut asked: Asked) -> Vec<Entry> {
    let last = day_of(1_179);
    for _ in 0..5 {
        match record(view, &asked) {
            Ok(entries) => return entries,
            Err(refusal) if refusal.code == RefusalCode::TooEarly => asked.on = Day((asked.on.0 + last.0 + 1) / 2),
            Err(_) => break,
        }
    }
    Vec::new()
}

fn setting_up() -> Vec<Asked> {
    let commands: Vec<Command> = vec![
        open_ledger().into(),
        register("The council", &[OrganisationKind::PublicBody, OrganisationKind::Partner]).into(),
        register("Friends of the Wood", &[OrganisationKind::Voluntary]).into(),
        register("The boxing club", &[OrganisationKind::Voluntary]).into(),
        register("A trust", &[OrganisationKind::Funder]).into(),
        register("Timber and Sons", &[OrganisationKind::Business]).into(),
        open_fund("Community fund").into(),
        open_fund("Health fund").into(),
        open_project("The wood", GROUPS[0]).into(),
    ];
    commands.into_iter().map(|command| on(FIRST, command)).collect()
}

/// What a step asks for; `None` where the ledger does not hold what it would be about. Long because it is a table.
fn command(books: &Books, [kind, a, b, c, amount, when]: Step) -> Option<Asked> {
    let on_day = |command: Command| Some(Asked { on: day_of(when), ..on(FIRST, command) });
    let project = pick(books.projects.iter().map(|project| project.id), a)?;
    let pence = Pence(i64::from(amount) * 7 + 1);
    let command: Command = match kind % 40 {
        0 => open(books, a, b).into(),
        1 => change(project, b, c).into(),
        2 | 3 => card(a, b, c).into(),
        4 | 5 => grant(project, b, Pence(pence.0 * 10)).into(),
        6 => vary(books, b, pence, c)?.into(),
        7 => WithdrawGrant { grant: pick(books.grants.iter().map(|it| it.id), b)?, reason: None }.into(),
        8 | 9 => pay(pick(books.grants.iter().map(|grant| grant.id), b)?, pence).into(),
        10 => offset(books, b, c, Pence(i64::from(amount)))?.into(),
        11 => {
            let payment = pick(books.grants.payments().map(|payment| payment.id), b)?;
            ReturnGrant { payment, amount: Pence(pence.0 / 3 + 1), reason: None }.into()
        }
        12 => agree_contract(BUSINESS, project, 90_000).into(),
        13 => {
            let contract = pick(contracts(books), b)?;
            PayContract { contract, amount: pence, payment_reference: None }.into()
        }
        14 => in_kind(project, pence).into(),
        15 => rent(project, b, c).into(),
        16 => {
            let agreement = pick(books.rent.agreements().map(|agreement| agreement.id), b)?;
            let charged_rent = Pence(i64::from(c) * 3);
            let market_rent = Pence(charged_rent.0 + i64::from(amount));
            ReviewRent { agreement, market_rent, charged_rent, valuation: None }.into()
        }
        17 => {
            let agreement = pick(books.rent.agreements().map(|agreement| agreement.id), b)?;
            EndRentInKind { agreement, reason: None }.into()
        }
        18..=22 => hours(books, project, b, c, amount).into(),
        23..=25 => ConfirmHours { entries: waiting(books, b, c)? }.into(),
        26 => RejectHours { entries: waiting(books, b, 0)?, reason: "nobody came".into() }.into(),
        27 => pledge(books, project, b, c, pence).into(),
        28 | 29 => deliver(books, b, pence)?.into(),
        30 => ConfirmDelivery { entries: vec![delivery(books, b)?] }.into(),
        31 => DisputeDelivery { entries: vec![delivery(books, b)?], reason: "it never came".into() }.into(),
        32 => {
            let pledge = pick(books.pledges.pledges().map(|pledge| pledge.id), b)?;
            WithdrawPledge { pledge, reason: None }.into()
        }
        33 => {
            let source = MatchSource::ALL[usize::from(b % 4)];
            SecureMatch { project, funder: FUNDER, source, amount: pence, grant: None }.into()
        }
        34 => receive(books, project, b, c, pence).into(),
        35 => {
            let receipt = pick(books.match_funding.receipts().map(|receipt| receipt.id), b)?;
            ReturnMatch { receipt, amount: Pence(pence.0 / 4 + 1), reason: None }.into()
        }
        36 => ReinvestSurplus { project, operator: BUSINESS, amount: pence, words: None }.into(),
        37 => outcome(books, project, b, c).into(),
        38 => opening(project, b, pence).into(),
        _ => reverse(books, b)?.into(),
    };
    on_day(command)
}

fn day_of(when: u16) -> Day {
    Day(day(FIRST).0 + i32::from(when % 1_180))
}

/// One of several, by a number.
fn pick<T>(among: impl IntoIterator<Item = T>, number: u16) -> Option<T> {
    let mut all: Vec<T> = among.into_iter().collect();
    (!all.is_empty()).then(|| all.swap_remove(usize::from(number) % all.len()))
}

fn open(books: &Books, a: u16, b: u16) -> OpenProject {
    let places = vec![
        PlaceShare { place: "old-town".into(), share_bp: BasisPoints(3_333) },
        PlaceShare { place: "bedwell".into(), share_bp: BasisPoints(6_667) },
    ];
    let title = format!("Project {}", books.projects.len());
    OpenProject {
        partners: if a.is_multiple_of(2) { partners(b) } else { vec![] },
        places: if b.is_multiple_of(2) { places } else { vec![] },
        ..open_project(&title, GROUPS[usize::from(a % 2)])
    }
}

fn partners(number: u16) -> Vec<PartnerShare> {
    let first = u32::from(number) % 10_001;
    let share = |organisation, bp| PartnerShare { organisation, share_bp: BasisPoints(bp) };
    vec![share(GROUPS[0], first), share(GROUPS[1], 10_000 - first)]
}

fn change(project: ProjectId, b: u16, c: u16) -> ChangeProject {
    ChangeProject {
        project,
        title: None,
        lead: (b.is_multiple_of(3)).then_some(GROUPS[usize::from(c % 2)]),
        partners: partners(c),
        priorities: vec![],
        places: vec![],
        mode: None,
        engagement: None,
        funding_ends: None,
        starts: None,
        ends: None,
        summary: None,
    }
}

fn card(a: u16, b: u16, c: u16) -> AdoptRateCard {
    let mut card = rate_card(&[("general", 900 + i64::from(a % 500)), ("skilled", 1_501 + i64::from(b % 300))]);
    if !a.is_multiple_of(3) {
        let rate = |low, high| HourRate { role: "professional".into(), per_hour: Pence(3_410), low, high };
        card.hour_rates.push(rate(Some(Pence(2_999)), Some(Pence(4_001))));
    }
    let third = u32::from(c) % 5_000;
    card.winners = match b % 4 {
        0 => None,
        1 => Some(winners()),
        _ => {
            let mut other = winners();
            other.volunteering = split(third, 3_334, 6_666 - third);
            other.pledges = split(1, 9_998 - third, 1 + third);
            Some(other)
        }
    };
    card.unit_values = vec![UnitValue {
        indicator: "clients-helped".into(),
        value: Pence(1 + i64::from(c) * 5),
        deadweight_bp: BasisPoints(u32::from(a) % 10_000),
        attribution_bp: BasisPoints(u32::from(b) % 10_000),
        gain: Gain::ALL[usize::from(a % 3)],
        source: "a guess".into(),
    }];
    card
}

fn grant(project: ProjectId, b: u16, amount: Pence) -> AwardGrant {
    let budget_year = FinancialYear(2012);
    let first = Pence(amount.0 * i64::from(b % 10) / 10);
    let share = |fund, amount| FundingShare { fund, budget_year, amount };
    let funding = [share(FUNDS[0], first), share(FUNDS[1], amount.less(first))];
    let funding = funding.into_iter().filter(|share| share.amount > Pence::ZERO).collect();
    award(GROUPS[usize::from(b % 2)], project, funding)
}

fn vary(books: &Books, b: u16, pence: Pence, c: u16) -> Option<VaryGrant> {
    let grant = pick(books.grants.iter().map(|grant| grant.id), b)?;
    let change = if c.is_multiple_of(2) { pence } else { Pence(-pence.0) };
    let share = FundingShare { fund: FUNDS[1], budget_year: FinancialYear(2012), amount: change };
    Some(VaryGrant { grant, change, funding: vec![share], reason: None })
}

fn offset(books: &Books, b: u16, c: u16, amount: Pence) -> Option<PayGrant> {
    let grant = pick(books.grants.iter().map(|grant| grant.id), b)?;
    let agreement = pick(books.rent.agreements(), c)?;
    let from = Day(agreement.began.0 + i32::from(c % 40));
    Some(PayGrant {
        method: PaymentMethod::RentOffset,
        agreement: Some(agreement.id),
        period_from: Some(from),
        period_to: Some(Day(from.0 + i32::from(b % 400))),
        ..pay(grant, Pence(amount.0 + 1))
    })
}

fn contracts(books: &Books) -> Vec<coledger::domain::ids::ContractId> {
    of_kind(books, EventKind::ContractAgreed)
}

/// The things that entries of a kind began, in the order of the log.
fn of_kind<Id: ThingId>(books: &Books, kind: EventKind) -> Vec<Id> {
    let mut all: Vec<Position> = books
        .kept
        .values()
        .filter(|entry| entry.event.kind() == kind && !books.is_reversed(entry.position))
        .map(|entry| entry.position)
        .collect();
    all.sort_unstable();
    all.into_iter().map(Id::at).collect()
}

fn in_kind(project: ProjectId, value: Pence) -> GiveInKind {
    GiveInKind { project, giver: COUNCIL, kind: InKindKind::Equipment, value, basis: "its price".into() }
}

fn rent(project: ProjectId, b: u16, c: u16) -> AgreeRentInKind {
    let charged = i64::from(c) * 2;
    AgreeRentInKind {
        premises: Premises { name: format!("Premises {b}").as_str().into(), uprn: None },
        landlord: (b.is_multiple_of(2)).then_some(COUNCIL),
        occupier: GROUPS[usize::from(b % 2)],
        project,
        share_bp: BasisPoints(10_000),
        market_rent: Pence(charged + 1 + i64::from(b) * 3),
        charged_rent: Pence(charged),
        valuation: None,
        term_ends: (c.is_multiple_of(3)).then(|| Day(day("2013-06-30").0 + i32::from(b % 500))),
    }
}

fn hours(books: &Books, project: ProjectId, b: u16, c: u16, amount: u16) -> LogHours {
    let staff = books.pledges.pledges().filter(|pledge| pledge.kind == PledgeKind::StaffTime);
    let pledge = pick(staff.map(|pledge| (pledge.id, pledge.project)), c).filter(|_| b.is_multiple_of(3));
    LogHours {
        project: pledge.and_then(|(_, project)| project).unwrap_or(project),
        group: GROUPS[usize::from(c % 2)],
        role: ROLES[usize::from(b % 4)].into(),
        people: 1 + u32::from(c % 40),
        minutes_each: 1 + u32::from(amount % 480),
        activity: None,
        captured: Captured::Register,
        pledge: pledge.map(|(id, _)| id),
        meant: true,
    }
}

/// Some of the hours that await a decision.
fn waiting(books: &Books, b: u16, c: u16) -> Option<Vec<coledger::domain::ids::HoursId>> {
    let rows: Vec<_> = books.hours.iter().filter(|row| row.state() == HoursState::Awaiting).collect();
    let first = pick(0..rows.len(), b)?;
    Some(rows.iter().skip(first).take(1 + usize::from(c % 5)).map(HoursRow::id).collect())
}

fn pledge(books: &Books, project: ProjectId, b: u16, c: u16, amount: Pence) -> MakePledge {
    let kind = PledgeKind::ALL[usize::from(b % 4)];
    let contract = pick(contracts(books), c).filter(|_| c.is_multiple_of(3));
    let promised = matches!(kind, PledgeKind::Cash | PledgeKind::Goods).then_some(Pence(amount.0 * 2));
    let quantity = promised.is_none().then_some(500);
    let unit = quantity.map(|_| if kind == PledgeKind::StaffTime { "minutes".into() } else { "places".into() });
    MakePledge {
        giver: BUSINESS,
        project: Some(project),
        kind,
        amount: promised,
        quantity,
        unit,
        due: None,
        contract,
        words: None,
    }
}

fn deliver(books: &Books, b: u16, value: Pence) -> Option<DeliverPledge> {
    let deliverable = books.pledges.pledges().filter(|pledge| pledge.kind != PledgeKind::StaffTime);
    let (pledge, kind) = pick(deliverable.map(|pledge| (pledge.id, pledge.kind)), b)?;
    let valued = matches!(kind, PledgeKind::Cash | PledgeKind::Goods);
    Some(DeliverPledge {
        pledge,
        quantity: (!valued).then_some(3),
        value: valued.then_some(value),
        basis: valued.then(|| "the receipt".into()),
    })
}

fn delivery(books: &Books, b: u16) -> Option<coledger::domain::ids::DeliveryId> {
    let pledges: Vec<PledgeId> = books.pledges.pledges().map(|pledge| pledge.id).collect();
    let all = pledges.into_iter().flat_map(|pledge| books.pledges.deliveries_of(pledge));
    pick(all.filter(|delivery| delivery.state == DeliveryState::Awaiting).map(|delivery| delivery.id), b)
}

fn receive(books: &Books, project: ProjectId, b: u16, c: u16, amount: Pence) -> ReceiveMatch {
    let promise = pick(books.match_funding.promises(), c).filter(|_| c.is_multiple_of(2));
    let source = MatchSource::ALL[usize::from(b % 4)];
    let (project, funder, source) = promise.map_or((project, FUNDER, source), |it| (it.project, it.funder, it.source));
    ReceiveMatch { project, funder, source, amount, secured: promise.map(|promise| promise.id) }
}

fn outcome(books: &Books, project: ProjectId, b: u16, c: u16) -> ReportOutcome {
    let same = books.outcomes.outcomes().filter(|outcome| outcome.event.project == project);
    let included_in: Option<OutcomeId> = pick(same.map(|outcome| outcome.id), c).filter(|_| c.is_multiple_of(4));
    ReportOutcome {
        project,
        indicator: if b.is_multiple_of(5) { "trees-planted".into() } else { "clients-helped".into() },
        quantity: 1 + u32::from(b % 900),
        reached: None,
        evidence: None,
        included_in,
    }
}

fn opening(project: ProjectId, b: u16, amount: Pence) -> BringForward {
    let line = OpeningLine::ALL[usize::from(b % 6)];
    BringForward { fund: None, project: Some(project), line, financial_year: None, amount, source: None }
}

/// Asks to reverse some entry; which is refused often enough.
fn reverse(books: &Books, b: u16) -> Option<ReverseEntry> {
    let position = Position(1 + u64::from(b) % books.position.0);
    let kind = match books.entry(position).map(|entry| &entry.event) {
        Some(Event::EntryReversed(_)) => return None,
        Some(event) => event.kind(),
        None if books.hours.row(position).is_some() => EventKind::HoursLogged,
        None if books.hours.decided_by(position).any(|row| row.is_rejected()) => EventKind::HoursRejected,
        None => EventKind::HoursConfirmed,
    };
    Some(ReverseEntry { entry: EntryId { kind, position }, code: ReversalCode::Error, note: None })
}
