//! The rules of what counts where and when, each a row: given these entries, these lines of this window.

use coledger::domain::command::{
    AgreeRentInKind, BringForward, ConfirmDelivery, ConfirmHours, DeliverPledge, DisputeDelivery, EndRentInKind,
    LogHours, MakePledge, PayContract, PayGrant, RejectHours, ReportOutcome, ReturnGrant, ReverseEntry, ReviewRent,
    SecureMatch, WithdrawGrant,
};
use coledger::domain::event::{
    Captured, EventKind, Gain, MatchSource, OpeningLine, OrganisationKind, PaymentMethod, PledgeKind, Premises,
    ReversalCode, Role, UnitValue,
};
use coledger::domain::ids::{
    ContractId, DeliveryId, EntryId, FundId, GrantId, HoursId, OrganisationId, OutcomeId, PaymentId, PledgeId,
    Position, ProjectId,
};
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::views::dividends::shared_dividend;
use coledger::views::line::Line;
use coledger::views::window::Window;

use crate::harness::decisions::{
    Asked, agree_contract, award, day, id, on, open_fund, open_ledger, open_project, pay, pounds, rate_card, register,
    share, winners,
};
use crate::harness::views::view_of;

const COUNCIL: OrganisationId = OrganisationId(Position(2));
const GROUP: OrganisationId = OrganisationId(Position(3));
const FUNDER: OrganisationId = OrganisationId(Position(4));
const BUSINESS: OrganisationId = OrganisationId(Position(5));
const FUND: FundId = FundId(Position(6));
const PROJECT: ProjectId = ProjectId(Position(7));
const CONTRACT: ContractId = ContractId(Position(9));
const STAFF: PledgeId = PledgeId(Position(10));
const BOUGHT_STAFF: PledgeId = PledgeId(Position(11));
const GRANT: GrantId = GrantId(Position(12));
/// The position of the first entry that a row adds.
const NEXT: u64 = 13;

/// What every row begins with: a project, a rate card of £11.09 an hour, a contract, pledges of staff time, a grant of
/// £1,000.
fn base() -> Vec<Asked> {
    let mut card = rate_card(&[("general", 1109)]);
    card.winners = Some(winners());
    card.unit_values = vec![UnitValue {
        indicator: "clients-helped".into(),
        value: pounds(10),
        deadweight_bp: BasisPoints(2_500),
        attribution_bp: BasisPoints(5_000),
        gain: Gain::Social,
        source: "an example".into(),
    }];
    let first = "2011-04-01";
    vec![
        on(first, open_ledger()),
        on(first, register("The council", &[OrganisationKind::PublicBody, OrganisationKind::Partner])),
        on(first, register("Friends of the Wood", &[OrganisationKind::Voluntary])),
        on(first, register("A trust", &[OrganisationKind::Funder])),
        on(first, register("Timber and Sons", &[OrganisationKind::Business])),
        on(first, open_fund("Community fund")),
        on(first, open_project("The wood", GROUP)),
        on(first, card),
        on(first, agree_contract(BUSINESS, PROJECT, 5_000)),
        on(first, staff_time(None)),
        on(first, staff_time(Some(CONTRACT))),
        on(first, award(GROUP, PROJECT, vec![share(FUND, "2012-13", 1_000)])),
    ]
}

fn staff_time(contract: Option<ContractId>) -> MakePledge {
    MakePledge {
        giver: BUSINESS,
        project: Some(PROJECT),
        kind: PledgeKind::StaffTime,
        amount: None,
        quantity: Some(600),
        unit: Some("minutes".into()),
        due: None,
        contract,
        words: None,
    }
}

/// One hour of one person.
fn hour(role: &str, pledge: Option<PledgeId>) -> LogHours {
    LogHours {
        project: PROJECT,
        group: GROUP,
        role: role.into(),
        people: 1,
        minutes_each: 60,
        activity: None,
        captured: Captured::Phone,
        pledge,
        meant: true,
    }
}

fn confirm(position: u64) -> ConfirmHours {
    ConfirmHours { entries: vec![HoursId(Position(position))] }
}

fn reverse(kind: EventKind, position: u64) -> ReverseEntry {
    let entry = EntryId { kind, position: Position(position) };
    ReverseEntry { entry, code: ReversalCode::Error, note: None }
}

