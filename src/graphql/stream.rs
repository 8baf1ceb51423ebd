//! Subscriptions over server-sent events, in the distinct connections mode of the GraphQL-over-SSE protocol: `next`
//! for every answer, `complete` at the end, and the position as the event's id.
//!
//! Invariant: what waits for a slow subscriber is bounded. Who does not read is let go with a last error that names the
//! position to resume from; who resumes there, by `Last-Event-ID` or `after`, misses nothing and gets nothing twice.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response as Answer};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tracing::Instrument;

use super::ask;
use super::budget::{Part, Purse};
use super::current;
use super::fault::{Code, Fault};
use super::http::{Endpoint, Stop, complete, refuse, to_json};
use super::limits::Limits;
use super::media::{self, Media};
use super::operating::{Operating, ended};
use crate::domain::ids::Position;
use crate::log::measures::Present;

/// The positions of the answers under way, in their order: pushed where an answer begins, taken where it is sent.
#[derive(Clone, Debug, Default)]
pub struct Tickets(Arc<Mutex<VecDeque<Position>>>);

impl Tickets {
    /// Notes that the next answer is about a position.
    pub fn push(&self, position: Position) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(position);
    }

    fn pop(&self) -> Option<Position> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// The position after which a subscriber resumes, from its `Last-Event-ID`.
#[derive(Clone, Copy, Debug)]
pub struct ResumeAfter(pub Position);

/// A schema as it is subscribed to over HTTP.
pub struct Streams<E> {
    endpoint: Endpoint<E>,
    places: Arc<Semaphore>,
    operating: Arc<Operating>,
}

impl<E> Clone for Streams<E> {
    fn clone(&self) -> Self {
        let (endpoint, places) = (self.endpoint.clone(), Arc::clone(&self.places));
        Self { endpoint, places, operating: Arc::clone(&self.operating) }
    }
}

impl<E: Executor> Streams<E> {
    /// The streams of an endpoint.
    pub fn new(endpoint: Endpoint<E>, operating: Arc<Operating>) -> Self {
        let places = Arc::new(Semaphore::new(endpoint.limits().subscribers));
        Self { endpoint, places, operating }
    }

    /// Answers one HTTP request with a stream of events.
    pub async fn handle(&self, request: axum::extract::Request) -> Response {
        match self.open(request).await {
            Ok(response) => response,
            Err(fault) => refuse(Media::Json, &fault),
        }
    }

    async fn open(&self, request: axum::extract::Request) -> Result<Response, Fault> {
        let (parts, body) = request.into_parts();
        check_form(&parts)?;
        let limits = self.endpoint.limits();
        // Whoever is slow to send holds no place.
        let (body, part) = ask::body(&parts, body, limits, self.endpoint.asked()).await?.unzip();
        let most = limits.subscription_bytes;
        if part.as_ref().is_some_and(|part| Purse::held(part) > most) {
            let sentence = format!("Subscribe with a request that takes at most {most} bytes of memory.");
            return Err(Fault::limit(Code::BodyTooLarge, sentence, most));
        }
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            let sentence = format!("Subscribe again later: {} subscriptions are open.", limits.subscribers);
            Fault::limit(Code::TooBusy, sentence, limits.subscribers)
        })?;
        let asked = ask::asked(&parts, body.as_deref())?;
        let tickets = Tickets::default();
        let asked = resume(&parts, asked)?.data(tickets.clone());
        let answers = match self.endpoint.prepare(asked) {
            Ok(ready) if ready.kind == Some(OperationType::Mutation) => {
                return Err(Fault::new(Code::MethodNotAllowed, "Send mutations to /graphql with POST."));
            }
            Ok(ready) if ready.kind == Some(OperationType::Query) => {
                return Err(Fault::new(Code::BadRequest, "Send queries to /graphql: here is what can be followed."));
            }
            Ok(ready) => self.endpoint.executor().execute_stream(ready.request, None),
            Err(Stop::Fault(fault)) => return Err(fault),
            Err(Stop::Document(errors)) => stream::iter([Answer::from_errors(errors)]).boxed(),
        };
        let (present, operating) = (self.operating.traffic.subscribers.enter(), Arc::clone(&self.operating));
        let sending = Sending { answers, tickets, limits: limits.clone(), operating };
        Ok(respond(pump(sending, (place, present, part))))
    }
}

fn check_form(parts: &Parts) -> Result<(), Fault> {
    if parts.method != Method::GET && parts.method != Method::POST {
        return Err(Fault::new(Code::MethodNotAllowed, "Subscribe with POST or GET."));
    }
    if !media::accepts_events(&parts.headers) {
        return Err(Fault::new(Code::NotAcceptable, "Accept text/event-stream."));
    }
    Ok(())
}

/// Notes after which position the subscriber resumes.
fn resume(parts: &Parts, asked: Request) -> Result<Request, Fault> {
    let Some(id) = parts.headers.get("last-event-id") else { return Ok(asked) };
    let position = id.to_str().ok().and_then(|text| text.parse().ok());
    let wrong = || Fault::new(Code::BadRequest, "Send the position of the last event as Last-Event-ID, like 18233.");
    Ok(asked.data(ResumeAfter(Position(position.ok_or_else(wrong)?))))
}

