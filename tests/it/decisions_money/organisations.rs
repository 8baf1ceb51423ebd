//! Organisations: registered, changed, merged, closed.

use coledger::domain::command::{ChangeOrganisation, CloseOrganisation, MergeOrganisations, RegisterOrganisation};
use coledger::domain::event::OrganisationKind::{Partner, PublicBody, Voluntary};
use coledger::domain::ids::OrganisationId;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, BadInput, Closed, InTheFuture, NotFound, NothingToDo, TooEarly,
};

use super::town::{FOUNDRY, GROUP, HEALTH, town};
use super::{accepted, and, check, refused};
use crate::harness::decisions::{Asked, ask, books_of, day, id, on, open_project, register};

fn with_org_ids(name: &str, org_ids: &[&str]) -> RegisterOrganisation {
    RegisterOrganisation {
        org_ids: org_ids.iter().map(|org_id| (*org_id).into()).collect(),
        ..register(name, &[Voluntary])
    }
}

fn change(organisation: OrganisationId) -> ChangeOrganisation {
    ChangeOrganisation {
        organisation,
        name: None,
        org_ids: vec![],
        kinds: vec![],
        control_group: None,
        also_known_as: vec![],
    }
}

fn merge(organisation: OrganisationId, into: OrganisationId) -> MergeOrganisations {
    MergeOrganisations { organisation, into }
}

fn close(organisation: OrganisationId) -> CloseOrganisation {
    CloseOrganisation { organisation, reason: None }
}

/// The town, and a charity at position 11.
fn with_charity() -> Vec<Asked> {
    and(&town(), &[ask(with_org_ids("Care Trust", &["GB-CHC-1234567"]))])
}

#[test]
fn an_organisation_identifier_belongs_to_one_organisation() {
    let merged = and(&with_charity(), &[ask(merge(id(11), GROUP))]);
    check(vec![
        refused(
            "in the future",
            &town(),
            on("2014-04-02", register("Care Trust", &[])),
            InTheFuture,
            "effective",
            "Enter 2014-04-01 or an earlier day: 2014-04-02 lies in the future.",
        ),
        refused(
            "twice in one list",
            &town(),
            ask(with_org_ids("Care Trust", &["GB-CHC-1", "GB-CHC-1"])),
            BadInput,
            "orgIds",
            "Name GB-CHC-1 once: it is in the list twice.",
        ),
        refused(
            "another has it",
            &with_charity(),
            ask(with_org_ids("Care Trust again", &["GB-CHC-1234567"])),
            AlreadyExists,
            "orgIds",
            "Use Care Trust (or_00000b1): it has the organisation identifier GB-CHC-1234567 already.",
        ),
        refused(
            "one that was merged has it",
            &merged,
            ask(with_org_ids("Care Trust again", &["GB-CHC-1234567"])),
            AlreadyExists,
            "orgIds",
            "Use Shed Group (or_000003h): it has the organisation identifier GB-CHC-1234567 already.",
        ),
        refused(
            "changed to another's",
            &with_charity(),
            ask(ChangeOrganisation { org_ids: vec!["GB-CHC-1234567".into()], ..change(FOUNDRY) }),
            AlreadyExists,
            "orgIds",
            "Use Care Trust (or_00000b1): it has the organisation identifier GB-CHC-1234567 already.",
        ),
        accepted(
            "taken over from the one that was merged",
            &merged,
            ask(ChangeOrganisation { org_ids: vec!["GB-CHC-1234567".into()], ..change(GROUP) }),
            "OrganisationChanged",
            "GB-CHC-1234567",
        ),
        accepted(
            "given up before",
            &and(&with_charity(), &[ask(ChangeOrganisation { org_ids: vec!["GB-CHC-2".into()], ..change(id(11)) })]),
            ask(with_org_ids("Care Trust again", &["GB-CHC-1234567"])),
            "OrganisationRegistered",
            "GB-CHC-1234567",
        ),
    ]);
}

