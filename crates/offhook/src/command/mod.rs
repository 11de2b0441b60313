//! One file per command, and what several of them do.

pub(crate) mod agents;
pub(crate) mod backup;
pub(crate) mod call;
pub(crate) mod calls;
pub(crate) mod check;
mod client;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod dev;
pub(crate) mod doctor;
pub(crate) mod load;
pub(crate) mod restore;
pub(crate) mod run;
pub(crate) mod sdp_lint;
pub(crate) mod sdp_rules;
pub(crate) mod serve;
pub(crate) mod webhooks;
