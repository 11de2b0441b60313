use reqwest::Method;
use serde::{Deserialize, Deserializer};

use super::edge::{self, BareOrEdge};
use super::{Error, Graph, Message, PageId, Psid, Sent};

/// May this consumer be called, and may permission be asked for?
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallPermissions {
    pub permission: Permission,
    #[serde(default)]
    pub actions: Vec<Action>,
}

impl CallPermissions {
    /// The consumer may be called now.
    pub fn may_call(&self) -> bool {
        self.can("start_call")
    }

    /// The consumer may be asked for permission now.
    pub fn may_ask(&self) -> bool {
        self.can("send_call_permission_request")
    }

    fn can(&self, name: &str) -> bool {
        self.actions.iter().any(|action| action.action_name.eq_ignore_ascii_case(name) && action.can_perform)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// `expires_at`: seconds since the epoch, where the server tells it.
    Granted {
        expires_at: Option<i64>,
    },
    NotGranted,
}

/// `send_call_permission_request` or `start_call`, and what bounds it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Action {
    pub action_name: String,
    #[serde(alias = "can_perform_action")]
    pub can_perform: bool,
    #[serde(default)]
    pub limits: Vec<ActionLimit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ActionLimit {
    /// An ISO 8601 duration, like `PT24H`.
    pub time_period: String,
    #[serde(alias = "max_allowed_per_user")]
    pub max_allowed: u32,
    pub current_usage: u32,
}

impl Graph {
    /// Asks whether the consumer may be called.
    pub async fn call_permissions(&self, page: PageId, psid: Psid) -> Result<CallPermissions, Error> {
        let request = self.request(Method::GET, page, "messenger_call_permissions");
        let BareOrEdge(permissions) = self.send(request.query(&[("psid", psid.to_string())])).await?;
        Ok(permissions)
    }

    /// Asks the consumer, in the thread, for permission to call.
    pub async fn ask_permission(&self, page: PageId, psid: Psid) -> Result<Sent, Error> {
        self.send_message(page, psid, &Message::CallPermissionRequest).await
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Given { status, expiration_time } = Given::deserialize(deserializer)?;
        let granted = status == "has_permission";
        Ok(if granted { Self::Granted { expires_at: expiration_time } } else { Self::NotGranted })
    }
}

#[derive(Deserialize)]
struct Given {
    #[serde(deserialize_with = "edge::word")]
    status: String,
    #[serde(default, deserialize_with = "edge::number")]
    expiration_time: Option<i64>,
}
