//! GraphQL over HTTP: one handler for GET and POST, after the specification of that name.
//!
//! The order is: method, accepted form, size, media type, JSON, shape, parse, mutations by GET, limits, execution, and
//! the shape of the answer. Invariant: whatever fails before execution answers without `data`; a mutation is only ever
//! executed by a POST of JSON, which no form of another site can send.

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response as Answer, ServerError, Value};
use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::ask;
use super::budget::Purse;
use super::cost;
use super::current;
use super::fault::{self, Code, Fault};
use super::known::{Document, Known, was_executed};
use super::limits::Limits;
use super::media::{self, Media};
use super::room::Room;
use super::shape::Shape;

/// Puts into a request what its resolvers see: the view of the ledger at one position, who asks, and the limits.
pub type Enter = Box<dyn Fn(Request) -> Request + Send + Sync>;

/// A schema as it is reached over HTTP.
pub struct Endpoint<E> {
    inner: Arc<Inner<E>>,
}

struct Inner<E> {
    executor: E,
    quick: Option<E>,
    known: Known,
    shape: Arc<Shape>,
    limits: Limits,
    enter: Enter,
    in_flight: Semaphore,
    asked: Purse,
    answers: Purse,
}

impl<E> Clone for Endpoint<E> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

/// A request that may be executed, and what kind of operation it selects.
pub(crate) struct Ready {
    pub(crate) request: Request,
    pub(crate) kind: Option<OperationType>,
    /// How many values could come out.
    values: u64,
    seen: Seen,
}

/// What is known of a request's document.
enum Seen {
    /// That it is valid with the request's variables.
    Valid,
    /// Nothing yet; it is to be kept once it was found valid.
    First(Box<Document>),
    /// Nothing that could be used.
    Unknown,
}

/// Why a request is not executed, or what is wrong with its document.
pub(crate) enum Stop {
    /// The request itself.
    Fault(Fault),
    /// The document: parsing or validation.
    Document(Vec<ServerError>),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<E: Executor> Endpoint<E> {
    /// An endpoint of a schema, of which `shape` says where its lists are.
    pub fn new(executor: E, shape: Arc<Shape>, limits: Limits, enter: Enter) -> Self {
        Self::build(executor, None, shape, limits, enter)
    }

    /// The same, with a second executor of the same schema that looks for no mistakes: documents that were found valid
    /// before are executed by it.
    pub fn with_quick(executor: E, quick: E, shape: Arc<Shape>, limits: Limits, enter: Enter) -> Self {
        Self::build(executor, Some(quick), shape, limits, enter)
    }

    fn build(executor: E, quick: Option<E>, shape: Arc<Shape>, limits: Limits, enter: Enter) -> Self {
        let in_flight = Semaphore::new(limits.in_flight);
        let known = Known::within(limits.known_bytes);
        let (asked, answers) = (Purse::of(limits.asked_bytes), Purse::of(limits.answered_bytes));
        Self { inner: Arc::new(Inner { executor, quick, known, shape, limits, enter, in_flight, asked, answers }) }
    }

    /// The limits that hold here.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// The memory that requests share.
    pub fn asked(&self) -> &Purse {
        &self.inner.asked
    }

    pub(crate) fn executor(&self) -> &E {
        &self.inner.executor
    }

    /// Answers one HTTP request.
    pub async fn handle(&self, request: axum::extract::Request) -> Response {
        let method = request.method();
        if method != Method::GET && method != Method::POST {
            let fault = Fault::new(Code::MethodNotAllowed, "Ask with POST, or with GET where nothing changes.");
            return with_allow(refuse(Media::Json, &fault), "GET, POST");
        }
        if method == Method::GET && request.uri().query().is_none() && media::wants_page(request.headers()) {
            return Redirect::to("/graphiql").into_response();
        }
        let Some(form) = Media::accepted(request.headers()) else {
            let sentence = "Accept application/graphql-response+json or application/json.";
            return refuse(Media::Json, &Fault::new(Code::NotAcceptable, sentence));
        };
        self.bounded(request, form).await
    }

    /// Answers within the time and the number of requests that are allowed.
    async fn bounded(&self, request: axum::extract::Request, form: Media) -> Response {
        let limits = &self.inner.limits;
        let (parts, body) = request.into_parts();
        // Whoever is slow to send holds nobody else's place.
        let read = match ask::body(&parts, body, limits, &self.inner.asked).await {
            Ok(read) => read,
            Err(fault) => return refuse(form, &fault),
        };
        let (body, _part) = read.unzip();
        let _permit = match self.permit() {
            Ok(permit) => permit,
            Err(fault) => return refuse(form, &fault),
        };
        match tokio::time::timeout(limits.request_time, self.answer(&parts, body)).await {
            Ok(Ok(answer)) => self.reply(form, answer),
            Ok(Err(Stop::Fault(fault))) if fault.code == Code::MethodNotAllowed => {
                with_allow(refuse(form, &fault), "POST")
            }
            Ok(Err(Stop::Fault(fault))) => refuse(form, &fault),
            Ok(Err(Stop::Document(errors))) => self.reply(form, Answer::from_errors(errors)),
            Err(_) => refuse(form, &too_slow(limits)),
        }
    }

    /// A place among the requests that are being answered.
    fn permit(&self) -> Result<SemaphorePermit<'_>, Fault> {
        let most = self.inner.limits.in_flight;
        self.inner.in_flight.try_acquire().map_err(|_| {
            Fault::limit(Code::TooBusy, format!("Ask again in a second: {most} requests are being answered."), most)
        })
    }

