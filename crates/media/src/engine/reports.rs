//! What a peer's reports tell of its own leg (RFC 3550 section 6.4).
//!
//! Reports pass from end to end, so they are about the whole way between the parties. What belongs to one leg is found by
//! what the relay did itself: packets that it never had to send are no loss of this leg, and the round trip begins when
//! the other party's sender report went out here.

use std::time::{Duration, Instant};

use offhook_call::Spread;
use smallvec::SmallVec;

use super::outbound::Outbound;
use crate::rtcp::ReportBlock;

/// Told only when RTCP comes.
#[derive(Debug)]
pub(super) struct Reports {
    since: Instant,
    streams: SmallVec<[Reported; STREAMS_USUAL]>,
    /// The other party's last sender reports that went to the peer, the oldest overwritten first.
    sent: [SenderReport; SENDER_REPORTS_KEPT],
    sent_next: usize,
    /// What the peer missed of what was sent to it, over all streams.
    lost: i64,
    expected: u64,
    jitter: Samples,
    round_trip: Samples,
}

/// The last report on a stream.
#[derive(Debug, Clone, Copy)]
struct Reported {
    ssrc: u32,
    lost: i32,
    highest_sequence: u32,
    /// How many packets the relay itself had missed in the stream by then.
    holes: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct SenderReport {
    /// The middle of its NTP time, which answers name; zero: none.
    ntp: u32,
    /// Microseconds after `since`, modulo 2^32: an hour is long for an answer.
    sent_us: u32,
}

/// Values over time.
#[derive(Debug, Clone, Copy, Default)]
struct Samples {
    last_us: u64,
    max_us: u64,
    sum_us: u64,
    count: u64,
}

impl Reports {
    pub(super) fn new(since: Instant) -> Self {
        Self {
            since,
            streams: SmallVec::new(),
            sent: [SenderReport::default(); SENDER_REPORTS_KEPT],
            sent_next: 0,
            lost: 0,
            expected: 0,
            jitter: Samples::default(),
            round_trip: Samples::default(),
        }
    }

    /// A sender report of the other party went to the peer. `ntp`: the middle of its NTP time.
    pub(super) fn sender_report_sent(&mut self, ntp: u32, now: Instant) {
        self.sent[self.sent_next] = SenderReport { ntp, sent_us: self.us(now) };
        self.sent_next = (self.sent_next + 1) % SENDER_REPORTS_KEPT;
    }

    /// The peer reports on `stream`.
    pub(super) fn note(&mut self, block: &ReportBlock, stream: &Outbound, is_audio: bool, now: Instant) {
        if let Some(round_trip) = self.round_trip(block, now) {
            self.round_trip.add(round_trip);
        }
        // A number that was never sent is of a peer that counts otherwise, or makes things up.
        if (stream.next() as u32).wrapping_sub(block.highest_sequence).cast_signed() <= 0 {
            return;
        }
        if is_audio {
            self.jitter.add(u64::from(block.jitter) * 1_000_000 / u64::from(stream.clock_rate()));
        }
        self.count_loss(block, stream);
    }

    /// What the peer missed and how many packets that is about. `None`: it never said.
    pub(super) fn loss(&self) -> Option<(u64, u64)> {
        let lost = u64::try_from(self.lost).unwrap_or(0);
        (!self.streams.is_empty()).then_some((lost.min(self.expected), self.expected))
    }

    pub(super) fn jitter(&self) -> Option<Spread> {
        self.jitter.spread()
    }

    /// Between the relay and the peer.
    pub(super) fn round_trips(&self) -> Option<Spread> {
        self.round_trip.spread()
    }

    fn count_loss(&mut self, block: &ReportBlock, stream: &Outbound) {
        let reported = Reported {
            ssrc: block.ssrc,
            lost: block.lost,
            highest_sequence: block.highest_sequence,
            holes: stream.holes(),
        };
        let at = self.streams.iter().position(|before| before.ssrc == block.ssrc);
        let none = Reported { lost: 0, highest_sequence: stream.first().wrapping_sub(1), holes: 0, ..reported };
        let before = at.map_or(none, |at| self.streams[at]);
        let expected = reported.highest_sequence.wrapping_sub(before.highest_sequence);
        if expected.cast_signed() < 0 || (at.is_none() && self.streams.len() >= STREAMS_MAX) {
            return;
        }
        self.expected += u64::from(expected);
        self.lost += i64::from(reported.lost) - i64::from(before.lost);
        self.lost -= i64::from(reported.holes) - i64::from(before.holes);
        match at {
            Some(at) => self.streams[at] = reported,
            None => self.streams.push(reported),
        }
    }

    /// RFC 3550 section 6.4.1, figure 2, with this relay in the place of the sender. In microseconds.
    fn round_trip(&self, block: &ReportBlock, now: Instant) -> Option<u64> {
        let report = self.sent.iter().find(|report| report.ntp != 0 && report.ntp == block.last_report)?;
        let elapsed = u64::from(self.us(now).wrapping_sub(report.sent_us));
        // Clocks that count milliseconds may tell a delay that is longer than the way.
        Some(elapsed.saturating_sub((u64::from(block.delay) * 1_000_000) >> 16))
    }

    fn us(&self, now: Instant) -> u32 {
        us(now.saturating_duration_since(self.since)) as u32
    }
}

impl Samples {
    fn add(&mut self, us: u64) {
        self.last_us = us;
        self.max_us = self.max_us.max(us);
        self.sum_us += us;
        self.count += 1;
    }

    fn spread(&self) -> Option<Spread> {
        let mean_us = self.sum_us.checked_div(self.count)?;
        Some(Spread { last_us: self.last_us, mean_us, max_us: self.max_us })
    }
}

/// Half a million years fit.
pub(super) fn us(duration: Duration) -> u64 {
    duration.as_micros() as u64
}

/// Of audio: stream A, and B after it.
const STREAMS_USUAL: usize = 2;
/// Audio, camera and screen with their repair, and those that took their places. Reports on more are not counted.
const STREAMS_MAX: usize = 32;
/// A party with audio and video sends a few in a second, and is answered every five seconds at least.
const SENDER_REPORTS_KEPT: usize = 16;
