//! What can be reversed, and that a reversal leaves the books as if the entry had never been.

use coledger::domain::books::Books;
use coledger::domain::budgets::Budget;
use coledger::domain::command::{
    AdoptRateCard, AdoptSettings, ApplyForGrant, AwardGrant, BringForward, CarryBudgetForward, ChangeFund,
    ChangeOrganisation, ChangeProject, CloseOrganisation, CloseProject, DeclineGrant, EndContract, Expected, LogHours,
    MeetGrantCondition, MergeOrganisations, MoveBudget, PayContract, ProposeGrant, ReceiveIntoFund, ReceiveMatch,
    ReinvestSurplus, ReportOnGrant, ReportOutcome, ReturnGrant, ReturnMatch, ReverseEntry, SecureMatch, SetBudget,
    SetGrantCondition, VaryGrant, WithdrawGrant,
};
use coledger::domain::event::{
    Captured, EventKind, FundingShare, Gain, MatchSource, OpeningLine, ReversalCode, UnitValue,
};
use coledger::domain::ids::{EntryId, Position};
use coledger::domain::money::Pence;
use coledger::domain::quantity::BasisPoints;
use coledger::domain::refusal::RefusalCode::{
    AlreadyExists, AlreadyReversed, BadInput, NotReversible, OverBudget, RestsOnIt, VersionConflict,
};

use super::town::{COUNCIL, FOUNDRY, GRANT, GROUP, HEALTH, SHED, WARD_FUND, YOUTH_FUND, strategy, town, with_grant};
use super::{Row, accepted, and, check, refused};
use crate::harness::decisions::{
    Asked, agree_contract, ask, award, books_of, day, give_in_kind, id, on, open_fund, open_project, pay, pounds,
    propose, rate_card, record, register, set_budget, share, year,
};

fn reverse(kind: EventKind, position: u64) -> Asked {
    let entry = EntryId { kind, position: Position(position) };
    ask(ReverseEntry { entry, code: ReversalCode::Error, note: None })
}

/// What the money side of the books says, a line a thing, to be compared.
fn facts(books: &Books) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(books.organisations.iter().map(|organisation| format!("{organisation:?}")));
    facts.extend(books.projects.iter().map(|project| format!("{project:?}")));
    facts.extend(books.funds.iter().map(|fund| format!("{fund:?}")));
    let budgets = books.funds.iter().flat_map(|fund| books.funds.budgets_of(fund.id));
    let untouched = format!("{:?}", Budget::default());
    facts.extend(budgets.map(|(_, budget)| format!("{budget:?}")).filter(|budget| *budget != untouched));
    facts.extend(books.grants.applications().map(|application| format!("{application:?}")));
    facts.extend(books.grants.proposals().map(|proposal| format!("{proposal:?}")));
    facts.extend(books.grants.iter().map(|grant| format!("{grant:?}")));
    facts.extend(books.grants.payments().map(|payment| format!("{payment:?}")));
    facts.extend((11..20).filter_map(|position| Some(format!("{:?}", books.grants.condition(id(position))?))));
    facts.extend(books.contracts.iter().map(|contract| format!("{contract:?}")));
    facts.extend(books.match_funding.promises().map(|promise| format!("{promise:?}")));
    facts.extend(books.match_funding.receipts().map(|receipt| format!("{receipt:?}")));
    facts.extend(books.setup.strategies().map(|strategy| format!("{strategy:?}")));
    facts.extend(books.setup.rate_cards().map(|card| format!("{card:?}")));
    facts.push(format!("{:?}", books.setup.settings_on(day("2014-04-01"))));
    facts
}

/// Checks that each command, reversed, leaves the books as they were, and that it can be asked for again.
fn check_undone(rows: Vec<(&[Asked], Asked)>) {
    for (given, when) in rows {
        let mut books = books_of(given);
        let (before, name) = (facts(&books), when.command.name());
        let entries = record(&mut books, &when).unwrap_or_else(|refusal| panic!("{name} is refused: {refusal}"));
        let last = entries.last().expect("an event").id();
        let reversal = reverse(last.kind, last.position.0);
        record(&mut books, &reversal).unwrap_or_else(|refusal| panic!("reversing {name} is refused: {refusal}"));
        assert_eq!(facts(&books), before, "{name}, reversed, left something behind");
        record(&mut books, &when).unwrap_or_else(|refusal| panic!("{name} again is refused: {refusal}"));
    }
}

