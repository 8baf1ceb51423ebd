//! A disk that forgets: what is durable, what waits, and what a power cut may leave of it.
//!
//! Invariant: whatever was synced is there after a cut, and nothing that was never written. What waits is kept or lost:
//! each page of a write by itself (now and then torn at 512 bytes), lengths in their order, and the names of a folder
//! in their order, as a journal keeps them. A file's sync says nothing of its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::trace::Step;
use crate::log::support::Seeded;

const PAGE: usize = 4096;
const SECTOR: usize = 512;

/// How much the disk promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    /// Only what was synced is kept for certain.
    Strict,
    /// What was handed to the disk by range is kept too, as on a disk without a volatile cache; lengths are not.
    Ranges,
}

#[derive(Clone, Debug)]
enum Waiting {
    Write { at: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Clone, Debug, Default)]
struct File {
    durable: Vec<u8>,
    waiting: Vec<Waiting>,
}

#[derive(Clone, Debug)]
enum Naming {
    Set(PathBuf, Node),
    Gone(PathBuf),
    Moved(PathBuf, PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

type Names = BTreeMap<PathBuf, Node>;

/// A disk while a run goes on.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    promise: Promise,
    files: Vec<File>,
    /// The file that an inode number stands for now; numbers are used again.
    inodes: BTreeMap<u64, usize>,
    names: Names,
    durable_names: Names,
    waiting_names: Vec<Naming>,
}

impl Disk {
    pub(super) fn new(promise: Promise) -> Self {
        Self {
            promise,
            files: Vec::new(),
            inodes: BTreeMap::new(),
            names: Names::new(),
            durable_names: Names::new(),
            waiting_names: Vec::new(),
        }
    }

    /// Takes the next step of the run.
    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Create { inode, path } => {
                self.files.push(File::default());
                self.inodes.insert(*inode, self.files.len() - 1);
                self.name(Naming::Set(path.clone(), Node::File(self.files.len() - 1)));
            }
            Step::MakeFolder { path } => self.name(Naming::Set(path.clone(), Node::Folder)),
            Step::Unlink { path } | Step::RemoveFolder { path } => self.name(Naming::Gone(path.clone())),
            Step::Rename { old, new } => self.name(Naming::Moved(old.clone(), new.clone())),
            Step::SyncFolder { path } => self.sync_folder(path),
            Step::Write { inode, at, bytes } => {
                self.wait(*inode, Waiting::Write { at: *at, bytes: bytes.clone() });
            }
            Step::Length { inode, length } => self.wait(*inode, Waiting::Length(*length)),
            Step::Sync { inode } => self.file(*inode).sync(),
            Step::Range { inode, from, length } if self.promise == Promise::Ranges => {
                self.file(*inode).keep_range(*from, *length);
            }
            Step::Range { .. } | Step::Mark(_) => {}
        }
    }

    fn file(&mut self, inode: u64) -> &mut File {
        &mut self.files[self.inodes[&inode]]
    }

    fn wait(&mut self, inode: u64, waiting: Waiting) {
        self.file(inode).waiting.push(waiting);
    }

    fn name(&mut self, naming: Naming) {
        apply(&mut self.names, &naming);
        self.waiting_names.push(naming);
    }

    /// Makes the names in one folder durable, in their order; those of other folders go on waiting.
    fn sync_folder(&mut self, folder: &Path) {
        let waiting = std::mem::take(&mut self.waiting_names);
        let inside = |path: &Path| path.parent().is_some_and(|parent| parent == folder);
        for naming in waiting {
            let synced = match &naming {
                Naming::Set(path, _) | Naming::Gone(path) | Naming::Moved(_, path) => inside(path),
            };
            if synced {
                apply(&mut self.durable_names, &naming);
            } else {
                self.waiting_names.push(naming);
            }
        }
    }

    /// Writes into a folder what a cut at this moment may leave.
    pub(super) fn cut(&self, into: &Path, seeded: &mut Seeded) {
        let kept = usize::try_from(seeded.below(self.waiting_names.len() as u64 + 1)).unwrap();
        let mut names = self.durable_names.clone();
        self.waiting_names.iter().take(kept).for_each(|naming| apply(&mut names, naming));
        let mut reached: BTreeSet<PathBuf> = [PathBuf::new()].into();
        for (path, node) in names {
            // What lies in a folder whose own name was lost is lost with it.
            if !path.as_os_str().is_empty() && !reached.contains(path.parent().unwrap()) {
                continue;
            }
            match node {
                Node::Folder => fs::create_dir_all(into.join(&path)).unwrap(),
                Node::File(file) => fs::write(into.join(&path), self.files[file].cut(seeded)).unwrap(),
            }
            reached.insert(path);
        }
    }
}

