//! What a line hears: the streams of its sections, mixed and measured.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use str0m::media::Mid;

use super::keypad::{Digit, KeyReader};
use super::mouth::Kind;
use super::playout::Playout;
use super::statistics::{Heard, StreamReport};
use crate::audio::{Frame, RoundTrip, SILENCE};

/// Streams that are followed; packets of more are ignored.
const STREAMS_MAX: usize = 16;

pub(super) struct Ear {
    /// By SSRC.
    streams: BTreeMap<u32, Stream>,
    heard: Heard,
    round_trip: RoundTrip,
}

struct Stream {
    mid: Mid,
    playout: Playout,
    keys: KeyReader,
    first: u64,
    highest: u64,
    received: u64,
    played: u64,
}

/// A packet that arrived.
pub(super) struct Arrival {
    pub(super) kind: Kind,
    pub(super) ssrc: u32,
    pub(super) mid: Mid,
    /// Its section receives: it is heard.
    pub(super) audible: bool,
    /// Extended.
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) payload: Arc<[u8]>,
}

impl Ear {
    pub(super) fn new(listen_for_hz: u32) -> Self {
        let heard = Heard::nothing(listen_for_hz);
        Self { streams: BTreeMap::new(), heard, round_trip: RoundTrip::default() }
    }

    /// Takes a packet; a key that was released comes back.
    pub(super) fn take(&mut self, arrival: Arrival) -> Option<(Digit, Duration)> {
        if self.streams.len() >= STREAMS_MAX && !self.streams.contains_key(&arrival.ssrc) {
            return None;
        }
        self.streams.entry(arrival.ssrc).or_insert_with(|| Stream::starting_with(&arrival)).take(arrival)
    }

    /// The next 20 ms, of the sections that receive. When a voice moves to another section, what is left of it in the
    /// old one is played until the new one sounds, so that nothing is missing and nothing is heard twice.
    pub(super) fn next_frame(&mut self, receives: impl Fn(Mid) -> bool) -> Frame {
        let (mut mix, mut sounding) = self.mix(&receives);
        if sounding == 0 {
            (mix, sounding) = self.mix(|mid| !receives(mid));
        } else {
            self.streams.values_mut().filter(|stream| !receives(stream.mid)).for_each(|stream| stream.playout.clear());
        }
        self.measure(&mix, sounding);
        mix
    }

    /// The next frame of the chosen sections, and how many streams sound in it.
    fn mix(&mut self, chosen: impl Fn(Mid) -> bool) -> (Frame, usize) {
        let mut mix = SILENCE;
        let streams = self.streams.values_mut().filter(|stream| chosen(stream.mid));
        let frames = streams.filter_map(|stream| stream.playout.pull());
        let sounding =
            frames.inspect(|frame| mix.iter_mut().zip(frame).for_each(|(sum, sample)| *sum += sample)).count();
        (mix, sounding)
    }

    fn measure(&mut self, mix: &Frame, sounding: usize) {
        self.round_trip.hear(mix);
        if sounding == 0 {
            self.heard.silent += u64::from(self.heard.frames > 0);
            return;
        }
        self.heard.frames += 1;
        self.heard.doubled += u64::from(sounding > 1);
        self.heard.level.hear(mix);
    }

    pub(super) fn heard(&self) -> Heard {
        self.heard
    }

    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.round_trip.median()
    }

    pub(super) fn report(&self) -> Vec<StreamReport> {
        self.streams.iter().map(|(&ssrc, stream)| stream.report(ssrc)).collect()
    }
}

impl Stream {
    fn starting_with(arrival: &Arrival) -> Self {
        Self {
            mid: arrival.mid,
            playout: Playout::new(),
            keys: KeyReader::default(),
            first: arrival.sequence,
            highest: arrival.sequence,
            received: 0,
            played: 0,
        }
    }

    fn take(&mut self, arrival: Arrival) -> Option<(Digit, Duration)> {
        self.received += 1;
        self.first = self.first.min(arrival.sequence);
        self.highest = self.highest.max(arrival.sequence);
        if !arrival.audible {
            return None;
        }
        self.played += 1;
        match arrival.kind {
            Kind::Audio => {
                self.playout.push(arrival.sequence, Some(arrival.payload));
                None
            }
            Kind::TelephoneEvent => {
                self.playout.push(arrival.sequence, None);
                self.keys.read(arrival.timestamp, &arrival.payload)
            }
            // An eye's matter.
            Kind::Video => None,
        }
    }

    fn report(&self, ssrc: u32) -> StreamReport {
        StreamReport {
            ssrc,
            mid: self.mid.to_string(),
            received: self.received,
            lost: (self.highest - self.first + 1).saturating_sub(self.received),
            too_late: self.playout.too_late,
            played: self.played,
        }
    }
}
