//! The log: lines, stored bytes, hashes, and a folder that survives what happens to folders.

mod archive;
#[cfg(test)]
mod beside;
mod bytes;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod folder;
mod found;
#[cfg(test)]
mod golden;
#[cfg(test)]
pub(crate) mod kill;
#[cfg(test)]
mod lines;
#[cfg(test)]
mod model;
#[cfg(test)]
pub(crate) mod support;
#[cfg(test)]
mod writer;
