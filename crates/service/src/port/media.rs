use offhook_call::{CallId, MediaLoss, Side};

/// The media relay, as the use cases need it. Every call is cheap and idempotent: none waits for a packet.
pub trait Media: Send + Sync + 'static {
    /// Reads a party's SDP offer and prepares its leg of the call's bridge. Nothing is reserved until
    /// [`Negotiated::open`] runs, so an attempt that was not committed leaves nothing behind.
    fn negotiate(&self, call: CallId, side: Side, offer: &str) -> Result<Negotiated, OfferRefused>;

    /// The server's offer is on its way to this side: its own section comes alive.
    fn offer_sent(&self, call: CallId, side: Side);

    /// The server's offer has reached this side.
    fn offer_delivered(&self, call: CallId, side: Side);

    /// The bridge goes, with both legs.
    fn close(&self, call: CallId);
}

/// A leg that waits to be opened.
pub struct Negotiated {
    /// SDP answer for the party.
    pub answer: String,
    /// The server's own offer for this leg, to be sent when there is somebody to hear.
    pub offer: String,
    /// Opens the leg, replacing the side's earlier leg if there is one.
    pub open: Box<dyn FnOnce() + Send>,
}

impl std::fmt::Debug for Negotiated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Negotiated").finish_non_exhaustive()
    }
}

/// An offer that the relay does not take.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{detail}")]
pub struct OfferRefused {
    /// The first thing to mend, in one sentence: line, attribute and rule.
    pub detail: String,
    /// All findings, as `offhook sdp lint --json` prints them.
    pub findings: serde_json::Value,
}

/// What the relay reports on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaEvent {
    /// A leg never connected or fell silent.
    Lost { call: CallId, side: Side, cause: MediaLoss },
    /// A bug ended the bridge; the log has it.
    Failed { call: CallId },
}
