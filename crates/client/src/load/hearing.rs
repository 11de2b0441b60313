//! What one party heard of the other: each packet once, by its stamp or, from a stranger, by its RTP number.

use serde::Serialize;

use super::stamp::{Speaker, Stamp};

/// The packets that a party hears.
#[derive(Debug, Clone)]
pub(super) struct Hearing {
    /// Whose packets are stamped and belong here; `None`: those of somebody who does not stamp them.
    partner: Option<Speaker>,
    /// By stamp, whichever stream brought them.
    voice: Seen,
    /// By SSRC and RTP number. While the server changes over to another section, the same voice comes in two.
    streams: Vec<(u32, Seen)>,
    strays: u64,
}

/// What became of the packets from one party to the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// From the first that was heard: what was said before, the other had not picked up yet.
    pub sent: u64,
    pub heard: u64,
    pub lost: u64,
    /// Came again in the same stream.
    pub duplicated: u64,
    /// Came after a later one.
    pub reordered: u64,
    /// Packets of another call: there must not be any.
    pub strays: u64,
}

impl Flow {
    pub(super) fn add(&mut self, other: &Self) {
        self.sent += other.sent;
        self.heard += other.heard;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.reordered += other.reordered;
        self.strays += other.strays;
    }
}

impl Hearing {
    pub(super) fn of(partner: Option<Speaker>) -> Self {
        Self { partner, voice: Seen::default(), streams: Vec::new(), strays: 0 }
    }

    /// A packet with this RTP number came. Returns its stamp if it is the first copy of the partner's.
    pub(super) fn take(&mut self, ssrc: u32, sequence: u64, payload: &[u8]) -> Option<Stamp> {
        let stamp = Stamp::read(payload);
        if let Some(partner) = self.partner {
            let Some(stamp) = stamp.filter(|stamp| stamp.speaker == partner) else {
                self.strays += 1;
                return None;
            };
            self.stream(ssrc)?.insert(u64::from(stamp.number));
            return self.voice.insert(u64::from(stamp.number)).then_some(stamp);
        }
        self.stream(ssrc)?.insert(sequence);
        None
    }

    /// Whether anything was heard.
    pub(super) fn is_something(&self) -> bool {
        self.streams.iter().any(|(_, seen)| seen.count > 0)
    }

    /// All in all, the partner having said so many packets.
    pub(super) fn flow(&self, said: Option<u32>) -> Flow {
        let duplicated = self.streams.iter().map(|(_, seen)| seen.again).sum();
        let streams = |part: fn(&Seen) -> u64| self.streams.iter().map(|(_, seen)| part(seen)).sum();
        let (sent, heard, reordered) = match said {
            Some(said) => (self.voice.sent_of(said), self.voice.count, self.voice.reordered),
            None => (streams(Seen::span), streams(|seen| seen.count), streams(|seen| seen.reordered)),
        };
        Flow { sent, heard, lost: sent.saturating_sub(heard), duplicated, reordered, strays: self.strays }
    }

    fn stream(&mut self, ssrc: u32) -> Option<&mut Seen> {
        if let Some(found) = self.streams.iter().position(|(known, _)| *known == ssrc) {
            return Some(&mut self.streams[found].1);
        }
        if self.streams.len() == STREAMS_MAX {
            return None;
        }
        self.streams.push((ssrc, Seen::default()));
        self.streams.last_mut().map(|(_, seen)| seen)
    }
}

/// Numbers that came.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// The first and the highest.
    span: Option<(u64, u64)>,
    /// Of the newest [`WINDOW`] numbers up to the highest, which came: bit n % [`WINDOW`] is for number n.
    newest: [u64; WINDOW as usize / 64],
    /// Different ones.
    count: u64,
    again: u64,
    reordered: u64,
}

impl Seen {
    /// Whether the number is new. One that comes later than the window is long counts for lost.
    fn insert(&mut self, number: u64) -> bool {
        let highest = match self.span {
            None => {
                self.span = Some((number, number));
                number
            }
            Some((first, highest)) => {
                for skipped in (highest + 1..=number).take(WINDOW as usize) {
                    self.set(skipped, false);
                }
                self.span = Some((first, highest.max(number)));
                highest
            }
        };
        // What is older than the first was said before anything was heard.
        if number + WINDOW <= highest || self.span.is_some_and(|(first, _)| number < first) {
            return false;
        }
        let is_new = !self.is_set(number);
        self.again += u64::from(!is_new);
        self.count += u64::from(is_new);
        self.reordered += u64::from(is_new && number < highest);
        self.set(number, true);
        is_new
    }

    /// From the first to the highest.
    fn span(&self) -> u64 {
        self.span.map_or(0, |(first, highest)| highest - first + 1)
    }

