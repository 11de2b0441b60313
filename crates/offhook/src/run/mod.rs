//! Scenarios played from a terminal: what is read, what is shown, and what is written at the end.

mod play;
mod script;
mod show;

pub(crate) use play::run;
