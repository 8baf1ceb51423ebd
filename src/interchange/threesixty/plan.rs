//! What a ledger has to be asked so that it holds the grants of a file: organisations, funds, projects, awards.
//!
//! Invariant: a plan names what it begins itself by the positions that it will have, so it holds only on the books that
//! it was made on; its first command says which. What stands in the ledger already is left as it is.
//!
//! An organisation is known by its identifiers, a fund is a funder's programme, a project is one grant, and the grant's
//! own identifier is the reference of both project and award. No budget is set, so no limit holds.

use std::collections::HashMap;

use super::grant::{Grant, Party};
use super::keep;
use crate::app::request::Ask;
use crate::domain::books::Books;
use crate::domain::command::{AwardGrant, Command, Expected, OpenBatch, OpenFund, OpenProject, RegisterOrganisation};
use crate::domain::event::{FundingShare, OrganisationKind, ProjectKind};
use crate::domain::ids::{BatchId, FundId, GrantId, OrganisationId, Position, ProjectId};
use crate::domain::money::Pence;
use crate::domain::text::{Reference, Slug, Title};
use crate::domain::time::{Day, FinancialYear};
use crate::interchange::batch::Terms;
use crate::interchange::fault::Notice;
use crate::interchange::file::SourceFile;
use crate::interchange::known;

/// The most commands that one grant takes: two organisations, a fund, a project, an award.
const ASKS_A_GRANT: usize = 5;

/// What is to be asked, and what was found out on the way.
#[derive(Debug, Default)]
pub struct Plan {
    /// The commands of one commit, in their order; none where nothing is new.
    pub asks: Vec<Ask>,
    /// Where each command comes from in the file.
    pub places: Vec<String>,
    /// How many grants are new in this commit.
    pub new: usize,
    /// What they come to.
    pub awarded: Pence,
    /// How many stand in the ledger already with the same amount.
    pub present: usize,
    /// Those that stand with another amount.
    pub variations: Vec<Variation>,
    /// What could not be kept as it was.
    pub notices: Vec<Notice>,
    /// Whether grants are left for another commit.
    pub rest: bool,
}

/// A grant that stands in the ledger with another amount than in the file. It is never overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// Where it stands in the file.
    pub place: String,
    /// The grant in the ledger.
    pub grant: GrantId,
    /// Its published identifier.
    pub reference: Reference,
    /// Its amount in the ledger, as varied.
    pub ledger: Pence,
    /// Its amount in the file.
    pub file: Pence,
}

/// Plans one commit.
pub fn plan(books: &Books, file: &SourceFile, grants: &[Grant], terms: &Terms) -> Plan {
    let mut planner = Planner::new(books, file, grants, terms);
    for grant in grants {
        let reference = Reference::from(grant.id.as_str());
        match known::grant(books, &reference) {
            Some((_, amount)) if amount == grant.amount => planner.plan.present += 1,
            Some((id, amount)) => planner.vary(grant, reference, id, amount),
            None if planner.plan.asks.len() + 1 + ASKS_A_GRANT > terms.commit_max => planner.plan.rest = true,
            None => planner.award(grant, reference),
        }
    }
    planner.plan
}

struct Planner<'a> {
    books: &'a Books,
    file: &'a SourceFile,
    terms: &'a Terms,
    /// The names that the file gives one organisation, and the earliest day it or a fund is named on.
    parties: HashMap<&'a str, Named<'a>>,
    funds_since: HashMap<Reference, Day>,
    organisations: HashMap<Reference, OrganisationId>,
    funds: HashMap<Reference, FundId>,
    batch: Option<BatchId>,
    plan: Plan,
}

/// What a file says of one organisation, over all its grants.
struct Named<'a> {
    since: Day,
    names: Vec<&'a str>,
}

impl<'a> Planner<'a> {
    fn new(books: &'a Books, file: &'a SourceFile, grants: &'a [Grant], terms: &'a Terms) -> Self {
        let mut parties: HashMap<&str, Named<'_>> = HashMap::new();
        let mut funds_since: HashMap<Reference, Day> = HashMap::new();
        for grant in grants {
            for party in [&grant.recipient, &grant.funder] {
                let named = parties.entry(&party.id).or_insert(Named { since: grant.awarded, names: Vec::new() });
                named.since = named.since.min(grant.awarded);
                if !named.names.contains(&party.name.as_str()) {
                    named.names.push(&party.name);
                }
            }
            let since = funds_since.entry(fund_reference(grant)).or_insert(grant.awarded);
            *since = (*since).min(grant.awarded);
        }
        let (organisations, funds) = (HashMap::new(), HashMap::new());
        let batch = known::batch(books, &file.digest);
        Self { books, file, terms, parties, funds_since, organisations, funds, batch, plan: Plan::default() }
    }

