//! Compound RTCP packets, read and rewritten.
#![no_main]

libfuzzer_sys::fuzz_target!(|compound: &[u8]| offhook_media::fuzzing::rtcp(compound));
