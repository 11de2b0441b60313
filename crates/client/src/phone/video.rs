//! Video that is encoded already: VP8 frames (RFC 7741), sent at a steady pace and put together again.

use std::collections::BTreeMap;
use std::sync::Arc;

use str0m::media::Mid;

use super::mouth::{Kind, Packet};
use super::statistics::VideoReport;

/// A camera: VP8 frames, one after the other. The last is followed by none.
///
/// A picture that nobody asked to be repeated is lost if a packet of it is; so each frame should be a key frame.
pub struct Camera {
    frames: Box<dyn Iterator<Item = Arc<[u8]>> + Send>,
    /// Ticks of 20 ms from frame to frame.
    every: u32,
    waited: u32,
    sequence: u64,
    /// 90 kHz.
    timestamp: u32,
}

/// The pictures of [`Camera::test_pattern`]: VP8 key frames, made with libwebp.
pub const TEST_PATTERN: [&[u8]; 4] = [
    include_bytes!("pattern/red.vp8"),
    include_bytes!("pattern/green.vp8"),
    include_bytes!("pattern/blue.vp8"),
    include_bytes!("pattern/white.vp8"),
];

/// Of a tick, at 90 kHz.
const TICK_UNITS: u32 = 1_800;

/// Of a packet, without its descriptor: fits a datagram with all that is around it.
const FRAGMENT_BYTES: usize = 1_100;

/// RFC 7741 section 4.2: S, the start of a partition.
const START: u8 = 0x10;

impl Camera {
    /// `every`: ticks of 20 ms from frame to frame.
    pub fn new(frames: impl Iterator<Item = Arc<[u8]>> + Send + 'static, every: u32) -> Self {
        let (sequence, timestamp) = (u64::from(rand::random::<u16>() >> 1), rand::random());
        Self { frames: Box::new(frames), every: every.max(1), waited: 0, sequence, timestamp }
    }

    /// A picture of 160 × 120 that is red, green, blue and white for half a second each ([`TEST_PATTERN`]), ten times a
    /// second, without end.
    pub fn test_pattern() -> Self {
        let frames = TEST_PATTERN.into_iter().flat_map(|frame| std::iter::repeat_n(frame, 5)).cycle();
        Self::new(frames.map(Arc::from), 5)
    }

    /// What is to be sent in this tick.
    pub(super) fn tick(&mut self) -> Vec<Packet> {
        self.timestamp = self.timestamp.wrapping_add(TICK_UNITS);
        self.waited += 1;
        if self.waited < self.every {
            return Vec::new();
        }
        self.waited = 0;
        self.frames.next().map(|frame| self.packets(&frame)).unwrap_or_default()
    }

    fn packets(&mut self, frame: &[u8]) -> Vec<Packet> {
        let fragments = frame.chunks(FRAGMENT_BYTES);
        let last = fragments.len().saturating_sub(1);
        let timestamp = self.timestamp;
        let packet = |(n, fragment): (usize, &[u8])| {
            let sequence = self.sequence;
            self.sequence += 1;
            let descriptor = if n == 0 { START } else { 0 };
            let payload = [&[descriptor], fragment].concat();
            Packet { kind: Kind::Video, sequence, timestamp, marker: n == last, payload }
        };
        fragments.enumerate().map(packet).collect()
    }
}

/// What a line sees: the frames of each stream.
#[derive(Default)]
pub(super) struct Eye {
    /// By SSRC.
    streams: BTreeMap<u32, Stream>,
}

/// Streams that are followed; packets of more are ignored.
const STREAMS_MAX: usize = 16;

/// Largest frame put together; a larger one is dropped.
const FRAME_BYTES_MAX: usize = 1024 * 1024;

struct Stream {
    mid: Mid,
    next_sequence: u64,
    /// The frame under way, and whether all of it was there so far.
    frame: Vec<u8>,
    whole: bool,
    frames: u64,
    broken: u64,
    last: Arc<[u8]>,
    last_key: Option<Arc<[u8]>>,
}

impl Eye {
    /// Takes a packet of a section that receives; packets that come out of order break their frame.
    pub(super) fn take(&mut self, ssrc: u32, mid: Mid, sequence: u64, marker: bool, payload: &[u8]) {
        if self.streams.len() >= STREAMS_MAX && !self.streams.contains_key(&ssrc) {
            return;
        }
        let stream = self.streams.entry(ssrc).or_insert_with(|| Stream::starting(mid, sequence));
        stream.take(sequence, marker, payload);
    }

    pub(super) fn report(&self) -> Vec<VideoReport> {
        let report = |(&ssrc, stream): (&u32, &Stream)| VideoReport {
            ssrc,
            mid: stream.mid.to_string(),
            frames: stream.frames,
            broken: stream.broken,
            last: stream.last.clone(),
            last_key: stream.last_key.clone(),
        };
        self.streams.iter().map(report).collect()
    }
}

