//! Projects: opened, changed, closed.
//!
//! Invariant: what a project is (its lead, partners, priorities, places) is a history by day, so that a gain is shared
//! by the partners of the day on which it arose; shares on any day add up to the whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::books::Books;
use super::checks;
use super::command::{ChangeProject, CloseProject, Context, OpenProject};
use super::dated::{Dated, said};
use super::decide::Decide;
use super::event::{
    DeliveryMode, Engagement, Entry, Event, PartnerShare, PlaceShare, PriorityLink, ProjectChanged, ProjectClosed,
    ProjectKind, ProjectOpened,
};
use super::evolve::Evolve;
use super::ids::{OrganisationId, Position, ProjectId};
use super::refusal::{Refusal, RefusalCode};
use super::text::{Reference, Title, Words};
use super::time::Day;

/// Every project that stands.
#[derive(Clone, Debug, Default)]
pub struct Projects {
    all: imbl::OrdMap<ProjectId, Arc<Project>>,
    by_reference: imbl::HashMap<Reference, ProjectId>,
}

/// One project.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The day it was opened.
    pub opened_on: Day,
    /// What it is.
    pub kind: ProjectKind,
    /// The owner's own reference.
    pub reference: Option<Reference>,
    /// Its titles.
    pub titles: Dated<Title>,
    /// The organisations that led it.
    pub leads: Dated<OrganisationId>,
    /// The organisations that ran it together.
    pub partners: Dated<Vec<PartnerShare>>,
    /// The priorities it served.
    pub priorities: Dated<Vec<PriorityLink>>,
    /// The places it served.
    pub places: Dated<Vec<PlaceShare>>,
    /// What part the community had in it.
    pub modes: Dated<DeliveryMode>,
    /// How far the community took part in decisions.
    pub engagements: Dated<Engagement>,
    /// The day its time-limited funding ends.
    pub funding_ends: Dated<Day>,
    /// Its first planned day.
    pub starts: Dated<Day>,
    /// Its last planned day.
    pub ends: Dated<Day>,
    /// What it is for.
    pub summaries: Dated<Words>,
    /// When it closed, and the entry that says so.
    pub closed: Option<(Day, Position)>,
}

impl Projects {
    /// The project with this id.
    pub fn get(&self, id: ProjectId) -> Option<&Project> {
        self.all.get(&id).map(Arc::as_ref)
    }

    /// Every project in the order of opening, closed ones too.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Project> {
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

    /// The project with its owner's reference.
    pub fn by_reference(&self, reference: &Reference) -> Option<ProjectId> {
        self.by_reference.get(reference).copied()
    }

    fn update(&mut self, id: ProjectId, change: impl FnOnce(&mut Project)) {
        if let Some(project) = self.all.get_mut(&id) {
            change(Arc::make_mut(project));
        }
    }
}

impl Project {
    /// Its title.
    pub fn title(&self) -> &str {
        self.titles.latest().map_or("", Title::as_str)
    }

    /// The organisation that leads it now.
    pub fn lead(&self) -> Option<OrganisationId> {
        self.leads.latest().copied()
    }

    /// The organisation that led it on a day; before its opening, the first.
    pub fn lead_on(&self, day: Day) -> Option<OrganisationId> {
        self.leads.on_or_first(day).copied()
    }

    /// The organisations that ran it together on a day, with their shares; none: the lead had the whole. Before its
    /// opening, those of its first day.
    pub fn partners_on(&self, day: Day) -> &[PartnerShare] {
        self.partners.on(day.max(self.opened_on)).map_or(&[], Vec::as_slice)
    }

    /// The priorities it served on a day; before its opening, those of its first day.
    pub fn priorities_on(&self, day: Day) -> &[PriorityLink] {
        self.priorities.on(day.max(self.opened_on)).map_or(&[], Vec::as_slice)
    }

    /// The places it served on a day, with their shares; before its opening, those of its first day.
    pub fn places_on(&self, day: Day) -> &[PlaceShare] {
        self.places.on(day.max(self.opened_on)).map_or(&[], Vec::as_slice)
    }

    /// The priorities it serves now.
    pub fn priorities(&self) -> &[PriorityLink] {
        self.priorities.latest().map_or(&[], Vec::as_slice)
    }

    /// The places it serves now, with their shares.
    pub fn places(&self) -> &[PlaceShare] {
        self.places.latest().map_or(&[], Vec::as_slice)
    }

