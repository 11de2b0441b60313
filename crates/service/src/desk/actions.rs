//! What an agent does with a call, but for its media.

use offhook_call::{AgentId, Call, CallId, Command, Seat};
use offhook_store::{AgentChange, AgentError};

use super::DeskError;
use crate::Service;

impl Service {
    /// The agent takes calls from now on, or no more.
    pub async fn set_free(&self, by: &Seat, free: bool) -> Result<(), DeskError> {
        let change = AgentChange { free: Some(free), ..AgentChange::default() };
        match self.store().change_agent(by.agent, change).await {
            Ok(_) => {}
            Err(AgentError::Store(error)) => return Err(error.into()),
            Err(AgentError::NameTaken | AgentError::UnknownPage(_)) => {
                unreachable!("neither the name nor the Pages are changed")
            }
        }
        self.inner.seats.poke();
        Ok(())
    }

    /// The agent does not want a call that rings; it rings on at the others.
    pub async fn refuse(&self, by: &Seat, call: CallId) -> Result<(), DeskError> {
        self.do_at_desk(by, call, Command::Refuse { agent: by.agent }).await
    }

    /// The agent lets the consumer wait, or goes on talking.
    pub async fn hold(&self, by: &Seat, call: CallId, on: bool) -> Result<(), DeskError> {
        self.do_at_desk(by, call, Command::Hold { agent: by.agent, on }).await
    }

    /// The agent offers the call to another one who is free.
    pub async fn hand_over(&self, by: &Seat, call: CallId, to: AgentId) -> Result<(), DeskError> {
        let hand_over = Command::HandOver { agent: by.agent, to };
        let found = self.check_seat(by, call, hand_over.clone()).await?;
        if !self.floor().await?.is_free(to, found.page) {
            return Err(DeskError::NotFree);
        }
        self.do_at_desk(by, call, hand_over).await
    }

    pub async fn agent_hang_up(&self, by: &Seat, call: CallId) -> Result<(), DeskError> {
        self.do_at_desk(by, call, Command::AgentHangUp { agent: by.agent }).await
    }

    /// Whether the call is of a Page that the agent answers for, or had by them.
    pub async fn knows_call(&self, agent: &Seat, call: CallId) -> bool {
        self.call_for(agent, call).await.is_ok()
    }

    async fn do_at_desk(&self, by: &Seat, call: CallId, command: Command) -> Result<(), DeskError> {
        self.call_for(by, call).await?;
        self.apply(call, command).await?.ok_or(DeskError::UnknownCall)??;
        Ok(())
    }

    /// Says early what speaks against a command, before anything else of the message is looked at; the call as it is.
    pub(super) async fn check_seat(&self, by: &Seat, call: CallId, command: Command) -> Result<Call, DeskError> {
        let found = self.call_for(by, call).await?;
        found.apply(command, self.now(), &self.limits().call)?;
        Ok(found)
    }

    /// The call, if it is of a Page that the agent answers for, or had by them.
    pub(super) async fn call_for(&self, by: &Seat, call: CallId) -> Result<Call, DeskError> {
        let found = self.store().call(call).await?.ok_or(DeskError::UnknownCall)?;
        let agent = self.store().agent(by.agent).await?.filter(|agent| agent.enabled).ok_or(DeskError::UnknownCall)?;
        let is_theirs = found.seat().is_some_and(|seat| seat.agent == by.agent);
        if is_theirs || agent.pages.contains(&found.page) { Ok(found) } else { Err(DeskError::UnknownCall) }
    }
}
