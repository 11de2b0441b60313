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