/// What is sent to one subscriber: events from a bounded queue, signs of life while it is empty, and last words.
struct Outlet {
    events: mpsc::Receiver<Vec<u8>>,
    last_words: Arc<Mutex<Option<Vec<u8>>>>,
    limits: Limits,
    _held: Held,
}

/// What a subscriber holds for as long as it is there: its place, its number among all, and what its request takes.
type Held = (OwnedSemaphorePermit, Present, Option<Part>);

/// What is needed to send a subscriber its answers.
struct Sending {
    answers: stream::BoxStream<'static, Answer>,
    tickets: Tickets,
    limits: Limits,
    operating: Arc<Operating>,
}

fn pump(sending: Sending, held: Held) -> Outlet {
    let limits = sending.limits.clone();
    let (sender, events) = mpsc::channel(limits.backlog.max(1));
    let last_words = Arc::new(Mutex::new(None));
    let work = send_all(sending, sender, Arc::clone(&last_words)).in_current_span();
    // Errors and log lines of the stream carry the id of the request that opened it.
    match current::current() {
        Some(current) => tokio::spawn(current.during(work)),
        None => tokio::spawn(work),
    };
    Outlet { events, last_words, limits, _held: held }
}

/// Sends every answer, until there are no more, the subscriber is gone or stopped reading, or the server ends.
async fn send_all(sending: Sending, sender: mpsc::Sender<Vec<u8>>, last_words: Arc<Mutex<Option<Vec<u8>>>>) {
    let Sending { mut answers, tickets, limits, operating } = sending;
    let mut standing = operating.follow();
    let mut sent = None;
    loop {
        let answer = tokio::select! {
            () = sender.closed() => return,
            () = ended(&mut standing) => {
                *last_words.lock().unwrap_or_else(PoisonError::into_inner) = Some(stopping(sent));
                return;
            }
            answer = answers.next() => answer,
        };
        let Some(answer) = answer else { break };
        let position = tickets.pop();
        let event = next_event(position, answer);
        operating.traffic.note_errors(&current::take_codes());
        match tokio::time::timeout(limits.stall, sender.send(event)).await {
            Ok(Ok(())) => sent = position.or(sent),
            Ok(Err(_)) => return,
            Err(_) => {
                *last_words.lock().unwrap_or_else(PoisonError::into_inner) = Some(too_slow(sent, &limits));
                return;
            }
        }
    }
    // A subscriber that is gone needs no farewell.
    let _ = sender.send(COMPLETE.to_vec()).await;
}

const COMPLETE: &[u8] = b"event: complete\ndata: \n\n";
const SIGN_OF_LIFE: &[u8] = b":\n\n";

fn next_event(position: Option<Position>, answer: Answer) -> Vec<u8> {
    let (answer, executed) = complete(answer);
    let mut event = position.map(|position| format!("id: {position}\n").into_bytes()).unwrap_or_default();
    event.extend_from_slice(b"event: next\ndata: ");
    event.extend_from_slice(&to_json(&answer, executed));
    event.extend_from_slice(b"\n\n");
    event
}

/// The last words to a subscriber that did not read: which position to resume from.
fn too_slow(sent: Option<Position>, limits: &Limits) -> Vec<u8> {
    let from = sent.map_or_else(|| "where you began".to_owned(), |position| format!("position {position}"));
    let sentence = format!(
        "Subscribe again and resume after {from}: {} answers waited for {} seconds and were not read.",
        limits.backlog,
        limits.stall.as_secs()
    );
    farewell(Fault::limit(Code::TooSlow, sentence, limits.backlog), sent)
}

/// The last words of a server that ends: which position to resume from.
fn stopping(sent: Option<Position>) -> Vec<u8> {
    let from = sent.map_or_else(|| "where you began".to_owned(), |position| format!("position {position}"));
    let sentence = format!("Subscribe again in a moment and resume after {from}: the server is being stopped.");
    farewell(Fault::new(Code::Unavailable, sentence), sent)
}

fn farewell(fault: Fault, sent: Option<Position>) -> Vec<u8> {
    let mut error = fault.into_server_error();
    if let (Some(extensions), Some(position)) = (&mut error.extensions, sent) {
        extensions.set("resumeAfter", position.to_string());
    }
    let mut event = next_event(None, Answer::from_errors(vec![error]));
    event.extend_from_slice(COMPLETE);
    event
}

impl Outlet {
    /// The next bytes to send; `None` at the end.
    async fn next(&mut self) -> Option<Vec<u8>> {
        match tokio::time::timeout(self.limits.keep_alive, self.events.recv()).await {
            Ok(Some(event)) => Some(event),
            Ok(None) => self.last_words.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Err(_) => Some(SIGN_OF_LIFE.to_vec()),
        }
    }
}

fn respond(outlet: Outlet) -> Response {
    let first = stream::iter([Ok::<_, Infallible>(SIGN_OF_LIFE.to_vec())]);
    let rest = stream::unfold(outlet, async |mut outlet| Some((Ok(outlet.next().await?), outlet)));
    let mut response = Response::new(Body::from_stream(first.chain(rest)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