    /// Adds a command; the position that what it begins will have.
    fn ask(&mut self, place: String, effective: Day, command: impl Into<Command>) -> Position {
        let position = self.next();
        let first = self.plan.asks.is_empty();
        self.plan.asks.push(Ask {
            expected: first.then_some(Expected::LedgerAt(self.books.position)),
            late: self.terms.late.clone(),
            batch: self.batch,
            ..Ask::on(effective, command)
        });
        self.plan.places.push(place);
        position
    }

    fn next(&self) -> Position {
        let count = u64::try_from(self.plan.asks.len()).unwrap_or(u64::MAX);
        Position(self.books.next_position().0.saturating_add(count))
    }

    fn notice(&mut self, place: String, sentence: impl Into<String>) {
        self.plan.notices.push(Notice { place, sentence: sentence.into() });
    }

    fn vary(&mut self, grant: &Grant, reference: Reference, id: GrantId, ledger: Pence) {
        let place = grant.origin.place();
        self.plan.variations.push(Variation { place, grant: id, reference, ledger, file: grant.amount });
    }

    fn award(&mut self, grant: &'a Grant, reference: Reference) {
        self.open_batch();
        let recipient = self.organisation(grant, &grant.recipient, false);
        let fund = self.fund(grant);
        let project = self.project(grant, &reference, recipient);
        let place = grant.origin.place();
        let (department, notice) = keep::title_or_none(grant.funder.department.as_deref(), "department");
        self.notices(&place, notice);
        let (purpose, notice) = keep::words_or_none(&grant.description);
        self.notices(&place, notice);
        if grant.further_parties > 0 {
            self.notice(place.clone(), "the grant names several recipients or funders; the first of each is kept.");
        }
        let funding = vec![share(fund, grant)];
        let command = AwardGrant { purpose, department, funding, ..bare_award(grant, recipient, project, reference) };
        self.ask(place, grant.awarded, command);
        self.plan.new += 1;
        self.plan.awarded = self.plan.awarded.plus(grant.amount);
    }

    fn notices(&mut self, place: &str, sentence: Option<String>) {
        if let Some(sentence) = sentence {
            self.notice(place.to_owned(), sentence);
        }
    }

    fn open_batch(&mut self) {
        if self.batch.is_some() {
            return;
        }
        let open = OpenBatch { file: Title::from(self.file.name.as_str()), sha256: self.file.digest };
        let position = self.ask(self.file.name.clone(), self.terms.today, open);
        self.batch = Some(BatchId(position));
    }

    fn organisation(&mut self, grant: &Grant, party: &'a Party, funds: bool) -> OrganisationId {
        let id = Reference::from(party.id.as_str());
        let further: Vec<Reference> = party.further_ids.iter().map(|id| Reference::from(id.as_str())).collect();
        let named = std::iter::once(&id).chain(&further);
        let known = named
            .clone()
            .find_map(|org_id| self.organisations.get(org_id).copied())
            .or_else(|| known::organisation(self.books, named.clone()));
        let organisation = known.unwrap_or_else(|| self.register(grant, party, funds, named.cloned().collect()));
        self.organisations.insert(id, organisation);
        organisation
    }

    fn register(&mut self, grant: &Grant, party: &Party, funds: bool, org_ids: Vec<Reference>) -> OrganisationId {
        let place = grant.origin.place();
        if !keep::of_known_list(&party.id) {
            let sentence =
                format!("{} is of no list of organisation identifiers that is known here; kept as it is.", party.id);
            self.notice(place.clone(), sentence);
        }
        let said = self.parties.get(party.id.as_str());
        let since = said.map_or(grant.awarded, |said| said.since);
        let names: Vec<&str> = said.map(|said| said.names.clone()).unwrap_or_default();
        let (name, notice) = keep::title_or(&party.name, &party.id, "name");
        self.notices(&place, notice);
        let others = names.into_iter().filter(|other| *other != party.name);
        let also_known_as = others.filter_map(|other| keep::title_or_none(Some(other), "name").0).collect();
        for org_id in &org_ids {
            self.organisations.remove(org_id);
        }
        let kinds = vec![kind(&party.id, funds)];
        let command =
            RegisterOrganisation { name, org_ids: org_ids.clone(), kinds, control_group: None, also_known_as };
        let id = OrganisationId(self.ask(place, since, command));
        self.organisations.extend(org_ids.into_iter().map(|org_id| (org_id, id)));
        id
    }

