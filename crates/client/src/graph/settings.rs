use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use super::edge::BareOrEdge;
use super::{Error, Graph, PageId, Weekday};

/// A Page's call settings. In a change, what is `None` stays as it is; in an answer and in a webhook it was not told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSettings {
    /// Whether the Page can call and be called at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_enabled: Option<bool>,
    /// Whether threads with the Page show a call button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_enabled: Option<bool>,
    /// Who rings when a consumer calls.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "routing")]
    pub call_routing: Option<RingTarget>,
    /// When consumers may call. Setting them replaces all that were set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_hours: Option<CallHours>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RingTarget {
    /// The server's own inbox.
    Meta,
    /// The apps that are subscribed to `calls`.
    Partners,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallHours {
    /// An IANA name, like `Africa/Nairobi`.
    pub timezone_id: String,
    /// At most one entry for a day; a day without one is closed.
    #[serde(default)]
    pub weekly_operating_hours: Vec<OperatingHours>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatingHours {
    pub day_of_week: Weekday,
    /// `hhmm`, from `0000`.
    pub open_time: String,
    pub close_time: String,
}

impl Graph {
    /// All call settings of the Page.
    pub async fn call_settings(&self, page: PageId) -> Result<CallSettings, Error> {
        let request = self.request(Method::GET, page, EDGE).query(&[("fields", FIELDS)]);
        let BareOrEdge(settings) = self.send(request).await?;
        Ok(settings)
    }

    /// Changes those settings that are given.
    pub async fn set_call_settings(&self, page: PageId, change: &CallSettings) -> Result<(), Error> {
        self.done(self.post(page, EDGE, &json!(change))).await
    }
}

const EDGE: &str = "messenger_call_settings";

const FIELDS: &str = "audio_enabled,video_enabled,icon_enabled,call_routing,call_hours";

/// `{"ring_target": …}`; Meta's webhook writes the target alone.
mod routing {
    use super::{Deserialize, Deserializer, RingTarget, Serialize, json};
    use serde::Serializer;
    use serde::de::Error as _;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Object { ring_target: String },
        Word(String),
    }

    pub(super) fn serialize<S: Serializer>(target: &Option<RingTarget>, serializer: S) -> Result<S::Ok, S::Error> {
        json!({ "ring_target": target }).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RingTarget>, D::Error> {
        let Some(given) = Option::<Given>::deserialize(deserializer)? else { return Ok(None) };
        let (Given::Object { ring_target: word } | Given::Word(word)) = given;
        serde_json::from_value(word.to_ascii_uppercase().into()).map(Some).map_err(D::Error::custom)
    }
}
