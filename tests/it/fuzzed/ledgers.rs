//! The ledgers that fuzzed input goes to: in memory, small, and the same at every run.

use std::sync::Arc;

use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, COMMIT_MAX, Request};
use coledger::domain::command::OpenLedger;
use coledger::domain::event::{Actor, Currency, Role};
use coledger::interchange::batch::Terms;
use coledger::interchange::file::SourceFile;
use coledger::interchange::{hours, threesixty};
use coledger::log::clock::FakeClock;

pub(crate) fn keeper() -> Actor {
    Actor { name: "keeper".into(), role: Role::Keeper }
}

pub(crate) fn terms(ledger: &Ledger, dry_run: bool) -> Terms {
    Terms { actor: keeper(), today: ledger.today(), late: None, meant: false, dry_run, commit_max: COMMIT_MAX }
}

/// A ledger that was opened and no more.
pub(crate) fn empty() -> Ledger {
    let now = "2026-01-05T09:00:00.000000Z".parse().unwrap();
    let ledger = Ledger::in_memory(Arc::new(FakeClock::at(now))).unwrap();
    let open = OpenLedger {
        name: "Exampleton".into(),
        currency: Currency::Gbp,
        publisher: None,
        time_zone: "Europe/London".into(),
    };
    ledger.submit_blocking(Request { actor: keeper(), key: "open".into(), asks: vec![Ask::now(open)] }).unwrap();
    ledger
}

/// A ledger with the grants of an example file.
pub(crate) fn with_grants() -> Ledger {
    let ledger = empty();
    let file = SourceFile::of("grants.json", include_bytes!("../interchange/data/grants.json").to_vec()).unwrap();
    threesixty::import::import(&ledger, &file, &terms(&ledger, false), &mut |_, _| {}).unwrap();
    ledger
}

/// The same, with a sheet of hours.
pub(crate) fn with_hours() -> Ledger {
    let ledger = with_grants();
    let file = SourceFile::of("hours.csv", include_bytes!("../interchange/data/hours.csv").to_vec()).unwrap();
    hours::import::import(&ledger, &file, &terms(&ledger, false)).unwrap();
    ledger
}
