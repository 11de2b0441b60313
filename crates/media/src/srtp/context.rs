//! The two directions of a leg.

use std::ops::Range;

use super::aes_cm::{self, AesCm};
use super::gcm::Gcm;
use super::keys::{Labels, MasterKey, Profile};
use super::{ReplayWindow, StreamIndex};
use crate::foresight::foresee;
use crate::{rtcp, rtp};

/// Opens what one peer sends.
#[repr(C, align(64))]
pub(crate) struct OpenContext {
    /// Apart, because RTCP is rare and would push RTP out of the cache.
    rtcp: Box<Cipher>,
    rtp: Cipher,
}

/// Seals what one peer receives.
#[repr(C, align(64))]
pub(crate) struct SealContext {
    rtcp: Box<RtcpSeal>,
    rtp: Cipher,
}

/// Sealing RTCP: one index for all SSRCs of the leg, so it never repeats for any of them.
struct RtcpSeal {
    cipher: Cipher,
    next_index: u32,
}

/// The transform with the session keys of RTP or of RTCP.
#[expect(clippy::large_enum_variant, reason = "inline keys save a cache miss a packet; nearly all legs use GCM")]
enum Cipher {
    Gcm(Gcm),
    AesCm(AesCm),
}

/// An authentic RTP packet, decrypted in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Rollover counter and sequence number, 48 bits.
    pub(crate) extended_sequence: u64,
    /// The payload's place in the packet, RTP padding included.
    pub(crate) payload: Range<usize>,
}

/// Why a received packet is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("packet too short")]
    Truncated,
    #[error("packet received before")]
    Replayed,
    #[error("packet older than the replay window")]
    TooOld,
    #[error("packet not authentic")]
    NotAuthentic,
    /// Both profiles encrypt RTCP; a packet without the E flag is not of the profile.
    #[error("RTCP packet not encrypted")]
    NotEncrypted,
}

/// Why a packet cannot be sent: the keys are used up and the leg needs new ones (RFC 3711 section 9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("packet index exhausted")]
pub(crate) struct SealError;

impl OpenContext {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self { rtp: Cipher::new(master, Labels::RTP), rtcp: Box::new(Cipher::new(master, Labels::RTCP)) }
    }

    /// Asks for the keys of RTP before they are needed.
    pub(crate) fn foresee(&self) {
        foresee(&self.rtcp, size_of::<Self>());
    }

    /// Authenticates and decrypts `packet` in place; `header` is what [`rtp::Header::parse`] read from it.
    ///
    /// `index` is that of the header's SSRC, or a new one. It changes only on success. On failure the payload's
    /// bytes are lost.
    pub(crate) fn open_rtp(
        &self,
        index: &mut StreamIndex,
        header: &rtp::Header,
        packet: &mut [u8],
    ) -> Result<Opened, OpenError> {
        let extended_sequence = index.estimate(header.sequence)?;
        index.window().check(extended_sequence)?;
        let end = match &self.rtp {
            Cipher::Gcm(gcm) => gcm.open_rtp(header, extended_sequence, packet),
            Cipher::AesCm(aes_cm) => aes_cm.open_rtp(header, extended_sequence, packet),
        }?;
        index.window_mut().accept(extended_sequence);
        Ok(Opened { extended_sequence, payload: header.len()..end })
    }

    /// Authenticates and decrypts an SRTCP packet in place and returns the length of the compound packet, which
    /// begins where `packet` begins.
    ///
    /// `window` is that of the packet's sender ([`rtcp::sender`](crate::rtcp::sender)), or a new one. It changes only
    /// on success.
    pub(crate) fn open_rtcp(&self, window: &mut ReplayWindow, packet: &mut [u8]) -> Result<usize, OpenError> {
        let index_at = packet.len().checked_sub(self.rtcp.rtcp_index_from_end()).ok_or(OpenError::Truncated)?;
        if index_at < rtcp::HEADER_LEN {
            return Err(OpenError::Truncated);
        }
        let word = packet[index_at..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
        if word & ENCRYPTED_FLAG == 0 {
            return Err(OpenError::NotEncrypted);
        }
        let index = word & !ENCRYPTED_FLAG;
        window.check(u64::from(index))?;
        let len = match &*self.rtcp {
            Cipher::Gcm(gcm) => gcm.open_rtcp(index, packet, index_at),
            Cipher::AesCm(aes_cm) => aes_cm.open_rtcp(index, packet, index_at),
        }?;
        window.accept(u64::from(index));
        Ok(len)
    }
}

