//! What reports say about a stream that we send, to its receiver and to the one whose packets feed it.

/// The account of one stream. It goes on when the source changes, so that the receiver sees one sender; a source hears
/// only of what came after it took over.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Packets sent in the stream, modulo 2^32 as sender reports count them (RFC 3550 section 6.4.1).
    pub(super) packets: u32,
    /// Bytes of their payloads without padding.
    pub(super) octets: u32,
    source: Option<u32>,
    /// Of the sender reports of this source that were forwarded: the middle 32 bits of their NTP time. 0 is none.
    reports: [u32; REPORTS_KEPT],
    /// What the receiver reported last as lost, and what it had reported when this source took over.
    lost: i32,
    lost_before: i32,
}

impl Account {
    pub(super) fn sent(&mut self, payload: &[u8], has_padding: bool) {
        let padding = payload.last().filter(|_| has_padding).copied().unwrap_or(0);
        let octets = payload.len().saturating_sub(usize::from(padding));
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(octets as u32);
    }

    /// A source begins, or comes back after a pause.
    pub(super) fn begin(&mut self, source: u32) {
        if self.source.replace(source) != Some(source) {
            self.reports = [0; REPORTS_KEPT];
            self.lost_before = self.lost;
        }
    }

    /// A sender report of the source goes to the receiver.
    pub(super) fn reported_by_source(&mut self, ntp_middle: u32) {
        self.reports.rotate_right(1);
        self.reports[0] = ntp_middle;
    }

    /// The receiver reports how many packets it lost since it began to receive the stream.
    pub(super) fn reported_by_receiver(&mut self, lost: i32) {
        self.lost = lost;
    }

    /// Whether a receiver that names this as the last sender report means one of the source.
    pub(super) fn is_of_source(&self, last_report: u32) -> bool {
        last_report != 0 && self.reports.contains(&last_report)
    }

    pub(super) fn lost_before(&self) -> i32 {
        self.lost_before
    }
}

/// A receiver names the last one that it got. The newest ones may be lost or still on their way.
const REPORTS_KEPT: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_payload() {
        let mut account = Account::default();
        account.sent(&[1, 2, 3, 0, 0, 3], true);
        account.sent(&[1, 2, 3], false);
        account.sent(&[200], true);
        account.sent(&[], true);
        assert_eq!((account.packets, account.octets), (4, 6));
    }

    #[test]
    fn a_source_that_comes_back_goes_on() {
        let mut account = Account::default();
        account.begin(1);
        account.reported_by_source(10);
        account.reported_by_receiver(7);
        account.begin(1);
        assert_eq!((account.is_of_source(10), account.lost_before()), (true, 0));
        account.begin(2);
        assert_eq!((account.is_of_source(10), account.lost_before()), (false, 7));
        assert!(!account.is_of_source(0), "none");
        (11..15).for_each(|report| account.reported_by_source(report));
        assert!((11..15).all(|report| account.is_of_source(report)));
    }
}
