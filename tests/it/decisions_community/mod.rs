//! The rules of the community side: rent in kind, hours, pledges, outcomes, batches, reversal, closed books.

mod batches;
mod closed_books;
mod example;
mod hours;
mod limits;
mod outcomes;
mod pledges;
mod privacy;
mod rent;
mod rent_arithmetic;
mod reversal;
mod valuation;
