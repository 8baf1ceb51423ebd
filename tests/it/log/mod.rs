//! The log: lines, stored bytes, hashes, and a folder that survives what happens to folders.

#[cfg(test)]
mod golden;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod support;
