use std::net::IpAddr;
use std::time::Duration;

use offhook_call::DeviceId;
use url::Url;

use crate::audio::Tone;
use crate::phone::{self, Source};

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
    /// Rings until somebody else gives up.
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
        phone::Config { local_ip, source, listen_for_hz, video, ..phone::Config::default() }
    }
}
