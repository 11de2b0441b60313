use std::sync::Arc;
use std::time::{Duration, Instant};

use offhook_call::{CallId, PageId, Psid};
use offhook_wire::{CallPermissions, ErrorObject};

use super::call::Conversation;
use super::{Failure, Report};
use crate::graph::{self, Graph};
use crate::phone::{self, Phone};
use crate::story::{Narrator, What};
use crate::webhook::Receiver;

/// A business: a Page, its token, and a callback for its webhooks.
pub struct Business {
    graph: Graph,
    page: PageId,
    webhooks: Receiver,
    narrator: Narrator,
}

/// A call to make.
pub struct Dial {
    pub to: Psid,
    pub phone: phone::Config,
    /// How long to talk once the consumer has picked up and is heard.
    pub talk: Duration,
    /// How long to wait for that.
    pub patience: Duration,
}

impl Business {
    /// `webhooks` must be the callback that the Page's app subscribed.
    pub fn new(graph: Graph, page: PageId, webhooks: Receiver, narrator: Narrator) -> Self {
        let watcher = narrator.clone();
        let graph = graph.observed(Arc::new(move |exchange| watcher.tell(What::Request(exchange.clone()))));
        Self { graph, page, webhooks, narrator }
    }

    /// Makes a call from the permission check to the terminate webhook. If it fails on its way, it is ended.
    pub async fn call(&mut self, dial: Dial) -> Result<Report, Failure> {
        let permissions = self.graph.call_permissions(self.page, dial.to).await?;
        if !may_call(&permissions) {
            return Err(Failure::NotPermitted);
        }
        let phone = Phone::new(dial.phone).await?;
        let offer = phone.offer().await?;
        let started = Instant::now();
        let answer = self.graph.connect(self.page, dial.to, &offer).await?;
        let mut conversation = Conversation::new(answer.call_id, phone, started, self.narrator.clone());
        let talked = match conversation.phone.apply_answer(&answer.session.sdp_response.sdp).await {
            Ok(()) => self.talk(&mut conversation, dial.talk, dial.patience).await,
            Err(refused) => Err(refused.into()),
        };
        let hung_up = self.hang_up(&mut conversation, talked.is_ok()).await;
        talked?;
        hung_up?;
        conversation.report().await
    }

    /// Follows the call until it was long enough, or somebody else ended it.
    async fn talk(
        &mut self,
        conversation: &mut Conversation,
        talk: Duration,
        patience: Duration,
    ) -> Result<(), Failure> {
        let talking = conversation.follow(&mut self.webhooks, Conversation::is_talking);
        match tokio::time::timeout(patience, talking).await {
            Ok(followed) => followed?,
            Err(_) => return Err(Failure::NoConversation(patience)),
        }
        let ended = conversation.follow(&mut self.webhooks, Conversation::has_ended);
        match tokio::time::timeout(talk, ended).await {
            Ok(followed) => followed,
            // The time to talk is over.
            Err(_) => Ok(()),
        }
    }

    /// Ends the call unless it has ended, and waits to be told so, if that matters.
    async fn hang_up(&mut self, conversation: &mut Conversation, wait: bool) -> Result<(), Failure> {
        if conversation.has_ended() {
            return Ok(());
        }
        self.terminate(conversation.call).await?;
        if !wait {
            return Ok(());
        }
        let ended = conversation.follow(&mut self.webhooks, Conversation::has_ended);
        tokio::time::timeout(TERMINATE_WEBHOOK_WAIT, ended)
            .await
            .map_err(|_| Failure::NotTerminated(TERMINATE_WEBHOOK_WAIT))?
    }

    async fn terminate(&self, call: CallId) -> Result<(), Failure> {
        match self.graph.terminate(self.page, call).await {
            Ok(_) => Ok(()),
            // The other side was faster; its webhook is on its way.
            Err(graph::Error::Refused { refusal, .. }) if is_over(&refusal) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// How long the terminate webhook may take after a hang-up.
const TERMINATE_WEBHOOK_WAIT: Duration = Duration::from_secs(10);

/// Refusals of a terminate that say that nothing is left to end (contract section 5).
const ALREADY_OVER: [&str; 3] = ["already_terminated", "call_ended", "call_failed"];

fn may_call(permissions: &CallPermissions) -> bool {
    permissions.actions.iter().any(|action| action.action_name == "start_call" && action.can_perform)
}

fn is_over(refusal: &ErrorObject) -> bool {
    refusal.name().is_some_and(|name| ALREADY_OVER.contains(&name))
}
