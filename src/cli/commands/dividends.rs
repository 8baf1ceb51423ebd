//! `dividends`: the shared dividend of every project ever opened, zeros included.

use serde_json::{Map, Value, json};

use super::window;
use crate::app::ledger::Ledger;
use crate::cli::args::{Dividends, Format};
use crate::cli::exit::Failure;
use crate::cli::out::Out;
use crate::cli::table::{Column, Datum, Rows, column};
use crate::domain::ids::ProjectId;
use crate::interchange::hours::names;
use crate::views::dividends::{SharedDividend, all_dividends};
use crate::views::line::{Line, Unit};
use crate::views::ratio::Ratio;
use crate::views::view::View;

/// The lines that are printed, in their order.
const LINES: [Line; 18] = [
    Line::Grants,
    Line::Contracts,
    Line::RentInKind,
    Line::OtherInKind,
    Line::Invested,
    Line::ReturnsOfEarlier,
    Line::Volunteering,
    Line::Pledges,
    Line::MatchFunding,
    Line::Reinvested,
    Line::Returned,
    Line::Contractual,
    Line::SocialValue,
    Line::AwaitingPledges,
    Line::Committed,
    Line::VolunteerMinutes,
    Line::UnvaluedMinutes,
    Line::AwaitingMinutes,
];

/// Prints the dividends of a window.
///
/// # Errors
/// Where the window or the project cannot be understood, or the output not written.
pub fn run(args: &Dividends, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let view = window::view(ledger, args.window.as_known_at)?;
    let window = window::window(&args.window, ledger.today(), &view)?;
    let only = args.project.as_deref().map(|text| names::project(&view.books, text)).transpose();
    let only = only.map_err(|sentence| Failure::not_found(format!("--project: {sentence}")))?;
    let mut dividends = all_dividends(&view, window, None);
    dividends.retain(|(project, _)| only.is_none_or(|only| only == *project));
    match out.format {
        Format::Json => {
            let rows: Vec<Value> = dividends.iter().map(|(project, figure)| object(&view, *project, figure)).collect();
            serde_json::to_writer_pretty(&mut *out.results, &rows).map_err(std::io::Error::from)?;
            out.say("")?;
        }
        Format::Table => {
            out.remark(format_args!("{window}; position {}", view.position))?;
            people(&view, &dividends).print(out)?;
        }
        Format::Csv => full(&view, &dividends).print(out)?,
    }
    Ok(())
}

fn title(view: &View, project: ProjectId) -> String {
    view.books.projects.get(project).map_or_else(String::new, |project| project.title().to_owned())
}

fn object(view: &View, project: ProjectId, figure: &SharedDividend) -> Value {
    let mut object = Map::new();
    object.insert("project".into(), json!(project.to_string()));
    object.insert("title".into(), json!(title(view, project)));
    for line in LINES {
        object.insert(line.name().into(), json!(figure.line(line)));
    }
    for (name, ratio) in ratios(figure) {
        object.insert(name.into(), json!(ratio.decimal()));
    }
    let shares = figure.shares().map(|shares| {
        json!({
            "partnership": shares.partnership.0,
            "organisations": shares.organisations.0,
            "community": shares.community.0,
        })
    });
    object.insert("shares".into(), json!(shares));
    Value::Object(object)
}

fn ratios(figure: &SharedDividend) -> [(&'static str, Ratio); 3] {
    [
        ("perPound", figure.per_pound()),
        ("perPoundWithoutPublic", figure.per_pound_without_public()),
        ("cashLeverage", figure.cash_leverage()),
    ]
}

/// What fits on a screen.
fn people(view: &View, dividends: &[(ProjectId, SharedDividend)]) -> Rows {
    let mut rows = Rows::under(&[
        column("project", "Project"),
        column("title", "Title"),
        column("invested", "Public support"),
        column("returned", "Others added"),
        column("perPound", "For each £1"),
        column("volunteerMinutes", "Volunteer hours"),
        column("committed", "Committed"),
    ]);
    for (project, figure) in dividends {
        rows.rows.push(vec![
            project.to_string().into(),
            title(view, *project).into(),
            Datum::Money(figure.invested()),
            Datum::Money(figure.returned()),
            figure.per_pound().decimal().map(|ratio| Datum::Decimal(format!("£{ratio}"))).into(),
            hours(figure.line(Line::VolunteerMinutes)),
            Datum::Money(figure.pence(Line::Committed)),
        ]);
    }
    rows
}

/// Minutes as hours and minutes, like 175:35.
fn hours(minutes: i64) -> Datum {
    Datum::Decimal(format!("{}:{:02}", minutes / 60, minutes % 60))
}

/// Every line, for spreadsheets.
fn full(view: &View, dividends: &[(ProjectId, SharedDividend)]) -> Rows {
    let mut columns: Vec<Column> = vec![column("project", "Project"), column("title", "Title")];
    columns.extend(LINES.iter().map(|line| column(line.name(), line.name())));
    columns.extend(
        ["perPound", "perPoundWithoutPublic", "cashLeverage", "partnership", "organisations", "community"]
            .map(|name| column(name, name)),
    );
    let mut rows = Rows::under(&columns);
    for (project, figure) in dividends {
        let mut row: Vec<Datum> = vec![project.to_string().into(), title(view, *project).into()];
        row.extend(LINES.iter().map(|line| match line.unit() {
            Unit::Pence => Datum::Money(figure.pence(*line)),
            Unit::Minutes => Datum::Number(figure.line(*line)),
        }));
        row.extend(ratios(figure).into_iter().map(|(_, ratio)| Datum::from(ratio.decimal().map(Datum::Decimal))));
        let shares = figure.shares();
        row.push(shares.map(|shares| Datum::Money(shares.partnership)).into());
        row.push(shares.map(|shares| Datum::Money(shares.organisations)).into());
        row.push(shares.map(|shares| Datum::Money(shares.community)).into());
        rows.rows.push(row);
    }
    rows
}
