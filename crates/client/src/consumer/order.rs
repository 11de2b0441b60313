use offhook_call::MessageText;
use tokio::sync::oneshot;

use crate::phone::{Digit, Source, Statistics};

/// What a simulated consumer is told to do, beside what its behaviour does by itself. What makes no sense at the moment
/// is passed over.
pub enum Order {
    /// Picks up the call that rings.
    Accept,
    /// Does not want the call that rings.
    Decline,
    /// Calls the business; nothing happens during a call.
    Call,
    /// Hangs up, or gives up calling.
    HangUp,
    /// Is for the phone of the call alone: the channel may be closed.
    Phone(PhoneOrder),
    /// Turns the own voice off in the call.
    Mute,
    /// Turns it on again.
    Unmute,
    /// Shows a test pattern as the own video in the call.
    ShowVideo,
    HideVideo,
    /// Writes to the business.
    Write(MessageText),
    /// Answers the newest permission request.
    Permit(bool),
    /// Takes the permission to call back.
    Revoke,
    /// Closes the channel and opens no other. A call goes on.
    Disconnect,
    /// Opens the channel again.
    Reconnect,
}

/// What the phone of a call is told.
pub enum PhoneOrder {
    /// To say something else from now on.
    Say(Source),
    /// To press these keys, one after the other.
    Press(Vec<Digit>),
    /// To lose so many percent of all datagrams from now on, both ways; `seed` decides which.
    Lose { percent: u8, seed: u64 },
    /// To tell what it has counted so far. Without a phone the sender is dropped.
    Report(oneshot::Sender<Statistics>),
}
