//! The deciding half of the writer: requests in, entries out, on the one thread that owns the next view.
//!
//! Invariant: what is decided here is not true yet. The view of this thread may run one group ahead of the disk;
//! nobody else sees it before the group is durable.

use std::collections::VecDeque;
use std::sync::Arc;

use super::clock;
use super::keys::KnownKeys;
use super::request::{Ask, COMMIT_MAX, Receipt, Request, SubmitError};
use crate::domain::command::{Command, Context};
use crate::domain::event::{Actor, CommandKey, Entry, Event};
use crate::domain::ids::Position;
use crate::domain::quantity::Digest;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::time::Instant;
use crate::domain::{decide, is_late};
use crate::log::codec::size_fault;
use crate::log::event_log::{EventLog, LogError};
use crate::views::digest::closed_figures_digest;
use crate::views::view::View;

/// What came of a request, or why nothing did.
pub type Outcome = Result<Receipt, SubmitError>;

/// The state that requests are decided on.
pub struct Machine {
    view: View,
    keys: KnownKeys,
    log: Arc<dyn EventLog>,
    /// Commits with a key that the log may not give back yet, because they are not durable.
    recent: VecDeque<Arc<[Entry]>>,
}

impl Machine {
    /// A machine that goes on from a view and the keys of all entries up to it.
    pub fn new(view: View, keys: KnownKeys, log: Arc<dyn EventLog>) -> Self {
        Self { view, keys, log, recent: VecDeque::new() }
    }

    /// The view with everything that was decided so far.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Answers a request: entries to be appended, or the earlier answer.
    ///
    /// # Errors
    /// The refusal of the first rule that was not met; or why earlier answers cannot be read.
    pub fn answer(&mut self, request: &Request, recorded_at: Instant) -> Outcome {
        request.check_key()?;
        let digest = request.digest();
        if let Some(earlier) = self.earlier(request)? {
            return Ok(replay(&earlier, request, digest)?);
        }
        let key = CommandKey { key: request.key.clone(), digest };
        let Decided { entries, view } = decide_all(&self.view, request, Some(key), recorded_at)?;
        self.take(Arc::clone(&entries), view);
        Ok(Receipt { position: self.view.position, entries, replayed: false, dry_run: false })
    }

    /// Takes a commit over: its view where the trial made one, else by folding its entries in.
    fn take(&mut self, entries: Arc<[Entry]>, tried: Option<View>) {
        match tried {
            Some(view) => self.view = view,
            None => entries.iter().for_each(|entry| self.view.apply(entry)),
        }
        if let Ok(keys) = self.keys.known(&self.log) {
            entries.iter().for_each(|entry| keys.note(entry));
        }
        if !entries.is_empty() {
            self.recent.push_back(entries);
        }
        let durable = self.log.last();
        while self.recent.front().and_then(|commit| commit.last()).is_some_and(|last| last.position <= durable) {
            self.recent.pop_front();
        }
    }

    /// The commit that carries the request's key, if there is one.
    fn earlier(&mut self, request: &Request) -> Result<Option<Arc<[Entry]>>, LogError> {
        let Some(first) = self.keys.known(&self.log)?.find(&request.actor, &request.key) else { return Ok(None) };
        if let Some(commit) =
            self.recent.iter().find(|commit| commit.first().is_some_and(|entry| entry.position == first))
        {
            return Ok(Some(Arc::clone(commit)));
        }
        read_commit(self.log.as_ref(), first).map(Some)
    }
}

/// Reads a whole commit back from the log.
fn read_commit(log: &dyn EventLog, first: Position) -> Result<Arc<[Entry]>, LogError> {
    let read = |position: Position| {
        let missing = || LogError::Damaged(format!("the entry at position {position} is missing"));
        log.read(position)?.ok_or_else(missing)
    };
    let mut entries = vec![read(first)?];
    while let Some(last) = entries.last().filter(|last| last.commit > 0) {
        let next = read(last.position.next())?;
        entries.push(next);
    }
    Ok(entries.into())
}

/// The answer of an earlier commit with the same key, if the content is the same too.
fn replay(earlier: &Arc<[Entry]>, request: &Request, digest: Digest) -> Result<Receipt, Refusal> {
    let first = earlier.first();
    let same =
        first.and_then(|entry| entry.key.as_ref()).is_some_and(|key| key.key == request.key && key.digest == digest);
    if !same || first.is_none_or(|entry| entry.actor.name != request.actor.name) {
        let message = "This key was used for another command. Use a new key for a new command.";
        return Err(Refusal::of(RefusalCode::KeyReused, "idempotencyKey", message));
    }
    let position = earlier.last().map_or(Position(0), |entry| entry.position);
    Ok(Receipt { entries: Arc::clone(earlier), position, replayed: true, dry_run: false })
}