    fn opened(id: ProjectId, day: Day, kind: ProjectKind, reference: Option<Reference>) -> Self {
        Self {
            id,
            opened_on: day,
            kind,
            reference,
            titles: Dated::default(),
            leads: Dated::default(),
            partners: Dated::default(),
            priorities: Dated::default(),
            places: Dated::default(),
            modes: Dated::default(),
            engagements: Dated::default(),
            funding_ends: Dated::default(),
            starts: Dated::default(),
            ends: Dated::default(),
            summaries: Dated::default(),
            closed: None,
        }
    }

    /// Takes in what an entry says, opening or change alike.
    fn learn(&mut self, entry: &Entry, change: ProjectChanged) {
        self.titles.insert_some(entry, change.title);
        self.leads.insert_some(entry, change.lead);
        self.partners.insert_some(entry, said(&change.partners));
        self.priorities.insert_some(entry, said(&change.priorities));
        self.places.insert_some(entry, said(&change.places));
        self.modes.insert_some(entry, change.mode);
        self.engagements.insert_some(entry, change.engagement);
        self.funding_ends.insert_some(entry, change.funding_ends);
        self.starts.insert_some(entry, change.starts);
        self.ends.insert_some(entry, change.ends);
        self.summaries.insert_some(entry, change.summary);
    }

    /// Takes out whatever the entry at a position said.
    fn forget(&mut self, position: Position) {
        self.titles.remove(position);
        self.leads.remove(position);
        self.partners.remove(position);
        self.priorities.remove(position);
        self.places.remove(position);
        self.modes.remove(position);
        self.engagements.remove(position);
        self.funding_ends.remove(position);
        self.starts.remove(position);
        self.ends.remove(position);
        self.summaries.remove(position);
    }
}

/// What an opening says in the words of a change, so that both are folded alike.
fn as_change(opened: &ProjectOpened, id: ProjectId) -> ProjectChanged {
    ProjectChanged {
        project: id,
        title: Some(opened.title.clone()),
        lead: Some(opened.lead),
        partners: opened.partners.clone(),
        priorities: opened.priorities.clone(),
        places: opened.places.clone(),
        mode: opened.mode,
        engagement: opened.engagement,
        funding_ends: opened.funding_ends,
        starts: opened.starts,
        ends: opened.ends,
        summary: opened.summary.clone(),
    }
}

/// Checks the partners of a project: shares that make a whole, each an open organisation, named once.
fn check_partners(books: &Books, partners: &[PartnerShare], context: &Context) -> Result<(), Refusal> {
    checks::whole(partners.iter().map(|partner| partner.share_bp), "partners")?;
    checks::distinct(&partners.iter().map(|partner| partner.organisation).collect::<Vec<_>>(), "partners")?;
    for partner in partners {
        checks::open_organisation(books, partner.organisation, "partners", context)?;
    }
    Ok(())
}

fn check_places(places: &[PlaceShare]) -> Result<(), Refusal> {
    checks::whole(places.iter().map(|place| place.share_bp), "places")?;
    checks::distinct(&places.iter().map(|place| place.place.clone()).collect::<Vec<_>>(), "places")
}

/// Checks that each priority is one of its strategy, is named once, and that one at most is a strategy's main one.
fn check_priorities(books: &Books, links: &[PriorityLink]) -> Result<(), Refusal> {
    let mut primaries = BTreeSet::new();
    let mut named = BTreeSet::new();
    for link in links {
        let strategy =
            checks::found(books, link.strategy, books.setup.strategy(link.strategy), "priorities", "strategy")?;
        if !strategy.has_priority(&link.priority) {
            let message = format!("Choose a priority of {}: it has no {}.", strategy.title(), link.priority);
            return Err(Refusal::of(RefusalCode::NotFound, "priorities", message));
        }
        if !named.insert((link.strategy, &link.priority)) {
            let message = format!("Name the priority {} once: it is in the list twice.", link.priority);
            return Err(Refusal::of(RefusalCode::BadInput, "priorities", message));
        }
        if link.primary && !primaries.insert(link.strategy) {
            let message = format!("Make one priority of {} the main one: there are two.", strategy.title());
            return Err(Refusal::of(RefusalCode::BadInput, "priorities", message));
        }
    }
    Ok(())
}

