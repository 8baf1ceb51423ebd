//! Money as integer pence, and the two ways it is divided: half to even, and by largest remainder.
//!
//! Invariant: no float touches money, and nothing here wraps. A product or sum that does not fit is `None`.
//! See the design rule "Money and rounding" in ARCHITECTURE.md.

use std::fmt;
use std::str::FromStr;

/// An amount of money in pence (pounds sterling, net of recoverable VAT). May be negative in a balance or a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pence(pub i64);

/// The largest amount that one entry may carry: £1,000,000,000.00. Larger is a slip of the hand.
pub const LARGEST_AMOUNT: Pence = Pence(100_000_000_000);

impl Pence {
    /// Nothing at all.
    pub const ZERO: Self = Self(0);

    /// The sum, or `None` where it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` where it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The sum, held at the largest amount where it would not fit. Every entry is bounded: amounts by
    /// [`LARGEST_AMOUNT`], hours and outcomes by their numbers and by what a rate card may say of one. So a ledger of
    /// fewer than ninety million of the largest amounts, or nine hundred of the largest outcomes, cannot reach it.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, held like [`Pence::plus`].
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The amount as people write it: `£1,234.56`, `-£0.05`.
    pub fn display(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let pence = self.0.unsigned_abs();
        format!("{sign}£{}.{:02}", grouped(pence.checked_div(100).unwrap_or(0)), pence.checked_rem(100).unwrap_or(0))
    }
}

/// A whole number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len().saturating_mul(2));
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The plain form of files and of the exported log: `1234.56`, no currency sign, no separators.
impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let pence = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", pence.checked_div(100).unwrap_or(0), pence.checked_rem(100).unwrap_or(0))
    }
}

/// Why a text is no amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point.
    #[error("an amount is written in pounds and pence, like 1234.56")]
    NotAnAmount,
    /// One place, or three and more.
    #[error("an amount has no decimal places or two, like 1234 or 1234.56")]
    Places,
    /// More than [`LARGEST_AMOUNT`].
    #[error("an amount is at most 1000000000.00")]
    TooLarge,
}

impl FromStr for Pence {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (pounds, pence) = digits.split_once('.').map_or((digits, None), |(pounds, pence)| (pounds, Some(pence)));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(pounds) || !pence.is_none_or(all_digits) {
            return Err(MoneyError::NotAnAmount);
        }
        if pence.is_some_and(|pence| pence.len() != 2) {
            return Err(MoneyError::Places);
        }
        let pounds: i64 = pounds.parse().map_err(|_| MoneyError::TooLarge)?;
        let pence: i64 = pence.unwrap_or("0").parse().map_err(|_| MoneyError::NotAnAmount)?;
        let total = pounds.checked_mul(100).and_then(|whole| whole.checked_add(pence)).ok_or(MoneyError::TooLarge)?;
        if total > LARGEST_AMOUNT.0 {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self(if negative { total.saturating_neg() } else { total }))
    }
}

/// `amount x numerator / denominator`, rounded half to even; `None` where the denominator is not positive or the
/// answer does not fit in 64 bits.
pub fn mul_div_half_even(amount: i64, numerator: i64, denominator: i64) -> Option<i64> {
    let product = i128::from(amount).checked_mul(i128::from(numerator))?;
    div_half_even(product, i128::from(denominator)).and_then(|rounded| i64::try_from(rounded).ok())
}

/// `numerator / denominator` rounded half to even; `None` where the denominator is not positive.
pub fn div_half_even(numerator: i128, denominator: i128) -> Option<i128> {
    if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i32::try_from(denominator)) {
        return narrow_div_half_even(numerator, i64::from(denominator)).map(i128::from);
    }
    if denominator <= 0 {
        return None;
    }
    let quotient = numerator.div_euclid(denominator);
    let doubled = numerator.rem_euclid(denominator).checked_mul(2)?;
    let up = doubled > denominator || (doubled == denominator && quotient.rem_euclid(2) == 1);
    if up { quotient.checked_add(1) } else { Some(quotient) }
}

/// The same for numbers that the processor divides at once; nearly all are of this size, and there are millions.
fn narrow_div_half_even(numerator: i64, denominator: i64) -> Option<i64> {
    if denominator <= 0 {
        return None;
    }
    let quotient = numerator.div_euclid(denominator);
    let doubled = numerator.rem_euclid(denominator).checked_mul(2)?;
    let up = doubled > denominator || (doubled == denominator && quotient.rem_euclid(2) == 1);
    if up { quotient.checked_add(1) } else { Some(quotient) }
}

/// Splits an amount by weights so that the parts add up to it to the penny: every part gets the whole pence of its
/// share, and the pence left over go one each to the largest remainders, ties to the earlier part. Weights are not
/// negative; where they add up to nothing, every part is nothing.
pub fn split_by_largest_remainder(amount: Pence, weights: &[u32]) -> Vec<Pence> {
    let weights: Vec<u64> = weights.iter().copied().map(u64::from).collect();
    split_by_weights(amount, &weights)
}

/// Splits an amount in the proportion of other amounts, as [`split_by_largest_remainder`] does by weights; an amount
/// below nothing weighs nothing.
pub fn split_by_amounts(amount: Pence, amounts: &[Pence]) -> Vec<Pence> {
    let weights: Vec<u64> = amounts.iter().map(|weight| u64::try_from(weight.0).unwrap_or(0)).collect();
    split_by_weights(amount, &weights)
}

fn split_by_weights(amount: Pence, weights: &[u64]) -> Vec<Pence> {
    let total = weights.iter().fold(0_u64, |total, weight| total.saturating_add(*weight));
    if total == 0 {
        return vec![Pence::ZERO; weights.len()];
    }
    let size = u128::from(amount.0.unsigned_abs());
    let mut parts: Vec<(u64, u64)> = weights.iter().map(|weight| share_of(size, *weight, total)).collect();
    let given: u64 = parts.iter().map(|(whole, _)| *whole).sum();
    let left = amount.0.unsigned_abs().saturating_sub(given);
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(parts.get(*index).map_or(0, |(_, remainder)| *remainder)));
    for index in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        if let Some((whole, _)) = parts.get_mut(index) {
            *whole = whole.saturating_add(1);
        }
    }
    parts.into_iter().map(|(whole, _)| Pence(with_sign(whole, amount.0 < 0))).collect()
}

/// The whole pence of one weight's share, and what remains of it.
fn share_of(size: u128, weight: u64, total: u64) -> (u64, u64) {
    let product = size.saturating_mul(u128::from(weight));
    let whole = product.checked_div(u128::from(total)).unwrap_or(0);
    let remainder = product.checked_rem(u128::from(total)).unwrap_or(0);
    (u64::try_from(whole).unwrap_or(u64::MAX), u64::try_from(remainder).unwrap_or(u64::MAX))
}

fn with_sign(size: u64, negative: bool) -> i64 {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if negative { size.saturating_neg() } else { size }
}
