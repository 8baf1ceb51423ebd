//! Stored bytes and hashes: what is packed unpacks, what was changed is refused, and the root is the standard's.

use coledger::domain::event::{Entry, EventKind, HoursConfirmed};
use coledger::domain::ids::{HoursId, Position};
use coledger::log::chunk::{CHUNK_ENTRIES, ChunkError, pack, unpack};
use coledger::log::codec::size_fault;
use coledger::log::event_log::Checkpoint;
use coledger::log::merkle::Tree;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use oracle_sha2::Sha256;
use proptest::prelude::*;

use super::support::{Seeded, history};

proptest! {
    #[test]
    fn any_history_unpacks_as_it_was_packed(seed: u64) {
        let entries = history(seed, 40).concat();
        let chunks = pack(&entries).unwrap();
        prop_assert!(chunks.iter().all(|chunk| unpack(chunk).unwrap().len() <= CHUNK_ENTRIES));
        let unpacked: Vec<Entry> = chunks.iter().flat_map(|chunk| unpack(chunk).unwrap()).collect();
        prop_assert_eq!(unpacked, entries);
    }

    #[test]
    fn an_envelope_of_any_disorder_unpacks_as_it_was_packed(seed: u64) {
        let mut seeded = Seeded(seed);
        let entries: Vec<Entry> = (10..40).map(|position| {
            let entry = Entry::random(EventKind::HoursLogged, &mut |limit| seeded.below(limit));
            Entry { position: Position(position), commit: u32::try_from(seeded.below(3)).unwrap(), ..entry }
        }).collect();
        let unpacked: Vec<Entry> = pack(&entries).unwrap().iter().flat_map(|chunk| unpack(chunk).unwrap()).collect();
        prop_assert_eq!(unpacked, entries);
    }

    #[test]
    fn a_changed_byte_of_a_chunk_is_refused(seed: u64) {
        let mut seeded = Seeded(seed);
        let mut chunk = pack(&history(seed, 5).concat()).unwrap().remove(0);
        let at = usize::try_from(seeded.below(chunk.value.len() as u64)).unwrap();
        chunk.value[at] ^= 1 << seeded.below(8);
        prop_assert!(unpack(&chunk).is_err());
    }

    #[test]
    fn the_root_is_the_one_of_another_implementation_at_every_size(leaves in proptest::collection::vec(any::<Vec<u8>>(), 0..70)) {
        let mut tree = Tree::default();
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in leaves {
            tree.push(&leaf);
            oracle.push(leaf);
            let wanted = oracle.root();
            prop_assert_eq!(&tree.root().0[..], wanted.as_bytes().as_slice());
            prop_assert_eq!(tree.size(), oracle.len());
        }
    }
}

#[test]
fn the_tree_of_an_earlier_size_is_had_again_from_what_is_kept() {
    let leaves: Vec<Vec<u8>> = (0..1_030_u32).map(|leaf| leaf.to_be_bytes().to_vec()).collect();
    let mut tree = Tree::default();
    let mut roots = vec![tree.root()];
    for leaf in &leaves {
        tree.push(leaf);
        roots.push(tree.root());
    }
    for (size, root) in roots.iter().enumerate() {
        let mut earlier = tree.before(size as u64);
        assert_eq!(earlier.size(), size as u64 / 256 * 256);
        leaves[size / 256 * 256..size].iter().for_each(|leaf| earlier.push(leaf));
        assert_eq!(&earlier.root(), root, "size {size}");
        assert_eq!(earlier.before(size as u64).root(), tree.before(size as u64).root(), "size {size}");
    }
}

#[test]
fn a_chunk_under_another_key_is_refused() {
    let mut chunk = pack(&history(1, 1).concat()).unwrap().remove(0);
    chunk.first = Position(2);
    assert_eq!(unpack(&chunk), Err(ChunkError::Checksum));
}

#[test]
fn a_list_of_ten_thousand_fits_and_what_does_not_is_told_before() {
    let entries = |count: u64| HoursConfirmed {
        entries: (0..count).map(|index| HoursId(Position(u64::from(u32::MAX) - index))).collect(),
        self_confirmed: true,
    };
    let entry = Entry { event: entries(10_000).into(), ..Entry::example(EventKind::HoursConfirmed) };
    assert_eq!(size_fault(&entry.event), None);
    let chunks = pack(std::slice::from_ref(&entry)).unwrap();
    assert_eq!(unpack(&chunks[0]).unwrap(), std::slice::from_ref(&entry));
    let entry = Entry { event: entries(13_000).into(), ..entry };
    let fault = size_fault(&entry.event).unwrap();
    assert_eq!(fault, "Give less at once: an entry takes at most 60000 bytes, this one 65004.");
    assert!(pack(&[entry]).is_err());
}

#[test]
fn a_checkpoint_of_nothing_has_the_hash_of_nothing_on_its_third_line() {
    let checkpoint = Checkpoint { root: Tree::default().root(), ..Checkpoint::default() };
    let body = checkpoint.body("example.org/town");
    assert_eq!(body, "example.org/town\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
}
