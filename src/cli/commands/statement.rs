//! `statement`: what one organisation or fund put in, where, and what its share was.

use serde_json::{Map, Value, json};

use super::window;
use crate::app::ledger::Ledger;
use crate::cli::args::{Format, Statement};
use crate::cli::exit::Failure;
use crate::cli::open;
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::ids::{FundId, ProjectId};
use crate::domain::text::Reference;
use crate::interchange::hours::names;
use crate::interchange::known;
use crate::views::contributors::Party;
use crate::views::line::Line;
use crate::views::statements::{DividendStatement, StatementRow, statement};
use crate::views::view::View;

/// The lines that somebody can put something in on.
const LINES: [Line; 9] = [
    Line::Grants,
    Line::Contracts,
    Line::RentInKind,
    Line::OtherInKind,
    Line::Volunteering,
    Line::Pledges,
    Line::MatchFunding,
    Line::Reinvested,
    Line::Contractual,
];

/// Prints a statement.
///
/// # Errors
/// Where the party or the window cannot be understood, or the output not written.
pub fn run(args: &Statement, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let view = window::view(ledger, args.window.as_known_at)?;
    let window = window::window(&args.window, ledger.today(), &view)?;
    let party = party(&view, &args.party)?;
    let made = statement(&view, party, window);
    match out.format {
        Format::Json => out.say(json(&view, &made))?,
        Format::Csv => rows(&view, &made).print(out)?,
        Format::Table => {
            out.remark(format_args!("{}: {window}; position {}", name(&view, party), view.position))?;
            rows(&view, &made).print(out)?;
        }
    }
    Ok(())
}

/// The organisation or fund that is meant.
fn party(view: &View, text: &str) -> Result<Party, Failure> {
    let by_reference = known::fund(&view.books, &Reference::from(text));
    let by_id = text.parse::<FundId>().ok().filter(|fund| view.books.funds.get(*fund).is_some());
    let by_name = || {
        let mut named = view.books.funds.iter().filter(|fund| fund.name() == text);
        named.next().filter(|_| named.next().is_none()).map(|fund| fund.id)
    };
    match names::organisation(&view.books, text) {
        Ok(organisation) => Ok(Party::Organisation(organisation)),
        Err(sentence) => {
            let fund = by_id.or(by_reference).or_else(by_name);
            fund.map(Party::Fund).ok_or_else(|| Failure::not_found(open::sentence(&sentence)))
        }
    }
}

fn name(view: &View, party: Party) -> String {
    match party {
        Party::Organisation(id) => view.books.organisations.name(id),
        Party::Fund(id) => view.books.funds.name(id),
    }
}

fn title(view: &View, project: ProjectId) -> String {
    view.books.projects.get(project).map_or_else(String::new, |project| project.title().to_owned())
}

fn on_line(row: &StatementRow, line: Line) -> i64 {
    row.put_in.iter().filter(|put_in| put_in.line == line).map(|put_in| put_in.amount.0).sum()
}

fn json(view: &View, made: &DividendStatement) -> Value {
    let id = match made.party {
        Party::Organisation(id) => id.to_string(),
        Party::Fund(id) => id.to_string(),
    };
    json!({
        "party": id,
        "name": name(view, made.party),
        "from": made.window.from.to_string(),
        "to": made.window.to.to_string(),
        "asAt": made.window.as_at.to_string(),
        "position": view.position.0,
        "putIn": made.put_in().0,
        "volunteerMinutes": made.minutes(),
        "gained": made.gained().map(|gained| gained.0),
        "projects": made.rows.iter().map(|row| project_json(view, row)).collect::<Vec<_>>(),
    })
}

fn project_json(view: &View, row: &StatementRow) -> Value {
    let mut object = Map::new();
    object.insert("project".into(), json!(row.project.to_string()));
    object.insert("title".into(), json!(title(view, row.project)));
    for line in LINES {
        object.insert(line.name().into(), json!(on_line(row, line)));
    }
    object.insert("putIn".into(), json!(row.put_in().0));
    object.insert("volunteerMinutes".into(), json!(row.minutes()));
    object.insert("gained".into(), json!(row.gained.map(|gained| gained.0)));
    Value::Object(object)
}

fn rows(view: &View, made: &DividendStatement) -> Rows {
    let mut rows = Rows::under(&[
        column("project", "Project"),
        column("title", "Title"),
        column("putIn", "Put in"),
        column("volunteerMinutes", "Minutes given"),
        column("gained", "Gained"),
    ]);
    for row in &made.rows {
        rows.rows.push(vec![
            row.project.to_string().into(),
            title(view, row.project).into(),
            Datum::Money(row.put_in()),
            Datum::Number(row.minutes()),
            row.gained.map(Datum::Money).into(),
        ]);
    }
    rows.rows.push(vec![
        Datum::Nothing,
        "In all".into(),
        Datum::Money(made.put_in()),
        Datum::Number(made.minutes()),
        made.gained().map(Datum::Money).into(),
    ]);
    rows
}
