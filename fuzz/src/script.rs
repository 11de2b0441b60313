//! What happens around an engine.

use arbitrary::Arbitrary;

/// Two calls of two legs each, at most four bridges' worth of trouble.
#[derive(Debug, Arbitrary)]
pub struct Script {
    /// Legs that are open and connected at the beginning: bit n is leg n.
    pub connected: u8,
    pub actions: Vec<Action>,
}

/// One thing that happens. Legs and places are taken modulo their number.
#[derive(Debug, Arbitrary)]
pub enum Action {
    /// The server's owner opens a leg, or replaces it.
    Open {
        leg: u8,
        announces: Announces,
    },
    Update {
        leg: u8,
        muted: bool,
        pictures: bool,
        restarts_ice: bool,
        announces: Announces,
    },
    OfferSent {
        leg: u8,
    },
    OfferDelivered {
        leg: u8,
    },
    Close {
        leg: u8,
    },
    /// The party checks connectivity.
    Check {
        leg: u8,
        place: u8,
        nominates: bool,
        controlled: bool,
        priority: u8,
        damage: Option<Damage>,
    },
    /// The party and the server shake hands until both have nothing more to say. One datagram may come damaged.
    Handshake {
        leg: u8,
        place: u8,
        begins_again: bool,
        damage: Option<(u8, Damage)>,
    },
    /// The party sends media.
    Say {
        leg: u8,
        place: u8,
        stream: u8,
        payload_type: u8,
        back: u8,
        mid: Option<u8>,
        body: Vec<u8>,
        damage: Option<Damage>,
    },
    /// The party reports.
    Report {
        leg: u8,
        place: u8,
        packets: Vec<(u8, u8, Vec<Word>)>,
        damage: Option<Damage>,
    },
    /// The party takes its leave by DTLS.
    Leave {
        leg: u8,
        place: u8,
    },
    /// Something that was sent to the server before comes again.
    Again {
        which: u8,
        place: u8,
    },
    Noise {
        place: u8,
        datagram: Vec<u8>,
    },
    Time {
        ms: u16,
    },
    /// The server was stopped for so long.
    Stop {
        ms: u16,
    },
}

/// The fingerprints that an offer announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Arbitrary)]
pub enum Announces {
    /// That of the party's certificate.
    Own,
    /// That, and one of nobody.
    OwnAndAnother,
    Another,
}

/// What the network does to a datagram.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct Damage {
    at: u16,
    xor: u8,
    keep: Option<u16>,
}

/// A word of a report, which often names a stream.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Word {
    Stream(u8),
    Any(u32),
}

impl Damage {
    pub(crate) fn apply(self, datagram: &mut Vec<u8>) {
        if let Some(keep) = self.keep {
            datagram.truncate(usize::from(keep));
        }
        let len = datagram.len().max(1);
        if let Some(byte) = datagram.get_mut(usize::from(self.at) % len) {
            *byte ^= self.xor;
        }
    }
}
