//! Files taken into a ledger in memory: in several commits, interrupted, and beside other writers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, COMMIT_MAX, Request};
use coledger::domain::command::{OpenLedger, RegisterOrganisation};
use coledger::domain::event::{Actor, Currency, EventKind, OrganisationKind, Role};
use coledger::domain::ids::Position;
use coledger::domain::money::Pence;
use coledger::domain::text::Reference;
use coledger::interchange::batch::Terms;
use coledger::interchange::file::SourceFile;
use coledger::interchange::hours::import as hours;
use coledger::interchange::threesixty::import::{Imported, import};
use coledger::log::clock::SystemClock;

use super::data;

fn actor() -> Actor {
    Actor { name: "keeper".into(), role: Role::Keeper }
}

fn submit(ledger: &Ledger, key: &str, ask: Ask) {
    ledger.submit_blocking(Request { actor: actor(), key: key.into(), asks: vec![ask] }).unwrap();
}

fn ledger() -> Ledger {
    let ledger = Ledger::in_memory(Arc::new(SystemClock)).unwrap();
    let open = OpenLedger {
        name: "Exampleton".into(),
        currency: Currency::Gbp,
        publisher: None,
        time_zone: "Europe/London".into(),
    };
    submit(&ledger, "open", Ask::now(open));
    ledger
}

fn terms(ledger: &Ledger, commit_max: usize) -> Terms {
    Terms { actor: actor(), today: ledger.today(), late: None, meant: false, dry_run: false, commit_max }
}

fn grants(ledger: &Ledger, commit_max: usize) -> Imported {
    let file = SourceFile::read(&data("grants.json")).unwrap();
    import(ledger, &file, &terms(ledger, commit_max), &mut |_, _| {}).unwrap()
}

fn count(ledger: &Ledger, kind: EventKind) -> usize {
    let mut count = 0;
    let last = ledger.view().position;
    ledger
        .log()
        .scan(Position(1), last, &mut |entry| {
            count += usize::from(entry.event.kind() == kind);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    count
}

#[test]
fn a_file_too_large_for_one_commit_is_several_commits_of_one_batch() {
    let (whole, parts) = (ledger(), ledger());
    let (one, several) = (grants(&whole, COMMIT_MAX), grants(&parts, 7));
    assert_eq!([one.new, one.entries], [4, 17]);
    assert_eq!([several.new, several.entries, several.present], [4, 17, 0]);
    assert_eq!(several.awarded, Pence(1_432_912));
    assert_eq!(count(&parts, EventKind::BatchOpened), 1);
    assert_eq!(count(&parts, EventKind::GrantAwarded), 4);
    let batches: Vec<_> = (3..=18).map(|position| parts.entry(Position(position)).unwrap().unwrap().batch).collect();
    assert!(batches.iter().all(|batch| *batch == batches[0] && batch.is_some()), "{batches:?}");
}

#[test]
fn grants_of_one_recipient_and_programme_share_organisation_and_fund() {
    let ledger = ledger();
    grants(&ledger, COMMIT_MAX);
    let books = &ledger.view().books;
    let friends = books.organisations.by_org_id(&"GB-CHC-1234567".into()).unwrap();
    let friends = books.organisations.get(friends).unwrap();
    assert_eq!(friends.name(), "Friends of the Green");
    assert_eq!(friends.also_known_as(), ["The Friends of the Green".into()]);
    let mend = ["GB-COH-09999999", "GB-CHC-7654321"].map(|id| books.organisations.by_org_id(&id.into()));
    assert!(mend[0].is_some() && mend[0] == mend[1]);
    let council = books.organisations.by_org_id(&"GB-LAE-EXA".into()).unwrap();
    assert!(books.organisations.get(council).unwrap().is_public_body(ledger.today()));
    let funds: Vec<_> = books.funds.iter().map(|fund| (fund.name(), fund.reference.clone().unwrap())).collect();
    let wanted = [
        ("Small Grants", "GB-LAE-EXA:SG"),
        ("Green Places", "GB-CHC-7000000:green-places"),
        ("Grants of Example Borough Council", "GB-LAE-EXA:general"),
    ];
    assert_eq!(funds, wanted.map(|(name, reference)| (name, Reference::from(reference))));
}

#[test]
fn two_imports_of_one_file_at_once_enter_it_once() {
    let ledger = Arc::new(ledger());
    let imports: Vec<_> = (0..4)
        .map(|_| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || grants(&ledger, COMMIT_MAX).new)
        })
        .collect();
    let new: usize = imports.into_iter().map(|import| import.join().unwrap()).sum();
    assert_eq!(new, 4);
    assert_eq!(count(&ledger, EventKind::GrantAwarded), 4);
}

