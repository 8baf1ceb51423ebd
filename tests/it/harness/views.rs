//! Views that are made as the program makes them: commands decided on the view's own books, entries folded in turn.

use std::sync::Arc;

use coledger::domain::event::Entry;
use coledger::domain::quantity::Digest;
use coledger::domain::refusal::Refusal;
use coledger::views::digest::figures_digest;
use coledger::views::grouping::Dimension;
use coledger::views::question::Question;
use coledger::views::snapshot::{Stamp, restore, save};
use coledger::views::view::View;
use coledger::views::window::{Period, Window};

use super::decisions::{self, Asked};

/// Decides a command on a view's books and folds its entries in; the entries that it made.
pub(crate) fn record(view: &mut View, asked: &Asked) -> Result<Vec<Entry>, Refusal> {
    let entries = decisions::record(&mut view.books.clone(), asked)?;
    for entry in &entries {
        view.apply(entry);
    }
    Ok(entries)
}

/// The view after these commands, each of which must be accepted, and all entries that they made.
pub(crate) fn view_of(given: &[Asked]) -> (View, Vec<Entry>) {
    let mut view = View::default();
    let mut entries = Vec::new();
    for (index, asked) in given.iter().enumerate() {
        match record(&mut view, asked) {
            Ok(made) => entries.extend(made),
            Err(refusal) => panic!("command {index} of what is given, {}, is refused: {refusal}", asked.command.name()),
        }
    }
    (view, entries)
}

/// The view of these entries.
pub(crate) fn folded<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> View {
    let mut view = View::default();
    for entry in entries {
        view.apply(entry);
    }
    view
}

/// Figures of all projects by a dimension, over a window that is cut into periods or not.
pub(crate) fn grouped_by(group_by: Dimension, per: Option<Period>, window: Window) -> Question {
    Question { selection: Arc::default(), window, group_by, per, rate_card: None }
}

/// Both views say the same, in all that they hold.
pub(crate) fn same(one: &View, other: &View) {
    same_books(one, other);
    assert_eq!(one.figures, other.figures);
    assert_eq!(one.activity, other.activity);
    assert_eq!(figures_digest(one), figures_digest(other));
}

/// The same of all that stands in their books.
pub(crate) fn same_books(one: &View, other: &View) {
    assert_eq!((one.position, one.recorded_at), (other.position, other.recorded_at));
    assert_eq!((one.books.position, one.books.recorded_at), (other.books.position, other.books.recorded_at));
    assert_eq!(one.books.kept, other.books.kept);
    assert_eq!(one.books.reversed, other.books.reversed);
    assert_eq!(one.books.versions, other.books.versions);
    assert_eq!(one.books.resting, other.books.resting);
    let rows = |view: &View| view.books.hours.iter().collect::<Vec<_>>();
    assert_eq!(rows(one), rows(other));
    let batches = |view: &View| view.books.governance.batches().cloned().collect::<Vec<_>>();
    assert_eq!(batches(one), batches(other));
}

/// The root of whatever log a view is saved with here.
pub(crate) const ROOT: Digest = Digest([9; 32]);

/// A view, saved and restored.
pub(crate) fn again(view: &View) -> View {
    let bytes = save(view, ROOT).expect("a snapshot");
    restore(&bytes, Stamp { position: view.position, root: ROOT }).expect("the view of the snapshot")
}
