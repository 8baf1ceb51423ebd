//! Pages for people: the start, and `GraphiQL` with working examples that need neither script nor the editor.
//!
//! Invariant: whatever is written into a page is escaped; nothing is loaded from elsewhere but the editor's pinned
//! releases, which the browser checks against their hashes; the form only reads.

use std::fmt::Write as _;

use async_graphql::{Executor, Response as Answer};
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::http::{self, Endpoint};
use super::media::Media;

/// A question that the page offers: schema/documents holds them, and tests execute them.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// Its heading: the file's name.
    pub name: &'static str,
    /// The document; its first lines, which are comments, say what it asks.
    pub document: &'static str,
}

macro_rules! examples {
    ($($name:literal),+ $(,)?) => {
        /// The questions, in the order in which they are offered.
        pub const EXAMPLES: &[Example] = &[$(
            Example { name: $name, document: include_str!(concat!("../../schema/documents/", $name, ".graphql")) },
        )+];
    };
}

examples!(
    "shared-dividends",
    "one-project",
    "where-a-figure-comes-from",
    "funds-and-budgets",
    "newest-entries",
    "volunteering-by-quarter",
    "themes-by-quarter",
    "the-ledger",
);

/// A file of the editor's release, with the hash that the browser checks it against.
struct Release {
    address: &'static str,
    integrity: &'static str,
}

/// The `GraphiQL` editor 4.1.2 and React 18.3.1, in the order in which they are loaded. The hashes are those of the files
/// in the packages of the same names and versions.
const EDITOR: [Release; 4] = [
    Release {
        address: "https://cdn.jsdelivr.net/npm/graphiql@4.1.2/graphiql.min.css",
        integrity: "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
    },
    Release {
        address: "https://cdn.jsdelivr.net/npm/react@18.3.1/umd/react.production.min.js",
        integrity: "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    },
    Release {
        address: "https://cdn.jsdelivr.net/npm/react-dom@18.3.1/umd/react-dom.production.min.js",
        integrity: "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    },
    Release {
        address: "https://cdn.jsdelivr.net/npm/graphiql@4.1.2/graphiql.min.js",
        integrity: "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
    },
];

/// What a page may load: our own style and script, the editor's four files, and nothing else. The editor puts styles
/// into the page, hence `unsafe-inline` for styles alone.
fn policy() -> String {
    let [sheet, scripts @ ..] = &EDITOR;
    let scripts: Vec<&str> = scripts.iter().map(|file| file.address).collect();
    format!(
        "default-src 'none'; script-src 'self' {}; style-src 'self' 'unsafe-inline' {}; connect-src 'self'; \
         img-src 'self' data:; font-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        scripts.join(" "),
        sheet.address
    )
}

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn with_headers(status: StatusCode, media: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn html(body: String) -> Response {
    with_headers(StatusCode::OK, "text/html; charset=utf-8", body)
}

/// The page's style.
pub fn style() -> Response {
    with_headers(StatusCode::OK, "text/css; charset=utf-8", include_str!("page/style.css").to_owned())
}

/// The script that loads the editor.
pub fn boot() -> Response {
    with_headers(StatusCode::OK, "text/javascript; charset=utf-8", include_str!("page/boot.js").to_owned())
}

/// The schema, to read.
pub fn schema(sdl: &str) -> Response {
    with_headers(StatusCode::OK, "text/plain; charset=utf-8", sdl.to_owned())
}

/// The start: which ledger this is, how much it holds, and where to go on.
pub fn start(name: &str, entries: &str, address: &str) -> Response {
    let command = format!(
        "curl -s {address}/graphql -H 'content-type: application/json' \\\n  -d '{{\"query\": \"{{ ledger {{ name }} }}\"}}'"
    );
    let page = include_str!("page/start.html");
    html(filled(page, &[("name", &escaped(name)), ("entries", &escaped(entries)), ("command", &escaped(&command))]))
}

/// The `GraphiQL` page, as it is first shown.
pub fn graphiql() -> Response {
    html(graphiql_page(""))
}

/// The `GraphiQL` page with the answer to a question that its form sent.
pub async fn run<E: Executor>(endpoint: &Endpoint<E>, query: &str) -> Response {
    let answer = endpoint.run_query(query).await;
    match endpoint.held(graphiql_page(&answered(query, &answer))) {
        Ok(body) => {
            let mut response = html(String::new());
            *response.body_mut() = body;
            response
        }
        Err(fault) => http::refuse(Media::Json, &fault),
    }
}

fn answered(query: &str, answer: &Answer) -> String {
    let mut wire = serde_json::Map::new();
    if answer.errors.is_empty() {
        wire.insert("data".into(), serde_json::to_value(&answer.data).unwrap_or_default());
    } else {
        wire.insert("errors".into(), serde_json::to_value(&answer.errors).unwrap_or_default());
    }
    let text = serde_json::to_string_pretty(&wire).unwrap_or_default();
    format!("<h2 id=\"answer\">The answer</h2>\n<pre>{}</pre>\n{}", escaped(&text), form("Ask again", query))
}

fn graphiql_page(answer: &str) -> String {
    let mut examples = String::new();
    for example in EXAMPLES {
        let (words, document) = parts(example.document);
        let title = title(example.name);
        // Writing to a String cannot fail.
        let _ = write!(examples, "<h2>{}</h2>\n<p>{}</p>\n{}", escaped(&title), escaped(&words), form("Ask", document));
    }
    let files: Vec<_> =
        EDITOR.iter().map(|file| serde_json::json!({ "address": file.address, "integrity": file.integrity })).collect();
    let files = serde_json::Value::Array(files).to_string();
    filled(include_str!("page/graphiql.html"), &[("files", &files), ("answer", answer), ("examples", &examples)])
}

/// `shared-dividends` as `Shared dividends`.
fn title(name: &str) -> String {
    let mut words = name.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The comment that a document begins with, as a sentence, and the rest of it.
fn parts(document: &str) -> (String, &str) {
    let comment: Vec<&str> = document.lines().map_while(|line| line.strip_prefix('#')).map(str::trim).collect();
    let rest = document.find("\nquery").map_or(document, |at| document.get(at..).unwrap_or(document));
    (comment.join(" "), rest.trim())
}

fn form(button: &str, query: &str) -> String {
    let rows = query.lines().count().clamp(4, 30);
    format!(
        "<form method=\"post\" action=\"/graphiql/run#answer\">\n<label>The question\n<textarea name=\"query\" \
         rows=\"{rows}\" spellcheck=\"false\">{}</textarea></label>\n<button>{}</button>\n</form>\n",
        escaped(query),
        escaped(button)
    )
}

/// A page with its places filled; what is filled in is not looked at again.
fn filled(page: &str, places: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else { break };
        out.push_str(before);
        out.push_str(places.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text));
        rest = after;
    }
    out.push_str(rest);
    out
}
