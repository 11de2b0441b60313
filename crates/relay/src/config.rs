//! What a relay is told once.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use offhook_media::Captured;
use tokio::sync::mpsc;

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
    /// `None`: UDP only.
    pub tcp: Option<TcpConfig>,
    /// Addresses that candidates name, the preferred first. If empty: the bound ones, and for an unspecified one those
    /// of the machine's interfaces, loopback only if there is no other.
    pub advertise: Vec<IpAddr>,
    /// Addresses that a NAT maps one to one to those of this machine. Candidates name them before the advertised ones, and
    /// in the place of the machine's own.
    pub public_ip: Vec<IpAddr>,
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
    /// Where the packets of captured calls go, decrypted. `None`: no call is captured.
    pub captures: Option<mpsc::Sender<Captured>>,
}

/// Settings and limits of media over TCP.
#[derive(Debug, Clone)]
pub struct TcpConfig {
    /// The port for all shards, on each bound address. 0: the system chooses.
    pub port: u16,
    /// Connections beyond this many are closed at once.
    pub connections_max: usize,
    /// The same for one address (IPv6: for one /64).
    pub connections_per_address_max: usize,
    /// A connection that has not begun with a connectivity check by then is closed.
    pub first_check_max: Duration,
}

impl Default for TcpConfig {
    fn default() -> Self {
        Self {
            port: 0,
            connections_max: 4096,
            connections_per_address_max: 128,
            // A few round trips and lost packets.
            first_check_max: Duration::from_secs(5),
        }
    }
}

impl Default for RelayConfig {
    /// The contract's values, on every address.
    fn default() -> Self {
        Self {
            shards: available_parallelism().unwrap_or(NonZero::<usize>::MIN),
            bind: vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()],
            port_base: 0,
            tcp: Some(TcpConfig::default()),
            advertise: Vec::new(),
            public_ip: Vec::new(),
            opus_fmtp: "maxaveragebitrate=20000;maxplaybackrate=16000;minptime=10;usedtx=1;useinbandfec=1".into(),
            connect_timeout: Duration::from_secs(20),
            silence_timeout: Duration::from_secs(30),
            offer_timeout: Duration::from_secs(10),
            bridges_per_shard_max: 10_000,
            captures: None,
        }
    }
}
