//! One stream that we send: where the other party's packets stand in it.

use std::time::{Duration, Instant};

use super::account::Account;
use super::mid::Mid;
use super::telephone_event::{Event, Segment};
use crate::rtcp;

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
    /// Ticks of the stream's clock in a second.
    clock_rate: u32,
    /// What is added to the source's numbers; `None` until a packet comes, and again after [`Self::restart`].
    mapping: Option<Mapping>,
    /// One above the highest extended sequence sent.
    next: u64,
    /// How many numbers below `next` were never used.
    room: u64,
    /// Packets of the source that never came here: a receiver misses them too.
    holes: u32,
    last: Option<LastMedia>,
    /// The last telephone event of a peer that names a clock of its own for it.
    event: Option<Event>,
    pub(super) account: Account,
}

#[derive(Debug, Clone, Copy)]
struct Mapping {
    /// The SSRC that it serves.
    source: u32,
    /// The first extended sequence of the source that this mapping serves.
    floor: u64,
    /// Our number of the first packet that the source can have sent here.
    began: u64,
    /// One above the highest that it served or skipped.
    ceiling: u64,
    sequence_offset: i64,
    /// Known from the first packet on the stream's clock on.
    timestamp_offset: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
struct LastMedia {
    timestamp: u32,
    at: Instant,
}

/// Which packet of the other party's feeds the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) ssrc: u32,
    pub(super) extended_sequence: u64,
}

