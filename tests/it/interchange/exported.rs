//! The exported log, out and in: the same positions, lines, root and figures, or nothing.

use std::fs;
use std::path::Path;

use coledger::app::ledger::Ledger;
use coledger::domain::event::Entry;
use coledger::domain::event::{EntryReversed, Event, EventKind, GrantReported, ReversalCode};
use coledger::domain::ids::{BatchId, EntryId, GrantId, Position};
use coledger::domain::money::Pence;
use coledger::interchange::jsonl::{export, import};
use coledger::log::line::line_of;
use coledger::views::digest::figures_digest;
use proptest::prelude::*;

use crate::harness::random_ledger::{Step, ledger, steps};

fn lines(entries: &[Entry]) -> String {
    entries.iter().map(|entry| line_of(entry) + "\n").collect()
}

/// Imports lines into a new folder and says what came of it.
fn imported(folder: &Path, text: &str) -> Result<Ledger, String> {
    fs::write(folder.join("log.jsonl"), text).unwrap();
    let town = folder.join("town");
    import(&folder.join("log.jsonl"), &town, &mut |_| {}).map_err(|error| error.to_string())?;
    Ok(Ledger::open(&town, &mut |_| {}).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn a_log_that_went_out_and_in_has_the_same_lines_root_and_figures(steps in steps(120)) {
        let (view, entries) = ledger(&steps);
        let folder = tempfile::tempdir().unwrap();
        let copy = imported(folder.path(), &lines(&entries)).unwrap();
        prop_assert_eq!(copy.view().position, view.position);
        prop_assert_eq!(figures_digest(&copy.view()), figures_digest(&view));
        let mut out = Vec::new();
        export(copy.log(), copy.view().position, &mut out, &mut |_| {}).unwrap();
        prop_assert_eq!(String::from_utf8(out).unwrap(), lines(&entries));
        prop_assert_eq!(copy.root_at(view.position).unwrap(), copy.checkpoint().root);
    }
}

#[test]
fn a_line_that_names_what_does_not_stand_before_it_makes_no_ledger() {
    let (_, entries) = ledger(&[Step::default()]);
    let last = entries.last().unwrap().clone();
    let here = last.position.next();
    let reverse = |kind, position| -> Event {
        EntryReversed { entry: EntryId { kind, position }, code: ReversalCode::Error, note: None }.into()
    };
    let report: Event =
        GrantReported { grant: GrantId(Position(1)), spent: Pence(1), unspent: Pence(0), words: "Done".into() }.into();
    let rows: [(&str, Event, Option<BatchId>); 6] = [
        ("which does not stand before it", reverse(EventKind::HoursLogged, here), None),
        ("which does not stand before it", reverse(EventKind::LedgerOpened, here.next()), None),
        ("which does not stand before it", reverse(EventKind::HoursLogged, Position(1)), None),
        ("which does not stand before it", report, None),
        ("which does not stand before it", reverse(EventKind::LedgerOpened, Position(1)), Some(BatchId(Position(1)))),
        ("it reverses a reversal", reverse(EventKind::EntryReversed, Position(1)), None),
    ];
    for (number, (words, event, batch)) in rows.into_iter().enumerate() {
        let forged = Entry { position: here, commit: 0, key: None, batch, event, ..last.clone() };
        let forged = Entry { recorded_at: coledger::domain::time::Instant(last.recorded_at.0 + 1), ..forged };
        let folder = tempfile::tempdir().unwrap();
        let text = lines(&entries) + &lines(&[forged]);
        let sentence = imported(folder.path(), &text).map(|_| ()).unwrap_err();
        assert!(sentence.contains(words), "row {number}: {sentence}");
        assert!(!folder.path().join("town").exists());
    }
}
