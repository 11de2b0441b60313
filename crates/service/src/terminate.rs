//! The business ends a call.

use offhook_call::{Call, CallId, Command, EndReason, Ended, Refused, Status};

use crate::{Caller, Service};

#[derive(Debug, thiserror::Error)]
pub enum TerminateError {
    #[error("no such call")]
    UnknownCall,
    /// Said only to an app that was told of the call; to others it does not exist.
    #[error("the call belongs to another Page of this app")]
    PageNotInCall,
    #[error("another app of the Page owns the call")]
    NotOwner,
    #[error("the business ended the call already")]
    AlreadyTerminated,
    #[error("the call failed")]
    Failed,
    #[error("the call is over")]
    Ended,
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Hangs up, or cancels a call that was not picked up.
    pub async fn terminate(&self, caller: Caller, call: CallId) -> Result<(), TerminateError> {
        self.visible_call(caller, call).await?;
        let applied = self.apply(call, Command::Terminate { app: caller.app }).await?;
        applied.ok_or(TerminateError::UnknownCall)?.map_err(why_not)?;
        Ok(())
    }

    /// The call as far as the caller may know of it: nothing of another Page shows, but to an app that was told
    /// of the call.
    pub async fn visible_call(&self, caller: Caller, call: CallId) -> Result<Call, TerminateError> {
        let found = self.store().call(call).await?.ok_or(TerminateError::UnknownCall)?;
        if found.page != caller.page {
            let own = found.rung.contains(&caller.app);
            return Err(if own { TerminateError::PageNotInCall } else { TerminateError::UnknownCall });
        }
        Ok(found)
    }
}

fn why_not(refused: Refused) -> TerminateError {
    match refused {
        Refused::NotOwner => TerminateError::NotOwner,
        Refused::Ended(Ended {
            reason: EndReason::BusinessHungUp | EndReason::BusinessCancelled | EndReason::BusinessRejected,
            ..
        }) => TerminateError::AlreadyTerminated,
        Refused::Ended(ended) => match ended.reason.status() {
            Status::Failed => TerminateError::Failed,
            Status::Completed => TerminateError::Ended,
        },
        Refused::AlreadyAccepted
        | Refused::NotConnected
        | Refused::OtherDevice
        | Refused::VersionConflict { .. }
        | Refused::WrongDirection
        | Refused::NotDue => {
            unreachable!("terminate is refused only to strangers and after the end")
        }
    }
}