fn rent(market: i64, charged: i64) -> AgreeRentInKind {
    AgreeRentInKind {
        premises: Premises { name: "The depot".into(), uprn: None },
        landlord: Some(COUNCIL),
        occupier: GROUP,
        project: PROJECT,
        share_bp: BasisPoints(10_000),
        market_rent: pounds(market),
        charged_rent: pounds(charged),
        valuation: None,
        term_ends: None,
    }
}

fn offset(agreement: u64, amount: i64, from: &str, to: &str) -> PayGrant {
    PayGrant {
        method: PaymentMethod::RentOffset,
        agreement: Some(id(agreement)),
        period_from: Some(day(from)),
        period_to: Some(day(to)),
        ..pay(GRANT, pounds(amount))
    }
}

fn cash_pledge(amount: i64, contract: Option<ContractId>) -> MakePledge {
    let kind = PledgeKind::Cash;
    MakePledge { kind, amount: Some(pounds(amount)), quantity: None, unit: None, ..staff_time(contract) }
}

fn deliver(pledge: u64, amount: i64) -> DeliverPledge {
    let basis = Some("the receipt".into());
    DeliverPledge { pledge: id(pledge), quantity: None, value: Some(pounds(amount)), basis }
}

fn outcome(quantity: u32, included_in: Option<u64>) -> ReportOutcome {
    let included_in = included_in.map(|position| OutcomeId(Position(position)));
    let indicator = "clients-helped".into();
    ReportOutcome { project: PROJECT, indicator, quantity, reached: None, evidence: None, included_in }
}

fn certified(day: &str, command: impl Into<coledger::domain::command::Command>) -> Asked {
    on(day, command).by("certifier", Role::Certifier)
}

/// A window that is drawn up at its last day.
fn window(from: &str, to: &str) -> Window {
    Window::new(day(from), day(to), day(to))
}

/// Checks lines of a window after the base and these commands; every other line that adds pounds is told too.
fn check(name: &str, given: Vec<Asked>, window: Window, expected: &[(Line, i64)]) {
    let mut commands = base();
    commands.extend(given);
    let (view, _) = view_of(&commands);
    let figure = shared_dividend(&view, PROJECT, window, None).expect("the project");
    let found: Vec<(Line, i64)> = expected.iter().map(|(line, _)| (*line, figure.line(*line))).collect();
    assert_eq!(found, expected, "{name}");
}

fn year_11() -> Window {
    window("2011-04-01", "2012-03-31")
}

fn year_12() -> Window {
    window("2012-04-01", "2013-03-31")
}

fn to_date() -> Window {
    window("2011-04-01", "2014-03-31")
}

fn paid() -> Asked {
    on("2011-05-01", pay(GRANT, pounds(100)))
}

fn back(day: &str) -> Asked {
    on(day, ReturnGrant { payment: PaymentId(Position(NEXT)), amount: pounds(40), reason: None })
}

fn let_at(market: i64, charged: i64) -> Asked {
    on("2011-04-01", rent(market, charged))
}

fn review(market: i64) -> Asked {
    let review =
        ReviewRent { agreement: id(NEXT), market_rent: pounds(market), charged_rent: Pence(0), valuation: None };
    on("2012-02-11", review)
}

fn logged(role: &str, pledge: Option<PledgeId>) -> Asked {
    on("2011-05-12", hour(role, pledge))
}

fn confirmed() -> Asked {
    certified("2011-05-12", confirm(NEXT))
}

#[test]
fn grants_and_contracts_count_on_the_day_the_money_moved() {
    use Line::{Committed, Contracts, Grants, ReturnsOfEarlier};
    check(
        "money back of an earlier year",
        vec![paid(), back("2012-05-01")],
        year_12(),
        &[(Grants, -4_000), (ReturnsOfEarlier, 4_000), (Committed, 90_000)],
    );
    check(
        "money back of the same window",
        vec![paid(), back("2012-05-01")],
        to_date(),
        &[(Grants, 6_000), (ReturnsOfEarlier, 0)],
    );
    check(
        "the return is reversed",
        vec![paid(), back("2012-05-01"), on("2012-06-01", reverse(EventKind::GrantReturned, NEXT + 1))],
        year_12(),
        &[(Grants, 0), (ReturnsOfEarlier, 0)],
    );
    check(
        "a withdrawn award",
        vec![paid(), on("2012-05-01", WithdrawGrant { grant: GRANT, reason: None })],
        year_12(),
        &[(Committed, 0), (Grants, 0)],
    );
    check(
        "an award before its withdrawal",
        vec![paid(), on("2012-05-01", WithdrawGrant { grant: GRANT, reason: None })],
        year_11(),
        &[(Committed, 90_000)],
    );
    check(
        "a contract is paid",
        vec![on("2011-06-01", PayContract { contract: CONTRACT, amount: pounds(7), payment_reference: None })],
        year_11(),
        &[(Contracts, 700), (Grants, 0)],
    );
}

