//! The places, one by one: a copy of everything, one file of it damaged, and what the program says then.
//!
//! `COLEDGER_PLACES` says how many there are, `COLEDGER_SEED` which; `./soak damage` takes many more.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use coledger::app::archiving::backup;
use coledger::app::ledger::Ledger;
use coledger::domain::ids::Position;
use coledger::log::archive::restore::check;
use coledger::log::sled_log::SledLog;
use tempfile::TempDir;

use super::harm::Harm;
use super::town::{Truth, answers, build, files, go_on, verified};
use crate::log::support::Seeded;

/// Longer than this, and the program hangs.
const HANGS: Duration = Duration::from_secs(120);

pub(super) fn places() -> usize {
    std::env::var("COLEDGER_PLACES").map_or(360, |count| count.parse().unwrap())
}

pub(super) fn seed() -> u64 {
    std::env::var("COLEDGER_SEED").map_or(29, |seed| seed.parse().unwrap())
}

/// A folder in memory where there is one: none of these has to last.
pub(super) fn workshop() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

pub(super) fn copied(from: &Path, to: &Path) {
    for file in files(from) {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// What came of a damage, and the sentence that said so; or a defect.
type Outcome = Result<(&'static str, String), String>;

const HARMLESS: &str = "harmless";

fn harmless() -> (&'static str, String) {
    (HARMLESS, String::new())
}

/// The words by which a sentence names what is damaged, by the beginning of the file's path.
const NAMES: &[(&str, &str)] = &[
    ("town/log/", "the log is damaged"),
    ("town/watermark", "watermark"),
    ("town/coledger.format", "coledger.format"),
    ("archive/", "the archive is damaged"),
];

/// Whether a sentence names a damaged file; of one that nobody is to complain about there is none.
fn names(path: &Path, sentence: &str) -> bool {
    let words = NAMES.iter().find(|(beginning, _)| path.display().to_string().starts_with(beginning));
    words.is_some_and(|(_, words)| sentence.contains(words))
}

fn is(what: &str, found: bool) -> Result<(), String> {
    if found { Ok(()) } else { Err(format!("{what} changed, and nobody was told")) }
}

/// A ledger with a damaged file is refused, or answers as before, or says that it cannot answer.
fn ledger_with_damage(folder: &Path, truth: &Truth) -> Outcome {
    let ledger = match Ledger::open(folder, &mut |_| {}) {
        Ok(ledger) => ledger,
        Err(error) => return Ok(("refused", error.to_string())),
    };
    is("the end", ledger.checkpoint() == truth.checkpoint)?;
    let answered = match answers(&ledger) {
        Ok(answers) => {
            is("an answer", answers == *truth)?;
            harmless()
        }
        Err(sentence) => ("said when asked", sentence),
    };
    let verified = match verified(&ledger) {
        Ok(()) => answered,
        Err(sentence) => ("said by verify", sentence),
    };
    if verified.0 == HARMLESS { goes_on(ledger, folder, truth) } else { Ok(verified) }
}

/// A ledger to which damage did no harm takes more, and still has all of it at the next start.
fn goes_on(ledger: Ledger, folder: &Path, truth: &Truth) -> Outcome {
    let reached = go_on(&ledger)?;
    ledger.stop().map_err(|error| error.to_string())?;
    drop(ledger);
    let again = match Ledger::open(folder, &mut |_| {}) {
        Ok(again) => again,
        Err(error) => return Ok(("refused later", error.to_string())),
    };
    let expected = truth.checkpoint.position.next();
    is("the end of the next start", reached == expected && again.view().position == expected)?;
    is("a root", again.root_at(truth.checkpoint.position) == Ok(truth.checkpoint.root))?;
    Ok(harmless())
}

/// An archive with a damaged file says so, or has all there was, and is written on only where it is whole.
fn archive_with_damage(folder: &Path, truth: &Truth, log: &SledLog) -> Outcome {
    let seen = check(folder, None, &mut |_| {}).map(|found| (found.checkpoint, found.missing()));
    if let Ok((checkpoint, missing)) = &seen {
        is("the archive", *checkpoint == truth.checkpoint && *missing == 0)?;
    }
    match (seen, backup(log, folder, None, &mut |_, _| {})) {
        (Err(error), Ok(_)) if check(folder, None, &mut |_| {}).is_ok() => Ok(("mended", error.to_string())),
        (Err(error), _) | (Ok(_), Err(error)) => Ok(("refused", error.to_string())),
        (Ok(_), Ok(_)) => {
            let found = check(folder, None, &mut |_| {}).map_err(|error| error.to_string())?;
            is("the archive", found.checkpoint == truth.checkpoint)?;
            Ok(harmless())
        }
    }
}

/// Does it on a thread of its own: a panic is what it says, and what hangs is told.
fn apart(work: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    let (say, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
            let words = payload.downcast_ref::<String>().cloned();
            Err(format!("a panic: {}", words.unwrap_or_default()))
        });
        let _ = say.send(outcome);
    });
    hear.recv_timeout(HANGS).unwrap_or_else(|_| Err("it hangs".into()))
}

