//! What the client does, seen from outside.

mod admin;
mod business;
mod consumer;
mod graph;
mod lines;
mod pair;
mod phones;
mod refusals;
mod scenario_format;
mod scripted;
mod server;
mod steered;
mod webhook;
