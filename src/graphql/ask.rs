//! From an HTTP request to a GraphQL request: what a caller sends, read with bounds and checked for its form.
//!
//! Invariant: nothing is executed here, and nothing unbounded is read.

use async_graphql::{Request, Value, Variables};
use axum::body::Body;
use axum::extract::Query;
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use futures_util::StreamExt;
use serde::Deserialize;

use super::budget::{Part, Purse};
use super::fault::{Code, Fault};
use super::limits::Limits;
use super::media;

/// Reads the body of a request, and what it takes out of the purse; of a GET, nothing.
///
/// # Errors
/// A fault where the body is too large, of another media type, or does not come in time.
pub async fn body(parts: &Parts, body: Body, limits: &Limits, purse: &Purse) -> Result<Option<(Vec<u8>, Part)>, Fault> {
    if parts.method == Method::GET {
        return Ok(None);
    }
    check_length(parts, limits)?;
    if !media::is_json(&parts.headers) {
        return Err(Fault::new(
            Code::UnsupportedMediaType,
            "Send the request as application/json in UTF-8, like {\"query\": \"{ ledger { name } }\"}.",
        ));
    }
    let read = tokio::time::timeout(limits.body_time, held_bytes(body, limits, purse));
    let (bytes, held) = read.await.map_err(|_| late(limits))??;
    drop(held);
    let part = purse.take_for_request(&bytes)?;
    Ok(Some((bytes, part)))
}

/// The GraphQL request that an HTTP request carries, its body being read.
///
/// # Errors
/// A fault where it is ill-formed.
pub fn asked(parts: &Parts, body: Option<&[u8]>) -> Result<Request, Fault> {
    body.map_or_else(|| from_query(&parts.uri), from_json)
}

fn late(limits: &Limits) -> Fault {
    let seconds = limits.body_time.as_secs();
    Fault::limit(Code::BodyTimeout, format!("Send the whole body within {seconds} seconds."), seconds)
}

fn check_length(parts: &Parts, limits: &Limits) -> Result<(), Fault> {
    let length = parts.headers.get(axum::http::header::CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok());
    match length {
        Some(length) if usize::try_from(length).map_or(true, |length| length > limits.body_bytes) => {
            Err(too_large(limits))
        }
        _ => Ok(()),
    }
}

/// Reads a whole body, and not a byte more than is allowed.
///
/// # Errors
/// A fault where the body is too large, or breaks off.
pub async fn bytes(body: Body, limits: &Limits, purse: &Purse) -> Result<(Vec<u8>, Part), Fault> {
    let read = tokio::time::timeout(limits.body_time, held_bytes(body, limits, purse));
    read.await.map_err(|_| late(limits))?
}

async fn held_bytes(body: Body, limits: &Limits, purse: &Purse) -> Result<(Vec<u8>, Part), Fault> {
    let (mut read, mut held) = (Vec::new(), purse.take_for_body(0)?);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| bad("Send the whole body; it broke off."))?;
        if read.len().saturating_add(chunk.len()) > limits.body_bytes {
            return Err(too_large(limits));
        }
        purse.grow(&mut held, read.len().saturating_add(chunk.len()))?;
        read.extend_from_slice(&chunk);
    }
    Ok((read, held))
}

fn too_large(limits: &Limits) -> Fault {
    let sentence = format!("Send a body of at most {} bytes; split what is larger.", limits.body_bytes);
    Fault::limit(Code::BodyTooLarge, sentence, limits.body_bytes)
}

fn bad(sentence: impl Into<String>) -> Fault {
    Fault::new(Code::BadRequest, sentence)
}

/// The fields of a form, as a page without script sends them.
pub fn form(body: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(body);
    let Ok(uri) = format!("/?{text}").parse::<Uri>() else { return Vec::new() };
    Query::try_from_uri(&uri).map(|Query(pairs)| pairs).unwrap_or_default()
}

/// What a caller sends, before its form is checked. What else it sends is passed over.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Asked {
    query: Value,
    operation_name: Value,
    variables: Value,
    extensions: Value,
}

/// The request that a query string carries: `query`, `operationName`, `variables`, `extensions`; an empty one is absent.
fn from_query(uri: &Uri) -> Result<Request, Fault> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| bad("Write the query string percent-encoded, like ?query=%7Bledger%7Bname%7D%7D."))?;
    let mut asked = Asked::default();
    for (name, text) in pairs.into_iter().filter(|(_, text)| !text.is_empty()) {
        match name.as_str() {
            "query" => asked.query = Value::String(text),
            "operationName" => asked.operation_name = Value::String(text),
            "variables" => asked.variables = object_of(&name, &text)?,
            "extensions" => asked.extensions = object_of(&name, &text)?,
            _ => {}
        }
    }
    checked(asked)
}

fn object_of(name: &str, text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|_| bad(format!("Write {name} as a JSON object, like {{\"first\": 10}}.")))
}

fn from_json(body: &[u8]) -> Result<Request, Fault> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Fault::new(
            Code::BatchNotAllowed,
            "Send one request at a time, as a JSON object; several fields, or several mutations, fit into one.",
        ));
    }
    let asked = serde_json::from_slice(body).map_err(|_| {
        bad("Send a JSON object in which each name stands once, like {\"query\": \"{ ledger { name } }\"}.")
    })?;
    checked(asked)
}

fn checked(asked: Asked) -> Result<Request, Fault> {
    let Value::String(query) = asked.query else {
        return Err(bad("Give the document as the text of query, like {\"query\": \"{ ledger { name } }\"}."));
    };
    let mut request = Request::new(query);
    request.operation_name = match asked.operation_name {
        Value::Null => None,
        Value::String(name) => Some(name).filter(|name| !name.is_empty()),
        _ => return Err(bad("Give operationName as a text, or leave it out.")),
    };
    request.variables = match asked.variables {
        Value::Null => Variables::default(),
        object @ Value::Object(_) => Variables::from_value(object),
        _ => return Err(bad("Give variables as a JSON object, or leave it out.")),
    };
    match asked.extensions {
        Value::Null | Value::Object(_) => Ok(request),
        _ => Err(bad("Give extensions as a JSON object, or leave it out.")),
    }
}
