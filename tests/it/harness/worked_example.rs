//! The worked example of the arithmetic, as commands: one project of a small town over two financial years.
//!
//! Every id is known beforehand, since each command makes one event: see the constants. Used through the domain, through
//! GraphQL and through the command line.

use coledger::domain::command::{
    AgreeRentInKind, AssignPledge, ConfirmDelivery, ConfirmHours, DeliverPledge, LogHours, MakePledge, PayGrant,
    ReceiveMatch, RejectHours, ReportOutcome, ReturnGrant, ReverseEntry, ReviewRent,
};
use coledger::domain::event::{
    Captured, EventKind, Gain, MatchSource, OrganisationKind, PaymentMethod, PledgeKind, Premises, ReversalCode, Role,
    UnitValue,
};
use coledger::domain::ids::{
    AgreementId, ContractId, DeliveryId, EntryId, FundId, GrantId, HoursId, OrganisationId, OutcomeId, PaymentId,
    PledgeId, Position, ProjectId,
};
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;

use super::decisions::{
    Asked, agree_contract, award, give_in_kind, id, on, open_fund, open_ledger, open_project, pay, pounds, rate_card,
    register, share, winners,
};

/// The council.
pub(crate) const COUNCIL: OrganisationId = OrganisationId(Position(2));
/// The group that runs the project.
pub(crate) const GROUP: OrganisationId = OrganisationId(Position(3));
/// The lottery distributor.
pub(crate) const LOTTERY: OrganisationId = OrganisationId(Position(4));
/// The business that pledges.
pub(crate) const BUSINESS: OrganisationId = OrganisationId(Position(5));
/// The operator with the contract.
pub(crate) const OPERATOR: OrganisationId = OrganisationId(Position(6));
/// The fund.
pub(crate) const FUND: FundId = FundId(Position(7));
/// The project.
pub(crate) const PROJECT: ProjectId = ProjectId(Position(8));
const CONTRACT: ContractId = ContractId(Position(10));
const CASH_PLEDGE: PledgeId = PledgeId(Position(11));
const STAFF_PLEDGE: PledgeId = PledgeId(Position(12));
const GOODS_PLEDGE: PledgeId = PledgeId(Position(13));
const BOUGHT_PLEDGE: PledgeId = PledgeId(Position(14));
/// The grant.
pub(crate) const GRANT: GrantId = GrantId(Position(15));
/// How many commands, and so events, come before the first row of the example.
const BEFORE: u64 = 14;

/// The commands of the worked example, in the order of the log. All happened on or before 2013-04-19.
pub(crate) fn worked_example() -> Vec<Asked> {
    let mut commands = setting_up();
    assert_eq!(u64::try_from(commands.len()).unwrap(), BEFORE);
    for row in rows() {
        row(&mut commands);
    }
    commands
}

fn setting_up() -> Vec<Asked> {
    let mut card = rate_card(&[("general", 1109), ("skilled", 1635), ("professional", 3410)]);
    card.winners = Some(winners());
    card.unit_values = vec![UnitValue {
        indicator: "homelessness-prevented".into(),
        value: pounds(2724),
        deadweight_bp: BasisPoints(2000),
        attribution_bp: BasisPoints(5000),
        gain: Gain::Fiscal,
        source: "an example".into(),
    }];
    let first = "2012-04-01";
    vec![
        on(first, open_ledger()),
        on(first, register("Exampleton Council", &[OrganisationKind::PublicBody, OrganisationKind::Partner])),
        on(first, register("Friends of the Wood", &[OrganisationKind::Voluntary])),
        on(first, register("A lottery distributor", &[OrganisationKind::Funder])),
        on(first, register("Exampleton Timber", &[OrganisationKind::Business])),
        on(first, register("Exampleton Leisure", &[OrganisationKind::Business])),
        on(first, open_fund("Community fund")),
        on(first, open_project("Wild Exampleton", GROUP)),
        on(first, card),
        on(first, agree_contract(OPERATOR, PROJECT, 100_000)),
        on(first, pledge(BUSINESS, PledgeKind::Cash, Some(pounds(2000)), None)),
        on(first, pledge(BUSINESS, PledgeKind::StaffTime, None, None)),
        on(first, pledge(BUSINESS, PledgeKind::Goods, Some(Pence(64_055)), None)),
        on(first, pledge(OPERATOR, PledgeKind::Goods, Some(pounds(210)), Some(CONTRACT))),
    ]
}

