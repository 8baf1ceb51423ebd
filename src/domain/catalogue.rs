//! The catalogue: every word of the ledger's vocabulary, once, as three tables.
//!
//! A table is a macro that hands its rows to another macro, so that whatever must agree with the vocabulary (domain
//! types, stored bytes, exported lines, JSON Schemas, GraphQL inputs, random test data) is made from these rows and
//! cannot drift from them. This file is long because it is a table; it holds no logic.
//!
//! Invariant: a stored number, a prefix, a wire name and the order of fields never change once released; a new field
//! is a new version of its event, and the old one is read for ever (see `log/codec.rs`).
//!
//! A row of events reads: description, `Event / Command = stored number "prefix" on [subjects]`, the fields that the
//! caller gives, `asks` (what only the command carries) and `derives` (what `decide` works out for the event).
//! No subjects means that the event begins a thing or stands for itself.

/// Closed lists of words. Each row: a name, then its words with their stored numbers and wire names.
macro_rules! catalogue_enums {
    ($($callback:tt)+) => { $($callback)+! {
        /// The currency of a ledger.
        Currency {
            /// Pounds sterling.
            Gbp = 0 "GBP",
        }
        /// What an organisation is. One organisation may be several of these.
        OrganisationKind {
            /// A public authority: council, police, health service, college.
            PublicBody = 0 "PUBLIC_BODY",
            /// A member of this ledger's public partnership. Money between partners is never match funding.
            Partner = 1 "PARTNER",
            /// A voluntary, community or faith group, charity or social enterprise.
            Voluntary = 2 "VOLUNTARY",
            /// A business.
            Business = 3 "BUSINESS",
            /// A body whose purpose is to give grants.
            Funder = 4 "FUNDER",
        }
        /// What a project is.
        ProjectKind {
            /// A piece of work with a purpose of its own.
            Project = 0 "PROJECT",
            /// Support of an organisation as such.
            CoreSupport = 1 "CORE_SUPPORT",
        }
        /// What part the community has in a project.
        DeliveryMode {
            /// The community designed it.
            CommunityDesigned = 0 "COMMUNITY_DESIGNED",
            /// The community leads it.
            CommunityLed = 1 "COMMUNITY_LED",
            /// The community delivers it.
            CommunityDelivered = 2 "COMMUNITY_DELIVERED",
        }
        /// How far the community takes part in decisions, from least to most.
        Engagement {
            /// People are told.
            Informing = 0 "INFORMING",
            /// People are asked.
            Consulting = 1 "CONSULTING",
            /// People help to shape it.
            Involving = 2 "INVOLVING",
            /// People decide together with the partners.
            Collaborating = 3 "COLLABORATING",
            /// People decide.
            Empowering = 4 "EMPOWERING",
        }
        /// A line that an opening balance can be brought forward on.
        OpeningLine {
            /// Grants paid to a project before the ledger began.
            Grants = 0 "GRANTS",
            /// Contract payments for a project before the ledger began.
            Contracts = 1 "CONTRACTS",
            /// Help in kind by public bodies before the ledger began.
            OtherInKind = 2 "OTHER_IN_KIND",
            /// Pledges delivered and confirmed before the ledger began.
            Pledges = 3 "PLEDGES",
            /// Match funding received before the ledger began.
            MatchFunding = 4 "MATCH_FUNDING",
            /// Surplus reinvested before the ledger began.
            Reinvested = 5 "REINVESTED",
            /// Awards made from a fund's budget of this financial year before the ledger began.
            Awarded = 6 "AWARDED",
        }
        /// How a grant is paid.
        PaymentMethod {
            /// Money moved.
            Cash = 0 "CASH",
            /// The council set the grant against rent due to itself. Counted as rent in kind, never as cash.
            RentOffset = 1 "RENT_OFFSET",
        }
        /// What was judged of a grant under the Subsidy Control Act 2022.
        SubsidyJudgement {
            /// It is no subsidy.
            NotASubsidy = 0 "NOT_A_SUBSIDY",
            /// It is minimal financial assistance (section 36).
            MinimalFinancialAssistance = 1 "MINIMAL_FINANCIAL_ASSISTANCE",
            /// It is given under a scheme.
            Scheme = 2 "SCHEME",
            /// It is a subsidy assessed on its own.
            Standalone = 3 "STANDALONE",
        }
        /// Where match funding comes from.
        MatchSource {
            /// A business or a private person.
            Private = 0 "PRIVATE",
            /// A charity or trust.
            Charity = 1 "CHARITY",
            /// A lottery distributor.
            Lottery = 2 "LOTTERY",
            /// A public body that is no partner of this ledger.
            OtherPublic = 3 "OTHER_PUBLIC",
        }
        /// What a public body gave in kind.
        InKindKind {
            /// Officers' time.
            StaffTime = 0 "STAFF_TIME",
            /// A garage.
            Garage = 1 "GARAGE",
            /// Equipment or materials.
            Equipment = 2 "EQUIPMENT",
            /// A fee that was not charged.
            FeeWaiver = 3 "FEE_WAIVER",
            /// Anything else, said in its basis.
            Other = 4 "OTHER",
        }
        /// How hours were written down.
        Captured {
            /// On a phone, at the time.
            Phone = 0 "PHONE",
            /// From a signed register.
            Register = 1 "REGISTER",
            /// From a spreadsheet or another system.
            Import = 2 "IMPORT",
            /// Estimated afterwards.
            Estimate = 3 "ESTIMATE",
        }
        /// What a pledge promises.
        PledgeKind {
            /// Money.
            Cash = 0 "CASH",
            /// Things.
            Goods = 1 "GOODS",
            /// People's working time; it is valued from the hours log.
            StaffTime = 2 "STAFF_TIME",
            /// Places: apprenticeships, work experience, seats. Counted in their own unit.
            Places = 3 "PLACES",
        }
        /// Which way a measured value should move.
        Direction {
            /// More is better.
            Up = 0 "UP",
            /// Less is better.
            Down = 1 "DOWN",
        }
        /// What a measured value speaks of.
        Scope {
            /// The whole town.
            Town = 0 "TOWN",
            /// One ward or neighbourhood.
            Place = 1 "PLACE",
            /// One project.
            Project = 2 "PROJECT",
        }
        /// To whom a social value is a gain.
        Gain {
            /// To the public purse.
            Fiscal = 0 "FISCAL",
            /// To people's and firms' incomes.
            Economic = 1 "ECONOMIC",
            /// To wellbeing.
            Social = 2 "SOCIAL",
        }
        /// Why an entry was reversed.
        ReversalCode {
            /// It was wrong.
            Error = 0 "ERROR",
            /// It was entered twice.
            Duplicate = 1 "DUPLICATE",
            /// It was taken back by whoever made it.
            Withdrawn = 2 "WITHDRAWN",
            /// It was contested and given up.
            Disputed = 3 "DISPUTED",
            /// It was replaced by a corrected entry in the same commit.
            Edit = 4 "EDIT",
        }
        /// In what role somebody acts.
        Role {
            /// Logs hours for a group.
            Logger = 0 "LOGGER",
            /// Confirms hours and deliveries for a group.
            Certifier = 1 "CERTIFIER",
            /// Makes and delivers a business's pledges.
            Business = 2 "BUSINESS",
            /// Keeps the money and closes the books.
            Finance = 3 "FINANCE",
            /// Reads everything and changes nothing.
            Auditor = 4 "AUDITOR",
            /// Keeps the ledger itself: settings, imports, access.
            Keeper = 5 "KEEPER",
        }
    } };
}

