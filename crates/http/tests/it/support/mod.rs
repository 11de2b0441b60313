//! A server with one app, one Page and one consumer who may be called.

mod device;
mod doubles;
mod reply;
mod tab;
mod world;
pub(crate) mod written;

pub(crate) use device::Device;
pub(crate) use doubles::{BROKEN_OFFER, Callbacks, NotedRuns, REFUSED_OFFER};
pub(crate) use reply::Reply;
pub(crate) use tab::{Tab, call_desk, call_id};
pub(crate) use world::{ADMIN_TOKEN, LIMITS, World, connect_body};
