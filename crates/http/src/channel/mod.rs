//! What the WebSockets of consumers and of the desk have in common: messages bounded in time and size, and how they close.

mod close;
mod socket;

pub(crate) use close::Close;
pub(crate) use socket::Socket;
