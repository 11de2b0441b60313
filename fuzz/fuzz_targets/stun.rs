//! STUN to a leg: who cannot sign gets no byte, and who can gets one answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|message: &[u8]| offhook_fuzz::ask(message));
