//! Offers and switches of both parties of a call.
#![no_main]

use offhook_fuzz::Step;

libfuzzer_sys::fuzz_target!(|steps: Vec<Step<'_>>| offhook_fuzz::negotiate(&steps));
