//! What keeps a ledger from taking commands, as a code for programs; the sentence stands with the error.
//!
//! Invariant: a code never changes its meaning. See `recovery.rs` for the troubles that pass.

use std::io::{self, ErrorKind};

macro_rules! troubles {
    ($($(#[doc = $doc:literal])* $Trouble:ident = $code:literal,)+) => {
        /// What keeps a ledger from taking commands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Trouble { $($(#[doc = $doc])* $Trouble,)+ }

        impl Trouble {
            /// Every trouble.
            pub const ALL: &'static [Self] = &[$(Self::$Trouble),+];

            /// The code as it is written.
            pub fn code(self) -> &'static str {
                match self { $(Self::$Trouble => $code,)+ }
            }

            /// What it is, in a sentence that tells nothing of the machine.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$Trouble => concat!($($doc),*).trim_ascii(),)+ }
            }
        }
    };
}

troubles! {
    /// There is too little room on the disk of the ledger.
    DiskFull = "DISK_FULL",
    /// The disk of the ledger takes no writes.
    ReadOnly = "READ_ONLY",
    /// The program may not write in the ledger's folder.
    NotPermitted = "NOT_PERMITTED",
    /// The program has no file handles left.
    NoFileHandles = "NO_FILE_HANDLES",
    /// The clock of the ledger's machine was set back.
    ClockSetBack = "CLOCK_SET_BACK",
    /// The disk of the ledger could not be read or written.
    StorageFailed = "STORAGE_FAILED",
    /// The ledger is damaged.
    Damaged = "DAMAGED",
    /// A defect of the program stopped the ledger.
    Defect = "INTERNAL",
    /// Too many commands wait already.
    Busy = "BUSY",
    /// The ledger is being closed.
    Stopping = "STOPPING",
}

/// What the system says when a process has no file handles left (EMFILE), or the whole machine (ENFILE).
const NO_HANDLES: [i32; 2] = [24, 23];

impl Trouble {
    /// The trouble behind an error of the system.
    pub fn of(error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::DiskFull,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::PermissionDenied => Self::NotPermitted,
            _ if error.raw_os_error().is_some_and(|code| NO_HANDLES.contains(&code)) => Self::NoFileHandles,
            _ => Self::StorageFailed,
        }
    }

    /// Whether it may be over without anybody restoring anything: then it is worth trying again.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::DiskFull | Self::ReadOnly | Self::NotPermitted | Self::NoFileHandles | Self::StorageFailed)
    }
}