fn apply() -> ApplyForGrant {
    ApplyForGrant {
        applicant: GROUP,
        project: Some(SHED),
        fund: None,
        amount: pounds(3_000),
        purpose: "Tools".into(),
        reference: Some("A-1".into()),
    }
}

/// The town, an application at 11 and a proposal that answers it at 12.
fn with_proposal() -> Vec<Asked> {
    let proposal =
        ProposeGrant { application: Some(id(11)), ..propose(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 9_000)]) };
    and(&town(), &[ask(apply()), ask(proposal)])
}

fn receive(secured: Option<u64>) -> ReceiveMatch {
    ReceiveMatch {
        project: SHED,
        funder: FOUNDRY,
        source: MatchSource::Private,
        amount: pounds(500),
        secured: secured.map(id),
    }
}

#[test]
fn setting_up_and_naming_are_undone_whole() {
    let town = town();
    let renamed = ChangeOrganisation {
        organisation: GROUP,
        name: Some("Shed Group CIC".into()),
        org_ids: vec!["GB-COH-1".into()],
        kinds: vec![],
        control_group: None,
        also_known_as: vec![],
    };
    let settings =
        AdoptSettings { two_person_from: None, subsidy_limit: None, rag_tolerance_bp: None, suppress_below: Some(10) };
    check_undone(vec![
        (&town, ask(settings)),
        (&town, ask(strategy())),
        (&town, ask(rate_card(&[("general", 1_109)]))),
        (&town, ask(register("Care Trust", &[]))),
        (&town, ask(renamed)),
        (&town, ask(MergeOrganisations { organisation: FOUNDRY, into: GROUP })),
        (&town, ask(CloseOrganisation { organisation: FOUNDRY, reason: None })),
        (&town, ask(open_project("Garden", GROUP))),
        (&town, ask(retitled())),
        (&town, ask(CloseProject { project: SHED, reason: None })),
    ]);
}

fn retitled() -> ChangeProject {
    ChangeProject {
        project: SHED,
        title: Some("Sheds".into()),
        lead: Some(COUNCIL),
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
fn funds_and_budgets_are_undone_whole() {
    let town = town();
    let (from_year, to_year) = (year("2012-13"), year("2013-14"));
    let changed = ChangeFund {
        fund: YOUTH_FUND,
        name: None,
        holder: None,
        purpose: None,
        place: None,
        minimum: None,
        maximum: Some(pounds(6_000)),
    };
    let moved = MoveBudget { from_fund: WARD_FUND, to_fund: YOUTH_FUND, financial_year: from_year, amount: pounds(1) };
    let brought = BringForward {
        fund: Some(WARD_FUND),
        project: None,
        line: OpeningLine::Awarded,
        financial_year: Some(from_year),
        amount: pounds(10_000),
        source: None,
    };
    check_undone(vec![
        (&town, ask(open_fund("Arts fund"))),
        (&town, ask(changed)),
        (&town, ask(set_budget(WARD_FUND, "2012-13", 12_000))),
        (&town, ask(CarryBudgetForward { fund: WARD_FUND, from_year, to_year, amount: pounds(1) })),
        (&town, ask(moved)),
        (&town, ask(ReceiveIntoFund { fund: WARD_FUND, from_fund: Some(YOUTH_FUND), from: None, amount: pounds(1) })),
        (&town, ask(brought)),
    ]);
}

#[test]
fn grants_and_what_happens_to_them_are_undone_whole() {
    let (town, granted, proposed) = (town(), with_grant(), with_proposal());
    let condition = SetGrantCondition { grant: GRANT, condition: "Accounts filed".into(), due: None };
    let conditional = and(&granted, &[ask(condition.clone())]);
    let paid = and(&granted, &[ask(pay(GRANT, pounds(1_500)))]);
    let award = AwardGrant {
        proposal: Some(id(12)),
        reference: Some("360G-EX-1".into()),
        ..award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 10_000)])
    };
    let funding = vec![share(WARD_FUND, "2012-13", -200), share(YOUTH_FUND, "2012-13", 100)];
    check_undone(vec![
        (&town, ask(apply())),
        (&proposed, ask(DeclineGrant { application: id(11), reason: "Not this year".into() })),
        (&town, ask(propose(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 9_000)]))),
        (&proposed, ask(award)),
        (&granted, ask(condition)),
        (&conditional, ask(MeetGrantCondition { condition: id(12), evidence: None })),
        (&paid, ask(VaryGrant { grant: GRANT, change: pounds(-100), funding, reason: None })),
        (&paid, ask(WithdrawGrant { grant: GRANT, reason: None })),
        (&granted, ask(ReportOnGrant { grant: GRANT, spent: pounds(1), unspent: pounds(2), words: "Tools".into() })),
        (&granted, ask(pay(GRANT, pounds(2_000)))),
        (&paid, ask(ReturnGrant { payment: id(12), amount: pounds(1_500), reason: None })),
    ]);
}

