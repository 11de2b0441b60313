//! SRTP and SRTCP in every profile.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| offhook_media::fuzzing::srtp(input));
