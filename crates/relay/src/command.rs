//! What a shard can be told.

use std::time::Duration;

use offhook_call::{CallId, LegSample, LegStatistics, Side};
use offhook_media::LegSpec;
use tokio::sync::oneshot;

use crate::relay::OpenLeg;
use crate::tcp::Arrival;

pub(crate) enum Command {
    Open {
        call: CallId,
        side: Side,
        spec: Box<LegSpec>,
    },
    Update {
        call: CallId,
        side: Side,
        spec: Box<LegSpec>,
    },
    OfferSent {
        call: CallId,
        side: Side,
    },
    OfferDelivered {
        call: CallId,
        side: Side,
    },
    /// What the side sends goes no further, so long after its first packet.
    StopOneWay {
        call: CallId,
        side: Side,
        after: Duration,
    },
    /// Ends the bridge; the answer is how its legs did.
    Close {
        call: CallId,
        answer: oneshot::Sender<Vec<LegStatistics>>,
    },
    Legs {
        answer: oneshot::Sender<Vec<OpenLeg>>,
    },
    Statistics {
        call: CallId,
        answer: oneshot::Sender<Vec<LegStatistics>>,
    },
    Samples {
        from: usize,
        answer: oneshot::Sender<Samples>,
    },
    Capture {
        call: CallId,
        on: bool,
    },
    /// A connection over TCP that names a leg of the shard.
    Arrived {
        arrival: Box<Arrival>,
    },
    /// Ends the thread, and with it all bridges of the shard; their peers are told.
    Stop,
}

/// How some legs do, and where the rest begins, if there is one.
pub(crate) type Samples = (Vec<(CallId, LegSample)>, Option<usize>);

/// Commands that wait for a shard; it takes all of them at every turn.
pub(crate) const COMMANDS_MAX: usize = 1024;
