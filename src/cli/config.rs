//! What a server is told by a file: where it listens, what it serves, and the limits that hold.
//!
//! Invariant: a key that this release does not know is refused, with its line and the key that was probably meant; so
//! is a number out of its range. A flag goes before the environment, the environment before the file, the file before
//! what holds otherwise. Paths in a file start from the folder of the file.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::args::{LogFormat, LogLevel};
use crate::graphql::limits::Limits;

/// What a file says. What it does not say is absent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// The folder of the ledger.
    pub data: Option<PathBuf>,
    /// The address to listen on.
    pub listen: Option<SocketAddr>,
    /// The archive that follows the ledger.
    pub archive: Option<PathBuf>,
    /// How the program's own running is logged.
    pub log: Logging,
    /// What may be asked at once.
    pub limits: Sizes,
    /// How long things may take, in seconds.
    pub timeouts: Times,
}

/// How the program's own running is logged.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Logging {
    /// From which level on.
    pub level: Option<LogLevel>,
    /// In which form.
    pub format: Option<LogFormat>,
}

/// Why a file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{} cannot be read: {reason}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Something in it is wrong.
    #[error("{}, line {line}: {words}", file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What would be right.
        words: String,
    },
}

/// Something wrong at a place of the text.
struct Fault {
    at: Range<usize>,
    words: String,
}

/// A table of numbers in the file, each with its range and the limit that it sets.
macro_rules! numbers {
    ($(#[$meta:meta])* $Part:ident, $table:literal, $make:expr, $show:expr, $($key:ident => $limit:ident: $least:literal to $most:literal;)+) => {
        $(#[$meta])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $Part { $($key: Option<Spanned<u64>>,)+ }

        impl $Part {
            fn set(&self, limits: &mut Limits) -> Result<(), Fault> {
                $(if let Some(given) = &self.$key {
                    let number = within(given, concat!($table, ".", stringify!($key)), $least..=$most)?;
                    limits.$limit = $make(number);
                })+
                Ok(())
            }

            /// The table that says what holds.
            fn written(limits: &Limits) -> String {
                let mut text = format!("\n[{}]\n", $table);
                $(let _ = writeln!(text, "{} = {}", stringify!($key), $show(&limits.$limit));)+
                text
            }
        }
    };
}

numbers! {
    /// What may be asked at once.
    Sizes, "limits", number, std::convert::identity,
    connections => connections: 1 to 100_000;
    in_flight => in_flight: 1 to 10_000;
    subscribers => subscribers: 0 to 100_000;
    backlog => backlog: 1 to 100_000;
    headers => headers: 8 to 1_000;
    head_bytes => head_bytes: 8_192 to 1_048_576;
    body_bytes => body_bytes: 1_024 to 1_073_741_824;
    asked_bytes => asked_bytes: 1_048_576 to 1_099_511_627_776;
    answered_bytes => answered_bytes: 1_048_576 to 1_099_511_627_776;
    document_bytes => document_bytes: 1_024 to 1_048_576;
    depth => depth: 1 to 50;
    fields => fields: 1 to 100_000;
    aliases => aliases: 0 to 100_000;
    directives => directives: 0 to 100_000;
    mutations => mutations: 1 to 1_000;
}

numbers! {
    /// How long things may take, in seconds.
    #[expect(clippy::struct_field_names, reason = "units last, as everywhere")]
    Times, "timeouts", Duration::from_secs, Duration::as_secs,
    request_seconds => request_time: 1 to 3_600;
    head_seconds => head_time: 1 to 3_600;
    body_seconds => body_time: 1 to 3_600;
    write_seconds => write_time: 1 to 3_600;
    answer_seconds => answer_time: 1 to 3_600;
    stall_seconds => stall: 1 to 3_600;
    keep_alive_seconds => keep_alive: 1 to 3_600;
    notice_seconds => notice_time: 0 to 3_600;
    stop_seconds => stop_time: 0 to 3_600;
}

fn number(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn within(given: &Spanned<u64>, key: &str, range: std::ops::RangeInclusive<u64>) -> Result<u64, Fault> {
    let number = *given.get_ref();
    if range.contains(&number) {
        return Ok(number);
    }
    let words = format!("{key} is {number}; give {} to {}", range.start(), range.end());
    Err(Fault { at: given.span(), words })
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// A [`ConfigError`] that says what would be right.
    pub fn read(file: &Path) -> Result<(Self, Limits), ConfigError> {
        let unreadable =
            |error: &std::io::Error| ConfigError::Unreadable { file: file.to_owned(), reason: error.to_string() };
        Self::of(&fs::read_to_string(file).map_err(|error| unreadable(&error))?, file)
    }

    /// Understands the text of a file.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`].
    pub fn of(text: &str, file: &Path) -> Result<(Self, Limits), ConfigError> {
        let (mut read, limits) = Self::parse(text).map_err(|fault| {
            let before = text.get(..fault.at.start).unwrap_or(text);
            let line = before.matches('\n').count().saturating_add(1);
            ConfigError::Wrong { file: file.to_owned(), line, words: fault.words }
        })?;
        let folder = file.parent().unwrap_or(file);
        for path in [&mut read.data, &mut read.archive].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        Ok((read, limits))
    }

    fn parse(text: &str) -> Result<(Self, Limits), Fault> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let words = unknown(error.message()).unwrap_or_else(|| error.message().to_owned());
            Fault { at: error.span().unwrap_or_default(), words }
        })?;
        let mut limits = Limits::default();
        read.limits.set(&mut limits)?;
        read.timeouts.set(&mut limits)?;
        Ok((read, limits))
    }
}

/// What is said of an unknown key: the one that was probably meant, and all that there are.
fn unknown(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field ")?;
    let mut words = rest.split('`').skip(1).step_by(2);
    let (given, known) = (words.next()?, words.collect::<Vec<_>>());
    let nearest = known.iter().map(|word| (strsim::damerau_levenshtein(given, word), *word)).min();
    let meant = nearest.filter(|(distance, word)| *distance <= 1 + word.len() / 3).map(|(_, word)| word);
    let meant = meant.map_or_else(String::new, |word| format!(" Did you mean {word}?"));
    Some(format!("there is no key {given}.{meant} Known here: {}", known.join(", ")))
}

/// What holds for a server, wherever it was said.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the ledger.
    pub data: PathBuf,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The archive that follows the ledger.
    pub archive: Option<PathBuf>,
    /// From which level on the program's own running is logged.
    pub level: LogLevel,
    /// In which form.
    pub format: LogFormat,
    /// The limits.
    pub limits: Limits,
}

impl Settings {
    /// What holds, as a file that says it.
    pub fn written(&self) -> String {
        // A text of JSON is one of TOML too.
        let quoted = |path: &Path| serde_json::Value::from(path.display().to_string()).to_string();
        let mut text = format!("data = {}\nlisten = \"{}\"\n", quoted(&self.data), self.listen);
        if let Some(archive) = &self.archive {
            let _ = writeln!(text, "archive = {}", quoted(archive));
        }
        let _ = writeln!(text, "\n[log]\nlevel = \"{}\"\nformat = \"{}\"", self.level, self.format);
        text + &Sizes::written(&self.limits) + &Times::written(&self.limits)
    }
}