    fn fund(&mut self, grant: &'a Grant) -> FundId {
        let owner = self.organisation(grant, &grant.funder, true);
        let reference = fund_reference(grant);
        let known = self.funds.get(&reference).copied().or_else(|| known::fund(self.books, &reference));
        let fund = known.unwrap_or_else(|| self.open_fund(grant, owner, &reference));
        self.funds.insert(reference, fund);
        fund
    }

    fn open_fund(&mut self, grant: &Grant, owner: OrganisationId, reference: &Reference) -> FundId {
        let place = grant.origin.place();
        let since = self.funds_since.get(reference).copied().unwrap_or(grant.awarded);
        let general = format!("Grants of {}", grant.funder.name);
        let wanted = grant.programme.as_ref().map_or(general.as_str(), |programme| &programme.title);
        let (name, notice) = keep::title_or(wanted, reference.as_str(), "programme title");
        self.notices(&place, notice);
        let command = OpenFund {
            name,
            holder: None,
            owner: Some(owner),
            purpose: None,
            place: None,
            minimum: None,
            maximum: None,
            reference: Some(reference.clone()),
        };
        FundId(self.ask(place, since, command))
    }

    fn project(&mut self, grant: &Grant, reference: &Reference, lead: OrganisationId) -> ProjectId {
        if let Some(project) = known::project(self.books, reference) {
            return project;
        }
        let place = grant.origin.place();
        let (title, notice) = keep::title_or(&grant.title, &format!("Grant {}", grant.id), "title");
        self.notices(&place, notice);
        let command = OpenProject {
            title,
            kind: ProjectKind::Project,
            lead,
            partners: Vec::new(),
            priorities: Vec::new(),
            places: Vec::new(),
            mode: None,
            engagement: None,
            funding_ends: None,
            starts: grant.starts,
            ends: grant.ends,
            summary: None,
            reference: Some(reference.clone()),
        };
        ProjectId(self.ask(place, grant.awarded, command))
    }
}

/// The one budget that a published grant is taken from: its fund's, of the financial year of its award.
fn share(fund: FundId, grant: &Grant) -> FundingShare {
    FundingShare { fund, budget_year: FinancialYear::of(grant.awarded), amount: grant.amount }
}

/// The award without its words and its funding.
fn bare_award(grant: &Grant, recipient: OrganisationId, project: ProjectId, reference: Reference) -> AwardGrant {
    AwardGrant {
        application: None,
        proposal: None,
        recipient,
        project,
        amount: grant.amount,
        purpose: None,
        department: None,
        starts: grant.starts,
        ends: grant.ends,
        funding: Vec::new(),
        instalments: Vec::new(),
        interests: Vec::new(),
        subsidy: None,
        rent_offset: None,
        reference: Some(reference),
    }
}

/// What an organisation is, as far as its identifier and its part in the grant say it.
fn kind(id: &str, funds: bool) -> OrganisationKind {
    const PUBLIC: [&str; 7] = ["GB-LAE-", "GB-LAS-", "GB-PLA-", "GB-LANI-", "GB-GOR-", "GB-NHS-", "GB-UKPRN-"];
    if PUBLIC.iter().any(|list| id.starts_with(list)) {
        OrganisationKind::PublicBody
    } else if funds {
        OrganisationKind::Funder
    } else {
        OrganisationKind::Voluntary
    }
}

/// The reference of a grant's fund: the funder's identifier and the programme's code (or the word that its title comes
/// to), because two funders may use one code.
fn fund_reference(grant: &Grant) -> Reference {
    let code = grant.programme.as_ref().map_or("general", |programme| &programme.code);
    let plain = Reference::from(format!("{}:{code}", grant.funder.id));
    if plain.fault().is_none() { plain } else { Reference::from(format!("{}:{}", grant.funder.id, Slug::of(code))) }
}
