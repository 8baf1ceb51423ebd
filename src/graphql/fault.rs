//! Errors of the interface: what is wrong with a request, never with what it wants of the ledger.
//!
//! Invariant: every error has a stable code to branch on, a sentence, and an id to quote; what happened inside is
//! logged, never sent. A domain refusal is no error: it is data (see `results.rs`).

use async_graphql::{ErrorExtensionValues, Pos, Response, ServerError};

use super::current;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $Code:ident = $wire:literal, $status:literal;)+) => {
        /// The stable code of an error, under `extensions.code`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $doc])* $Code,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$Code),+];

            /// The code as it is written.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$Code => $wire,)+ }
            }

            /// The HTTP status that says the same where nothing was executed.
            pub fn status(self) -> u16 {
                match self { $(Self::$Code => $status,)+ }
            }
        }
    };
}

codes! {
    /// The request is no well-formed GraphQL request.
    BadRequest = "BAD_REQUEST", 400;
    /// The request is a list of requests.
    BatchNotAllowed = "BATCH_NOT_ALLOWED", 400;
    /// The method is not GET or POST, or a mutation came by GET.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// The caller accepts none of the forms that an answer can have.
    NotAcceptable = "NOT_ACCEPTABLE", 406;
    /// The body is not JSON.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415;
    /// The body did not come in time.
    BodyTimeout = "BODY_TIMEOUT", 408;
    /// The body has too many bytes.
    BodyTooLarge = "BODY_TOO_LARGE", 413;
    /// The document has too many bytes.
    DocumentTooLarge = "DOCUMENT_TOO_LARGE", 400;
    /// The document cannot be parsed.
    ParseFailed = "GRAPHQL_PARSE_FAILED", 400;
    /// The document does not fit the schema.
    ValidationFailed = "GRAPHQL_VALIDATION_FAILED", 400;
    /// Fields or brackets nest too deep.
    TooDeep = "TOO_DEEP", 400;
    /// A fragment contains itself.
    FragmentCycle = "FRAGMENT_CYCLE", 400;
    /// Too many fields are selected.
    TooManyFields = "TOO_MANY_FIELDS", 400;
    /// Too many aliases are used.
    TooManyAliases = "TOO_MANY_ALIASES", 400;
    /// Too many directives are used.
    TooManyDirectives = "TOO_MANY_DIRECTIVES", 400;
    /// The answer could have too many rows.
    TooManyRows = "TOO_MANY_ROWS", 400;
    /// Too many mutations, subscriptions or questions about the schema are asked at once.
    TooManyOperations = "TOO_MANY_OPERATIONS", 400;
    /// The page that is asked for cannot be: negative, too large, or from both ends.
    BadPage = "BAD_PAGE", 400;
    /// An argument cannot be used.
    BadUserInput = "BAD_USER_INPUT", 400;
    /// The request took too long.
    RequestTimeout = "REQUEST_TIMEOUT", 503;
    /// Too many requests or subscriptions are open.
    TooBusy = "TOO_BUSY", 503;
    /// A subscriber did not keep up.
    TooSlow = "TOO_SLOW", 503;
    /// The ledger takes nothing at the moment.
    Unavailable = "UNAVAILABLE", 503;
    /// A fault of ours.
    Internal = "INTERNAL_SERVER_ERROR", 500;
}

/// What is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code.
    pub code: Code,
    /// A sentence that says what would be right.
    pub sentence: String,
    /// The limit that was passed.
    pub limit: Option<u64>,
    /// Where in the document.
    pub at: Option<Pos>,
    /// What keeps the ledger from taking commands, as a code.
    pub reason: Option<&'static str>,
}

impl Fault {
    /// A fault that is about no limit.
    pub fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), limit: None, at: None, reason: None }
    }

    /// A fault that is about a limit.
    pub fn limit<N: TryInto<u64>>(code: Code, sentence: impl Into<String>, limit: N) -> Self {
        Self { limit: limit.try_into().ok(), ..Self::new(code, sentence) }
    }

    /// The same fault, with its place in the document.
    pub fn at(self, pos: Pos) -> Self {
        Self { at: Some(pos), ..self }
    }

    /// The fault as GraphQL writes it.
    pub fn into_server_error(self) -> ServerError {
        let mut error = ServerError::new(self.sentence, self.at);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code.wire());
        if let Some(limit) = self.limit {
            extensions.set("limit", limit);
        }
        if let Some(reason) = self.reason {
            extensions.set("reason", reason);
        }
        error.extensions = Some(extensions);
        error
    }
}

impl From<Fault> for async_graphql::Error {
    fn from(fault: Fault) -> Self {
        let ServerError { message, extensions, .. } = fault.into_server_error();
        Self { message, source: None, extensions }
    }
}

/// Gives an error the code that its kind has, where it has none yet, and the id to quote.
pub(crate) fn complete(error: &mut ServerError, otherwise: Code, id: &str) {
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    if extensions.get("code").is_none() {
        extensions.set("code", otherwise.wire());
    }
    if let Some(async_graphql::Value::String(code)) = extensions.get("code") {
        current::note_code(code);
    }
    extensions.set("id", id);
}

/// The id of the request that is being answered.
pub(crate) fn next_id() -> String {
    current::id()
}

/// The body of an answer that is nothing but a fault.
pub(crate) fn into_answer(fault: Fault) -> Vec<u8> {
    let code = fault.code;
    let mut error = fault.into_server_error();
    complete(&mut error, code, &next_id());
    super::http::to_json(&Response::from_errors(vec![error]), false)
}
