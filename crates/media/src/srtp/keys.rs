//! Master keys from DTLS and the session keys derived from them.

use aes::Aes128;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};

/// A protection profile (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    AeadAes128Gcm,
    AesCm128HmacSha1_80,
}

/// The keying material has not the length of its profile: two keys and two salts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("SRTP keying material of {actual} bytes, the profile needs {expected}")]
pub(crate) struct KeyingError {
    expected: usize,
    actual: usize,
}

/// Master key and salt of one direction. The 96-bit salts of AES-GCM are followed by zeros (RFC 7714 section 11).
#[derive(Clone)]
pub(crate) struct MasterKey {
    profile: Profile,
    key: [u8; KEY_LEN],
    salt: [u8; SALT_LEN_MAX],
}

/// What a session key is for (RFC 3711 section 4.3.1, table of labels).
#[derive(Debug, Clone, Copy)]
pub(super) enum Label {
    RtpEncryption = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpEncryption = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

/// The three labels of the session keys that protect RTP, or RTCP.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    pub(super) encryption: Label,
    pub(super) authentication: Label,
    pub(super) salt: Label,
}

impl Profile {
    /// Bytes to export from DTLS.
    pub(crate) fn keying_material_len(self) -> usize {
        2 * (KEY_LEN + self.salt_len())
    }

    fn salt_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm => 12,
            Self::AesCm128HmacSha1_80 => SALT_LEN_MAX,
        }
    }
}

impl MasterKey {
    /// The keys that the DTLS client and the DTLS server write with, in this order.
    ///
    /// `material` is the export for "EXTRACTOR-dtls_srtp": client key, server key, client salt, server salt
    /// (RFC 5764 section 4.2).
    pub(crate) fn pair_from_dtls(profile: Profile, material: &[u8]) -> Result<(Self, Self), KeyingError> {
        let expected = profile.keying_material_len();
        if material.len() != expected {
            return Err(KeyingError { expected, actual: material.len() });
        }
        let (keys, salts) = material.split_at(2 * KEY_LEN);
        let (client_key, server_key) = keys.split_at(KEY_LEN);
        let (client_salt, server_salt) = salts.split_at(profile.salt_len());
        Ok((Self::new(profile, client_key, client_salt), Self::new(profile, server_key, server_salt)))
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile
    }

    /// A session key of `N` bytes: the AES-CM PRF with a key derivation rate of zero (RFC 3711 section 4.3).
    pub(super) fn derive<const N: usize>(&self, label: Label) -> [u8; N] {
        let mut iv = [0; 16];
        iv[..SALT_LEN_MAX].copy_from_slice(&self.salt);
        iv[LABEL_AT] ^= label as u8;
        let mut session_key = [0; N];
        Ctr128BE::<Aes128>::new(&self.key.into(), &iv.into()).apply_keystream(&mut session_key);
        session_key
    }

    fn new(profile: Profile, key: &[u8], salt: &[u8]) -> Self {
        let mut master = Self { profile, key: [0; KEY_LEN], salt: [0; SALT_LEN_MAX] };
        master.key.copy_from_slice(key);
        master.salt[..salt.len()].copy_from_slice(salt);
        master
    }
}

impl Labels {
    pub(super) const RTP: Self =
        Self { encryption: Label::RtpEncryption, authentication: Label::RtpAuthentication, salt: Label::RtpSalt };
    pub(super) const RTCP: Self =
        Self { encryption: Label::RtcpEncryption, authentication: Label::RtcpAuthentication, salt: Label::RtcpSalt };
}

/// AES-128, in both profiles.
const KEY_LEN: usize = 16;
const SALT_LEN_MAX: usize = 14;
/// The label's byte in the PRF's input: 48 zero bits of `index DIV kdr` and the 16-bit block counter follow it.
const LABEL_AT: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3711 appendix B.3.
    #[test]
    fn session_keys_match_the_rfc() {
        let key = 0xE1F9_7A0D_3E01_8BE0_D64F_A32C_06DE_4139_u128.to_be_bytes();
        let salt = [0x0E, 0xC6, 0x75, 0xAD, 0x49, 0x8A, 0xFE, 0xEB, 0xB6, 0x96, 0x0B, 0x3A, 0xAB, 0xE6];
        let master = MasterKey::new(Profile::AesCm128HmacSha1_80, &key, &salt);

        assert_eq!(master.derive(Label::RtpEncryption), 0xC61E_7A93_744F_39EE_1073_4AFE_3FF7_A087_u128.to_be_bytes());
        assert_eq!(
            master.derive(Label::RtpSalt),
            [0x30, 0xCB, 0xBC, 0x08, 0x86, 0x3D, 0x8C, 0x85, 0xD4, 0x9D, 0xB3, 0x4A, 0x9A, 0xE1]
        );
        assert_eq!(
            master.derive(Label::RtpAuthentication),
            [
                0xCE, 0xBE, 0x32, 0x1F, 0x6F, 0xF7, 0x71, 0x6B, 0x6F, 0xD4, 0xAB, 0x49, 0xAF, 0x25, 0x6A, 0x15, 0x6D,
                0x38, 0xBA, 0xA4
            ]
        );
    }

    /// RFC 3711 appendix B.2: the PRF is the cipher's keystream.
    #[test]
    fn the_keystream_matches_the_rfc() {
        let key = 0x2B7E_1516_28AE_D2A6_ABF7_1588_09CF_4F3C_u128.to_be_bytes();
        let salt = [0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD];
        let stream: [u8; 32] = MasterKey::new(Profile::AesCm128HmacSha1_80, &key, &salt).derive(Label::RtpEncryption);
        assert_eq!(stream[..16], 0xE03E_AD09_35C9_5E80_E166_B16D_D92B_4EB4_u128.to_be_bytes());
        assert_eq!(stream[16..], 0xD235_13162_B02_D0F7_2A43_A2FE_4A5F_97AB_u128.to_be_bytes());
    }

    #[test]
    fn dtls_keys_come_client_first_keys_before_salts() {
        for profile in [Profile::AeadAes128Gcm, Profile::AesCm128HmacSha1_80] {
            let material: Vec<u8> = (0..profile.keying_material_len() as u8).collect();
            let (client, server) = MasterKey::pair_from_dtls(profile, &material).expect("length fits");
            assert_eq!((client.key[0], server.key[0]), (0, 16));
            assert_eq!((client.salt[0], server.salt[0]), (32, 32 + profile.salt_len() as u8));
            assert!(client.salt[profile.salt_len()..].iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn keying_material_of_another_length_is_refused() {
        assert!(MasterKey::pair_from_dtls(Profile::AeadAes128Gcm, &[0; 60]).is_err());
        assert!(MasterKey::pair_from_dtls(Profile::AesCm128HmacSha1_80, &[0; 56]).is_err());
    }
}
