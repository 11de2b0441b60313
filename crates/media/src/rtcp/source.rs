//! A stream that reports are about: the numbers of the leg where it is received, in those of its sender.

use super::packets::{REPORT_BLOCK_LEN, SSRC_LEN, word};

/// A media source as the leg where it comes from knows it.
///
/// Numbers that are not said to be the sender's are those of the leg where it is received, modulo 2^32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) ssrc: u32,
    /// Added to a number to get the sender's.
    pub(crate) sequence_offset: u32,
    /// The first number that the source can have: those before belong to another one that fed the stream.
    pub(crate) began: u32,
    /// From here on the offset holds.
    pub(crate) floor: u32,
    /// One above the highest number sent.
    pub(crate) next: u32,
    /// Packets that the receiver had lost before the source began.
    pub(crate) lost_before: i32,
}

impl Source {
    /// Appends a report block in the sender's terms (RFC 3550 section 6.4.1). False if it is about another source that
    /// fed the stream before. `is_of_source` tells whether a sender report is one of the source: a round trip measured
    /// with another one's clock would be none.
    pub(super) fn write_block(
        &self,
        block: &[u8; REPORT_BLOCK_LEN],
        is_of_source: impl FnOnce(u32) -> bool,
        out: &mut Vec<u8>,
    ) -> bool {
        let highest = self.extended(word(block, HIGHEST_SEQUENCE_AT) as u16);
        if is_before(highest, self.began) {
            return false;
        }
        let lost = (lost(block) - self.lost_before).clamp(LOST_MIN, LOST_MAX);
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        out.push(block[FRACTION_AT]);
        out.extend_from_slice(&lost.to_be_bytes()[1..]);
        out.extend_from_slice(&highest.wrapping_add(self.sequence_offset).to_be_bytes());
        out.extend_from_slice(&block[JITTER_AT..LAST_REPORT_AT]);
        if is_of_source(word(block, LAST_REPORT_AT)) {
            out.extend_from_slice(&block[LAST_REPORT_AT..]);
        } else {
            out.extend_from_slice(&[0; REPORT_BLOCK_LEN - LAST_REPORT_AT]);
        }
        true
    }

    /// Appends one entry of a NACK (RFC 4585 section 6.2.1), a lost packet's number and a bit mask of those after it,
    /// without the packets that are not the source's.
    pub(super) fn write_missing(&self, entry: &[u8; 4], out: &mut Vec<u8>) {
        let first = u16::from_be_bytes([entry[0], entry[1]]);
        let mask = u16::from_be_bytes([entry[2], entry[3]]);
        let is_ours = |bit: &u16| !is_before(self.extended(first.wrapping_add(*bit)), self.floor);
        let missing = |bit: &u16| *bit == 0 || mask & 1 << (bit - 1) != 0;
        let kept = (0..=16).filter(missing).filter(is_ours).fold(0u32, |kept, bit| kept | 1 << bit);
        if kept == 0 {
            return;
        }
        let skipped = kept.trailing_zeros();
        let number = first.wrapping_add(skipped as u16).wrapping_add(self.sequence_offset as u16);
        out.extend_from_slice(&number.to_be_bytes());
        out.extend_from_slice(&((kept >> skipped >> 1) as u16).to_be_bytes());
    }

    /// The newest number sent that ends like this. A receiver's own upper half counts from when it began to receive.
    fn extended(&self, number: u16) -> u32 {
        let newest = self.next.wrapping_sub(1);
        newest.wrapping_sub(u32::from((newest as u16).wrapping_sub(number)))
    }
}

/// The cumulative number of packets lost, 24 bits with a sign; the byte before it is the fraction lost.
pub(super) fn lost(block: &[u8; REPORT_BLOCK_LEN]) -> i32 {
    (word(block, SSRC_LEN) << 8) as i32 >> 8
}

fn is_before(number: u32, than: u32) -> bool {
    (number.wrapping_sub(than) as i32) < 0
}

const FRACTION_AT: usize = SSRC_LEN;
const HIGHEST_SEQUENCE_AT: usize = 8;
const JITTER_AT: usize = 12;
const LAST_REPORT_AT: usize = 16;
const LOST_MIN: i32 = -(1 << 23);
const LOST_MAX: i32 = (1 << 23) - 1;
