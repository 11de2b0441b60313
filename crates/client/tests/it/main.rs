//! What the client does, seen from outside.

mod lines;
mod pair;
mod server;
