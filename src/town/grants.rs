//! Grants of the example town: the six projects that shared more than half a million pounds of government money, the
//! match funding that one of them helped to win, and the yearly support of groups.
//!
//! Documented: the six names, more than £500,000 in all, £25,000 for Wild Stevenage and the £50,000 that it helped to
//! win. Every other amount is illustrative.

use super::plan::Plan;
use super::words::{Post, day, days_after, pounds, sentences};
use crate::domain::command::{
    ApplyForGrant, AwardGrant, DeclineGrant, MeetGrantCondition, PayGrant, ProposeGrant, ReceiveMatch, ReportOnGrant,
    ReturnGrant, SecureMatch, SetGrantCondition, VaryGrant, WithdrawGrant,
};
use crate::domain::event::{FundingShare, MatchSource, PaymentMethod};
use crate::domain::time::{Day, FinancialYear};

/// What one budget gives to an award.
#[derive(Clone)]
pub(super) struct Share {
    pub(super) fund: String,
    pub(super) year: i16,
    pub(super) pounds: i64,
}

/// One award, by the names of the tables.
pub(super) struct Award {
    pub(super) label: String,
    pub(super) project: String,
    pub(super) recipient: String,
    pub(super) funding: Vec<Share>,
    pub(super) on: &'static str,
    pub(super) purpose: String,
}

/// Plans an award of the sum of its shares.
pub(super) fn award(plan: &mut Plan, it: Award) -> &mut Plan {
    plan.add(format!("grant/{}", it.label), day(it.on), Post::Finance, move |ids| {
        let share = |share: &Share| {
            let (fund, budget_year) = (ids.fund(&share.fund)?, FinancialYear(share.year));
            Ok(FundingShare { fund, budget_year, amount: pounds(share.pounds) })
        };
        Ok(AwardGrant {
            application: None,
            proposal: ids.proposal(&it.label).ok(),
            recipient: ids.organisation(&it.recipient)?,
            project: ids.project(&it.project)?,
            amount: pounds(it.funding.iter().map(|share| share.pounds).sum()),
            purpose: sentences(&it.purpose),
            department: Some("Community Development".into()),
            starts: None,
            ends: None,
            funding: it.funding.iter().map(share).collect::<Result<_, _>>()?,
            instalments: Vec::new(),
            interests: Vec::new(),
            subsidy: None,
            rent_offset: None,
            reference: Some(format!("example-{}", it.label).into()),
        })
    })
}

/// Plans a payment in cash.
pub(super) fn pay<'a>(plan: &'a mut Plan, label: &str, grant: &str, amount: i64, on: Day) -> &'a mut Plan {
    let grant = grant.to_owned();
    plan.add(format!("payment/{label}"), on, Post::Finance, move |ids| {
        Ok(PayGrant {
            grant: ids.grant(&grant)?,
            amount: pounds(amount),
            method: PaymentMethod::Cash,
            agreement: None,
            period_from: None,
            period_to: None,
            payee: None,
            payment_reference: None,
        })
    })
}

