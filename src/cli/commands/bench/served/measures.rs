//! What is measured over HTTP, and beside which ceiling.
//!
//! Invariant: the two sides of a ratio take turns, round by round or more often, so that whatever else the machine does
//! falls on both; a ratio is the middle of its rounds' ratios.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::compared::{Compared, middle, sorted};
use super::client::{Ask, drive};
use super::made::MadeLog;
use super::serving::Serving;
use super::{asked, ceilings};
use crate::app::ledger::Ledger;
use crate::cli::exit::{ExitCode, Failure};
use crate::domain::event::Actor;
use crate::domain::ids::{OrganisationId, Position};
use crate::log::clock::SystemClock;
use crate::views::view::View;

/// How much is measured.
pub(in super::super) struct Plan<'a> {
    /// Where a ledger and a plain file are put.
    pub(in super::super) workshop: &'a Path,
    /// How many entries of hours the ledger has that is asked for figures.
    pub(in super::super) entries: u64,
    /// How many a small one has.
    pub(in super::super) few: u64,
    /// How many a large one has.
    pub(in super::super) many: u64,
    /// How many rounds there are.
    pub(in super::super) rounds: u64,
    /// How long each side is asked in a round.
    pub(in super::super) time: Duration,
}

/// How many connections ask at once.
const CONNECTIONS: u64 = 64;
/// How long one caller asks one side before it is the next one's turn.
const TURN: Duration = Duration::from_millis(100);
/// How many projects the ledgers have.
const PROJECTS: u64 = 200;

/// Measures appends and figures over HTTP.
///
/// # Errors
/// Where the disk, a ledger or a server fails, or an answer is no success.
pub(in super::super) fn measures(plan: &Plan<'_>, said: &mut dyn FnMut(Compared)) -> Result<(), Failure> {
    let serving = Serving::start()?;
    let ceiling = serving.serve(ceilings::resolvers())?;
    let fixed = serving.serve(ceilings::fixed())?;
    let side = |at| Side { at, connections: CONNECTIONS };
    appends(plan, &serving, ceiling, said)?;
    let ledger = made(plan.entries)?;
    let town = serving.serve_ledger(Arc::clone(&ledger), actor())?;
    let figures = asked::figures(PROJECTS);
    said(rates(plan, "project figure, 64 connections", side(town), side(ceiling), &figures)?);
    said(rates(plan, "the same beside a fixed body", side(town), side(fixed), &figures)?);
    said(rates(plan, "the ceiling beside a fixed body", side(ceiling), side(fixed), &figures)?);
    said(rates(plan, "town totals, 64 connections", side(town), side(ceiling), &asked::town_anew())?);
    said(rates(plan, "town totals, asked again and again", side(town), side(ceiling), &asked::town())?);
    said(forgotten(plan, &ledger)?);
    let serve_made = |hours| Ok::<_, Failure>(serving.serve_ledger(made(hours)?, actor())?);
    let (few, many) = (serve_made(plan.few)?, serve_made(plan.many)?);
    said(waits(plan, "project figure, p50, many entries beside few", many, few, &figures)?);
    Ok(())
}

/// A server, and from how many connections it is asked.
#[derive(Clone, Copy)]
struct Side {
    at: SocketAddr,
    connections: u64,
}

fn made(hours: u64) -> Result<Arc<Ledger>, Failure> {
    Ok(Arc::new(Ledger::over(Arc::new(MadeLog::new(hours, PROJECTS)), Arc::new(SystemClock))?))
}

/// How long the town's totals take of a view that remembers nothing, as each does after an append; in process.
fn forgotten(plan: &Plan<'_>, ledger: &Ledger) -> Result<Compared, Failure> {
    let mut rounds = Vec::new();
    for round in 0..=plan.rounds * 8 {
        let (view, question) = (View::clone(&ledger.view()), asked::town_question(round * 37));
        let began = Instant::now();
        let rows = question.rows(&view).map_err(std::io::Error::other)?;
        rounds.extend((round > 0 && !rows.is_empty()).then(|| (micros(began.elapsed()) / 1e3, None)));
    }
    Ok(Compared { name: "town totals, nothing remembered".to_owned(), unit: "ms", rounds })
}

fn actor() -> Actor {
    super::super::load::actor()
}