#[test]
fn an_import_beside_another_writer_names_nothing_of_the_others() {
    let ledger = Arc::new(ledger());
    let done = Arc::new(AtomicBool::new(false));
    let (writing, told) = (Arc::clone(&ledger), Arc::clone(&done));
    let other = thread::spawn(move || {
        for number in 0..50 {
            let register = RegisterOrganisation {
                name: format!("Group {number}").into(),
                org_ids: Vec::new(),
                kinds: vec![OrganisationKind::Voluntary],
                control_group: None,
                also_known_as: Vec::new(),
            };
            submit(&writing, &format!("group-{number}"), Ask::now(register));
        }
        told.store(true, Ordering::Release);
    });
    assert_eq!(grants(&ledger, 7).new, 4);
    other.join().unwrap();
    assert!(done.load(Ordering::Acquire));
    let books = &ledger.view().books;
    let leads: Vec<_> =
        books.projects.iter().map(|project| books.organisations.name(project.lead().unwrap())).collect();
    assert_eq!(leads, ["Friends of the Green", "Carers’ Café", "Mend It CIC", "Friends of the Green"]);
}

#[test]
fn rows_of_hours_that_stand_already_are_skipped_unless_they_are_meant() {
    let ledger = ledger();
    grants(&ledger, COMMIT_MAX);
    let text = "group,project,date,role,people,hours\nMend It CIC,Repair shop,2025-03-28,general,4,2\n";
    let more = format!("{text}Mend It CIC,Repair shop,2025-03-29,general,4,2\n");
    let sheet = |name: &str, text: &str| SourceFile::of(name, text.as_bytes().to_vec()).unwrap();
    let terms = terms(&ledger, COMMIT_MAX);
    let counts = |file: &SourceFile, terms: &Terms| {
        let imported = hours::import(&ledger, file, terms).unwrap();
        [imported.rows, imported.new, imported.present]
    };
    assert_eq!(counts(&sheet("one.csv", text), &terms), [1, 1, 0]);
    assert_eq!(counts(&sheet("two.csv", &more), &terms), [2, 1, 1]);
    let meant = Terms { meant: true, ..terms.clone() };
    assert_eq!(counts(&sheet("three.csv", &format!("{more}\n")), &meant), [2, 2, 0]);
    assert_eq!(count(&ledger, EventKind::HoursLogged), 4);
}

#[test]
fn rows_of_hours_that_a_rule_refuses_are_all_listed_and_nothing_is_appended() {
    let ledger = ledger();
    grants(&ledger, COMMIT_MAX);
    let row = |date: &str, people: &str, activity: &str| {
        format!("Mend It CIC,Repair shop,{date},general,{people},2,{activity}\n")
    };
    let text = format!(
        "group,project,date,role,people,hours,activity\n{}{}{}{}",
        row("2025-03-28", "4", ""),
        row("2199-01-01", "4", ""),
        row("2025-03-29", "20000", ""),
        row("2025-03-30", "4", "ask jo.bloggs@example.org")
    );
    let before = ledger.view().position;
    let error =
        hours::import(&ledger, &SourceFile::of("h.csv", text.into_bytes()).unwrap(), &terms(&ledger, COMMIT_MAX))
            .unwrap_err();
    let coledger::interchange::batch::ImportError::File(coledger::interchange::fault::FileError::Contents(faults)) =
        error
    else {
        panic!("{error}")
    };
    let places: Vec<_> = faults.list.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["Row 3, Date", "Row 4, People", "Row 5, Activity"], "{faults}");
    assert!(!faults.to_string().contains("bloggs"));
    assert_eq!(ledger.view().position, before);
}