    /// From the first to the last of so many.
    fn sent_of(&self, said: u32) -> u64 {
        self.span.map_or(0, |(first, _)| u64::from(said).saturating_sub(first))
    }

    fn is_set(&self, number: u64) -> bool {
        self.newest[(number % WINDOW / 64) as usize] & (1 << (number % 64)) != 0
    }

    fn set(&mut self, number: u64, came: bool) {
        let word = &mut self.newest[(number % WINDOW / 64) as usize];
        *word = *word & !(1 << (number % 64)) | u64::from(came) << (number % 64);
    }
}

/// Ten seconds of speech.
const WINDOW: u64 = 512;
/// One, and one more after each change of section.
const STREAMS_MAX: usize = 4;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use rand::rngs::StdRng;
    use rand::seq::SliceRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    use super::super::stamp::{Side, Voice};
    use super::*;

    const PARTNER: Speaker = Speaker { call: 3, side: Side::Business };

    fn packet(voice: &Voice, speaker: Speaker, number: u32) -> Vec<u8> {
        voice.packet(Stamp { speaker, number, sent: Duration::ZERO })
    }

    #[test]
    fn loss_duplicates_and_reordering_are_told_apart_whatever_the_network_does() {
        let voice = Voice::encode();
        for seed in 0..50 {
            let mut chance = StdRng::seed_from_u64(seed);
            let (said, first) = (2_000, chance.random_range(0..100));
            let mut numbers: Vec<u32> = (first..said).filter(|n| *n == first || chance.random_ratio(9, 10)).collect();
            let kept: BTreeSet<u32> = numbers.iter().copied().collect();
            numbers[1..].chunks_mut(4).for_each(|some| some.shuffle(&mut chance));
            let twice: Vec<u32> = numbers.iter().copied().filter(|_| chance.random_ratio(1, 20)).collect();
            let mut hearing = Hearing::of(Some(PARTNER));
            let (mut highest, mut reordered) = (0, 0);
            for (at, number) in numbers.iter().enumerate() {
                assert!(hearing.take(1, at as u64, &packet(&voice, PARTNER, *number)).is_some());
                reordered += u64::from(*number < highest);
                highest = highest.max(*number);
                if twice.contains(number) {
                    assert!(hearing.take(1, at as u64, &packet(&voice, PARTNER, *number)).is_none());
                }
            }
            let (sent, heard) = (u64::from(said - first), kept.len() as u64);
            let duplicated = twice.len() as u64;
            let expected = Flow { sent, heard, lost: sent - heard, duplicated, reordered, strays: 0 };
            assert_eq!(hearing.flow(Some(said)), expected, "seed {seed}");
        }
    }

    #[test]
    fn the_same_voice_in_two_sections_is_one_voice() {
        let (voice, mut hearing) = (Voice::encode(), Hearing::of(Some(PARTNER)));
        for number in 0..100 {
            let packet = packet(&voice, PARTNER, number);
            if number < 60 {
                hearing.take(1, number.into(), &packet);
            }
            if number >= 50 {
                hearing.take(2, number.into(), &packet);
            }
        }
        assert_eq!(hearing.flow(Some(100)), Flow { sent: 100, heard: 100, ..Flow::default() });
    }

    #[test]
    fn packets_of_another_call_are_strays() {
        let (voice, mut hearing) = (Voice::encode(), Hearing::of(Some(PARTNER)));
        for speaker in [Speaker { call: 4, ..PARTNER }, PARTNER.partner()] {
            assert!(hearing.take(1, 0, &packet(&voice, speaker, 0)).is_none());
        }
        assert_eq!(hearing.flow(Some(0)).strays, 2);
        assert!(!hearing.is_something());
    }

    #[test]
    fn strangers_are_counted_by_the_numbers_of_their_streams() {
        let mut hearing = Hearing::of(None);
        for sequence in [10, 11, 13, 12, 12, 15] {
            hearing.take(1, sequence, b"whatever");
        }
        let expected = Flow { sent: 6, heard: 5, lost: 1, duplicated: 1, reordered: 1, strays: 0 };
        assert_eq!(hearing.flow(None), expected);
    }

    #[test]
    fn what_comes_after_the_window_is_lost_and_a_jump_leaves_nothing_behind() {
        let mut hearing = Hearing::of(None);
        for sequence in [1, 2, 3, 3 + 2 * WINDOW, 2] {
            hearing.take(1, sequence, b"whatever");
        }
        assert_eq!(hearing.flow(None).lost, 2 * WINDOW - 1);
        hearing.take(1, 3 + 2 * WINDOW - 1, b"whatever");
        assert_eq!(hearing.flow(None).duplicated, 0, "the bit of an older number is not taken for this one's");
    }
}
