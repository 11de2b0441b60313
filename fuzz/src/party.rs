//! A party at the other end of a leg.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, DtlsCertificate, Output};
use offhook_call::{CallId, Side, TrackLabel};
use offhook_media::fuzzing::PeerSrtp;
use offhook_media::{
    AudioSpec, Fingerprint, IceCredentials, LegSpec, Remote, SrtpProfile, TelephoneEvent, VideoCodec, VideoExtensions,
    VideoFormat, VideoIn, VideoOut, VideoSpec,
};

use crate::script::Announces;

pub(crate) struct Party {
    pub(crate) call: CallId,
    pub(crate) side: Side,
    /// `None` while the leg is not open.
    pub(crate) spec: Option<LegSpec>,
    /// Of every opening of the leg another one.
    pub(crate) generation: u64,
    /// Whether the fingerprints since the opening have been the party's.
    pub(crate) announced: bool,
    dtls: Dtls,
    pub(crate) srtp: Option<PeerSrtp>,
    /// The keys came without a handshake, so there can be none.
    pub(crate) was_given_keys: bool,
    /// Datagrams of DTLS on their way to the server.
    pub(crate) outgoing: Vec<Vec<u8>>,
    /// The newest sequence by SSRC.
    newest: HashMap<u32, u64>,
}

impl Party {
    pub(crate) fn new(call: CallId, side: Side, now: Instant) -> Self {
        Self {
            call,
            side,
            spec: None,
            generation: 0,
            announced: false,
            dtls: client(now, true),
            srtp: None,
            was_given_keys: false,
            outgoing: Vec::new(),
            newest: HashMap::new(),
        }
    }

    /// The party begins with a new certificate exchange, whatever the server believes.
    pub(crate) fn begin_again(&mut self, now: Instant, is_13: bool) {
        self.dtls = client(now, is_13);
        self.srtp = None;
        self.was_given_keys = false;
        self.outgoing.clear();
    }

    pub(crate) fn opened(&mut self, number: u64, announces: Announces) -> LegSpec {
        self.generation = number;
        let spec = spec(self.call, self.side, number, announces);
        self.spec = Some(spec.clone());
        self.announced = announces != Announces::Another;
        spec
    }

    /// Names both credentials, as the party's checks do.
    pub(crate) fn username(&self) -> Option<String> {
        let spec = self.spec.as_ref()?;
        Some(format!("{}:{}", spec.local_ice.ufrag, spec.remote_ice.ufrag))
    }

    pub(crate) fn handle_time(&mut self, now: Instant) {
        if self.dtls.handle_timeout(now).is_ok() {
            self.poll();
        }
    }

    pub(crate) fn handle_dtls(&mut self, now: Instant, datagram: &[u8]) {
        if self.dtls.handle_timeout(now).and_then(|()| self.dtls.handle_packet(datagram)).is_ok() {
            self.poll();
        }
    }

    pub(crate) fn leave(&mut self) {
        if self.dtls.close().is_ok() {
            self.poll();
        }
    }

    /// The sequence of the next packet of a stream, or of one that was left out.
    pub(crate) fn next_sequence(&mut self, ssrc: u32, back: u64) -> u64 {
        let newest = self.newest.entry(ssrc).or_insert(100);
        *newest += 1;
        newest.saturating_sub(back)
    }

    fn poll(&mut self) {
        let mut buffer = [0; 4096];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(datagram) => self.outgoing.push(datagram.to_vec()),
                Output::KeyingMaterial(material, profile) => self.srtp = PeerSrtp::new(ours(profile), &material),
                Output::Timeout(_) | Output::BufferTooSmall { .. } => return,
                _ => {}
            }
        }
    }
}

/// The streams that parties send in and are told of.
pub(crate) fn stream(which: u8) -> u32 {
    const STREAMS: [u32; 12] =
        [0x5EED, CAMERA, CAMERA + 1, SCREEN, SCREEN + 1, 1, 2, SSRC_A, SSRC_B, SSRC_A + 1, 8_000, 8_001];
    STREAMS[usize::from(which) % STREAMS.len()]
}

/// A few addresses, each by UDP and by TCP.
pub(crate) fn place(which: u8) -> Remote {
    let address = SocketAddr::from(([198, 51, 100, 1 + which / 2 % ADDRESSES], 5_000));
    if which.is_multiple_of(2) { Remote::udp(address) } else { Remote::tcp(address) }
}

