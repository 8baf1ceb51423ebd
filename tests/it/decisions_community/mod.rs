//! The rules of the community side: rent in kind, hours, pledges, outcomes, batches, reversal, closed books.

mod privacy;
mod rent_arithmetic;
mod valuation;
