//! One file per command.

pub(crate) mod call;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod dev;
pub(crate) mod sdp_lint;
pub(crate) mod serve;
