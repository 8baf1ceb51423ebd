//! Requests that ask for too much, or ask in a way that another site could forge: refused with a code and the limit in
//! words, at a cost that does not grow with what was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_graphql::{EmptySubscription, Object, Schema, SimpleObject};
use axum::http::StatusCode;
use coledger::graphql::http::Endpoint;
use coledger::graphql::limits::Limits;
use coledger::graphql::shape::Shape;
use serde_json::json;

use super::client::{Answered, Call, wait};

const GRAPHQL: &str = "application/graphql-response+json";

/// A schema with one of everything that limits are about.
pub(crate) struct Query;

#[derive(SimpleObject)]
pub(crate) struct Page {
    edges: Vec<Edge>,
}

#[derive(SimpleObject)]
pub(crate) struct Edge {
    node: Node,
}

pub(crate) struct Node;

#[Object]
impl Node {
    async fn id(&self) -> &'static str {
        "1"
    }

    async fn child(&self) -> Node {
        Node
    }

    async fn list(&self) -> Vec<Node> {
        Vec::new()
    }

    async fn pages(&self, first: Option<i32>, last: Option<i32>) -> Page {
        let _ = (first, last);
        Page { edges: vec![Edge { node: Node }] }
    }

    #[expect(clippy::unused_async, reason = "the library wants every resolver to be async")]
    async fn fails(&self) -> async_graphql::Result<i32> {
        Err("a stone in the works".into())
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

#[Object]
impl Query {
    async fn node(&self) -> Node {
        Node
    }

    async fn pages(&self, first: Option<i32>, last: Option<i32>) -> Page {
        let _ = (first, last);
        Page { edges: vec![Edge { node: Node }] }
    }
}

/// Counts what was changed.
#[derive(Clone, Default)]
pub(crate) struct Mutation(Arc<AtomicU32>);

#[Object]
impl Mutation {
    async fn add(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

pub(crate) type Small = Schema<Query, Mutation, EmptySubscription>;

fn endpoint_of(mutation: Mutation, limits: Limits) -> Endpoint<Small> {
    let schema = Schema::build(Query, mutation, EmptySubscription).limit_recursive_depth(64).finish();
    let shape = Arc::new(Shape::of(&schema.sdl()));
    Endpoint::new(schema, shape, limits, Box::new(|request| request))
}

/// An endpoint of the small schema, with the limits that a server has.
pub(crate) fn small() -> Endpoint<Small> {
    endpoint_of(Mutation::default(), Limits::default())
}

fn ask(call: Call) -> Answered {
    wait(async { call.accept(GRAPHQL).send(&small()).await })
}

/// `{ node { child { child … { id } } } }`, with fields nested this deep.
fn nested(depth: usize) -> String {
    format!("{{ node {{ {}id{} }} }}", "child { ".repeat(depth - 2), " }".repeat(depth - 2))
}

fn aliases(count: usize) -> String {
    let aliases: Vec<String> = (0..count).map(|index| format!("a{index}: __typename")).collect();
    format!("{{ {} }}", aliases.join(" "))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: a row a hostile document")]
fn each_hostile_document_is_refused_with_a_code_and_the_limit_in_words() {
    let rows: &[(&str, String, &str, &str)] = &[
        ("10,000 aliases", aliases(10_000), "DOCUMENT_TOO_LARGE", "at most 16384 bytes"),
        ("61 aliases", aliases(61), "TOO_MANY_ALIASES", "at most 60 aliases"),
        ("depth 200", nested(200), "TOO_DEEP", "fields may nest 15 deep"),
        ("depth 16", nested(16), "TOO_DEEP", "at most 15 deep"),
        ("8,000 open lists", format!("{{ a(b: {} }}", "[".repeat(8000)), "TOO_DEEP", "at most 60 brackets"),
        (
            "a fragment cycle",
            "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }".into(),
            "FRAGMENT_CYCLE",
            "do not contain themselves",
        ),
        (
            "a cycle nobody uses",
            "{ __typename } fragment a on Query { ...a }".into(),
            "FRAGMENT_CYCLE",
            "do not contain themselves",
        ),
        ("first: -1", "{ pages(first: -1) { edges { node { id } } } }".into(), "BAD_PAGE", "first from 0 to 1000"),
        ("last: -1", "{ pages(last: -1) { edges { node { id } } } }".into(), "BAD_PAGE", "last from 0 to 1000"),
        (
            "first with last",
            "{ pages(first: 1, last: 1) { edges { node { id } } } }".into(),
            "BAD_PAGE",
            "first or last, not both",
        ),
        ("first: 1,001", "{ pages(first: 1001) { edges { node { id } } } }".into(), "BAD_PAGE", "first from 0 to 1000"),
        (
            "pages of pages",
            "{ pages(first: 1000) { edges { node { pages(first: 1000) { edges { node { id } } } } } } }".into(),
            "TOO_MANY_ROWS",
            "the limit is 50000",
        ),
        (
            "lists of lists",
            "{ pages(first: 100) { edges { node { list { list { list { id } } } } } } }".into(),
            "TOO_MANY_ROWS",
            "the limit is 50000",
        ),
        (
            "21 directives",
            format!("{{ __typename {} }}", "@skip(if: false) ".repeat(21)),
            "TOO_MANY_DIRECTIVES",
            "at most 20 directives",
        ),
        (
            "11 mutations",
            format!("mutation {{ {} }}", "add ".repeat(11)),
            "TOO_MANY_OPERATIONS",
            "at most 10 mutations",
        ),
        ("501 fields", format!("{{ {} }}", "__typename ".repeat(501)), "TOO_MANY_FIELDS", "at most 500 fields"),
        (
            "fields of fields of fields",
            "{ __type(name: \"Query\") { fields { type { fields { type { fields { name } } } } } } }".into(),
            "TOO_DEEP",
            "at most 2 lists",
        ),
        (
            "five schemas",
            format!("{{ {} }}", "__schema { queryType { name } } ".repeat(5)),
            "TOO_MANY_OPERATIONS",
            "at most 4 questions",
        ),
        ("no GraphQL", "select * from grants".into(), "GRAPHQL_PARSE_FAILED", ""),
        (
            "no such type of variable",
            "query ($x: Nothing = 1) { __typename }".into(),
            "GRAPHQL_VALIDATION_FAILED",
            "Nothing",
        ),
        (
            "no such type in a list",
            "query ($x: [Nothing!] = [1]) { __typename }".into(),
            "GRAPHQL_VALIDATION_FAILED",
            "Nothing",
        ),
        ("no such field", "{ nothing }".into(), "GRAPHQL_VALIDATION_FAILED", "nothing"),
    ];
    for (name, document, code, words) in rows {
        let answer = ask(Call::query(document));
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, *code),
            "{name}: {}",
            answer.text()
        );
        assert!(answer.sentence().contains(words), "{name}: {}", answer.sentence());
        assert!(answer.json().get("data").is_none(), "{name}");
        assert!(answer.json()["errors"][0]["extensions"]["id"].is_string(), "{name}");
    }
}

#[test]
fn what_stays_just_under_each_limit_is_answered() {
    let rows: &[(&str, String)] = &[
        ("60 aliases", aliases(60)),
        ("depth 15", nested(15)),
        ("a page of 1,000", "{ pages(first: 1000) { edges { node { id } } } }".into()),
        ("a page of nothing", "{ pages(first: 0) { edges { node { id } } } }".into()),
        (
            "50,000 rows",
            "{ pages(first: 223) { edges { node { pages(first: 223) { edges { node { id } } } } } } }".into(),
        ),
        ("20 directives", "{ node { id } ".to_owned() + &"... @skip(if: false) { __typename } ".repeat(20) + "}"),
        ("10 mutations", format!("mutation {{ {} }}", "add ".repeat(10))),
        ("500 fields", format!("{{ {} }}", "__typename ".repeat(500))),
        (
            "brackets in strings",
            format!("{{ __type(name: \"{}\") {{ name }} }} # {}", "[\\\"".repeat(99), "{".repeat(99)),
        ),
        ("brackets in blocks", format!("{{ __type(name: \"\"\"{}\\\"\"\" \"\"\") {{ name }} }}", "[ \" ".repeat(99))),
    ];
    for (name, document) in rows {
        let answer = ask(Call::query(document));
        assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.text());
        assert!(answer.json().get("errors").is_none(), "{name}: {}", answer.text());
    }
}

#[test]
fn page_sizes_in_variables_count_like_those_in_the_document() {
    let document = "query ($n: Int = 1001) { pages(first: $n) { edges { node { id } } } }";
    for (variables, code) in [(json!({}), "BAD_PAGE"), (json!({ "n": -1 }), "BAD_PAGE"), (json!({ "n": 5 }), "")] {
        let answer = ask(Call::json(&json!({ "query": document, "variables": variables })));
        assert_eq!(answer.code(), code, "{}", answer.text());
    }
}

#[test]
fn fragments_that_double_at_every_level_are_refused_before_they_are_expanded() {
    let levels: Vec<String> =
        (0..30).map(|level| format!("fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1)).collect();
    let document = format!("{{ ...f0 }} {} fragment f30 on Query {{ __typename }}", levels.join(" "));
    let answer = ask(Call::query(&document));
    assert_eq!(answer.code(), "TOO_MANY_FIELDS", "{}", answer.text());
}

#[test]
fn a_mutation_by_get_is_refused_and_changes_nothing() {
    let (mutation, limits) = (Mutation::default(), Limits::default());
    let endpoint = endpoint_of(mutation.clone(), limits);
    let both = "query Read { __typename } mutation Change { add }";
    wait(async {
        for pairs in [&[("query", "mutation { add }")][..], &[("query", both), ("operationName", "Change")][..]] {
            let answer = Call::get(pairs).send(&endpoint).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!((answer.code().as_str(), answer.header("allow")), ("METHOD_NOT_ALLOWED", "POST"));
        }
        let read = Call::get(&[("query", both), ("operationName", "Read")]).send(&endpoint).await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.text());
    });
    assert_eq!(mutation.0.load(Ordering::Relaxed), 0);
}

#[test]
fn requests_in_a_form_that_another_site_could_send_are_refused() {
    let rows = [
        ("text/plain", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/x-www-form-urlencoded", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("multipart/form-data; boundary=x", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json; charset=utf-16", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json;charset=\"UTF-8\"", StatusCode::OK),
    ];
    for (media, status) in rows {
        let answer = ask(Call::query("mutation { add }").content_type(Some(media)));
        assert_eq!(answer.status, status, "{media}");
    }
}

#[test]
fn a_batch_of_5000_is_refused_without_being_read() {
    let batch: Vec<_> = (0..5000).map(|_| json!({ "query": "{ __typename }" })).collect();
    let answer = ask(Call::json(&json!(batch)));
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "BATCH_NOT_ALLOWED"));
}

