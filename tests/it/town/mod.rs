//! The example town: every step keeps the rules, the documents' figures are met, and every part of it is there.

mod facts;
mod items;
mod rehearsal;
