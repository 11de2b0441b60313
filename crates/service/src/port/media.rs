use std::pin::Pin;

use async_trait::async_trait;
use offhook_call::{CallId, ConsumerAudio, Duration, LegEvent, LegSample, LegStatistics, MediaLoss, Side, Track};

/// The media relay, as the use cases need it. Every call is cheap and idempotent: none waits for a packet.
#[async_trait]
pub trait Media: Send + Sync + 'static {
    /// Reads a party's SDP offer. The first offer of a side prepares its leg of the call's bridge; a later one changes
    /// the leg in place, or replaces it if it comes from a new peer connection (another fingerprint or other ICE
    /// credentials). Nothing is reserved until [`Negotiated::open`] runs, so an attempt that was not committed leaves
    /// nothing behind.
    ///
    /// `tracks` labels the offer's tracks and says which are on. Without them the first audio of an offer is
    /// `default_audio`, the first video `default_video`, the second video `screen_video`, and all are on.
    ///
    /// `audio` says where a new leg's party gets the other party's audio.
    fn negotiate(
        &self,
        call: CallId,
        side: Side,
        offer: &str,
        tracks: &[Track],
        audio: ConsumerAudio,
    ) -> Result<Negotiated, NegotiateError>;

    /// Judges SDP without a call, as `offhook sdp lint` does.
    fn lint(&self, texts: Texts<'_>) -> Linted;

    /// Mutes or unmutes, switches video on or off, without SDP from the party itself.
    fn switch(&self, call: CallId, side: Side, tracks: &[Track]) -> Result<Switched, UnknownTrack>;

    /// The server's offer is on its way to this side: its own section comes alive.
    fn offer_sent(&self, call: CallId, side: Side);

    /// The server's offer has reached this side.
    fn offer_delivered(&self, call: CallId, side: Side);

    /// What this side sends goes no further, so long after its first packet: a fault of a sandbox.
    fn stop_one_way(&self, call: CallId, side: Side, after: Duration);

    /// Begins or ends the capture of a call's packets, which may have no leg yet. It ends with the bridge.
    fn capture(&self, call: CallId, on: bool);

    /// The bridge goes, with both legs.
    fn close(&self, call: CallId) -> Closing;

    /// How the legs of a call do, those that others replaced included; empty if it has no bridge.
    async fn statistics(&self, call: CallId) -> Vec<LegStatistics>;

    /// How the legs of all calls do now, in short; those of a call stand together. Legs that others replaced are left out.
    async fn samples(&self) -> Vec<(CallId, LegSample)>;

    /// All legs of all bridges. `None`: the relay cannot say now.
    async fn legs(&self) -> Option<Vec<OpenLeg>>;
}

/// SDP to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts<'t> {
    /// A first offer.
    Offer(&'t str),
    /// An offer that follows another one on the same connection.
    Again {
        previous: &'t str,
        offer: &'t str,
    },
    Answer {
        offer: &'t str,
        answer: &'t str,
    },
}

/// What was found in SDP.
#[derive(Debug, Clone, PartialEq)]
pub struct Linted {
    /// Nothing refuses the texts.
    pub accepted: bool,
    /// As `offhook sdp lint --json` prints them.
    pub findings: serde_json::Value,
}

/// The bridge is closing, whether or not this is waited for. How its legs did; empty if there was none.
pub type Closing = Pin<Box<dyn Future<Output = Vec<LegStatistics>> + Send>>;

/// A leg of a bridge; `lost`: how it was lost, if it is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenLeg {
    pub call: CallId,
    pub side: Side,
    pub lost: Option<MediaLoss>,
}

/// An offer answered, and what waits for the commit.
pub struct Negotiated {
    /// SDP answer for the party.
    pub answer: String,
    /// The server's own offer for this leg; `None` if the answer says it all or the other party is not there yet.
    pub offer: Option<String>,
    /// The offer that the other party must get because of this change; `None` if nothing changes for it, or it has no
    /// leg.
    pub far_offer: Option<String>,
    /// Makes the change in the relay, for both legs at once. Nothing changes before.
    pub open: Box<dyn FnOnce() + Send>,
}

/// Tracks switched on or off, and what waits for the commit.
pub struct Switched {
    /// The offer that the other party must get because of this change; `None` if nothing changes for it.
    pub far_offer: Option<String>,
    /// Makes the change in the relay. Nothing changes before.
    pub apply: Box<dyn FnOnce() + Send>,
}

impl std::fmt::Debug for Negotiated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Negotiated").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Switched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Switched").finish_non_exhaustive()
    }
}

/// Why an offer changes nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NegotiateError {
    #[error(transparent)]
    Offer(#[from] OfferRefused),
    #[error(transparent)]
    UnknownTrack(#[from] UnknownTrack),
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

/// `tracks` names a track that the party's SDP does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no track {msid} in the party's SDP")]
pub struct UnknownTrack {
    /// As `tracks` has it, or the label where it has none.
    pub msid: String,
}

/// What the relay reports on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaEvent {
    /// A leg never connected or fell silent.
    Lost { call: CallId, side: Side, cause: MediaLoss },
    /// A bug ended the bridge; the log has it.
    Failed { call: CallId },
    /// Something happened to a leg so long ago: news for the call's timeline.
    Leg { call: CallId, side: Side, age: Duration, event: LegEvent },
}
