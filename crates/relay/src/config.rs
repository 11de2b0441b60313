//! What a relay is told once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

/// Settings and limits of a [`Relay`](crate::Relay).
#[derive(Debug, Clone)]
pub struct RelayConfig {
    /// Media threads. Default: one for each core.
    pub shards: NonZero<usize>,
    /// Addresses to bind; every shard has a socket on each. An address of a family that the machine lacks is left out
    /// if another one can be bound.
    pub bind: Vec<IpAddr>,
    /// UDP port of the first shard, the others follow. 0: the system chooses.
    pub port_base: u16,
    /// Addresses that candidates name, the preferred first. If empty: the bound ones, and for an unspecified one those
    /// of the machine's interfaces, loopback only if there is no other.
    pub advertise: Vec<IpAddr>,
    /// Parameters of Opus as they go into `a=fmtp`.
    pub opus_fmtp: String,
    /// A leg that is not connected this long after it was opened is lost.
    pub connect_timeout: Duration,
    /// A connected leg that sends no authentic STUN, RTP or RTCP for this long is lost.
    pub silence_timeout: Duration,
    /// How long stream B is sent without a receiver report about it (contract section 6, "Consumer audio").
    pub offer_timeout: Duration,
    /// Bridges beyond this many on one shard are refused.
    pub bridges_per_shard_max: usize,
}

impl Default for RelayConfig {
    /// The contract's values, on every address.
    fn default() -> Self {
        Self {
            shards: available_parallelism().unwrap_or(NonZero::<usize>::MIN),
            bind: vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()],
            port_base: 0,
            advertise: Vec::new(),
            opus_fmtp: "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=10;usedtx=1;useinbandfec=1".into(),
            connect_timeout: Duration::from_secs(20),
            silence_timeout: Duration::from_secs(30),
            offer_timeout: Duration::from_secs(10),
            bridges_per_shard_max: 10_000,
        }
    }
}
