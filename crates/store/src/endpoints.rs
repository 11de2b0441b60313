use async_trait::async_trait;
use offhook_call::{AppId, Duration, Time};
use serde::{Deserialize, Serialize};

use crate::Error;

/// How the apps' endpoints do, by what their tries came to ([`Outbox::record`](crate::Outbox::record)).
#[async_trait]
pub trait Endpoints {
    async fn endpoints(&self) -> Result<Vec<Endpoint>, Error>;

    /// Takes up a paused endpoint again, or one that is gone, as if it had been set again. `None`: the app has none.
    async fn resume_endpoint(&self, app: AppId, now: Time) -> Result<Option<Endpoint>, Error>;
}

/// Where an app gets its webhooks, and how it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub app: AppId,
    pub callback_url: String,
    pub health: EndpointHealth,
    /// Since when it is so.
    pub since: Time,
    /// The first of the tries that have failed with none that succeeded after it.
    pub failing_since: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointHealth {
    Healthy,
    /// Every try has failed for some time ([`HealthRules::failing_after`]). Tries go on.
    Failing,
    /// Every try has failed for too long ([`HealthRules::pause_after`]): what is owed waits until it is resumed.
    Paused,
    /// It answered 410: nothing is owed to it until it is set again.
    Gone,
}

impl EndpointHealth {
    pub const ALL: [Self; 4] = [Self::Healthy, Self::Failing, Self::Paused, Self::Gone];

    /// As in the API, in metrics and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Failing => "failing",
            Self::Paused => "paused",
            Self::Gone => "gone",
        }
    }
}

/// When an endpoint whose every try fails counts as ill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthRules {
    pub failing_after: Duration,
    /// `None`: never.
    pub pause_after: Option<Duration>,
}

/// An endpoint does better or worse than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthChange {
    pub from: EndpointHealth,
    pub to: EndpointHealth,
}
