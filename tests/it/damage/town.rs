//! A ledger as a town would have it on disk after a while, its archive, and what is true of it.

use std::fs;
use std::path::{Path, PathBuf};

use coledger::app::history::AsKnownAt;
use coledger::app::ledger::Ledger;
use coledger::app::request::{Ask, Request, SubmitError};
use coledger::cli::args::Format;
use coledger::cli::commands::verify;
use coledger::cli::out::{Out, Unseen};
use coledger::domain::command::{Command, ConfirmHours, LogHours};
use coledger::domain::event::{Actor, Captured, Entry, OrganisationKind, Role};
use coledger::domain::ids::{FundId, GrantId, OrganisationId, Position, ProjectId, ThingId};
use coledger::domain::quantity::Digest;
use coledger::domain::refusal::RefusalCode;
use coledger::log::archive::copy::{Archive, Sizes};
use coledger::log::event_log::{Checkpoint, EventLog};
use coledger::views::digest::figures_digest;
use coledger::views::dividends::{SharedDividend, all_dividends, shared_dividend};
use coledger::views::window::Window;

use crate::harness::decisions::{
    award, day, give_in_kind, open_fund, open_ledger, open_project, pay, pounds, rate_card, register, set_budget,
    share, year,
};

const DAY: &str = "2012-05-01";
/// How many entries of hours one commit holds.
const SHEET: u32 = 30;
/// The sheets of hours: before the first snapshot, before the second, and after it.
const SHEETS: [std::ops::Range<u32>; 3] = [0..36, 36..72, 72..78];
/// The project that most is asked about.
const PROJECT: ProjectId = ProjectId(Position(7));
const GROUP: OrganisationId = OrganisationId(Position(3));

/// What is true of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) checkpoint: Checkpoint,
    pub(super) figures: Digest,
    dividends: Vec<SharedDividend>,
    earlier: Vec<(SharedDividend, Digest)>,
    repeated: Vec<Entry>,
}

fn request(key: &str, asks: Vec<Command>) -> Request {
    let asks = asks.into_iter().map(|command| Ask::on(day(DAY), command)).collect();
    Request { actor: Actor { name: "finance".into(), role: Role::Finance }, key: key.into(), asks }
}

fn begin(ledger: &Ledger) {
    let (council, fund, other) = (OrganisationId(Position(4)), FundId(Position(5)), ProjectId(Position(8)));
    let commands: Vec<Command> = vec![
        open_ledger().into(),
        rate_card(&[("general", 1_109), ("skilled", 1_635)]).into(),
        register("Friends of the Wood", &[OrganisationKind::Voluntary]).into(),
        register("The council", &[OrganisationKind::PublicBody, OrganisationKind::Partner]).into(),
        open_fund("Community fund").into(),
        set_budget(fund, "2012-13", 50_000).into(),
        open_project("The wood", GROUP).into(),
        open_project("The centre", GROUP).into(),
        give_in_kind(council, other, 1_200).into(),
    ];
    ledger.submit_blocking(request("open", vec![commands[0].clone()])).unwrap();
    ledger.submit_blocking(request("begin", commands[1..].to_vec())).unwrap();
    assert!(ledger.view().books.projects.get(PROJECT).is_some() && ledger.view().books.projects.get(other).is_some());
    let awarded = award(GROUP, PROJECT, vec![share(fund, "2012-13", 9_000)]);
    let receipt = ledger.submit_blocking(request("award", vec![awarded.into()])).unwrap();
    let grant = GrantId::at(receipt.first().unwrap());
    ledger.submit_blocking(request("pay", vec![pay(grant, pounds(4_000)).into()])).unwrap();
}

fn sheet(number: u32) -> Request {
    let hours = |row: u32| LogHours {
        project: if row.is_multiple_of(3) { ProjectId(Position(8)) } else { PROJECT },
        group: GROUP,
        role: if row.is_multiple_of(2) { "general".into() } else { "skilled".into() },
        people: 1 + (number + row) % 9,
        minutes_each: 15 + number * 7 % 400 + row,
        activity: None,
        captured: Captured::Register,
        pledge: None,
        meant: true,
    };
    request(&format!("sheet-{number}"), (0..SHEET).map(|row| hours(row).into()).collect())
}

