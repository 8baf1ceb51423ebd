//! Why an archive could not do what it was asked: each a sentence for whoever runs the ledger.
//!
//! Invariant: damage is named with file and place, and with the position up to which all is whole.

use std::path::PathBuf;

use crate::domain::ids::Position;
use crate::domain::quantity::counted;
use crate::log::event_log::LogError;

/// Why an archive could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// There is no archive in the folder.
    #[error("there is no archive in {}; make one with `coledger backup`, or name the folder of one", .0.display())]
    NoArchive(PathBuf),
    /// The folder in which a new one would stand does not exist.
    #[error("there is no folder {}; make it, or name a folder in another", .0.display())]
    NoParent(PathBuf),
    /// The folder holds other things.
    #[error("{} holds {name}, which is no part of an archive; name a folder that is empty or does not exist yet", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// One of the things.
        name: String,
    },
    /// It would lie in the folder of its own ledger.
    #[error("{} and the ledger's own folder lie one in the other and would be lost together; name one on another disk", .0.display())]
    Inside(PathBuf),
    /// Another program writes it.
    #[error("another program writes the archive in {}; let it finish, or name another folder", .0.display())]
    Held(PathBuf),
    /// Its format is not this release's.
    #[error("{0}")]
    Format(String),
    /// It is that of another ledger.
    #[error("the archive in {} is that of another ledger; name another folder", .0.display())]
    OtherLedger(PathBuf),
    /// It holds other entries than the ledger does.
    #[error(
        "the archive in {} holds other entries than the ledger: their roots at position {at} differ; keep it, and name \
         another folder",
        folder.display()
    )]
    OtherHistory {
        /// The folder.
        folder: PathBuf,
        /// Where they were compared.
        at: Position,
    },
    /// It is not of the ledger that was lost.
    #[error(
        "the ledger in {} acknowledged another root at position {at} than this archive has there; it is an archive of \
         something else",
        lost.display()
    )]
    NotOf {
        /// The folder of the ledger.
        lost: PathBuf,
        /// Where they were compared.
        at: Position,
    },
    /// What a lost ledger had acknowledged cannot be told.
    #[error("{reason}; to restore all the same, leave out --instead-of")]
    Unknown {
        /// Why.
        reason: String,
    },
    /// It holds more than the ledger does.
    #[error(
        "the archive in {} holds position {archive}, but the ledger ends at position {ledger}: {missing} missing \
         from the ledger; restore it from this archive, or name another folder",
        folder.display(), missing = counted(archive.0.saturating_sub(ledger.0), "entry is", "entries are")
    )]
    Ahead {
        /// The folder.
        folder: PathBuf,
        /// Where the archive ends.
        archive: Position,
        /// Where the ledger ends.
        ledger: Position,
    },
    /// It is not where it was.
    #[error("the archive in {} is gone, or another folder took its place; put it back", .0.display())]
    Gone(PathBuf),
    /// Something in it is not what was written.
    #[error(
        "the archive is damaged: {}, byte {at}: {reason}; {}", file.display(), what_is_whole(*whole)
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in it.
        at: u64,
        /// What is wrong.
        reason: String,
        /// Up to where all is whole.
        whole: Position,
    },
    /// A position was asked for that it does not hold.
    #[error("the archive ends at position {ends}; name that or an earlier one")]
    Beyond {
        /// Where it ends.
        ends: Position,
    },
    /// It was begun, and holds nothing yet.
    #[error("the archive in {} was begun and holds no entry yet; name another", .0.display())]
    Nothing(PathBuf),
    /// No whole commit ends at or before the position that was asked for.
    #[error("no commit ends at position {0} or before; name a later position")]
    Before(Position),
    /// There is nothing to copy yet.
    #[error("the ledger holds no entry yet; there is nothing to copy")]
    Empty,
    /// The folder for a restored ledger holds something.
    #[error("{}; name a folder that does not exist yet", .0)]
    Occupied(String),
    /// Reading or writing failed.
    #[error("{step} failed in {}: {reason}", folder.display())]
    Storage {
        /// The archive.
        folder: PathBuf,
        /// What was being done.
        step: &'static str,
        /// What the system said.
        reason: String,
    },
    /// The ledger's own log.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl ArchiveError {
    /// Whether somebody named the wrong folder: trying again later would not help.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotEmpty { .. }
                | Self::Inside(_)
                | Self::Format(_)
                | Self::OtherLedger(_)
                | Self::OtherHistory { .. }
                | Self::NotOf { .. }
                | Self::Ahead { .. }
                | Self::Occupied(_)
        )
    }
}

fn what_is_whole(whole: Position) -> String {
    match whole {
        Position(0) => "nothing before it can be restored; take another copy".into(),
        whole => format!("up to position {whole} it can be restored: coledger restore --to {whole}"),
    }
}
