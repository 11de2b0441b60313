//! AEAD_AES_128_GCM (RFC 7714).

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, Tag, UnboundKey};

use super::OpenError;
use super::context::{ENCRYPTED_FLAG, RTCP_INDEX_LEN, rtcp_parts};
use super::keys::{Labels, MasterKey};
use crate::{rtcp, rtp};

/// Session key and salt. `ring` keeps the expanded key inline.
pub(super) struct Gcm {
    key: LessSafeKey,
    salt: [u8; NONCE_LEN],
}

impl Gcm {
    pub(super) fn new(master: &MasterKey, labels: Labels) -> Self {
        Self::from_session(master.derive(labels.encryption), master.derive(labels.salt))
    }

    pub(super) fn from_session(key: [u8; 16], salt: [u8; NONCE_LEN]) -> Self {
        let key = UnboundKey::new(&AES_128_GCM, &key).expect("16 bytes are a key of AES-128");
        Self { key: LessSafeKey::new(key), salt }
    }

    /// Layout: header (authenticated) | payload (encrypted) | tag.
    pub(super) fn seal_rtp(&self, extended_sequence: u64, header_len: usize, out: &mut Vec<u8>, start: usize) {
        let (header, payload) = out[start..].split_at_mut(header_len);
        let nonce = self.nonce(rtp::ssrc(header), extended_sequence);
        let tag = self.seal(nonce, header, payload);
        out.extend_from_slice(tag.as_ref());
    }

    /// Returns where the payload ends.
    pub(super) fn open_rtp(
        &self,
        header: &rtp::Header,
        extended_sequence: u64,
        packet: &mut [u8],
    ) -> Result<usize, OpenError> {
        let end = packet.len().checked_sub(TAG_LEN).filter(|&end| end >= header.len()).ok_or(OpenError::Truncated)?;
        let nonce = self.nonce(header.ssrc, extended_sequence);
        let (authenticated, sealed) = packet.split_at_mut(header.len());
        self.open(nonce, authenticated, sealed)?;
        Ok(end)
    }

    /// Layout: header | rest of the compound packet (encrypted) | tag | E flag and index (RFC 7714 section 9.2).
    pub(super) fn seal_rtcp(&self, index: u32, out: &mut Vec<u8>, start: usize) {
        let word = (ENCRYPTED_FLAG | index).to_be_bytes();
        let (header, rest) = rtcp_parts(&mut out[start..]);
        let nonce = self.nonce(rtcp::header_sender(header), u64::from(index));
        let tag = self.seal(nonce, &rtcp_aad(header, word), rest);
        out.extend_from_slice(tag.as_ref());
        out.extend_from_slice(&word);
    }

    /// The E flag and the index stand at `index_at`. Returns the length of the compound packet.
    pub(super) fn open_rtcp(&self, index: u32, packet: &mut [u8], index_at: usize) -> Result<usize, OpenError> {
        let word = (ENCRYPTED_FLAG | index).to_be_bytes();
        let (header, sealed) = rtcp_parts(&mut packet[..index_at]);
        let end = index_at.checked_sub(TAG_LEN).filter(|&end| end >= rtcp::HEADER_LEN).ok_or(OpenError::Truncated)?;
        let nonce = self.nonce(rtcp::header_sender(header), u64::from(index));
        self.open(nonce, &rtcp_aad(header, word), sealed)?;
        Ok(end)
    }

    fn seal(&self, nonce: Nonce, aad: &[u8], plaintext: &mut [u8]) -> Tag {
        self.key
            .seal_in_place_separate_tag(nonce, Aad::from(aad), plaintext)
            .expect("a packet is shorter than the 64 GiB that AES-GCM can seal")
    }

    fn open(&self, nonce: Nonce, aad: &[u8], sealed: &mut [u8]) -> Result<(), OpenError> {
        match self.key.open_in_place(nonce, Aad::from(aad), sealed) {
            Ok(_) => Ok(()),
            Err(ring::error::Unspecified) => Err(OpenError::NotAuthentic),
        }
    }

    /// Two zero bytes, SSRC and a 48-bit index, whitened by the salt. The same layout serves RTP, where the index is
    /// rollover counter and sequence number, and RTCP (RFC 7714 sections 8.1 and 9.1).
    fn nonce(&self, ssrc: u32, index: u64) -> Nonce {
        let mut nonce = self.salt;
        let counter = u128::from(ssrc) << 48 | u128::from(index);
        for (byte, mask) in nonce.iter_mut().zip(&counter.to_be_bytes()[4..]) {
            *byte ^= mask;
        }
        Nonce::assume_unique_for_key(nonce)
    }
}

/// RFC 7714 section 9.2: the RTCP header and, though it travels after the ciphertext, the index word.
fn rtcp_aad(header: &[u8; rtcp::HEADER_LEN], word: [u8; RTCP_INDEX_LEN]) -> [u8; rtcp::HEADER_LEN + RTCP_INDEX_LEN] {
    let mut aad = [0; rtcp::HEADER_LEN + RTCP_INDEX_LEN];
    aad[..rtcp::HEADER_LEN].copy_from_slice(header);
    aad[rtcp::HEADER_LEN..].copy_from_slice(&word);
    aad
}

pub(super) const TAG_LEN: usize = 16;
const NONCE_LEN: usize = 12;
