//! Quantities that are no money: counts in words, basis points, decimals, digests.

use std::fmt;
use std::str::FromStr;

/// So many entries, in words.
pub fn entries(count: u64) -> String {
    counted(count, "entry", "entries")
}

/// So many things of a kind, in words.
pub fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// Parts of ten thousand: 2,500 is a quarter. 0 to 10,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(pub u32);

impl BasisPoints {
    /// The whole.
    pub const WHOLE: Self = Self(10_000);
}

/// An exact decimal number of at most 6 places, in its shortest form: `-7.4`, `56.8`, `4810`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// The number without its point.
    pub units: i64,
    /// How many of its digits stand behind the point, 0 to 6.
    pub places: u8,
}

/// The most places of a [`Decimal`].
pub const DECIMAL_PLACES: u8 = 6;

impl Decimal {
    /// The number in millionths, to compare numbers of different places.
    pub fn millionths(self) -> i128 {
        let missing = u32::from(DECIMAL_PLACES.saturating_sub(self.places));
        i128::from(self.units).saturating_mul(10_i128.saturating_pow(missing))
    }

    /// The shortest form of this number.
    fn shortest(mut self) -> Self {
        while self.places > 0 && self.units.checked_rem(10) == Some(0) {
            self.units = self.units.checked_div(10).unwrap_or(0);
            self.places = self.places.saturating_sub(1);
        }
        self
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let scale = 10_u64.saturating_pow(u32::from(self.places));
        let size = self.units.unsigned_abs();
        let whole = size.checked_div(scale).unwrap_or(0);
        if self.places == 0 {
            return write!(f, "{sign}{whole}");
        }
        let part = size.checked_rem(scale).unwrap_or(0);
        write!(f, "{sign}{whole}.{part:0width$}", width = usize::from(self.places))
    }
}

/// A text that is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number is written with digits and at most 6 decimal places, like 56.8")]
pub struct DecimalError;

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let well_formed = !whole.is_empty() && all_digits(whole) && all_digits(part) && !digits.ends_with('.');
        let places = u8::try_from(part.len()).map_err(|_| DecimalError)?;
        if !well_formed || places > DECIMAL_PLACES || whole.len() > 12 {
            return Err(DecimalError);
        }
        let size: i64 = format!("{whole}{part}").parse().map_err(|_| DecimalError)?;
        let units = if text.starts_with('-') { size.saturating_neg() } else { size };
        Ok(Self { units, places }.shortest())
    }
}

/// A SHA-256 digest. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 digest is written as 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 64 || !lower {
            return Err(DigestError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| DigestError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| DigestError)?;
        }
        Ok(Self(bytes))
    }
}
