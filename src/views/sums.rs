//! The sums of every project, month by month, as they are now or were at an earlier position.
//!
//! Invariant: whatever changes a block writes its position into it; so a block that nothing changed after a position is
//! the block that was known then.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::day_blocks::DayBlocks;
use crate::domain::ids::{Position, ProjectId};

use super::day_totals::DayTotals;
use super::totals::Totals;

/// From how many entries on a block also holds totals day by day. With fewer these could take much more room than the
/// entries do.
pub(super) const HEAVY: u32 = 128;

/// The sums of one project over a month.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    /// How many entries were added to it, as of now.
    pub(super) entries: u32,
    /// The latest entry that changed it, as of now.
    pub(super) changed: Position,
    pub(super) totals: Totals,
    /// In a heavy block, the totals of each day.
    pub(super) days: Option<DayTotals>,
}

/// The sums of all projects.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    /// By number of the project, in the order in which they began to count.
    projects: imbl::Vector<DayBlocks<Block>>,
    numbers: imbl::OrdMap<ProjectId, u32>,
}

/// Sums of the past: what changed since is made again when somebody asks for the project, then remembered.
#[derive(Debug)]
pub(super) struct PastSums {
    /// The sums of now, kept for as long as this is: what changes later is copied.
    now: Sums,
    position: Position,
    asked: Mutex<BTreeMap<ProjectId, Arc<DayBlocks<Block>>>>,
}

impl Block {
    /// Adds to a day, numbered from 0, what an entry changes.
    pub(super) fn add(&mut self, at: Position, day: usize, change: &Totals) {
        self.changed = at;
        self.totals = self.totals.plus(change);
        if let Some(days) = &mut self.days {
            days.add(day, change);
        }
    }
}

impl Sums {
    /// The number of a project, given to it with the first of its entries that counts.
    pub(super) fn number(&mut self, project: ProjectId) -> usize {
        let next = u32::try_from(self.projects.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(project).or_insert(next);
        if number == next {
            self.projects.push_back(DayBlocks::default());
        }
        usize::try_from(number).unwrap_or(usize::MAX)
    }

    /// A block of the project with a number, made where there was none.
    pub(super) fn block_mut(&mut self, project: usize, block: i32) -> Option<&mut Block> {
        self.projects.get_mut(project)?.get_or(block, Block::default)
    }

    /// The blocks of a project.
    pub(super) fn of_project(&self, project: ProjectId) -> Option<&DayBlocks<Block>> {
        self.projects.get(usize::try_from(*self.numbers.get(&project)?).ok()?)
    }

    /// Every block with its key, in their order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = ((ProjectId, i32), &Block)> {
        let projects = self.numbers.keys().filter_map(|project| Some((*project, self.of_project(*project)?)));
        projects.flat_map(|(project, blocks)| blocks.iter().map(move |(number, block)| ((project, number), block)))
    }
}

impl PartialEq for Sums {
    fn eq(&self, other: &Self) -> bool {
        self.blocks().eq(other.blocks())
    }
}

impl PastSums {
    /// The sums as they were at a position, told from those of now.
    pub(super) fn at(position: Position, now: &Sums) -> Self {
        Self { now: now.clone(), position, asked: Mutex::default() }
    }

    /// The sums of now.
    pub(super) fn now(&self) -> &Sums {
        &self.now
    }

    /// The blocks of a project; `make` sums up a block's days, entry by entry. Nobody waits for others' sums: two who
    /// ask at once make the same ones.
    pub(super) fn blocks(&self, project: ProjectId, make: impl Fn(i32) -> DayTotals) -> Arc<DayBlocks<Block>> {
        let asked_before = self.asked().get(&project).cloned();
        asked_before.unwrap_or_else(|| {
            let blocks = Arc::new(self.made(project, make));
            self.asked().insert(project, Arc::clone(&blocks));
            blocks
        })
    }

    fn made(&self, project: ProjectId, make: impl Fn(i32) -> DayTotals) -> DayBlocks<Block> {
        let Some(now) = self.now.of_project(project) else { return DayBlocks::default() };
        let mut blocks = now.clone();
        for (number, block) in now.iter().filter(|(_, block)| block.changed > self.position) {
            let days = make(number);
            let (entries, changed, totals) = (block.entries, block.changed, days.all());
            blocks.put(number, Block { entries, changed, totals, days: (entries >= HEAVY).then_some(days) });
        }
        blocks
    }

    fn asked(&self) -> MutexGuard<'_, BTreeMap<ProjectId, Arc<DayBlocks<Block>>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
