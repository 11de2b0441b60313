//! In which section a peer gets the other party's audio (contract section 6, "Consumer audio").

use std::time::{Duration, Instant};

/// Which of the two streams are sent to a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearing {
    /// A alone: no offer was sent, or the peer did not take it up.
    Own,
    /// B is to go beside A, from the next packet on.
    Announced,
    /// Both carry the same packets; the peer drops those of the MID that it does not know. Ends with the first report
    /// about B, or at the deadline.
    Both { until: Instant },
    /// A alone until B takes its place, for peers without MID, which would play both.
    Moving { at: Instant },
    /// B alone.
    Far,
}

impl Hearing {
    pub(super) fn sends_a(self) -> bool {
        match self {
            Self::Own | Self::Announced | Self::Both { .. } | Self::Moving { .. } => true,
            Self::Far => false,
        }
    }

    pub(super) fn sends_b(self) -> bool {
        match self {
            Self::Announced | Self::Both { .. } | Self::Far => true,
            Self::Own | Self::Moving { .. } => false,
        }
    }

    /// The server's offer is on its way. A peer that does not hear A could not hear anything twice.
    pub(super) fn offer_sent(&mut self, has_mid: bool, hears_a: bool) {
        match self {
            Self::Own if has_mid => *self = if hears_a { Self::Announced } else { Self::Far },
            Self::Own | Self::Announced | Self::Both { .. } | Self::Moving { .. } | Self::Far => {}
        }
    }

    /// The server's offer has reached the peer. It may have been on its way for longer than B was sent, and the peer
    /// can play B only from now on, so the wait for its report begins again. Returns when [`Self::timeout`] is due.
    pub(super) fn offer_delivered(&mut self, now: Instant, has_mid: bool) -> Option<Instant> {
        match self {
            Self::Own if !has_mid => {
                let at = now + TIME_TO_APPLY;
                *self = Self::Moving { at };
                Some(at)
            }
            Self::Own | Self::Both { .. } => {
                *self = Self::Announced;
                None
            }
            Self::Announced | Self::Moving { .. } | Self::Far => None,
        }
    }

    /// A packet of B is sent: from the first one on, there is something to report about. Returns when
    /// [`Self::timeout`] is due, once.
    pub(super) fn b_sent(&mut self, now: Instant, patience: Duration) -> Option<Instant> {
        match self {
            Self::Announced => {
                let until = now + patience;
                *self = Self::Both { until };
                Some(until)
            }
            Self::Own | Self::Both { .. } | Self::Moving { .. } | Self::Far => None,
        }
    }

    /// A receiver report about B came: the peer plays it, even if the report before this one was lost and B had ended.
    pub(super) fn b_reported(&mut self) {
        *self = Self::Far;
    }

    pub(super) fn timeout(&mut self, now: Instant) {
        match *self {
            Self::Both { until } if until <= now => *self = Self::Own,
            Self::Moving { at } if at <= now => *self = Self::Far,
            Self::Own | Self::Announced | Self::Both { .. } | Self::Moving { .. } | Self::Far => {}
        }
    }
}

/// What a peer without MID gets to apply an offer that it has (contract section 6).
const TIME_TO_APPLY: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn a_report_on_b_ends_a() {
        let now = Instant::now();
        let mut hearing = Hearing::Own;
        hearing.offer_sent(true, true);
        assert_eq!(hearing.b_sent(now, PATIENCE), Some(now + PATIENCE));
        assert!(hearing.sends_a() && hearing.sends_b());
        hearing.b_reported();
        assert_eq!(hearing, Hearing::Far);
        hearing.timeout(now + PATIENCE);
        assert_eq!(hearing, Hearing::Far);
    }

    #[test]
    fn patience_begins_with_the_first_packet_and_ends_b() {
        let now = Instant::now();
        let mut hearing = Hearing::Own;
        hearing.offer_sent(true, true);
        hearing.timeout(now + 2 * PATIENCE);
        assert!(hearing.sends_a() && hearing.sends_b(), "nobody spoke, so there was nothing to report about");
        assert_eq!(hearing.b_sent(now, PATIENCE), Some(now + PATIENCE));
        assert_eq!(hearing.b_sent(now + PATIENCE / 2, PATIENCE), None);
        hearing.timeout(now + PATIENCE - Duration::from_millis(1));
        assert!(hearing.sends_b());
        hearing.timeout(now + PATIENCE);
        assert_eq!(hearing, Hearing::Own);
    }

    #[test]
    fn after_the_end_of_b_a_late_report_or_another_offer_brings_it_back() {
        let now = Instant::now();
        let mut late = Hearing::Both { until: now };
        late.timeout(now);
        let mut again = late;
        late.b_reported();
        assert_eq!(late, Hearing::Far);
        again.offer_sent(true, true);
        assert_eq!(again, Hearing::Announced);
    }

    #[test]
    fn an_offer_that_arrives_late_brings_b_back() {
        let now = Instant::now();
        for mut hearing in [Hearing::Own, Hearing::Both { until: now }] {
            assert_eq!(hearing.offer_delivered(now, true), None);
            assert!(hearing.sends_a() && hearing.sends_b());
            assert_eq!(hearing.b_sent(now, PATIENCE), Some(now + PATIENCE));
        }
    }

    #[test]
    fn who_does_not_hear_a_gets_b_for_good() {
        let mut hearing = Hearing::Own;
        hearing.offer_sent(true, false);
        assert_eq!(hearing, Hearing::Far);
    }

    #[test]
    fn without_mid_b_replaces_a_one_second_after_delivery() {
        let now = Instant::now();
        let mut hearing = Hearing::Own;
        hearing.offer_sent(false, true);
        assert!(!hearing.sends_b());
        let at = hearing.offer_delivered(now, false).expect("a delivered offer sets the timer");
        assert!(hearing.sends_a() && !hearing.sends_b());
        hearing.timeout(at);
        assert!(!hearing.sends_a() && hearing.sends_b());
    }
}
