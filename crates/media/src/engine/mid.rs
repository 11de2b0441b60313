//! The name of a section, as packets carry it (RFC 9143 section 15).

/// A MID as header extensions carry it. Inline, because every packet reads it: following a pointer to a cold string took
/// a fifth of the engine's time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mid {
    len: u8,
    bytes: [u8; MID_LEN_MAX],
}

impl Mid {
    /// Empty if it is too long for an element. Negotiation agrees on no MID extension then.
    pub(super) fn new(mid: &str) -> Self {
        let mid = mid.as_bytes();
        let mut bytes = [0; MID_LEN_MAX];
        match bytes.get_mut(..mid.len()) {
            Some(room) => room.copy_from_slice(mid),
            None => return Self { len: 0, bytes },
        }
        Self { len: mid.len() as u8, bytes }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// Of an element in the one-byte form (RFC 8285 section 4.2).
const MID_LEN_MAX: usize = 16;