fn apply(names: &mut Names, naming: &Naming) {
    match naming {
        Naming::Set(path, node) => drop(names.insert(path.clone(), *node)),
        Naming::Gone(path) => drop(names.remove(path)),
        Naming::Moved(old, new) => {
            let moved: Vec<(PathBuf, Node)> = names
                .range(old.clone()..)
                .take_while(|(path, _)| path.starts_with(old))
                .map(|(p, n)| (p.clone(), *n))
                .collect();
            for (path, node) in moved {
                names.remove(&path);
                let rest = path.strip_prefix(old).unwrap();
                let path = if rest.as_os_str().is_empty() { new.clone() } else { new.join(rest) };
                names.insert(path, node);
            }
        }
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

impl File {
    fn sync(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting {
                Waiting::Write { at, bytes } => put(&mut self.durable, at, &bytes),
                Waiting::Length(length) => self.durable.resize(length, 0),
            }
        }
    }

    /// Keeps the waiting writes that lie in a range, as far as the durable length reaches.
    fn keep_range(&mut self, from: usize, length: usize) {
        let to = if length == 0 { usize::MAX } else { from.saturating_add(length) };
        for waiting in &self.waiting {
            if let Waiting::Write { at, bytes } = waiting
                && from <= *at
                && at + bytes.len() <= to
                && at + bytes.len() <= self.durable.len()
            {
                self.durable[*at..at + bytes.len()].copy_from_slice(bytes);
            }
        }
    }

    /// What a cut may leave of the file.
    fn cut(&self, seeded: &mut Seeded) -> Vec<u8> {
        if self.waiting.is_empty() {
            return self.durable.clone();
        }
        let length = self.length_left(seeded);
        let kept_of_ten = [0, 1, 5, 9, 10][usize::try_from(seeded.below(5)).unwrap()];
        let mut content = self.durable.clone();
        content.resize(length, 0);
        for waiting in &self.waiting {
            if let Waiting::Write { at, bytes } = waiting {
                keep_pages(&mut content, *at, bytes, kept_of_ten, seeded);
            }
        }
        content
    }

    /// The length after some of the waiting changes of it, in their order.
    fn length_left(&self, seeded: &mut Seeded) -> usize {
        let kept = usize::try_from(seeded.below(self.waiting.len() as u64 + 1)).unwrap();
        self.waiting.iter().take(kept).fold(self.durable.len(), |length, waiting| match waiting {
            Waiting::Write { at, bytes } => length.max(at + bytes.len()),
            Waiting::Length(length) => *length,
        })
    }
}

/// Keeps some pages of a write, as far as the content is long.
fn keep_pages(content: &mut [u8], at: usize, bytes: &[u8], kept_of_ten: u64, seeded: &mut Seeded) {
    let mut from = 0;
    while from < bytes.len() {
        let to = bytes.len().min(from + PAGE - (at + from) % PAGE);
        let kept = seeded.below(10) < kept_of_ten;
        let torn = kept && seeded.below(20) == 0;
        let end = if torn { to.min(from + SECTOR * usize::try_from(seeded.below(8)).unwrap()) } else { to };
        if kept && at + from < content.len() {
            let end = end.min(content.len() - at);
            content[at + from..at + end].copy_from_slice(&bytes[from..end]);
        }
        from = to;
    }
}
