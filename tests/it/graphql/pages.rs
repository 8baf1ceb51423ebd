//! The pages for people, and who is answered at all.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use coledger::graphql::limits::Limits;
use coledger::graphql::operating::Operating;
use coledger::graphql::server;
use tower::ServiceExt as _;

use super::client::{Answered, wait};
use super::ledgers::{empty, example, finance, router};

async fn send(router: axum::Router, request: Request<Body>) -> Answered {
    Answered::of(router.oneshot(request).await.unwrap()).await
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "127.0.0.1:8080").body(Body::empty()).unwrap()
}

#[test]
fn the_start_says_which_ledger_this_is_and_where_to_go_on() {
    let ledger = example();
    let page = wait(send(router(&ledger), get("/"))).text();
    for words in [
        "Exampleton",
        "It holds 52 entries",
        "href=\"/graphiql\"",
        "href=\"/graphql/schema\"",
        "http://127.0.0.1:8080/graphql",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let page = wait(send(router(&empty()), get("/"))).text();
    assert!(page.contains("It is empty"), "{page}");
}

#[test]
fn the_question_page_works_without_script_and_loads_nothing_unchecked() {
    let ledger = example();
    let answer = wait(send(router(&ledger), get("/graphiql")));
    let (page, policy) = (answer.text(), answer.header("content-security-policy").to_owned());
    assert_eq!(page.matches("<form method=\"post\"").count(), 8);
    assert_eq!(page.matches("\"integrity\":\"sha384-").count(), 4);
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert!(!policy.contains("script-src 'self' 'unsafe"), "{policy}");
    assert!(!page.contains("{{"), "{page}");
}

#[test]
fn a_question_of_the_form_is_answered_and_everything_is_escaped() {
    let ledger = example();
    let run = |body: &'static str| {
        let request = Request::post("/graphiql/run")
            .header("host", "localhost:8080")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body));
        wait(send(router(&ledger), request.unwrap())).text()
    };
    let page = run("query=%7B+ledger+%7B+name+%7D+%7D");
    assert!(page.contains("&quot;name&quot;: &quot;Exampleton&quot;"), "{page}");
    let page = run("query=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert!(!page.contains("<script>alert") && page.contains("GRAPHQL_PARSE_FAILED"), "{page}");
    let page = run(
        "query=mutation+%7B+closeProject(input%3A%7BidempotencyKey%3A%22x%22%2Cproject%3A%22pr_000008q%22%7D)%7B__typename%7D%7D",
    );
    assert!(page.contains("This form only reads"), "{page}");
    let page = run("nothing");
    assert!(page.contains("GRAPHQL_PARSE_FAILED"), "{page}");
}

#[test]
fn a_question_of_the_form_has_the_limits_of_any_other() {
    let ledger = example();
    let limits = Limits { in_flight: 0, ..Limits::default() };
    let site = server::router(Arc::clone(&ledger), finance(), limits, &Arc::new(Operating::of(None)));
    let request = Request::post("/graphiql/run").header("host", "localhost").body(Body::from("query=%7B__typename%7D"));
    let page = wait(send(site, request.unwrap())).text();
    assert!(page.contains("TOO_BUSY"), "{page}");
}

#[test]
fn a_browser_that_opens_the_endpoint_is_shown_the_question_page() {
    let mut request = get("/graphql");
    request.headers_mut().insert("accept", "text/html,application/xhtml+xml,*/*;q=0.8".parse().unwrap());
    let answer = wait(send(router(&empty()), request));
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/graphiql"));
}

#[test]
fn only_requests_that_name_the_loopback_are_answered() {
    let rows = [
        ("127.0.0.1", true),
        ("localhost:8080", true),
        ("[::1]:8080", true),
        ("ledger.example", false),
        ("127.0.0.1.example:8080", false),
        ("192.168.0.7:8080", false),
    ];
    for (host, answered) in rows {
        let request = Request::get("/graphql/schema").header("host", host).body(Body::empty()).unwrap();
        let answer = wait(send(router(&empty()), request));
        assert_eq!(answer.status == StatusCode::OK, answered, "{host}: {}", answer.status);
    }
}

#[test]
fn the_schema_can_be_read() {
    let answer = wait(send(router(&empty()), get("/graphql/schema")));
    assert!(answer.text().starts_with("\"\"\""), "{}", answer.text().chars().take(80).collect::<String>());
    assert_eq!(answer.text(), coledger::graphql::schema::sdl());
}
