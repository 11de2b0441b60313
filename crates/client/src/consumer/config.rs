use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use offhook_call::DeviceId;
use url::Url;

use crate::audio::Tone;
use crate::phone::{self, Source, Tap};

/// A simulated consumer's device, and how it behaves in every call.
#[derive(Debug, Clone)]
pub struct Config {
    /// The consumer's channel: `ws://host:port/consumer/v1`.
    pub channel: Url,
    pub token: String,
    pub device: DeviceId,
    pub behaviour: Behaviour,
    /// How long it rings before the device accepts or declines.
    pub accept_after: Duration,
    /// How long it talks before it hangs up; `None` leaves that to the business.
    pub hang_up_after: Option<Duration>,
    /// The device takes video, and can show its own.
    pub video: bool,
    pub local_ip: IpAddr,
    /// The frequency, in Hz, whose share in what it hears is measured.
    pub listen_for_hz: u32,
    /// Listens to what the device hears.
    pub listener: Option<Listener>,
}

/// Makes a tap for the phone of each call.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn() -> Tap + Send + Sync>);

impl Listener {
    pub fn new(tap: impl Fn() -> Tap + Send + Sync + 'static) -> Self {
        Self(Arc::new(tap))
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener")
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Behaviour {
    /// Accepts, and says what it hears, this much later.
    Echo {
        delay: Duration,
    },
    /// Accepts, and says a tone.
    Tone {
        hz: u32,
        dbfs: f32,
    },
    Decline,
    /// Rings until it is told something else, or somebody else gives up.
    Ignore,
}

impl Config {
    pub(super) fn phone(&self) -> phone::Config {
        let source = match self.behaviour {
            Behaviour::Echo { delay } => Source::Echo { delay },
            Behaviour::Tone { hz, dbfs } => Source::Tone(Tone::new(hz, dbfs)),
            Behaviour::Decline | Behaviour::Ignore => Source::Silence,
        };
        let Self { local_ip, listen_for_hz, video, .. } = *self;
        let tap = self.listener.as_ref().map(|Listener(tap)| tap());
        phone::Config { local_ip, source, listen_for_hz, video, tap, ..phone::Config::default() }
    }
}