#[test]
fn contracts_and_support_are_undone_whole() {
    let town = town();
    let agreed = and(&town, &[ask(agree_contract(FOUNDRY, SHED, 1_000))]);
    let secure =
        SecureMatch { project: SHED, funder: FOUNDRY, source: MatchSource::Private, amount: pounds(500), grant: None };
    let promised = and(&town, &[ask(secure.clone())]);
    let received = and(&town, &[ask(receive(None))]);
    check_undone(vec![
        (&town, ask(agree_contract(FOUNDRY, SHED, 1_000))),
        (&agreed, ask(PayContract { contract: id(11), amount: pounds(1_000), payment_reference: None })),
        (&agreed, ask(EndContract { contract: id(11), reason: None })),
        (&town, ask(secure)),
        (&promised, ask(receive(Some(11)))),
        (&received, ask(ReturnMatch { receipt: id(11), amount: pounds(500), reason: None })),
        (&town, ask(ReinvestSurplus { project: SHED, operator: FOUNDRY, amount: pounds(1), words: None })),
        (&town, ask(give_in_kind(COUNCIL, SHED, 375))),
    ]);
}

#[test]
fn the_ledger_stays_open_and_a_reversal_happens_once() {
    let granted = with_grant();
    let reversed = and(&granted, &[reverse(EventKind::GrantAwarded, 11)]);
    check(vec![
        refused(
            "the ledger",
            &granted,
            reverse(EventKind::LedgerOpened, 1),
            NotReversible,
            "entry",
            "Enter what is right now instead: LedgerOpened can never be reversed.",
        ),
        refused(
            "a grant twice",
            &reversed,
            reverse(EventKind::GrantAwarded, 11),
            AlreadyReversed,
            "entry",
            "Nothing is left to do: gr_00000b6 was reversed by er_00000ce.",
        ),
        refused(
            "a payment of a grant that was reversed",
            &reversed,
            ask(pay(GRANT, pounds(1))),
            coledger::domain::refusal::RefusalCode::NotFound,
            "grant",
            "Choose another grant: gr_00000b6 was reversed.",
        ),
        accepted("a grant", &granted, reverse(EventKind::GrantAwarded, 11), "EntryReversed", ""),
    ]);
}

/// A row of something on which another entry rests, which is named.
fn rests(name: &'static str, given: &[Asked], kind: EventKind, position: u64, sentence: &'static str) -> Row {
    refused(name, given, reverse(kind, position), RestsOnIt, "entry", sentence)
}

#[test]
fn what_others_rest_on_is_reversed_after_them() {
    let paid = and(&with_grant(), &[ask(pay(GRANT, pounds(500)))]);
    check(vec![
        rests(
            "a fund",
            &town(),
            EventKind::FundOpened,
            6,
            "Reverse what rests on fu_000006g first: 1 in all, the latest bs_000008v.",
        ),
        rests(
            "an organisation",
            &town(),
            EventKind::OrganisationRegistered,
            3,
            "Reverse what rests on or_000003h first: 1 in all, the latest pr_00000ak.",
        ),
        rests(
            "a project",
            &with_grant(),
            EventKind::ProjectOpened,
            10,
            "Reverse what rests on pr_00000ak first: 1 in all, the latest gr_00000b6.",
        ),
        rests(
            "an application",
            &with_proposal(),
            EventKind::GrantApplied,
            11,
            "Reverse what rests on ga_00000b8 first: 1 in all, the latest gp_00000ch.",
        ),
        rests(
            "a grant",
            &paid,
            EventKind::GrantAwarded,
            11,
            "Reverse what rests on gr_00000b6 first: 1 in all, the latest pa_00000cm.",
        ),
    ]);
}

