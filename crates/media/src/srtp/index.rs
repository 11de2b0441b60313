//! Packet indices: the rollover counter that RTP leaves out, and what was received already.

use super::OpenError;

/// Which of the latest indices were received (RFC 3711 section 3.3.2). Empty until the first authentic packet.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ReplayWindow {
    highest: u64,
    /// Bit n: `highest - n` was received. Two words, because a `u128` would be padded.
    seen: [u64; 2],
}

/// Index estimation and replay window of one received RTP stream.
///
/// The rollover counter starts at zero, so a stream must be known from its first packets on, as in DTLS-SRTP.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StreamIndex {
    window: ReplayWindow,
}

impl ReplayWindow {
    /// Refuses what was received already and what is too old to tell.
    pub(super) fn check(&self, index: u64) -> Result<(), OpenError> {
        if self.is_empty() || index > self.highest {
            return Ok(());
        }
        let age = self.highest - index;
        if age >= WINDOW {
            return Err(OpenError::TooOld);
        }
        if self.bits() >> age & 1 == 1 { Err(OpenError::Replayed) } else { Ok(()) }
    }

    /// Marks the index of an authentic packet as received.
    pub(super) fn accept(&mut self, index: u64) {
        if self.is_empty() {
            self.highest = index;
        }
        let bits = match index.checked_sub(self.highest) {
            Some(ahead) => {
                self.highest = index;
                u32::try_from(ahead).ok().and_then(|ahead| self.bits().checked_shl(ahead)).unwrap_or(0) | 1
            }
            None => {
                let age = self.highest - index;
                debug_assert!(age < WINDOW, "accept follows check");
                self.bits() | 1 << age
            }
        };
        self.seen = [bits as u64, (bits >> 64) as u64];
    }

    /// Bit 0 is always set once an index was accepted.
    fn is_empty(&self) -> bool {
        self.seen == [0, 0]
    }

    fn bits(&self) -> u128 {
        u128::from(self.seen[1]) << 64 | u128::from(self.seen[0])
    }
}

impl StreamIndex {
    /// The extended sequence number (rollover counter and sequence number) that `sequence` most likely stands for:
    /// the one nearest to the highest received (RFC 3711 section 3.3.1). It is only right if the packet turns out
    /// to be authentic. One before the stream's beginning counts as too old.
    pub(super) fn estimate(&self, sequence: u16) -> Result<u64, OpenError> {
        if self.window.is_empty() {
            return Ok(u64::from(sequence));
        }
        let ahead = sequence.wrapping_sub(self.window.highest as u16) as i16;
        self.window.highest.checked_add_signed(i64::from(ahead)).ok_or(OpenError::TooOld)
    }

    pub(super) fn window(&self) -> &ReplayWindow {
        &self.window
    }

    pub(super) fn window_mut(&mut self) -> &mut ReplayWindow {
        &mut self.window
    }
}

/// Packets a late one may be behind the newest: 2.5 s of 20 ms audio. RFC 3711 asks for at least 64.
const WINDOW: u64 = 128;