/// Answers a second of both sides, in turns; the first round warms up and does not count.
fn rates(plan: &Plan<'_>, name: &str, ours: Side, ceiling: Side, ask: &Ask) -> Result<Compared, Failure> {
    let rate = |side: Side, round| drive(side.at, side.connections, plan.time, ask, round << 32).map(|it| it.rate);
    let mut rounds = Vec::new();
    for round in 0..=plan.rounds {
        let pair = (rate(ours, round)?, rate(ceiling, round)?);
        rounds.extend((round > 0).then_some((pair.0, Some(pair.1))));
    }
    Ok(Compared { name: name.to_owned(), unit: "requests/s", rounds })
}

/// The median wait of one caller, in microseconds, on both sides.
fn waits(plan: &Plan<'_>, name: &str, ours: SocketAddr, other: SocketAddr, ask: &Ask) -> Result<Compared, Failure> {
    let wait = |at, round| drive(at, 1, plan.time, ask, round << 32).map(|it| median(it.waits));
    let mut rounds = Vec::new();
    for round in 0..=plan.rounds {
        let pair = (wait(ours, round)?, wait(other, round)?);
        rounds.extend((round > 0).then_some((pair.0, Some(pair.1))));
    }
    Ok(Compared { name: name.to_owned(), unit: "us", rounds })
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Durable appends to a ledger on disk: from many connections beside the ceiling, from one as in [`one_caller`].
fn appends(
    plan: &Plan<'_>,
    serving: &Serving,
    ceiling: SocketAddr,
    said: &mut dyn FnMut(Compared),
) -> Result<(), Failure> {
    let ledger = Arc::new(Ledger::create(&plan.workshop.join("served"))?);
    ledger.submit_blocking(super::super::load::town())?;
    let at = serving.serve_ledger(Arc::clone(&ledger), actor())?;
    let before = ledger.view().position;
    let group = OrganisationId(Position(3)).to_string();
    let hours = asked::hours(super::super::load::project(0), group);
    let side = |at| Side { at, connections: CONNECTIONS };
    said(rates(plan, "durable append over HTTP, 64 connections", side(at), side(ceiling), &hours)?);
    one_caller(plan, at, ceiling, &hours)?.into_iter().for_each(said);
    ledger.stop()?;
    if ledger.view().position == before {
        return Err(Failure::new(ExitCode::Internal, "nothing was appended while appends were measured"));
    }
    Ok(())
}

/// The median wait of one caller for a durable append: beside one fdatasync, and beside one fdatasync and what a static
/// resolver takes. The turns are short, because a disk and a processor change their speed independently of each other.
fn one_caller(plan: &Plan<'_>, at: SocketAddr, ceiling: SocketAddr, hours: &Ask) -> Result<[Compared; 2], Failure> {
    let (mut beside_sync, mut beside_both) = (Vec::new(), Vec::new());
    for round in 0..=plan.rounds {
        let [mut appended, mut resolved, mut synced] = [const { Vec::new() }; 3];
        let (began, mut first) = (Instant::now(), (1 + round) << 48);
        while began.elapsed() < plan.time * 3 {
            appended.extend(drive(at, 1, TURN, hours, first)?.waits);
            resolved.extend(drive(ceiling, 1, TURN, hours, first)?.waits);
            synced.extend(syncs(plan.workshop, TURN)?);
            first += 1 << 32;
        }
        if round > 0 {
            let [append, resolve, sync] = [appended, resolved, synced].map(median);
            beside_sync.push((append, Some(sync)));
            beside_both.push((append, Some(resolve + sync)));
        }
    }
    let named = |name: &str, rounds| Compared { name: name.to_owned(), unit: "us", rounds };
    let beside_sync = named("durable append over HTTP, 1 connection, p50", beside_sync);
    Ok([beside_sync, named("the same beside a static resolver and an fdatasync", beside_both)])
}

/// In microseconds.
fn median(times: Vec<Duration>) -> f64 {
    middle(&sorted(times.into_iter().map(micros)))
}

/// The times of appends of an entry's bytes to a plain file with fdatasync.
fn syncs(workshop: &Path, time: Duration) -> std::io::Result<Vec<Duration>> {
    let mut file = File::options().create(true).append(true).open(workshop.join("plain"))?;
    let (began, mut taken) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        let one = Instant::now();
        file.write_all(&[b'x'; 225])?;
        file.sync_data()?;
        taken.push(one.elapsed());
    }
    Ok(taken)
}
