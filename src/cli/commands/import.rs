//! `import`: grants, hours, or a whole exported log.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::app::ledger::Ledger;
use crate::app::request::COMMIT_MAX;
use crate::cli::args::{Cli, Format, ImportFile, ImportHours, ImportLog};
use crate::cli::exit::{ExitCode, Failure};
use crate::cli::open;
use crate::cli::out::Out;
use crate::cli::table::{Datum, Rows, column};
use crate::domain::event::{Actor, Role};
use crate::domain::quantity;
use crate::domain::text::{Slug, Title};
use crate::interchange::batch::Terms;
use crate::interchange::file::SourceFile;
use crate::interchange::hours::import::{self as hours_import, Imported as ImportedHours};
use crate::interchange::jsonl;
use crate::interchange::threesixty::import::{self as grants_import, Imported};

/// How many notices are printed before the rest is only counted.
const NOTICES_SHOWN: usize = 50;

/// The terms on which a file goes in.
fn terms(cli: &Cli, import: &ImportFile, meant: bool, ledger: &Ledger) -> Result<Terms, Failure> {
    Ok(Terms {
        actor: actor(cli)?,
        today: ledger.today(),
        late: import.late.as_deref().map(Title::from),
        meant,
        dry_run: import.dry_run,
        commit_max: COMMIT_MAX,
    })
}

/// Who acts on the command line: a named local user, until there are keys.
///
/// # Errors
/// Where the name is none that may stand in the log.
pub fn actor(cli: &Cli) -> Result<Actor, Failure> {
    let name = Slug::from(cli.actor.as_str());
    match name.fault() {
        None => Ok(Actor { name, role: Role::Keeper }),
        Some(fault) => Err(Failure::new(ExitCode::Usage, format!("--actor: {fault}"))),
    }
}

/// Takes grants in.
///
/// # Errors
/// What is wrong with the file or refused by a rule.
pub fn grants(cli: &Cli, import: &ImportFile, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let file = SourceFile::read(&import.file)?;
    let terms = terms(cli, import, false, ledger)?;
    let progress = &mut *out.progress;
    let mut shown = |done: usize, total: usize| progress.show("grants", done as u64, total as u64);
    let imported = grants_import::import(ledger, &file, &terms, &mut shown)?;
    out.progress.clear();
    if out.format == Format::Json {
        return Ok(out.say(grants_json(&imported, &terms, ledger))?);
    }
    if out.format == Format::Csv {
        return table_of_grants(&imported, out);
    }
    say_grants(&imported, &terms, out)
}

