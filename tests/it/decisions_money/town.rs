//! A small town that most tables begin with. Its things have fixed positions.

use coledger::domain::command::{AdoptStrategy, OpenFund, OpenProject};
use coledger::domain::event::{OrganisationKind, Priority, Theme};
use coledger::domain::ids::{FundId, GrantId, OrganisationId, Position, ProjectId, StrategyId};

use crate::harness::decisions::{
    Asked, ask, award, on, open_fund, open_ledger, open_project, pounds, register, set_budget, share,
};

/// The council: a public body and a partner.
pub(super) const COUNCIL: OrganisationId = OrganisationId(Position(2));
/// A voluntary group.
pub(super) const GROUP: OrganisationId = OrganisationId(Position(3));
/// A business.
pub(super) const FOUNDRY: OrganisationId = OrganisationId(Position(4));
/// A public body that is no partner.
pub(super) const HEALTH: OrganisationId = OrganisationId(Position(5));
/// A fund with £10,000.00 for 2012-13.
pub(super) const WARD_FUND: FundId = FundId(Position(6));
/// A fund with no budget, that gives £100.00 to £5,000.00.
pub(super) const YOUTH_FUND: FundId = FundId(Position(7));
/// A strategy with the priorities `jobs` and `health`.
pub(super) const STRATEGY: StrategyId = StrategyId(Position(9));
/// The group's project.
pub(super) const SHED: ProjectId = ProjectId(Position(10));
/// A grant of £2,000.00 to the group for its project, out of the ward fund; see [`with_grant`].
pub(super) const GRANT: GrantId = GrantId(Position(11));

/// The town, up to position 10; all of it happened on 1 April 2012.
pub(super) fn town() -> Vec<Asked> {
    let fund = OpenFund { minimum: Some(pounds(100)), maximum: Some(pounds(5_000)), ..open_fund("Youth fund") };
    vec![
        on("2012-04-01", open_ledger()),
        on("2012-04-01", register("Exampleton Council", &[OrganisationKind::PublicBody, OrganisationKind::Partner])),
        on("2012-04-01", register("Shed Group", &[OrganisationKind::Voluntary])),
        on("2012-04-01", register("Foundry Ltd", &[OrganisationKind::Business])),
        on("2012-04-01", register("County Health", &[OrganisationKind::PublicBody])),
        on("2012-04-01", OpenFund { reference: Some("WARD".into()), ..open_fund("Ward fund") }),
        on("2012-04-01", fund),
        on("2012-04-01", set_budget(WARD_FUND, "2012-13", 10_000)),
        on("2012-04-01", strategy()),
        on("2012-04-01", OpenProject { reference: Some("SHED".into()), ..open_project("Tool shed", GROUP) }),
    ]
}

/// The town, and the grant at position 11.
pub(super) fn with_grant() -> Vec<Asked> {
    let mut given = town();
    given.push(ask(award(GROUP, SHED, vec![share(WARD_FUND, "2012-13", 2_000)])));
    given
}

/// The town's strategy.
pub(super) fn strategy() -> AdoptStrategy {
    let priority = |code: &str| Priority { code: code.into(), title: code.into() };
    AdoptStrategy {
        title: "Plan 2012".into(),
        from: crate::harness::decisions::day("2012-04-01"),
        to: crate::harness::decisions::day("2017-03-31"),
        themes: vec![Theme { name: "People".into(), priorities: vec![priority("jobs"), priority("health")] }],
    }
}
