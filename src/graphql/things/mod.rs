//! The things of the ledger as GraphQL objects, one file each. See `../query.rs` for how they are reached.

mod fund;
mod grant;
mod hours;
mod organisation;
mod pledge;
mod project;
mod rent;
mod target;

pub use fund::{BudgetYear, Fund};
pub use grant::{FundingPart, Grant, GrantStatus, Payment};
pub use hours::{HoursEntry, HoursStatus};
pub use organisation::{Organisation, OrganisationNumbers};
pub use pledge::{Delivery, DeliveryStatus, Pledge, PledgeProgress};
pub use project::{Partner, Place, Project, ServedPriority};
pub use rent::{RentAgreement, RentTerm};
pub use target::{Rag, Review, Target};
