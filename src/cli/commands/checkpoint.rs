//! `checkpoint`: three lines, the body of a C2SP checkpoint: origin, size, root. Unsigned for now.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::app::ledger::Ledger;
use crate::cli::args::Format;
use crate::cli::exit::Failure;
use crate::cli::out::Out;
use crate::cli::table::{Rows, column};
use crate::domain::text::Slug;

/// Prints the checkpoint of the last durable entry.
///
/// # Errors
/// Where it cannot be written.
pub fn run(ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let checkpoint = ledger.checkpoint();
    let origin = origin(ledger);
    let root = BASE64_STANDARD.encode(checkpoint.root.0);
    match out.format {
        Format::Table => out.say(format_args!("{origin}\n{}\n{root}", checkpoint.position))?,
        Format::Json => {
            let recorded_at = checkpoint.recorded_at.to_string();
            out.say(json!({"origin": origin, "size": checkpoint.position.0, "root": root, "recordedAt": recorded_at}))?;
        }
        Format::Csv => {
            let mut rows = Rows::under(&[column("origin", ""), column("size", ""), column("root", "")]);
            rows.rows.push(vec![origin.into(), checkpoint.position.to_string().into(), root.into()]);
            rows.print(out)?;
        }
    }
    Ok(())
}

/// The origin of a ledger's checkpoints: the program, and the ledger's name with hyphens for its spaces.
fn origin(ledger: &Ledger) -> String {
    let view = ledger.view();
    let name = view.books.setup.ledger().map_or("", |opened| opened.opened.name.as_str());
    format!("coledger/{}", Slug::of(name))
}