#[test]
fn rent_accrues_by_day_and_a_year_is_the_annual_sum() {
    use Line::RentInKind;
    check("a leap year has 366 days", vec![let_at(366, 0)], window("2012-02-01", "2012-02-29"), &[(RentInKind, 2_900)]);
    check("a year is the annual sum, leap or not", vec![let_at(366, 0)], year_11(), &[(RentInKind, 36_600)]);
    check("a year is the annual sum, leap or not", vec![let_at(366, 0)], year_12(), &[(RentInKind, 36_600)]);
    check("part of a month", vec![let_at(365, 0)], window("2012-04-10", "2012-04-19"), &[(RentInKind, 1_000)]);
    check(
        "the day it ends counts",
        vec![let_at(366, 0), on("2012-02-10", EndRentInKind { agreement: id(NEXT), reason: None })],
        window("2012-02-01", "2012-03-31"),
        &[(RentInKind, 1_000)],
    );
    check(
        "a review begins a run of its own",
        vec![let_at(366, 0), review(732)],
        window("2012-02-01", "2012-02-20"),
        &[(RentInKind, 3_000)],
    );
    check(
        "of two reviews for a day the later holds",
        vec![let_at(366, 0), review(900), review(732)],
        window("2012-02-11", "2012-02-20"),
        &[(RentInKind, 2_000)],
    );
    check(
        "a review that is reversed",
        vec![let_at(366, 0), review(732), on("2012-03-01", reverse(EventKind::RentReviewed, NEXT + 1))],
        window("2012-02-01", "2012-02-20"),
        &[(RentInKind, 2_000)],
    );
}

#[test]
fn a_rent_offset_is_spread_and_the_future_is_cut_off() {
    use Line::{Committed, Grants, RentInKind};
    let offset_paid = || on("2012-03-01", offset(NEXT, 100, "2011-04-01", "2012-03-31"));
    check(
        "an offset is spread over what it pays for",
        vec![let_at(366, 366), offset_paid()],
        window("2011-04-01", "2011-06-30"),
        &[(RentInKind, 2_486), (Grants, 0), (Committed, 100_000)],
    );
    check(
        "an offset is no longer committed from its day",
        vec![let_at(366, 366), offset_paid()],
        year_11(),
        &[(RentInKind, 10_000), (Committed, 90_000)],
    );
    check(
        "rent of the future is cut off",
        vec![let_at(366, 0)],
        Window::new(day("2011-04-01"), day("2012-03-31"), day("2011-04-30")),
        &[(RentInKind, 3_000)],
    );
}

#[test]
fn hours_wait_until_they_are_confirmed_and_count_on_their_day() {
    use Line::{AwaitingMinutes, Community, VolunteerMinutes, Volunteering};
    check(
        "logged hours wait",
        vec![logged("general", None)],
        year_11(),
        &[(AwaitingMinutes, 60), (Volunteering, 0), (VolunteerMinutes, 0)],
    );
    check(
        "confirmed hours count",
        vec![logged("general", None), confirmed()],
        year_11(),
        &[(AwaitingMinutes, 0), (Volunteering, 1_109), (VolunteerMinutes, 60), (Community, 1_109)],
    );
    check(
        "hours count on the day they were given, not confirmed",
        vec![logged("general", None), certified("2013-01-01", confirm(NEXT))],
        year_11(),
        &[(Volunteering, 1_109)],
    );
}

