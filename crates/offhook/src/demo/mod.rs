//! A whole call on one machine: server, business, consumer and webhook receiver, each as it would be in real use.

mod play;
mod screen;
mod verdict;

pub(crate) use play::run;
pub(crate) use screen::Screen;
