//! What the tests of the log share: seeded choices, golden files.

use std::path::PathBuf;

/// A seeded chooser of numbers: the same seed, the same choices (splitmix64).
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Any number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

/// Compares with a golden file. With `COLEDGER_BLESS=1` a file that is missing or differs is written instead.
pub(crate) fn assert_golden(path: &str, actual: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("COLEDGER_BLESS").is_some_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let Ok(expected) = std::fs::read_to_string(&path) else {
        panic!("there is no golden file {}; look at what it would hold, then set COLEDGER_BLESS=1", path.display());
    };
    assert_eq!(expected, actual, "{} is not what it was", path.display());
}
