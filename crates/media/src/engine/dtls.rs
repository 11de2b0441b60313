//! A leg's DTLS association, of which we are the server (RFC 5763, RFC 5764).

use std::time::Instant;

use dimpl::{Dtls, Output, ProtocolVersion};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::config::EngineConfig;
use super::event::{DtlsVersion, Lost};
use super::flight;
use super::transmits::{Route, Transmits};
use crate::leg::Fingerprint;
use crate::srtp::{MasterKey, Profile};

/// How far a leg's association has come.
pub(super) enum Link {
    /// Nothing came yet.
    Waiting,
    /// No keys yet.
    Handshaking(Box<Association>),
    Secured(Box<Secured>),
    /// The handshake failed. Nothing is opened or sent any more.
    Over,
}

/// Keys to receive and send with.
pub(super) struct Secured {
    pub(super) open: crate::srtp::OpenContext,
    pub(super) seal: crate::srtp::SealContext,
    /// Kept to answer a peer that missed our last flight, and to hear its close_notify. `None` after that or an error:
    /// media does not need the association any more, so it goes on without.
    pub(super) association: Option<Box<Association>>,
}

pub(super) struct Association {
    dtls: Dtls,
    connected: bool,
    verified: bool,
    closed: bool,
    /// Flights that went out again because no answer came in time.
    repeated: u32,
    keys: Option<(Profile, MasterKey, MasterKey)>,
}

impl Link {
    pub(super) fn association(&mut self) -> Option<&mut Association> {
        match self {
            Self::Handshaking(association) => Some(association),
            Self::Secured(secured) => secured.association.as_deref_mut(),
            Self::Waiting | Self::Over => None,
        }
    }

    /// The association that a datagram is for, which begins with the first one.
    pub(super) fn association_for(
        &mut self,
        datagram: &[u8],
        now: Instant,
        config: &EngineConfig,
    ) -> Option<&mut Association> {
        if matches!(self, Self::Waiting) {
            *self = Self::Handshaking(Box::new(Association::begin(datagram, now, config)));
        }
        self.association()
    }
}

/// What a datagram or a time-out led to.
pub(super) enum Step {
    Nothing,
    /// The handshake is done.
    Secured {
        version: DtlsVersion,
        profile: Profile,
        peer: MasterKey,
        ours: MasterKey,
    },
    Closed,
    Failed(Lost),
}

impl Association {
    /// A server that can speak both versions costs a handshake with the older one a tenth more.
    fn begin(first: &[u8], now: Instant, config: &EngineConfig) -> Self {
        let (settings, certificate) = (config.dtls.0.clone(), config.certificate.clone());
        let dtls = match flight::is_hello_before_1_3(first) {
            true => Dtls::new_12(settings, certificate, now),
            false => Dtls::new_auto(settings, certificate, now),
        };
        Self { dtls, connected: false, verified: false, closed: false, repeated: 0, keys: None }
    }

    /// Takes what came and sends what is due. Also returns when [`Self::timeout`] is.
    ///
    /// Bytes that are no valid record are dropped inside; an error means that the association is of no more use.
    pub(super) fn receive(
        &mut self,
        now: Instant,
        datagram: &[u8],
        peer: (&[Fingerprint], Option<Route>),
        out: &mut Transmits,
    ) -> (Step, Option<Instant>) {
        let received = self.dtls.handle_timeout(now).and_then(|()| self.dtls.handle_packet(datagram));
        self.proceed(received, peer, out)
    }

    pub(super) fn timeout(
        &mut self,
        now: Instant,
        peer: (&[Fingerprint], Option<Route>),
        out: &mut Transmits,
    ) -> (Step, Option<Instant>) {
        let handled = self.dtls.handle_timeout(now);
        let sent_before = out.len();
        let proceeded = self.proceed(handled, peer, out);
        self.repeated += u32::from(out.len() > sent_before);
        proceeded
    }

    /// Sends close_notify, if the handshake is done.
    pub(super) fn close(&mut self, route: Route, out: &mut Transmits) {
        // What is left unsent or comes from here on concerns nobody any more.
        if self.dtls.close().is_ok() {
            let _ = self.drain((&[], Some(route)), out);
        }
    }

