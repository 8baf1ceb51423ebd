//! Where a command writes: results, remarks, and how far it is.
//!
//! Invariant: results go to standard output and nothing else does; progress is shown only to somebody who looks.

use std::io::{self, Write};

use super::args::Format;

/// Shows how far a long work is.
pub trait Progress {
    /// Shows that `done` of `total` is done; a total of 0 is not known.
    fn show(&mut self, what: &str, done: u64, total: u64);

    /// Takes what was shown away.
    fn clear(&mut self);
}

/// Progress that nobody looks at.
pub struct Unseen;

impl Progress for Unseen {
    fn show(&mut self, _: &str, _: u64, _: u64) {}

    fn clear(&mut self) {}
}

/// A progress bar on a terminal.
#[derive(Default)]
pub struct Bar(Option<indicatif::ProgressBar>);

impl Progress for Bar {
    fn show(&mut self, what: &str, done: u64, total: u64) {
        let bar = self.0.get_or_insert_with(|| {
            let bar = indicatif::ProgressBar::new(total);
            let template = if total > 0 { "{msg} {wide_bar} {human_pos}/{human_len}" } else { "{msg} {human_pos}" };
            if let Ok(style) = indicatif::ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_message(what.to_owned());
        bar.set_position(done);
    }

    fn clear(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

/// Where a command writes.
pub struct Out<'a> {
    /// Results.
    pub results: &'a mut dyn Write,
    /// Remarks and errors.
    pub remarks: &'a mut dyn Write,
    /// How far it is.
    pub progress: &'a mut dyn Progress,
    /// How results are printed.
    pub format: Format,
    /// How many columns the reader's terminal has; absent where it is none.
    pub width: Option<u16>,
}

impl Out<'_> {
    /// Writes a line of remarks.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn remark(&mut self, text: impl std::fmt::Display) -> io::Result<()> {
        self.progress.clear();
        writeln!(self.remarks, "{text}")
    }

    /// Writes a line of results, of a command that prints words and no table.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn say(&mut self, text: impl std::fmt::Display) -> io::Result<()> {
        self.progress.clear();
        writeln!(self.results, "{text}")
    }
}
