use offhook_call::{CallId, Command};

use super::ActionError;
use crate::{Caller, Service};

impl Service {
    /// Refuses a consumer's call for the whole business.
    pub async fn reject(&self, caller: Caller, call: CallId) -> Result<(), ActionError> {
        self.visible_call(caller, call).await?;
        let applied = self.commit_action(call, Command::Reject { app: caller.app }).await?;
        self.act(&applied).await;
        Ok(())
    }
}