/// Small records inside events. Each row: a name, then its fields in their order.
macro_rules! catalogue_records {
    ($($callback:tt)+) => { $($callback)+! {
        /// Who publishes the ledger's data.
        Publisher {
            /// The 360Giving prefix.
            prefix: Option<Reference>,
            /// The publisher's organisation identifier.
            org_id: Reference,
            /// The publisher's name.
            name: Title,
        }
        /// One theme of a strategy.
        Theme {
            /// Its name.
            name: Title,
            /// Its priorities.
            priorities: Vec<Priority>,
        }
        /// One priority of a theme.
        Priority {
            /// A short code, unique within the strategy.
            code: Slug,
            /// Its title.
            title: Title,
        }
        /// What an hour in one role is worth.
        HourRate {
            /// The role, as written in the hours log.
            role: Slug,
            /// The rate that figures use, in pounds an hour.
            per_hour: Pence,
            /// The low rate, for the range.
            low: Option<Pence>,
            /// The high rate, for the range.
            high: Option<Pence>,
        }
        /// What one unit of an outcome is worth.
        UnitValue {
            /// The indicator.
            indicator: Slug,
            /// The value of one unit.
            value: Pence,
            /// The part that would have happened anyway, in basis points.
            deadweight_bp: BasisPoints,
            /// The part that is owed to this project, in basis points.
            attribution_bp: BasisPoints,
            /// To whom it is a gain.
            gain: Gain,
            /// Where the value comes from.
            source: Title,
        }
        /// How one line's pounds are attributed by policy, in basis points that add up to 10,000.
        WinnerSplit {
            /// The partnership's part.
            partnership: BasisPoints,
            /// The organisations' part.
            organisations: BasisPoints,
            /// The community's part.
            community: BasisPoints,
        }
        /// Who gains from what others added, line by line.
        Winners {
            /// The split of volunteering.
            volunteering: WinnerSplit,
            /// The split of pledges.
            pledges: WinnerSplit,
            /// The split of match funding.
            match_funding: WinnerSplit,
            /// The split of reinvested surplus.
            reinvested: WinnerSplit,
        }
        /// One partner's part of a project.
        PartnerShare {
            /// The organisation.
            organisation: OrganisationId,
            /// Its part of the organisations' gain, in basis points; all parts add up to 10,000.
            share_bp: BasisPoints,
        }
        /// A priority that a project serves.
        PriorityLink {
            /// The strategy.
            strategy: StrategyId,
            /// The priority's code in it.
            priority: Slug,
            /// Whether it is the project's main priority in this strategy.
            primary: bool,
        }
        /// A place that a project serves.
        PlaceShare {
            /// A ward or neighbourhood, or `town-wide`.
            place: Slug,
            /// Its part of the project, in basis points; all parts add up to 10,000.
            share_bp: BasisPoints,
        }
        /// What one budget gives to an award.
        FundingShare {
            /// The fund.
            fund: FundId,
            /// The financial year of the budget.
            budget_year: FinancialYear,
            /// The amount; negative only in a variation.
            amount: Pence,
        }
        /// A planned payment of an award.
        Instalment {
            /// The day it is due.
            due: Day,
            /// The amount.
            amount: Pence,
            /// What must be met first.
            condition: Option<Title>,
        }
        /// An interest that somebody declared in an award.
        Interest {
            /// The person's opaque id.
            person: PersonId,
            /// What the interest is.
            nature: Title,
        }
        /// Premises, or a part of them.
        Premises {
            /// Their name.
            name: Title,
            /// Their Unique Property Reference Number.
            uprn: Option<Reference>,
        }
        /// A valuation of a rent.
        Valuation {
            /// The day of valuation.
            on: Day,
            /// Who valued.
            valuer: Title,
            /// On what basis.
            basis: Title,
            /// What else the premises could be used for.
            alternative_use: Option<Title>,
        }
    } };
}

