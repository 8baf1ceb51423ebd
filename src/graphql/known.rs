//! Documents that were asked before: parsed, held against the limits and found valid, so that the next request with the
//! same text needs none of it.
//!
//! Invariants: a document is found by its whole text, never by a hash alone; it is kept only after the library validated
//! it whole under the schema of this endpoint and began to execute it; what depends on a request's variables is looked
//! at for every request (see `varying.rs`).
//!
//! What is kept is bounded in bytes, and with it in number. Whoever floods the endpoint with ever new documents pays for
//! each of them as if nothing were kept, and pushes out only what was asked once: a document that was asked again while
//! it was kept has its place among the lasting ones, and only others of that kind can take it.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Response, Variables};
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::cost::Cost;
use super::shape::Shape;
use super::varying::Varying;

/// What a parsed document takes, at most, for each byte of its text: fields with names of one letter are the worst.
const BYTES_A_BYTE: usize = 128;
/// What keeping a document takes besides.
const BYTES_BESIDE: usize = 1_024;

/// A document that may be executed again.
#[derive(Debug)]
pub struct Document {
    text: Arc<str>,
    /// The document.
    pub(crate) parsed: ExecutableDocument,
    /// Whether a variable says how many rows a page has.
    pub(crate) pages_vary: bool,
    /// How many values could come out, where no variable says how many rows a page has.
    pub(crate) values: u64,
    varying: Varying,
}

impl Document {
    /// A document that is within the limits; `None` where it has to be validated whole every time.
    pub fn of(text: &str, parsed: &ExecutableDocument, cost: &Cost, shape: &Shape) -> Option<Self> {
        let varying = Varying::of(parsed, shape)?;
        Some(Self { text: text.into(), parsed: parsed.clone(), pages_vary: cost.varies, values: cost.values, varying })
    }

    /// Whether the document is certainly valid with these variables, too.
    pub fn is_valid_with(&self, variables: &Variables, shape: &Shape) -> bool {
        self.varying.fits(variables, shape)
    }
}

#[derive(Clone, Copy, Debug)]
struct Bytes;

impl Weighter<Arc<str>, Arc<Document>> for Bytes {
    fn weight(&self, text: &Arc<str>, _: &Arc<Document>) -> u64 {
        u64::try_from(text.len().saturating_mul(BYTES_A_BYTE).saturating_add(BYTES_BESIDE)).unwrap_or(u64::MAX)
    }
}

/// The documents that are kept.
pub struct Known {
    kept: Cache<Arc<str>, Arc<Document>, Bytes>,
}

impl Known {
    /// Room for documents of so many bytes in memory, by estimate.
    pub fn within(bytes: usize) -> Self {
        let typical = 1_024 * BYTES_A_BYTE;
        let mut options = OptionsBuilder::new();
        options.shards(1).estimated_items_capacity(bytes / typical + 1).weight_capacity(bytes as u64);
        let kept = options.build().ok().map(|options| {
            Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
        });
        Self { kept: kept.unwrap_or_else(|| Cache::with_weighter(1, 0, Bytes)) }
    }

    /// The document with this text.
    pub fn find(&self, text: &str) -> Option<Arc<Document>> {
        self.kept.get(text)
    }

    /// What the kept documents take, by estimate.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }

    /// Keeps a document, where its answer shows that it was valid.
    pub fn keep(&self, document: Document, answer: &Response) {
        if was_executed(answer) {
            self.kept.insert(Arc::clone(&document.text), Arc::new(document));
        }
    }
}

/// Whether an answer comes of an execution: an error of one has a path, and an error before it has none.
pub(crate) fn was_executed(answer: &Response) -> bool {
    answer.errors.is_empty() || answer.errors.iter().any(|error| !error.path.is_empty())
}
