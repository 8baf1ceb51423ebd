//! A caller of an endpoint: sends a request in process and reads the whole answer.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use coledger::graphql::http::Endpoint;
use serde_json::Value;

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The sentence of the first error.
    pub(crate) fn sentence(&self) -> String {
        self.json()["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
    }
}

/// One request to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Call {
    pub(crate) fn post(body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { method: Method::POST, path: "/graphql".into(), headers, body: body.into() }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::post(body.to_string())
    }

    pub(crate) fn query(query: &str) -> Self {
        Self::json(&serde_json::json!({ "query": query }))
    }

    pub(crate) fn get(pairs: &[(&str, &str)]) -> Self {
        let encoded: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={}", percent(text))).collect();
        let path = format!("/graphql?{}", encoded.join("&"));
        Self { method: Method::GET, path, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn accept(mut self, media: &str) -> Self {
        self.headers.push(("accept", media.to_owned()));
        self
    }

    pub(crate) fn content_type(mut self, media: Option<&str>) -> Self {
        self.headers.retain(|(name, _)| *name != "content-type");
        self.headers.extend(media.map(|media| ("content-type", media.to_owned())));
        self
    }

    pub(crate) fn request(self) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        request.body(Body::from(self.body)).unwrap()
    }

    pub(crate) async fn send<E: async_graphql::Executor>(self, endpoint: &Endpoint<E>) -> Answered {
        Answered::of(endpoint.handle(self.request()).await).await
    }
}

fn percent(text: &str) -> String {
    text.bytes().flat_map(|byte| format!("%{byte:02X}").into_bytes()).map(char::from).collect()
}

/// Waits for a future on a runtime of its own.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