    /// Sends what is left to send even after an error: it may be the alert that tells the peer.
    fn proceed(
        &mut self,
        handled: Result<(), dimpl::Error>,
        peer: (&[Fingerprint], Option<Route>),
        out: &mut Transmits,
    ) -> (Step, Option<Instant>) {
        match (self.drain(peer, out), handled) {
            (Err(lost), _) => (Step::Failed(lost), None),
            (Ok(_), Err(error)) => {
                tracing::debug!(%error, "DTLS association failed");
                (Step::Failed(Lost::HandshakeFailed), None)
            }
            (Ok(at), Ok(())) => (self.step(), Some(at)),
        }
    }

    fn drain(
        &mut self,
        (fingerprints, route): (&[Fingerprint], Option<Route>),
        out: &mut Transmits,
    ) -> Result<Instant, Lost> {
        let mut buffer = [0; OUTPUT_LEN_MAX];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(datagram) => match route {
                    Some(route) if self.repeated >= REPEATED_WHOLE => {
                        flight::cut(datagram).for_each(|part| out.push_bytes(route, part));
                    }
                    Some(route) => out.push_bytes(route, datagram),
                    None => {}
                },
                Output::PeerCert(certificate) => {
                    if !matches_any(certificate, fingerprints) {
                        return Err(Lost::FingerprintMismatch);
                    }
                    self.verified = true;
                }
                Output::KeyingMaterial(material, profile) => self.keys = Some(keys(&material, profile)?),
                Output::Connected => self.connected = true,
                Output::CloseNotify => self.closed = true,
                Output::Timeout(at) => return Ok(at),
                Output::BufferTooSmall { .. } => return Err(Lost::HandshakeFailed),
                // No data channel is ever negotiated.
                _ => {}
            }
        }
    }

    fn step(&mut self) -> Step {
        if self.closed {
            return Step::Closed;
        }
        if !self.connected {
            return Step::Nothing;
        }
        match self.keys.take() {
            Some((profile, peer, ours)) if self.verified => {
                let version = match self.dtls.protocol_version() {
                    Some(ProtocolVersion::DTLS1_3) => DtlsVersion::V1_3,
                    _ => DtlsVersion::V1_2,
                };
                Step::Secured { version, profile, peer, ours }
            }
            Some(_) | None => Step::Nothing,
        }
    }
}

fn keys(material: &[u8], profile: dimpl::SrtpProfile) -> Result<(Profile, MasterKey, MasterKey), Lost> {
    let profile = match profile {
        dimpl::SrtpProfile::AEAD_AES_128_GCM => Profile::AeadAes128Gcm,
        dimpl::SrtpProfile::AEAD_AES_256_GCM => Profile::AeadAes256Gcm,
        dimpl::SrtpProfile::AES128_CM_SHA1_80 => Profile::AesCm128HmacSha1_80,
        _ => return Err(Lost::HandshakeFailed),
    };
    let (peer, ours) = MasterKey::pair_from_dtls(profile, material).map_err(|_| Lost::HandshakeFailed)?;
    Ok((profile, peer, ours))
}

/// One match is enough (RFC 8122 section 5).
fn matches_any(certificate: &[u8], fingerprints: &[Fingerprint]) -> bool {
    fingerprints.iter().any(|fingerprint| match fingerprint {
        Fingerprint::Sha256(hash) => Sha256::digest(certificate)[..] == hash[..],
        Fingerprint::Sha384(hash) => Sha384::digest(certificate)[..] == hash[..],
        Fingerprint::Sha512(hash) => Sha512::digest(certificate)[..] == hash[..],
    })
}

/// A flight that was lost as often was hardly lost by chance: from then on it is cut.
const REPEATED_WHOLE: u32 = 1;
/// A certificate is the longest output. Self-signed ones with RSA keys of 4096 bits have less than 2 KB.
const OUTPUT_LEN_MAX: usize = 4096;