fn client(now: Instant, is_13: bool) -> Dtls {
    static CONFIG: OnceLock<Arc<Config>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| Arc::new(Config::builder().build().expect("a client's configuration"))).clone();
    let begin = if is_13 { Dtls::new_13 } else { Dtls::new_12 };
    let mut dtls = begin(config, certificate().clone(), now);
    dtls.set_active(true);
    dtls
}

fn certificate() -> &'static DtlsCertificate {
    static CERTIFICATE: OnceLock<DtlsCertificate> = OnceLock::new();
    CERTIFICATE.get_or_init(|| generate_self_signed_certificate().expect("a certificate"))
}

fn ours(profile: dimpl::SrtpProfile) -> SrtpProfile {
    match profile {
        dimpl::SrtpProfile::AEAD_AES_128_GCM => SrtpProfile::AeadAes128Gcm,
        dimpl::SrtpProfile::AEAD_AES_256_GCM => SrtpProfile::AeadAes256Gcm,
        _ => SrtpProfile::AesCm128HmacSha1_80,
    }
}

pub(crate) fn fingerprints(announces: Announces) -> Vec<Fingerprint> {
    let own = Fingerprint::Sha256(certificate().fingerprint().try_into().expect("SHA-256 has 32 bytes"));
    let another = Fingerprint::Sha256([7; 32]);
    match announces {
        Announces::Own => vec![own],
        Announces::OwnAndAnother => vec![another, own],
        Announces::Another => vec![another],
    }
}

fn spec(call: CallId, side: Side, number: u64, announces: Announces) -> LegSpec {
    let of_side = side as u8;
    LegSpec {
        local_ice: IceCredentials { ufrag: format!("ours{number}"), pwd: format!("{number:022}") },
        remote_ice: IceCredentials { ufrag: "theirs".into(), pwd: "password-of-the-peer-22".into() },
        fingerprints: fingerprints(announces),
        audio: AudioSpec {
            mid: "mic".into(),
            far_mid: Some("far".into()),
            ssrc_a: SSRC_A,
            ssrc_b: SSRC_B,
            cname: "name".into(),
            opus: 96 + of_side,
            telephone_event: Some(TelephoneEvent {
                payload_type: 104,
                clock_rate: if side == Side::Business { 8_000 } else { 48_000 },
            }),
            mid_extension: (call.0[0] == 0).then_some(MID_EXTENSION),
            level_extension: Some(9),
            sends: true,
            receives: true,
        },
        video: video(true),
    }
}

/// A camera and a screen, both ways.
pub(crate) fn video(on: bool) -> VideoSpec {
    let formats = || {
        let format = |codec, payload_type| VideoFormat { codec, payload_type, rtx: Some(payload_type + 1) };
        vec![format(VideoCodec::Vp8, 100), format(VideoCodec::Av1 { profile: 0 }, 102)]
    };
    let tracks = [(TrackLabel::DefaultVideo, "cam", CAMERA), (TrackLabel::ScreenVideo, "scr", SCREEN)];
    let incoming = |(label, mid, ssrc): (TrackLabel, &str, u32)| VideoIn {
        label,
        mid: mid.to_owned(),
        ssrcs: vec![ssrc],
        rtx_ssrcs: vec![ssrc + 1],
        formats: formats(),
        on,
    };
    let outgoing = |(label, mid, ssrc): (TrackLabel, &str, u32)| VideoOut {
        label,
        mid: format!("far-{mid}"),
        ssrc: ssrc + 1_000,
        rtx_ssrc: Some(ssrc + 1_001),
        formats: formats(),
        on,
    };
    VideoSpec {
        incoming: tracks.map(incoming).into(),
        outgoing: tracks.map(outgoing).into(),
        extensions: VideoExtensions { mid: Some(MID_EXTENSION), transport_wide_cc: Some(2), ..Default::default() },
    }
}

pub(crate) const MIDS: [&[u8]; 6] = [b"mic", b"cam", b"scr", b"far", b"far-cam", b"nowhere"];
pub(crate) const MID_EXTENSION: u8 = 4;
const ADDRESSES: u8 = 4;
const CAMERA: u32 = 7_000;
const SCREEN: u32 = 7_010;
const SSRC_A: u32 = 100;
const SSRC_B: u32 = 200;
