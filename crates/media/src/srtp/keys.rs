//! Master keys from DTLS and the session keys derived from them.

use aes::{Aes128, Aes256};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};

/// A protection profile (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    AeadAes128Gcm,
    AeadAes256Gcm,
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
pub(crate) struct MasterKey {
    profile: Profile,
    /// The first [`Profile::key_len`] bytes.
    key: [u8; KEY_LEN_MAX],
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
    /// As IANA registered it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AeadAes128Gcm => "SRTP_AEAD_AES_128_GCM",
            Self::AeadAes256Gcm => "SRTP_AEAD_AES_256_GCM",
            Self::AesCm128HmacSha1_80 => "SRTP_AES128_CM_HMAC_SHA1_80",
        }
    }

    /// Bytes to export from DTLS.
    pub(crate) fn keying_material_len(self) -> usize {
        2 * (self.key_len() + self.salt_len())
    }

    /// Bytes of the master key and of the session key for encryption.
    pub(super) fn key_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::AesCm128HmacSha1_80 => 16,
            Self::AeadAes256Gcm => KEY_LEN_MAX,
        }
    }

    fn salt_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
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
        let (keys, salts) = material.split_at(2 * profile.key_len());
        let (client_key, server_key) = keys.split_at(profile.key_len());
        let (client_salt, server_salt) = salts.split_at(profile.salt_len());
        Ok((Self::new(profile, client_key, client_salt), Self::new(profile, server_key, server_salt)))
    }

    pub(super) fn profile(&self) -> Profile {
        self.profile
    }

    /// A session key of `N` bytes: the AES-CM PRF with a key derivation rate of zero (RFC 3711 section 4.3; with a key
    /// of 256 bits, RFC 6188 section 3).
    pub(super) fn derive<const N: usize>(&self, label: Label) -> [u8; N] {
        let mut iv = [0; 16];
        iv[..SALT_LEN_MAX].copy_from_slice(&self.salt);
        iv[LABEL_AT] ^= label as u8;
        let mut session_key = [0; N];
        match self.profile {
            Profile::AeadAes128Gcm | Profile::AesCm128HmacSha1_80 => {
                let key = self.key.first_chunk::<16>().expect("a 256-bit array has 128 bits");
                Ctr128BE::<Aes128>::new(key.into(), &iv.into()).apply_keystream(&mut session_key);
            }
            Profile::AeadAes256Gcm => {
                Ctr128BE::<Aes256>::new(&self.key.into(), &iv.into()).apply_keystream(&mut session_key);
            }
        }
        session_key
    }

    fn new(profile: Profile, key: &[u8], salt: &[u8]) -> Self {
        let mut master = Self { profile, key: [0; KEY_LEN_MAX], salt: [0; SALT_LEN_MAX] };
        master.key[..key.len()].copy_from_slice(key);
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

const KEY_LEN_MAX: usize = 32;
const SALT_LEN_MAX: usize = 14;
/// The label's byte in the PRF's input: 48 zero bits of `index DIV kdr` and the 16-bit block counter follow it.
const LABEL_AT: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::hex::bytes;

    /// RFC 3711 appendix B.3.
    #[test]
    fn session_keys_match_the_rfc() {
        let key = bytes("E1F97A0D3E018BE0D64FA32C06DE4139");
        let salt = bytes("0EC675AD498AFEEBB6960B3AABE6");
        let master = MasterKey::new(Profile::AesCm128HmacSha1_80, &key, &salt);

        assert_eq!(master.derive::<16>(Label::RtpEncryption), bytes("C61E7A93744F39EE10734AFE3FF7A087")[..]);
        assert_eq!(master.derive::<14>(Label::RtpSalt), bytes("30CBBC08863D8C85D49DB34A9AE1")[..]);
        assert_eq!(
            master.derive::<20>(Label::RtpAuthentication),
            bytes("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")[..]
        );
    }

    /// RFC 6188 section 7.2.
    #[test]
    fn session_keys_from_256_bits_match_the_rfc() {
        let key = bytes("F0F04914B513F2763A1B1FA130F10E29 98F6F6E43E4309D1E622A0E332B9F1B6");
        let salt = bytes("3B04803DE51EE7C96423AB5B78D2");
        let master = MasterKey::new(Profile::AeadAes256Gcm, &key, &salt);

        assert_eq!(
            master.derive::<32>(Label::RtpEncryption),
            bytes("5BA1064E30EC51613CAD926C5A28EF73 1EC7FB397F70A960653CAF06554CD8C4")[..]
        );
        assert_eq!(master.derive::<14>(Label::RtpSalt), bytes("FA31791685CA444A9E07C6C64E93")[..]);
    }

    /// RFC 3711 appendix B.2: with label zero the PRF is the keystream of its key and salt.
    #[test]
    fn the_keystream_matches_the_rfc() {
        let key = bytes("2B7E151628AED2A6ABF7158809CF4F3C");
        let salt = bytes("F0F1F2F3F4F5F6F7F8F9FAFBFCFD");
        let master = MasterKey::new(Profile::AesCm128HmacSha1_80, &key, &salt);
        assert_eq!(
            master.derive::<48>(Label::RtpEncryption),
            bytes("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0")
                [..]
        );
    }

    #[test]
    fn dtls_keys_come_client_first_keys_before_salts() {
        for profile in [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80] {
            let material: Vec<u8> = (0..profile.keying_material_len() as u8).collect();
            let (client, server) = MasterKey::pair_from_dtls(profile, &material).expect("length fits");

            let (key_len, salt_len) = (profile.key_len() as u8, profile.salt_len() as u8);
            assert_eq!((client.key[0], server.key[0]), (0, key_len));
            assert_eq!((client.salt[0], server.salt[0]), (2 * key_len, 2 * key_len + salt_len));
            assert!(client.salt[profile.salt_len()..].iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn keying_material_of_another_length_is_refused() {
        assert!(MasterKey::pair_from_dtls(Profile::AeadAes128Gcm, &[0; 60]).is_err());
        assert!(MasterKey::pair_from_dtls(Profile::AeadAes256Gcm, &[0; 56]).is_err());
        assert!(MasterKey::pair_from_dtls(Profile::AesCm128HmacSha1_80, &[0; 56]).is_err());
    }
}