impl SealContext {
    pub(crate) fn new(master: &MasterKey) -> Self {
        let rtcp = RtcpSeal { cipher: Cipher::new(master, Labels::RTCP), next_index: 0 };
        Self { rtp: Cipher::new(master, Labels::RTP), rtcp: Box::new(rtcp) }
    }

    /// Asks for the keys of RTP before they are needed.
    pub(crate) fn foresee(&self) {
        foresee(&self.rtcp, size_of::<Self>());
    }

    /// Encrypts the RTP packet `out[start..]`, whose header has `header_len` bytes, in place and appends its tag.
    ///
    /// The lower 16 bits of `extended_sequence` are the header's sequence number. The caller never seals two packets
    /// with the same SSRC and extended sequence: that would give away both.
    pub(crate) fn seal_rtp(
        &self,
        extended_sequence: u64,
        header_len: usize,
        out: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), SealError> {
        if extended_sequence > EXTENDED_SEQUENCE_MAX {
            return Err(SealError);
        }
        match &self.rtp {
            Cipher::Gcm(gcm) => gcm.seal_rtp(extended_sequence, header_len, out, start),
            Cipher::AesCm(aes_cm) => aes_cm.seal_rtp(extended_sequence, header_len, out, start),
        }
        Ok(())
    }

    /// Encrypts the compound RTCP packet `out[start..]` in place and appends index and tag.
    /// It begins with a whole RTCP header (8 bytes).
    pub(crate) fn seal_rtcp(&mut self, out: &mut Vec<u8>, start: usize) -> Result<(), SealError> {
        let index = self.rtcp.next_index;
        if index & ENCRYPTED_FLAG != 0 {
            return Err(SealError);
        }
        match &self.rtcp.cipher {
            Cipher::Gcm(gcm) => gcm.seal_rtcp(index, out, start),
            Cipher::AesCm(aes_cm) => aes_cm.seal_rtcp(index, out, start),
        }
        self.rtcp.next_index = index + 1;
        Ok(())
    }
}

impl Cipher {
    fn new(master: &MasterKey, labels: Labels) -> Self {
        match master.profile() {
            Profile::AeadAes128Gcm => Self::Gcm(Gcm::new_128(master, labels)),
            Profile::AeadAes256Gcm => Self::Gcm(Gcm::new_256(master, labels)),
            Profile::AesCm128HmacSha1_80 => Self::AesCm(AesCm::new(master, labels)),
        }
    }

    /// How far from the packet's end the E flag and the SRTCP index stand.
    fn rtcp_index_from_end(&self) -> usize {
        match self {
            Self::Gcm(_) => RTCP_INDEX_LEN,
            Self::AesCm(_) => RTCP_INDEX_LEN + aes_cm::TAG_LEN,
        }
    }
}

/// The part of a compound packet that stays readable and the part that is encrypted.
pub(super) fn rtcp_parts(packet: &mut [u8]) -> (&mut [u8; rtcp::HEADER_LEN], &mut [u8]) {
    packet.split_first_chunk_mut().expect("RTCP is opened and sealed only with a whole header")
}

/// Set in the SRTCP index word of an encrypted packet (RFC 3711 section 3.4).
pub(super) const ENCRYPTED_FLAG: u32 = 1 << 31;
pub(super) const RTCP_INDEX_LEN: usize = 4;
const EXTENDED_SEQUENCE_MAX: u64 = (1 << 48) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rtcp_indices_rise_and_are_never_used_twice() {
        let (master, _) = MasterKey::pair_from_dtls(Profile::AeadAes128Gcm, &[1; 56]).expect("56 bytes");
        let mut seal = SealContext::new(&master);
        let mut words = Vec::new();
        for next_index in [0, 1, ENCRYPTED_FLAG - 1] {
            seal.rtcp.next_index = next_index;
            let mut packet = vec![0; rtcp::HEADER_LEN];
            seal.seal_rtcp(&mut packet, 0).expect("index in range");
            words.push(*packet.last_chunk::<4>().expect("ends with the index"));
        }
        assert_eq!(words, [[0x80, 0, 0, 0], [0x80, 0, 0, 1], [0xFF; 4]]);
        assert_eq!(seal.seal_rtcp(&mut vec![0; rtcp::HEADER_LEN], 0), Err(SealError));
    }
}
