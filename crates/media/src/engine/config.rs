//! What an engine is told once.

use std::sync::Arc;
use std::time::Duration;

use dimpl::DtlsCertificate;

use super::signing;

/// Settings and limits of an [`Engine`](super::Engine). Defaults: contract section 3, "Media time-outs", and section 6.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    pub dtls: DtlsConfig,
    pub certificate: DtlsCertificate,
    /// A leg that is not connected this long after it was opened is lost.
    pub connect_timeout: Duration,
    /// A connected leg that sends no authentic STUN, RTP or RTCP for this long is lost.
    pub silence_timeout: Duration,
    /// How long stream B is sent without a receiver report about it.
    pub offer_timeout: Duration,
    /// Bridges beyond this many are refused.
    pub bridges_max: usize,
}

/// The DTLS settings of an engine. Build it once and clone it: building validates the crypto provider, which takes most
/// of a millisecond.
#[derive(Clone)]
pub struct DtlsConfig(pub(super) Arc<dimpl::Config>);

impl DtlsConfig {
    /// No cookie exchange: only addresses that passed an authentic connectivity check reach DTLS, so a handshake
    /// cannot be made to flood a third party. The first retransmission comes early, because a lost flight is heard as
    /// silence at the beginning of a call; the last one before the legs' connect time-out.
    pub fn new() -> Result<Self, dimpl::Error> {
        let config = dimpl::Config::builder()
            .with_crypto_provider(signing::provider())
            .use_server_cookie(false)
            .mtu(FLIGHT_DATAGRAM_LEN_MAX)
            .flight_start_rto(FIRST_RETRANSMISSION)
            .flight_retries(RETRANSMISSIONS)
            .build()?;
        Ok(Self(Arc::new(config)))
    }
}

impl std::fmt::Debug for DtlsConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DtlsConfig").finish_non_exhaustive()
    }
}

impl EngineConfig {
    pub fn new(dtls: DtlsConfig, certificate: DtlsCertificate) -> Self {
        Self {
            dtls,
            certificate,
            connect_timeout: Duration::from_secs(20),
            silence_timeout: Duration::from_secs(30),
            offer_timeout: Duration::from_secs(10),
            bridges_max: 10_000,
        }
    }
}

/// Fits the 1280 bytes that every IPv6 path carries (RFC 8200 section 5), even in a tunnel. IPv4 paths may carry less: see
/// `flight`.
const FLIGHT_DATAGRAM_LEN_MAX: usize = 1200;
/// Doubled with every retry.
const FIRST_RETRANSMISSION: Duration = Duration::from_millis(200);
/// After 0.2, 0.6, 1.4, 3, 6.2 and 12.6 s.
const RETRANSMISSIONS: usize = 6;