/// The time of a received packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// On the stream's clock, as media is, and events of a peer that names the audio's clock for them.
    Media(u32),
    /// A telephone event of a peer that names another clock. The time may be the audio's all the same (RFC 4733
    /// section 2.1).
    Event(u32),
    /// Already in the stream's own time: that of the packet that is repaired.
    Mapped(u32),
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
    pub(super) fn new(ssrc: u32, mid: &str, clock_rate: u32) -> Self {
        let next = first_sequence(ssrc);
        Self {
            ssrc,
            mid: Mid::new(mid),
            clock_rate,
            mapping: None,
            next,
            room: FIRST_SEQUENCE,
            holes: 0,
            last: None,
            event: None,
            account: Account::default(),
        }
    }

    /// A stream that an earlier one of this SSRC and these keys preceded, up to `next`.
    pub(super) fn resume(ssrc: u32, mid: &str, clock_rate: u32, next: u64) -> Self {
        Self { next, room: 0, ..Self::new(ssrc, mid, clock_rate) }
    }

    /// The stream goes on in another section.
    pub(super) fn move_to(&mut self, mid: &str) {
        self.mid = Mid::new(mid);
    }

    /// One above the highest extended sequence sent.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// The lower half of the first number of all.
    pub(super) fn first(&self) -> u32 {
        first_sequence(self.ssrc) as u32
    }

    pub(super) fn holes(&self) -> u32 {
        self.holes
    }

    pub(super) fn clock_rate(&self) -> u32 {
        self.clock_rate
    }

    /// What feeds the stream was interrupted: what it left out meanwhile is no loss.
    pub(super) fn restart(&mut self) {
        self.mapping = None;
        self.event = None;
    }

    /// Where to send the source's packet, or `None` if it comes too late for that.
    pub(super) fn place(&mut self, now: Instant, origin: Origin, clock: Clock) -> Option<Place> {
        let source_sequence = origin.extended_sequence;
        let mut mapping = match self.mapping {
            Some(mapping) if mapping.source == origin.ssrc => mapping,
            Some(_) | None => self.begin(origin),
        };
        if source_sequence < mapping.floor {
            return None;
        }
        let extended_sequence = source_sequence.checked_add_signed(mapping.sequence_offset)?;
        let timestamp = match clock {
            Clock::Media(timestamp) => self.media_timestamp(now, timestamp, &mut mapping),
            Clock::Event(timestamp) => self.event_timestamp(now, timestamp, mapping.timestamp_offset),
            Clock::Mapped(timestamp) => timestamp,
        };
        mapping.ceiling = mapping.ceiling.max(source_sequence + 1);
        self.mapping = Some(mapping);
        match extended_sequence.checked_sub(self.next) {
            Some(missing) => {
                self.holes = self.holes.saturating_add(missing as u32);
                self.next = extended_sequence + 1;
            }
            None => self.holes = self.holes.saturating_sub(1),
        }
        Some(Place { extended_sequence, timestamp })
    }

    /// A packet of the source is not sent: the ones after it move up, so that the peer sees no loss.
    pub(super) fn skip(&mut self, origin: Origin) {
        let source_sequence = origin.extended_sequence;
        if let Some(mapping) = &mut self.mapping
            && mapping.source == origin.ssrc
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

    /// What feeds the stream, in the terms of those who report about it.
    pub(super) fn source(&self) -> Option<rtcp::Source> {
        let mapping = self.mapping?;
        Some(rtcp::Source {
            ssrc: mapping.source,
            sequence_offset: mapping.sequence_offset.wrapping_neg() as u32,
            began: mapping.began as u32,
            floor: mapping.floor.wrapping_add_signed(mapping.sequence_offset) as u32,
            next: self.next as u32,
            lost_before: self.account.lost_before(),
        })
    }

    /// Where a report stands in the event that was [placed](Self::place) last, which has lasted for so long.
    pub(super) fn event_segment(&mut self, ticks: u32, ends: bool) -> Option<Segment> {
        Some(self.event.as_mut()?.segment(ticks, ends))
    }

    /// The number under which the source's packet was forwarded, or `None` if it is none that this mapping served.
    pub(super) fn forwarded_as(&self, source: u32, sequence: u16) -> Option<u16> {
        let mapping = self.mapping.filter(|mapping| mapping.source == source)?;
        let behind = u64::from((mapping.ceiling as u16).wrapping_sub(sequence));
        if !(1..=LATE_MAX).contains(&behind) {
            return None;
        }
        let extended = mapping.ceiling.checked_sub(behind).filter(|extended| *extended >= mapping.floor)?;
        Some(extended.wrapping_add_signed(mapping.sequence_offset) as u16)
    }

    /// The stream's very first packets may come out of order: nothing was sent before them, so there is room below.
    fn begin(&mut self, origin: Origin) -> Mapping {
        let source_sequence = origin.extended_sequence;
        let room = std::mem::take(&mut self.room).min(source_sequence);
        self.event = None;
        self.account.begin(origin.ssrc);
        Mapping {
            source: origin.ssrc,
            floor: source_sequence - room,
            began: self.next.saturating_sub(room),
            ceiling: source_sequence,
            sequence_offset: (self.next as i64).wrapping_sub(source_sequence as i64),
            timestamp_offset: None,
        }
    }

    fn media_timestamp(&mut self, now: Instant, received: u32, mapping: &mut Mapping) -> u32 {
        let offset = mapping.timestamp_offset.unwrap_or_else(|| self.next_timestamp(now).wrapping_sub(received));
        mapping.timestamp_offset = Some(offset);
        let timestamp = received.wrapping_add(offset);
        if self.last.is_none_or(|last| timestamp.wrapping_sub(last.timestamp) as i32 > 0) {
            self.last = Some(LastMedia { timestamp, at: now });
        }
        timestamp
    }

    /// Where another source's time begins: it is never that of the last one's frame.
    fn next_timestamp(&self, now: Instant) -> u32 {
        let timestamp = self.timestamp_at(now);
        if self.last.is_some_and(|last| last.timestamp == timestamp) { timestamp.wrapping_add(1) } else { timestamp }
    }

    /// The stream's clock now, if it went on since the last packet.
    fn timestamp_at(&self, now: Instant) -> u32 {
        match self.last {
            Some(last) => last.timestamp.wrapping_add(ticks(now.saturating_duration_since(last.at), self.clock_rate)),
            None => self.ssrc.rotate_left(16),
        }
    }

    /// All packets of an event bear the time at which it began (RFC 4733 section 2.1). Peers take it from the audio's
    /// clock, or, against the RFC, from one of the rate that they name: then it says nothing, and the event begins now.
    fn event_timestamp(&mut self, now: Instant, received: u32, offset: Option<u32>) -> u32 {
        if let Some(event) = self.event
            && event.received == received
        {
            return event.sent;
        }
        let at_arrival = self.timestamp_at(now);
        let of_audio = offset.map(|offset| received.wrapping_add(offset));
        let lasted = |began: &u32| at_arrival.wrapping_sub(*began) as i32;
        let sent = of_audio.filter(|began| lasted(began).unsigned_abs() <= EVENT_TICKS_MAX).unwrap_or(at_arrival);
        self.event = Some(Event::new(received, sent));
        if self.last.is_none() {
            self.last = Some(LastMedia { timestamp: sent, at: now });
        }
        sent
    }
}

fn first_sequence(ssrc: u32) -> u64 {
    FIRST_SEQUENCE + u64::from(ssrc >> 18)
}

/// Ticks of a clock, modulo 2^32.
fn ticks(elapsed: Duration, clock_rate: u32) -> u32 {
    (elapsed.as_micros() * u128::from(clock_rate) / 1_000_000) as u32
}

