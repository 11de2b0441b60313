//! DTLS records from the party's own address, in several datagrams: each is two bytes of length and so many more.
#![no_main]

libfuzzer_sys::fuzz_target!(|flights: &[u8]| offhook_fuzz::shake_hands(flights));