/// A pledge to the project.
pub(crate) fn pledge(
    giver: OrganisationId,
    kind: PledgeKind,
    amount: Option<Pence>,
    contract: Option<ContractId>,
) -> MakePledge {
    let quantity = (kind == PledgeKind::StaffTime).then_some(6000);
    let unit = quantity.map(|_| "minutes".into());
    MakePledge { giver, project: Some(PROJECT), kind, amount, quantity, unit, due: None, contract, words: None }
}

/// Assigns a pledge to a project.
pub(crate) fn assign(pledge: PledgeId, project: ProjectId) -> AssignPledge {
    AssignPledge { pledge, project }
}

/// The position that the next command's event will have.
fn next(commands: &[Asked]) -> Position {
    Position(u64::try_from(commands.len()).unwrap() + 1)
}

type Row = Box<dyn Fn(&mut Vec<Asked>)>;

/// The rows of the example's table, each one command or several. Long because it is a table.
fn rows() -> Vec<Row> {
    vec![
        said("2012-04-16", || award(GROUP, PROJECT, vec![share(FUND, "2012-13", 25_000)])),
        said("2012-05-01", || pay(GRANT, pounds(15_000))),
        confirmed("2012-05-12", 12, 150, "general"),
        said("2012-06-01", agree_rent),
        said("2012-06-18", || give_in_kind(COUNCIL, PROJECT, 375)),
        confirmed("2012-07-14", 9, 95, "general"),
        Box::new(|commands| {
            let again = next(commands);
            log_and_confirm(commands, "2012-07-14", LogHours { meant: true, ..hours(9, 95, "general") });
            let entry = EntryId { kind: EventKind::HoursLogged, position: again };
            let reversal = ReverseEntry { entry, code: ReversalCode::Duplicate, note: None };
            commands.push(on("2012-07-14", reversal));
        }),
        said("2012-09-10", || matched(30_000)),
        confirmed("2012-09-22", 3, 440, "skilled"),
        delivered("2012-10-05", CASH_PLEDGE, pounds(1500), true),
        Box::new(|commands| {
            let entries = vec![HoursId(next(commands))];
            commands.push(on("2012-10-06", hours(40, 480, "general")));
            commands.push(certified("2012-10-06", RejectHours { entries, reason: "Nobody came".into() }));
        }),
        Box::new(|commands| {
            let given = LogHours { pledge: Some(STAFF_PLEDGE), ..hours(7, 390, "professional") };
            log_and_confirm(commands, "2012-10-12", given);
        }),
        said("2012-11-01", || pay(GRANT, pounds(9_000))),
        confirmed("2012-11-17", 2, 180, "mentor"),
        delivered("2012-11-30", GOODS_PLEDGE, Pence(64_055), true),
        Box::new(|commands| commands.push(on("2012-12-03", offset(agreement_of(commands))))),
        delivered("2012-12-14", BOUGHT_PLEDGE, pounds(210), true),
        Box::new(|commands| commands.push(on("2013-01-01", review(agreement_of(commands))))),
        Box::new(|commands| {
            let whole = OutcomeId(next(commands));
            commands.push(on("2013-01-31", outcome(3, None)));
            commands.push(on("2013-01-31", outcome(1, Some(whole))));
        }),
        confirmed("2013-02-09", 31, 200, "general"),
        said("2013-02-11", || matched(15_000)),
        said("2013-03-09", || hours(8, 120, "general")),
        Box::new(|commands| {
            let payment = payment_of(commands, pounds(9_000));
            let returned = ReturnGrant { payment, amount: pounds(450), reason: None };
            commands.push(on("2013-03-20", returned));
        }),
        delivered("2013-03-28", CASH_PLEDGE, pounds(500), false),
        said("2013-04-19", || matched(5_000)),
    ]
}

