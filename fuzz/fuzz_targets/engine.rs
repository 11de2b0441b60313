//! Sequences of what an engine is told and gets.
#![no_main]

use offhook_fuzz::{Script, World, memory};

libfuzzer_sys::fuzz_target!(|script: Script| memory::bounded(LEFT_MAX, || World::play(&script)));

/// What is set up once, by the first input that needs it.
const LEFT_MAX: usize = 64 << 10;
