//! What a leg reaches outside itself.

use std::time::Instant;

use super::config::EngineConfig;
use super::event::Events;
use super::tap::Tap;
use super::timer::Timers;
use super::transmits::Transmits;

pub(super) struct Io<'a> {
    pub(super) now: Instant,
    pub(super) config: &'a EngineConfig,
    pub(super) timers: &'a mut Timers,
    pub(super) events: &'a mut Events,
    pub(super) out: &'a mut Transmits,
    /// Takes the packets of a call that is captured.
    pub(super) tap: Option<Tap<'a>>,
}
