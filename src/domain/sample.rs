//! Examples of every event and command: one complete and fixed, and as many random ones as a test asks for.
//!
//! Invariant: an example passes every check of a field on its own, and the fixed one has every field filled and never
//! changes, because golden files are made of it. Rules that span events are not kept: nothing here was decided.

use super::command::Command;
use super::event::{Actor, CommandKey, Entry, Event, EventKind, Role};
use super::ids::{BatchId, EntryId, Position, ThingId};
use super::money::Pence;
use super::quantity::{BasisPoints, Decimal, Digest};
use super::text::{PersonId, Reference, SLUG_MAX, Slug, Text};
use super::time::{Day, FinancialYear, Instant, Month};

/// Chooses: given `n`, any number below it. Tests bring a seeded one.
pub type Pick<'a> = &'a mut dyn FnMut(u64) -> u64;

/// What can be made up.
pub trait Sample: Sized {
    /// The one fixed example; `name` is the field's, so that the texts of an example can be told apart.
    fn example(name: &str) -> Self;

    /// Any valid value.
    fn random(pick: Pick<'_>) -> Self;
}

macro_rules! sample_enums {
    ($($(#[$doc:meta])* $Name:ident {
        $(#[$fdoc:meta])* $First:ident = $ftag:literal $fwire:literal, $($others:tt)*
    })+) => { $(
        impl Sample for super::event::$Name {
            fn example(_: &str) -> Self {
                Self::ALL.last().copied().unwrap_or(Self::$First)
            }

            fn random(pick: Pick<'_>) -> Self {
                one_of(Self::ALL, pick).unwrap_or(Self::$First)
            }
        }
    )+ };
}

macro_rules! sample_records {
    ($($(#[$doc:meta])* $Name:ident { $($(#[$fdoc:meta])* $field:ident: $Type:ty,)+ })+) => { $(
        impl Sample for super::event::$Name {
            fn example(_: &str) -> Self {
                Self { $($field: Sample::example(stringify!($field)),)+ }
            }

            fn random(pick: Pick<'_>) -> Self {
                Self { $($field: Sample::random(pick),)+ }
            }
        }
    )+ };
}

macro_rules! sample_events {
    (
        commanded { $(
            $(#[$doc:meta])* $Event:ident / $Command:ident = $tag:literal $prefix:literal on [$($subject:ident),*] {
                $($(#[$gdoc:meta])* $given:ident: $Given:ty,)*
            } asks { $($(#[$kdoc:meta])* $asked:ident: $Asked:ty,)* } derives { $($(#[$ddoc:meta])* $derived:ident: $Derived:ty,)* }
        )+ }
        announced { $(
            $(#[$adoc:meta])* $Announced:ident = $atag:literal $aprefix:literal on [$($asubject:ident),*] {
                $($(#[$fdoc:meta])* $field:ident: $Field:ty,)*
            }
        )+ }
    ) => {
        impl EventKind {
            /// The one complete example of this kind, every field filled.
            pub fn example(self) -> Event {
                match self {
                    $(Self::$Event => super::event::$Event {
                        $($given: Sample::example(stringify!($given)),)* $($derived: Sample::example(stringify!($derived)),)*
                    }.into(),)+
                    $(Self::$Announced => super::event::$Announced {
                        $($field: Sample::example(stringify!($field)),)*
                    }.into(),)+
                }
            }

            /// Any event of this kind.
            pub fn random(self, pick: Pick<'_>) -> Event {
                match self {
                    $(Self::$Event => super::event::$Event {
                        $($given: Sample::random(pick),)* $($derived: Sample::random(pick),)*
                    }.into(),)+
                    $(Self::$Announced => super::event::$Announced { $($field: Sample::random(pick),)* }.into(),)+
                }
            }
        }

        impl Command {
            /// The one complete example of every command, in the order of the catalogue.
            pub fn examples() -> Vec<Self> {
                vec![$(super::command::$Command {
                    $($given: Sample::example(stringify!($given)),)* $($asked: Sample::example(stringify!($asked)),)*
                }.into(),)+]
            }

            /// Any command of the kind that stands at this place in the catalogue, or nothing where none does.
            pub fn random(place: usize, pick: Pick<'_>) -> Option<Self> {
                let command = match *Self::NAMES.get(place)? {
                    $(stringify!($Command) => super::command::$Command {
                        $($given: Sample::random(pick),)* $($asked: Sample::random(pick),)*
                    }.into(),)+
                    _ => return None,
                };
                Some(command)
            }
        }
    };
}

super::catalogue_enums!(sample_enums);
super::catalogue_records!(sample_records);
super::catalogue_events!(sample_events);

impl Entry {
    /// The one complete example entry of a kind, every field of its envelope filled.
    pub fn example(kind: EventKind) -> Self {
        Self {
            position: Position(1_234),
            effective: Day::example("effective"),
            recorded_at: Instant(1_335_864_600_000_007),
            commit: 2,
            actor: Actor { name: Slug::from("grants-officer"), role: Role::Finance },
            key: Some(CommandKey { key: Reference::example("key"), digest: Digest::example("digest") }),
            batch: Some(BatchId(Position(1_200))),
            late: Some(Text::example("late")),
            illustrative: true,
            event: kind.example(),
        }
    }

    /// Any entry of a kind, alone in its commit. Its neighbours are the caller's to arrange.
    pub fn random(kind: EventKind, pick: Pick<'_>) -> Self {
        Self {
            position: random_position(pick),
            effective: Day::random(pick),
            recorded_at: Instant(signed(1_300_000_000_000_000).saturating_add(signed(pick(600_000_000_000_000)))),
            commit: 0,
            actor: Actor { name: Slug::random(pick), role: Role::random(pick) },
            key: bool::random(pick).then(|| CommandKey { key: Reference::random(pick), digest: Digest::random(pick) }),
            batch: Option::random(pick),
            late: Option::random(pick),
            illustrative: bool::random(pick),
            event: kind.random(pick),
        }
    }
}

fn one_of<T: Copy>(all: &[T], pick: Pick<'_>) -> Option<T> {
    let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
    all.get(usize::try_from(pick(count)).unwrap_or(0)).copied()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn below(limit: u32, pick: Pick<'_>) -> u32 {
    u32::try_from(pick(u64::from(limit))).unwrap_or(0)
}

/// Positions of every length in bits, so that short and long ones are met equally often.
fn random_position(pick: Pick<'_>) -> Position {
    let bits = below(32, pick);
    let top = 1_u64.wrapping_shl(bits);
    Position(top | pick(top))
}

impl Sample for bool {
    fn example(_: &str) -> Self {
        true
    }

    fn random(pick: Pick<'_>) -> Self {
        pick(2) == 1
    }
}

impl Sample for u32 {
    fn example(_: &str) -> Self {
        12
    }

    fn random(pick: Pick<'_>) -> Self {
        let bits = below(33, pick);
        u32::try_from(pick(1_u64.wrapping_shl(bits))).unwrap_or(0)
    }
}

impl Sample for Pence {
    fn example(_: &str) -> Self {
        Self(2_500_000)
    }

    fn random(pick: Pick<'_>) -> Self {
        let bits = below(37, pick);
        let size = signed(pick(1_u64.wrapping_shl(bits)));
        Self(if pick(4) == 0 { size.saturating_neg() } else { size })
    }
}

impl Sample for BasisPoints {
    fn example(_: &str) -> Self {
        Self(2_500)
    }

    fn random(pick: Pick<'_>) -> Self {
        Self(below(10_001, pick))
    }
}

impl Sample for Decimal {
    fn example(_: &str) -> Self {
        Self { units: -74, places: 1 }
    }

    fn random(pick: Pick<'_>) -> Self {
        let places = below(7, pick);
        let size = signed(pick(1_000_000_000_000));
        let sign = if pick(2) == 0 { "" } else { "-" };
        let (whole, part) = (size.checked_rem(1_000_000).unwrap_or(0), pick(10_u64.saturating_pow(places)));
        let width = usize::try_from(places).unwrap_or(0);
        let text = if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0width$}") };
        text.parse().unwrap_or_default()
    }
}

impl Sample for Digest {
    fn example(_: &str) -> Self {
        Self([0xc0; 32])
    }

    fn random(pick: Pick<'_>) -> Self {
        Self(std::array::from_fn(|_| u8::try_from(pick(256)).unwrap_or(0)))
    }
}

impl Sample for Day {
    fn example(name: &str) -> Self {
        let last = matches!(name, "to" | "ends" | "period_to" | "term_ends" | "through");
        if last { Self(15_795) } else { Self(15_461) }
    }

    fn random(pick: Pick<'_>) -> Self {
        Self(i32::try_from(pick(109_573)).unwrap_or(0).saturating_sub(25_567))
    }
}

impl Sample for Month {
    fn example(_: &str) -> Self {
        Self { year: 2012, month: 5 }
    }

    fn random(pick: Pick<'_>) -> Self {
        Day::random(pick).month()
    }
}

impl Sample for FinancialYear {
    fn example(_: &str) -> Self {
        Self(2012)
    }

    fn random(pick: Pick<'_>) -> Self {
        Self(i16::try_from(pick(299)).unwrap_or(0).saturating_add(1_900))
    }
}

/// A field's name as words: `market rent` for `market_rent`.
fn words_of(name: &str) -> String {
    name.replace('_', " ")
}

const WORDS: [&str; 12] = [
    "allotment",
    "the",
    "Friends of",
    "caf\u{e9}",
    "\"quoted\"",
    "back\\slash",
    "tea & cake",
    "\u{1f333}",
    "na\u{ef}ve",
    "young people",
    "Ll\u{ea}n",
    "a/b",
];

fn random_words(limit: usize, pick: Pick<'_>) -> String {
    let mut text = String::from("On");
    for _ in 0..pick(9) {
        let word = one_of(&WORDS, pick).unwrap_or("and");
        if text.chars().count().saturating_add(word.chars().count()) >= limit {
            break;
        }
        text.push(if pick(16) == 0 { '\n' } else { ' ' });
        text.push_str(word);
    }
    text
}

impl<const MAX: usize> Sample for Text<MAX> {
    fn example(name: &str) -> Self {
        Self::from(format!("Example of \"{}\", on the caf\u{e9}'s wall", words_of(name)))
    }

    fn random(pick: Pick<'_>) -> Self {
        Self::from(random_words(MAX, pick))
    }
}

impl Sample for Reference {
    fn example(name: &str) -> Self {
        Self::from(format!("GB-EX-{}", name.replace('_', "-")))
    }

    fn random(pick: Pick<'_>) -> Self {
        let letters = ["a", "Q", "7", "-", "/", "\u{e9}", "\""];
        (0..=pick(20)).map(|_| one_of(&letters, pick).unwrap_or("x")).collect::<String>().into()
    }
}

impl Sample for Slug {
    fn example(name: &str) -> Self {
        Self::of(name)
    }

    fn random(pick: Pick<'_>) -> Self {
        let letters = ["a", "b", "z", "0", "9", "-"];
        let most = u64::try_from(SLUG_MAX).unwrap_or(1);
        (0..=pick(most)).take(SLUG_MAX).map(|_| one_of(&letters, pick).unwrap_or("x")).collect::<String>().into()
    }
}

impl Sample for PersonId {
    fn example(_: &str) -> Self {
        Self::from("pe_7k2m9x")
    }

    fn random(pick: Pick<'_>) -> Self {
        let body: String = (0..=pick(20)).map(|_| one_of(&["k", "M", "4"], pick).unwrap_or("x")).collect();
        Self::from(format!("pe_0000{body}"))
    }
}

impl<Id: ThingId> Sample for Id {
    fn example(_: &str) -> Self {
        Self::at(Position(u64::from(Id::KIND.tag()).saturating_add(1_000)))
    }

    fn random(pick: Pick<'_>) -> Self {
        Self::at(random_position(pick))
    }
}

impl Sample for EntryId {
    fn example(_: &str) -> Self {
        Self { kind: EventKind::GrantPaid, position: Position(1_028) }
    }

    fn random(pick: Pick<'_>) -> Self {
        let kind = one_of(EventKind::ALL, pick).unwrap_or(EventKind::LedgerOpened);
        Self { kind, position: random_position(pick) }
    }
}

impl<T: Sample> Sample for Option<T> {
    fn example(name: &str) -> Self {
        Some(T::example(name))
    }

    fn random(pick: Pick<'_>) -> Self {
        (pick(2) == 1).then(|| T::random(pick))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn example(name: &str) -> Self {
        vec![T::example(name), T::example(name)]
    }

    fn random(pick: Pick<'_>) -> Self {
        (0..pick(4)).map(|_| T::random(pick)).collect()
    }
}
