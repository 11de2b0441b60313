use async_trait::async_trait;
use offhook_call::{
    AppId, Applied, Call, CallId, Command, ConnectRefused, InboundCall, InboundRefused, Limits, NewCall,
    NewInboundCall, PageId, Psid, Refused, Time,
};

use crate::Error;

/// The calls and what happens to them.
#[async_trait]
pub trait Calls {
    /// Decides on a new call with the facts of this moment ([`NewCall::connect`]) and commits it with the webhooks
    /// it owes. A repeated idempotency key of the same app within 24 hours changes nothing and gives the first answer.
    async fn connect(
        &self,
        new: NewCall,
        idempotency: Option<Idempotency>,
        now: Time,
        limits: &Limits,
    ) -> Result<ConnectOutcome, ConnectError>;

    /// Decides on a consumer's call with the facts of this moment ([`NewInboundCall::call`]) and commits it with the
    /// webhooks it owes; a missed one is committed too.
    async fn call_business(
        &self,
        new: NewInboundCall,
        now: Time,
        limits: &Limits,
    ) -> Result<InboundCall, CallBusinessError>;

    /// Applies `command` to the call and commits the change with the webhooks it owes. `None`: no such call.
    /// A refused command changes nothing.
    async fn apply(
        &self,
        call: CallId,
        command: Command,
        now: Time,
        limits: &Limits,
    ) -> Result<Option<Result<Applied, Refused>>, Error>;

    async fn call(&self, call: CallId) -> Result<Option<Call>, Error>;

    /// The call that a consumer is in, or is called by, now.
    async fn live_call_of(&self, page: PageId, psid: Psid) -> Result<Option<Call>, Error>;

    /// All calls that have not ended.
    async fn live_calls(&self) -> Result<Vec<Call>, Error>;

    /// The newest calls of a Page (all Pages if `None`), newest first; older ones than `before`, which are none if there is
    /// no such call.
    async fn recent_calls(&self, page: Option<PageId>, before: Option<CallId>, limit: u32) -> Result<Vec<Call>, Error>;

    /// A consumer's calls that have ended, the newest end first.
    async fn past_calls_of(&self, page: PageId, psid: Psid, limit: u32) -> Result<Vec<Call>, Error>;
}

/// A client's own key for a connect request, with the answer that a repetition shall get.
#[derive(Debug, Clone)]
pub struct Idempotency {
    pub app: AppId,
    pub key: String,
    /// The SDP answer of this request; kept if this request turns out to be the first.
    pub answer: String,
}

#[derive(Debug)]
pub enum ConnectOutcome {
    Created(Applied),
    /// The key was used before: the first call and its answer.
    Repeated(Answered),
}

/// A call and the SDP answer that its connect request got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub call: CallId,
    pub answer: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(transparent)]
    Refused(#[from] ConnectRefused),
    #[error(transparent)]
    Store(#[from] Error),
}

#[derive(Debug, thiserror::Error)]
pub enum CallBusinessError {
    #[error("no such Page")]
    UnknownPage,
    #[error(transparent)]
    Refused(#[from] InboundRefused),
    #[error(transparent)]
    Store(#[from] Error),
}
