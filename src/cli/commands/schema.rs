//! `schema`: the GraphQL schema in its definition language.

use crate::cli::exit::Failure;
use crate::cli::out::Out;
use crate::graphql::schema::sdl;

/// Prints the schema.
///
/// # Errors
/// Where it cannot be written.
pub fn run(out: &mut Out<'_>) -> Result<(), Failure> {
    Ok(out.results.write_all(sdl().as_bytes())?)
}