fn confirm(ledger: &Ledger, first: Position) {
    let entries = (first.0..first.0 + u64::from(SHEET)).map(|at| ThingId::at(Position(at))).collect();
    let mut asked = request(&format!("confirm-{first}"), vec![]);
    asked.asks.push(Ask::on(day(DAY), ConfirmHours { entries }));
    asked.actor = Actor { name: "certifier".into(), role: Role::Certifier };
    ledger.submit_blocking(asked).unwrap();
}

/// Makes the ledger in `town` and its archive in `archive`: stopped and opened again twice, so that there are two saved
/// views, several segments, and entries behind the last of each.
pub(super) fn build(folder: &Path) -> Truth {
    let (town, archive) = (folder.join("town"), folder.join("archive"));
    let mut ledger = Ledger::create(&town).unwrap();
    begin(&ledger);
    for sheets in SHEETS {
        for number in sheets {
            let receipt = ledger.submit_blocking(sheet(number)).unwrap();
            if number.is_multiple_of(2) {
                confirm(&ledger, receipt.first().unwrap());
            }
        }
        copy(ledger.log(), &archive);
        ledger.stop().unwrap();
        drop(ledger);
        ledger = Ledger::open(&town, &mut |_| {}).unwrap();
    }
    let truth = answers(&ledger).unwrap();
    ledger.stop().unwrap();
    truth
}

fn copy(log: &dyn EventLog, folder: &Path) {
    let sizes = Sizes { round: 200, segment: 900 };
    let mut archive = Archive::open_or_make(folder, log).unwrap().with(sizes);
    while archive.checkpoint().position < log.last() {
        archive = archive.copy(log, log.last()).unwrap();
    }
}

/// What a ledger answers; a sentence where it does not.
pub(super) fn answers(ledger: &Ledger) -> Result<Truth, String> {
    let window = Window::year(year("2012-13"));
    let view = ledger.view();
    let mut earlier = Vec::new();
    for position in [300, 1_700] {
        let then = ledger.as_known_at(AsKnownAt::Position(Position(position))).map_err(|error| error.to_string())?;
        earlier.push((shared_dividend(&then, PROJECT, window, None).unwrap(), figures_digest(&then)));
    }
    let dividends = all_dividends(&view, window, None);
    Ok(Truth {
        checkpoint: ledger.checkpoint(),
        figures: figures_digest(&view),
        dividends: dividends.into_iter().map(|(_, dividend)| dividend).collect(),
        earlier,
        repeated: repeated(ledger)?,
    })
}

/// What the commands of three sheets are answered when they come again: the first answer, or a sentence, never anew.
fn repeated(ledger: &Ledger) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for number in [2, 40, 77] {
        let receipt = ledger.submit_blocking(sheet(number)).map_err(|error| error.to_string())?;
        assert!(receipt.replayed, "sheet {number} was entered a second time");
        entries.extend(receipt.entries.iter().cloned());
    }
    let other = Request { key: "sheet-3".into(), ..sheet(4) };
    match ledger.submit_blocking(other).map(|_| ()) {
        Err(SubmitError::Refused(refusal)) if refusal.code == RefusalCode::KeyReused => Ok(entries),
        Err(error) => Err(error.to_string()),
        Ok(()) => panic!("a key was used twice"),
    }
}

/// Enters one thing more; a sentence where it is refused.
pub(super) fn go_on(ledger: &Ledger) -> Result<Position, String> {
    let asked = request("after", vec![open_fund("A fund after the damage").into()]);
    ledger.submit_blocking(asked).map(|receipt| receipt.position).map_err(|error| error.to_string())
}

/// What `coledger verify` says.
pub(super) fn verified(ledger: &Ledger) -> Result<(), String> {
    let (mut results, mut remarks, mut progress) = (Vec::new(), Vec::new(), Unseen);
    let (results, remarks) = (&mut results, &mut remarks);
    let mut out = Out { results, remarks, progress: &mut progress, format: Format::Json, width: None };
    verify::run(ledger, &mut out).map_err(|failure| failure.to_string())
}

/// Every file of a folder and those in it, by its path from there, in order.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for file in fs::read_dir(next).unwrap().map(|file| file.unwrap().path()) {
            if file.is_dir() { folders.push(file) } else { found.push(file.strip_prefix(folder).unwrap().to_owned()) }
        }
    }
    found.sort();
    found
}
