//! What the engine must not do, whatever comes.

use std::collections::{HashMap, HashSet};

use offhook_call::{CallId, Side};
use offhook_media::{EngineEvent, LegState, Remote, Transmit};

use crate::party::Party;
use crate::world::SERVER;

/// Remembers what parties proved and said.
#[derive(Default)]
pub(crate) struct Judge {
    /// Who made the last authentic check from a place: a party and its leg's generation.
    owners: HashMap<Remote, (usize, u64)>,
    /// Where checks came from that were authentic, but found no path.
    asked: HashSet<Remote>,
    /// Numbers of what was sealed by a party and reached the server whole.
    said: HashSet<u32>,
    numbered: u32,
    /// What a party got: leg, generation, SSRC, number.
    got: HashSet<(usize, u64, u32, u32)>,
}

impl Judge {
    /// Numbers a body: what comes out at the other end must end with what this returns.
    pub(crate) fn sign(&mut self, call: CallId, side: Side, is_whole: bool) -> [u8; TRAILER_LEN] {
        self.numbered += 1;
        if is_whole {
            self.said.insert(self.numbered);
        }
        let [a, b, c, d] = self.numbered.to_be_bytes();
        [call.0[0], side as u8, a, b, c, d]
    }

    /// An authentic check for the party's leg came from there.
    pub(crate) fn checked(&mut self, place: Remote, party: usize, generation: u64) {
        self.owners.insert(place, (party, generation));
    }

    /// An authentic check came from there, of a peer in the wrong role.
    pub(crate) fn asked(&mut self, place: Remote) {
        self.asked.insert(place);
    }

    /// Returns whose DTLS it is. `from`: where the datagram came from that the engine got, if it got one.
    pub(crate) fn sent(
        &mut self,
        transmit: Transmit<'_>,
        from: Option<Remote>,
        parties: &mut [Party],
    ) -> Option<usize> {
        assert_eq!(transmit.src, SERVER, "sent from the address that was sent to");
        assert!(transmit.contents.len() <= DATAGRAM_MAX, "{} bytes", transmit.contents.len());
        if let [0..=3, ..] = transmit.contents {
            let has_asked = self.owners.contains_key(&transmit.dst) || self.asked.contains(&transmit.dst);
            assert!(Some(transmit.dst) == from && has_asked, "an answer goes to who asks authentically");
            return None;
        }
        let owner = self.owners.get(&transmit.dst).copied();
        let Some((at, generation)) = owner else {
            panic!("sent to {:?}, from where no authentic check came", transmit.dst);
        };
        match transmit.contents {
            [20..=63, ..] => return (generation == parties[at].generation).then_some(at),
            [128..=191, second, ..] => {
                assert_eq!(generation, parties[at].generation, "media for a leg that was replaced");
                self.got_media(transmit.contents, (192..=223).contains(second), (at, generation), parties);
            }
            other => panic!("sent what is no protocol: {other:?}"),
        }
        None
    }

    pub(crate) fn told(&self, event: EngineEvent, parties: &[Party]) {
        if let EngineEvent::LegState { call, side, state: LegState::DtlsConnected { .. } } = event {
            let party = parties.iter().find(|party| party.call == call && party.side == side).expect("a party's leg");
            assert!(party.announced, "connected with a certificate that no offer announced");
        }
    }

    fn got_media(&mut self, datagram: &[u8], is_rtcp: bool, (at, generation): (usize, u64), parties: &mut [Party]) {
        let (call, side) = (parties[at].call, parties[at].side);
        let Some(srtp) = &mut parties[at].srtp else { return };
        if is_rtcp {
            assert!(srtp.open_rtcp(datagram).is_some(), "a report that its receiver cannot open");
            return;
        }
        let (ssrc, payload) =
            srtp.open_rtp(datagram).expect("a packet that its receiver can open, and did not get before");
        let trailer: &[u8; TRAILER_LEN] = payload.last_chunk().expect("every body is signed");
        let &[of_call, of_side, number @ ..] = trailer;
        let number = u32::from_be_bytes(number);
        assert_eq!((of_call, of_side), (call.0[0], side.other() as u8), "only the other party of the call is heard");
        assert!(self.said.contains(&number), "nobody said that");
        assert!(self.got.insert((at, generation, ssrc, number)), "forwarded twice in one stream");
    }
}

/// A report's text may grow when it is rewritten.
const DATAGRAM_MAX: usize = 16 * 1024;
const TRAILER_LEN: usize = 6;
