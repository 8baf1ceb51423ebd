//! What holds from a day on changes nothing before it; and entries that no command of ours would make are folded too.

use coledger::domain::command::{
    AssignPledge, ChangeProject, ConfirmHours, LogHours, MakePledge, MergeOrganisations, ReinvestSurplus, ReverseEntry,
};
use coledger::domain::event::{
    Captured, EventKind, HoursConfirmed, OrganisationKind, OrganisationsMerged, PartnerShare, PlaceShare, PledgeKind,
    ReversalCode,
};
use coledger::domain::ids::{EntryId, OrganisationId, Position, ProjectId, RateCardId};
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::views::activity::{EntryFilter, Order, entries};
use coledger::views::contributors::organisation_shares;
use coledger::views::dividends::shared_dividend;
use coledger::views::grouping::Dimension;
use coledger::views::line::Line;
use coledger::views::view::View;
use coledger::views::window::Window;

use crate::harness::decisions::{
    Asked, ask, day, id, on, open_ledger, open_project, pounds, rate_card, register, winners,
};
use crate::harness::views::{grouped_by, record, view_of};

const GROUP: OrganisationId = OrganisationId(Position(2));
const BUSINESS: OrganisationId = OrganisationId(Position(3));
const PROJECT: ProjectId = ProjectId(Position(4));
const CARD: RateCardId = RateCardId(Position(5));
const NEXT: u64 = 6;

/// A project of a group since April 2012, and a rate card.
fn base() -> Vec<Asked> {
    let first = "2012-04-01";
    let mut card = rate_card(&[("general", 1_109)]);
    card.winners = Some(winners());
    vec![
        on(first, open_ledger()),
        on(first, register("Friends of the Wood", &[OrganisationKind::Voluntary])),
        on(first, register("Timber and Sons", &[OrganisationKind::Business])),
        on(first, open_project("The wood", GROUP)),
        on(first, card),
    ]
}

fn view_with(more: Vec<Asked>) -> View {
    view_of(&base().into_iter().chain(more).collect::<Vec<_>>()).0
}

fn until(last: &str) -> Window {
    Window::new(day("2012-04-01"), day(last), day(last))
}

