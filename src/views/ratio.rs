//! Ratios with both sides of the fraction, so that nobody averages them.
//!
//! Invariant: a ratio whose divisor is not positive has no value: never nought, never infinite.

use crate::domain::money::{Pence, div_half_even};

/// One amount for each pound of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ratio {
    /// What is divided.
    pub numerator: Pence,
    /// What it is divided by.
    pub denominator: Pence,
}

impl Ratio {
    /// The ratio of two amounts.
    pub fn new(numerator: Pence, denominator: Pence) -> Self {
        Self { numerator, denominator }
    }

    /// The ratio in ten-thousandths, half to even; `None` where the divisor is not positive.
    pub fn ten_thousandths(self) -> Option<i128> {
        let numerator = i128::from(self.numerator.0).checked_mul(10_000)?;
        div_half_even(numerator, i128::from(self.denominator.0))
    }

    /// The ratio with 4 decimals, half to even, like `1.7357`; `None` where the divisor is not positive.
    pub fn decimal(self) -> Option<String> {
        let parts = self.ten_thousandths()?;
        let sign = if parts < 0 { "-" } else { "" };
        let size = parts.unsigned_abs();
        Some(format!("{sign}{}.{:04}", size / 10_000, size % 10_000))
    }

    /// The ratio of two sums: numerators added, denominators added.
    pub fn plus(self, other: Self) -> Self {
        Self::new(self.numerator.plus(other.numerator), self.denominator.plus(other.denominator))
    }
}