/// A grant of the six: project, recipient, the day of award, and each payment with its day. `true`: documented.
type Big = (&'static str, &'static str, &'static str, &'static [(&'static str, i64)], bool);

const SIX: &[Big] = &[
    ("high-ropes", "leisure", "2010-07-05", &[("2010-08-02", 100_000), ("2011-02-01", 54_000)], false),
    ("ymca-space", "ymca", "2010-07-05", &[("2010-09-01", 110_000), ("2011-03-15", 75_000)], false),
    ("soresilient", "mind", "2010-10-04", &[("2010-11-01", 40_000), ("2011-10-03", 22_000)], false),
    ("wild", "wildlife-trust", "2010-07-05", &[("2010-08-02", 15_000), ("2011-05-09", 10_000)], true),
    ("money", "solutions", "2011-01-17", &[("2011-02-01", 30_000), ("2011-11-01", 22_000)], false),
    ("ventures", "solutions", "2011-01-17", &[("2011-02-01", 25_000), ("2011-09-01", 16_000)], false),
];

/// Support of groups year after year: project, recipient, and pounds in each of the three years.
const YEARLY: &[(&str, &str, [i64; 3])] = &[
    ("volunteering", "cvs", [30_000, 30_000, 28_500]),
    ("shopmobility", "shopmobility", [18_000, 18_500, 18_500]),
    ("credit-union", "credit-union", [8_000, 8_000, 9_000]),
    ("world-forum", "world-forum", [6_000, 6_000, 5_500]),
    ("street-pastors", "churches", [7_000, 7_500, 8_000]),
    ("toddlers", "toddlers", [4_000, 4_000, 4_200]),
];

/// Awards of the smaller pots: label, fund, project, recipient, pounds, day.
const SMALL: &[(&str, &str, &str, &str, i64, &str)] = &[
    ("brokerage", "volunteering", "volunteering", "cvs", 17_500, "2012-06-04"),
    ("fun-bus-2010", "safety", "fun-bus", "nacro", 12_000, "2010-05-17"),
    ("fun-bus-2011", "safety", "fun-bus", "nacro", 12_000, "2011-05-16"),
    ("fun-bus-2012", "safety", "fun-bus", "nacro", 12_500, "2012-05-14"),
    ("walks", "wellbeing", "soresilient", "mind", 2_400, "2012-07-10"),
    ("active-toddlers", "wellbeing", "toddlers", "toddlers", 1_800, "2012-07-10"),
    ("seated-exercise", "wellbeing", "senior-forum", "senior-forum", 1_600, "2012-11-06"),
];

const YEARS: [(i16, &str); 3] = [(2010, "2010-05-10"), (2011, "2011-05-09"), (2012, "2012-05-14")];

pub(super) fn plan(plan: &mut Plan) {
    for row in SIX {
        plan_big(plan, row);
    }
    for (project, recipient, amounts) in YEARLY {
        for ((year, on), amount) in YEARS.into_iter().zip(amounts) {
            let funding = vec![Share { fund: "community-grants".into(), year, pounds: *amount }];
            plan_small(plan, &format!("yearly-{project}-{year}"), project, recipient, funding, on);
        }
    }
    for (label, fund, project, recipient, amount, on) in SMALL {
        let funding = vec![Share { fund: (*fund).into(), year: FinancialYear::of(day(on)).0, pounds: *amount }];
        plan_small(plan, label, project, recipient, funding, on);
    }
    plan_match(plan);
    plan_lives(plan);
    plan_application(plan);
    plan_youth_conference(plan);
}

fn plan_big(plan: &mut Plan, (project, recipient, on, payments, documented): &'static Big) {
    let total = payments.iter().map(|(_, amount)| amount).sum();
    let funding = vec![Share { fund: "partnership".into(), year: 2010, pounds: total }];
    let (label, project, recipient) = ((*project).to_owned(), (*project).to_owned(), (*recipient).to_owned());
    let purpose = "Government money that the partnership awarded".to_owned();
    award(plan, Award { label, project: project.clone(), recipient, funding, on, purpose })
        .illustrative_if(!documented);
    for (paid_on, amount) in *payments {
        let label = format!("{project}-{paid_on}");
        pay(plan, &label, &project, *amount, day(paid_on)).illustrative_if(!documented);
    }
}

fn plan_small(plan: &mut Plan, label: &str, project: &str, recipient: &str, funding: Vec<Share>, on: &'static str) {
    let total = funding.iter().map(|share| share.pounds).sum();
    let (project, recipient, purpose) = (project.to_owned(), recipient.to_owned(), String::new());
    award(plan, Award { label: label.to_owned(), project, recipient, funding, on, purpose }).illustrative();
    pay(plan, &format!("{label}-paid"), label, total, days_after(on, 21)).illustrative();
}

/// The £50,000 of lottery money that Wild Stevenage's £25,000 helped to win. When it came is illustrative.
fn plan_match(plan: &mut Plan) {
    plan.add("secured/wild", day("2010-11-15"), Post::Finance, |ids| {
        Ok(SecureMatch {
            project: ids.project("wild")?,
            funder: ids.organisation("heritage-lottery")?,
            source: MatchSource::Lottery,
            amount: pounds(50_000),
            grant: Some(ids.grant("wild")?),
        })
    });
    for (on, amount) in [("2011-01-10", 20_000), ("2011-09-12", 20_000), ("2012-06-18", 10_000)] {
        plan.add(format!("match/wild-{on}"), day(on), Post::Finance, move |ids| {
            Ok(ReceiveMatch {
                project: ids.project("wild")?,
                funder: ids.organisation("heritage-lottery")?,
                source: MatchSource::Lottery,
                amount: pounds(amount),
                secured: Some(ids.secured("wild")?),
            })
        })
        .illustrative();
    }
}

/// What happens to grants between award and report: a condition, a variation, a withdrawal.
fn plan_lives(plan: &mut Plan) {
    plan.add("condition/ymca-space", day("2010-07-05"), Post::Finance, |ids| {
        let condition = "Show a lease of five years before the second payment.".into();
        Ok(SetGrantCondition { grant: ids.grant("ymca-space")?, condition, due: Some(day("2011-02-28")) })
    })
    .illustrative();
    plan.add("met/ymca-space", day("2011-02-14"), Post::Finance, |ids| {
        Ok(MeetGrantCondition {
            condition: ids.condition("ymca-space")?,
            evidence: sentences("The lease was shown to the partnership's officer."),
        })
    })
    .illustrative();
    plan.add("varied/soresilient", day("2011-06-06"), Post::Finance, |ids| {
        let share =
            FundingShare { fund: ids.fund("partnership")?, budget_year: FinancialYear(2011), amount: pounds(6_000) };
        let reason = sentences("A second afternoon each week.");
        Ok(VaryGrant { grant: ids.grant("soresilient")?, change: pounds(6_000), funding: vec![share], reason })
    })
    .illustrative();
    plan.add("withdrawn/soresilient", day("2012-03-19"), Post::Finance, |ids| {
        let reason = sentences("The second afternoon was dropped before its money was asked for.");
        Ok(WithdrawGrant { grant: ids.grant("soresilient")?, reason })
    })
    .illustrative();
    plan.add("report/wild", day("2012-09-28"), Post::Finance, |ids| {
        Ok(ReportOnGrant {
            grant: ids.grant("wild")?,
            spent: pounds(25_000),
            unspent: pounds(0),
            words: "An officer was appointed, and volunteers gave over 300 hours to grasslands and woods.".into(),
        })
    });
}

/// An application that was declined, and a proposal that became an award.
fn plan_application(plan: &mut Plan) {
    plan.add("application/inter-faith", day("2012-09-05"), Post::Finance, |ids| {
        Ok(ApplyForGrant {
            applicant: ids.organisation("inter-faith")?,
            project: Some(ids.project("inter-faith")?),
            fund: Some(ids.fund("wellbeing")?),
            amount: pounds(2_500),
            purpose: "Shared meals of the faith groups".into(),
            reference: Some("example-application-1".into()),
        })
    })
    .illustrative();
    plan.add("declined/inter-faith", day("2012-09-26"), Post::Finance, |ids| {
        let reason = "The fund is for healthy lifestyles; a local community budget suits this better.".into();
        Ok(DeclineGrant { application: ids.application("inter-faith")?, reason })
    })
    .illustrative();
    plan.add("proposal/brokerage", day("2012-05-21"), Post::Finance, |ids| {
        let share =
            FundingShare { fund: ids.fund("volunteering")?, budget_year: FinancialYear(2012), amount: pounds(17_500) };
        Ok(ProposeGrant {
            application: None,
            recipient: ids.organisation("cvs")?,
            project: ids.project("volunteering")?,
            amount: pounds(17_500),
            purpose: sentences("Volunteering and business brokerage"),
            department: Some("Community Development".into()),
            starts: None,
            ends: None,
            funding: vec![share],
            instalments: Vec::new(),
            interests: Vec::new(),
            subsidy: None,
            rent_offset: None,
        })
    })
    .illustrative();
}

/// The conference that came in under its budget: the money comes back. The amounts are illustrative.
fn plan_youth_conference(plan: &mut Plan) {
    let funding = vec![Share { fund: "youth-conference".into(), year: 2018, pounds: 3_000 }];
    let (project, recipient) = ("youth-conference".to_owned(), "youth-council".to_owned());
    let purpose = "A town-wide conference of young people".to_owned();
    award(plan, Award { label: project.clone(), project, recipient, funding, on: "2018-05-14", purpose })
        .illustrative();
    pay(plan, "youth-conference", "youth-conference", 3_000, day("2018-05-28")).illustrative();
    plan.add("report/youth-conference", day("2018-12-03"), Post::Finance, |ids| {
        Ok(ReportOnGrant {
            grant: ids.grant("youth-conference")?,
            spent: pounds(2_580),
            unspent: pounds(420),
            words: "Four secondary schools took part, and five young people joined the Youth Council.".into(),
        })
    })
    .illustrative();
    plan.add("return/youth-conference", day("2018-12-10"), Post::Finance, |ids| {
        let reason = sentences("The conference cost less than its budget.");
        Ok(ReturnGrant { payment: ids.payment("youth-conference")?, amount: pounds(420), reason })
    })
    .illustrative();
}
