//! Rent in kind: Swingate House with three occupiers of one building, fourteen community centres, and two garages.
//!
//! Documented: the building, its three occupiers, that it had stood empty; fourteen centres run by their community
//! associations; that garages are lent. Every rent and share is illustrative, and so are the centres' places.

use super::grants::{Award, Share, award};
use super::organisations::{PLACES, association};
use super::plan::Plan;
use super::words::{Post, day, pounds};
use crate::domain::command::{AgreeRentInKind, EndRentInKind, PayGrant, ReviewRent};
use crate::domain::event::{PaymentMethod, Premises, Valuation};
use crate::domain::quantity::BasisPoints;

/// The last day of every agreement: where the example ends, so that no rent of later years is made up.
const TERM_ENDS: &str = "2013-03-31";

/// One occupier's agreement; rents are pounds a year of its own part.
struct Agreement {
    label: String,
    premises: String,
    occupier: String,
    project: String,
    share: u32,
    market: i64,
    charged: i64,
    from: &'static str,
}

/// Swingate House: occupier, share in basis points, market rent and charged rent.
const SWINGATE: &[(&str, u32, i64, i64)] =
    &[("cab", 5_000, 24_000, 6_000), ("shopmobility", 3_000, 14_400, 1_200), ("credit-union", 2_000, 9_600, 2_400)];

/// The market rent of each community centre, in the order of the places; each is charged the same.
const CENTRES: [i64; 14] =
    [14_500, 21_000, 17_250, 13_000, 16_400, 12_800, 24_500, 15_900, 13_600, 18_200, 16_750, 11_900, 14_100, 26_000];
const CENTRE_CHARGE: i64 = 500;

/// Garages: label, occupier, project, market and charged rent, first day.
const GARAGES: &[(&str, &str, &str, i64, i64, &str)] = &[
    ("mobbsbury", "mobbsbury", "mobbsbury", 520, 260, "2010-10-04"),
    ("toddlers", "toddlers", "toddlers", 520, 260, "2011-02-07"),
];

/// Centres whose rents were reviewed, with the new market and charged rent.
const REVIEWS: &[(&str, i64, i64)] = &[("bedwell", 22_400, 600), ("old-town", 26_000, 600), ("shephall", 19_000, 500)];

pub(super) fn plan(plan: &mut Plan) {
    for (occupier, share, market, charged) in SWINGATE {
        let (label, project) = (format!("swingate-{occupier}"), "swingate".to_owned());
        let (premises, occupier) = ("Swingate House".to_owned(), (*occupier).to_owned());
        let (share, market, charged, from) = (*share, *market, *charged, "2012-05-01");
        agree(plan, Agreement { label, premises, occupier, project, share, market, charged, from });
    }
    for ((place, words), market) in PLACES.iter().zip(CENTRES) {
        let (label, premises) = (format!("centre-{place}"), format!("Community centre of {words}"));
        let (occupier, project, from) = (association(place), format!("centre-{place}"), "2010-04-06");
        let (share, charged) = (10_000, CENTRE_CHARGE);
        agree(plan, Agreement { label, premises, occupier, project, share, market, charged, from });
    }
    for (name, occupier, project, market, charged, from) in GARAGES {
        let (label, premises) = (format!("garage-{name}"), format!("Garage lent to {occupier}"));
        let (occupier, project) = ((*occupier).to_owned(), (*project).to_owned());
        let (share, market, charged) = (10_000, *market, *charged);
        agree(plan, Agreement { label, premises, occupier, project, share, market, charged, from });
    }
    plan_changes(plan);
    plan_offset(plan);
}

fn agree(plan: &mut Plan, it: Agreement) {
    plan.add(format!("agreement/{}", it.label), day(it.from), Post::Finance, move |ids| {
        Ok(AgreeRentInKind {
            premises: Premises { name: it.premises.as_str().into(), uprn: None },
            landlord: Some(ids.organisation("council")?),
            occupier: ids.organisation(&it.occupier)?,
            project: ids.project(&it.project)?,
            share_bp: BasisPoints(it.share),
            market_rent: pounds(it.market),
            charged_rent: pounds(it.charged),
            valuation: Some(valuation(it.from)),
            term_ends: Some(day(TERM_ENDS)),
        })
    })
    .illustrative();
}

fn valuation(on: &str) -> Valuation {
    Valuation {
        on: day(on),
        valuer: "Estates department".into(),
        basis: "Illustrative: no valuation was published".into(),
        alternative_use: None,
    }
}

/// Reviews, and a garage that was given back.
fn plan_changes(plan: &mut Plan) {
    for (place, market, charged) in REVIEWS {
        plan.add(format!("review/centre-{place}"), day("2012-04-02"), Post::Finance, move |ids| {
            Ok(ReviewRent {
                agreement: ids.agreement(&format!("centre-{place}"))?,
                market_rent: pounds(*market),
                charged_rent: pounds(*charged),
                valuation: Some(valuation("2012-03-01")),
            })
        })
        .illustrative();
    }
    plan.add("ended/garage-toddlers", day("2012-09-30"), Post::Finance, |ids| {
        let agreement = ids.agreement("garage-toddlers")?;
        Ok(EndRentInKind { agreement, reason: Some("The groups found room in the community centres".into()) })
    })
    .illustrative();
}

/// A grant that is set against rent: the council pays itself.
fn plan_offset(plan: &mut Plan) {
    let funding = vec![Share { fund: "community-grants".into(), year: 2012, pounds: 600 }];
    let (label, project) = ("rent-bedwell".to_owned(), "centre-bedwell".to_owned());
    let purpose = "Towards the rent of the community centre".to_owned();
    let recipient = association("bedwell");
    award(plan, Award { label, project, recipient, funding, on: "2012-05-14", purpose }).illustrative();
    plan.add("payment/rent-bedwell", day("2012-06-01"), Post::Finance, |ids| {
        Ok(PayGrant {
            grant: ids.grant("rent-bedwell")?,
            amount: pounds(400),
            method: PaymentMethod::RentOffset,
            agreement: Some(ids.agreement("centre-bedwell")?),
            period_from: Some(day("2012-06-01")),
            period_to: Some(day("2013-03-31")),
            payee: None,
            payment_reference: None,
        })
    })
    .illustrative();
}
