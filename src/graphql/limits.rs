//! What a request may ask for: every limit named once, published as data, and said in the error it leads to.
//!
//! Invariant: a refusal costs less than what it refuses. Sizes are looked at before anything is read, nesting before
//! anything is parsed, and the walk over a document (see `cost.rs`) stops at the first limit that it meets.

use std::time::Duration;

use super::fault::{Code, Fault};

/// The limits of the interface. [`Limits::default`] is what a server uses; tests make them small.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most bytes of a request body.
    pub body_bytes: usize,
    /// The most bytes of a GraphQL document.
    pub document_bytes: usize,
    /// The most memory, by estimate, that documents may take which are kept because they were asked before.
    pub known_bytes: usize,
    /// The most brackets of a document that may be open at once.
    pub nesting: usize,
    /// The most fields inside one another.
    pub depth: usize,
    /// The most fields inside one another in a question about the schema.
    pub introspection_depth: usize,
    /// The most selections, every use of a fragment counted.
    pub fields: usize,
    /// The most aliases, every use of a fragment counted.
    pub aliases: usize,
    /// The most directives, every use of a fragment counted.
    pub directives: usize,
    /// The most rows that an answer could hold.
    pub rows: u64,
    /// The most values that an answer could hold: every field of every row.
    pub values: u64,
    /// The rows of a page where nobody says how many.
    pub page_default: u64,
    /// The most rows of one page.
    pub page_max: u64,
    /// The most mutations of one request.
    pub mutations: usize,
    /// The longest that a request may take.
    pub request_time: Duration,
    /// The most requests that are answered at once.
    pub in_flight: usize,
    /// The most subscriptions that are open at once.
    pub subscribers: usize,
    /// The most memory, by estimate, that the request of a subscription may take for as long as it is open.
    pub subscription_bytes: usize,
    /// The most answers that wait for a slow subscriber.
    pub backlog: usize,
    /// How long a subscriber may take none of the answers that wait for it.
    pub stall: Duration,
    /// How often an idle subscription is kept alive.
    pub keep_alive: Duration,
    /// The most connections that are open at once.
    pub connections: usize,
    /// The most headers of a request.
    pub headers: usize,
    /// The most bytes of a request's head, and of what is kept of an answer beside the answer itself.
    pub head_bytes: usize,
    /// How long a connection may take to send the head of its next request, idleness included.
    pub head_time: Duration,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a connection may take nothing of what is written to it.
    pub write_time: Duration,
    /// How long an answer may take to be read, streams left out.
    pub answer_time: Duration,
    /// The most memory, by estimate, that all requests under way may take before they are executed.
    pub asked_bytes: usize,
    /// The most memory that all answers may take which were not read yet, small ones left out.
    pub answered_bytes: usize,
    /// How long the server still takes connections after it was asked to stop, while it says that it stops.
    pub notice_time: Duration,
    /// How long requests may take to be finished once the server stops.
    pub stop_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 4 * 1024 * 1024,
            document_bytes: 16 * 1024,
            known_bytes: 16 * 1024 * 1024,
            nesting: 60,
            depth: 15,
            introspection_depth: 16,
            fields: 500,
            aliases: 60,
            directives: 20,
            rows: 50_000,
            values: 250_000,
            page_default: 50,
            page_max: 1_000,
            mutations: 10,
            request_time: Duration::from_secs(10),
            in_flight: 64,
            subscribers: 100,
            subscription_bytes: 256 * 1024,
            backlog: 64,
            stall: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            connections: 2_048,
            headers: 64,
            head_bytes: 32 * 1024,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(10),
            write_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(60),
            asked_bytes: 256 * 1024 * 1024,
            answered_bytes: 256 * 1024 * 1024,
            notice_time: Duration::ZERO,
            stop_time: Duration::from_secs(15),
        }
    }
}

/// The rows that a list without pages is taken to have, when rows are estimated.
pub const LIST_ROWS: u64 = 10;
/// The most questions about the schema in one request.
pub const INTROSPECTIONS: usize = 4;
/// The most lists of fields inside one another in a question about the schema.
pub const INTROSPECTION_LISTS: usize = 2;

impl Limits {
    /// Checks what can be known of a document before it is parsed: its size, and how deep its brackets nest.
    ///
    /// # Errors
    /// A fault with the limit that the document passes.
    pub fn check_text(&self, document: &str) -> Result<(), Fault> {
        if document.len() > self.document_bytes {
            let sentence = format!(
                "Send a document of at most {} bytes, and long values as variables; this one has {}.",
                self.document_bytes,
                document.len()
            );
            return Err(Fault::limit(Code::DocumentTooLarge, sentence, self.document_bytes));
        }
        let nesting = nesting(document);
        if nesting > self.nesting {
            let sentence = format!(
                "Open at most {} brackets inside one another; this document opens {nesting} (fields may nest {} deep).",
                self.nesting, self.depth
            );
            return Err(Fault::limit(Code::TooDeep, sentence, self.nesting));
        }
        Ok(())
    }
}

/// How many brackets of a document are open at once at most. Strings and comments are passed over, so that brackets
/// inside them count for nothing; an unfinished string ends with its line, which the parser refuses later.
fn nesting(document: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0_usize);
    let mut rest = document;
    while let Some(at) = rest.find(['{', '[', '(', '}', ']', ')', '"', '#']) {
        let (_, found) = rest.split_at(at);
        rest = match found.as_bytes().first() {
            Some(b'{' | b'[' | b'(') => {
                open = open.saturating_add(1);
                most = most.max(open);
                found.get(1..)
            }
            Some(b'"') => after_string(found),
            Some(b'#') => found.find('\n').and_then(|end| found.get(end..)),
            _ => {
                open = open.saturating_sub(1);
                found.get(1..)
            }
        }
        .unwrap_or("");
    }
    most
}

/// What follows the string that a text begins with.
fn after_string(text: &str) -> Option<&str> {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        return after_block(block);
    }
    let body = text.get(1..)?;
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            '\n' => return body.get(at..),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return body.get(at.saturating_add(1)..),
            _ => {}
        }
    }
    None
}

/// What follows the block string whose body a text begins with; `\"""` does not end it.
fn after_block(body: &str) -> Option<&str> {
    let mut from = 0;
    loop {
        let at = from + body.get(from..)?.find("\"\"\"")?;
        let escaped = body.get(..at)?.ends_with('\\');
        from = at + 3;
        if !escaped {
            return body.get(from..);
        }
    }
}
