//! The house rules that no compiler knows: which way the arrows point, how long a file may be, how it opens, and
//! which words have no place in it. Each test reads the sources as text and lists every breach with its place.

mod arrows;
mod files;
mod sources;
