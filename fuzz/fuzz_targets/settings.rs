//! Fuzzes `settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| coledger_fuzz::run("settings", data));
