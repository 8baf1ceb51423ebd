//! What is served where: the GraphQL endpoint, its streams, and the pages for people.
//!
//! Invariant: until there is access control, only requests that name this machine's loopback are answered, so that no
//! other site can reach the ledger through somebody's browser.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use tower_http::catch_panic::CatchPanicLayer;

use super::ask;
use super::fault::{Code, Fault};
use super::http::{Endpoint, refuse};
use super::limits::Limits;
use super::media::Media;
use super::operating::{self, Operating};
use super::page;
use super::schema::{Schema, schema, schema_of_the_valid, sdl, shape};
use super::scope::Scope;
use super::stream::Streams;
use super::traffic;
use crate::app::ledger::Ledger;
use crate::domain::event::Actor;
use crate::domain::money::grouped;

/// What every route knows.
#[derive(Clone)]
struct Site {
    ledger: Arc<Ledger>,
    endpoint: Endpoint<Schema>,
    streams: Streams<Schema>,
    operating: Arc<Operating>,
}

/// The ledger's endpoint, without routes around it.
pub fn endpoint(ledger: &Arc<Ledger>, actor: Actor, limits: Limits) -> Endpoint<Schema> {
    let (ledger, known) = (Arc::clone(ledger), limits.clone());
    let enter =
        move |request: async_graphql::Request| request.data(Arc::new(Scope::now(&ledger, actor.clone(), &known)));
    Endpoint::with_quick(schema(), schema_of_the_valid(), shape(), limits, Box::new(enter))
}

/// Everything that is served, for one ledger. Commands are entered in the name of `actor`.
pub fn router(ledger: Arc<Ledger>, actor: Actor, limits: Limits, operating: &Arc<Operating>) -> Router {
    let endpoint = endpoint(&ledger, actor, limits);
    let streams = Streams::new(endpoint.clone(), Arc::clone(operating));
    let site = Site { ledger, endpoint, streams, operating: Arc::clone(operating) };
    Router::new()
        .route("/", get(start))
        .route("/graphql", any(graphql))
        .route("/graphql/stream", any(stream))
        .route("/graphql/schema", get(schema_text))
        .route("/graphiql", get(async || page::graphiql()))
        .route("/graphiql/run", post(run))
        .route("/graphiql/style.css", get(async || page::style()))
        .route("/graphiql/boot.js", get(async || page::boot()))
        .route("/healthz", get(async || operating::healthz()))
        .route("/readyz", get(readyz))
        .route("/metrics", get(numbers))
        .fallback(async || (StatusCode::NOT_FOUND, "There is no such page. Start at /."))
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(only_loopback))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&operating.traffic), traffic::attend))
        .with_state(site)
}

async fn graphql(State(site): State<Site>, request: Request) -> Response {
    site.endpoint.handle(request).await
}

async fn stream(State(site): State<Site>, request: Request) -> Response {
    site.streams.handle(request).await
}

async fn readyz(State(site): State<Site>) -> Response {
    operating::readyz(&site.ledger, &site.operating)
}

async fn numbers(State(site): State<Site>) -> Response {
    operating::numbers(&site.ledger, &site.operating)
}

async fn schema_text() -> Response {
    page::schema(sdl())
}

async fn start(State(site): State<Site>, request: Request) -> Response {
    let view = site.ledger.view();
    let name = view.books.setup.ledger().map_or("A new ledger", |ledger| ledger.opened.name.as_str());
    let entries = match view.position.0 {
        0 => "It is empty: open it with the mutation openLedger.".to_owned(),
        1 => "It holds one entry.".to_owned(),
        count => format!("It holds {} entries, the last recorded at {}.", grouped(count), view.recorded_at),
    };
    page::start(name, &entries, &format!("http://{}", host(&request).unwrap_or("127.0.0.1")))
}

/// Runs the question that the page's form sends.
async fn run(State(site): State<Site>, request: Request) -> Response {
    let limits = site.endpoint.limits();
    // What it takes is held until it is answered.
    let (fields, _part) = match ask::bytes(request.into_body(), limits, site.endpoint.asked()).await {
        Ok((bytes, part)) => (ask::form(&bytes), part),
        Err(fault) => return refuse(Media::Json, &fault),
    };
    let fields: HashMap<String, String> = fields.into_iter().collect();
    page::run(&site.endpoint, fields.get("query").map_or("", String::as_str)).await
}

fn host(request: &Request) -> Option<&str> {
    request.headers().get(HOST)?.to_str().ok()
}

/// Whether a host names this machine's loopback.
fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

async fn only_loopback(request: Request, next: Next) -> Response {
    if host(&request).is_some_and(|host| !is_loopback(host)) {
        let sentence = "Ask at 127.0.0.1 or localhost: until it has access control, this ledger answers no other name.";
        return (StatusCode::MISDIRECTED_REQUEST, sentence).into_response();
    }
    next.run(request).await
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request panicked; this is a defect");
    let sentence = "This could not be answered. Quote the id to whoever keeps the ledger.";
    refuse(Media::Json, &Fault::new(Code::Internal, sentence))
}
