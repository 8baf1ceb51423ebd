//! `funds`: each fund in each financial year: budget, awarded, paid, returned, left.

use super::window;
use crate::app::ledger::Ledger;
use crate::cli::args::Funds;
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::budgets::Budget;
use crate::domain::money::Pence;
use crate::domain::time::FinancialYear;

/// Prints funds in the order of the log, and their years in turn.
///
/// # Errors
/// Where the year or position cannot be understood, or the output not written.
pub fn run(args: &Funds, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let year = args.year.as_deref().map(year).transpose()?;
    let view = window::view(ledger, args.as_known_at)?;
    let mut rows = Rows::under(&[
        column("fund", "Fund"),
        column("name", "Name"),
        column("reference", ""),
        column("financialYear", "Year"),
        column("budget", "Budget"),
        column("limit", ""),
        column("proposed", ""),
        column("awarded", "Awarded"),
        column("withdrawn", ""),
        column("paid", "Paid"),
        column("returned", "Returned"),
        column("left", "Left"),
    ]);
    for fund in view.books.funds.iter() {
        let reference = fund.reference.as_ref().map(|reference| reference.as_str().to_owned());
        let mut years: Vec<(FinancialYear, Budget)> =
            view.books.funds.budgets_of(fund.id).map(|(year, budget)| (year, budget.clone())).collect();
        years.retain(|(known, _)| year.is_none_or(|year| *known == year));
        if let (true, Some(year)) = (years.is_empty(), year) {
            years.push((year, Budget::default()));
        }
        for (year, budget) in years {
            let mut row: Vec<Datum> =
                vec![fund.id.to_string().into(), fund.name().into(), reference.clone().into(), year.to_string().into()];
            row.extend(amounts(&budget));
            rows.rows.push(row);
        }
    }
    Ok(rows.print(out)?)
}

/// What a budget comes to; a budget that was never set has no limit, and nothing is left of it or not.
fn amounts(budget: &Budget) -> [Datum; 8] {
    let some = |amount: Option<Pence>| amount.map(Datum::Money).into();
    [
        some(budget.budget()),
        some(budget.limit()),
        Datum::Money(budget.held.proposed),
        Datum::Money(budget.held.awarded.plus(budget.brought_forward)),
        Datum::Money(budget.held.withdrawn),
        Datum::Money(budget.held.paid),
        Datum::Money(budget.held.returned),
        some(budget.left()),
    ]
}

fn year(text: &str) -> Result<FinancialYear, Failure> {
    text.parse().map_err(|error| Failure::new(ExitCode::Usage, format!("--year '{text}': {error}.")))
}
