//! When a sender is asked for a key frame on behalf of a peer that has just begun to get its video.

use std::time::{Duration, Instant};

/// Key frames of one stream that a peer gets. The peer asks for them itself when it misses something; what is asked for
/// here lets the first picture come at once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Picture {
    wanted: bool,
    /// Since it was wanted, the peer has neither reported on the stream nor asked itself.
    unconfirmed: bool,
    asked_at: Option<Instant>,
}

/// What is to be done about a wanted picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Nothing,
    AskNow,
    /// It was asked for lately.
    AskAt(Instant),
}

impl Picture {
    /// The peer can see the stream from now on.
    pub(super) fn want(&mut self) {
        self.wanted = true;
        self.unconfirmed = true;
    }

    /// The stream is off.
    pub(super) fn forget(&mut self) {
        self.wanted = false;
        self.unconfirmed = false;
    }

    /// The peer reports that it gets the stream: what it got before may have begun in the middle of a picture.
    pub(super) fn reported(&mut self) {
        self.wanted |= std::mem::take(&mut self.unconfirmed);
    }

    /// The peer asked for a key frame itself.
    pub(super) fn asked_by_peer(&mut self, now: Instant) {
        self.forget();
        self.asked_at = Some(now);
    }

    /// Whether to ask. The caller does what this returns.
    pub(super) fn step(&mut self, now: Instant) -> Step {
        if !self.wanted {
            return Step::Nothing;
        }
        match self.asked_at.map(|at| at + INTERVAL_MIN) {
            Some(at) if at > now => Step::AskAt(at),
            Some(_) | None => {
                self.wanted = false;
                self.asked_at = Some(now);
                Step::AskNow
            }
        }
    }
}

/// Encoders answer each request with a frame many times the usual size.
const INTERVAL_MIN: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_asked_for_at_once_and_again_at_the_first_report() {
        let (mut picture, now) = (Picture::default(), Instant::now());
        assert_eq!(picture.step(now), Step::Nothing);
        picture.want();
        assert_eq!(picture.step(now), Step::AskNow);
        assert_eq!(picture.step(now), Step::Nothing);
        picture.reported();
        assert_eq!(picture.step(now), Step::AskAt(now + INTERVAL_MIN));
        assert_eq!(picture.step(now + INTERVAL_MIN), Step::AskNow);
        picture.reported();
        assert_eq!(picture.step(now + 3 * INTERVAL_MIN), Step::Nothing, "every report is not a request");
    }

    #[test]
    fn a_peer_that_asks_itself_is_not_spoken_for() {
        let (mut picture, now) = (Picture::default(), Instant::now());
        picture.want();
        assert_eq!(picture.step(now), Step::AskNow);
        picture.asked_by_peer(now);
        picture.reported();
        assert_eq!(picture.step(now + 3 * INTERVAL_MIN), Step::Nothing);
    }
}
