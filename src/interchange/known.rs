//! What a ledger knows already of the things that files name.
//!
//! Invariant: only the books are asked, so an answer holds at one position.

use crate::domain::books::Books;
use crate::domain::ids::{BatchId, FundId, GrantId, OrganisationId, ProjectId};
use crate::domain::money::Pence;
use crate::domain::quantity::Digest;
use crate::domain::text::Reference;

/// The organisation that has one of these identifiers.
pub fn organisation<'a>(books: &Books, org_ids: impl IntoIterator<Item = &'a Reference>) -> Option<OrganisationId> {
    org_ids.into_iter().find_map(|org_id| books.organisations.by_org_id(org_id))
}

/// The fund with this reference.
pub fn fund(books: &Books, reference: &Reference) -> Option<FundId> {
    books.funds.by_reference(reference)
}

/// The project with this reference.
pub fn project(books: &Books, reference: &Reference) -> Option<ProjectId> {
    books.projects.by_reference(reference)
}

/// The grant with this reference, and its amount as varied.
pub fn grant(books: &Books, reference: &Reference) -> Option<(GrantId, Pence)> {
    let id = books.grants.by_reference(reference)?;
    books.grants.get(id).map(|grant| (id, grant.awarded()))
}

/// The batch of a file that was entered before, in whole or in part, and stands.
pub fn batch(books: &Books, sha256: &Digest) -> Option<BatchId> {
    let mut batches = books.governance.batches().filter(|batch| batch.reversed.is_none());
    batches.find(|batch| batch.sha256 == *sha256).map(|batch| batch.id)
}
