//! The log of the program's own running, as lines on standard error: for people, or as JSON for programs.
//!
//! Invariant: a line says what happened, where, and to which request (the field `id` of the span `request`, which is
//! the id in the request's answer). No line holds a body, a key of a command, or anything about a person. Whoever
//! handles a failure logs it, and nobody else does.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;

use super::args::{LogFormat, LogLevel};

/// Begins to write lines of this level and worse. The first call counts.
pub fn start(level: LogLevel, format: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_max_level(filter(level))
        .with_writer(io::stderr)
        .with_target(false)
        .with_ansi(io::stderr().is_terminal());
    // Where something listens already, as in a test, it goes on listening.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    }
}
