//! The organisations of the example town.
//!
//! Public bodies, voluntary groups and funders stand under the names that the documents use. Businesses and community
//! associations are examples: what they give here is illustrative, and no real firm should be thought to have given it.

use super::governance::OPENING;
use super::plan::Plan;
use super::words::{Post, day};
use crate::domain::command::{ChangeOrganisation, MergeOrganisations, RegisterOrganisation};
use crate::domain::event::OrganisationKind::{self, Business, Funder, Partner, PublicBody, Voluntary};

/// A name for the tables, the organisation's name, and what it is.
type Row = (&'static str, &'static str, &'static [OrganisationKind]);

const ORGANISATIONS: &[Row] = &[
    ("council", "Stevenage Borough Council", &[PublicBody, Partner]),
    ("county", "Hertfordshire County Council", &[PublicBody, Partner]),
    ("police", "Hertfordshire Constabulary", &[PublicBody, Partner]),
    ("fire", "Hertfordshire Fire and Rescue Service", &[PublicBody, Partner]),
    ("nhs", "NHS Hertfordshire", &[PublicBody, Partner]),
    ("college", "North Hertfordshire College", &[PublicBody, Partner]),
    ("heritage-lottery", "Heritage Lottery Fund", &[Funder]),
    ("wildlife-trust", "Hertfordshire and Middlesex Wildlife Trust", &[Voluntary]),
    ("solutions", "Stevenage Solutions", &[Voluntary]),
    ("cab", "Stevenage Citizens Advice Bureau", &[Voluntary]),
    ("credit-union", "Stevenage Credit Union", &[Voluntary]),
    ("shopmobility", "Stevenage Shopmobility", &[Voluntary]),
    ("ymca", "YMCA Central Hertfordshire", &[Voluntary]),
    ("mind", "Mind Wellbeing Centre", &[Voluntary]),
    ("nacro", "Nacro", &[Voluntary]),
    ("young-homeless", "Herts Young Homeless Group", &[Voluntary]),
    ("leisure", "Stevenage Leisure Limited", &[Voluntary]),
    ("wenta", "Wenta", &[Voluntary]),
    ("churches", "Churches Together", &[Voluntary]),
    ("mobbsbury", "Friends of Mobbsbury Wood", &[Voluntary]),
    ("allotments", "Stevenage Garden and Allotments Association", &[Voluntary]),
    ("cvs", "Stevenage CVS", &[Voluntary]),
    ("youth-council", "Stevenage Youth Council", &[Voluntary]),
    ("disability", "Stevenage Disability Network", &[Voluntary]),
    ("world-forum", "Stevenage World Forum for Ethnic Communities", &[Voluntary]),
    ("senior-forum", "Stevenage Senior Forum", &[Voluntary]),
    ("inter-faith", "Stevenage Inter-Faith Group", &[Voluntary]),
    ("toddlers", "Toddler Group Initiative", &[Voluntary]),
    ("dogwatch", "Dogwatch", &[Voluntary]),
    ("neighbours", "Volunteers of the environmental action days", &[Voluntary]),
    ("contractor", "Decent Homes contractor (example)", &[Business]),
    ("marshals", "Taxi marshals' operator (example)", &[Business]),
    ("engineers", "Engineering firm (example)", &[Business]),
    ("retailer", "Town centre retailer (example)", &[Business]),
    ("software", "Software firm (example)", &[Business]),
    ("nursery", "Garden nursery (example)", &[Business]),
];

/// The places of the fourteen community centres: thirteen wards and the town centre.
pub(super) const PLACES: &[(&str, &str)] = &[
    ("bandley-hill", "Bandley Hill"),
    ("bedwell", "Bedwell"),
    ("chells", "Chells"),
    ("longmeadow", "Longmeadow"),
    ("manor", "Manor"),
    ("martins-wood", "Martins Wood"),
    ("old-town", "Old Town"),
    ("pin-green", "Pin Green"),
    ("roebuck", "Roebuck"),
    ("shephall", "Shephall"),
    ("st-nicholas", "St Nicholas"),
    ("symonds-green", "Symonds Green"),
    ("woodfield", "Woodfield"),
    ("town-centre", "the town centre"),
];

pub(super) fn plan(plan: &mut Plan) {
    for (name, full, kinds) in ORGANISATIONS {
        register(plan, name, (*full).to_owned(), kinds, OPENING);
    }
    for (place, words) in PLACES {
        register(
            plan,
            &association(place),
            format!("Community association of {words} (example)"),
            &[Voluntary],
            OPENING,
        );
    }
    plan_second_thoughts(plan);
}

/// The name of a place's community association in the tables.
pub(super) fn association(place: &str) -> String {
    format!("association-{place}")
}

fn register(plan: &mut Plan, name: &str, full: String, kinds: &'static [OrganisationKind], on: &str) {
    plan.add(format!("organisation/{name}"), day(on), Post::Keeper, move |_| {
        Ok(RegisterOrganisation {
            name: full.as_str().into(),
            org_ids: Vec::new(),
            kinds: kinds.to_vec(),
            control_group: None,
            also_known_as: Vec::new(),
        })
    });
}

/// One group was registered twice, and one is better known by another name.
fn plan_second_thoughts(plan: &mut Plan) {
    register(plan, "mobbsbury-again", "Friends of Mobsbury Wood".into(), &[Voluntary], "2010-06-07");
    plan.add("merger/mobbsbury", day("2010-06-14"), Post::Keeper, |ids| {
        Ok(MergeOrganisations {
            organisation: ids.organisation("mobbsbury-again")?,
            into: ids.organisation("mobbsbury")?,
        })
    })
    .illustrative();
    plan.add("change/cvs", day("2010-06-14"), Post::Keeper, |ids| {
        Ok(ChangeOrganisation {
            organisation: ids.organisation("cvs")?,
            name: None,
            org_ids: Vec::new(),
            kinds: Vec::new(),
            control_group: None,
            also_known_as: vec!["Stevenage Volunteer Centre".into()],
        })
    });
}
