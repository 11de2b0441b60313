//! The relay under test: one shard, as a server runs it.

use std::net::Ipv4Addr;
use std::num::NonZero;
use std::time::Duration;

use anyhow::Context as _;
use offhook_call::{CallId, ConsumerAudio};
use offhook_relay::{EngineEvent, Event, Relay, RelayConfig, Side};
use tokio::sync::mpsc::Receiver;

use super::cpu::{self, Thread};

pub(crate) struct Server {
    relay: Relay,
    events: Receiver<Event>,
    /// CPU time that answering took so far, apart from the shard's.
    negotiation: Duration,
}

impl Server {
    /// One shard, with this address in its candidates.
    pub(crate) fn start(address: Ipv4Addr) -> anyhow::Result<Self> {
        let config = RelayConfig {
            shards: NonZero::<usize>::MIN,
            bind: vec![Ipv4Addr::UNSPECIFIED.into()],
            advertise: vec![address.into()],
            // The first parties wait for the last ones to connect.
            silence_timeout: Duration::from_secs(3600),
            ..RelayConfig::default()
        };
        let (relay, events) = Relay::start(config)?;
        Ok(Self { relay, events, negotiation: Duration::ZERO })
    }

    /// The shard's thread.
    pub(super) fn thread(&self) -> anyhow::Result<Thread> {
        Thread::named("shard-0")
    }

    /// CPU time of the shard and of negotiation so far; exact while the shard sleeps.
    pub(super) fn cpu_time(&self) -> anyhow::Result<Duration> {
        Ok(Duration::from_nanos(self.thread()?.cpu_ns()?) + self.negotiation)
    }

    /// Opens a party's leg and answers its offer. Parties with the numbers 2n and 2n + 1 talk to each other.
    pub(crate) fn answer(&mut self, number: usize, offer: &str) -> anyhow::Result<String> {
        let mut call = CallId([0; 32]);
        call.0[..8].copy_from_slice(&(number as u64 / 2).to_le_bytes());
        let side = if number.is_multiple_of(2) { Side::Business } else { Side::Consumer };
        let before = cpu::spent_here()?;
        let negotiated = self.relay.negotiate(call, side, offer, &[], ConsumerAudio::Both)?;
        self.relay.apply(negotiated.change);
        self.negotiation += cpu::spent_here()? - before;
        self.check()?;
        Ok(negotiated.answer)
    }

    /// Fails if the relay lost anything.
    pub(super) fn check(&mut self) -> anyhow::Result<()> {
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Media(EngineEvent::LegState { .. } | EngineEvent::Noted { .. }) => {}
                other => anyhow::bail!("the relay reports {other:?}"),
            }
        }
        Ok(())
    }

    pub(crate) fn stop(self) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().context("a runtime to wait in")?;
        runtime.block_on(self.relay.shutdown());
        Ok(())
    }
}
