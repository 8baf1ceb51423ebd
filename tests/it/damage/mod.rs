//! Damage: at thousands of random places of everything that a ledger keeps on disk, each found, named or harmless.

mod harm;
#[cfg(test)]
mod places;
pub(crate) mod segments;
mod town;
