//! Numbers that must not be used again.

use super::outbound::Outbound;

/// How far streams of a leg came that are no more. An SSRC may come back, and two packets must never be sealed with the
/// same keys, SSRC and extended sequence (RFC 3711 section 9.1).
#[derive(Debug, Default)]
pub(super) struct Retired(Vec<(u32, u64)>);

impl Retired {
    pub(super) fn keep(&mut self, stream: &Outbound) {
        if stream.next() <= EXTENDED_SEQUENCE_MAX {
            self.0.push((stream.ssrc, stream.next()));
        }
    }

    /// A stream that goes on where one of this SSRC ended, or a new one. What could not be remembered later is not
    /// begun: the stream is at the end of its numbers, and nothing is sent in it.
    pub(super) fn stream(&mut self, ssrc: u32, mid: &str, clock_rate: u32) -> Outbound {
        if let Some(at) = self.0.iter().position(|(known, _)| *known == ssrc) {
            let (_, next) = self.0.swap_remove(at);
            return Outbound::resume(ssrc, mid, clock_rate, next);
        }
        if self.0.len() >= RETIRED_MAX {
            return Outbound::resume(ssrc, mid, clock_rate, EXTENDED_SEQUENCE_MAX + 1);
        }
        Outbound::new(ssrc, mid, clock_rate)
    }

    /// Moves the stream to the section `mid`, or puts another one in its place if the SSRC is another. Returns whether it
    /// is.
    pub(super) fn change(&mut self, stream: &mut Outbound, ssrc: u32, mid: &str, clock_rate: u32) -> bool {
        let is_another = stream.ssrc != ssrc;
        if is_another {
            self.keep(stream);
            *stream = self.stream(ssrc, mid, clock_rate);
        } else {
            stream.move_to(mid);
        }
        is_another
    }
}

/// SSRCs of a leg that were used before; a leg has six at a time.
const RETIRED_MAX: usize = 256;
/// 48 bits (RFC 3711 section 3.3.1).
const EXTENDED_SEQUENCE_MAX: u64 = (1 << 48) - 1;

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::outbound::{Clock, Origin, VIDEO_CLOCK_RATE};
    use super::*;

    #[test]
    fn an_ssrc_that_comes_back_repeats_no_number() {
        let (mut retired, now) = (Retired::default(), Instant::now());
        let mut numbers = Vec::new();
        let mut stream = retired.stream(1, "0", VIDEO_CLOCK_RATE);
        for ssrc in [2, 1, 3, 1, 1, 2] {
            for extended_sequence in [0, 1] {
                let origin = Origin { ssrc: 9, extended_sequence };
                let place = stream.place(now, origin, Clock::Media(0)).expect("in order");
                numbers.push((stream.ssrc, place.extended_sequence));
            }
            retired.change(&mut stream, ssrc, "0", VIDEO_CLOCK_RATE);
            stream.restart();
        }
        let sent = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), sent);
    }

    #[test]
    fn more_ssrcs_than_are_remembered_are_not_sent() {
        let mut retired = Retired::default();
        let mut stream = retired.stream(0, "0", VIDEO_CLOCK_RATE);
        for ssrc in 1..2 * RETIRED_MAX as u32 {
            retired.change(&mut stream, ssrc, "0", VIDEO_CLOCK_RATE);
        }
        assert!(stream.next() > EXTENDED_SEQUENCE_MAX);
        assert!(retired.0.len() <= RETIRED_MAX + 1);
        assert!(retired.stream(7, "0", VIDEO_CLOCK_RATE).next() <= EXTENDED_SEQUENCE_MAX, "known ones go on");
    }
}
