//! Projects: opened, changed, closed.

use coledger::domain::command::{ChangeProject, CloseProject, OpenProject};
use coledger::domain::event::{PartnerShare, PlaceShare, PriorityLink};
use coledger::domain::ids::{OrganisationId, ProjectId, StrategyId};
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, BadInput, Closed, DoesNotAddUp, NotFound, NothingToDo, TooEarly,
};

use super::town::{COUNCIL, FOUNDRY, GROUP, SHED, STRATEGY, WARD_FUND, town};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{ask, award, books_of, day, id, on, open_project, share};

fn partner(organisation: OrganisationId, share_bp: u32) -> PartnerShare {
    PartnerShare { organisation, share_bp: BasisPoints(share_bp) }
}

fn place(place: &str, share_bp: u32) -> PlaceShare {
    PlaceShare { place: place.into(), share_bp: BasisPoints(share_bp) }
}

fn serves(strategy: StrategyId, priority: &str, primary: bool) -> PriorityLink {
    PriorityLink { strategy, priority: priority.into(), primary }
}

fn garden() -> OpenProject {
    open_project("Garden", GROUP)
}

fn change(project: ProjectId) -> ChangeProject {
    ChangeProject {
        project,
        title: None,
        lead: None,
        partners: vec![],
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

#[test]
fn a_project_opens_forwards_with_a_lead_a_reference_and_places_that_are_a_whole() {
    let places = |places| ask(OpenProject { places, ..garden() });
    check(vec![
        refused(
            "backwards",
            &town(),
            ask(OpenProject { starts: Some(day("2012-05-01")), ends: Some(day("2012-04-30")), ..garden() }),
            TooEarly,
            "ends",
            "Enter 2012-05-01 or a later day: it cannot end before it begins.",
        ),
        refused(
            "places that are no whole",
            &town(),
            places(vec![place("north", 4_000), place("south", 5_000)]),
            DoesNotAddUp,
            "places",
            "Make the shares add up to 10000 basis points: they come to 9000.",
        ),
        refused(
            "a place twice",
            &town(),
            places(vec![place("north", 5_000), place("north", 5_000)]),
            BadInput,
            "places",
            "Name north once: it is in the list twice.",
        ),
        refused(
            "no such lead",
            &town(),
            ask(open_project("Garden", id(99))),
            NotFound,
            "lead",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        refused(
            "the reference of another",
            &town(),
            ask(OpenProject { reference: Some("SHED".into()), ..garden() }),
            AlreadyExists,
            "reference",
            "Give it a reference of its own: pr_00000ak has this one already.",
        ),
        accepted("with all in order", &town(), places(vec![place("north", 10_000)]), "ProjectOpened", "north"),
    ]);
}

#[test]
fn a_project_is_shared_by_partners_that_are_a_whole() {
    let partners = |partners| ask(OpenProject { partners, ..garden() });
    check(vec![
        refused(
            "partners that are no whole",
            &town(),
            partners(vec![partner(GROUP, 6_000), partner(FOUNDRY, 5_000)]),
            DoesNotAddUp,
            "partners",
            "Make the shares add up to 10000 basis points: they come to 11000.",
        ),
        refused(
            "a partner twice",
            &town(),
            partners(vec![partner(GROUP, 5_000), partner(GROUP, 5_000)]),
            BadInput,
            "partners",
            "Name or_000003h once: it is in the list twice.",
        ),
        refused(
            "no such partner",
            &town(),
            partners(vec![partner(id(99), 10_000)]),
            NotFound,
            "partners",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        accepted(
            "with all in order",
            &town(),
            partners(vec![partner(GROUP, 6_000), partner(FOUNDRY, 4_000)]),
            "ProjectOpened",
            "Garden",
        ),
    ]);
}

#[test]
fn a_project_serves_priorities_of_strategies_with_one_main_one_each() {
    let priorities = |priorities| ask(OpenProject { priorities, ..garden() });
    check(vec![
        refused(
            "no such strategy",
            &town(),
            priorities(vec![serves(id(99), "jobs", true)]),
            NotFound,
            "priorities",
            "Choose a strategy of this ledger: there is no st_000033g in it.",
        ),
        refused(
            "no such priority",
            &town(),
            priorities(vec![serves(STRATEGY, "parks", true)]),
            NotFound,
            "priorities",
            "Choose a priority of Plan 2012: it has no parks.",
        ),
        refused(
            "a priority twice",
            &town(),
            priorities(vec![serves(STRATEGY, "jobs", true), serves(STRATEGY, "jobs", false)]),
            BadInput,
            "priorities",
            "Name the priority jobs once: it is in the list twice.",
        ),
        refused(
            "two main ones",
            &town(),
            priorities(vec![serves(STRATEGY, "jobs", true), serves(STRATEGY, "health", true)]),
            BadInput,
            "priorities",
            "Make one priority of Plan 2012 the main one: there are two.",
        ),
        accepted(
            "one main one",
            &town(),
            priorities(vec![serves(STRATEGY, "jobs", true), serves(STRATEGY, "health", false)]),
            "ProjectOpened",
            "health",
        ),
    ]);
}

#[test]
fn a_project_changes_after_it_opened_and_in_something() {
    let titled = ChangeProject { title: Some("Sheds".into()), ..change(SHED) };
    let ends_first = and(&town(), &[ask(ChangeProject { starts: Some(day("2012-06-01")), ..change(SHED) })]);
    check(vec![
        refused("nothing said", &town(), ask(change(SHED)), NothingToDo, "", "Say what changes: nothing is given."),
        refused(
            "no such project",
            &town(),
            ask(ChangeProject { project: id(99), ..titled.clone() }),
            NotFound,
            "project",
            "Choose a project of this ledger: there is no pr_000033d in it.",
        ),
        refused(
            "before it was opened",
            &town(),
            on("2012-03-31", titled.clone()),
            TooEarly,
            "effective",
            "Enter 2012-04-01 or a later day: that is when the project was opened.",
        ),
        refused(
            "an end before the beginning that it has",
            &ends_first,
            ask(ChangeProject { ends: Some(day("2012-05-31")), ..change(SHED) }),
            TooEarly,
            "ends",
            "Enter 2012-06-01 or a later day: it cannot end before it begins.",
        ),
        accepted("a new title", &town(), ask(titled), "ProjectChanged", "Sheds"),
    ]);
}

#[test]
fn partners_and_leads_are_those_of_the_day() {
    let joined = ChangeProject { partners: vec![partner(FOUNDRY, 10_000)], lead: Some(COUNCIL), ..change(SHED) };
    let books = books_of(&and(&town(), &[on("2013-01-01", joined)]));
    let shed = books.projects.get(SHED).expect("opened");
    assert_eq!(shed.lead_on(day("2012-12-31")), Some(GROUP));
    assert_eq!(shed.lead_on(day("2013-01-01")), Some(COUNCIL));
    assert_eq!(shed.partners_on(day("2013-01-01")), [partner(FOUNDRY, 10_000)]);
}

#[test]
fn a_closed_project_takes_no_new_awards_from_that_day_on() {
    let close = CloseProject { project: SHED, reason: None };
    let closed = and(&town(), &[on("2013-03-31", close.clone())]);
    let grant = || award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 100)]);
    check(vec![
        refused(
            "closed before it was opened",
            &town(),
            on("2012-03-31", close.clone()),
            TooEarly,
            "effective",
            "Enter 2012-04-01 or a later day: that is when the project was opened.",
        ),
        refused(
            "closed again",
            &closed,
            ask(close),
            Closed,
            "project",
            "Nothing is left to do: this project closed on 2013-03-31.",
        ),
        refused(
            "an award on that day",
            &closed,
            on("2013-03-31", grant()),
            Closed,
            "project",
            "Choose another project: Tool shed closed on 2013-03-31.",
        ),
        accepted("an award of the day before", &closed, on("2013-03-30", grant()), "GrantAwarded", ""),
    ]);
}
