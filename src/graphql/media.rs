//! In which form an answer goes out: the two media types of GraphQL over HTTP, and what a caller's `Accept` allows.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_TYPE};

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the HTTP status says whether the document could be executed.
    GraphQl,
    /// `application/json`, for older clients: 200 once the request was understood, whatever came of the document.
    Json,
}

impl Media {
    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The form that a caller likes best; `None` where it accepts neither. JSON where it does not care.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
        if ranges.peek().is_none() {
            return Some(Self::Json);
        }
        let ranges: Vec<(String, u16)> = ranges.flat_map(|value| value.split(',')).map(range).collect();
        let json = quality(&ranges, "application/json");
        let graphql = quality(&ranges, "application/graphql-response+json");
        match (json, graphql) {
            (0, 0) => None,
            (json, graphql) if graphql > json => Some(Self::GraphQl),
            (json, graphql) if graphql == json && named(&ranges, "application/graphql-response+json") => {
                if named(&ranges, "application/json") { Some(first_of(&ranges)) } else { Some(Self::GraphQl) }
            }
            _ => Some(Self::Json),
        }
    }
}

/// One range of an `Accept` header and its quality in thousandths.
fn range(text: &str) -> (String, u16) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q="))).map_or(1000, thousandths);
    (name, quality)
}

/// `0.85` as 850; what is no quality counts as 0.
fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if whole == "1" {
        return 1000;
    }
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    if whole == "0" { digits.parse().unwrap_or(0) } else { 0 }
}

/// The quality of a media type: that of the most specific range that fits it.
fn quality(ranges: &[(String, u16)], media: &str) -> u16 {
    [media, "application/*", "*/*"]
        .iter()
        .find_map(|wanted| ranges.iter().find(|(name, _)| name == wanted))
        .map_or(0, |(_, quality)| *quality)
}

fn named(ranges: &[(String, u16)], media: &str) -> bool {
    ranges.iter().any(|(name, _)| name == media)
}

/// Of both forms at the same quality, the one that is named first.
fn first_of(ranges: &[(String, u16)]) -> Media {
    let first = ranges.iter().find(|(name, _)| name.ends_with("json"));
    if first.is_some_and(|(name, _)| name == "application/json") { Media::Json } else { Media::GraphQl }
}

/// Whether a body says that it is JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    let json = parts.next().is_some_and(|name| name == "application/json");
    json && parts.all(|part| part.strip_prefix("charset=").is_none_or(|set| set.trim_matches('"') == "utf-8"))
}

/// Whether a caller looks for a page: a browser's address bar.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepts.flat_map(|value| value.split(',')).map(range).any(|(name, quality)| name == "text/html" && quality > 0)
}

/// Whether a caller takes a stream of events.
pub fn accepts_events(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepts
        .flat_map(|value| value.split(','))
        .map(range)
        .any(|(name, quality)| name == "text/event-stream" && quality > 0)
}
