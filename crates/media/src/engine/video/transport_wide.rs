//! Transport-wide sequence numbers of one party's packets as the other party gets them
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01): one numbering, whoever sends.

use crate::rtcp::Numbered;

/// The numbering on the way to one peer.
///
/// A sender counts every packet that it sends, also those that go no further. They leave gaps, of which is remembered
/// that they are no loss.
#[derive(Debug, Default)]
pub(in super::super) struct TransportNumbers {
    mapping: Option<Mapping>,
    /// One above the highest number used.
    next: u64,
    /// By the lowest bits of the number, of the last [`KEPT_MAX`] numbers: the packet was kept.
    kept: [u64; KEPT_MAX / 64],
}

#[derive(Debug, Clone, Copy)]
struct Mapping {
    /// Added to the sender's numbers.
    offset: u16,
    /// The first number of this sender.
    first: u64,
}

impl TransportNumbers {
    /// Another sender takes over.
    pub(super) fn restart(&mut self) {
        self.mapping = None;
    }

    /// The number under which a packet goes to the peer. `None` if it was sent before what this sender's numbering
    /// begins with: it is not counted.
    pub(super) fn send(&mut self, number: u16) -> Option<u16> {
        let mapping = *self.mapping.get_or_insert_with(|| {
            if self.next == 0 {
                // The first sender's numbers stay as they are.
                self.next = u64::from(number);
            }
            Mapping { offset: (self.next as u16).wrapping_sub(number), first: self.next }
        });
        self.take(mapping, number, false).map(|extended| extended as u16)
    }

    /// A packet goes no further.
    pub(super) fn keep(&mut self, number: u16) {
        if let Some(mapping) = self.mapping {
            self.take(mapping, number, true);
        }
    }

    /// What a number of the peer's feedback is to the sender. `None` if it is none of this sender's.
    pub(in super::super) fn sent(&self, number: u16) -> Option<Numbered> {
        let mapping = self.mapping?;
        let behind = u64::from((self.next as u16).wrapping_sub(number));
        let extended =
            self.next.checked_sub(behind).filter(|extended| (mapping.first..self.next).contains(extended))?;
        let (word, bit) = place(extended);
        let kept = behind <= KEPT_MAX as u64 && self.kept[word] & bit != 0;
        Some(Numbered { number: number.wrapping_sub(mapping.offset), kept })
    }

    fn take(&mut self, mapping: Mapping, number: u16, kept: bool) -> Option<u64> {
        let ahead = number.wrapping_add(mapping.offset).wrapping_sub(self.next as u16) as i16;
        let extended = self.next.checked_add_signed(ahead.into()).filter(|extended| *extended >= mapping.first)?;
        if extended >= self.next {
            // What is skipped may be lost or late.
            let skipped = self.next.max(extended.saturating_sub(KEPT_MAX as u64))..extended;
            skipped.for_each(|skipped| self.mark(skipped, false));
            self.next = extended + 1;
        }
        if self.next - extended <= KEPT_MAX as u64 {
            self.mark(extended, kept);
        }
        Some(extended)
    }

    fn mark(&mut self, extended: u64, kept: bool) {
        let (word, bit) = place(extended);
        if kept {
            self.kept[word] |= bit;
        } else {
            self.kept[word] &= !bit;
        }
    }
}

fn place(extended: u64) -> (usize, u64) {
    let at = extended as usize % KEPT_MAX;
    (at / 64, 1 << (at % 64))
}

/// Two seconds at 10 Mbit/s, or a second and more of the densest video that a browser sends.
const KEPT_MAX: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(number: u16) -> Option<Numbered> {
        Some(Numbered { number, kept: false })
    }

    fn kept(number: u16) -> Option<Numbered> {
        Some(Numbered { number, kept: true })
    }

    #[test]
    fn what_is_kept_leaves_a_gap_that_is_remembered() {
        let mut numbers = TransportNumbers::default();
        numbers.keep(65_533);
        assert_eq!(numbers.send(65_534), Some(65_534));
        numbers.keep(65_535);
        assert_eq!(numbers.send(1), Some(1));
        numbers.keep(0);
        assert_eq!(numbers.sent(65_534), sent(65_534));
        assert_eq!((numbers.sent(65_535), numbers.sent(0)), (kept(65_535), kept(0)));
        assert_eq!((numbers.sent(1), numbers.sent(2), numbers.sent(65_533)), (sent(1), None, None));
    }

    #[test]
    fn another_sender_continues_the_numbering() {
        let mut numbers = TransportNumbers::default();
        assert_eq!(numbers.send(10), Some(10));
        numbers.restart();
        assert_eq!(numbers.sent(10), None);
        numbers.keep(500);
        assert_eq!(numbers.send(501), Some(11));
        assert_eq!((numbers.send(503), numbers.send(502)), (Some(13), Some(12)));
        assert_eq!(numbers.send(500), None, "its number is the former sender's");
        assert_eq!((numbers.sent(10), numbers.sent(12)), (None, sent(502)));
    }

    #[test]
    fn only_the_last_numbers_are_remembered() {
        let mut numbers = TransportNumbers::default();
        numbers.send(0);
        numbers.keep(1);
        numbers.send(KEPT_MAX as u16);
        assert_eq!(numbers.sent(1), kept(1));
        numbers.send(KEPT_MAX as u16 + 1);
        assert_eq!(numbers.sent(1), sent(1));
        assert_eq!(numbers.sent(KEPT_MAX as u16 + 1), sent(KEPT_MAX as u16 + 1), "in the same place");
        for number in (0..=u16::MAX).step_by(7) {
            numbers.keep(number);
        }
        numbers.send(20_000);
        assert!((0..=u16::MAX).all(|number| numbers.sent(number).is_none_or(|numbered| numbered.number == number)));
        assert_eq!(numbers.sent(19_999), sent(19_999), "skipped, not kept");
    }
}
