//! `funds`: each fund in each financial year: budget, awarded, paid, returned, left.

use super::window;
use crate::app::ledger::Ledger;
use crate::cli::args::Funds;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::money::Pence;
use crate::domain::time::FinancialYear;
use crate::views::funds::{BudgetPosition, all_budgets, budget};
use crate::views::view::View;

/// Prints funds in the order of the log, and their years in turn.
///
/// # Errors
/// Where the year or position cannot be understood, or the output not written.
pub fn run(args: &Funds, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let year = args.year.as_deref().map(year).transpose()?;
    let view = window::view(ledger, args.as_known_at)?;
    let budgets = match year {
        Some(year) => view.books.funds.iter().map(|fund| budget(&view, fund.id, year)).collect(),
        None => all_budgets(&view),
    };
    let mut rows = Rows::under(&[
        column("fund", "Fund"),
        column("name", "Name"),
        column("reference", ""),
        column("financialYear", "Year"),
        column("budget", "Budget"),
        column("carried", ""),
        column("moved", ""),
        column("broughtForward", ""),
        column("proposed", ""),
        column("awarded", "Awarded"),
        column("withdrawn", ""),
        column("paid", "Paid"),
        column("returned", "Returned"),
        column("committed", ""),
        column("left", "Left"),
    ]);
    rows.rows = budgets.iter().map(|budget| row(&view, budget)).collect();
    Ok(rows.print(out)?)
}

/// A budget that was never set has no limit, and nothing is said of what is left.
fn row(view: &View, budget: &BudgetPosition) -> Vec<Datum> {
    let some = |amount: Option<Pence>| amount.map(Datum::Money).into();
    let fund = view.books.funds.get(budget.fund);
    let reference = fund.and_then(|fund| fund.reference.as_ref()).map(|reference| reference.as_str().to_owned());
    vec![
        budget.fund.to_string().into(),
        view.books.funds.name(budget.fund).into(),
        reference.into(),
        budget.financial_year.to_string().into(),
        some(budget.budget),
        Datum::Money(budget.carried),
        Datum::Money(budget.moved),
        Datum::Money(budget.brought_forward),
        Datum::Money(budget.proposed),
        Datum::Money(budget.awarded),
        Datum::Money(budget.withdrawn),
        Datum::Money(budget.paid),
        Datum::Money(budget.returned),
        Datum::Money(budget.committed),
        some(budget.left),
    ]
}

fn year(text: &str) -> Result<FinancialYear, Failure> {
    text.parse().map_err(|error| Failure::new(ExitCode::Usage, format!("--year '{text}': {error}.")))
}
