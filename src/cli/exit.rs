//! What a command ends with: a named code for scripts, and a message for people.
//!
//! Invariant: a code never changes its meaning.

use crate::app::request::SubmitError;
use crate::interchange::batch::ImportError;
use crate::interchange::fault::{Faults, FileError};
use crate::interchange::jsonl::JsonlError;
use crate::log::archive::error::ArchiveError;
use crate::log::event_log::LogError;

macro_rules! exit_codes {
    ($($(#[doc = $doc:literal])* $Variant:ident = $code:literal $name:literal,)+) => {
        /// How a command ended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ExitCode { $($(#[doc = $doc])* $Variant,)+ }

        impl ExitCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The number that the process ends with.
            pub fn code(self) -> u8 {
                match self { $(Self::$Variant => $code,)+ }
            }

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $name,)+ }
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$Variant => concat!($($doc),*).trim_ascii(),)+ }
            }

            /// The code with this number.
            pub fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$Variant),)+ _ => None }
            }
        }

        /// The list of codes, for the end of `--help`.
        pub const HELP: &str = concat!("Exit codes:\n", $("  ", $code, "  ", $name, ":", $($doc),*, "\n",)+);
    };
}

exit_codes! {
    /// Done.
    Done = 0 "done",
    /// A fault of the program itself; nothing is known to be lost.
    Internal = 1 "internal",
    /// The command was not understood; nothing was done.
    Usage = 2 "usage",
    /// A rule of the ledger was not met; nothing was appended.
    Refused = 3 "refused",
    /// What was named does not exist.
    NotFound = 4 "not-found",
    /// A file for import is faulty; nothing was appended.
    BadFile = 5 "bad-file",
    /// The ledger is held by another process or takes nothing at the moment.
    Unavailable = 6 "unavailable",
    /// The ledger is damaged; `coledger verify` says where.
    Damaged = 7 "damaged",
    /// The disk could not be read or written.
    Storage = 8 "storage",
    /// The ledger was made by another release; export its log with that one and import it with this.
    OtherRelease = 9 "other-release",
}

/// Why a command ended early: a code, a sentence that says what to do next, and for a file its list of faults.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The code.
    pub code: ExitCode,
    /// The sentence.
    pub message: String,
    /// What is wrong in a file.
    pub faults: Faults,
}

impl Failure {
    /// A failure without a list.
    pub fn new(code: ExitCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), faults: Faults::default() }
    }

    /// Something that was named and does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ExitCode::NotFound, message)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Missing(message) => Self::not_found(message),
            FileError::Unreadable(message) => Self::new(ExitCode::Storage, message),
            FileError::Whole(message) => Self::new(ExitCode::BadFile, format!("{message} Nothing was appended.")),
            FileError::Contents(faults) => {
                let what = if faults.count() == 1 { "fault" } else { "faults" };
                let message =
                    format!("{} {what}. Nothing was appended; put the file right and import again.", faults.count());
                Self { code: ExitCode::BadFile, message, faults }
            }
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::File(error) => error.into(),
            ImportError::Refused { place, refusal } => {
                let message = format!("{place}: {} ({}) Nothing was appended.", refusal.message, refusal.code.wire());
                Self::new(ExitCode::Refused, message)
            }
            ImportError::Unavailable(why) => {
                Self::new(ExitCode::Unavailable, format!("The ledger takes nothing: {why}."))
            }
        }
    }
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused(refusal) => {
                Self::new(ExitCode::Refused, format!("{} ({})", refusal.message, refusal.code.wire()))
            }
            SubmitError::Unavailable(why) => {
                Self::new(ExitCode::Unavailable, format!("The ledger takes nothing: {why}."))
            }
        }
    }
}

impl From<JsonlError> for Failure {
    fn from(error: JsonlError) -> Self {
        match error {
            JsonlError::File(error) => error.into(),
            JsonlError::NotEmpty(message) => Self::new(ExitCode::Refused, message),
            JsonlError::Log(error) => error.into(),
            JsonlError::Io(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::new(ExitCode::Done, "");
        }
        Self::new(ExitCode::Storage, format!("Reading or writing failed: {error}. Check the disk and its permissions."))
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        // The log says what kind of fault it is; each kind has its code.
        super::open::failure_of(&error)
    }
}

impl From<ArchiveError> for Failure {
    fn from(error: ArchiveError) -> Self {
        super::open::failure_of_archive(&error)
    }
}
