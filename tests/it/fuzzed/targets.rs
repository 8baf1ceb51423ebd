//! The targets: whatever bytes come, the program answers in words, and what it takes it gives back the same.
//!
//! Invariant: a target panics only where the program is wrong. It keeps nothing from one input to the next.

use std::fmt::{Debug, Display};
use std::ops::ControlFlow;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use coledger::app::ledger::Ledger;
use coledger::cli::args::{LogFormat, LogLevel};
use coledger::cli::config::{File, Settings};
use coledger::domain::event::Entry;
use coledger::domain::ids::Position;
use coledger::domain::money::{LARGEST_AMOUNT, Pence};
use coledger::domain::quantity::Decimal;
use coledger::domain::time::{Day, FinancialYear, Instant, Month};
use coledger::graphql::limits::Limits;
use coledger::graphql::server::endpoint;
use coledger::interchange::batch::ImportError;
use coledger::interchange::cells;
use coledger::interchange::fault::FileError;
use coledger::interchange::file::SourceFile;
use coledger::interchange::{hours, threesixty};
use coledger::log::chunk::{Chunk, pack, unpack};
use coledger::log::line::{line_of, parse_line};

use super::ledgers::{empty, keeper, terms, with_grants, with_hours};

/// A target: its name, which is that of its corpus, and what it does with an input.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// Every target.
pub(crate) const ALL: &[Target] = &[
    ("chunks", chunks),
    ("envelopes", envelopes),
    ("grants_json", grants_json),
    ("grants_csv", grants_csv),
    ("hours_csv", hours_csv),
    ("exported_log", exported_log),
    ("graphql", graphql),
    ("durations", durations),
    ("money", money),
    ("dates", dates),
    ("settings", settings),
];

/// The position that stored bytes are read at.
const FIRST: Position = Position(41);

/// A sentence says something.
fn spoken(sentence: impl Display) {
    let sentence = sentence.to_string();
    assert!(sentence.contains(' ') && sentence.len() > 8, "no sentence: {sentence:?}");
}

/// Stored bytes as they lie in the store, and the same with their checksum put right, so that the rest is reached.
fn chunks(data: &[u8]) {
    unpacked(data.to_vec());
    if let Some((head, body)) = data.split_first_chunk::<9>() {
        let length = [head[5], head[6], head[7], head[8]];
        unpacked(chunk(head[0], length, body));
    }
}

/// The entries of a chunk, not compressed.
fn envelopes(data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    unpacked(chunk(1, length.to_le_bytes(), data));
}

fn chunk(format: u8, length: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut hasher = crc32fast::Hasher::new();
    for part in [&FIRST.0.to_be_bytes()[..], &[format], &length, body] {
        hasher.update(part);
    }
    [&[format][..], &hasher.finalize().to_le_bytes(), &length, body].concat()
}

fn unpacked(value: Vec<u8>) {
    match unpack(&Chunk { first: FIRST, value }) {
        Ok(entries) => packed_again(&entries),
        Err(error) => spoken(error),
    }
}

/// What was read is written, and read again the same; its lines are written whatever stands in it.
fn packed_again(entries: &[Entry]) {
    let chunks = match pack(entries) {
        Ok(chunks) => chunks,
        Err(error) => return spoken(error),
    };
    let again: Vec<Entry> = chunks.iter().flat_map(|chunk| unpack(chunk).unwrap()).collect();
    assert_eq!(again, entries);
    for entry in entries {
        match parse_line(&line_of(entry)) {
            Ok(parsed) => assert_eq!(parsed, *entry),
            Err(fault) => spoken(fault),
        }
    }
}

/// Every line of an exported log is refused in words, or is the line of its entry, whose stored bytes say the same.
fn exported_log(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for line in text.lines() {
        match parse_line(line) {
            Ok(entry) => {
                assert_eq!(line_of(&entry), line);
                packed_again(std::slice::from_ref(&entry));
            }
            Err(fault) => spoken(fault),
        }
    }
}

/// What an import came to, where it was refused: a sentence, or a list of them.
fn refused(error: &ImportError) {
    match error {
        ImportError::File(FileError::Contents(faults)) => {
            assert!(!faults.is_empty());
            faults.list.iter().for_each(|fault| spoken(&fault.sentence));
        }
        error => spoken(error),
    }
}

/// A file is refused in words on trial, or goes in as the trial said, with lines that are read again, and adds nothing
/// when it comes again.
fn taken<T: Debug + PartialEq>(
    name: &str,
    data: &[u8],
    (tried, fresh): (&Ledger, fn() -> Ledger),
    import: impl Fn(&Ledger, &SourceFile, bool) -> Result<(T, usize), ImportError>,
) {
    let file = match SourceFile::of(name, data.to_vec()) {
        Ok(file) => file,
        Err(error) => return spoken(error),
    };
    let expected = match import(tried, &file, true) {
        Ok(expected) => expected,
        Err(error) => return refused(&error),
    };
    let ledger = fresh();
    match import(&ledger, &file, false) {
        Ok(imported) => assert_eq!(imported, expected),
        Err(error) => panic!("on trial it would go in, but: {error}"),
    }
    let every_line = |entry: Entry| {
        assert_eq!(parse_line(&line_of(&entry)).unwrap(), entry);
        ControlFlow::Continue(())
    };
    ledger.log().scan(Position(1), ledger.view().position, &mut { every_line }).unwrap();
    let (_, new) = import(&ledger, &file, false).unwrap();
    assert_eq!(new, 0, "the same file adds something when it comes again");
}

