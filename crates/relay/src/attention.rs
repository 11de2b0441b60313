//! How a shard comes to know that a socket has something to read.
//!
//! While the poll watches a socket, the kernel looks after the watcher with every datagram that is sent, too, which takes
//! 4 % of a packet's time; but to take the watcher off and to set it up again takes as long as a dozen datagrams. So it is
//! taken off only where many datagrams come at once.

/// What a shard does about a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attention {
    /// Read it at every turn. Nothing watches it.
    Lively,
    /// The poll tells when something came, once (it is edge-triggered): then read it until it is empty.
    Watched { ready: bool },
}

impl Attention {
    /// The poll told of it.
    pub(crate) fn note(&mut self) {
        if let Self::Watched { ready } = self {
            *ready = true;
        }
    }

    pub(crate) fn wants_reading(self) -> bool {
        self != Self::Watched { ready: false }
    }

    pub(crate) fn is_watched(self) -> bool {
        matches!(self, Self::Watched { .. })
    }

    /// After a turn that read so many datagrams. A socket that begins to be watched while it holds something is told of.
    pub(crate) fn after(self, received: u32, may_have_more: bool) -> Self {
        match self {
            Self::Lively if received == 0 && !may_have_more => Self::Watched { ready: false },
            Self::Lively => Self::Lively,
            Self::Watched { .. } if received >= LIVELY_MIN => Self::Lively,
            Self::Watched { .. } => Self::Watched { ready: may_have_more },
        }
    }
}

const LIVELY_MIN: u32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_datagrams_leave_a_socket_watched() {
        let mut attention = Attention::Watched { ready: false };
        assert!(!attention.wants_reading());
        attention.note();
        assert!(attention.wants_reading());
        assert_eq!(attention.after(LIVELY_MIN - 1, false), Attention::Watched { ready: false });
    }

    #[test]
    fn what_may_have_more_is_read_again() {
        assert!(Attention::Watched { ready: true }.after(0, true).wants_reading());
        assert_eq!(Attention::Lively.after(0, true), Attention::Lively);
    }

    #[test]
    fn many_datagrams_make_a_socket_lively_until_a_turn_without_any() {
        assert_eq!(Attention::Watched { ready: true }.after(LIVELY_MIN, true), Attention::Lively);
        assert_eq!(Attention::Lively.after(1, false), Attention::Lively);
        assert_eq!(Attention::Lively.after(0, false), Attention::Watched { ready: false });
    }
}
