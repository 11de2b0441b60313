//! A WebRTC party without a browser: rings, talks, listens, and reports what it heard.
//!
//! [`Line`] is the party itself and does no I/O: time and datagrams are arguments, so tests can run it in virtual
//! time. [`Phone`] is a line on a UDP socket and a task of its own. What a line says comes from a [`Source`]; what it
//! hears goes through a small jitter buffer for each stream, is mixed, and is measured ([`Statistics`]).
//!
//! A packet is played if its section receives, as in a browser: one copy of a voice that arrives in two sections must
//! be heard, and [`Heard::doubled`] and [`Heard::silent`] count the moments when that was not so.

mod config;
mod ear;
mod event;
mod handle;
mod keypad;
mod line;
mod loss;
mod mouth;
mod playout;
mod sdp;
mod statistics;
mod task;
mod video;

pub use config::{Config, Source, Tap};
pub use event::{LineEvent, Milestone};
pub use handle::{Phone, PhoneError};
pub use keypad::{Digit, InvalidDigit};
pub use line::{Line, Output, VIDEO_TRACK};
pub use sdp::SdpRefused;
pub use statistics::{Heard, Statistics, StreamReport, VideoReport};
pub use str0m::config::DtlsVersion;
pub use video::{Camera, TEST_PATTERN};
