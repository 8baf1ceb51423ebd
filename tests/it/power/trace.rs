//! The record of a run: what a program asked of the disk, in order.

use std::path::{Path, PathBuf};

/// One thing that was asked of the disk, or said by the program. Paths are below the watched folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Create {
        inode: u64,
        path: PathBuf,
    },
    Write {
        inode: u64,
        at: usize,
        bytes: Vec<u8>,
    },
    Length {
        inode: u64,
        length: usize,
    },
    Sync {
        inode: u64,
    },
    /// Handed to the disk, though a volatile cache may still hold it.
    Range {
        inode: u64,
        from: usize,
        length: usize,
    },
    SyncFolder {
        path: PathBuf,
    },
    MakeFolder {
        path: PathBuf,
    },
    RemoveFolder {
        path: PathBuf,
    },
    Unlink {
        path: PathBuf,
    },
    Rename {
        old: PathBuf,
        new: PathBuf,
    },
    Mark(String),
}

/// Reads a record of what happened below a folder.
pub(super) fn read(bytes: &[u8], below: &Path) -> Vec<Step> {
    let (mut rest, mut steps) = (bytes, Vec::new());
    while !rest.is_empty() {
        let (head, after) = rest.split_at(29);
        let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().unwrap());
        let length = u32::from_le_bytes(head[25..29].try_into().unwrap()) as usize;
        let (body, after) = after.split_at(length);
        rest = after;
        let (inode, a, b) = (number(1), usize::try_from(number(9)).unwrap(), usize::try_from(number(17)).unwrap());
        steps.push(step(head[0], inode, (a, b), body, below));
    }
    steps
}

fn step(kind: u8, inode: u64, (a, b): (usize, usize), body: &[u8], below: &Path) -> Step {
    let path = |bytes: &[u8]| {
        let path = PathBuf::from(std::str::from_utf8(bytes).unwrap());
        path.strip_prefix(below).unwrap().to_owned()
    };
    match kind {
        b'C' => Step::Create { inode, path: path(body) },
        b'W' => Step::Write { inode, at: a, bytes: body.to_vec() },
        b'T' => Step::Length { inode, length: a },
        b'S' => Step::Sync { inode },
        b'R' => Step::Range { inode, from: a, length: b },
        b'D' => Step::SyncFolder { path: path(body) },
        b'M' => Step::MakeFolder { path: path(body) },
        b'N' => Step::RemoveFolder { path: path(body) },
        b'U' => Step::Unlink { path: path(body) },
        b'V' => Step::Rename { old: path(&body[..a]), new: path(&body[a..]) },
        b'A' => Step::Mark(String::from_utf8(body.to_vec()).unwrap()),
        other => panic!("a record of the unknown kind {other}"),
    }
}
