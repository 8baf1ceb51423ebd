//! Power cuts: what a disk may hold after one, built from the record of a real run, and opened again.
//!
//! `recorder.c` under tests/shim notes every write, length, sync and name of a child; `trace` reads that, `disk` knows
//! what is durable and what may be lost, `states` builds thousands of disks and asks the log what it makes of them.

#[cfg(test)]
mod child;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod long;
#[cfg(test)]
mod states;
#[cfg(test)]
mod trace;