fn grants(name: &str, data: &[u8]) {
    static TRIED: LazyLock<Ledger> = LazyLock::new(empty);
    taken(name, data, (&TRIED, empty), |ledger, file, dry_run| {
        let imported = threesixty::import::import(ledger, file, &terms(ledger, dry_run), &mut |_, _| {})?;
        let new = imported.new;
        Ok((imported, new))
    });
}

/// Published grants, as JSON.
fn grants_json(data: &[u8]) {
    grants("grants.json", data);
}

/// Published grants, as a sheet.
fn grants_csv(data: &[u8]) {
    grants("grants.csv", data);
}

/// A sheet of hours.
fn hours_csv(data: &[u8]) {
    static TRIED: LazyLock<Ledger> = LazyLock::new(with_grants);
    taken("hours.csv", data, (&TRIED, with_grants), |ledger, file, dry_run| {
        let imported = hours::import::import(ledger, file, &terms(ledger, dry_run))?;
        let new = imported.new;
        Ok((imported, new))
    });
}

/// A body as it is posted, or a document by itself: the answer is JSON with data or with errors in words, and never a
/// fault of the program.
fn graphql(data: &[u8]) {
    static LEDGER: Mutex<Option<Arc<Ledger>>> = Mutex::new(None);
    let mut kept = LEDGER.lock().unwrap_or_else(PoisonError::into_inner);
    let ledger = kept.take().unwrap_or_else(|| Arc::new(with_hours()));
    let before = ledger.view().position;
    let body = if data.starts_with(b"{\"") || data.starts_with(b"[") {
        data.to_vec()
    } else {
        serde_json::json!({ "query": String::from_utf8_lossy(data) }).to_string().into_bytes()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (status, answer) = runtime.block_on(answer(&ledger, body));
    check_answer(status, &answer);
    // What was entered would be there for the next input.
    *kept = Some(ledger).filter(|ledger| ledger.view().position == before);
}

async fn answer(ledger: &Arc<Ledger>, body: Vec<u8>) -> (u16, Vec<u8>) {
    let request = Request::post("/graphql").header("content-type", "application/json").body(Body::from(body)).unwrap();
    let response = endpoint(ledger, keeper(), Limits::default()).handle(request).await;
    let status = response.status().as_u16();
    (status, to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
}

fn check_answer(status: u16, answer: &[u8]) {
    let answer: serde_json::Value = serde_json::from_slice(answer).unwrap();
    assert!(status < 500, "{status}: {answer}");
    let answers = answer.as_array().cloned().unwrap_or_else(|| vec![answer]);
    for answer in answers {
        let errors = answer["errors"].as_array().cloned().unwrap_or_default();
        assert!(!errors.is_empty() || answer.get("data").is_some(), "{answer}");
        for error in errors {
            spoken(error["message"].as_str().unwrap_or_default());
            assert_ne!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR", "{error}");
        }
    }
}

/// A length of time as people write it; what was read is read again from hours and minutes.
fn durations(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(minutes) = cells::minutes(&text) {
        let plain = format!("{}:{:02}", minutes / 60, minutes % 60);
        assert!(minutes / 60 > 9_999_999 || cells::minutes(&plain) == Ok(minutes), "{text:?} is {plain}");
    }
    if let Some(count) = cells::count(&text) {
        assert!(count > 9_999_999 || cells::count(&count.to_string()) == Some(count), "{text:?}");
    }
}

/// What is read is written, and read again the same; what is not read is refused in words.
fn round<T: FromStr<Err: Display> + Display + PartialEq + Debug>(text: &str) {
    match text.parse::<T>() {
        Ok(value) => assert_eq!(value.to_string().parse::<T>().ok(), Some(value), "{text:?}"),
        Err(error) => spoken(error),
    }
}

/// An amount of money.
fn money(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    round::<Pence>(&text);
    round::<Decimal>(&text);
    // What is larger than an amount may be is refused by its caller, with its place.
    if let Some(pence) =
        threesixty::grant::pence(&text).filter(|pence| pence.0.unsigned_abs() <= LARGEST_AMOUNT.0.unsigned_abs())
    {
        assert_eq!(pence.to_string().parse::<Pence>().ok(), Some(pence), "{text:?}");
        assert!(!pence.display().is_empty());
    }
}

/// A day, a month, a financial year, an instant.
fn dates(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    round::<Day>(&text);
    round::<Month>(&text);
    round::<FinancialYear>(&text);
    round::<Instant>(&text);
    for day in [cells::day(&text), threesixty::check::day(&text)].into_iter().flatten() {
        assert_eq!(day.to_string().parse::<Day>().ok(), Some(day), "{text:?}");
    }
}

/// The file that a server is told its settings by. What was read is written as a file that says the same.
fn settings(data: &[u8]) {
    let (text, name) = (String::from_utf8_lossy(data), Path::new("/town/coledger.toml"));
    let (file, limits) = match File::of(&text, name) {
        Ok(read) => read,
        Err(error) => return spoken(error),
    };
    let settings = Settings {
        data: file.data.unwrap_or_else(|| "/town/ledger".into()),
        listen: file.listen.unwrap_or_else(|| ([127, 0, 0, 1], 4000).into()),
        archive: file.archive,
        level: file.log.level.unwrap_or(LogLevel::Info),
        format: file.log.format.unwrap_or(LogFormat::Text),
        limits,
    };
    let (again, limits) = File::of(&settings.written(), name).unwrap_or_else(|error| panic!("{error}: {settings:?}"));
    assert_eq!(
        (again.data, again.listen, again.archive),
        (Some(settings.data), Some(settings.listen), settings.archive)
    );
    assert_eq!(format!("{limits:?}"), format!("{:?}", settings.limits));
}
