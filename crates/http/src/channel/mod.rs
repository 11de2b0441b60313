//! What the WebSockets of consumers and of the desk have in common: messages bounded in time and size, how they are
//! carried both ways, what refusals look like, and how they close.

mod close;
mod conversation;
mod refusal;
mod said;
mod socket;

pub(crate) use close::Close;
pub(crate) use conversation::{Welcomed, converse, greeted, upgrade};
pub(crate) use refusal::{Refusal, Refuses};
pub(crate) use said::Said;
pub(crate) use socket::Socket;