    async fn answer(&self, parts: &Parts, body: Option<Vec<u8>>) -> Result<Answer, Stop> {
        let asked = ask::asked(parts, body.as_deref())?;
        drop(body);
        let by_get = parts.method == Method::GET;
        let ready = self.prepare(asked)?;
        match ready.kind {
            Some(OperationType::Subscription) => {
                Err(Fault::new(Code::BadRequest, "Send subscriptions to /graphql/stream.").into())
            }
            Some(OperationType::Mutation) if by_get => {
                Err(Fault::new(Code::MethodNotAllowed, "Send mutations with POST; GET only reads.").into())
            }
            _ => Ok(self.execute(ready).await?),
        }
    }

    /// Executes a query or mutation: whole, or without looking for mistakes that cannot be there.
    async fn execute(&self, ready: Ready) -> Result<Answer, Fault> {
        let inner = &self.inner;
        let request = ready.request.data(Room::take(&inner.answers, &inner.limits, ready.values)?);
        Ok(match (ready.seen, &inner.quick) {
            (Seen::Valid, Some(quick)) => quick.execute(request).await,
            (Seen::First(document), Some(_)) => {
                let answer = inner.executor.execute(request).await;
                inner.known.keep(*document, &answer);
                answer
            }
            _ => inner.executor.execute(request).await,
        })
    }

    fn reply(&self, form: Media, answer: Answer) -> Response {
        let (answer, executed) = complete(answer);
        let status = if executed || form == Media::Json { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        match self.inner.answers.hold(to_json(&answer, executed), &self.inner.limits) {
            Ok(body) => respond(form, status, body),
            Err(fault) => refuse(form, &fault),
        }
    }

    /// Fixes what the request sees, parses its document and holds it against the limits.
    pub(crate) fn prepare(&self, asked: Request) -> Result<Ready, Stop> {
        let request = (self.inner.enter)(asked);
        match self.inner.known.find(&request.query) {
            Some(document) => self.prepare_known(request, &document),
            None => self.prepare_new(request),
        }
    }

    /// Of a document that was asked before, only what depends on variables is looked at.
    fn prepare_known(&self, mut request: Request, document: &Document) -> Result<Ready, Stop> {
        let (parsed, inner) = (&document.parsed, &self.inner);
        let kind = cost::selected(parsed, request.operation_name.as_deref()).map(|operation| operation.ty);
        note_kind(kind);
        let values = if document.pages_vary {
            cost::check(parsed, &request.variables, &inner.shape, &inner.limits)?.values
        } else {
            document.values
        };
        let valid = document.is_valid_with(&request.variables, &inner.shape);
        request.set_parsed_query(parsed.clone());
        Ok(Ready { request, kind, values, seen: if valid { Seen::Valid } else { Seen::Unknown } })
    }

    fn prepare_new(&self, mut request: Request) -> Result<Ready, Stop> {
        let inner = &self.inner;
        inner.limits.check_text(&request.query)?;
        let parsed = parse_query(&request.query).map_err(|error| {
            let mut error = ServerError::from(error);
            fault::complete(&mut error, Code::ParseFailed, &fault::next_id());
            Stop::Document(vec![error])
        })?;
        let kind = cost::selected(&parsed, request.operation_name.as_deref()).map(|operation| operation.ty);
        note_kind(kind);
        let cost = cost::check(&parsed, &request.variables, &inner.shape, &inner.limits)?;
        let quick = inner.quick.as_ref();
        let document = quick.and_then(|_| Document::of(&request.query, &parsed, &cost, &inner.shape));
        request.set_parsed_query(parsed);
        let seen = document.map_or(Seen::Unknown, |document| Seen::First(Box::new(document)));
        Ok(Ready { request, kind, values: cost.values, seen })
    }

    /// Executes a query that comes from one of our own pages, within the same limits. Nothing but queries is executed.
    pub(crate) async fn run_query(&self, query: &str) -> Answer {
        let limits = &self.inner.limits;
        let answer = match tokio::time::timeout(limits.request_time, self.read(query)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(Stop::Fault(fault))) => Answer::from_errors(vec![fault.into_server_error()]),
            Ok(Err(Stop::Document(errors))) => Answer::from_errors(errors),
            Err(_) => Answer::from_errors(vec![too_slow(limits).into_server_error()]),
        };
        complete(answer).0
    }

