//! Subscriptions: entries as they are appended, and figures as they change.
//!
//! Invariant: a subscriber is a place in the log and nothing else. It reads on from there whenever the log has grown,
//! so that nothing is lost or doubled, and nothing waits for it in memory.

use std::collections::VecDeque;
use std::sync::Arc;

use async_graphql::{Context, ID, Subscription as GraphQlSubscription};
use futures_util::{Stream, stream};
use tokio::sync::watch;

use super::dividend::{Behind, SharedDividend};
use super::entry::Entry;
use super::eye::Eye;
use super::fault::{Code, Fault};
use super::scope::{Scope, may_block, scope};
use super::stream::{ResumeAfter, Tickets};
use super::trail::{EntryFilter, read_id};
use super::units::WindowInput;
use crate::domain::ids::{Position, ProjectId};
use crate::views::activity::{self, Order};
use crate::views::dividends;

/// The subscriptions of the schema.
pub struct Subscription;

/// How many entries are read at once for one subscriber.
const CHUNK: usize = 256;

/// What a subscriber sees at this moment, with the time that one answer may take.
fn now(scope: &Scope) -> Eye {
    let scope = scope.again();
    Eye { view: Arc::clone(&scope.view), scope }
}

/// A subscriber: how far it has read, and what it was told of the log's growth.
struct Follower {
    scope: Arc<Scope>,
    filter: activity::EntryFilter,
    news: watch::Receiver<Position>,
    tickets: Tickets,
    read: Position,
    queue: VecDeque<(Position, Entry)>,
}

impl Follower {
    fn new(context: &Context<'_>, filter: activity::EntryFilter, after: Option<Position>) -> Result<Self, Fault> {
        let scope = Arc::clone(scope(context)?);
        let resumed = context.data_opt::<ResumeAfter>().map(|resume| resume.0);
        let read = resumed.or(after).unwrap_or(scope.view.position);
        if read > scope.view.position {
            let sentence = format!("Resume after a position that the ledger has; it is at {}.", scope.view.position);
            return Err(Fault::new(Code::BadUserInput, sentence));
        }
        let (news, tickets) = (scope.ledger.follow(), context.data_opt::<Tickets>().cloned().unwrap_or_default());
        Ok(Self { scope, filter, news, tickets, read, queue: VecDeque::new() })
    }

    /// The next entry; waits for one. `None` once the ledger is closed or cannot be read.
    async fn next(mut self) -> Option<(Entry, Self)> {
        loop {
            if let Some((position, entry)) = self.queue.pop_front() {
                self.tickets.push(position);
                return Some((entry, self));
            }
            self.news.borrow_and_update();
            if !self.read_on().ok()? {
                self.news.changed().await.ok()?;
            }
        }
    }

    /// Reads the next entries that answer to the filter; whether there was anything to look at.
    fn read_on(&mut self) -> Result<bool, Fault> {
        let eye = now(&self.scope);
        if self.read >= eye.view.position {
            return Ok(false);
        }
        let found = activity::entries(&eye.view, &self.filter, Some(self.read), CHUNK, Order::OldestFirst);
        let last = found.positions.last().copied().filter(|_| found.has_more);
        self.queue.extend(may_block(|| Entry::many(&eye, &found.positions))?);
        self.read = last.unwrap_or(eye.view.position);
        Ok(true)
    }
}

/// What a subscriber of a figure knows of it.
struct Watcher {
    scope: Arc<Scope>,
    news: watch::Receiver<Position>,
    tickets: Tickets,
    project: ProjectId,
    window: WindowInput,
    shown: Option<dividends::SharedDividend>,
}

impl Watcher {
    /// The figure, once it is another than was shown.
    async fn next(mut self) -> Option<(SharedDividend, Self)> {
        loop {
            self.news.borrow_and_update();
            let eye = now(&self.scope);
            let window = self.window.on(eye.scope.today).ok()?;
            let figure = dividends::shared_dividend(&eye.view, self.project, window, None)?;
            if self.shown.replace(figure) != Some(figure) {
                self.tickets.push(eye.view.position);
                return Some((SharedDividend::new(&eye, Behind::Project(self.project), figure, None), self));
            }
            self.news.changed().await.ok()?;
        }
    }
}

/// What can be followed, over server-sent events at `/graphql/stream`.
#[GraphQlSubscription]
impl Subscription {
    /// Every entry from now on, or from a position on: resume with the position of the last one that you saw, and you
    /// miss nothing and get nothing twice. The position is the event's id too.
    async fn entries_appended(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<EntryFilter>,
        #[graphql(desc = "Only entries after this position; those that are there already come first.")] after: Option<
            Position,
        >,
    ) -> Result<impl Stream<Item = Entry> + use<>, Fault> {
        let follower = Follower::new(context, filter.unwrap_or_default().read()?, after)?;
        Ok(stream::unfold(follower, Follower::next))
    }

    /// A project's shared dividend, now and whenever an entry changes it. It ends where there is no such project.
    async fn shared_dividend_changed(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The project.")] project: ID,
        #[graphql(desc = "The days that the figure speaks of.")] window: WindowInput,
    ) -> Result<impl Stream<Item = SharedDividend> + use<>, Fault> {
        let scope = Arc::clone(scope(context)?);
        window.on(scope.today)?;
        let (news, tickets) = (scope.ledger.follow(), context.data_opt::<Tickets>().cloned().unwrap_or_default());
        let project: ProjectId = read_id(&project, "a project")?;
        Ok(stream::unfold(Watcher { scope, news, tickets, project, window, shown: None }, Watcher::next))
    }
}
