//! Saved views: restored they are the views that were saved, and whatever is wrong with one, it is not restored.

use coledger::domain::ids::Position;
use coledger::domain::quantity::Digest;
use coledger::domain::time::Day;
use coledger::views::activity::{EntryFilter, count};
use coledger::views::digest::figures_digest;
use coledger::views::load::{FIRST, Load};
use coledger::views::snapshot::{Stamp, restore, save, stamp};
use coledger::views::view::View;
use proptest::prelude::*;

use crate::harness::random_ledger::{ledger, steps};
use crate::harness::views::{ROOT, again, folded, same, view_of};
use crate::harness::worked_example::worked_example;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_view_that_is_saved_and_restored_goes_on_as_if_it_never_was(
        steps in steps(120),
        at in any::<prop::sample::Index>(),
    ) {
        let (whole, entries) = ledger(&steps);
        let at = at.index(entries.len()) + 1;
        let half = folded(entries.iter().take(at));
        let mut restored = again(&half);
        same(&restored, &half);
        for entry in entries.iter().skip(at) {
            restored.apply(entry);
        }
        same(&restored, &whole);
    }
}

#[test]
fn batches_come_back_with_their_hours() {
    let mut load: Vec<_> = Load::new(450, 2).collect();
    let batch = coledger::domain::event::BatchOpened { file: "hours.csv".into(), sha256: Digest::default() };
    let opened = load.get(5).expect("an entry").position;
    load[5].event = batch.into();
    for entry in load.iter_mut().skip(6).filter(|entry| entry.position.0 % 50 > 7) {
        entry.batch = Some(coledger::domain::ids::BatchId(opened));
    }
    let view = folded(&load);
    let restored = again(&view);
    same(&restored, &view);
    let batch = |view: &View| view.books.governance.batch(coledger::domain::ids::BatchId(opened)).cloned();
    assert_eq!(batch(&restored), batch(&view));
    for position in [6, 7, 100, 101, 149, 300, view.position.0 - 1].map(Position) {
        let then = folded(load.iter().take_while(|entry| entry.position <= position));
        let earlier = view.known_at(Position(90), view.recorded_at, None);
        let earlier = Some(&earlier).filter(|earlier| earlier.position < position);
        let known = view.known_at(position, then.recorded_at, earlier);
        assert_eq!(batch(&known), batch(&then), "at {position}");
        let filter = EntryFilter { batch: Some(coledger::domain::ids::BatchId(opened)), ..EntryFilter::default() };
        assert_eq!(count(&known, &filter), count(&then, &filter), "at {position}");
    }
    assert!(batch(&view).is_some_and(|batch| batch.len() > 300));
}

#[test]
fn a_snapshot_with_any_byte_changed_is_not_restored() {
    let (view, _) = view_of(&worked_example());
    let bytes = save(&view, ROOT).expect("a snapshot");
    let expected = stamp(&bytes).expect("its stamp");
    assert_eq!(expected, Stamp { position: view.position, root: ROOT });
    for index in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[index] ^= 0x10;
        assert!(restore(&damaged, expected).is_none(), "byte {index}");
    }
    for length in 0..bytes.len() {
        assert!(restore(&bytes[..length], expected).is_none(), "cut at {length}");
    }
}

/// The snapshot with another body, and the sum that goes with it: what damage cannot make, and a hand can.
fn with_body(bytes: &[u8], head: usize, body: &[u8]) -> Vec<u8> {
    let mut made = bytes[..head].to_vec();
    made.extend(zstd::encode_all(body, 1).unwrap());
    let sum = crc32fast::hash(&made);
    made.extend(sum.to_le_bytes());
    made
}

#[test]
fn a_snapshot_whose_sum_is_right_and_whose_content_is_not_breaks_nothing() {
    let load: Vec<_> = Load::new(60, 2).collect();
    let (last, earlier) = load.split_last().expect("entries");
    let bytes = save(&folded(earlier), ROOT).expect("a snapshot");
    let stamp = stamp(&bytes).expect("its stamp");
    let zstd_magic = [0x28, 0xb5, 0x2f, 0xfd];
    let head = bytes.windows(4).position(|four| four == zstd_magic).expect("its body");
    let body = zstd::decode_all(&bytes[head..bytes.len() - 4]).unwrap();
    assert!(restore(&with_body(&bytes, head, &body), stamp).is_some(), "the body is found");
    let changed = (0..body.len()).step_by(13).flat_map(|at| [1, 0x80, 0xff].map(|bits| (at, bits)));
    let refused = changed.filter(|(at, bits)| {
        let mut other = body.clone();
        other[*at] ^= bits;
        // What is restored all the same can be asked, and goes on.
        let mut view = restore(&with_body(&bytes, head, &other), stamp);
        if let Some(view) = &mut view {
            view.apply(last);
            figures_digest(view);
        }
        view.is_none()
    });
    assert!(refused.count() > body.len() / 130, "of three changes at every thirteenth of {} places", body.len());
    for length in (0..body.len()).step_by(13) {
        assert!(restore(&with_body(&bytes, head, &body[..length]), stamp).is_none(), "cut at {length}");
    }
}

#[test]
fn a_snapshot_of_another_log_or_position_is_not_restored() {
    let (view, _) = view_of(&worked_example());
    let bytes = save(&view, ROOT).expect("a snapshot");
    let expected = Stamp { position: view.position, root: ROOT };
    assert!(restore(&bytes, Stamp { root: Digest([8; 32]), ..expected }).is_none());
    assert!(restore(&bytes, Stamp { position: Position(view.position.0 - 1), ..expected }).is_none());
    assert!(restore(&bytes, expected).is_some());
}

#[test]
fn days_of_a_busy_month_come_back_as_they_were() {
    let mut load: Vec<_> = Load::new(1_500, 1).collect();
    for (entry, number) in load.iter_mut().zip(0..) {
        if matches!(entry.event, coledger::domain::event::Event::HoursLogged(_)) {
            entry.effective = Day(FIRST.0 + number % 20);
        }
    }
    let view = folded(&load);
    same(&again(&view), &view);
}

#[test]
fn a_view_of_more_hours_than_one_block_of_a_snapshot_holds_is_restored_whole() {
    let mut view = View::default();
    for entry in Load::new(9_000, 3) {
        view.apply(&entry);
    }
    let restored = again(&view);
    assert_eq!(restored.books.hours.len(), 9_000);
    same(&restored, &view);
}
