//! Which protocol of a leg a datagram is of.

/// What a datagram is, by its first byte (RFC 7983 section 7).
pub(super) enum Protocol {
    Stun,
    Dtls,
    /// RTP or RTCP.
    Media,
    Unknown,
}

impl Protocol {
    pub(super) fn of(datagram: &[u8]) -> Self {
        match datagram.first() {
            Some(0..=3) => Self::Stun,
            Some(20..=63) => Self::Dtls,
            Some(128..=191) => Self::Media,
            Some(_) | None => Self::Unknown,
        }
    }
}
