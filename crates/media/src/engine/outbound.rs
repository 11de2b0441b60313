//! One stream that we send: where the other party's packets stand in it.

use std::time::{Duration, Instant};

/// Numbering of an outgoing stream. It goes on when what feeds it changes: another SSRC, or a new leg of the other
/// party.
///
/// Two packets must never be sealed with the same extended sequence, so each mapping serves only packets from its
/// `floor` on, and a new mapping begins beyond everything sent before.
#[derive(Debug)]
pub(super) struct Outbound {
    pub(super) ssrc: u32,
    /// Of the stream's section.
    pub(super) mid: Mid,
    /// What is added to the source's numbers; `None` until a packet comes, and again after [`Self::restart`].
    mapping: Option<Mapping>,
    /// One above the highest extended sequence sent.
    next: u64,
    /// How many numbers below `next` were never used.
    room: u64,
    last: Option<LastAudio>,
    /// A telephone event whose clock is not that of the audio: its time on our side, for all its packets.
    event: Option<EventTime>,
}

/// A MID as header extensions carry it. Inline, because every packet reads it: following a pointer to a cold string took
/// a fifth of the engine's time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mid {
    len: u8,
    bytes: [u8; MID_LEN_MAX],
}

#[derive(Debug, Clone, Copy)]
struct Mapping {
    /// The first extended sequence of the source that this mapping serves.
    floor: u64,
    /// One above the highest that it served or skipped.
    ceiling: u64,
    sequence_offset: i64,
    /// Known from the first packet on the audio's clock on.
    timestamp_offset: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
struct LastAudio {
    timestamp: u32,
    at: Instant,
}

#[derive(Debug, Clone, Copy)]
struct EventTime {
    received: u32,
    sent: u32,
}

/// The time of a received packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// On the audio's clock of 48 kHz, as audio is, and events when both legs agreed on 48 kHz.
    Audio(u32),
    /// A telephone event on a clock that the two legs do not share with the audio; to be sent at `rate`.
    Event { timestamp: u32, rate: u32 },
}

/// Where a packet stands in the outgoing stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) extended_sequence: u64,
    pub(super) timestamp: u32,
}

impl Outbound {
    /// The first sequence number and timestamp are as random as the SSRC that they are taken from (RFC 3550
    /// section 5.1). The sequence begins low, so that a receiver that misses the first packets still counts rollovers
    /// as we do (RFC 3711 section 3.3.1).
    pub(super) fn new(ssrc: u32, mid: &str) -> Self {
        let next = FIRST_SEQUENCE + u64::from(ssrc >> 18);
        Self { ssrc, mid: Mid::new(mid), mapping: None, next, room: FIRST_SEQUENCE, last: None, event: None }
    }

    /// Moves the stream to the section `mid`, or begins another one if its SSRC changes. Returns whether it does.
    pub(super) fn update(&mut self, ssrc: u32, mid: &str) -> bool {
        let begins = self.ssrc != ssrc;
        if begins {
            *self = Self::new(ssrc, mid);
        } else {
            self.mid = Mid::new(mid);
        }
        begins
    }

    /// What feeds the stream changes.
    pub(super) fn restart(&mut self) {
        self.mapping = None;
        self.event = None;
    }

    /// Where to send the source's packet, or `None` if it comes too late for that.
    pub(super) fn place(&mut self, now: Instant, source_sequence: u64, clock: Clock) -> Option<Place> {
        let mut mapping = match self.mapping {
            Some(mapping) => mapping,
            None => self.begin(source_sequence),
        };
        if source_sequence < mapping.floor {
            return None;
        }
        let extended_sequence = source_sequence.checked_add_signed(mapping.sequence_offset)?;
        let timestamp = match clock {
            Clock::Audio(timestamp) => self.audio_timestamp(now, timestamp, &mut mapping),
            Clock::Event { timestamp, rate } => self.event_timestamp(now, timestamp, rate),
        };
        mapping.ceiling = mapping.ceiling.max(source_sequence + 1);
        self.mapping = Some(mapping);
        self.next = self.next.max(extended_sequence + 1);
        Some(Place { extended_sequence, timestamp })
    }

    /// A packet of the source is not sent: the ones after it move up, so that the peer sees no loss.
    pub(super) fn skip(&mut self, source_sequence: u64) {
        if let Some(mapping) = &mut self.mapping
            && source_sequence >= mapping.ceiling
        {
            // What was lost before it stays a gap: only the skipped packet's own number is taken back.
            mapping.floor = source_sequence + 1;
            mapping.ceiling = source_sequence + 1;
            mapping.sequence_offset -= 1;
        }
    }

    /// Added to RTP times of the source's sender reports.
    pub(super) fn timestamp_offset(&self) -> Option<u32> {
        self.mapping.and_then(|mapping| mapping.timestamp_offset)
    }

    /// Added to sequence numbers of this stream, it gives those of the source (modulo 2^32).
    pub(super) fn source_sequence_offset(&self) -> Option<u32> {
        self.mapping.map(|mapping| mapping.sequence_offset.wrapping_neg() as u32)
    }