/// Every other place is in the log, the rest go round all files; damages go round too, so that each meets each.
fn plan(files: &[PathBuf], count: usize) -> Vec<(PathBuf, Harm)> {
    let of = |index: usize| (files[index % files.len()].clone(), Harm::ALL[index / files.len() % Harm::ALL.len()]);
    let log = |index: usize| (PathBuf::from("town/log/db"), Harm::ALL[index % Harm::ALL.len()]);
    (0..count).map(|index| if index % 2 == 0 { log(index / 2) } else { of(index / 2) }).collect()
}

/// The name of a file without its number.
fn kind(path: &Path) -> String {
    path.display().to_string().chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

struct Shared {
    truth: Truth,
    whole: TempDir,
    log: SledLog,
}

/// What comes of a copy of the ledger or of the archive, after something was done to it.
fn outcome_of<T>(shared: &Arc<Shared>, part: &str, done: impl FnOnce(&Path) -> T) -> (T, Outcome) {
    let copy = workshop();
    copied(&shared.whole.path().join(part), &copy.path().join(part));
    let done = done(copy.path());
    let (shared, folder, is_town) = (Arc::clone(shared), copy.path().join(part), part == "town");
    let look = move || {
        if is_town {
            ledger_with_damage(&folder, &shared.truth)
        } else {
            archive_with_damage(&folder, &shared.truth, &shared.log)
        }
    };
    (done, apart(look))
}

/// The control: what nothing was done to is whole.
fn check_undamaged(shared: &Arc<Shared>) {
    for part in ["town", "archive"] {
        assert_eq!(outcome_of(shared, part, |_| ()).1, Ok(harmless()), "{part}, undamaged");
    }
}

#[test]
fn damage_at_any_place_is_found_named_or_harmless() {
    let whole = workshop();
    let truth = build(whole.path());
    copied(&whole.path().join("town"), &whole.path().join("beside"));
    let log = SledLog::open(&whole.path().join("beside"), &mut |_| {}).unwrap();
    let files: Vec<_> = files(whole.path()).into_iter().filter(|file| !file.starts_with("beside")).collect();
    assert!(files.len() >= 15, "{files:?}");
    assert!(truth.checkpoint.position > Position(2_300), "{}", truth.checkpoint.position);
    let shared = Arc::new(Shared { truth, whole, log });
    check_undamaged(&shared);
    let mut counted: BTreeMap<_, usize> = BTreeMap::new();
    let mut defects = Vec::new();
    for (index, (path, harm)) in plan(&files, places()).into_iter().enumerate() {
        let part = if path.starts_with("town") { "town" } else { "archive" };
        let hit = |copy: &Path| harm.hit(&copy.join(&path), &mut Seeded(seed() + index as u64));
        let (at, outcome) = outcome_of(&shared, part, hit);
        let outcome = outcome.and_then(|(said, sentence)| match said {
            HARMLESS => Ok(said),
            _ if names(&path, &sentence) => Ok(said),
            _ => Err(format!("this does not name it: {sentence:?}")),
        });
        let said = outcome.unwrap_or_else(|defect| {
            defects.push(format!("{} {harm:?} at {at}, place {index}: {defect}", path.display()));
            "a defect"
        });
        *counted.entry((kind(&path), harm, said)).or_default() += 1;
    }
    for ((path, harm, said), count) in &counted {
        println!("{path:28} {:8} {said:16} {count}", format!("{harm:?}"));
    }
    println!("{} places, {} defects", places(), defects.len());
    assert!(defects.is_empty(), "\n{}", defects.join("\n"));
}
