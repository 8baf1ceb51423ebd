//! What can happen to a file: a bit that flips, a stretch that is zeroed, cut off, added, swapped, or all of it gone.

use std::fs;
use std::path::Path;

use crate::log::support::Seeded;

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Harm {
    Flip,
    Zero,
    Cut,
    Extend,
    Swap,
    Delete,
}

impl Harm {
    pub(super) const ALL: [Self; 6] = [Self::Flip, Self::Zero, Self::Cut, Self::Extend, Self::Swap, Self::Delete];

    /// Does it to a file, somewhere; says where.
    pub(super) fn hit(self, path: &Path, seeded: &mut Seeded) -> String {
        let mut bytes = fs::read(path).unwrap();
        if self == Self::Delete {
            fs::remove_file(path).unwrap();
            return "all of it".into();
        }
        let place = self.spoil(&mut bytes, seeded);
        fs::write(path, bytes).unwrap();
        place
    }

    fn spoil(self, bytes: &mut Vec<u8>, seeded: &mut Seeded) -> String {
        if bytes.is_empty() || self == Self::Extend {
            let more = 1 + number(seeded, 5_000);
            let junk = seeded.below(2) == 0;
            bytes.extend((0..more).map(|_| if junk { seeded.next().to_le_bytes()[0] } else { 0 }));
            return format!("{more} bytes more");
        }
        let at = written(bytes, seeded);
        let run = (1 + number(seeded, 600)).min(bytes.len() - at);
        match self {
            Self::Flip => bytes[at] ^= 1 << seeded.below(8),
            Self::Zero => bytes[at..at + run].fill(0),
            Self::Cut => bytes.truncate(at),
            _ => {
                let other = written(bytes, seeded);
                let run = run.min(at.abs_diff(other)).min(bytes.len() - other);
                (0..run).for_each(|index| bytes.swap(at + index, other + index));
            }
        }
        format!("byte {at}, {run} long")
    }
}

fn number(seeded: &mut Seeded, below: usize) -> usize {
    usize::try_from(seeded.below(below as u64)).unwrap()
}

/// A place near which something other than zeros was written.
fn written(bytes: &[u8], seeded: &mut Seeded) -> usize {
    let blocks: Vec<usize> = (0..bytes.len().div_ceil(64)).map(|block| block * 64).collect();
    let full = |at: &usize| bytes[*at..].iter().take(64).any(|byte| *byte != 0);
    let blocks: Vec<usize> = blocks.into_iter().filter(full).collect();
    let block = if blocks.is_empty() { 0 } else { blocks[number(seeded, blocks.len())] };
    (block + number(seeded, 64)).min(bytes.len() - 1)
}
