//! What negotiation decides about a leg and forwarding needs to know.

mod video;

pub use offhook_call::Side;
pub use video::{H264Profile, VideoCodec, VideoExtensions, VideoFormat, VideoIn, VideoOut, VideoSpec};

/// A leg as negotiated: who may connect to it, and what it sends and hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegSpec {
    /// Our credentials for this leg. The ufrag is unique among live legs and finds the leg from a STUN check.
    pub local_ice: IceCredentials,
    pub remote_ice: IceCredentials,
    /// The peer's certificate must match one of these; never empty (RFC 8122 section 5).
    pub fingerprints: Vec<Fingerprint>,
    pub audio: AudioSpec,
    pub video: VideoSpec,
}

/// ICE credentials of one side (RFC 8445 section 5.3).
#[derive(Clone, PartialEq, Eq)]
pub struct IceCredentials {
    pub ufrag: String,
    pub pwd: String,
}

impl std::fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceCredentials").field("ufrag", &self.ufrag).finish_non_exhaustive()
    }
}

/// A certificate fingerprint from SDP (`a=fingerprint`), of a hash that we accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fingerprint {
    Sha256([u8; 32]),
    Sha384([u8; 48]),
    Sha512([u8; 64]),
}

/// The audio section of a leg.
///
/// The other party's audio reaches this leg's peer as stream A (declared in the answer, in the peer's own section)
/// and, once [`Engine::offer_sent`](crate::Engine::offer_sent) was called, as stream B (declared in the server's
/// offer, in a section of its own). Contract section 6, "Consumer audio".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioSpec {
    /// MID of the peer's audio section: what the peer sends, and stream A.
    pub mid: String,
    /// MID of the section that the server's offer adds: stream B.
    pub far_mid: Option<String>,
    /// SSRC of stream A.
    pub ssrc_a: u32,
    /// SSRC of stream B.
    pub ssrc_b: u32,
    /// Canonical name of both streams: they carry one source (RFC 3550 section 6.5.1). At most 255 bytes.
    pub cname: String,
    /// Payload type of Opus, in the numbers of this leg's offerer.
    pub opus: u8,
    pub telephone_event: Option<TelephoneEvent>,
    /// Header extension id of `urn:ietf:params:rtp-hdrext:sdes:mid`.
    pub mid_extension: Option<u8>,
    /// Header extension id of `urn:ietf:params:rtp-hdrext:ssrc-audio-level`.
    pub level_extension: Option<u8>,
    /// The peer may send audio (its direction has `send`), and its track is not muted. Otherwise it is not forwarded.
    pub sends: bool,
    /// The peer wants audio in its own section (its direction has `recv`). Without it there is no stream A; stream B has
    /// a section of its own, which the peer may decline.
    pub receives: bool,
}

/// `telephone-event` as negotiated (RFC 4733).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelephoneEvent {
    pub payload_type: u8,
    /// 48000 or 8000.
    pub clock_rate: u32,
}
