//! The names that our legs have in ICE: in Meta's form, and they tell the shard.
//!
//! All shards share one port for TCP. Whoever listens there learns from the ufrag that a connection's first check names
//! where the leg lives, without asking anybody. A shard's UDP port tells as much, so it is no secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::{Rng, RngExt as _};

/// 16 base64 characters, `/` and a small number: that of the shard, from 1.
pub(crate) fn draw(shard: u16, rng: &mut impl Rng) -> String {
    let name = STANDARD.encode(rng.random::<[u8; NAME_BYTES]>());
    format!("{name}/{}", u32::from(shard) + 1)
}

/// The shard whose leg a connectivity check names; `None` if it is no binding request, or names none of our form.
///
/// Nothing of it is authentic: only the shard's engine knows whether there is such a leg, and its password.
pub fn shard_of_check(datagram: &[u8]) -> Option<u16> {
    let has_form = datagram.starts_with(&BINDING_REQUEST) && datagram.get(4..8) == Some(&MAGIC_COOKIE);
    let ufrag = if has_form { addressed(datagram)? } else { return None };
    let (_, number) = ufrag.rsplit_once('/')?;
    number.parse::<u16>().ok()?.checked_sub(1)
}

/// The ufrag of ours that a STUN message names. Looked for before the message is parsed, so that what strangers send
/// costs little and reaches no parser (RFC 8489 sections 5 and 14).
pub(crate) fn addressed(message: &[u8]) -> Option<&str> {
    let mut rest = message.get(STUN_HEADER_LEN..)?;
    loop {
        let [kind @ .., len_high, len_low] = *rest.first_chunk::<4>()?;
        let len = usize::from(u16::from_be_bytes([len_high, len_low]));
        let value = rest.get(4..4 + len)?;
        if kind == USERNAME {
            let (ours, _theirs) = std::str::from_utf8(value).ok()?.split_once(':')?;
            return Some(ours);
        }
        rest = rest.get(4 + len.next_multiple_of(4)..)?;
    }
}

const NAME_BYTES: usize = 12;
const STUN_HEADER_LEN: usize = 20;
/// RFC 8489 section 5.
const BINDING_REQUEST: [u8; 2] = [0, 1];
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
/// Attribute type (RFC 8489 section 18.3).
const USERNAME: [u8; 2] = [0, 6];

#[cfg(test)]
mod tests {
    use is::stun::{StunMessage, TransId};
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    fn check(username: &str) -> Vec<u8> {
        let request = StunMessage::binding_request(username, TransId::new(), true, 1, 1, false);
        written(request)
    }

    fn written(message: StunMessage<'_>) -> Vec<u8> {
        let mut bytes = vec![0; 256];
        let len = message.to_bytes(None, &mut bytes, |_, _| [0; 20]).expect("it fits");
        bytes.truncate(len);
        bytes
    }

    #[test]
    fn a_check_tells_the_shard_of_the_leg_that_it_is_for() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for shard in [0, 1, 9, 63, u16::MAX - 1] {
            let ufrag = draw(shard, &mut rng);
            assert_eq!(shard_of_check(&check(&format!("{ufrag}:theirs/7"))), Some(shard), "{ufrag}");
        }
    }

    #[test]
    fn what_is_no_check_of_a_leg_of_ours_tells_nothing() {
        for username in ["", "ours", "abc:def", "abc/0:def", "abc/x:def", "abc/65536:def", "/:"] {
            assert_eq!(shard_of_check(&check(username)), None, "{username}");
        }
        let whole = check("abc/1:def");
        assert_eq!(shard_of_check(&whole), Some(0));
        for len in 0..whole.len() - 40 {
            assert_eq!(shard_of_check(&whole[..len]), None, "{len} bytes");
        }
        for (at, byte) in [(0, 1), (1, 2), (4, 0)] {
            let mut other = whole.clone();
            other[at] = byte;
            assert_eq!(shard_of_check(&other), None, "byte {at}");
        }
    }
}