#[test]
fn reversed_and_rejected_hours_count_nowhere() {
    use Line::{AwaitingMinutes, Community, UnvaluedMinutes, VolunteerMinutes, Volunteering};
    check(
        "a reversed entry's confirmation falls with it",
        vec![logged("general", None), confirmed(), on("2011-06-01", reverse(EventKind::HoursLogged, NEXT))],
        year_11(),
        &[(Volunteering, 0), (VolunteerMinutes, 0), (AwaitingMinutes, 0), (Community, 0)],
    );
    check(
        "a reversed confirmation leaves hours waiting",
        vec![logged("general", None), confirmed(), on("2011-06-01", reverse(EventKind::HoursConfirmed, NEXT + 1))],
        year_11(),
        &[(Volunteering, 0), (AwaitingMinutes, 60)],
    );
    check(
        "rejected hours count nowhere",
        vec![
            logged("general", None),
            certified(
                "2011-05-12",
                RejectHours { entries: vec![HoursId(Position(NEXT))], reason: "nobody came".into() },
            ),
        ],
        year_11(),
        &[(Volunteering, 0), (VolunteerMinutes, 0), (AwaitingMinutes, 0), (UnvaluedMinutes, 0)],
    );
}

#[test]
fn an_hour_is_on_exactly_one_line() {
    use Line::{
        Community, Contractual, Organisations, Pledges, Returned, UnvaluedMinutes, VolunteerMinutes, Volunteering,
    };
    check(
        "a role without a rate has minutes and no pounds",
        vec![logged("mentor", None), confirmed()],
        year_11(),
        &[(Volunteering, 0), (VolunteerMinutes, 60), (UnvaluedMinutes, 60)],
    );
    check(
        "staff time under a pledge is a pledge, never volunteering",
        vec![logged("general", Some(STAFF)), confirmed()],
        year_11(),
        &[(Pledges, 1_109), (Volunteering, 0), (VolunteerMinutes, 0), (Organisations, 665), (Community, 444)],
    );
    check(
        "staff time that a contract bought is beside",
        vec![logged("general", Some(BOUGHT_STAFF)), confirmed()],
        year_11(),
        &[(Contractual, 1_109), (Pledges, 0), (Returned, 0), (Community, 0)],
    );
    check(
        "staff time in a role without a rate",
        vec![logged("mentor", Some(STAFF)), confirmed()],
        year_11(),
        &[(Pledges, 0), (UnvaluedMinutes, 60), (VolunteerMinutes, 0)],
    );
}

#[test]
fn a_rate_card_for_an_earlier_day_re_values_what_is_there() {
    use Line::{UnvaluedMinutes, Volunteering};
    let card = |effective: &str, rate| on(effective, rate_card(&[("general", rate), ("mentor", 600)]));
    check(
        "a card for an earlier day re-values what is there",
        vec![logged("general", None), confirmed(), card("2011-05-01", 1_200)],
        year_11(),
        &[(Volunteering, 1_200)],
    );
    check(
        "a card from a later day does not",
        vec![logged("general", None), confirmed(), card("2011-05-13", 1_200)],
        year_11(),
        &[(Volunteering, 1_109)],
    );
    check(
        "among cards of one day the later in the log holds",
        vec![logged("general", None), confirmed(), card("2011-05-12", 1_300), card("2011-05-12", 1_250)],
        year_11(),
        &[(Volunteering, 1_250)],
    );
    check(
        "a card can bring a rate for a role that had none",
        vec![logged("mentor", None), confirmed(), card("2011-05-12", 1_250)],
        year_11(),
        &[(Volunteering, 600), (UnvaluedMinutes, 0)],
    );
}

#[test]
fn only_what_the_group_confirmed_of_a_pledge_counts() {
    use Line::{AwaitingPledges, Contractual, Pledges, Promised, Returned};
    let pledged = |contract| on("2011-05-01", cash_pledge(100, contract));
    let delivered = || on("2011-06-01", deliver(NEXT, 30));
    let delivery = || vec![DeliveryId(Position(NEXT + 1))];
    let confirmed = || certified("2011-06-02", ConfirmDelivery { entries: delivery() });
    check("a promise", vec![pledged(None)], year_11(), &[(Promised, 10_000), (Pledges, 0), (AwaitingPledges, 0)]);
    check(
        "a delivery that waits",
        vec![pledged(None), delivered()],
        year_11(),
        &[(Promised, 7_000), (AwaitingPledges, 3_000), (Pledges, 0)],
    );
    check(
        "a delivery that is confirmed",
        vec![pledged(None), delivered(), confirmed()],
        year_11(),
        &[(AwaitingPledges, 0), (Pledges, 3_000)],
    );
    check(
        "a delivery that is disputed",
        vec![
            pledged(None),
            delivered(),
            certified("2011-06-02", DisputeDelivery { entries: delivery(), reason: "it never came".into() }),
        ],
        year_11(),
        &[(Promised, 10_000), (AwaitingPledges, 0), (Pledges, 0)],
    );
    check(
        "a confirmation that is reversed, then disputed",
        vec![
            pledged(None),
            delivered(),
            confirmed(),
            on("2011-06-03", reverse(EventKind::DeliveryConfirmed, NEXT + 2)),
            certified("2011-06-04", DisputeDelivery { entries: delivery(), reason: "it never came".into() }),
        ],
        year_11(),
        &[(AwaitingPledges, 0), (Pledges, 0)],
    );
    check(
        "what a contract bought is no pledge",
        vec![pledged(Some(CONTRACT)), delivered(), confirmed()],
        year_11(),
        &[(Contractual, 3_000), (Pledges, 0), (Promised, 0), (Returned, 0)],
    );
}

