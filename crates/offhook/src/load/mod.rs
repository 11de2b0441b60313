//! A load from a terminal: what it is made of, how it is shown, and whether it went well.

mod run;
mod screen;
mod text;

pub(crate) use run::{Verdict, run};
