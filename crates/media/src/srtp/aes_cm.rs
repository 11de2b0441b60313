//! AES128_CM_HMAC_SHA1_80: AES in counter mode and a truncated HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1).

use aes::Aes128Enc;
use ctr::Ctr128BE;
use ctr::cipher::{InnerIvInit, KeyInit, StreamCipher, StreamCipherCoreWrapper};
use hmac::{Hmac, Mac};
use sha1::Sha1;

use super::OpenError;
use super::context::{ENCRYPTED_FLAG, RTCP_INDEX_LEN, rtcp_parts};
use super::keys::{Labels, MasterKey};
use crate::{rtcp, rtp};

/// Expanded session keys: the AES key schedule, the HMAC state after its key block, and the salt.
pub(super) struct AesCm {
    aes: Aes128Enc,
    hmac: Hmac<Sha1>,
    salt: [u8; 14],
}

impl AesCm {
    pub(super) fn new(master: &MasterKey, labels: Labels) -> Self {
        let auth: [u8; 20] = master.derive(labels.authentication);
        Self {
            aes: Aes128Enc::new(&master.derive(labels.encryption).into()),
            hmac: Hmac::new_from_slice(&auth).expect("HMAC takes keys of any length"),
            salt: master.derive(labels.salt),
        }
    }

    /// Layout: header | payload (encrypted) | tag over both and the rollover counter.
    pub(super) fn seal_rtp(&self, extended_sequence: u64, header_len: usize, out: &mut Vec<u8>, start: usize) {
        let (header, payload) = out[start..].split_at_mut(header_len);
        self.apply_keystream(rtp::ssrc(header), extended_sequence, payload);
        let tag = self.mac(&out[start..], &rollover_counter(extended_sequence)).finalize().into_bytes();
        out.extend_from_slice(&tag[..TAG_LEN]);
    }

    /// Returns where the payload ends.
    pub(super) fn open_rtp(
        &self,
        header: &rtp::Header,
        extended_sequence: u64,
        packet: &mut [u8],
    ) -> Result<usize, OpenError> {
        let end = packet.len().checked_sub(TAG_LEN).filter(|&end| end >= header.len()).ok_or(OpenError::Truncated)?;
        let (covered, tag) = packet.split_at_mut(end);
        self.verify(covered, &rollover_counter(extended_sequence), tag)?;
        self.apply_keystream(header.ssrc, extended_sequence, &mut covered[header.len()..]);
        Ok(end)
    }

    /// Layout: header | rest of the compound packet (encrypted) | E flag and index | tag over all of it.
    pub(super) fn seal_rtcp(&self, index: u32, out: &mut Vec<u8>, start: usize) {
        let (header, rest) = rtcp_parts(&mut out[start..]);
        self.apply_keystream(rtcp::header_sender(header), u64::from(index), rest);
        out.extend_from_slice(&(ENCRYPTED_FLAG | index).to_be_bytes());
        let tag = self.mac(&out[start..], &[]).finalize().into_bytes();
        out.extend_from_slice(&tag[..TAG_LEN]);
    }

    /// The E flag and the index stand at `index_at`. Returns the length of the compound packet.
    pub(super) fn open_rtcp(&self, index: u32, packet: &mut [u8], index_at: usize) -> Result<usize, OpenError> {
        let (covered, tag) = packet.split_at_mut(index_at + RTCP_INDEX_LEN);
        self.verify(covered, &[], tag)?;
        let (header, rest) = rtcp_parts(&mut covered[..index_at]);
        self.apply_keystream(rtcp::header_sender(header), u64::from(index), rest);
        Ok(index_at)
    }

    fn verify(&self, covered: &[u8], suffix: &[u8], tag: &[u8]) -> Result<(), OpenError> {
        self.mac(covered, suffix).verify_truncated_left(tag).map_err(|_| OpenError::NotAuthentic)
    }

    fn mac(&self, covered: &[u8], suffix: &[u8]) -> Hmac<Sha1> {
        self.hmac.clone().chain_update(covered).chain_update(suffix)
    }

    /// The counter block is the salt, SSRC and 48-bit index, each at its place (RFC 3711 section 4.1.1). The same
    /// layout serves RTCP.
    fn apply_keystream(&self, ssrc: u32, index: u64, data: &mut [u8]) {
        let mut salt = [0; 16];
        salt[..14].copy_from_slice(&self.salt);
        let iv = u128::from_be_bytes(salt) ^ u128::from(ssrc) << 64 ^ u128::from(index) << 16;
        let core = InnerIvInit::inner_iv_init(&self.aes, &iv.to_be_bytes().into());
        let mut keystream: Ctr128BE<&Aes128Enc> = StreamCipherCoreWrapper::from_core(core);
        keystream.apply_keystream(data);
    }
}

/// The upper 32 bits of the extended sequence number; the MAC covers them though they are not sent.
fn rollover_counter(extended_sequence: u64) -> [u8; 4] {
    ((extended_sequence >> 16) as u32).to_be_bytes()
}

pub(super) const TAG_LEN: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::hex::bytes;
    use crate::srtp::{MasterKey, Profile};

    /// Master key and salt of RFC 3711 appendix B.3; the packets are libsrtp's known answers.
    fn master() -> MasterKey {
        let material = bytes("E1F97A0D3E018BE0D64FA32C06DE4139").repeat(2);
        let salts = bytes("0EC675AD498AFEEBB6960B3AABE6").repeat(2);
        let (client, _) =
            MasterKey::pair_from_dtls(Profile::AesCm128HmacSha1_80, &[material, salts].concat()).expect("60 bytes");
        client
    }

    #[test]
    fn rtp_matches_the_known_answer() {
        let header = "800F1234 DECAFBAD CAFEBABE";
        let payload = "AB".repeat(16);
        let mut packet = bytes(&[header, &payload].concat());
        let session = AesCm::new(&master(), Labels::RTP);
        session.seal_rtp(0x1234, 12, &mut packet, 0);
        assert_eq!(packet, bytes(&[header, "4E55DC4C E79978D8 8CA4D215 949D2402 B78D6ACC 99EA179B 8DBB"].concat()));

        let parsed = rtp::Header::parse(&packet).expect("an RTP packet");
        let end = session.open_rtp(&parsed, 0x1234, &mut packet).expect("authentic");
        assert_eq!(packet[12..end], bytes(&payload));
    }

    #[test]
    fn rtcp_matches_the_known_answer() {
        let header = "81C8000B CAFEBABE";
        let rest = "AB".repeat(16);
        let mut packet = bytes(&[header, &rest].concat());
        let session = AesCm::new(&master(), Labels::RTCP);
        session.seal_rtcp(1, &mut packet, 0);
        let sealed = "7128035B E487B9BD BEF89041 F977A5A8 80000001 993E08CD 54D6C123 0798";
        assert_eq!(packet, bytes(&[header, sealed].concat()));

        let len = session.open_rtcp(1, &mut packet, 24).expect("authentic");
        assert_eq!(packet[..len], bytes(&[header, &rest].concat()));
    }
}
