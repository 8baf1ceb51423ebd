//! What tests of rules share: commands with fewer words, and books that are made by deciding and folding them.
//!
//! Fixed: the actor, the day that it is, and a clock that ticks once a command. Ids are predictable: the first command
//! of a ledger has position 1, and each event of this catalogue one more.

use coledger::domain::books::Books;
use coledger::domain::command::{
    AdoptRateCard, AgreeContract, AwardGrant, Command, Context, Expected, GiveInKind, OpenFund, OpenLedger,
    OpenProject, PayGrant, ProposeGrant, RegisterOrganisation, SetBudget,
};
use coledger::domain::event::{
    Actor, Currency, Entry, Event, FundingShare, HourRate, InKindKind, OrganisationKind, PaymentMethod, ProjectKind,
    Role, WinnerSplit, Winners,
};
use coledger::domain::ids::{BatchId, FundId, GrantId, OrganisationId, Position, ProjectId, ThingId};
use coledger::domain::money::Pence;
use coledger::domain::quantity::{BasisPoints, Digest};
use coledger::domain::refusal::Refusal;
use coledger::domain::text::Title;
use coledger::domain::time::{Day, FinancialYear, Instant};
use coledger::domain::{decide, evolve};

/// The day that it is in every test of rules.
pub(crate) const TODAY: &str = "2014-04-01";
/// The day on which things happen where a test does not say another.
pub(crate) const USUAL_DAY: &str = "2012-04-16";

/// A command and the circumstances that a test cares about.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// What is asked for.
    pub command: Command,
    /// The day that it happened.
    pub on: Day,
    /// Who asks.
    pub actor: Actor,
    /// The version that is expected.
    pub expected: Option<Expected>,
    /// The reason, where it reaches into closed books.
    pub late: Option<Title>,
    /// The import it comes with.
    pub batch: Option<BatchId>,
}

/// A command that happened on a day.
pub(crate) fn on(day: &str, command: impl Into<Command>) -> Asked {
    let actor = Actor { name: "finance".into(), role: Role::Finance };
    Asked { command: command.into(), on: self::day(day), actor, expected: None, late: None, batch: None }
}

/// A command on the usual day.
pub(crate) fn ask(command: impl Into<Command>) -> Asked {
    on(USUAL_DAY, command)
}

impl Asked {
    /// The same, asked by another actor.
    pub(crate) fn by(mut self, name: &str, role: Role) -> Self {
        self.actor = Actor { name: name.into(), role };
        self
    }

    /// The same, late, for a reason.
    pub(crate) fn late(mut self, reason: &str) -> Self {
        self.late = Some(reason.into());
        self
    }

    /// The same, expecting a version.
    pub(crate) fn expecting(mut self, expected: Expected) -> Self {
        self.expected = Some(expected);
        self
    }

    /// The same, as a part of an import.
    pub(crate) fn in_batch(mut self, position: u64) -> Self {
        self.batch = Some(BatchId(Position(position)));
        self
    }

    fn context(&self) -> Context {
        Context {
            actor: self.actor.clone(),
            today: day(TODAY),
            effective: self.on,
            expected: self.expected,
            late: self.late.clone(),
            illustrative: false,
            batch: self.batch,
            figures: Some(Digest([7; 32])),
        }
    }
}

/// Decides a command on books and changes nothing.
pub(crate) fn decided(books: &Books, asked: &Asked) -> Result<Vec<Event>, Refusal> {
    decide(books, &asked.command, &asked.context())
}

/// Decides a command and folds its events into the books; the entries that it made.
pub(crate) fn record(books: &mut Books, asked: &Asked) -> Result<Vec<Entry>, Refusal> {
    let events = decided(books, asked)?;
    let recorded_at = Instant(books.recorded_at.0 + 1);
    let mut left = u32::try_from(events.len()).expect("few events");
    let mut entries = Vec::new();
    for event in events {
        left -= 1;
        let entry = Entry {
            position: books.next_position(),
            effective: asked.on,
            recorded_at,
            commit: left,
            actor: asked.actor.clone(),
            key: None,
            batch: asked.batch,
            late: asked.late.clone(),
            illustrative: false,
            event,
        };
        evolve(books, &entry);
        entries.push(entry);
    }
    Ok(entries)
}

/// The books after these commands, each of which must be accepted.
pub(crate) fn books_of(given: &[Asked]) -> Books {
    let mut books = Books::default();
    for (index, asked) in given.iter().enumerate() {
        if let Err(refusal) = record(&mut books, asked) {
            panic!("command {index} of what is given, {}, is refused: {refusal}", asked.command.name());
        }
    }
    books
}

/// A day, as `2012-04-16`.
pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// A financial year, as `2012-13`.
pub(crate) fn year(text: &str) -> FinancialYear {
    text.parse().expect("a financial year")
}

/// Whole pounds.
pub(crate) fn pounds(amount: i64) -> Pence {
    Pence(amount * 100)
}

/// The id of the thing that began at a position.
pub(crate) fn id<Id: ThingId>(position: u64) -> Id {
    Id::at(Position(position))
}

