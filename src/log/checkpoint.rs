//! The text of a checkpoint: what the log holds, in three lines that anybody can compare.
//!
//! Invariant: the body of a C2SP tlog checkpoint: origin, size, root in base 64, each on a line. It is not signed yet.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::event_log::Checkpoint;

impl Checkpoint {
    /// The checkpoint's body. `origin` names the ledger, on one line.
    pub fn body(&self, origin: &str) -> String {
        let origin: String = origin.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{origin}\n{}\n{}\n", self.position, STANDARD.encode(self.root.0))
    }
}
