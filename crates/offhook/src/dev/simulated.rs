use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use anyhow::Context as _;
use offhook_call::DeviceId;
use offhook_client::consumer::{self, Config, SimulatedConsumer};
use offhook_client::story::{Narrator, Party};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::seed::{Guest, World};

/// What a consumer of the development server does when the business calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Behaviour {
    /// Nothing by itself: somebody opens the consumer's page.
    ByHand,
    /// Picks up after a second and says what it hears.
    Echo,
    /// Picks up after a second and says a tone of 440 Hz.
    Tone,
    /// Picks up after ten seconds and says what it hears.
    Late,
    /// Picks up after a second, says what it hears, and hangs up five seconds later.
    Brief,
    /// Declines after two seconds.
    Decline,
    /// Rings and does nothing.
    Ignore,
}

impl Behaviour {
    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::ByHand => "you, with the consumer's page",
            Self::Echo => "picks up and says what it hears",
            Self::Tone => "picks up and says a tone of 440 Hz",
            Self::Late => "picks up after ten seconds, then as Echo",
            Self::Brief => "as Echo, and hangs up after five seconds",
            Self::Decline => "declines after two seconds",
            Self::Ignore => "rings and does nothing",
        }
    }

    /// Behaviour, time before it acts, time before it hangs up. `None`: there is no simulated device.
    fn plan(self) -> Option<(consumer::Behaviour, Duration, Option<Duration>)> {
        let echo = consumer::Behaviour::Echo { delay: Duration::from_millis(200) };
        let tone = consumer::Behaviour::Tone { hz: 440, dbfs: -20.0 };
        match self {
            Self::ByHand => None,
            Self::Echo => Some((echo, SOON, None)),
            Self::Tone => Some((tone, SOON, None)),
            Self::Late => Some((echo, Duration::from_secs(10), None)),
            Self::Brief => Some((echo, SOON, Some(Duration::from_secs(5)))),
            Self::Decline => Some((consumer::Behaviour::Decline, Duration::from_secs(2), None)),
            Self::Ignore => Some((consumer::Behaviour::Ignore, SOON, None)),
        }
    }
}

/// Runs the simulated consumers until `stop`, through the consumer's channel as any device.
pub(super) async fn run(world: &World, base: &Url, stop: CancellationToken) -> anyhow::Result<()> {
    let channel = consumer::channel_of(base).with_context(|| format!("{base} is no HTTP address"))?;
    let mut devices = JoinSet::new();
    for guest in &world.consumers {
        if let Some(config) = device(guest, &channel)? {
            // Nobody watches their story; the browser and the webhooks show it.
            let (narrator, _) = Narrator::begin(Party::Consumer);
            devices.spawn(SimulatedConsumer::run(config, narrator, stop.clone()));
        }
    }
    while let Some(ended) = devices.join_next().await {
        ended?.context("a simulated consumer gave up")?;
    }
    Ok(())
}

fn device(guest: &Guest, channel: &Url) -> anyhow::Result<Option<Config>> {
    let Some((behaviour, accept_after, hang_up_after)) = guest.behaviour.plan() else { return Ok(None) };
    Ok(Some(Config {
        channel: channel.clone(),
        token: guest.token.clone(),
        device: DeviceId::try_from("simulated".to_owned())?,
        behaviour,
        accept_after,
        hang_up_after,
        video: false,
        local_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        listen_for_hz: 440,
        listener: None,
    }))
}

const SOON: Duration = Duration::from_secs(1);