/// A number of things, as a value of a row.
pub(super) fn count(number: u64) -> Datum {
    Datum::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The counts as one row for spreadsheets; what is to be looked at goes beside it, in words.
fn table_of_grants(imported: &Imported, out: &mut Out<'_>) -> Result<(), Failure> {
    let names = ["grants", "total", "new", "awarded", "present", "entries", "variations"];
    let mut rows = Rows::under(&names.map(|name| column(name, "")));
    rows.rows.push(vec![
        count(imported.grants as u64),
        Datum::Money(imported.total),
        count(imported.new as u64),
        Datum::Money(imported.awarded),
        count(imported.present as u64),
        count(imported.entries as u64),
        count(imported.variations.len() as u64),
    ]);
    rows.print_one(out)?;
    say_beside(imported, out)
}

fn grants_json(imported: &Imported, terms: &Terms, ledger: &Ledger) -> serde_json::Value {
    let variations = imported.variations.iter().map(|variation| {
        json!({
            "place": variation.place,
            "grant": variation.grant.to_string(),
            "reference": variation.reference.as_str(),
            "ledger": variation.ledger.0,
            "file": variation.file.0,
            "change": variation.file.less(variation.ledger).0,
        })
    });
    let notices: Vec<_> =
        imported.notices.iter().map(|notice| json!({"place": notice.place, "sentence": notice.sentence})).collect();
    json!({
        "grants": imported.grants,
        "total": imported.total.0,
        "new": imported.new,
        "awarded": imported.awarded.0,
        "present": imported.present,
        "entries": imported.entries,
        "dryRun": terms.dry_run,
        "position": ledger.view().position.0,
        "variations": variations.collect::<Vec<_>>(),
        "notices": notices,
    })
}

fn say_grants(imported: &Imported, terms: &Terms, out: &mut Out<'_>) -> Result<(), Failure> {
    let would = if terms.dry_run { " (nothing was appended: this was a dry run)" } else { "" };
    let (grants, entries) = (imported.grants as u64, quantity::entries(imported.entries as u64));
    let grants = quantity::counted(grants, "grant", "grants");
    out.say(format_args!("{grants} in the file, {} awarded", imported.total.display()))?;
    out.say(format_args!("{} new, {}, {entries}{would}", imported.new, imported.awarded.display()))?;
    out.say(format_args!("{} already there", imported.present))?;
    if !imported.variations.is_empty() {
        let count = imported.variations.len();
        out.say(format_args!("{count} already there with another amount; nothing was changed. Propose a variation:"))?;
    }
    for variation in &imported.variations {
        let change = variation.file.less(variation.ledger).display();
        let (ledger, file) = (variation.ledger.display(), variation.file.display());
        let (place, reference, grant) = (&variation.place, &variation.reference, variation.grant);
        out.say(format_args!("  {place}: {reference} ({grant}) is {ledger} in the ledger, {file} here: {change}"))?;
    }
    say_beside(imported, out)
}

/// What was left out or changed of a file, as remarks.
fn say_beside(imported: &Imported, out: &mut Out<'_>) -> Result<(), Failure> {
    for notice in imported.notices.iter().take(NOTICES_SHOWN) {
        out.remark(format_args!("note: {notice}"))?;
    }
    if imported.notices.len() > NOTICES_SHOWN {
        out.remark(format_args!("note: and {} more", imported.notices.len() - NOTICES_SHOWN))?;
    }
    Ok(())
}

/// Takes hours in.
///
/// # Errors
/// What is wrong with the sheet or refused by a rule.
pub fn hours(cli: &Cli, import: &ImportHours, ledger: &Ledger, out: &mut Out<'_>) -> Result<(), Failure> {
    let file = SourceFile::read(&import.file.file)?;
    let terms = terms(cli, &import.file, import.meant, ledger)?;
    let imported = hours_import::import(ledger, &file, &terms)?;
    out.progress.clear();
    let ImportedHours { rows: in_file, new, minutes, present, entries } = imported;
    if out.format == Format::Json {
        let position = ledger.view().position.0;
        let dry_run = terms.dry_run;
        return Ok(out.say(json!({"rows": in_file, "new": new, "minutes": minutes, "present": present,
            "entries": entries, "dryRun": dry_run, "position": position}))?);
    }
    if out.format == Format::Csv {
        let names = ["rows", "new", "minutes", "present", "entries"];
        let mut table = Rows::under(&names.map(|name| column(name, "")));
        table.rows.push([in_file as u64, new as u64, minutes, present as u64, entries as u64].map(count).to_vec());
        return Ok(table.print_one(out)?);
    }
    let would = if terms.dry_run { " (nothing was appended: this was a dry run)" } else { "" };
    let rows = |count| quantity::counted(count as u64, "row", "rows");
    let entries = quantity::entries(entries as u64);
    out.say(format_args!("{} in the file", rows(in_file)))?;
    out.say(format_args!("{new} new, {}:{:02} hours, {entries}{would}", minutes / 60, minutes % 60))?;
    if present > 0 {
        out.say(format_args!("{} already recorded: skipped", rows(present)))?;
    }
    Ok(())
}

/// Makes a ledger of an exported log.
///
/// # Errors
/// What is wrong with the file, or that the folder is not empty.
pub fn log(cli: &Cli, import: &ImportLog, out: &mut Out<'_>) -> Result<(), Failure> {
    let folder = open::folder(cli)?;
    let progress = &mut *out.progress;
    let checkpoint = jsonl::import(&import.file, folder, &mut |position| {
        progress.show("checking", position.0, 0);
    })?;
    out.progress.clear();
    // Nothing in the file vouches for it: only the root, held against that of the ledger it came from.
    let (size, root) = (checkpoint.position, BASE64_STANDARD.encode(checkpoint.root.0));
    if out.format != Format::Table {
        let mut rows = Rows::under(&[column("entries", ""), column("root", "")]);
        rows.rows.push(vec![count(size.0), root.into()]);
        return Ok(rows.print_one(out)?);
    }
    out.say(format_args!("{} in {}\nroot {root}", quantity::entries(size.0), folder.display()))?;
    out.remark("Compare the root with the checkpoint of the ledger that was exported: a changed file has another.")?;
    Ok(())
}
