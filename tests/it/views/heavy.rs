//! Months with thousands of entries: summed day by day instead of entry by entry, and still to the penny.

use coledger::domain::event::{Entry, EntryReversed, Event, EventKind, RateCardAdopted, ReversalCode};
use coledger::domain::ids::{EntryId, Position};
use coledger::domain::money::Pence;
use coledger::domain::time::Day;
use coledger::views::dividends::shared_dividend;
use coledger::views::evidence::evidence;
use coledger::views::line::Line;
use coledger::views::load::{FIRST, Load, project};
use coledger::views::view::View;
use coledger::views::window::Window;

use crate::harness::views::{again, folded};

/// Four thousand entries of hours within sixty days.
fn busy() -> Vec<Entry> {
    let mut entries: Vec<Entry> = Load::new(4_000, 1).collect();
    for entry in &mut entries {
        if matches!(entry.event, Event::HoursLogged(_)) {
            entry.effective = Day(FIRST.0 + i32::try_from(entry.position.0 % 60).unwrap());
        }
    }
    entries
}

fn then(entries: &mut Vec<Entry>, effective: Day, event: Event) {
    let mut entry = entries.last().expect("an entry").clone();
    entry.position = entry.position.next();
    entry.effective = effective;
    entry.event = event;
    entries.push(entry);
}

/// A card like the first of the ledger, but dearer.
fn dearer(entries: &[Entry]) -> RateCardAdopted {
    let mut cards = entries.iter().filter_map(|entry| match &entry.event {
        Event::RateCardAdopted(card) => Some(card.clone()),
        _ => None,
    });
    let mut card = cards.next().expect("a rate card");
    card.hour_rates.iter_mut().for_each(|rate| rate.per_hour = Pence(rate.per_hour.0 + 37));
    card.hour_rates.iter_mut().for_each(|rate| rate.high = None);
    card
}

/// Every figure of a few windows is what stands behind it.
fn adds_up(view: &View) {
    for (from, to) in [(0, 59), (3, 3), (10, 40), (29, 31), (31, 58), (45, 46)] {
        let window = Window::new(Day(FIRST.0 + from), Day(FIRST.0 + to), Day(FIRST.0 + 90));
        let figure = shared_dividend(view, project(0), window, None).expect("the project");
        for line in [Line::Volunteering, Line::VolunteerMinutes, Line::Organisations, Line::AwaitingMinutes] {
            let behind: i64 = evidence(view, project(0), window, line, None).iter().map(|row| row.value).sum();
            assert_eq!(figure.line(line), behind, "{} of {window}", line.name());
        }
        assert_ne!(figure.line(Line::Volunteering), 0);
    }
}

/// Busy months with a dearer card in force from within them, and then some hours reversed.
fn busy_and_corrected() -> Vec<Entry> {
    let mut entries = busy();
    let card = dearer(&entries);
    then(&mut entries, Day(FIRST.0 + 20), card.into());
    let hours = entries.iter().filter(|entry| matches!(entry.event, Event::HoursLogged(_)));
    let some: Vec<Position> = hours.map(|entry| entry.position).step_by(97).collect();
    for position in some {
        let entry = EntryId { kind: EventKind::HoursLogged, position };
        let reversal = EntryReversed { entry, code: ReversalCode::Error, note: None };
        then(&mut entries, Day(FIRST.0 + 80), reversal.into());
    }
    entries
}

#[test]
fn a_busy_month_adds_up_whatever_happens_in_it() {
    let (hours, entries) = (busy().len(), busy_and_corrected());
    adds_up(&folded(&entries[..hours]));
    adds_up(&folded(&entries[..=hours]));
    let view = folded(&entries);
    adds_up(&view);
    assert!(view.books.reversed.len() > 30);
}

/// A ledger's past, asked of its view, of that view saved and restored, and of a later past of it.
fn pasts(view: &View, at: &Entry) -> [View; 3] {
    let later = view.known_at(Position(at.position.0.midpoint(view.position.0)), at.recorded_at, None);
    [view, &again(view), &later].map(|view| view.known_at(at.position, at.recorded_at, None))
}

#[test]
fn busy_months_are_known_as_they_were_whether_something_changed_them_since_or_not() {
    let growing: Vec<Entry> = Load::new(12_000, 1).collect();
    let month = growing.iter().filter(|entry| entry.effective.month() == Day(FIRST.0 + 45).month());
    assert!(month.count() > 300, "months have totals day by day");
    for entries in [busy_and_corrected(), growing] {
        let view = folded(&entries);
        for part in 1..8 {
            let known = &entries[..entries.len() * part / 8];
            let then = folded(known);
            for past in pasts(&view, known.last().expect("an entry")) {
                for (from, to) in [(0, 1_200), (3, 3), (10, 400), (31, 58), (300, 301), (600, 1_000)] {
                    let window = Window::new(Day(FIRST.0 + from), Day(FIRST.0 + to), Day(FIRST.0 + 1_300));
                    let figure = |view: &View| shared_dividend(view, project(0), window, None).map(|it| it.totals);
                    assert_eq!(figure(&past), figure(&then), "{window} at position {}", past.position);
                }
            }
        }
    }
}

#[test]
fn a_busy_month_is_the_same_under_a_card_that_is_named_and_in_force() {
    let view = folded(&busy());
    let card = view.books.setup.rate_cards().next().map(|card| card.id);
    let window = Window::new(Day(FIRST.0 + 5), Day(FIRST.0 + 50), Day(FIRST.0 + 50));
    let named = shared_dividend(&view, project(0), window, card).expect("the project");
    assert_eq!(shared_dividend(&view, project(0), window, None).expect("the project").totals, named.totals);
}

#[test]
fn what_is_committed_in_a_busy_month_is_its_awards_until_then() {
    let mut entries = busy();
    let mut awarded = 0;
    for number in 0..40 {
        let random = Entry::random(EventKind::GrantAwarded, &mut |limit| limit / 2);
        let Event::GrantAwarded(mut award) = random.event else { panic!("no award") };
        (award.project, award.amount) = (project(0), Pence(1_000 + i64::from(number)));
        then(&mut entries, Day(FIRST.0 + number), Event::GrantAwarded(award));
    }
    let view = folded(&entries);
    for number in 0..40 {
        awarded += 1_000 + i64::from(number);
        let until = Day(FIRST.0 + number);
        let window = Window::new(FIRST, until, until);
        let figure = shared_dividend(&view, project(0), window, None).expect("the project");
        assert_eq!(figure.line(Line::Committed), awarded, "until {until}");
    }
}