impl Stream {
    fn starting(mid: Mid, sequence: u64) -> Self {
        let (frame, last) = (Vec::new(), Arc::default());
        Self { mid, next_sequence: sequence, frame, whole: false, frames: 0, broken: 0, last, last_key: None }
    }

    fn take(&mut self, sequence: u64, marker: bool, payload: &[u8]) {
        let in_order = sequence == self.next_sequence;
        self.next_sequence = sequence + 1;
        match vp8_fragment(payload) {
            Some((true, fragment)) => {
                self.frame.clear();
                self.frame.extend_from_slice(fragment);
                self.whole = true;
            }
            Some((false, fragment)) if in_order && self.frame.len() + fragment.len() <= FRAME_BYTES_MAX => {
                self.frame.extend_from_slice(fragment);
            }
            Some((false, _)) | None => self.whole = false,
        }
        if marker {
            self.finish();
        }
    }

    fn finish(&mut self) {
        if self.whole {
            self.frames += 1;
            self.last = self.frame.as_slice().into();
            if is_key(&self.last) {
                self.last_key = Some(self.last.clone());
            }
        } else {
            self.broken += 1;
        }
        self.frame.clear();
        self.whole = false;
    }
}

/// RFC 6386 section 9.1: the first bit of a key frame is 0.
fn is_key(frame: &[u8]) -> bool {
    frame.first().is_some_and(|first| first & 1 == 0)
}

/// What follows the payload descriptor, and whether it starts a frame (RFC 7741 section 4.2).
fn vp8_fragment(payload: &[u8]) -> Option<(bool, &[u8])> {
    let (&descriptor, mut rest) = payload.split_first()?;
    if descriptor & 0x80 != 0 {
        let (&extension, after) = rest.split_first()?;
        let wide = after.first().is_some_and(|picture_id| picture_id & 0x80 != 0);
        let picture_id = if extension & 0x80 == 0 { 0 } else { 1 + usize::from(wide) };
        let level = usize::from(extension & 0x40 != 0);
        let layer = usize::from(extension & 0x30 != 0);
        rest = after.get(picture_id + level + layer..)?;
    }
    let first_partition = descriptor & 0x07 == 0;
    (!rest.is_empty()).then_some((descriptor & START != 0 && first_partition, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(n: u8, length: usize) -> Arc<[u8]> {
        (0..length).map(|at| (at % 251) as u8 ^ n).collect()
    }

    #[test]
    fn frames_of_any_size_come_out_as_they_went_in_and_a_loss_breaks_one() {
        let sizes = [1, FRAGMENT_BYTES, FRAGMENT_BYTES + 1, 5 * FRAGMENT_BYTES];
        let frames: Vec<_> = sizes.iter().zip(0..).map(|(&size, n)| frame(n, size)).collect();
        let mut camera = Camera::new(frames.clone().into_iter(), 2);
        let mut eye = Eye::default();
        for frame in &frames {
            assert!(camera.tick().is_empty());
            for packet in camera.tick() {
                eye.take(7, "v".into(), packet.sequence, packet.marker, &packet.payload);
            }
            assert_eq!(eye.report()[0].last, *frame);
            // The frames are numbered in their first byte; even ones are key frames.
            assert_eq!(eye.report()[0].last_key.as_ref().unwrap()[0], frame[0] & !1);
        }
        assert!(camera.tick().is_empty() && camera.tick().is_empty(), "no frame is left");

        let mut camera = Camera::new(frames.clone().into_iter().rev(), 1);
        let mut eye = Eye::default();
        for (n, packet) in (0..4).flat_map(|_| camera.tick()).enumerate() {
            if n != 2 {
                eye.take(7, "v".into(), packet.sequence, packet.marker, &packet.payload);
            }
        }
        assert_eq!((eye.report()[0].frames, eye.report()[0].broken), (3, 1));
    }

    #[test]
    fn a_descriptor_of_any_length_is_passed_over_and_a_broken_one_is_no_frame() {
        for (payload, fragment) in [
            (&[0x10, 9, 9][..], Some((true, &[9, 9][..]))),
            (&[0x00, 9], Some((false, &[9]))),
            (&[0x11, 9], Some((false, &[9]))),
            (&[0x90, 0x80, 0x05, 9], Some((true, &[9]))),
            (&[0x90, 0x80, 0x85, 0x01, 9], Some((true, &[9]))),
            (&[0x90, 0xf0, 0x85, 0x01, 3, 4, 9], Some((true, &[9]))),
            (&[0x90, 0xf0, 0x85], None),
            (&[0x10], None),
            (&[], None),
        ] {
            assert_eq!(vp8_fragment(payload), fragment, "{payload:?}");
        }
    }
}
