//! Webhooks for people at work on an integration.

mod line;
mod listen;
mod tail;

pub(crate) use line::event;
pub(crate) use listen::listen;
pub(crate) use tail::tail;
