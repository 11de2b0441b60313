//! The jitter buffer of one stream: packets in as they come, frames out at a steady pace.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::audio::{Decoder, FRAME_SAMPLES, Frame, SILENCE};

/// Packets that wait before the first is played, and again after a pause: 40 ms against jitter.
const PREFILL_PACKETS: usize = 2;

/// Packets that may wait. Beyond it the oldest are skipped, so that a stall does not delay all that follows.
const WAITING_MAX: usize = 10;

/// Lost packets in a row that are concealed; a longer gap is skipped.
const CONCEALED_MAX: u64 = 5;

pub(super) struct Playout {
    /// By extended sequence number; `None` holds the place of a packet without audio.
    waiting: BTreeMap<u64, Option<Arc<[u8]>>>,
    /// The sequence number to play next.
    next: Option<u64>,
    /// Enough was waiting to start.
    running: bool,
    decoder: Decoder,
    /// Decoded and not played yet.
    pcm: VecDeque<f32>,
    /// Packets that came after their turn, or were skipped.
    pub(super) too_late: u64,
}

impl Playout {
    pub(super) fn new() -> Self {
        let (waiting, pcm) = (BTreeMap::new(), VecDeque::new());
        Self { waiting, next: None, running: false, decoder: Decoder::new(), pcm, too_late: 0 }
    }

    /// A packet arrived. `audio` is `None` for one that has a place in the sequence but no sound.
    pub(super) fn push(&mut self, sequence: u64, audio: Option<Arc<[u8]>>) {
        if self.next.is_some_and(|next| sequence < next) {
            self.too_late += 1;
            return;
        }
        self.waiting.insert(sequence, audio);
        while self.waiting.len() > WAITING_MAX {
            self.waiting.pop_first();
            self.too_late += 1;
            self.next = self.waiting.keys().next().copied();
        }
    }

    /// The next 20 ms; `None` if nothing is there to play.
    pub(super) fn pull(&mut self) -> Option<Frame> {
        if !self.running && self.waiting.len() < PREFILL_PACKETS {
            return None;
        }
        self.running = true;
        while self.pcm.len() < FRAME_SAMPLES {
            if !self.decode_next() {
                self.running = false;
                return None;
            }
        }
        let mut frame = SILENCE;
        frame.iter_mut().zip(self.pcm.drain(..FRAME_SAMPLES)).for_each(|(to, from)| *to = from);
        Some(frame)
    }

    /// Forgets what is left to play.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.pcm.clear();
        self.running = false;
    }

    /// Decodes one packet more; false if none is waiting.
    fn decode_next(&mut self) -> bool {
        let Some((&first, following)) = self.waiting.first_key_value() else { return false };
        let next = self.next.unwrap_or(first);
        if next < first && first - next <= CONCEALED_MAX {
            let copy_of_lost = following.as_deref().filter(|_| first == next + 1);
            self.pcm.extend(self.decoder.conceal(copy_of_lost));
            self.next = Some(next + 1);
            return true;
        }
        let packet = self.waiting.remove(&first).expect("the first key is there");
        if let Some(pcm) = packet.and_then(|packet| self.decoder.decode(&packet)) {
            self.pcm.extend(pcm);
        }
        self.next = Some(first + 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Encoder, Level, Tone};

    fn packets(count: usize) -> Vec<Arc<[u8]>> {
        let (mut tone, mut encoder) = (Tone::new(440, -20.0), Encoder::new());
        (0..count).map(|_| encoder.encode(&tone.next_frame()).into()).collect()
    }

    fn pull_all(playout: &mut Playout) -> usize {
        std::iter::from_fn(|| playout.pull()).count()
    }

    #[test]
    fn reordered_packets_play_in_order_and_duplicates_once() {
        let packets = packets(10);
        let mut playout = Playout::new();
        let mut level = Level::of(440);
        for sequence in [0, 2, 1, 1, 3, 5, 4, 7, 6, 9, 8] {
            playout.push(sequence as u64, Some(packets[sequence].clone()));
        }
        let mut frames = 0;
        while let Some(frame) = playout.pull() {
            frames += 1;
            // The first frames carry the codec's attack.
            if frames > 3 {
                level.hear(&frame);
            }
        }
        assert_eq!((frames, playout.too_late), (10, 0));
        assert!(level.tone_share() > 0.9, "{level:?}");
    }

    #[test]
    fn lost_packets_are_concealed_in_place_and_come_too_late_afterwards() {
        let packets = packets(6);
        let mut playout = Playout::new();
        for sequence in [0, 1, 4, 5] {
            playout.push(sequence as u64, Some(packets[sequence].clone()));
        }
        assert_eq!(pull_all(&mut playout), 6);
        playout.push(2, Some(packets[2].clone()));
        assert_eq!((pull_all(&mut playout), playout.too_late), (0, 1));
    }

    #[test]
    fn a_long_gap_is_skipped_and_a_stall_does_not_add_delay() {
        let packets = packets(40);
        let mut playout = Playout::new();
        for sequence in [0, 1, 20, 21] {
            playout.push(sequence as u64, Some(packets[sequence].clone()));
        }
        assert_eq!(pull_all(&mut playout), 4);
        for (sequence, packet) in packets.iter().enumerate().skip(22) {
            playout.push(sequence as u64, Some(packet.clone()));
        }
        assert_eq!((pull_all(&mut playout), playout.too_late), (WAITING_MAX, 8));
    }

    #[test]
    fn packets_without_audio_keep_their_place_and_are_no_loss() {
        let packets = packets(4);
        let mut playout = Playout::new();
        playout.push(0, Some(packets[0].clone()));
        playout.push(1, None);
        playout.push(2, None);
        playout.push(3, Some(packets[3].clone()));
        assert_eq!(pull_all(&mut playout), 2);
    }
}