impl Decide for OpenProject {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::runs_forward(self.starts, self.ends, "ends")?;
        check_places(&self.places)?;
        checks::happened(context)?;
        checks::open_organisation(books, self.lead, "lead", context)?;
        check_partners(books, &self.partners, context)?;
        check_priorities(books, &self.priorities)?;
        let owner = self.reference.as_ref().and_then(|reference| books.projects.by_reference(reference));
        checks::reference_free(books, owner)?;
        let Self { title, kind, lead, partners, priorities, places, mode, engagement, .. } = self.clone();
        let Self { funding_ends, starts, ends, summary, reference, .. } = self.clone();
        let opened = ProjectOpened {
            title,
            kind,
            lead,
            partners,
            priorities,
            places,
            mode,
            engagement,
            funding_ends,
            starts,
            ends,
            summary,
            reference,
        };
        Ok(vec![opened.into()])
    }
}

impl Evolve for ProjectOpened {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let id = ProjectId(entry.position);
        let mut project = Project::opened(id, entry.effective, self.kind, self.reference.clone());
        project.learn(entry, as_change(self, id));
        books.projects.all.insert(id, Arc::new(project));
        if let Some(reference) = &self.reference {
            books.projects.by_reference.insert(reference.clone(), id);
        }
    }

    fn may_reverse(&self, books: &Books, entry: &Entry) -> Result<(), Refusal> {
        checks::nothing_rests(books, entry)
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.projects.all.remove(&ProjectId(entry.position));
        if let Some(reference) = &self.reference {
            books.projects.by_reference.remove(reference);
        }
    }
}

impl Decide for ChangeProject {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        if self.says_nothing() {
            return Err(checks::nothing_changes());
        }
        check_places(&self.places)?;
        checks::happened(context)?;
        let project = checks::project(books, self.project, "project")?;
        checks::not_before(context, project.opened_on, "the project was opened")?;
        let starts = self.starts.or_else(|| project.starts.latest().copied());
        checks::runs_forward(starts, self.ends.or_else(|| project.ends.latest().copied()), "ends")?;
        if let Some(lead) = self.lead {
            checks::open_organisation(books, lead, "lead", context)?;
        }
        check_partners(books, &self.partners, context)?;
        check_priorities(books, &self.priorities)?;
        Ok(vec![self.clone().into_event().into()])
    }
}

impl ChangeProject {
    fn says_nothing(&self) -> bool {
        let dates = self.funding_ends.or(self.starts).or(self.ends);
        let lists_empty = self.partners.is_empty() && self.priorities.is_empty() && self.places.is_empty();
        let words_none = self.title.is_none() && self.summary.is_none() && self.lead.is_none();
        lists_empty && words_none && dates.is_none() && self.mode.is_none() && self.engagement.is_none()
    }

    fn into_event(self) -> ProjectChanged {
        let Self { project, title, lead, partners, priorities, places, mode, engagement, .. } = self;
        let Self { funding_ends, starts, ends, summary, .. } = self;
        ProjectChanged {
            project,
            title,
            lead,
            partners,
            priorities,
            places,
            mode,
            engagement,
            funding_ends,
            starts,
            ends,
            summary,
        }
    }
}

impl Evolve for ProjectChanged {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        books.projects.update(self.project, |project| project.learn(entry, self.clone()));
    }

    fn undo(&self, books: &mut Books, entry: &Entry) {
        books.projects.update(self.project, |project| project.forget(entry.position));
    }
}

impl Decide for CloseProject {
    fn decide(&self, books: &Books, context: &Context) -> Result<Vec<Event>, Refusal> {
        checks::happened(context)?;
        let project = checks::project(books, self.project, "project")?;
        if let Some((day, _)) = project.closed {
            return Err(checks::closed_already("project", day));
        }
        checks::not_before(context, project.opened_on, "the project was opened")?;
        Ok(vec![ProjectClosed { project: self.project, reason: self.reason.clone() }.into()])
    }
}

impl Evolve for ProjectClosed {
    fn evolve(&self, books: &mut Books, entry: &Entry) {
        let closed = Some((entry.effective, entry.position));
        books.projects.update(self.project, |project| project.closed = closed);
    }

    fn undo(&self, books: &mut Books, _: &Entry) {
        books.projects.update(self.project, |project| project.closed = None);
    }
}
