//! AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714).

use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, Tag, UnboundKey};

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
    /// Keys of AES-128.
    pub(super) fn new_128(master: &MasterKey, labels: Labels) -> Self {
        Self::from_session(&AES_128_GCM, &master.derive::<16>(labels.encryption), master.derive(labels.salt))
    }

    /// Keys of AES-256.
    pub(super) fn new_256(master: &MasterKey, labels: Labels) -> Self {
        Self::from_session(&AES_256_GCM, &master.derive::<32>(labels.encryption), master.derive(labels.salt))
    }

    fn from_session(algorithm: &'static Algorithm, key: &[u8], salt: [u8; NONCE_LEN]) -> Self {
        let key = UnboundKey::new(algorithm, key).expect("the caller passes a key of the algorithm's length");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::hex::bytes;

    /// RFC 7714 sections 16.1.1 and 16.2.1.
    #[test]
    fn rtp_matches_the_rfc() {
        let header = "8040F17B 8041F8D3 5501A0B2";
        let payload = "47616C6C 69612065 7374206F 6D6E6973 20646976 69736120 696E2070 61727465 73207472 6573";
        for (session, sealed) in [
            (
                session(&AES_128_GCM),
                "F24DE3A3 FB34DE6C ACBA861C 9D7E4BCA BE633BD5 0D294E6F 42A5F47A 51C7D19B 36DE3ADF 8833
                 899D7F27 BEB16A91 52CF765E E4390CCE",
            ),
            (
                session(&AES_256_GCM),
                "32B1DE78 A822FE12 EF9F78FA 332E33AA B1801238 9A58E2F3 B50B2A02 76FFAE0F 1BA63799 B87B
                 7AA3DB36 DFFFD6B0 F9BB7878 D7A76C13",
            ),
        ] {
            let mut packet = bytes(&[header, payload].concat());
            session.seal_rtp(0xF17B, 12, &mut packet, 0);
            assert_eq!(packet, bytes(&[header, sealed].concat()));

            let parsed = rtp::Header::parse(&packet).expect("a packet of the RFC");
            let end = session.open_rtp(&parsed, 0xF17B, &mut packet).expect("authentic");
            assert_eq!(packet[12..end], bytes(payload));
        }
    }

    /// RFC 7714 section 17.1.
    #[test]
    fn rtcp_matches_the_rfc() {
        let header = "81C8000D 4D617273";
        let rest = "4E545031 4E545032 52545020 0000042A 0000E930 4C756E61 DEADBEEF DEADBEEF DEADBEEF DEADBEEF DEADBEEF";
        let sealed =
            "63E94885 DCDAB67C A727D766 2F6B7E99 7FF5C0F7 6C06F32D C676A5F1 730D6FDA 4CE09B46 86303DED 0BB9275B
                      C84AA458 96CF4D2F C5ABF872 45D9EADE 800005D4";
        let mut packet = bytes(&[header, rest].concat());
        session(&AES_128_GCM).seal_rtcp(0x5D4, &mut packet, 0);
        assert_eq!(packet, bytes(&[header, sealed].concat()));

        let index_at = packet.len() - RTCP_INDEX_LEN;
        let len = session(&AES_128_GCM).open_rtcp(0x5D4, &mut packet, index_at).expect("authentic");
        assert_eq!(packet[..len], bytes(&[header, rest].concat()));
    }

    fn session(algorithm: &'static Algorithm) -> Gcm {
        let key: Vec<u8> = (0..algorithm.key_len() as u8).collect();
        Gcm::from_session(algorithm, &key, *b"Quid pro quo")
    }
}
