//! The program as its users run it: real processes, real media, real webhooks, on loopback.

mod calls;
mod commands;
mod crash;
mod dev_server;
