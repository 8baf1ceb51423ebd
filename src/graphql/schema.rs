//! The schema: queries, mutations and subscriptions put together, and its description.

use std::sync::{Arc, LazyLock};

use async_graphql::{ID, SDLExportOptions, ValidationMode};

use super::mutations::Mutation;
use super::query::Query;
use super::shape::Shape;
use super::subscription::Subscription;

/// The schema of the ledger.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema. Our own limits come first (see `limits.rs`); the library's are the second line.
pub fn schema() -> Schema {
    SCHEMA.clone()
}

/// The same schema for documents that are known to be valid: it looks for no mistakes in them.
pub(crate) fn schema_of_the_valid() -> Schema {
    OF_THE_VALID.clone()
}

/// The schema's description, sorted so that it only changes where the schema does. `schema/schema.graphql` is this.
pub fn sdl() -> &'static str {
    &SDL
}

/// What the estimate of rows knows of the schema.
pub(crate) fn shape() -> Arc<Shape> {
    Arc::clone(&SHAPE)
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| build(ValidationMode::Strict));

static OF_THE_VALID: LazyLock<Schema> = LazyLock::new(|| build(ValidationMode::Fast));

fn build(mode: ValidationMode) -> Schema {
    Schema::build(Query, Mutation, Subscription)
        .limit_recursive_depth(64)
        .limit_directives(32)
        .validation_mode(mode)
        .override_output_type_description::<ID>("An id of this ledger: a prefix for what it is, then where it began.")
        .finish()
}

static SDL: LazyLock<String> = LazyLock::new(|| {
    SCHEMA.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
});

static SHAPE: LazyLock<Arc<Shape>> = LazyLock::new(|| Arc::new(Shape::of(&SDL)));
