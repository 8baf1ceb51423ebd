//! Texts, each kind with its limit. A text is checked when a command is decided, so that what is wrong with it is a
//! refusal that names the field; nothing longer or emptier ever reaches the log.

use std::fmt;

/// A text of at most `MAX` characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(pub Box<str>);

/// A name, title, heading or short reason, on one line: at most 200 characters.
pub type Title = Text<200>;
/// A few sentences: at most 2,000 characters.
pub type Words = Text<2000>;

/// Somebody else's identifier: at most 120 visible characters without spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference(pub Box<str>);

/// A short word of ours or of a rate card: 1 to 60 lower-case letters, digits and hyphens, like `homelessness-prevented`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(pub Box<str>);

/// A person's opaque id, `pe_` and 4 to 40 letters and digits. Who it is stands in the register, never in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub Box<str>);

/// The most characters of a [`Reference`].
pub const REFERENCE_MAX: usize = 120;
/// The most characters of a [`Slug`].
pub const SLUG_MAX: usize = 60;

/// What every kind of text can do.
macro_rules! texts {
    ($([$($generic:tt)*] $Name:ty),+ $(,)?) => { $(
        impl<$($generic)*> $Name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<$($generic)*> From<&str> for $Name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl<$($generic)*> From<String> for $Name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl<$($generic)*> fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

texts!([const MAX: usize] Text<MAX>, [] Reference, [] Slug, [] PersonId);

impl<const MAX: usize> Text<MAX> {
    /// What is wrong with the text, as a sentence; `None` where nothing is.
    pub fn fault(&self) -> Option<String> {
        let length = self.0.chars().count();
        if self.0.trim().is_empty() {
            Some("Enter some words.".into())
        } else if length > MAX {
            Some(format!("Enter at most {MAX} characters; there are {length}."))
        } else if self.0.chars().any(|c| c.is_control() && c != '\n') {
            Some("Enter letters, digits and punctuation only; there is a control character.".into())
        } else {
            None
        }
    }
}

impl Reference {
    /// What is wrong with the reference, as a sentence; `None` where nothing is.
    pub fn fault(&self) -> Option<String> {
        let visible = self.0.chars().all(|c| !c.is_control() && !c.is_whitespace());
        if self.0.is_empty() || self.0.chars().count() > REFERENCE_MAX || !visible {
            Some(format!("Enter 1 to {REFERENCE_MAX} characters without spaces."))
        } else {
            None
        }
    }
}

impl Slug {
    /// What is wrong with the word, as a sentence; `None` where nothing is.
    pub fn fault(&self) -> Option<String> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.0.is_empty() || self.0.len() > SLUG_MAX || !self.0.chars().all(allowed) {
            Some(format!("Enter 1 to {SLUG_MAX} lower-case letters, digits and hyphens, like befriending."))
        } else {
            None
        }
    }

    /// The word that a free text comes to: lower case, hyphens for all that is no letter or digit.
    pub fn of(text: &str) -> Self {
        let mut slug = String::new();
        for c in text.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(SLUG_MAX);
        Self(slug.trim_matches('-').into())
    }
}

impl PersonId {
    /// What is wrong with the id, as a sentence; `None` where nothing is.
    pub fn fault(&self) -> Option<String> {
        let body = self.0.strip_prefix("pe_").unwrap_or("");
        if (4..=40).contains(&body.len()) && body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            None
        } else {
            Some("Enter the person's id, like pe_7k2m9x, never a name.".into())
        }
    }
}