#[test]
fn a_body_of_20_mb_is_refused_whether_or_not_it_says_how_long_it_is() {
    let spaces = vec![b' '; 20 * 1024 * 1024];
    let silent = Call::post(spaces.clone());
    let honest = {
        let mut call = Call::post("");
        call.headers.push(("content-length", spaces.len().to_string()));
        call
    };
    for call in [silent, honest] {
        let answer = ask(call);
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE"));
        assert!(answer.sentence().contains("at most 4194304 bytes"), "{}", answer.sentence());
    }
}

#[test]
fn other_methods_and_forms_are_refused_in_words() {
    let put = {
        let mut call = Call::query("{ __typename }");
        call.method = axum::http::Method::PUT;
        call
    };
    let answer = ask(put);
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, POST"));
    let answer = wait(async { Call::query("{ __typename }").accept("image/png").send(&small()).await });
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE"));
}

#[test]
fn the_form_of_an_answer_follows_the_callers_preference() {
    let rows = [
        ("application/json;q=0.5, application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json;q=0.5, application/json;q=0.9", "application/json"),
        ("application/graphql-response+json, application/json", GRAPHQL),
        ("application/json, application/graphql-response+json", "application/json"),
        ("application/*", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
    ];
    for (accept, media) in rows {
        let answer = wait(async { Call::query("{ __typename }").accept(accept).send(&small()).await });
        assert!(answer.header("content-type").starts_with(media), "{accept}: {}", answer.header("content-type"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[test]
fn a_field_that_fails_makes_all_data_null_and_keeps_the_status_200() {
    let answer = ask(Call::query("{ node { id fails } }"));
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert!(body["data"].is_null() && body.get("data").is_some(), "{body}");
    assert_eq!(body["errors"][0]["path"], json!(["node", "fails"]));
}

#[test]
fn more_requests_than_can_be_answered_at_once_are_sent_away_for_a_second() {
    let limits = Limits { in_flight: 0, ..Limits::default() };
    let answer = wait(async { Call::query("{ __typename }").send(&endpoint_of(Mutation::default(), limits)).await });
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "TOO_BUSY"));
    assert_eq!(answer.header("retry-after"), "1");
}

#[test]
fn a_request_that_takes_too_long_ends() {
    let limits = Limits { request_time: Duration::from_millis(1), ..Limits::default() };
    let endpoint = endpoint_of(Mutation::default(), limits);
    let answer = wait(async { Call::query("{ node { never } }").send(&endpoint).await });
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "REQUEST_TIMEOUT"));
}

#[test]
fn a_body_that_takes_too_long_to_arrive_is_no_longer_waited_for() {
    let limits = Limits { body_time: Duration::ZERO, ..Limits::default() };
    let never = axum::body::Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = axum::http::Request::post("/graphql").header("content-type", "application/json").body(never).unwrap();
    let answer = wait(async { Answered::of(endpoint_of(Mutation::default(), limits).handle(request).await).await });
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::REQUEST_TIMEOUT, "BODY_TIMEOUT"));
}

#[test]
fn a_refusal_costs_less_than_a_second_whatever_was_asked() {
    let wide = format!("{{ {} }}", "a:__typename ".repeat(1_000_000));
    let deep = "{a".repeat(500_000);
    let strings = format!("{{ a(b: \"{}", "\\".repeat(1_000_000));
    for document in [wide, deep, strings] {
        let started = Instant::now();
        let answer = ask(Call::query(&document));
        assert!(!answer.code().is_empty(), "{}", answer.text());
        assert!(started.elapsed() < Duration::from_secs(1));
    }
}