/// Opens a ledger.
pub(crate) fn open_ledger() -> OpenLedger {
    OpenLedger {
        name: "Exampleton".into(),
        currency: Currency::Gbp,
        publisher: None,
        time_zone: "Europe/London".into(),
    }
}

/// Registers an organisation of some kinds.
pub(crate) fn register(name: &str, kinds: &[OrganisationKind]) -> RegisterOrganisation {
    RegisterOrganisation {
        name: name.into(),
        org_ids: vec![],
        kinds: kinds.to_vec(),
        control_group: None,
        also_known_as: vec![],
    }
}

/// Opens a fund.
pub(crate) fn open_fund(name: &str) -> OpenFund {
    OpenFund {
        name: name.into(),
        holder: None,
        owner: None,
        purpose: None,
        place: None,
        minimum: None,
        maximum: None,
        reference: None,
    }
}

/// Sets a budget, in whole pounds.
pub(crate) fn set_budget(fund: FundId, financial_year: &str, amount: i64) -> SetBudget {
    SetBudget { fund, financial_year: year(financial_year), amount: pounds(amount) }
}

/// Opens a project.
pub(crate) fn open_project(title: &str, lead: OrganisationId) -> OpenProject {
    OpenProject {
        title: title.into(),
        kind: ProjectKind::Project,
        lead,
        partners: vec![],
        priorities: vec![],
        places: vec![],
        mode: None,
        engagement: None,
        funding_ends: None,
        starts: None,
        ends: None,
        summary: None,
        reference: None,
    }
}

/// One share of funding, in whole pounds.
pub(crate) fn share(fund: FundId, budget_year: &str, amount: i64) -> FundingShare {
    FundingShare { fund, budget_year: year(budget_year), amount: pounds(amount) }
}

/// Awards a grant out of one budget or several.
pub(crate) fn award(recipient: OrganisationId, project: ProjectId, funding: Vec<FundingShare>) -> AwardGrant {
    AwardGrant {
        application: None,
        proposal: None,
        recipient,
        project,
        amount: Pence(funding.iter().map(|share| share.amount.0).sum()),
        purpose: None,
        department: None,
        starts: None,
        ends: None,
        funding,
        instalments: vec![],
        interests: vec![],
        subsidy: None,
        rent_offset: None,
        reference: None,
    }
}

/// Proposes a grant out of one budget or several.
pub(crate) fn propose(recipient: OrganisationId, project: ProjectId, funding: Vec<FundingShare>) -> ProposeGrant {
    ProposeGrant {
        application: None,
        recipient,
        project,
        amount: Pence(funding.iter().map(|share| share.amount.0).sum()),
        purpose: None,
        department: None,
        starts: None,
        ends: None,
        funding,
        instalments: vec![],
        interests: vec![],
        subsidy: None,
        rent_offset: None,
    }
}

/// Pays a grant in cash.
pub(crate) fn pay(grant: GrantId, amount: Pence) -> PayGrant {
    PayGrant {
        grant,
        amount,
        method: PaymentMethod::Cash,
        agreement: None,
        period_from: None,
        period_to: None,
        payee: None,
        payment_reference: None,
    }
}

/// Agrees a contract for a financial year, in whole pounds.
pub(crate) fn agree_contract(operator: OrganisationId, project: ProjectId, value: i64) -> AgreeContract {
    AgreeContract {
        operator,
        project,
        title: "Running of the centre".into(),
        value: pounds(value),
        starts: day("2012-04-01"),
        ends: day("2013-03-31"),
        clauses: vec![],
        reference: None,
    }
}

/// Gives officers' time, in whole pounds.
pub(crate) fn give_in_kind(giver: OrganisationId, project: ProjectId, value: i64) -> GiveInKind {
    GiveInKind { project, giver, kind: InKindKind::StaffTime, value: pounds(value), basis: "hourly cost".into() }
}

/// A rate card with the roles given, in pence an hour.
pub(crate) fn rate_card(rates: &[(&str, i64)]) -> AdoptRateCard {
    let rate = |(role, per_hour): &(&str, i64)| HourRate {
        role: (*role).into(),
        per_hour: Pence(*per_hour),
        low: None,
        high: None,
    };
    AdoptRateCard {
        name: "Rates 2012".into(),
        owner: "Head of Finance".into(),
        minute: None,
        source: "an example".into(),
        hour_rates: rates.iter().map(rate).collect(),
        unit_values: vec![],
        winners: None,
    }
}

/// The split of one line.
pub(crate) fn split(partnership: u32, organisations: u32, community: u32) -> WinnerSplit {
    WinnerSplit {
        partnership: BasisPoints(partnership),
        organisations: BasisPoints(organisations),
        community: BasisPoints(community),
    }
}

/// The splits of the worked example.
pub(crate) fn winners() -> Winners {
    Winners {
        volunteering: split(0, 0, 10_000),
        pledges: split(0, 6_000, 4_000),
        match_funding: split(2_500, 5_000, 2_500),
        reinvested: split(0, 0, 10_000),
    }
}