#[test]
fn a_change_says_something_of_an_organisation_that_stands() {
    let named = ChangeOrganisation { name: Some("Shed Group CIC".into()), ..change(GROUP) };
    check(vec![
        refused(
            "no such organisation",
            &town(),
            ask(change(id(99))),
            NotFound,
            "organisation",
            "Choose an organisation of this ledger: there is no or_000033x in it.",
        ),
        refused(
            "before it was registered",
            &town(),
            on("2012-03-31", named.clone()),
            TooEarly,
            "effective",
            "Enter 2012-04-01 or a later day: that is when the organisation was registered.",
        ),
        refused("nothing said", &town(), ask(change(GROUP)), NothingToDo, "", "Say what changes: nothing is given."),
        accepted("a new name", &town(), ask(named), "OrganisationChanged", "Shed Group CIC"),
    ]);
}

#[test]
fn a_merged_organisation_takes_no_new_entries_and_names_the_one_to_use() {
    let merged = and(&town(), &[ask(merge(FOUNDRY, GROUP))]);
    let twice = and(&merged, &[ask(merge(GROUP, HEALTH))]);
    let to_group = "Use Shed Group (or_000003h): or_000004z was merged into it.";
    let to_health = "Use County Health (or_000005x): or_000004z was merged into it.";
    check(vec![
        refused(
            "into itself",
            &town(),
            ask(merge(GROUP, GROUP)),
            NothingToDo,
            "into",
            "Name two organisations: this is one and the same.",
        ),
        refused("again", &merged, ask(merge(FOUNDRY, HEALTH)), Closed, "organisation", to_group),
        refused("into one that was merged", &merged, ask(merge(HEALTH, FOUNDRY)), Closed, "into", to_group),
        refused("a project led by it", &merged, ask(open_project("Casting", FOUNDRY)), Closed, "lead", to_group),
        refused("merged twice", &twice, ask(open_project("Casting", FOUNDRY)), Closed, "lead", to_health),
        accepted(
            "one that was merged into, merged itself",
            &merged,
            ask(merge(GROUP, HEALTH)),
            "OrganisationsMerged",
            "",
        ),
    ]);
    assert_eq!(books_of(&twice).organisations.resolve(FOUNDRY), HEALTH);
}

#[test]
fn a_closed_organisation_takes_part_in_nothing_new_from_that_day_on() {
    let closed = and(&town(), &[on("2013-03-31", close(GROUP))]);
    check(vec![
        refused(
            "before it was registered",
            &town(),
            on("2012-03-31", close(GROUP)),
            TooEarly,
            "effective",
            "Enter 2012-04-01 or a later day: that is when the organisation was registered.",
        ),
        refused(
            "again",
            &closed,
            ask(close(GROUP)),
            Closed,
            "organisation",
            "Nothing is left to do: this organisation closed on 2013-03-31.",
        ),
        refused(
            "on that day",
            &closed,
            on("2013-03-31", open_project("Allotments", GROUP)),
            Closed,
            "lead",
            "Choose another organisation: Shed Group closed on 2013-03-31.",
        ),
        accepted("the day before", &closed, on("2013-03-30", open_project("Allotments", GROUP)), "ProjectOpened", ""),
    ]);
}

#[test]
fn what_an_organisation_is_depends_on_the_day() {
    let joined = ChangeOrganisation { kinds: vec![PublicBody, Partner], ..change(HEALTH) };
    let books = books_of(&and(&town(), &[on("2013-04-01", joined)]));
    let health = books.organisations.get(HEALTH).expect("registered");
    let facts = |text| (health.is_public_body(day(text)), health.is_public_partner(day(text)));
    assert_eq!(facts("2010-01-01"), (true, false));
    assert_eq!(facts("2013-03-31"), (true, false));
    assert_eq!(facts("2013-04-01"), (true, true));
}
