//! The audit trail: every filter against a plain reading of the entries, and pages that add up to the whole.

use coledger::domain::event::{Entry, Event, EventKind};
use coledger::domain::ids::{OrganisationId, Position};
use coledger::domain::time::Day;
use coledger::views::activity::{EntryFilter, Order, about_at, count, entries, is_reversed, kind_at};
use coledger::views::view::View;
use proptest::prelude::*;

use crate::harness::decisions::day;
use crate::harness::random_ledger::{FIRST, GROUPS, PROJECT, ledger, steps};
use crate::harness::views::view_of;
use crate::harness::worked_example::{GROUP, LOTTERY, worked_example};

/// The entries that answer to a filter, by looking at each of them.
fn plainly(view: &View, all: &[Entry], filter: &EntryFilter) -> Vec<Position> {
    let reversed =
        |position| all.iter().any(|it| matches!(&it.event, Event::EntryReversed(r) if r.entry.position == position));
    let answers = |entry: &&Entry| {
        let about = about_at(view, entry.position);
        (filter.kinds.is_empty() || filter.kinds.contains(&entry.event.kind()))
            && filter.from.is_none_or(|from| from <= entry.effective)
            && filter.to.is_none_or(|to| entry.effective <= to)
            && filter.reversed.is_none_or(|wanted| wanted == reversed(entry.position))
            && filter.project.is_none_or(|project| about.project == Some(project))
            && filter.organisation.is_none_or(|organisation| about.organisations.contains(&organisation))
    };
    all.iter().filter(answers).map(|entry| entry.position).collect()
}

fn filter_of([a, b, c, d]: [u16; 4]) -> EntryFilter {
    let from = Day(day(FIRST).0 + i32::from(b % 900));
    EntryFilter {
        project: (a.is_multiple_of(3)).then_some(PROJECT),
        organisation: (a.is_multiple_of(4)).then_some(GROUPS[usize::from(b % 2)]),
        kinds: if c.is_multiple_of(2) {
            vec![]
        } else {
            vec![EventKind::HoursLogged, EventKind::ALL[usize::from(c) % 59]]
        },
        from: (b.is_multiple_of(3)).then_some(from),
        to: (b.is_multiple_of(5)).then_some(Day(from.0 + i32::from(d % 600))),
        reversed: (d.is_multiple_of(3)).then_some(d.is_multiple_of(2)),
        ..EntryFilter::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_filter_finds_what_a_plain_reading_finds(steps in steps(120), numbers in any::<[u16; 4]>(), size in 1_usize..9) {
        let (view, all) = ledger(&steps);
        let filter = filter_of(numbers);
        let expected = plainly(&view, &all, &filter);
        prop_assert_eq!(count(&view, &filter), expected.len());
        let pages = |order| {
            let mut found = Vec::new();
            loop {
                let page = entries(&view, &filter, found.last().copied(), size, order);
                found.extend(page.positions);
                if !page.has_more {
                    return found;
                }
            }
        };
        prop_assert_eq!(&pages(Order::OldestFirst), &expected);
        let backwards: Vec<Position> = expected.into_iter().rev().collect();
        prop_assert_eq!(pages(Order::NewestFirst), backwards);
        for entry in &all {
            prop_assert_eq!(kind_at(&view, entry.position), Some(entry.event.kind()));
        }
    }
}

#[test]
fn the_trail_of_an_organisation_holds_what_names_it_and_what_rests_on_that() {
    let (view, _) = view_of(&worked_example());
    let found = |organisation: OrganisationId| {
        let filter = EntryFilter { organisation: Some(organisation), ..EntryFilter::default() };
        let page = entries(&view, &filter, None, 1_000, Order::OldestFirst);
        page.positions.iter().map(|position| kind_at(&view, *position).expect("an entry").name()).collect::<Vec<_>>()
    };
    assert_eq!(found(LOTTERY), ["OrganisationRegistered", "MatchReceived", "MatchReceived", "MatchReceived"]);
    let of_group = found(GROUP);
    assert!(of_group.contains(&"GrantPaid") && of_group.contains(&"HoursConfirmed"), "{of_group:?}");
    assert!(of_group.contains(&"GrantReturned") && of_group.contains(&"RentReviewed"), "{of_group:?}");
}

#[test]
fn an_actor_a_reversal_and_an_empty_page_are_found() {
    let (view, _) = view_of(&worked_example());
    let by = EntryFilter { actor: Some("friends-of-the-wood".into()), ..EntryFilter::default() };
    assert_eq!(count(&view, &by), 11);
    let reversed = EntryFilter { reversed: Some(true), ..EntryFilter::default() };
    let page = entries(&view, &reversed, None, 10, Order::OldestFirst);
    assert_eq!(page.positions.len(), 1);
    assert!(is_reversed(&view.books, page.positions[0]));
    let nothing = entries(&view, &EntryFilter::default(), None, 0, Order::OldestFirst);
    assert!(nothing.positions.is_empty() && nothing.has_more);
    assert_eq!(count(&view, &EntryFilter::default()), usize::try_from(view.position.0).unwrap());
}