    /// The stream's very first packets may come out of order: nothing was sent before them, so there is room below.
    fn begin(&mut self, source_sequence: u64) -> Mapping {
        let room = std::mem::take(&mut self.room).min(source_sequence);
        Mapping {
            floor: source_sequence - room,
            ceiling: source_sequence,
            sequence_offset: (self.next as i64).wrapping_sub(source_sequence as i64),
            timestamp_offset: None,
        }
    }

    fn audio_timestamp(&mut self, now: Instant, received: u32, mapping: &mut Mapping) -> u32 {
        let offset = mapping.timestamp_offset.unwrap_or_else(|| self.timestamp_at(now).wrapping_sub(received));
        mapping.timestamp_offset = Some(offset);
        let timestamp = received.wrapping_add(offset);
        self.last = Some(LastAudio { timestamp, at: now });
        timestamp
    }

    /// The audio clock now, if it went on since the last packet.
    fn timestamp_at(&self, now: Instant) -> u32 {
        match self.last {
            Some(last) => last.timestamp.wrapping_add(ticks(now.saturating_duration_since(last.at))),
            None => self.ssrc.rotate_left(16),
        }
    }

    /// All packets of an event bear the time at which it began (RFC 4733 section 2.1).
    fn event_timestamp(&mut self, now: Instant, received: u32, rate: u32) -> u32 {
        if let Some(event) = self.event
            && event.received == received
        {
            return event.sent;
        }
        let sent = self.timestamp_at(now) / (AUDIO_CLOCK_RATE / rate.max(1)).max(1);
        self.event = Some(EventTime { received, sent });
        sent
    }
}

impl Mid {
    /// Empty if it is too long for an element. Negotiation agrees on no MID extension then.
    fn new(mid: &str) -> Self {
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

/// Ticks of the audio clock, modulo 2^32.
fn ticks(elapsed: Duration) -> u32 {
    (elapsed.as_micros() * u128::from(AUDIO_CLOCK_RATE) / 1_000_000) as u32
}

/// Opus over RTP always has this clock (RFC 7587 section 4.1).
pub(super) const AUDIO_CLOCK_RATE: u32 = 48_000;
/// Of an element in the one-byte form (RFC 8285 section 4.2).
const MID_LEN_MAX: usize = 16;
const FIRST_SEQUENCE: u64 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn audio(stream: &mut Outbound, now: Instant, sequence: u64, timestamp: u32) -> Option<(u64, u32)> {
        let place = stream.place(now, sequence, Clock::Audio(timestamp))?;
        Some((place.extended_sequence, place.timestamp))
    }

    #[test]
    fn order_and_gaps_of_the_source_are_kept() {
        let (mut stream, now) = (Outbound::new(7, "0"), Instant::now());
        let (first, time) = audio(&mut stream, now, 65_530, 1_000).expect("in order");
        assert_eq!(audio(&mut stream, now, 65_540, 10_600), Some((first + 10, time + 9_600)));
        assert_eq!(audio(&mut stream, now, 65_529, 40), Some((first - 1, time.wrapping_sub(960))));
    }

    #[test]
    fn another_source_continues_where_the_last_one_ended() {
        let (mut stream, now) = (Outbound::new(7, "0"), Instant::now());
        let (first, time) = audio(&mut stream, now, 100, 1_000).expect("in order");
        stream.restart();
        let later = now + Duration::from_millis(500);
        assert_eq!(audio(&mut stream, later, 9, 77), Some((first + 1, time + 24_000)));
        assert_eq!(audio(&mut stream, later, 8, 0), None, "its number may be taken");
    }

    #[test]
    fn a_skipped_packet_leaves_no_gap_and_no_number_twice() {
        let (mut stream, now) = (Outbound::new(7, "0"), Instant::now());
        let (first, _) = audio(&mut stream, now, 100, 0).expect("in order");
        stream.skip(102);
        assert_eq!(audio(&mut stream, now, 101, 0), None, "103 has its number");
        assert_eq!(audio(&mut stream, now, 103, 0).map(|(sequence, _)| sequence), Some(first + 2));
        stream.skip(101);
        assert_eq!(audio(&mut stream, now, 104, 0).map(|(sequence, _)| sequence), Some(first + 3));
    }

    #[test]
    fn an_event_on_another_clock_keeps_its_time_through_all_its_packets() {
        let (mut stream, now) = (Outbound::new(7, "0"), Instant::now());
        let (_, time) = audio(&mut stream, now, 1, 0).expect("in order");
        let event = |stream: &mut Outbound, after_ms, sequence| {
            let clock = Clock::Event { timestamp: 5, rate: 8_000 };
            stream.place(now + Duration::from_millis(after_ms), sequence, clock).map(|place| place.timestamp)
        };
        let began = event(&mut stream, 20, 2).expect("in order");
        assert_eq!(began, (time + 960) / 6);
        assert_eq!(event(&mut stream, 40, 3), Some(began));
    }
}
