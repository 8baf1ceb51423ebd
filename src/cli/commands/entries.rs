//! `entries`: the log, filtered. In JSON each entry is its exported line.

use std::ops::ControlFlow;

use super::window;
use crate::app::ledger::Ledger;
use crate::cli::args::{Entries, Format};
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::event::{Entry, EventKind};
use crate::domain::ids::{EntryId, Position};
use crate::domain::time::Day;
use crate::log::line;

struct Filter {
    kind: Option<EventKind>,
    about: Option<Position>,
    from: Option<Day>,
    to: Option<Day>,
}

impl Filter {
    fn of(args: &Entries) -> Result<Self, Failure> {
        let kind = args.kind.as_deref().map(|name| {
            let unknown =
                || format!("There is no type of entry called '{name}'. One is GrantAwarded; all are in the schema.");
            EventKind::from_name(name).ok_or_else(|| Failure::not_found(unknown()))
        });
        let about = args.about.as_deref().map(|id| {
            let wrong = |error| Failure::new(ExitCode::Usage, format!("--about '{id}': {error}."));
            id.parse::<EntryId>().map(|id| id.position).map_err(wrong)
        });
        let (from, to) = (window::day("--from", args.from.as_deref())?, window::day("--to", args.to.as_deref())?);
        if let (Some(from), Some(to)) = (from, to) {
            window::in_order(from, to)?;
        }
        Ok(Self { kind: kind.transpose()?, about: about.transpose()?, from, to })
    }

    fn takes(&self, entry: &Entry) -> bool {
        self.kind.is_none_or(|kind| entry.event.kind() == kind)
            && self.from.is_none_or(|from| entry.effective >= from)
            && self.to.is_none_or(|to| entry.effective <= to)
            && self.about.is_none_or(|thing| entry.position == thing || entry.event.subjects().contains(&thing))
    }
}

/// Prints entries in the order of the log.
///
/// # Errors
/// Where the filter cannot be understood, the log not read or the output not written.
pub fn run(args: &Entries, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let filter = Filter::of(args)?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let (mut found, mut more) = (Vec::new(), false);
    let last = ledger.view().position;
    let first = Position(args.after).next();
    if first <= last {
        ledger.log().scan(first, last, &mut |entry| {
            if filter.takes(&entry) {
                more = found.len() == limit;
                if more {
                    return ControlFlow::Break(());
                }
                found.push(entry);
            }
            ControlFlow::Continue(())
        })?;
    }
    print(&found, out)?;
    if let Some(entry) = found.last().filter(|_| more) {
        out.remark(format_args!("There are more: --after {}", entry.position))?;
    }
    Ok(())
}

fn print(entries: &[Entry], out: &mut Out<'_>) -> std::io::Result<()> {
    if out.format == Format::Json {
        let lines: Vec<String> = entries.iter().map(line::line_of).collect();
        let separator = if lines.is_empty() { "" } else { "\n" };
        return out.say(format_args!("[{separator}{}{separator}]", lines.join(",\n")));
    }
    let mut rows = Rows::under(&[
        column("position", "Position"),
        column("id", "Id"),
        column("type", "Type"),
        column("effective", "Happened"),
        column("recordedAt", "Recorded"),
        column("actor", "Actor"),
        column("illustrative", "Illustrative"),
        column("line", if out.format == Format::Csv { "line" } else { "" }),
    ]);
    for entry in entries {
        rows.rows.push(vec![
            Datum::Decimal(entry.position.to_string()),
            entry.id().to_string().into(),
            entry.event.kind().name().into(),
            entry.effective.to_string().into(),
            entry.recorded_at.to_string().into(),
            entry.actor.name.as_str().into(),
            Datum::Flag(entry.illustrative),
            line::line_of(entry).into(),
        ]);
    }
    rows.print(out)
}