#[test]
fn a_payment_condition_contract_or_receipt_is_reversed_after_what_rests_on_it() {
    let paid = and(&with_grant(), &[ask(pay(GRANT, pounds(500)))]);
    let returned = and(&paid, &[ask(ReturnGrant { payment: id(12), amount: pounds(1), reason: None })]);
    let set = SetGrantCondition { grant: GRANT, condition: "Accounts filed".into(), due: None };
    let met = and(&with_grant(), &[ask(set), ask(MeetGrantCondition { condition: id(12), evidence: None })]);
    let contract = agree_contract(FOUNDRY, SHED, 1_000);
    let contract_paid = PayContract { contract: id(11), amount: pounds(1), payment_reference: None };
    let under_contract = and(&town(), &[ask(contract), ask(contract_paid)]);
    let taken = ReturnMatch { receipt: id(11), amount: pounds(1), reason: None };
    let taken_back = and(&town(), &[ask(receive(None)), ask(taken)]);
    check(vec![
        rests(
            "a payment",
            &returned,
            EventKind::GrantPaid,
            12,
            "Reverse what rests on pa_00000cm first: 1 in all, the latest re_00000d2.",
        ),
        rests(
            "a condition",
            &met,
            EventKind::GrantConditionSet,
            12,
            "Reverse what rests on gc_00000cw first: 1 in all, the latest gm_00000dc.",
        ),
        rests(
            "a contract",
            &under_contract,
            EventKind::ContractAgreed,
            11,
            "Reverse what rests on co_00000bq first: 1 in all, the latest cp_00000cd.",
        ),
        rests(
            "a receipt",
            &taken_back,
            EventKind::MatchReceived,
            11,
            "Reverse what rests on mr_00000bp first: 1 in all, the latest mx_00000cc.",
        ),
    ]);
}

#[test]
fn a_reversal_leaves_no_limit_broken() {
    let raised = and(
        &town(),
        &[
            ask(set_budget(WARD_FUND, "2012-13", 12_000)),
            ask(award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 11_000)])),
        ],
    );
    let withdrawn = and(
        &with_grant(),
        &[
            ask(WithdrawGrant { grant: GRANT, reason: None }),
            ask(award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 9_000)])),
        ],
    );
    let varied = and(
        &with_grant(),
        &[
            ask(VaryGrant { grant: GRANT, change: pounds(500), funding: vec![], reason: None }),
            ask(pay(GRANT, pounds(2_001))),
        ],
    );
    check(vec![
        refused(
            "a budget on which an award rests",
            &raised,
            reverse(EventKind::BudgetSet, 11),
            OverBudget,
            "entry",
            "Free £1,000.00 of the 2012-13 budget of Ward fund first: without this entry it would be overspent by so much.",
        ),
        refused(
            "a withdrawal whose money was awarded again",
            &withdrawn,
            reverse(EventKind::GrantWithdrawn, 12),
            OverBudget,
            "entry",
            "Free £1,000.00 of the 2012-13 budget of Ward fund first: without this entry it would be overspent by so much.",
        ),
        rests(
            "a variation that was paid out",
            &varied,
            EventKind::GrantVaried,
            12,
            "Reverse the later variations, payments or withdrawals of this grant first: they rest on it.",
        ),
    ]);
}

#[test]
fn a_reversal_leaves_no_identifier_with_two_organisations() {
    let renamed = |org_id: &str| ChangeOrganisation {
        organisation: HEALTH,
        name: None,
        org_ids: vec![org_id.into()],
        kinds: vec![],
        control_group: None,
        also_known_as: vec![],
    };
    let taken_over = and(
        &town(),
        &[
            ask(renamed("GB-CHC-1")),
            ask(MergeOrganisations { organisation: HEALTH, into: GROUP }),
            ask(ChangeOrganisation { organisation: GROUP, ..renamed("GB-CHC-1") }),
        ],
    );
    let given_up = and(
        &town(),
        &[
            ask(renamed("GB-CHC-1")),
            ask(renamed("GB-CHC-2")),
            ask(ChangeOrganisation { organisation: GROUP, ..renamed("GB-CHC-1") }),
        ],
    );
    check(vec![
        rests(
            "a merge of one whose identifier the other took over",
            &taken_over,
            EventKind::OrganisationsMerged,
            12,
            "Change the identifiers of Shed Group (or_000003h) first: it took over GB-CHC-1.",
        ),
        accepted(
            "a change of one that was merged since",
            &taken_over,
            reverse(EventKind::OrganisationChanged, 11),
            "EntryReversed",
            "",
        ),
        refused(
            "a change whose former identifier another organisation has",
            &given_up,
            reverse(EventKind::OrganisationChanged, 12),
            AlreadyExists,
            "orgIds",
            "Use Shed Group (or_000003h): it has the organisation identifier GB-CHC-1 already.",
        ),
    ]);
}

