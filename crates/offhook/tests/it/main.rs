//! The program as its users run it: real processes, real media, real webhooks, on loopback.

mod call_command;
mod caller;
mod calls;
mod client_examples;
mod commands;
mod consumer_calls;
mod crash;
mod dead_parts;
mod dev_server;
mod disk_full;
mod doctor;
mod https;
mod https_server;
mod load_command;
mod odd_times;
mod operations;
mod own_runs;
mod run_command;
mod sandbox_clock;
mod scenarios;
mod serve_server;
mod statistics;
mod stopping;
mod timelines;
mod video;
mod webhooks;
