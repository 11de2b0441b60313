use std::time::Duration;

use super::Digit;

/// Something that happened on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineEvent {
    /// A step of the connection was reached for the first time.
    Reached {
        milestone: Milestone,
        /// Since the line was set up.
        after: Duration,
    },
    /// The other party pressed a key; told when it is released.
    Digit { digit: Digit, held: Duration },
    /// No check is answered any more; media may come back.
    IceDisconnected,
    /// The connection is over: closed by the other party, or broken.
    Closed,
}

/// The steps of a connection, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Milestone {
    /// A candidate pair works.
    IceConnected,
    /// Keys are exchanged; media flows from here on.
    DtlsConnected,
    /// The first packet of a section that receives has arrived.
    FirstPacket,
}
