use offhook_call::MessageText;

/// What a simulated consumer is told to do, beside what its behaviour does by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Calls the business; nothing happens during a call.
    Call,
    /// Hangs up, or gives up calling.
    HangUp,
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
}
