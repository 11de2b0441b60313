//! RTP headers and their extensions.
#![no_main]

libfuzzer_sys::fuzz_target!(|packet: &[u8]| offhook_media::fuzzing::rtp(packet));
