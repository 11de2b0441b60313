use std::sync::Arc;
use std::time::{Duration, Instant};

use super::call::Conversation;
use super::{Failure, Report};
use crate::graph::{self, CallId, Graph, PageId, Psid, Reason};
use crate::phone::{self, Phone};
use crate::story::{Narrator, What};
use crate::webhook::{End, Receiver};

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
        if !permissions.may_call() {
            return Err(Failure::NotPermitted);
        }
        let phone = Phone::new(dial.phone).await?;
        let offer = phone.offer().await?;
        let started = Instant::now();
        let connected = self.graph.connect(self.page, dial.to, &offer).await?;
        let mut conversation = Conversation::new(connected.call, phone, started, self.narrator.clone());
        match self.talk(&mut conversation, &connected.answer, dial.talk, dial.patience).await {
            Ok(()) => {
                let ended = self.hang_up(&mut conversation).await?;
                Ok(conversation.report(ended).await)
            }
            Err(failure) => {
                self.give_up(&conversation.call).await;
                Err(failure)
            }
        }
    }

    /// Follows the call until it was long enough, or somebody else ended it.
    async fn talk(
        &mut self,
        conversation: &mut Conversation,
        answer: &str,
        talk: Duration,
        patience: Duration,
    ) -> Result<(), Failure> {
        conversation.phone.apply_answer(answer).await?;
        let heard_by = Instant::now() + patience;
        if !conversation.follow(&mut self.webhooks, heard_by, Conversation::is_talking).await? {
            return Err(Failure::NoConversation(patience));
        }
        let long_enough = Instant::now() + talk;
        conversation.follow(&mut self.webhooks, long_enough, Conversation::has_ended).await?;
        Ok(())
    }

    /// Ends the call unless it has ended, and waits to be told so.
    async fn hang_up(&mut self, conversation: &mut Conversation) -> Result<End, Failure> {
        if !conversation.has_ended() {
            self.terminate(&conversation.call).await?;
            let told_by = Instant::now() + TERMINATE_WEBHOOK_WAIT;
            conversation.follow(&mut self.webhooks, told_by, Conversation::has_ended).await?;
        }
        conversation.ended.ok_or(Failure::NotTerminated(TERMINATE_WEBHOOK_WAIT))
    }

    /// Ends a call that failed; why it failed matters more than whether this works.
    async fn give_up(&self, call: &CallId) {
        if let Err(error) = self.terminate(call).await {
            tracing::warn!(%call, error = &error as &dyn std::error::Error, "a failed call was not ended");
        }
    }

    async fn terminate(&self, call: &CallId) -> Result<(), Failure> {
        match self.graph.terminate(self.page, call).await {
            Ok(()) => Ok(()),
            // The other side was faster; its webhook is on its way.
            Err(graph::Error::Refused { refusal, .. }) if ALREADY_OVER.contains(&refusal.reason()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// How long the terminate webhook may take after a hang-up.
const TERMINATE_WEBHOOK_WAIT: Duration = Duration::from_secs(10);

/// Refusals of a terminate that say that nothing is left to end.
const ALREADY_OVER: [Reason; 3] = [Reason::AlreadyTerminated, Reason::CallEnded, Reason::CallFailed];
