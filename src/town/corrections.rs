//! What went wrong and was put right: a duplicate, a slip in a payment, and a register that turned up after the books
//! were closed. All of it is illustrative; a ledger without corrections would not be a real one.

use super::contracts::plan_payment;
use super::plan::Plan;
use super::words::{Post, day};
use crate::domain::command::{ConfirmHours, LogHours, ReverseEntry};
use crate::domain::event::{Captured, EventKind, ReversalCode};
use crate::domain::ids::EntryId;

pub(super) fn plan(plan: &mut Plan) {
    plan_duplicate(plan);
    plan_payment(plan, "debt-advice-slip", "debt-advice", 3_000, "2012-07-13");
    reverse(plan, "contractpayment/debt-advice-slip", EventKind::ContractPaid, "2012-07-16", ReversalCode::Error);
    plan_late(plan);
}

/// The Friends' day was entered a second time from the paper register.
fn plan_duplicate(plan: &mut Plan) {
    log(plan, Post::Logger("mobbsbury"), "mobbsbury-duplicate", "mobbsbury", "2012-05-19", (11, 120));
    plan.illustrative();
    log(plan, Post::Logger("mobbsbury"), "mobbsbury-duplicate-again", "mobbsbury", "2012-05-19", (11, 120));
    plan.illustrative();
    plan.add("confirmed/mobbsbury-duplicate", day("2012-05-25"), Post::Certifier("mobbsbury"), |ids| {
        Ok(ConfirmHours { entries: vec![ids.hours("mobbsbury-duplicate")?, ids.hours("mobbsbury-duplicate-again")?] })
    })
    .illustrative();
    let label = "hours/mobbsbury-duplicate-again";
    reverse(plan, label, EventKind::HoursLogged, "2012-06-01", ReversalCode::Duplicate);
}

/// A register of March 2011 turned up when the books of that year were closed: finance enters it, with the reason.
fn plan_late(plan: &mut Plan) {
    let reason = "The paper register was found when the cupboard was cleared";
    log(plan, Post::Finance, "toddlers-found", "toddlers", "2011-03-12", (17, 360));
    plan.illustrative().late("2011-09-05", reason);
    plan.add("confirmed/toddlers-found", day("2011-09-12"), Post::Certifier("toddlers"), |ids| {
        Ok(ConfirmHours { entries: vec![ids.hours("toddlers-found")?] })
    })
    .illustrative()
    .late("2011-09-12", reason);
}

fn log(plan: &mut Plan, post: Post, label: &str, group: &'static str, on: &str, (people, minutes_each): (u32, u32)) {
    plan.add(format!("hours/{label}"), day(on), post, move |ids| {
        Ok(LogHours {
            project: ids.project(group)?,
            group: ids.organisation(group)?,
            role: "general".into(),
            people,
            minutes_each,
            activity: None,
            captured: Captured::Register,
            pledge: None,
            meant: true,
        })
    });
}

fn reverse(plan: &mut Plan, label: &'static str, kind: EventKind, on: &str, code: ReversalCode) {
    plan.add(format!("reversal/{label}"), day(on), Post::Finance, move |ids| {
        let entry = EntryId { kind, position: ids.position(label)? };
        let note = match code {
            ReversalCode::Duplicate => "Entered twice: from the phone and from the paper register",
            _ => "The instalment was entered without its last digit; the whole instalment stands beside it",
        };
        Ok(ReverseEntry { entry, code, note: Some(note.into()) })
    })
    .illustrative();
}
