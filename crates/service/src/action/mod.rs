//! What a business does with a call that exists.

mod accept;
mod media_update;
mod reject;
mod terminate;

use offhook_call::{Applied, Call, CallId, Command, EndReason, Ended, Refused, Status};

use crate::{Caller, NegotiateError, Service, UnknownTrack};

pub use media_update::MediaUpdate;

/// The server's SDP for the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaAnswer {
    pub answer: String,
    /// The server's own offer, to be applied after the answer.
    pub renegotiation: Option<String>,
}

/// Why an action changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    #[error("no such call")]
    UnknownCall,
    /// Said only to an app that was told of the call; to others it does not exist.
    #[error("the call belongs to another Page of this app")]
    PageNotInCall,
    #[error("another app of the Page owns the call, or the call did not ring this one")]
    NotOwner,
    #[error("the action is for calls that the consumer started")]
    WrongDirection,
    #[error("the business accepted the call already")]
    AlreadyAccepted,
    #[error("the business rejected the call already")]
    AlreadyRejected,
    #[error("the business ended the call already")]
    AlreadyTerminated,
    #[error("the call failed")]
    Failed,
    #[error("the call is over")]
    Ended,
    #[error("the call's media is at version {current}")]
    VersionConflict { current: u32 },
    #[error("video is switched off for this Page")]
    VideoNotEnabled,
    #[error(transparent)]
    Media(#[from] NegotiateError),
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl From<UnknownTrack> for ActionError {
    fn from(unknown: UnknownTrack) -> Self {
        Self::Media(unknown.into())
    }
}

impl Service {
    /// The call as far as the caller may know of it: nothing of another Page shows, but to an app that was told
    /// of the call.
    pub(crate) async fn visible_call(&self, caller: Caller, call: CallId) -> Result<Call, ActionError> {
        let found = self.store().call(call).await?.ok_or(ActionError::UnknownCall)?;
        if found.page != caller.page {
            let own = found.rung().contains(&caller.app);
            return Err(if own { ActionError::PageNotInCall } else { ActionError::UnknownCall });
        }
        Ok(found)
    }

    /// Says early what speaks against the action, before anything else of the request is looked at.
    async fn check(&self, caller: Caller, call: CallId, command: &Command) -> Result<Call, ActionError> {
        let found = self.visible_call(caller, call).await?;
        found.apply(command.clone(), self.now(), &self.limits().call).map_err(|refused| why_not(command, refused))?;
        Ok(found)
    }

    async fn commit_action(&self, call: CallId, command: Command) -> Result<Applied, ActionError> {
        let outcome = self.commit(call, command.clone()).await?.ok_or(ActionError::UnknownCall)?;
        outcome.map_err(|refused| why_not(&command, refused))
    }
}

fn why_not(command: &Command, refused: Refused) -> ActionError {
    match refused {
        Refused::NotOwner => ActionError::NotOwner,
        Refused::WrongDirection => ActionError::WrongDirection,
        Refused::AlreadyAccepted => ActionError::AlreadyAccepted,
        Refused::VersionConflict { current } => ActionError::VersionConflict { current },
        Refused::Ended(ended) => over(command, &ended),
        Refused::NotConnected | Refused::OtherDevice | Refused::NotDue => {
            unreachable!("only commands of devices and of the server are refused so")
        }
    }
}

/// The same action again has an error of its own.
fn over(command: &Command, ended: &Ended) -> ActionError {
    let by_business =
        matches!(ended.reason, EndReason::BusinessHungUp | EndReason::BusinessCancelled | EndReason::BusinessRejected);
    if matches!(command, Command::Terminate { .. }) && by_business {
        return ActionError::AlreadyTerminated;
    }
    if matches!(command, Command::Reject { .. }) && ended.reason == EndReason::BusinessRejected {
        return ActionError::AlreadyRejected;
    }
    match ended.reason.status() {
        Status::Failed => ActionError::Failed,
        Status::Completed => ActionError::Ended,
    }
}
