//! The 61 audits of GraphQL over HTTP that the npm package `graphql-http` (1.23.1) makes of a server, by their ids.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::client::{Answered, Call, wait};
use super::hostile::small;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";
const TYPENAME: &str = "{ __typename }";
const NAMED: &str = "query Type($name: String!) { __type(name: $name) { name } }";
const NO_SUCH_FIELD: &str = "{ 8f31403dfe404bccbb0e835f2629c6a7 }";

/// What an answer must show.
#[derive(Clone, Debug)]
enum Must {
    Status(u16),
    Between(u16, u16),
    ContentType(&'static str),
    Utf8,
    NoErrors,
    NoData,
}

use Must::{Between, ContentType, NoData, NoErrors, Status, Utf8};

type Audit = (String, Call, Vec<Must>);

fn audit(id: impl Into<String>, call: Call, must: &[Must]) -> Audit {
    (id.into(), call, must.to_vec())
}

fn with(body: &Value, accept: &str) -> Call {
    Call::json(body).accept(accept)
}

/// Which forms of an answer a caller may ask for, and which one it gets.
fn media_types() -> Vec<Audit> {
    let unicode = json!({ "query": "{ __type(name: \"Run🏃Swim🏊\") { name } }" });
    vec![
        audit("22EB", Call::query(TYPENAME).accept(GRAPHQL), &[Status(200), ContentType(GRAPHQL)]),
        audit("4655", Call::query(TYPENAME).accept(JSON), &[Status(200), ContentType(JSON)]),
        audit("47DE", Call::query(TYPENAME).accept("*/*"), &[Status(200), ContentType(JSON)]),
        audit("80D8", Call::query(TYPENAME), &[Status(200), ContentType(JSON)]),
        audit("82A3", Call::query(TYPENAME), &[Status(200), Utf8]),
        audit("BF61", Call::json(&unicode).content_type(Some("application/json; charset=utf-8")), &[Status(200)]),
        audit("78D5", Call::query(TYPENAME), &[Status(200)]),
    ]
}

/// Which methods and media types a request may have.
fn requests() -> Vec<Audit> {
    vec![
        audit("2C94", Call::query(TYPENAME), &[Status(200)]),
        audit("5A70", Call::get(&[("query", TYPENAME)]), &[Status(200)]),
        audit("9C48", Call::get(&[("query", "mutation { __typename }")]).accept(GRAPHQL), &[Between(400, 499)]),
        audit("9ABE", Call::query(TYPENAME).content_type(Some("text/plain;charset=UTF-8")), &[Between(400, 499)]),
        audit("03D4", Call::query(TYPENAME), &[Status(200)]),
        audit("A5BF", Call::post(""), &[Status(400)]),
    ]
}

/// Values that are of the wrong kind for a parameter that wants a text.
fn not_a_text() -> [Value; 4] {
    [json!({ "obj": "ect" }), json!(0), json!(false), json!(["array"])]
}

/// Values that are of the wrong kind for a parameter that wants a map.
fn not_a_map() -> [Value; 4] {
    [json!("string"), json!(0), json!(false), json!(["array"])]
}

/// What the parameters of a request may be.
fn parameters() -> Vec<Audit> {
    let named = json!({ "operationName": "Query", "query": "query Query { __typename }" });
    let mut audits = vec![
        audit("423L", with(&json!({ "notquery": TYPENAME }), GRAPHQL), &[Status(400)]),
        audit("34A2", Call::query(TYPENAME).accept(GRAPHQL), &[Status(200)]),
        audit("13EE", Call::query(TYPENAME).accept(JSON), &[Status(200), NoErrors]),
        audit("8161", with(&named, GRAPHQL), &[Status(200)]),
        audit("B8B3", with(&named, JSON), &[Status(200), NoErrors]),
    ];
    for (index, wrong) in not_a_text().into_iter().enumerate() {
        audits.push(audit(format!("LKJ{index}"), Call::json(&json!({ "query": wrong })), &[Status(400)]));
        let body = json!({ "operationName": wrong, "query": TYPENAME });
        audits.push(audit(format!("6C0{index}"), Call::json(&body), &[Status(400)]));
    }
    for (index, wrong) in not_a_map().into_iter().enumerate() {
        let variables = json!({ "query": TYPENAME, "variables": wrong });
        audits.push(audit(format!("476{index}"), Call::json(&variables), &[Status(400)]));
        let extensions = json!({ "query": TYPENAME, "extensions": wrong });
        audits.push(audit(format!("58B{index}"), Call::json(&extensions), &[Status(400)]));
    }
    for (index, name) in ["variables", "operationName", "extensions"].into_iter().enumerate() {
        let body = json!({ "query": TYPENAME, name: null });
        audits.push(audit(format!("94B{index}"), with(&body, GRAPHQL), &[Status(200), NoErrors]));
        audits.push(audit(format!("022{index}"), with(&body, JSON), &[Status(200), NoErrors]));
    }
    audits
}

/// Maps of variables and extensions, in a body and in a query string.
fn maps() -> Vec<Audit> {
    let variables = json!({ "query": NAMED, "variables": { "name": "sometype" } });
    let in_query = Call::get(&[("query", NAMED), ("variables", "{\"name\":\"sometype\"}")]);
    let extensions = json!({ "query": TYPENAME, "extensions": { "some": "value" } });
    vec![
        audit("2EA1", with(&variables, GRAPHQL), &[Status(200)]),
        audit("28B9", with(&variables, JSON), &[Status(200), NoErrors]),
        audit("D6D5", in_query.clone().accept(GRAPHQL), &[Status(200), NoErrors]),
        audit("6A70", in_query.accept(JSON), &[Status(200), NoErrors]),
        audit("428F", with(&extensions, GRAPHQL), &[Status(200)]),
        audit("1B7A", with(&extensions, JSON), &[Status(200), NoErrors]),
    ]
}

/// What fails before execution, and how the answer says so.
fn failures() -> Vec<Audit> {
    let broken = Call::post("{ \"not a JSON");
    let misspelt = Call::json(&json!({ "qeury": TYPENAME }));
    let parse = |accept| Call::query("{").accept(accept);
    let validate = |accept| Call::query(NO_SUCH_FIELD).accept(accept);
    let coerce = |accept| {
        with(&json!({ "query": "query CoerceFailure($id: ID!){ __typename }", "variables": { "id": null } }), accept)
    };
    vec![
        audit("B6DC", broken.clone().accept(JSON), &[Between(200, 599)]),
        audit("BCF8", broken.clone().accept(JSON), &[Status(400)]),
        audit("B7N8", broken.accept(GRAPHQL), &[Status(400)]),
        audit("8764", misspelt.clone(), &[Between(400, 599)]),
        audit("3E3A", misspelt, &[Status(400)]),
        audit("572B", parse(JSON), &[Status(200)]),
        audit("FDE2", validate(JSON), &[Status(200)]),
        audit("7B9B", coerce(JSON), &[Status(200)]),
        audit("865D", parse(GRAPHQL), &[Between(400, 599)]),
        audit("556A", parse(GRAPHQL), &[Status(400)]),
        audit("D586", parse(GRAPHQL), &[NoData]),
        audit("51FE", validate(GRAPHQL), &[Between(400, 599)]),
        audit("74FF", validate(GRAPHQL), &[Status(400)]),
        audit("5E5B", validate(GRAPHQL), &[NoData]),
        audit("86EE", coerce(GRAPHQL), &[Status(400)]),
    ]
}

fn holds(must: &Must, answer: &Answered) -> bool {
    match must {
        Status(status) => answer.status == StatusCode::from_u16(*status).unwrap(),
        Between(low, high) => (*low..=*high).contains(&answer.status.as_u16()),
        ContentType(media) => answer.header("content-type").contains(media),
        Utf8 => std::str::from_utf8(&answer.body).is_ok(),
        NoErrors => answer.json().get("errors").is_none(),
        NoData => answer.json().get("data").is_none(),
    }
}

#[test]
fn all_sixty_one_audits_of_graphql_over_http_pass() {
    let audits: Vec<Audit> =
        [media_types(), requests(), parameters(), maps(), failures()].into_iter().flatten().collect();
    assert_eq!(audits.len(), 61);
    let failed = wait(async {
        let (endpoint, mut failed) = (small(), Vec::new());
        for (id, call, musts) in audits {
            let answer = call.send(&endpoint).await;
            failed.extend(
                musts
                    .iter()
                    .filter(|must| !holds(must, &answer))
                    .map(|must| format!("{id}: {must:?}, but {} {}", answer.status, answer.text())),
            );
        }
        failed
    });
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn a_post_without_a_content_type_is_refused() {
    let answer = wait(async { Call::query(TYPENAME).content_type(None).send(&small()).await });
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