/// The entries of one commit, and the view after them where finding them out took one.
pub struct Decided {
    /// The entries, numbered, with the key on the first.
    pub entries: Arc<[Entry]>,
    /// The view after them; absent where the request is a single command, which needs no trial.
    pub view: Option<View>,
}

/// Decides a request on a view, without changing it: the entries that its commit consists of.
///
/// # Errors
/// The first refusal, with the number of its command where there are several.
pub fn decide_all(
    view: &View,
    request: &Request,
    key: Option<CommandKey>,
    recorded_at: Instant,
) -> Result<Decided, Refusal> {
    if let [ask] = request.asks.as_slice() {
        let entries = decide_one(view, &request.actor, ask, recorded_at)?;
        return Ok(Decided { entries: finish(entries, key)?, view: None });
    }
    let mut trial = view.clone();
    let mut entries = Vec::with_capacity(request.asks.len());
    for (row, ask) in request.asks.iter().enumerate() {
        let more = decide_one(&trial, &request.actor, ask, recorded_at)
            .map_err(|refusal| Refusal { row: Some(row), ..refusal })?;
        for entry in &more {
            trial.apply(entry);
        }
        entries.extend(more);
    }
    Ok(Decided { entries: finish(entries, key)?, view: Some(trial) })
}

/// Every refusal that a request of several commands meets, at most so many: each command is tried after those before it
/// that were accepted.
pub fn refusals(view: &View, request: &Request, recorded_at: Instant, most: usize) -> Vec<Refusal> {
    let (mut trial, mut refusals) = (view.clone(), Vec::new());
    for (row, ask) in request.asks.iter().enumerate() {
        match decide_one(&trial, &request.actor, ask, recorded_at) {
            Ok(entries) => entries.iter().for_each(|entry| trial.apply(entry)),
            Err(refusal) => refusals.push(Refusal { row: Some(row), ..refusal }),
        }
        if refusals.len() >= most {
            break;
        }
    }
    refusals
}

/// The entries of one command, in their places after a view.
fn decide_one(view: &View, actor: &Actor, ask: &Ask, recorded_at: Instant) -> Result<Vec<Entry>, Refusal> {
    let context = context(view, actor, ask, recorded_at);
    let events = decide(&view.books, &ask.command, &context)?;
    let mut position = view.position;
    let mut entries = Vec::with_capacity(events.len());
    for event in events {
        check_size(&event)?;
        position = position.next();
        entries.push(Entry {
            position,
            effective: context.effective,
            recorded_at,
            commit: 0,
            actor: actor.clone(),
            key: None,
            batch: ask.batch,
            late: context.late.clone().filter(|_| is_late(&view.books, &event, context.effective)),
            illustrative: ask.illustrative,
            event,
        });
    }
    Ok(entries)
}

/// Refuses what would not fit into the log. An entry of hours always does.
fn check_size(event: &Event) -> Result<(), Refusal> {
    let fault = if matches!(event, Event::HoursLogged(_)) { None } else { size_fault(event) };
    fault.map_or(Ok(()), |fault| Err(Refusal::new(RefusalCode::LimitReached, fault)))
}

/// Numbers the entries of a commit and puts its key on the first.
fn finish(mut entries: Vec<Entry>, key: Option<CommandKey>) -> Result<Arc<[Entry]>, Refusal> {
    if entries.len() > COMMIT_MAX {
        let message = format!(
            "One commit holds at most {COMMIT_MAX} entries; this would be {}. Send fewer at once.",
            entries.len()
        );
        return Err(Refusal::new(RefusalCode::LimitReached, message));
    }
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    for (entry, index) in entries.iter_mut().zip(1..) {
        entry.commit = count.saturating_sub(index);
    }
    if let Some(first) = entries.first_mut() {
        first.key = key;
    }
    Ok(entries.into())
}

fn context(view: &View, actor: &Actor, ask: &Ask, recorded_at: Instant) -> Context {
    let today = clock::today(&view.books, recorded_at);
    let figures = match &ask.command {
        Command::CloseBooks(close) => Some(closed_figures_digest(view, close.through)),
        _ => None,
    };
    Context {
        actor: actor.clone(),
        today,
        effective: ask.effective.unwrap_or(today),
        expected: ask.expected,
        late: ask.late.clone(),
        illustrative: ask.illustrative,
        batch: ask.batch,
        figures,
    }
}
