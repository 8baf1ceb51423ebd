//! A published grant, as far as the ledger keeps it.
//!
//! Invariant: made only of a tree that passed [`super::check`]; its amount is exact pence.

use super::check::{self, Origin};
use super::node::Node;
use crate::domain::money::{LARGEST_AMOUNT, Pence};
use crate::domain::text::Reference;
use crate::domain::time::Day;
use crate::interchange::fault::Faults;

/// A published grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Where it stands in its file.
    pub origin: Origin,
    /// Its published identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The amount awarded.
    pub amount: Pence,
    /// The day of the award.
    pub awarded: Day,
    /// The first planned day, where a whole date is given.
    pub starts: Option<Day>,
    /// The last planned day, where a whole date is given.
    pub ends: Option<Day>,
    /// Who receives it.
    pub recipient: Party,
    /// Who gives it.
    pub funder: Party,
    /// How many recipients and funders there are beyond those.
    pub further_parties: usize,
    /// The programme's code, or its title where it has none.
    pub programme: Option<Programme>,
}

/// An organisation as a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its organisation identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The identifiers that its charity and company numbers come to, where they are others.
    pub further_ids: Vec<String>,
    /// The department that gives.
    pub department: Option<String>,
}

/// A grant programme as a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// Its code, or its title where it has none.
    pub code: String,
    /// Its title, or its code where it has none.
    pub title: String,
}

impl Grant {
    /// The grant of a tree that passed the check; what the ledger cannot keep of it becomes a fault.
    pub fn of(node: &Node, origin: Origin, faults: &mut Faults) -> Option<Self> {
        let before = faults.count();
        let text = |name: &str| node.get(name).and_then(Node::text).map(str::trim).unwrap_or_default().to_owned();
        let amount = amount(node, origin, faults);
        let recipient = party(node, "recipientOrganization", origin, faults);
        let funder = party(node, "fundingOrganization", origin, faults);
        keepable(node, origin, faults);
        let planned = node.get("plannedDates").map(Node::items).and_then(|events| events.first());
        let planned_day = |name: &str| planned.and_then(|event| event.get(name)?.text().and_then(check::day));
        let grant = Self {
            origin,
            id: text("id"),
            title: one_line(&text("title")),
            description: text("description").replace("\r\n", "\n").replace(['\r', '\t'], " "),
            amount: amount?,
            awarded: check::day(&text("awardDate"))?,
            starts: planned_day("startDate"),
            ends: planned_day("endDate"),
            recipient: recipient?,
            funder: funder?,
            further_parties: further(node, "recipientOrganization") + further(node, "fundingOrganization"),
            programme: programme(node),
        };
        (faults.count() == before).then_some(grant)
    }
}

/// What a grant must be for this ledger, beyond the standard.
fn keepable(node: &Node, origin: Origin, faults: &mut Faults) {
    if node.get("currency").and_then(Node::text) != Some("GBP") {
        faults.push(origin.place_of("currency"), "the ledger is kept in pounds sterling: only GBP goes in.");
    }
    if node.get("recipientIndividual").is_some() {
        let sentence = "the grant is to a person; this release keeps grants to organisations only. Take it out.";
        faults.push(origin.place_of("recipientIndividual"), sentence);
    }
    let id = node.get("id").and_then(Node::text).unwrap_or_default().trim();
    if let Some(fault) = Reference::from(id).fault() {
        faults.push(origin.place_of("id"), fault);
    }
    let title = node.get("title").and_then(Node::text).unwrap_or_default();
    if title.trim().is_empty() {
        faults.push(origin.place_of("title"), "Enter some words.");
    }
}

fn further(node: &Node, name: &str) -> usize {
    node.get(name).map_or(0, |parties| parties.items().len().saturating_sub(1))
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ")
}

fn amount(node: &Node, origin: Origin, faults: &mut Faults) -> Option<Pence> {
    let Some(Node::Number(text)) = node.get("amountAwarded") else { return None };
    let sentence = match pence(text) {
        Some(amount) if amount > LARGEST_AMOUNT => format!("Enter an amount of at most {}.", LARGEST_AMOUNT.display()),
        Some(amount) if amount > Pence::ZERO => return Some(amount),
        Some(_) => "Enter an amount above £0.00.".to_owned(),
        None => "Enter pounds with at most two decimal places, like 3028.63.".to_owned(),
    };
    faults.push(origin.place_of("amountAwarded"), sentence);
    None
}

/// The exact pence of a JSON number: `2266`, `3028.6`, `3028.630`, `1.2e3`. `None` where it comes to no whole pence.
pub fn pence(text: &str) -> Option<Pence> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let part = part.trim_end_matches('0');
    let digits = format!("{whole}{part}");
    let places = i32::try_from(part.len()).ok()?.checked_sub(exponent)?;
    let size: i64 = digits.parse().ok()?;
    let shift = u32::try_from(2_i32.checked_sub(places)?).ok().filter(|shift| *shift <= 18)?;
    let size = size.checked_mul(10_i64.checked_pow(shift)?)?;
    Some(Pence(if negative { -size } else { size }))
}

fn party(node: &Node, name: &'static str, origin: Origin, faults: &mut Faults) -> Option<Party> {
    let first = node.get(name)?.items().first()?;
    let text = |field: &str| first.get(field).and_then(Node::text).map(str::trim).unwrap_or_default().to_owned();
    let id = text("id");
    if let Some(fault) = Reference::from(id.as_str()).fault() {
        faults.push(format!("{} (identifier)", origin.place_of(name)), fault);
    }
    let further_ids = [("GB-CHC-", text("charityNumber")), ("GB-COH-", text("companyNumber"))]
        .into_iter()
        .filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map(|(list, number)| format!("{list}{number}"))
        .filter(|further| *further != id)
        .collect();
    let department = Some(one_line(&text("department"))).filter(|department| !department.is_empty());
    Some(Party { id, name: one_line(&text("name")), further_ids, department })
}

fn programme(node: &Node) -> Option<Programme> {
    let first = node.get("grantProgramme")?.items().first()?;
    let text =
        |field: &str| first.get(field).and_then(Node::text).map(|text| one_line(text.trim())).unwrap_or_default();
    let (code, title) = (text("code"), text("title"));
    match (code.is_empty(), title.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Programme { code: title.clone(), title }),
        (false, true) => Some(Programme { title: code.clone(), code }),
        (false, false) => Some(Programme { code, title }),
    }
}
