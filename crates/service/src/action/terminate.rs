use offhook_call::{CallId, Command};

use super::ActionError;
use crate::{Caller, Service};

impl Service {
    /// Hangs up, cancels a call that was not picked up, or rejects one that was not accepted.
    pub async fn terminate(&self, caller: Caller, call: CallId) -> Result<(), ActionError> {
        self.visible_call(caller, call).await?;
        let applied = self.commit_action(call, Command::Terminate { app: caller.app }).await?;
        self.act(&applied).await;
        Ok(())
    }
}