#[test]
fn promises_included_outcomes_and_balances_brought_forward() {
    use Line::{Committed, Community, Grants, MatchFunding, MatchSecured, OtherInKind, Returned, SocialValue};
    let promised = || {
        let source = MatchSource::Charity;
        on("2011-05-01", SecureMatch { project: PROJECT, funder: FUNDER, source, amount: pounds(90), grant: None })
    };
    check("match funding that is promised", vec![promised()], year_11(), &[(MatchSecured, 9_000), (MatchFunding, 0)]);
    let outcomes = || vec![on("2011-05-01", outcome(3, None)), on("2011-05-01", outcome(2, Some(NEXT)))];
    check("an outcome that is included in another adds no pounds", outcomes(), year_11(), &[(SocialValue, 1_125)]);
    let opening = |line| BringForward {
        fund: None,
        project: Some(PROJECT),
        line,
        financial_year: None,
        amount: pounds(50),
        source: None,
    };
    let openings = [OpeningLine::Grants, OpeningLine::OtherInKind, OpeningLine::Reinvested]
        .map(|line| on("2011-04-01", opening(line)));
    check(
        "balances brought forward count on their line and day",
        openings.to_vec(),
        year_11(),
        &[(Grants, 5_000), (OtherInKind, 5_000), (Returned, 5_000), (Community, 5_000), (Committed, 100_000)],
    );
    check("and not after it", openings.to_vec(), year_12(), &[(Grants, 0), (OtherInKind, 0), (Returned, 0)]);
}

#[test]
fn shares_are_null_only_where_something_is_to_be_split_and_no_policy_says_how() {
    let shares = |given: Vec<Asked>| {
        let mut commands = base();
        commands.extend(given);
        let (view, _) = view_of(&commands);
        shared_dividend(&view, PROJECT, window("2011-04-01", "2012-03-31"), None).expect("the project").shares()
    };
    let no_policy = || on("2011-05-01", rate_card(&[("general", 1_109)]));
    let hours = |role: &str| vec![on("2011-05-12", hour(role, None)), certified("2011-05-12", confirm(NEXT + 1))];
    let with = |role: &str| std::iter::once(no_policy()).chain(hours(role)).collect::<Vec<_>>();
    assert!(shares(vec![no_policy()]).is_some());
    assert!(shares(with("mentor")).is_some());
    assert!(shares(with("general")).is_none());
}

#[test]
fn a_named_rate_card_prices_every_entry_of_the_window() {
    let mut commands = base();
    let hours = |day: &str, position| [on(day, hour("general", None)), certified(day, confirm(position))];
    commands.extend(hours("2011-05-12", NEXT));
    commands.push(on("2012-04-01", rate_card(&[("general", 2_000)])));
    commands.extend(hours("2012-05-12", NEXT + 3));
    let (view, _) = view_of(&commands);
    let volunteering = |card| {
        let window = window("2011-04-01", "2013-03-31");
        let figure = shared_dividend(&view, PROJECT, window, card).expect("the project");
        (figure.line(Line::Volunteering), figure.rate_card.map(|card| card.0.0))
    };
    assert_eq!(volunteering(None), (3_109, Some(NEXT + 2)));
    assert_eq!(volunteering(Some(id(8))), (2_218, Some(8)));
    assert_eq!(volunteering(Some(id(NEXT + 2))), (4_000, Some(NEXT + 2)));
}
