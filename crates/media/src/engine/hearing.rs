//! In which section a peer gets the other party's audio (contract section 6, "Consumer audio").

use std::time::{Duration, Instant};

/// Which of the two streams are sent to a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearing {
    /// A alone: no offer was sent, or the peer did not take it up.
    Own,
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
            Self::Own | Self::Both { .. } | Self::Moving { .. } => true,
            Self::Far => false,
        }
    }

    pub(super) fn sends_b(self) -> bool {
        match self {
            Self::Both { .. } | Self::Far => true,
            Self::Own | Self::Moving { .. } => false,
        }
    }

    /// The server's offer is on its way. Returns when [`Self::timeout`] is due.
    pub(super) fn offer_sent(&mut self, now: Instant, has_mid: bool, patience: Duration) -> Option<Instant> {
        match self {
            Self::Own if has_mid => {
                let until = now + patience;
                *self = Self::Both { until };
                Some(until)
            }
            Self::Own | Self::Both { .. } | Self::Moving { .. } | Self::Far => None,
        }
    }

    /// The server's offer has reached the peer. Returns when [`Self::timeout`] is due.
    pub(super) fn offer_delivered(&mut self, now: Instant, has_mid: bool) -> Option<Instant> {
        match self {
            Self::Own if !has_mid => {
                let at = now + TIME_TO_APPLY;
                *self = Self::Moving { at };
                Some(at)
            }
            Self::Own | Self::Both { .. } | Self::Moving { .. } | Self::Far => None,
        }
    }

    /// A receiver report about B came: the peer plays it.
    pub(super) fn b_reported(&mut self) {
        match self {
            Self::Both { .. } => *self = Self::Far,
            Self::Own | Self::Moving { .. } | Self::Far => {}
        }
    }

    pub(super) fn timeout(&mut self, now: Instant) {
        match *self {
            Self::Both { until } if until <= now => *self = Self::Own,
            Self::Moving { at } if at <= now => *self = Self::Far,
            Self::Own | Self::Both { .. } | Self::Moving { .. } | Self::Far => {}
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
        assert_eq!(hearing.offer_sent(now, true, PATIENCE), Some(now + PATIENCE));
        assert!(hearing.sends_a() && hearing.sends_b());
        hearing.b_reported();
        assert_eq!(hearing, Hearing::Far);
        hearing.timeout(now + PATIENCE);
        assert_eq!(hearing, Hearing::Far);
    }

    #[test]
    fn without_a_report_b_ends_and_another_offer_tries_again() {
        let now = Instant::now();
        let mut hearing = Hearing::Own;
        hearing.offer_sent(now, true, PATIENCE);
        hearing.timeout(now + PATIENCE - Duration::from_millis(1));
        assert!(hearing.sends_b());
        hearing.timeout(now + PATIENCE);
        assert_eq!(hearing, Hearing::Own);
        assert!(hearing.offer_sent(now + PATIENCE, true, PATIENCE).is_some());
    }

    #[test]
    fn without_mid_b_replaces_a_one_second_after_delivery() {
        let now = Instant::now();
        let mut hearing = Hearing::Own;
        assert_eq!(hearing.offer_sent(now, false, PATIENCE), None);
        assert!(!hearing.sends_b());
        let at = hearing.offer_delivered(now, false).expect("a delivered offer sets the timer");
        assert!(hearing.sends_a() && !hearing.sends_b());
        hearing.timeout(at);
        assert!(!hearing.sends_a() && hearing.sends_b());
    }
}