    async fn read(&self, query: &str) -> Result<Answer, Stop> {
        let _permit = self.permit()?;
        let ready = self.prepare(Request::new(query))?;
        if matches!(ready.kind, Some(OperationType::Mutation | OperationType::Subscription)) {
            return Err(Fault::new(Code::MethodNotAllowed, "This form only reads: write a query.").into());
        }
        Ok(self.execute(ready).await?)
    }

    /// A body of another form than JSON, held like the answers that wait to be read.
    pub(crate) fn held(&self, body: String) -> Result<Body, Fault> {
        self.inner.answers.hold(body.into_bytes(), &self.inner.limits)
    }
}

/// Notes what a request asks to be done.
fn note_kind(kind: Option<OperationType>) {
    current::note_kind(match kind {
        Some(OperationType::Query) => "query",
        Some(OperationType::Mutation) => "mutation",
        Some(OperationType::Subscription) => "subscription",
        None => "none",
    });
}

fn too_slow(limits: &Limits) -> Fault {
    let seconds = limits.request_time.as_secs();
    let sentence = format!(
        "Ask for less at once: this took longer than {seconds} seconds. A mutation may have been done all the same; \
         send it again with the same idempotencyKey to see."
    );
    Fault::limit(Code::RequestTimeout, sentence, seconds)
}

/// The form that an answer has on the wire.
#[derive(Serialize)]
struct Wire<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "<[ServerError]>::is_empty")]
    errors: &'a [ServerError],
}

/// Gives every error its code and id, and says whether the document was executed. Where a field failed, all of `data`
/// is null: what is left of it would no longer have the shape that the schema promises.
pub(crate) fn complete(mut answer: Answer) -> (Answer, bool) {
    let executed = was_executed(&answer);
    if !answer.errors.is_empty() {
        answer.data = Value::Null;
        let id = fault::next_id();
        for error in &mut answer.errors {
            let otherwise = if error.path.is_empty() { Code::ValidationFailed } else { Code::BadUserInput };
            fault::complete(error, otherwise, &id);
        }
    }
    (answer, executed)
}

/// The bytes of a completed answer.
pub(crate) fn to_json(answer: &Answer, executed: bool) -> Vec<u8> {
    let wire = Wire { data: executed.then_some(&answer.data), errors: &answer.errors };
    serde_json::to_vec(&wire)
        .unwrap_or_else(|_| br#"{"errors":[{"message":"The answer could not be written."}]}"#.to_vec())
}

/// The answer to a request that is not executed at all.
pub(crate) fn refuse(form: Media, fault: &Fault) -> Response {
    let mut error = fault.clone().into_server_error();
    fault::complete(&mut error, fault.code, &fault::next_id());
    let status = StatusCode::from_u16(fault.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = respond(form, status, Body::from(to_json(&Answer::from_errors(vec![error]), false)));
    if fault.code == Code::TooBusy {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn respond(form: Media, status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    headers.insert(VARY, HeaderValue::from_static("accept"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn with_allow(mut response: Response, methods: &'static str) -> Response {
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}