/// Every event of the catalogue, each with the command that asks for it.
macro_rules! catalogue_events {
    ($($callback:tt)+) => { $($callback)+! {
        commanded {
        /// The ledger was opened. Always the first event.
        LedgerOpened / OpenLedger = 1 "le" on [] {
            /// The name of the ledger, as people know it.
            name: Title,
            /// The currency.
            currency: Currency,
            /// Who publishes its data.
            publisher: Option<Publisher>,
            /// The time zone that days are reckoned in.
            time_zone: Reference,
        } asks {} derives {
            /// The version of the formulas that figures are computed by.
            formula: u32,
        }
        /// A balance was brought forward, of a town that starts mid-year.
        OpeningBalance / BringForward = 2 "ob" on [fund, project] {
            /// The fund, for awards made from its budget.
            fund: Option<FundId>,
            /// The project, for what was put in or added before.
            project: Option<ProjectId>,
            /// The line.
            line: OpeningLine,
            /// The financial year of the budget, for a fund.
            financial_year: Option<FinancialYear>,
            /// The amount.
            amount: Pence,
            /// Where the figure comes from.
            source: Option<Words>,
        } asks {} derives {}
        /// Thresholds were adopted; they hold from the effective day.
        SettingsAdopted / AdoptSettings = 3 "se" on [] {
            /// Awards of this much or more need two persons.
            two_person_from: Option<Pence>,
            /// The limit of minimal financial assistance over three financial years.
            subsidy_limit: Option<Pence>,
            /// How far behind a target may be and still be amber, in basis points of the way.
            rag_tolerance_bp: Option<BasisPoints>,
            /// Counts of people smaller than this are suppressed.
            suppress_below: Option<u32>,
        } asks {} derives {}
        /// A strategy was adopted.
        StrategyAdopted / AdoptStrategy = 4 "st" on [] {
            /// Its title.
            title: Title,
            /// The first day it covers.
            from: Day,
            /// The last day it covers.
            to: Day,
            /// Its themes, each with its priorities.
            themes: Vec<Theme>,
        } asks {} derives {}
        /// A rate card was adopted; it prices entries from the effective day on.
        RateCardAdopted / AdoptRateCard = 5 "rc" on [] {
            /// Its name.
            name: Title,
            /// Who owns it (a post).
            owner: Title,
            /// The minute that decided it.
            minute: Option<Title>,
            /// Where its values come from.
            source: Title,
            /// What an hour is worth, by role.
            hour_rates: Vec<HourRate>,
            /// What a unit of an outcome is worth, by indicator.
            unit_values: Vec<UnitValue>,
            /// Who gains, by line; absent where no policy decided it.
            winners: Option<Winners>,
        } asks {} derives {}
        /// An organisation was registered.
        OrganisationRegistered / RegisterOrganisation = 6 "or" on [] {
            /// Its name.
            name: Title,
            /// Its organisation identifiers, like GB-CHC-1234567.
            org_ids: Vec<Reference>,
            /// What it is.
            kinds: Vec<OrganisationKind>,
            /// The group of organisations under common control that it belongs to.
            control_group: Option<Slug>,
            /// Other names it is known by.
            also_known_as: Vec<Title>,
        } asks {} derives {}
        /// An organisation changed. What is absent stays as it was; a list replaces the list before.
        OrganisationChanged / ChangeOrganisation = 7 "oc" on [organisation] {
            /// The organisation.
            organisation: OrganisationId,
            /// Its new name.
            name: Option<Title>,
            /// Its organisation identifiers.
            org_ids: Vec<Reference>,
            /// What it is now.
            kinds: Vec<OrganisationKind>,
            /// The group under common control that it belongs to.
            control_group: Option<Slug>,
            /// Other names it is known by.
            also_known_as: Vec<Title>,
        } asks {} derives {}
        /// Two registrations turned out to be one organisation.
        OrganisationsMerged / MergeOrganisations = 8 "om" on [organisation, into] {
            /// The registration that is given up.
            organisation: OrganisationId,
            /// The registration that remains.
            into: OrganisationId,
        } asks {} derives {}
        /// An organisation closed. It receives nothing new.
        OrganisationClosed / CloseOrganisation = 9 "ox" on [organisation] {
            /// The organisation.
            organisation: OrganisationId,
            /// Why.
            reason: Option<Title>,
        } asks {} derives {}
        /// A fund was opened.
        FundOpened / OpenFund = 10 "fu" on [] {
            /// Its name.
            name: Title,
            /// Who decides on it: a council seat, the partnership, the Youth Mayor.
            holder: Option<Title>,
            /// The public body whose money it is.
            owner: Option<OrganisationId>,
            /// The purpose it is restricted to.
            purpose: Option<Words>,
            /// The place it is restricted to.
            place: Option<Slug>,
            /// The least that one award may take from it.
            minimum: Option<Pence>,
            /// The most that one award may take from it.
            maximum: Option<Pence>,
            /// The owner's own reference, unique among funds.
            reference: Option<Reference>,
        } asks {} derives {}
        /// A fund changed. What is absent stays as it was.
        FundChanged / ChangeFund = 11 "fc" on [fund] {
            /// The fund.
            fund: FundId,
            /// Its new name.
            name: Option<Title>,
            /// Who decides on it now.
            holder: Option<Title>,
            /// The purpose it is restricted to.
            purpose: Option<Words>,
            /// The place it is restricted to.
            place: Option<Slug>,
            /// The least that one award may take from it.
            minimum: Option<Pence>,
            /// The most that one award may take from it.
            maximum: Option<Pence>,
        } asks {} derives {}
        /// A fund's budget of a financial year was set. The latest holds; no budget set means no limit.
        BudgetSet / SetBudget = 12 "bs" on [fund] {
            /// The fund.
            fund: FundId,
            /// The financial year.
            financial_year: FinancialYear,
            /// The whole budget of that year, before what is carried or moved.
            amount: Pence,
        } asks {} derives {}
        /// Unspent budget was carried into a later year.
        BudgetCarriedForward / CarryBudgetForward = 13 "bf" on [fund] {
            /// The fund.
            fund: FundId,
            /// The year it comes from.
            from_year: FinancialYear,
            /// The year it goes to.
            to_year: FinancialYear,
            /// The amount.
            amount: Pence,
        } asks {} derives {}
        /// Budget was moved from one fund to another. No payment: it counts when it is paid out.
        BudgetMoved / MoveBudget = 14 "bm" on [from_fund, to_fund] {
            /// The fund it comes from.
            from_fund: FundId,
            /// The fund it goes to.
            to_fund: FundId,
            /// The financial year of both budgets.
            financial_year: FinancialYear,
            /// The amount.
            amount: Pence,
        } asks {} derives {}
        /// A fund received money from outside the ledger, or from another fund of it.
        FundReceived / ReceiveIntoFund = 15 "fr" on [fund] {
            /// The fund.
            fund: FundId,
            /// The fund of this ledger that gave it.
            from_fund: Option<FundId>,
            /// Whoever else gave it, government for one.
            from: Option<Title>,
            /// The amount.
            amount: Pence,
        } asks {} derives {}
        /// A project was opened.
        ProjectOpened / OpenProject = 16 "pr" on [] {
            /// Its title.
            title: Title,
            /// What it is.
            kind: ProjectKind,
            /// The organisation that leads it.
            lead: OrganisationId,
            /// The organisations that run it together and share the organisations' gain; none: the lead has it.
            partners: Vec<PartnerShare>,
            /// The priorities it serves.
            priorities: Vec<PriorityLink>,
            /// The places it serves.
            places: Vec<PlaceShare>,
            /// What part the community has in it.
            mode: Option<DeliveryMode>,
            /// How far the community takes part in decisions.
            engagement: Option<Engagement>,
            /// The day its time-limited funding ends.
            funding_ends: Option<Day>,
            /// Its first planned day.
            starts: Option<Day>,
            /// Its last planned day.
            ends: Option<Day>,
            /// What it is for, in a few sentences.
            summary: Option<Words>,
            /// The owner's own reference, unique among projects.
            reference: Option<Reference>,
        } asks {} derives {}
        /// A project changed. What is absent stays as it was; a list replaces the list before.
        ProjectChanged / ChangeProject = 17 "pc" on [project] {
            /// The project.
            project: ProjectId,
            /// Its new title.
            title: Option<Title>,
            /// The organisation that leads it.
            lead: Option<OrganisationId>,
            /// The organisations that run it together, from the effective day on.
            partners: Vec<PartnerShare>,
            /// The priorities it serves.
            priorities: Vec<PriorityLink>,
            /// The places it serves.
            places: Vec<PlaceShare>,
            /// What part the community has in it.
            mode: Option<DeliveryMode>,
            /// How far the community takes part in decisions.
            engagement: Option<Engagement>,
            /// The day its time-limited funding ends.
            funding_ends: Option<Day>,
            /// Its first planned day.
            starts: Option<Day>,
            /// Its last planned day.
            ends: Option<Day>,
            /// What it is for, in a few sentences.
            summary: Option<Words>,
        } asks {} derives {}
        /// A project closed. It takes no new awards.
        ProjectClosed / CloseProject = 18 "px" on [project] {
            /// The project.
            project: ProjectId,
            /// Why, and what comes after it.
            reason: Option<Words>,
        } asks {} derives {}
        /// Somebody applied for a grant.
        GrantApplied / ApplyForGrant = 19 "ga" on [] {
            /// Who applied.
            applicant: OrganisationId,
            /// The project it is for.
            project: Option<ProjectId>,
            /// The fund that is asked.
            fund: Option<FundId>,
            /// The amount asked for.
            amount: Pence,
            /// What it is for.
            purpose: Words,
            /// The applicant's or the fund's reference, unique among applications.
            reference: Option<Reference>,
        } asks {} derives {}
        /// An application was declined.
        GrantDeclined / DeclineGrant = 20 "gd" on [application] {
            /// The application.
            application: ApplicationId,
            /// Why.
            reason: Words,
        } asks {} derives {}
        /// An award was proposed. It counts against its budgets at once.
        GrantProposed / ProposeGrant = 21 "gp" on [] {
            /// The application it answers.
            application: Option<ApplicationId>,
            /// Who would receive it.
            recipient: OrganisationId,
            /// The project it is for.
            project: ProjectId,
            /// The amount.
            amount: Pence,
            /// What it is for.
            purpose: Option<Words>,
            /// The department that proposes it.
            department: Option<Title>,
            /// The first planned day.
            starts: Option<Day>,
            /// The last planned day.
            ends: Option<Day>,
            /// The budgets it is taken from; they add up to the amount.
            funding: Vec<FundingShare>,
            /// The planned payments.
            instalments: Vec<Instalment>,
            /// Interests that were declared.
            interests: Vec<Interest>,
            /// What was judged of it under subsidy control.
            subsidy: Option<SubsidyJudgement>,
            /// The part that is to be set against rent.
            rent_offset: Option<Pence>,
        } asks {} derives {}
        /// A grant was awarded.
        GrantAwarded / AwardGrant = 22 "gr" on [] {
            /// The application it answers.
            application: Option<ApplicationId>,
            /// The proposal it follows; the proposal's hold on its budgets passes to the award.
            proposal: Option<ProposalId>,
            /// Who receives it.
            recipient: OrganisationId,
            /// The project it is for.
            project: ProjectId,
            /// The amount.
            amount: Pence,
            /// What it is for.
            purpose: Option<Words>,
            /// The department that awards it.
            department: Option<Title>,
            /// The first planned day.
            starts: Option<Day>,
            /// The last planned day.
            ends: Option<Day>,
            /// The budgets it is taken from; they add up to the amount.
            funding: Vec<FundingShare>,
            /// The planned payments.
            instalments: Vec<Instalment>,
            /// Interests that were declared.
            interests: Vec<Interest>,
            /// What was judged of it under subsidy control.
            subsidy: Option<SubsidyJudgement>,
            /// The part that is to be set against rent.
            rent_offset: Option<Pence>,
            /// The grant's published identifier, unique among grants.
            reference: Option<Reference>,
        } asks {} derives {}
        /// A condition was set on a grant.
        GrantConditionSet / SetGrantCondition = 23 "gc" on [grant] {
            /// The grant.
            grant: GrantId,
            /// What must be met.
            condition: Words,
            /// By when.
            due: Option<Day>,
        } asks {} derives {}
        /// A grant's condition was met.
        GrantConditionMet / MeetGrantCondition = 24 "gm" on [grant] {
            /// The condition.
            condition: ConditionId,
            /// What shows it.
            evidence: Option<Words>,
        } asks {} derives {
            /// The grant.
            grant: GrantId,
        }
        /// A grant was varied.
        GrantVaried / VaryGrant = 25 "gv" on [grant] {
            /// The grant.
            grant: GrantId,
            /// What is added to the award, or taken from it.
            change: Pence,
            /// Which budgets change, and by how much; they add up to the change.
            funding: Vec<FundingShare>,
            /// Why.
            reason: Option<Words>,
        } asks {} derives {
            /// The project.
            project: ProjectId,
        }
        /// What was not yet paid of a grant was withdrawn.
        GrantWithdrawn / WithdrawGrant = 26 "gw" on [grant] {
            /// The grant.
            grant: GrantId,
            /// Why.
            reason: Option<Words>,
        } asks {} derives {
            /// The project.
            project: ProjectId,
            /// What was not yet paid.
            unpaid: Pence,
        }
        /// A recipient reported on a grant.
        GrantReported / ReportOnGrant = 27 "gt" on [grant] {
            /// The grant.
            grant: GrantId,
            /// What was spent.
            spent: Pence,
            /// What was not.
            unspent: Pence,
            /// What it did.
            words: Words,
        } asks {} derives {}
        /// A grant was paid, in whole or in part.
        GrantPaid / PayGrant = 28 "pa" on [grant] {
            /// The grant.
            grant: GrantId,
            /// The amount.
            amount: Pence,
            /// How.
            method: PaymentMethod,
            /// The rent in kind agreement whose rent it is set against.
            agreement: Option<AgreementId>,
            /// The first day of the rent it pays for.
            period_from: Option<Day>,
            /// The last day of the rent it pays for.
            period_to: Option<Day>,
            /// The payee, as paid.
            payee: Option<Title>,
            /// The payment's reference in the finance system.
            payment_reference: Option<Reference>,
        } asks {} derives {
            /// The project.
            project: ProjectId,
        }
        /// Money paid under a grant came back.
        GrantReturned / ReturnGrant = 29 "re" on [grant] {
            /// The payment.
            payment: PaymentId,
            /// The amount.
            amount: Pence,
            /// Why.
            reason: Option<Words>,
        } asks {} derives {
            /// The grant.
            grant: GrantId,
            /// The project.
            project: ProjectId,
        }
        /// A contract or service agreement was agreed for a project.
        ContractAgreed / AgreeContract = 30 "co" on [] {
            /// The operator.
            operator: OrganisationId,
            /// The project.
            project: ProjectId,
            /// Its title.
            title: Title,
            /// Its whole value.
            value: Pence,
            /// The first day of its term.
            starts: Day,
            /// The last day of its term.
            ends: Day,
            /// Its community clauses.
            clauses: Vec<Title>,
            /// The owner's own reference, unique among contracts.
            reference: Option<Reference>,
        } asks {} derives {}
        /// A payment was made under a contract.
        ContractPaid / PayContract = 31 "cp" on [contract] {
            /// The contract.
            contract: ContractId,
            /// The amount.
            amount: Pence,
            /// The payment's reference in the finance system.
            payment_reference: Option<Reference>,
        } asks {} derives {
            /// The project.
            project: ProjectId,
        }
        /// A contract ended.
        ContractEnded / EndContract = 32 "ce" on [contract] {
            /// The contract.
            contract: ContractId,
            /// Why.
            reason: Option<Words>,
        } asks {} derives {}
        /// A funder outside the partnership promised money to a project.
        MatchSecured / SecureMatch = 33 "ms" on [] {
            /// The project.
            project: ProjectId,
            /// The funder.
            funder: OrganisationId,
            /// Where the money comes from.
            source: MatchSource,
            /// The amount.
            amount: Pence,
            /// The grant it was won with.
            grant: Option<GrantId>,
        } asks {} derives {}
        /// A project received match funding.
        MatchReceived / ReceiveMatch = 34 "mr" on [] {
            /// The project.
            project: ProjectId,
            /// The funder.
            funder: OrganisationId,
            /// Where the money comes from.
            source: MatchSource,
            /// The amount.
            amount: Pence,
            /// The promise it fulfils.
            secured: Option<MatchId>,
        } asks {} derives {}
        /// A funder took match funding back.
        MatchReturned / ReturnMatch = 35 "mx" on [receipt] {
            /// The receipt.
            receipt: MatchReceiptId,
            /// The amount.
            amount: Pence,
            /// Why.
            reason: Option<Words>,
        } asks {} derives {
            /// The project.
            project: ProjectId,
            /// Where the money came from.
            source: MatchSource,
        }
        /// An operator put a surplus back into a project.
        SurplusReinvested / ReinvestSurplus = 36 "su" on [] {
            /// The project.
            project: ProjectId,
            /// The operator.
            operator: OrganisationId,
            /// The amount.
            amount: Pence,
            /// What it was spent on.
            words: Option<Words>,
        } asks {} derives {}
        /// A public body gave something in kind.
        InKindGiven / GiveInKind = 37 "ik" on [] {
            /// The project.
            project: ProjectId,
            /// The public body.
            giver: OrganisationId,
            /// What it gave.
            kind: InKindKind,
            /// What it is worth.
            value: Pence,
            /// How the value was arrived at.
            basis: Title,
        } asks {} derives {}
        /// Premises were let below the market rent.
        RentInKindAgreed / AgreeRentInKind = 38 "ra" on [] {
            /// The premises.
            premises: Premises,
            /// The public body that forgoes the rent.
            landlord: Option<OrganisationId>,
            /// The occupier.
            occupier: OrganisationId,
            /// The project it supports.
            project: ProjectId,
            /// The occupier's part of the premises, in basis points.
            share_bp: BasisPoints,
            /// The market rent of the occupier's part, a year.
            market_rent: Pence,
            /// The rent that is charged for it, a year.
            charged_rent: Pence,
            /// The valuation.
            valuation: Option<Valuation>,
            /// The last day of the term.
            term_ends: Option<Day>,
        } asks {} derives {}
        /// A rent in kind was reviewed; the new rents hold from the effective day.
        RentReviewed / ReviewRent = 39 "rr" on [agreement] {
            /// The agreement.
            agreement: AgreementId,
            /// The market rent of the occupier's part, a year.
            market_rent: Pence,
            /// The rent that is charged for it, a year.
            charged_rent: Pence,
            /// The valuation.
            valuation: Option<Valuation>,
        } asks {} derives {}
        /// A rent in kind ended; the effective day is the last that counts.
        RentInKindEnded / EndRentInKind = 40 "rx" on [agreement] {
            /// The agreement.
            agreement: AgreementId,
            /// Why.
            reason: Option<Title>,
        } asks {} derives {}
        /// Volunteer hours, or staff hours under a pledge, were logged.
        HoursLogged / LogHours = 41 "ho" on [] {
            /// The project.
            project: ProjectId,
            /// The group whose people they were.
            group: OrganisationId,
            /// The role.
            role: Slug,
            /// How many people.
            people: u32,
            /// How many minutes each of them gave.
            minutes_each: u32,
            /// What they did.
            activity: Option<Title>,
            /// How it was written down.
            captured: Captured,
            /// The pledge, where an employer gives the time.
            pledge: Option<PledgeId>,
        } asks {
            /// Whether a likely duplicate is meant.
            meant: bool,
        } derives {}
        /// A group confirmed logged hours.
        HoursConfirmed / ConfirmHours = 42 "hc" on [entries] {
            /// The hours.
            entries: Vec<HoursId>,
        } asks {} derives {
            /// Whether some were confirmed by whoever logged them.
            self_confirmed: bool,
        }
        /// A group rejected logged hours.
        HoursRejected / RejectHours = 43 "hr" on [entries] {
            /// The hours.
            entries: Vec<HoursId>,
            /// Why.
            reason: Title,
        } asks {} derives {}
        /// A group had no hours to log in a month.
        NilReturn / ReportNil = 44 "nr" on [group] {
            /// The group.
            group: OrganisationId,
            /// The month.
            month: Month,
        } asks {} derives {}
        /// Somebody who is no public body made a pledge.
        PledgeMade / MakePledge = 45 "pl" on [] {
            /// Who gives.
            giver: OrganisationId,
            /// The project; it can be assigned later.
            project: Option<ProjectId>,
            /// What is pledged.
            kind: PledgeKind,
            /// The pounds promised (cash), or what the goods are thought to be worth.
            amount: Option<Pence>,
            /// The quantity promised in its unit; minutes for staff time.
            quantity: Option<u32>,
            /// The unit of the quantity.
            unit: Option<Slug>,
            /// By when.
            due: Option<Day>,
            /// The contract whose community clause bought it.
            contract: Option<ContractId>,
            /// What is meant.
            words: Option<Words>,
        } asks {} derives {}
        /// A pledge was assigned to a project.
        PledgeAssigned / AssignPledge = 46 "pg" on [pledge] {
            /// The pledge.
            pledge: PledgeId,
            /// The project.
            project: ProjectId,
        } asks {} derives {}
        /// Something was delivered under a pledge.
        PledgeDelivered / DeliverPledge = 47 "de" on [pledge] {
            /// The pledge.
            pledge: PledgeId,
            /// How much, in the pledge's unit.
            quantity: Option<u32>,
            /// What it is worth; cash and goods only.
            value: Option<Pence>,
            /// How the value was arrived at.
            basis: Option<Title>,
        } asks {} derives {
            /// The project.
            project: ProjectId,
            /// What was delivered.
            kind: PledgeKind,
        }
        /// The receiving group confirmed deliveries.
        DeliveryConfirmed / ConfirmDelivery = 48 "dc" on [entries] {
            /// The deliveries.
            entries: Vec<DeliveryId>,
        } asks {} derives {}
        /// The receiving group disputed deliveries.
        DeliveryDisputed / DisputeDelivery = 49 "dd" on [entries] {
            /// The deliveries.
            entries: Vec<DeliveryId>,
            /// Why.
            reason: Title,
        } asks {} derives {}
        /// What was not yet delivered of a pledge was withdrawn.
        PledgeWithdrawn / WithdrawPledge = 50 "pw" on [pledge] {
            /// The pledge.
            pledge: PledgeId,
            /// Why.
            reason: Option<Title>,
        } asks {} derives {}
        /// A target was set.
        TargetSet / SetTarget = 51 "ta" on [] {
            /// The project it is for.
            project: Option<ProjectId>,
            /// The strategy, where it is for a priority.
            strategy: Option<StrategyId>,
            /// The priority's code in it.
            priority: Option<Slug>,
            /// What is to be done.
            action: Title,
            /// The indicator that shows it.
            indicator: Slug,
            /// The value at the start.
            baseline: Option<Decimal>,
            /// The value to reach.
            target: Decimal,
            /// By when.
            due: Day,
            /// Which way it should move.
            direction: Direction,
            /// The post that answers for it.
            owner: Title,
        } asks {} derives {}
        /// A meeting reviewed the progress of a target.
        ProgressReviewed / ReviewProgress = 52 "rv" on [target] {
            /// The target.
            target: TargetId,
            /// The meeting.
            meeting: Title,
            /// What it found.
            words: Words,
        } asks {} derives {}
        /// An outcome of a project was reported.
        OutcomeReported / ReportOutcome = 53 "ou" on [] {
            /// The project.
            project: ProjectId,
            /// The indicator.
            indicator: Slug,
            /// How many.
            quantity: u32,
            /// Whom it reached.
            reached: Option<Title>,
            /// What shows it.
            evidence: Option<Words>,
            /// The outcome that already counts it; this one adds no pounds.
            included_in: Option<OutcomeId>,
        } asks {} derives {}
        /// An indicator was measured. The latest holds; measurements are never summed.
        IndicatorMeasured / MeasureIndicator = 54 "im" on [] {
            /// The indicator.
            indicator: Slug,
            /// What it speaks of.
            scope: Scope,
            /// The place, where it speaks of one.
            place: Option<Slug>,
            /// The project, where it speaks of one.
            project: Option<ProjectId>,
            /// The first day of the period measured.
            period_from: Day,
            /// The last day of the period measured.
            period_to: Day,
            /// The value.
            value: Decimal,
            /// Its unit.
            unit: Title,
            /// Where it comes from.
            source: Title,
        } asks {} derives {}
        /// Somebody published a figure, to be held against the ledger.
        ClaimPublished / PublishClaim = 55 "cl" on [] {
            /// What was printed.
            words: Words,
            /// The amount claimed.
            amount: Option<Pence>,
            /// The number claimed, where it is no money.
            value: Option<Decimal>,
            /// The unit of that number.
            unit: Option<Title>,
            /// The first day it speaks of.
            from: Option<Day>,
            /// The last day it speaks of.
            to: Option<Day>,
            /// The project it speaks of.
            project: Option<ProjectId>,
            /// Where it was printed.
            printed_in: Title,
        } asks {} derives {}
        /// A file's rows are about to be entered.
        BatchOpened / OpenBatch = 56 "ba" on [] {
            /// The file's name, without its folders.
            file: Title,
            /// The SHA-256 of its bytes.
            sha256: Digest,
        } asks {} derives {}
        /// A batch was reversed, and every entry of it that still stood.
        BatchReversed / ReverseBatch = 57 "bx" on [batch] {
            /// The batch.
            batch: BatchId,
            /// Why.
            reason: Title,
        } asks {} derives {}
        /// An entry was reversed. It counts nowhere from then on.
        EntryReversed / ReverseEntry = 58 "er" on [entry] {
            /// The entry.
            entry: EntryId,
            /// Why, as a word.
            code: ReversalCode,
            /// Why, as a sentence.
            note: Option<Title>,
        } asks {} derives {}
        /// The books were closed through a day. They are never reopened.
        BooksClosed / CloseBooks = 59 "bc" on [] {
            /// The last day that is closed.
            through: Day,
        } asks {} derives {
            /// The version of the formulas that were in force.
            formula: u32,
            /// The digest of the figures that were closed.
            digest: Digest,
        }
        }
        announced {
        /// Two persons were asked for.
        ApprovalRequested = 60 "aq" on [] {
            /// What is to be approved.
            entry: EntryId,
            /// Why it needs two persons.
            reason: Title,
        }
        /// A second person approved.
        ApprovalGiven = 61 "av" on [approval] {
            /// The request.
            approval: ApprovalId,
        }
        /// A second person refused.
        ApprovalRefused = 62 "ax" on [approval] {
            /// The request.
            approval: ApprovalId,
            /// Why.
            reason: Title,
        }
        /// An organisation was told that a grant is minimal financial assistance.
        SubsidyNotified = 63 "sn" on [organisation] {
            /// The organisation.
            organisation: OrganisationId,
            /// The amount.
            amount: Pence,
        }
        /// An organisation confirmed that it stays within the limit.
        SubsidyConfirmed = 64 "sc" on [organisation] {
            /// The organisation.
            organisation: OrganisationId,
            /// The amount.
            amount: Pence,
        }
        /// An organisation declared assistance that it had elsewhere.
        SubsidyDeclared = 65 "sd" on [organisation] {
            /// The organisation.
            organisation: OrganisationId,
            /// The amount.
            amount: Pence,
            /// Who gave it.
            from: Title,
        }
        /// Access was granted to the holder of a key.
        AccessGranted = 66 "ac" on [] {
            /// The key's public name.
            key: Slug,
            /// The role it acts in.
            role: Role,
            /// The organisation it acts for.
            organisation: Option<OrganisationId>,
        }
        /// Access was taken away.
        AccessRevoked = 67 "ar" on [] {
            /// The key's public name.
            key: Slug,
        }
        /// The key that signs checkpoints changed.
        SigningKeyChanged = 68 "sk" on [] {
            /// The new key's name.
            name: Reference,
            /// The new public key's SHA-256.
            key: Digest,
        }
        /// A person, note or file was erased from the register.
        RegisterEntryDeleted = 69 "rd" on [] {
            /// What kind of thing it was.
            kind: Slug,
            /// The SHA-256 that the log holds of it.
            digest: Digest,
            /// Why it was erased.
            reason: Title,
        }
        }
    } };
}

pub(crate) use {catalogue_enums, catalogue_events, catalogue_records};
