//! What is wrong with a file, and where.
//!
//! Invariant: every fault has its own line; none is merged into another, and what does not fit is counted.

use std::fmt;

/// The most faults of one file that are kept with their places; further ones are counted.
pub const FAULTS_MAX: usize = 10_000;

/// Something wrong in a file, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `grants[3].awardDate`, `Row 5, Award Date`.
    pub place: String,
    /// What would be right.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.sentence)
    }
}

/// The faults of one file, in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Those that are kept.
    pub list: Vec<Fault>,
    /// How many there are beyond them.
    pub more: usize,
}

impl Faults {
    /// Adds a fault.
    pub fn push(&mut self, place: impl Into<String>, sentence: impl Into<String>) {
        if self.list.len() < FAULTS_MAX {
            self.list.push(Fault { place: place.into(), sentence: sentence.into() });
        } else {
            self.more += 1;
        }
    }

    /// How many there are in all.
    pub fn count(&self) -> usize {
        self.list.len() + self.more
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.list {
            writeln!(f, "{fault}")?;
        }
        if self.more > 0 {
            writeln!(f, "and {} more", self.more)?;
        }
        Ok(())
    }
}

/// Why a file was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is not there.
    #[error("{0}")]
    Missing(String),
    /// It is there and cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It as a whole is not what was wanted: too large, cut off, of another kind, with other headings.
    #[error("{0}")]
    Whole(String),
    /// Some of its contents are wrong.
    #[error("{}", counted(.0))]
    Contents(Faults),
}

fn counted(faults: &Faults) -> String {
    match faults.count() {
        1 => "1 thing in the file has to be put right".to_owned(),
        count => format!("{count} things in the file have to be put right"),
    }
}

/// Something that a reader of the result should know, and that stopped nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Where, as in a [`Fault`].
    pub place: String,
    /// What was done.
    pub sentence: String,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.sentence)
    }
}
