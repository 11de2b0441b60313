//! A text as the first offer of a call.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| offhook_fuzz::answer(&String::from_utf8_lossy(bytes)));