fn said<C: Into<coledger::domain::command::Command>>(day: &'static str, command: impl Fn() -> C + 'static) -> Row {
    Box::new(move |commands| commands.push(on(day, command())))
}

/// Hours that are logged, and confirmed by the group.
fn confirmed(day: &'static str, people: u32, minutes_each: u32, role: &'static str) -> Row {
    Box::new(move |commands| log_and_confirm(commands, day, hours(people, minutes_each, role)))
}

fn log_and_confirm(commands: &mut Vec<Asked>, day: &str, hours: LogHours) {
    let entries = vec![HoursId(next(commands))];
    commands.push(on(day, hours));
    commands.push(certified(day, ConfirmHours { entries }));
}

fn delivered(day: &'static str, pledge: PledgeId, value: Pence, confirmed: bool) -> Row {
    Box::new(move |commands| {
        let entries = vec![DeliveryId(next(commands))];
        let basis = Some("the receipt".into());
        commands.push(on(day, DeliverPledge { pledge, quantity: None, value: Some(value), basis }));
        if confirmed {
            commands.push(certified(day, ConfirmDelivery { entries }));
        }
    })
}

fn certified(day: &str, command: impl Into<coledger::domain::command::Command>) -> Asked {
    on(day, command).by("friends-of-the-wood", Role::Certifier)
}

/// Hours of the group for the project.
pub(crate) fn hours(people: u32, minutes_each: u32, role: &str) -> LogHours {
    LogHours {
        project: PROJECT,
        group: GROUP,
        role: role.into(),
        people,
        minutes_each,
        activity: None,
        captured: Captured::Register,
        pledge: None,
        meant: false,
    }
}

fn matched(amount: i64) -> ReceiveMatch {
    let source = MatchSource::Lottery;
    ReceiveMatch { project: PROJECT, funder: LOTTERY, source, amount: pounds(amount), secured: None }
}

fn agree_rent() -> AgreeRentInKind {
    AgreeRentInKind {
        premises: Premises { name: "The old depot".into(), uprn: None },
        landlord: Some(COUNCIL),
        occupier: GROUP,
        project: PROJECT,
        share_bp: BasisPoints(10_000),
        market_rent: pounds(6_200),
        charged_rent: pounds(1_000),
        valuation: None,
        term_ends: None,
    }
}

fn review(agreement: AgreementId) -> ReviewRent {
    ReviewRent { agreement, market_rent: pounds(6_800), charged_rent: pounds(1_000), valuation: None }
}

fn offset(agreement: AgreementId) -> PayGrant {
    PayGrant {
        method: PaymentMethod::RentOffset,
        agreement: Some(agreement),
        period_from: Some(super::decisions::day("2012-06-01")),
        period_to: Some(super::decisions::day("2013-03-31")),
        ..pay(GRANT, pounds(800))
    }
}

fn outcome(quantity: u32, included_in: Option<OutcomeId>) -> ReportOutcome {
    ReportOutcome {
        project: PROJECT,
        indicator: "homelessness-prevented".into(),
        quantity,
        reached: None,
        evidence: None,
        included_in,
    }
}

/// Where a command of the example stands in the log.
fn position_of(commands: &[Asked], is: impl Fn(&coledger::domain::command::Command) -> bool) -> u64 {
    let index = commands.iter().position(|asked| is(&asked.command)).expect("a command of the example");
    u64::try_from(index).unwrap() + 1
}

fn agreement_of(commands: &[Asked]) -> AgreementId {
    id(position_of(commands, |command| command.name() == "AgreeRentInKind"))
}

fn payment_of(commands: &[Asked], amount: Pence) -> PaymentId {
    use coledger::domain::command::Command;
    id(position_of(commands, |command| matches!(command, Command::PayGrant(paid) if paid.amount == amount)))
}
