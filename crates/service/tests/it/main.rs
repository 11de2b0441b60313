//! The use cases over a real store, with a clock that is turned by hand and a media port that writes down what it is
//! told.

mod by_itself;
mod callbacks;
mod calls;
mod captures;
mod desk;
mod devices;
mod faults;
mod guests;
mod hand_clock;
mod inbound;
mod model;
mod pokes;
mod reconcile;
mod sandbox_clock;
mod statistics;
mod thread;
mod timeline;
mod timeline_limits;
mod turned_clock;
mod world;