/// Opus over RTP always has this clock (RFC 7587 section 4.1).
pub(super) const AUDIO_CLOCK_RATE: u32 = 48_000;
/// Of every video payload format in use.
pub(super) const VIDEO_CLOCK_RATE: u32 = 90_000;
const FIRST_SEQUENCE: u64 = 64;
/// How long an event may have lasted when its first report arrives: a little longer than 16 bits can tell at 8 kHz.
const EVENT_TICKS_MAX: u32 = 10 * AUDIO_CLOCK_RATE;
/// Numbers that are further behind are ahead (RFC 1982).
const LATE_MAX: u64 = 1 << 15;

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(extended_sequence: u64) -> Origin {
        Origin { ssrc: 1, extended_sequence }
    }

    fn audio(stream: &mut Outbound, now: Instant, sequence: u64, timestamp: u32) -> Option<(u64, u32)> {
        let place = stream.place(now, origin(sequence), Clock::Media(timestamp))?;
        Some((place.extended_sequence, place.timestamp))
    }

    #[test]
    fn order_and_gaps_of_the_source_are_kept() {
        let (mut stream, now) = (Outbound::new(7, "0", AUDIO_CLOCK_RATE), Instant::now());
        let (first, time) = audio(&mut stream, now, 65_530, 1_000).expect("in order");
        assert_eq!(audio(&mut stream, now, 65_540, 10_600), Some((first + 10, time + 9_600)));
        assert_eq!(audio(&mut stream, now, 65_529, 40), Some((first - 1, time.wrapping_sub(960))));
    }

    #[test]
    fn another_source_continues_where_the_last_one_ended() {
        let (mut stream, now) = (Outbound::new(7, "0", AUDIO_CLOCK_RATE), Instant::now());
        let (first, time) = audio(&mut stream, now, 100, 1_000).expect("in order");
        stream.restart();
        let later = now + Duration::from_millis(500);
        assert_eq!(audio(&mut stream, later, 9, 77), Some((first + 1, time + 24_000)));
        assert_eq!(audio(&mut stream, later, 8, 0), None, "its number may be taken");
    }

    #[test]
    fn two_sources_at_the_same_time_share_no_timestamp() {
        let (mut stream, now) = (Outbound::new(7, "0", VIDEO_CLOCK_RATE), Instant::now());
        let (_, time) = audio(&mut stream, now, 100, 1_000).expect("in order");
        let other = Origin { ssrc: 2, extended_sequence: 5 };
        let place = stream.place(now, other, Clock::Media(1_000)).expect("in order");
        assert_eq!(place.timestamp, time + 1);
    }

    #[test]
    fn a_repaired_packet_is_named_as_it_was_forwarded() {
        let (mut stream, now) = (Outbound::new(7, "0", VIDEO_CLOCK_RATE), Instant::now());
        assert_eq!(stream.forwarded_as(1, 65_535), None);
        let (first, _) = audio(&mut stream, now, 65_535, 0).expect("in order");
        audio(&mut stream, now, 65_540, 0).expect("in order");
        let at = |sequence| stream.forwarded_as(1, sequence).map(u64::from);
        assert_eq!((at(65_535), at(0), at(4)), (Some(first), Some(first + 1), Some(first + 5)));
        assert_eq!((at(5), at(65_400)), (None, None), "not forwarded yet, and before the stream began");
        assert_eq!(stream.forwarded_as(2, 0), None, "of another source");
        stream.skip(origin(65_541));
        audio(&mut stream, now, 65_542, 0).expect("in order");
        assert_eq!(stream.forwarded_as(1, 4), None, "the numbering changed");
        assert_eq!(stream.forwarded_as(1, 6).map(u64::from), Some(first + 6));
    }

    #[test]
    fn a_skipped_packet_leaves_no_gap_and_no_number_twice() {
        let (mut stream, now) = (Outbound::new(7, "0", AUDIO_CLOCK_RATE), Instant::now());
        let (first, _) = audio(&mut stream, now, 100, 0).expect("in order");
        stream.skip(origin(102));
        assert_eq!(audio(&mut stream, now, 101, 0), None, "103 has its number");
        assert_eq!(audio(&mut stream, now, 103, 0).map(|(sequence, _)| sequence), Some(first + 2));
        stream.skip(origin(101));
        assert_eq!(audio(&mut stream, now, 104, 0).map(|(sequence, _)| sequence), Some(first + 3));
    }

    #[test]
    fn an_event_on_a_clock_of_its_own_begins_when_it_arrives() {
        let (mut stream, now) = (Outbound::new(7, "0", AUDIO_CLOCK_RATE), Instant::now());
        let event = |stream: &mut Outbound, after_ms, sequence, timestamp| {
            let at = now + Duration::from_millis(after_ms);
            stream.place(at, origin(sequence), Clock::Event(timestamp)).map(|place| place.timestamp)
        };
        let first = event(&mut stream, 0, 1, 1_000_000).expect("in order");
        let (_, time) = audio(&mut stream, now + Duration::from_millis(20), 2, 77).expect("in order");
        assert_eq!(time, first.wrapping_add(960), "the audio's clock is not taken from it");
        let began = event(&mut stream, 40, 3, 2_000_000).expect("in order");
        assert_eq!(began, time + 960);
        assert_eq!(event(&mut stream, 60, 4, 2_000_000), Some(began), "the same event");
        assert_eq!(event(&mut stream, 80, 5, 77 + 960), Some(time + 960), "one on the audio's clock");
    }
}