#[test]
fn a_rate_card_that_prices_an_entry_stays_and_another_takes_its_place() {
    let hours = LogHours {
        project: SHED,
        group: GROUP,
        role: "general".into(),
        people: 12,
        minutes_each: 150,
        activity: None,
        captured: Captured::Phone,
        pledge: None,
        meant: false,
    };
    let outcome = ReportOutcome {
        project: SHED,
        indicator: "jobs-found".into(),
        quantity: 1,
        reached: None,
        evidence: None,
        included_in: None,
    };
    let value = UnitValue {
        indicator: "jobs-found".into(),
        value: Pence(100),
        deadweight_bp: BasisPoints(0),
        attribution_bp: BasisPoints(10_000),
        gain: Gain::Social,
        source: "an example".into(),
    };
    let card = AdoptRateCard { unit_values: vec![value], ..rate_card(&[("general", 1_109)]) };
    let adopted = and(&town(), &[on("2012-04-01", card.clone())]);
    let with_hours = and(&adopted, &[on("2012-05-12", hours)]);
    let with_outcome = and(&adopted, &[on("2012-05-12", outcome)]);
    let replaced = and(&with_hours, &[on("2012-04-01", card.clone())]);
    let later = and(&with_hours, &[on("2013-04-01", card)]);
    check(vec![
        rests(
            "hours",
            &with_hours,
            EventKind::RateCardAdopted,
            11,
            "Adopt a rate card for 2012-04-01 again instead: ho_00000cg is priced by this one.",
        ),
        rests(
            "an outcome",
            &with_outcome,
            EventKind::RateCardAdopted,
            11,
            "Adopt a rate card for 2012-04-01 again instead: ou_00000cw is priced by this one.",
        ),
        accepted(
            "another for the same day took its place",
            &replaced,
            reverse(EventKind::RateCardAdopted, 11),
            "EntryReversed",
            "",
        ),
        accepted(
            "one for later days prices nothing yet",
            &later,
            reverse(EventKind::RateCardAdopted, 13),
            "EntryReversed",
            "",
        ),
    ]);
}

#[test]
fn a_reversal_is_not_refused_for_a_penny_that_a_return_took_from_another_budget() {
    let year = year("2012-13");
    let pennies = |fund: u64, amount| FundingShare { fund: id(fund), budget_year: year, amount: Pence(amount) };
    let back = |amount| ask(ReturnGrant { payment: id(16), amount: Pence(amount), reason: None });
    let more = [
        ask(open_fund("One")),
        ask(open_fund("Two")),
        ask(open_fund("Three")),
        ask(SetBudget { fund: id(13), financial_year: year, amount: Pence(2) }),
        ask(award(GROUP, SHED, vec![pennies(11, 6), pennies(12, 6), pennies(13, 2)])),
        ask(pay(id(15), Pence(14))),
        back(10),
        ask(award(GROUP, SHED, vec![pennies(13, 2)])),
        back(1),
        ask(give_in_kind(COUNCIL, SHED, 10)),
    ];
    let given = and(&town(), &more);
    assert_eq!(books_of(&given).funds.left(id(13), year), Some(Pence(-1)));
    check(vec![accepted("help in kind", &given, reverse(EventKind::InKindGiven, 20), "EntryReversed", "InKindGiven")]);
}

#[test]
fn a_version_is_checked_of_whatever_a_command_changes() {
    let seen = |position| Expected::Version(Position(position));
    let conflict = "This was changed since you looked: it is at version 13 now. Look at it again, then decide.";
    let paid = and(&with_grant(), &[ask(pay(GRANT, pounds(100)))]);
    let undone = and(&paid, &[reverse(EventKind::GrantPaid, 12)]);
    let twice = and(&paid, &[ask(pay(GRANT, pounds(100)))]);
    let back = || ask(ReturnGrant { payment: id(12), amount: pounds(1), reason: None });
    let named = "expectedVersion";
    check(vec![
        refused(
            "a grant whose payment was reversed since",
            &undone,
            ask(pay(GRANT, pounds(1))).expecting(seen(12)),
            VersionConflict,
            named,
            conflict,
        ),
        refused("the grant of a payment", &twice, back().expecting(seen(12)), VersionConflict, named, conflict),
        refused(
            "of what is not there yet",
            &town(),
            ask(open_fund("Another")).expecting(seen(3)),
            BadInput,
            named,
            "Leave it out: this begins something new, which has no version yet.",
        ),
        accepted("the grant as it is", &twice, back().expecting(seen(13)), "GrantReturned", "Pence(100)"),
    ]);
}
