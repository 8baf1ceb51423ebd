//! Words with small numbers, in the order of their first use.
//!
//! Invariant: a word keeps its number. Past [`NAMES_MAX`], which `decide` never passes, all words share one.

use super::text::Slug;

/// The most different roles, and the most different actors, that a ledger's hours can name.
pub const NAMES_MAX: usize = 65_535;

/// Words with small numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Each with the position of its first use.
    words: imbl::Vector<(Slug, u32)>,
    numbers: imbl::OrdMap<Slug, u16>,
    /// The number that was asked for last.
    latest: u16,
}

impl FromIterator<(Slug, u32)> for Names {
    fn from_iter<I: IntoIterator<Item = (Slug, u32)>>(words: I) -> Self {
        let words: imbl::Vector<(Slug, u32)> = words.into_iter().collect();
        let numbers = words.iter().zip(0_u16..).map(|((word, _), number)| (word.clone(), number)).collect();
        Self { words, numbers, latest: 0 }
    }
}

impl Names {
    /// The number of a word, given to it when it is new. Entries mostly follow others with the same word.
    pub(crate) fn number(&mut self, word: &Slug, position: u32) -> u16 {
        if self.word(self.latest).is_some_and(|latest| latest == word) {
            return self.latest;
        }
        if let Some(number) = self.numbers.get(word) {
            self.latest = *number;
            return *number;
        }
        let Ok(number) = u16::try_from(self.words.len()) else { return u16::MAX };
        self.words.push_back((word.clone(), position));
        self.numbers.insert(word.clone(), number);
        number
    }

    /// The number of a word that has one.
    pub(crate) fn number_of(&self, word: &Slug) -> Option<u16> {
        self.numbers.get(word).copied()
    }

    /// The word of a number.
    pub(crate) fn word(&self, number: u16) -> Option<&Slug> {
        self.words.get(usize::from(number)).map(|(word, _)| word)
    }

    /// The words that were in use at a position, in the order of their first use.
    pub(crate) fn used_by(&self, position: u32) -> impl Iterator<Item = &Slug> {
        self.words.iter().take_while(move |(_, since)| *since <= position).map(|(word, _)| word)
    }

    /// Every word with the position of its first use.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &(Slug, u32)> {
        self.words.iter()
    }

    /// Whether a word has a number, or could get one.
    pub(crate) fn has_room_for(&self, word: &Slug) -> bool {
        self.words.len() < NAMES_MAX || self.numbers.contains_key(word)
    }
}