fn change() -> ChangeProject {
    ChangeProject {
        project: PROJECT,
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

fn hours(people: u32) -> LogHours {
    LogHours {
        project: PROJECT,
        group: GROUP,
        role: "general".into(),
        people,
        minutes_each: 60,
        activity: None,
        captured: Captured::Register,
        pledge: None,
        meant: true,
    }
}

fn pledge(project: Option<ProjectId>) -> MakePledge {
    MakePledge {
        giver: BUSINESS,
        project,
        kind: PledgeKind::Cash,
        amount: Some(pounds(500)),
        quantity: None,
        unit: None,
        due: None,
        contract: None,
        words: None,
    }
}

#[test]
fn the_lead_has_the_gain_of_days_before_there_were_partners() {
    let surplus = ReinvestSurplus { project: PROJECT, operator: BUSINESS, amount: pounds(100), words: None };
    let both = [GROUP, BUSINESS].map(|organisation| PartnerShare { organisation, share_bp: BasisPoints(5_000) });
    let mut card = rate_card(&[]);
    let mut split = winners();
    split.reinvested = split.match_funding.clone();
    card.winners = Some(split);
    let view = view_with(vec![
        on("2012-04-02", card),
        on("2012-05-01", surplus.clone()),
        on("2012-06-01", ChangeProject { partners: both.to_vec(), ..change() }),
        on("2012-06-01", surplus),
    ]);
    let shares = |last: &str| organisation_shares(&view, PROJECT, until(last), None).expect("shares");
    assert_eq!(shares("2012-05-31"), [(GROUP, pounds(50))]);
    assert_eq!(shares("2012-06-01"), [(GROUP, pounds(75)), (BUSINESS, pounds(25))]);
}

#[test]
fn a_project_served_no_place_before_one_was_named() {
    let places = vec![PlaceShare { place: "bedwell".into(), share_bp: BasisPoints(10_000) }];
    let view = view_with(vec![on("2012-06-01", ChangeProject { places, ..change() })]);
    let keys = |last: &str| -> Vec<String> {
        let rows = grouped_by(Dimension::Place, None, until(last)).rows(&view).unwrap();
        rows.iter().map(|group| group.key.clone()).collect()
    };
    assert_eq!(keys("2012-05-31"), ["none"]);
    assert_eq!(keys("2012-06-01"), ["bedwell"]);
}

#[test]
fn a_pledge_is_promised_to_a_project_from_the_day_of_its_assignment() {
    let view = view_with(vec![
        on("2012-05-01", pledge(None)),
        on("2012-07-01", AssignPledge { pledge: id(NEXT), project: PROJECT }),
    ]);
    let promised = |last: &str| shared_dividend(&view, PROJECT, until(last), None).unwrap().pence(Line::Promised);
    assert_eq!(promised("2012-06-30"), Pence::ZERO);
    assert_eq!(promised("2012-07-01"), pounds(500));
}

#[test]
fn a_figure_never_names_a_rate_card_that_was_reversed() {
    let other = RateCardId(Position(NEXT));
    let entry = EntryId { kind: EventKind::RateCardAdopted, position: other.0 };
    let undo = ReverseEntry { entry, code: ReversalCode::Error, note: None };
    let view = view_with(vec![on("2012-05-01", rate_card(&[("skilled", 1_635)])), ask(undo)]);
    let named = |card| shared_dividend(&view, PROJECT, until("2012-06-30"), card).unwrap().rate_card;
    assert_eq!(named(Some(other)), Some(CARD));
}

#[test]
fn the_trail_of_an_organisation_holds_what_was_said_of_a_registration_merged_into_it() {
    let twin = OrganisationId(Position(NEXT));
    let view = view_with(vec![
        ask(register("The Friends", &[OrganisationKind::Voluntary])),
        ask(LogHours { group: twin, ..hours(2) }),
        ask(hours(3)),
        ask(MergeOrganisations { organisation: twin, into: GROUP }),
    ]);
    let found = |organisation| -> Vec<u64> {
        let filter =
            EntryFilter { organisation: Some(organisation), kinds: vec![EventKind::HoursLogged], ..Default::default() };
        entries(&view, &filter, None, 9, Order::OldestFirst).positions.iter().map(|position| position.0).collect()
    };
    assert_eq!(found(GROUP), [7, 8]);
    assert_eq!(found(twin), [7]);
}

#[test]
fn an_entry_that_is_confirmed_twice_in_one_breath_counts_once() {
    let mut view = view_with(vec![ask(hours(2))]);
    let mut made = record(&mut view.clone(), &ask(ConfirmHours { entries: vec![id(NEXT)] })).expect("a confirmation");
    let twice = HoursConfirmed { entries: vec![id(NEXT), id(NEXT)], self_confirmed: false };
    made[0].event = twice.into();
    view.apply(&made[0]);
    let window = Window::new(day("2012-01-01"), day("2013-03-31"), day("2013-03-31"));
    let figure = shared_dividend(&view, PROJECT, window, None).unwrap();
    assert_eq!((figure.line(Line::VolunteerMinutes), figure.line(Line::AwaitingMinutes)), (120, 0));
}

#[test]
fn merges_that_lead_in_a_circle_end() {
    let mut view = view_with(vec![ask(MergeOrganisations { organisation: GROUP, into: BUSINESS })]);
    let asked = ask(register("Another", &[OrganisationKind::Voluntary]));
    let entry = record(&mut view.clone(), &asked).expect("an entry").remove(0);
    for (organisation, into) in [(BUSINESS, GROUP), (BUSINESS, BUSINESS)] {
        let event = OrganisationsMerged { organisation, into }.into();
        view.apply(&coledger::domain::event::Entry { position: view.position.next(), event, ..entry.clone() });
    }
    assert_eq!(view.books.organisations.resolve(GROUP), BUSINESS);
}
