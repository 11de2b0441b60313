use crate::{AppId, CallId, PageId, Side};

/// Something that a fault may strike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    Webhook(TriedWebhook),
    Request(RequestMade),
    Update(UpdateAsked),
    Leg(LegOpened),
}

/// A webhook that is about to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedWebhook {
    pub app: AppId,
    pub page: PageId,
    /// `None`: it is about a thread or the Page.
    pub call: Option<CallId>,
    /// What it is about, as text: webhooks are in order among those about the same.
    pub subject: String,
    /// The delivery's number.
    pub delivery: i64,
    pub event: WebhookEvent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookEvent {
    Connect,
    Ringing,
    Accepted,
    MediaUpdate,
    Terminate,
    /// What happens beside calls.
    Other,
}

/// A Graph request of a known caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestMade {
    pub app: AppId,
    pub page: PageId,
    pub call: Option<CallId>,
    /// The last segment of its path: `calls`, `messages` and so on.
    pub edge: String,
    /// What it asks of a call: `connect`, `accept` and so on.
    pub action: Option<String>,
}

/// A business's `media_update` that speaks of the version that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdateAsked {
    pub app: AppId,
    pub page: PageId,
    pub call: CallId,
}

/// A party's leg that is about to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegOpened {
    /// `None`: no app owns the call yet.
    pub app: Option<AppId>,
    pub page: PageId,
    pub call: CallId,
    pub side: Side,
}

impl Occasion {
    pub(super) fn app(&self) -> Option<AppId> {
        match self {
            Self::Webhook(webhook) => Some(webhook.app),
            Self::Request(request) => Some(request.app),
            Self::Update(update) => Some(update.app),
            Self::Leg(leg) => leg.app,
        }
    }

    pub(super) fn page(&self) -> PageId {
        match self {
            Self::Webhook(webhook) => webhook.page,
            Self::Request(request) => request.page,
            Self::Update(update) => update.page,
            Self::Leg(leg) => leg.page,
        }
    }

    pub(super) fn call(&self) -> Option<CallId> {
        match self {
            Self::Webhook(webhook) => webhook.call,
            Self::Request(request) => request.call,
            Self::Update(update) => Some(update.call),
            Self::Leg(leg) => Some(leg.call),
        }
    }
}
