//! The program, killed again and again with everything under way, judged from outside.
//!
//! A [`world`] runs the real program; [`traffic`] uses it as businesses, consumers and operators do, and logs what it asked
//! and was told; [`receiver`] logs every webhook; a death comes at a random time or at a named point. At the end the
//! [`checker`] compares the [`history`] with docs/guarantees.md. Three suites: [`kills`] at random, [`points`], and [`bugs`],
//! planted ones, each of which the checker must find. [`agents`] shows that those at the desk do what is to be judged.
//!
//! Not part of `cargo test`: `cargo xtask test --only "crash tests"` runs it, and `cargo xtask crash --cycles N` as long as
//! wanted.

mod agents;
mod bugs;
mod checker;
mod history;
mod kills;
mod points;
mod program;
mod receiver;
mod stage;
mod traffic;
mod world;
