//! The whole surface over a real service and a real store; only media, callbacks and the clock are doubles.

mod authorisation;
mod consumer_calls;
mod consumer_channel;
mod consumer_thread;
mod demo;
mod graph_batch;
mod graph_bodies;
mod graph_calls;
mod graph_compat;
mod graph_connect_errors;
mod graph_debug;
mod graph_frame;
mod graph_inbound;
mod graph_messages;
mod graph_metrics;
mod graph_permissions;
mod graph_settings;
mod graph_subscriptions;
mod graph_terminate_errors;
mod graph_tokens;
mod graph_usage;
mod health;
mod openapi;
mod own_api;
mod random_bodies;
mod support;
